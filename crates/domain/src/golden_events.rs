//! Every event type and version ever stored stays readable: one golden file each (R6, practice 13).
//! A file under tests/golden/events is never edited after its release.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::PathBuf;

use cqrs_es::{Aggregate, DomainEvent};
use serde_json::Value;

use crate::agent::{Agent, AgentEvent};
use crate::channel::{Channel, ChannelEvent};
use crate::chat::{Chat, ChatEvent};
use crate::workspace::{Workspace, WorkspaceEvent};

/// All types there are. `every_variant_is_listed` fails when one is missing.
const TYPES: [&str; 28] = [
    "agent_added",
    "agent_deactivated",
    "agent_joined",
    "agent_reactivated",
    "agent_renamed",
    "agent_role_changed",
    "channel_access_granted",
    "channel_access_revoked",
    "channel_connected",
    "channel_renamed",
    "chat_archived",
    "chat_opened",
    "chat_rated",
    "chat_read",
    "chat_reopened",
    "contact_described",
    "contact_page_viewed",
    "message_deleted",
    "message_delivered",
    "message_edited",
    "message_failed",
    "message_queued",
    "message_reaction_changed",
    "message_read_by_contact",
    "message_received",
    "widget_configured",
    "workspace_created",
    "workspace_renamed",
];

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

#[test]
fn every_type_has_a_golden_file_that_decodes_and_encodes_to_itself() {
    for event_type in TYPES {
        let json = read(&format!("{event_type}.v1.json"));
        assert_eq!(json["type"], event_type);
        let again = round_trip::<ChatEvent>(&json, "1")
            .or_else(|| round_trip::<ChannelEvent>(&json, "1"))
            .or_else(|| round_trip::<AgentEvent>(&json, "1"))
            .or_else(|| round_trip::<WorkspaceEvent>(&json, "1"));
        assert_eq!(again.as_ref(), Some(&json), "{event_type} changed its form");
        let text = json.to_string();
        assert!(
            !text.contains("$personal"),
            "{event_type} shows an unsealed personal value"
        );
    }
}

/// Applies every golden event of an aggregate and reads its state back from what a snapshot would hold.
fn state_survives_a_snapshot<A: Aggregate + Debug + PartialEq>() {
    let mut state = A::default();
    // Openings first: most events leave no trace on what does not exist.
    let (first, then): (Vec<&str>, Vec<&str>) = TYPES.into_iter().partition(|name| {
        ["_opened", "_added", "_connected", "_created"]
            .iter()
            .any(|end| name.ends_with(end))
    });
    for name in first.into_iter().chain(then) {
        if let Ok(event) = serde_json::from_value::<A::Event>(read(&format!("{name}.v1.json"))) {
            state.apply(event);
        }
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
    state_survives_a_snapshot::<Workspace>();
}

#[test]
fn every_golden_file_belongs_to_a_type() {
    let known: BTreeSet<String> = TYPES.iter().map(|name| format!("{name}.v1.json")).collect();
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, known);
}

#[test]
fn every_variant_is_listed() {
    let sources = [
        include_str!("agent/event.rs"),
        include_str!("channel/event.rs"),
        include_str!("chat/event.rs"),
        include_str!("workspace/event.rs"),
    ];
    let mut listed = BTreeSet::new();
    for source in sources {
        let events = source.split("impl DomainEvent").next().unwrap();
        for (_, rest) in events
            .match_indices("#[serde(rename = \"")
            .map(|(at, _)| events.split_at(at))
        {
            listed.insert(rest.split('"').nth(1).unwrap());
        }
    }
    assert_eq!(listed, TYPES.into_iter().collect());
}
