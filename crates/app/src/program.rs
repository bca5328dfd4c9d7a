//! What the journal is told of Hilo. Names no event by itself: the domain does.

use std::sync::LazyLock;

use hilo_domain::EVENT_KINDS;
use hilo_journal::{EventKind, Program};

static KINDS: LazyLock<Vec<EventKind>> = LazyLock::new(|| {
    EVENT_KINDS
        .iter()
        .map(|(aggregate_type, event_type, event_version)| EventKind {
            aggregate_type,
            event_type,
            event_version,
        })
        .collect()
});

/// Hilo, as its journal sees it. Whoever opens Hilo's journal passes this.
#[must_use]
pub fn program() -> Program {
    Program {
        states: Some(hilo_domain::CODE),
        kinds: Some(KINDS.as_slice()),
        ..Program::default()
    }
}
