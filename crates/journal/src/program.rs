//! What the journal must be told of the program whose events it keeps. It knows no event by itself.

use crate::{EventKind, Upcasters};

/// A program as the journal sees it. The default is one that only has events of today's shape.
#[derive(Debug, Default)]
pub struct Program {
    /// Bring events of older versions to today's shape.
    pub upcasters: Upcasters,
    /// Names the code that folds events into states. It must be another whenever that code or the shape of a state
    /// changes: snapshots of other code are ignored. Without it there are none.
    pub states: Option<&'static str>,
    /// All kinds of events that this program can read, older versions included. A journal that holds others is refused;
    /// without a list, none is.
    pub kinds: Option<&'static [EventKind]>,
}
