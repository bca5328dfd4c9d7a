//! What a bench found: printed as a table for people or as one JSON object for programs.

use serde_json::{Map, Value, json};

/// The findings of one bench, in the order they were made.
pub struct Report {
    name: &'static str,
    findings: Vec<Finding>,
}

struct Finding {
    key: String,
    value: f64,
    aim: Option<Aim>,
}

/// What a value should be.
#[derive(Clone, Copy)]
pub enum Aim {
    /// No less than this.
    AtLeast(f64),
    /// No more than this.
    AtMost(f64),
}

impl Aim {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }

    fn words(self) -> String {
        match self {
            Self::AtLeast(least) => format!("at least {least}"),
            Self::AtMost(most) => format!("at most {most}"),
        }
    }
}

impl Report {
    /// An empty report of the bench `name`.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            findings: Vec::new(),
        }
    }

    /// Puts the values that there is an aim for first.
    pub fn aims_first(&mut self) {
        self.findings.sort_by_key(|finding| finding.aim.is_none());
    }

    /// Adds a value that is only for scale; its unit is the end of its key (`_per_second`, `_ms`, `_mb`, `ratio_`).
    pub fn note(&mut self, key: impl Into<String>, value: f64) {
        self.add(key.into(), value, None);
    }

    /// Adds a value that there is an aim for.
    pub fn aim(&mut self, key: impl Into<String>, value: f64, aim: Aim) {
        self.add(key.into(), value, Some(aim));
    }

    fn add(&mut self, key: String, value: f64, aim: Option<Aim>) {
        self.findings.push(Finding { key, value, aim });
    }

    /// Prints to standard output.
    #[expect(clippy::print_stdout, reason = "the answer of a command")]
    pub fn print(&self, json: bool) {
        if json {
            println!("{}", self.object());
            return;
        }
        println!("{}", self.name);
        for finding in &self.findings {
            let aim = finding.aim.map_or(String::new(), |aim| {
                let missed = if aim.holds(finding.value) {
                    ""
                } else {
                    "  MISSED"
                };
                format!("({}){missed}", aim.words())
            });
            println!("  {:<36} {:>12.3}  {aim}", finding.key, finding.value);
        }
    }

    fn object(&self) -> Value {
        let mut object = Map::new();
        object.insert("bench".to_owned(), json!(self.name));
        for finding in &self.findings {
            object.insert(finding.key.clone(), json!(finding.value));
        }
        Value::Object(object)
    }
}
