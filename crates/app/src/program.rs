//! What the journal is told of Hilo. Names no event by itself: the domain does.

use hilo_journal::Program;

/// Hilo, as its journal sees it. Whoever opens Hilo's journal passes this.
#[must_use]
pub fn program() -> Program {
    Program {
        states: Some(hilo_domain::CODE),
        ..Program::default()
    }
}
