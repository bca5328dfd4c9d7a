//! What is written for integrators is true: each example is a request that this schema takes, and each code is listed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hilo_app::{Caller, Credential};
use hilo_domain::AgentId;
use hilo_domain::agent::Role;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::context::Identity;
use crate::error::ErrorCode;
use crate::execute::tests::{answer_of, stranger};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[tokio::test]
async fn every_example_is_a_request_that_the_schema_takes() {
    let text = std::fs::read_to_string(root().join("docs/api.md")).unwrap();
    let examples: Vec<_> = text
        .split("```graphql\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(examples.len() >= 10);
    for example in examples {
        let caller = Caller {
            agent_id: AgentId::from_uuid(Uuid::nil()),
            role: Role::Administrator,
            credential: Credential::Session { id: Uuid::nil() },
        };
        let agent = Identity {
            caller: Some(caller),
            ..stranger()
        };
        let answer = answer_of(&filled(example), agent).await;
        // Nothing stands behind the schema here: a field fails, the request does not.
        let errors = answer["errors"].as_array().unwrap();
        let is_request = |error: &Json| {
            error["path"]
                .as_array()
                .is_some_and(|path| !path.is_empty())
        };
        assert!(errors.iter().all(is_request), "{example}: {answer}");
    }
}

/// The example with values in place of its variables, so that they are checked too.
fn filled(example: &str) -> String {
    let input = "{ channelId: \"x\", messages: [] }";
    let (head, body) = example.split_once('{').unwrap();
    let head = head.split('(').next().unwrap();
    format!("{head}{{{body}")
        .replace("$input", input)
        .replace("$after", "\"1\"")
        .replace("$bot", "\"x\"")
        .replace("$token", "\"x\"")
        .replace("$colleague", "\"x\"")
        .replace("$channel", "\"x\"")
        .replace("$client", "\"x\"")
        .replace("$template", "\"x\"")
        .replace("$chat", "\"x\"")
}

/// Where refusals are told apart: the codes stand there as text.
const REFUSALS: [(&str, &str); 2] = [
    ("crates/domain/src", "refusal.rs"),
    ("crates/app/src", "refusal.rs"),
];

fn files(folder: &Path, name: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, name, found);
        } else if path.file_name().is_some_and(|file| file == name) {
            found.push(path);
        }
    }
}

/// Texts of a source that look like a code.
fn codes_in(source: &str) -> impl Iterator<Item = &str> {
    let quoted = source.split('"').skip(1).step_by(2);
    quoted.filter(|text| {
        text.len() > 2
            && !text.starts_with("CARGO_")
            && text.contains('_')
            && text
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

#[test]
fn every_code_is_listed_for_integrators() {
    let mut lines = String::from(
        "# Error codes\n\nMade by a test from the code: run `UPDATE=1 cargo test -p hilo-graphql --lib every_code_is_listed`.\n\n\
         ## `errors[].extensions.code`\n\n",
    );
    for code in ErrorCode::ALL {
        lines += &format!("- `{}`\n", code.wire());
    }
    let mut sources = vec![root().join("crates/domain/src/text.rs")];
    for (folder, name) in REFUSALS {
        files(&root().join(folder), name, &mut sources);
    }
    let mut by_code: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in sources {
        let source = std::fs::read_to_string(&path).unwrap();
        let of = match path
            .parent()
            .and_then(Path::file_name)
            .and_then(|it| it.to_str())
        {
            Some("src") | None => "text".to_owned(),
            Some(folder) => folder.to_owned(),
        };
        for code in codes_in(&source) {
            let all = by_code.entry(code.to_owned()).or_default();
            if !all.contains(&of) {
                all.push(of.clone());
            }
        }
    }
    lines += "\n## `userErrors[].code`\n\n| code | a rule of |\n|---|---|\n";
    for (code, mut of) in by_code {
        of.sort();
        lines += &format!("| `{code}` | {} |\n", of.join(", "));
    }
    let file = root().join("docs/error-codes.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &lines).unwrap();
    }
    assert!(
        std::fs::read_to_string(&file).unwrap() == lines,
        "docs/error-codes.md differs from the code: run this test with UPDATE=1 and commit"
    );
}
