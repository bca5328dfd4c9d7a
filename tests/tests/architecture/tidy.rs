//! Sizes, first lines and names of source files, and the places where SQL may be written (S7).

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

const FILE_LIMIT: usize = 600;
const TEST_LIMIT: usize = 800;
const BANNED: [&str; 6] = ["utils", "helpers", "common", "misc", "manager", "service"];
const SKIPPED: [&str; 5] = ["target", "node_modules", ".git", ".tools", "dist"];

/// Folders whose files may hold SQL.
const SQL_PLACES: [&str; 10] = [
    "bench/",
    "crates/journal/",
    "crates/read/",
    "crates/app/src/accounts/",
    "crates/app/src/secrets",
    "crates/app/src/storage",
    "crates/app/src/channels/secrets",
    "crates/app/src/files/rows",
    "crates/server/src/postgres/",
    "tests/",
];

/// Where SQL text is made of more than constants: the read model's schema name, and the queries of screens,
/// which are put together of pieces (orders, columns) of type `&'static str`.
const SQL_TEXT_PLACES: [&str; 2] = ["crates/read/src/schema.rs", "crates/read/src/queries/"];
const SQL_WORDS: [&str; 6] = [
    "SELECT ",
    "INSERT INTO",
    "UPDATE ",
    "DELETE FROM",
    " WHERE ",
    " FROM ",
];

struct Source {
    path: String,
    text: String,
}

impl Source {
    fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("tests.rs")
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path.starts_with(place))
    }

    /// The text before its unit tests.
    fn code(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources() -> Result<Vec<Source>> {
    let root = root().canonicalize()?;
    let mut folders = vec![
        root.join("bench"),
        root.join("crates"),
        root.join("tests"),
        root.join("frontend"),
    ];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() && !SKIPPED.contains(&name.as_str()) {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path)?;
                let path = path.strip_prefix(&root)?.to_string_lossy().into_owned();
                sources.push(Source { path, text });
            }
        }
    }
    ensure!(sources.len() > 50, "where is the source?");
    Ok(sources)
}

/// Fails with all offenders at once.
fn none(what: &str, offenders: impl Iterator<Item = String>) -> Result<()> {
    let offenders: Vec<_> = offenders.collect();
    ensure!(offenders.is_empty(), "{what}:\n{}", offenders.join("\n"));
    Ok(())
}

#[test]
fn files_stay_readable_in_one_sitting() -> Result<()> {
    let sources = sources()?;
    let long = sources.iter().filter_map(|source| {
        let limit = if source.is_test() {
            TEST_LIMIT
        } else {
            FILE_LIMIT
        };
        let lines = source.text.lines().count();
        (lines > limit).then(|| format!("{} has {lines} lines of {limit}", source.path))
    });
    none("too long", long)?;
    let mut sizes: Vec<_> = sources
        .iter()
        .map(|source| source.text.lines().count())
        .collect();
    sizes.sort_unstable();
    let at = |percent: usize| {
        sizes
            .get(sizes.len() * percent / 100)
            .copied()
            .unwrap_or_default()
    };
    ensure!(at(50) <= 160, "the median file has {} lines", at(50));
    ensure!(
        at(95) <= 420,
        "one file in twenty has over {} lines",
        at(95)
    );
    Ok(())
}

#[test]
fn every_file_says_what_it_is() -> Result<()> {
    let sources = sources()?;
    let silent = sources
        .iter()
        .filter(|source| !source.text.starts_with("//!"));
    none(
        "no //! at the top",
        silent.map(|source| source.path.clone()),
    )
}

#[test]
fn no_file_is_named_after_nothing() -> Result<()> {
    let sources = sources()?;
    let banned = sources.iter().filter(|source| {
        let mut parts = source.path.split(['/', '.']);
        parts.any(|part| BANNED.contains(&part))
    });
    none(
        "a name that does not tell",
        banned.map(|source| source.path.clone()),
    )
}

#[test]
fn nothing_is_left_for_later() -> Result<()> {
    let sources = sources()?;
    let marks = ["TODO", "FIXME", "XXX"].map(|mark| format!("// {mark}"));
    let left = sources
        .iter()
        .filter(|source| marks.iter().any(|mark| source.text.contains(mark)));
    none("left for later", left.map(|source| source.path.clone()))
}

#[test]
fn sql_lives_where_the_design_says() -> Result<()> {
    let sources = sources()?;
    let outside = sources
        .iter()
        .filter(|source| !source.is_test() && !source.is_in(&SQL_PLACES))
        .filter(|source| {
            ["sqlx::query", "query_as(", "query_scalar("]
                .iter()
                .any(|it| source.code().contains(it))
        });
    none(
        "SQL outside its places",
        outside.map(|source| source.path.clone()),
    )
}

#[test]
fn no_value_is_put_into_sql_text() -> Result<()> {
    let sources = sources()?;
    let mut offenders = Vec::new();
    for source in sources
        .iter()
        .filter(|it| !it.is_test() && !it.is_in(&SQL_TEXT_PLACES))
    {
        for literal in formatted_literals(source.code()) {
            let is_sql = SQL_WORDS.iter().any(|word| literal.contains(word));
            if is_sql && !shows_constants_only(literal) {
                offenders.push(format!("{}: {literal}", source.path));
            }
        }
    }
    none("a value in SQL text", offenders.into_iter())
}

/// The first string of every `format!`.
fn formatted_literals(code: &str) -> impl Iterator<Item = &str> {
    code.split("format!(").skip(1).filter_map(|rest| {
        let literal = rest.trim_start().strip_prefix('"')?;
        literal.split('"').next()
    })
}

/// Whether all that is put in is a constant, or the mark that the schema's name replaces.
fn shows_constants_only(literal: &str) -> bool {
    let bare = literal.replace("{{read}}", "");
    bare.split('{').skip(1).all(|rest| {
        let name = rest.split(['}', ':']).next().unwrap_or_default();
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    })
}

#[test]
fn the_check_of_sql_text_tells_constants_from_values() {
    assert!(shows_constants_only("SELECT {COLUMNS} FROM {{read}}.chats"));
    assert!(!shows_constants_only(
        "SELECT * FROM {{read}}.chats WHERE name = '{name}'"
    ));
    assert!(!shows_constants_only("SELECT {} FROM x"));
    let code = "let a = format!(\n    \"SELECT {x}\"); let b = format!(\"no\");";
    assert_eq!(
        formatted_literals(code).collect::<Vec<_>>(),
        ["SELECT {x}", "no"]
    );
}
