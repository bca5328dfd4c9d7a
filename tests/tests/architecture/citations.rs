//! What docs/features.md cites is there: paths, tests, functions and fields of the schema.
//! Never checks that a citation fits its row: that is for who reads it.

use std::path::Path;

use anyhow::{Result, ensure};

const SKIPPED: [&str; 5] = ["target", "node_modules", ".git", ".tools", "dist"];
const FOLDERS: [&str; 6] = ["bench", "crates", "docs", "frontend", "scripts", "tests"];

/// The tree as citations see it.
struct Tree {
    /// Every file and folder, whole and shortened as the page says.
    paths: Vec<String>,
    /// All Rust and script text.
    code: String,
    schema: String,
}

impl Tree {
    fn read() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .canonicalize()?;
        let mut folders: Vec<_> = FOLDERS.iter().map(|name| root.join(name)).collect();
        let (mut paths, mut code) = (Vec::new(), String::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                if SKIPPED.contains(&&*name) {
                    continue;
                }
                let shown = path.strip_prefix(&root)?.to_string_lossy().into_owned();
                let short = shown.replace("crates/", "").replace("/src/", "/");
                paths.push(short.replace("tests/tests/", ""));
                paths.push(shown);
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|it| it == "rs" || it == "ts")
                    && name != "citations.rs"
                {
                    code.push_str(&std::fs::read_to_string(&path)?);
                }
            }
        }
        ensure!(paths.len() > 500, "where is the source?");
        let schema = std::fs::read_to_string(root.join("schema.graphql"))?;
        Ok(Self {
            paths,
            code,
            schema,
        })
    }

    /// A path or the end of one, with or without `.rs`.
    fn has_path(&self, cited: &str) -> bool {
        let cited = cited.trim_end_matches('/');
        self.paths.iter().any(|path| {
            let bare = path
                .rsplit_once('.')
                .map_or(path.as_str(), |(bare, _)| bare);
            [path.as_str(), bare].into_iter().any(|path| {
                let rest = path.strip_suffix(cited);
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            })
        })
    }

    /// A function, a test or a module, by its name or, where the citation ends in `...` or `_`, by how that begins; or the
    /// word of a command.
    fn has_name(&self, cited: &str) -> bool {
        let begins = cited.trim_end_matches("...");
        let is_whole = begins == cited && !cited.ends_with('_');
        let declared = ["fn ", "mod "].iter().any(|keyword| {
            let wanted = format!("{keyword}{begins}");
            self.code.match_indices(&wanted).any(|(at, _)| {
                let rest = self.code.get(at + wanted.len()..).unwrap_or_default();
                !is_whole || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            })
        });
        declared || self.code.contains(&format!("\"{begins}\"")) || self.has_path(begins)
    }

    /// `Type.field`.
    fn has_field(&self, of: &str, field: &str) -> bool {
        let declared = format!("\ntype {of} ");
        let body = self.schema.split_once(&declared).map(|(_, rest)| rest);
        let body = body.and_then(|rest| rest.split_once("\n}"));
        body.is_some_and(|(body, _)| {
            let lines = body.lines().map(str::trim);
            let mut found = lines.filter_map(|line| line.strip_prefix(field));
            found.any(|rest| rest.starts_with(':') || rest.starts_with('('))
        })
    }

    fn has(&self, cited: &str) -> bool {
        let word = |text: &str| {
            text.bytes()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
        };
        if cited.contains(' ') || cited.starts_with('/') {
            // A command of the program, or an address that it serves.
            let last = cited.rsplit([' ', '/']).next().unwrap_or_default();
            return self.code.contains(last);
        }
        if cited.contains('/') || cited.ends_with(".rs") {
            return self.has_path(cited);
        }
        if let Some((_, name)) = cited.rsplit_once("::") {
            return self.code.contains(name);
        }
        if let Some((of, field)) = cited.split_once('.').filter(|_| !cited.ends_with("...")) {
            return self.has_field(of, field);
        }
        if word(cited.trim_end_matches("...")) {
            return self.has_name(cited);
        }
        // A type, or a field of Query, Mutation or Subscription.
        self.code.contains(cited)
            || ["Query", "Mutation", "Subscription"]
                .iter()
                .any(|root| self.has_field(root, cited))
    }
}

/// `a/{b,c}.rs` as `a/b.rs` and `a/c.rs`.
fn expanded(cited: &str) -> Vec<String> {
    let Some((before, rest)) = cited.split_once('{') else {
        return vec![cited.to_owned()];
    };
    let Some((words, after)) = rest.split_once('}') else {
        return vec![cited.to_owned()];
    };
    let words = words.split(',');
    words.map(|word| format!("{before}{word}{after}")).collect()
}

#[test]
fn what_the_features_cite_is_there() -> Result<()> {
    let tree = Tree::read()?;
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/features.md");
    let page = std::fs::read_to_string(page)?;
    let mut cited = 0;
    let mut missing = Vec::new();
    for line in page.lines().filter(|line| line.starts_with('|')) {
        for quoted in line.split('`').skip(1).step_by(2) {
            for one in expanded(quoted) {
                cited += 1;
                if !tree.has(&one) {
                    let row = line.split('|').nth(1).unwrap_or_default().trim();
                    missing.push(format!("{row}: {one}"));
                }
            }
        }
    }
    ensure!(cited > 150, "where are the citations?");
    ensure!(missing.is_empty(), "not there:\n{}", missing.join("\n"));
    for wrong in [
        "chat/decide/nowhere.rs",
        "d7_never_...",
        "Chat.nothing",
        "no_such_function",
        "noSuchField",
    ] {
        ensure!(!tree.has(wrong), "{wrong} is found");
    }
    Ok(())
}
