//! Every event type and version ever stored stays readable: one golden file each (R6, practice 13).
//! A file under tests/golden/events is never edited after its release.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::PathBuf;

use cqrs_es::{Aggregate, DomainEvent};
use serde_json::Value;

use crate::EVENT_KINDS;
use crate::agent::{Agent, AgentEvent};
use crate::channel::{Channel, ChannelEvent};
use crate::chat::{Chat, ChatEvent};
use crate::client::{Client, ClientEvent};
use crate::template::{Template, TemplateEvent};
use crate::workspace::{Workspace, WorkspaceEvent};

fn folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/events"
    ))
}

fn read(name: &str) -> Value {
    let path = folder().join(name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|reason| panic!("{} is missing: {reason}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// Decodes with the type's own enum, checks the stored name, and writes it again.
fn round_trip<E: DomainEvent>(json: &Value, version: &str) -> Option<Value> {
    let event: E = serde_json::from_value(json.clone()).ok()?;
    assert_eq!(event.event_type(), json["type"].as_str().unwrap());
    assert_eq!(event.event_version(), version);
    Some(serde_json::to_value(&event).unwrap())
}

fn file((_, event_type, version): &(&str, &str, &str)) -> String {
    format!("{event_type}.v{version}.json")
}

/// Further forms of a kind, with what a later release made optional: `<type>.v<version>.<form>.json`.
fn forms(kind: &(&str, &str, &str)) -> Vec<String> {
    let (_, event_type, version) = kind;
    let begin = format!("{event_type}.v{version}.");
    let files = std::fs::read_dir(folder()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.starts_with(&begin) && *name != file(kind))
        .collect()
}

#[test]
fn every_kind_has_a_golden_file_that_decodes_and_encodes_to_itself() {
    for kind in EVENT_KINDS {
        let (aggregate_type, event_type, version) = *kind;
        for file in [file(kind)].into_iter().chain(forms(kind)) {
            let json = read(&file);
            assert_eq!(json["type"], event_type);
            let again = match aggregate_type {
                Agent::TYPE => round_trip::<AgentEvent>(&json, version),
                Channel::TYPE => round_trip::<ChannelEvent>(&json, version),
                Chat::TYPE => round_trip::<ChatEvent>(&json, version),
                Client::TYPE => round_trip::<ClientEvent>(&json, version),
                Template::TYPE => round_trip::<TemplateEvent>(&json, version),
                Workspace::TYPE => round_trip::<WorkspaceEvent>(&json, version),
                other => panic!("no aggregate {other}"),
            };
            assert_eq!(again.as_ref(), Some(&json), "{file} changed its form");
            let text = json.to_string();
            assert!(
                !text.contains("$personal"),
                "{file} shows an unsealed personal value"
            );
        }
    }
}

/// Applies every golden event of an aggregate and reads its state back from what a snapshot would hold.
fn state_survives_a_snapshot<A: Aggregate + Debug + PartialEq>() {
    let mut state = A::default();
    // Openings first: most events leave no trace on what does not exist.
    let of_this = EVENT_KINDS.iter().filter(|(of, ..)| *of == A::TYPE);
    let (first, then): (Vec<_>, Vec<_>) = of_this.partition(|(_, name, _)| {
        ["_opened", "_added", "_connected", "_created"]
            .iter()
            .any(|end| name.ends_with(end))
    });
    for kind in first.into_iter().chain(then) {
        state.apply(serde_json::from_value(read(&file(kind))).unwrap());
    }
    assert_ne!(state, A::default());
    let stored = serde_json::to_string(&state).unwrap();
    assert!(!stored.contains("$personal"), "{stored}");
    assert_eq!(serde_json::from_str::<A>(&stored).unwrap(), state);
}

#[test]
fn every_state_survives_a_snapshot() {
    state_survives_a_snapshot::<Agent>();
    state_survives_a_snapshot::<Channel>();
    state_survives_a_snapshot::<Chat>();
    state_survives_a_snapshot::<Client>();
    state_survives_a_snapshot::<Template>();
    state_survives_a_snapshot::<Workspace>();
}

#[test]
fn every_golden_file_belongs_to_a_kind() {
    let forms = EVENT_KINDS.iter().flat_map(forms);
    let known: BTreeSet<String> = EVENT_KINDS.iter().map(file).chain(forms).collect();
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, known);
}

#[test]
fn every_variant_is_listed() {
    let sources = [
        (Agent::TYPE, include_str!("agent/event.rs")),
        (Channel::TYPE, include_str!("channel/event.rs")),
        (Chat::TYPE, include_str!("chat/event.rs")),
        (Client::TYPE, include_str!("client/event.rs")),
        (Template::TYPE, include_str!("template/event.rs")),
        (Workspace::TYPE, include_str!("workspace/event.rs")),
    ];
    let mut written = BTreeSet::new();
    for (aggregate_type, source) in sources {
        let events = source.split("impl DomainEvent").next().unwrap();
        for (_, rest) in events
            .match_indices("#[serde(rename = \"")
            .map(|(at, _)| events.split_at(at))
        {
            written.insert((aggregate_type, rest.split('"').nth(1).unwrap()));
        }
    }
    let listed = EVENT_KINDS.iter().map(|(of, name, _)| (*of, *name));
    assert_eq!(written, listed.collect());
}
