//! Kinds of damage, in words for whoever runs the command. They name positions, never content.

use std::fmt;

use crate::Position;

/// The first thing that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where it was found.
    pub position: Position,
    /// What it is.
    pub kind: DamageKind,
}

/// What can be wrong with a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DamageKind {
    /// The event's bytes differ from what its digest was taken over.
    Changed,
    /// The event's `recorded_at` differs from that of the append which it is part of.
    TimeChanged,
    /// Events are gone, from the position of the damage to this one.
    Missing {
        /// The last that is gone.
        through: Position,
    },
    /// The event stands there a second time.
    Repeated,
    /// A stream goes on at some event, and the one before that is nowhere.
    StreamGap {
        /// The sequence that is gone.
        sequence: u64,
        /// The event behind the gap.
        before: Position,
    },
    /// This event and another one stand in each other's place.
    Swapped {
        /// The place of the other.
        with: Position,
    },
    /// Digests fit, and the link that ties the append to what was before does not: link, time or order was rewritten.
    Rewritten,
    /// The append has no link at its end.
    Unlinked,
    /// The append was recorded before the one in front of it.
    TimeWentBack,
    /// The head, which must describe the last event, does not.
    Head,
    /// The chain is not the one whose link was kept outside: history up to here was rewritten.
    NotTheCheckpoint,
    /// The journal ends before the position of a link that was kept outside.
    BeforeTheCheckpoint {
        /// That position.
        checkpoint: Position,
    },
    /// The line of the file is not an event.
    Unreadable {
        /// Which line, from 1.
        line: u64,
    },
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.position;
        match &self.kind {
            DamageKind::Changed => write!(
                f,
                "changed bytes: event {at} is not what its digest was taken over"
            ),
            DamageKind::TimeChanged => {
                write!(
                    f,
                    "changed bytes: recorded_at of event {at} is not that of its append"
                )
            }
            DamageKind::Missing { through } if *through == at => {
                write!(f, "missing row: event {at} is gone")
            }
            DamageKind::Missing { through } => {
                write!(f, "missing rows: events {at} to {through} are gone")
            }
            DamageKind::Repeated => write!(f, "repeated row: event {at} comes a second time"),
            DamageKind::StreamGap { sequence, before } => write!(
                f,
                "missing row: at event {at}; sequence {sequence} of the stream of event {before} is gone"
            ),
            DamageKind::Swapped { with } => {
                write!(
                    f,
                    "swapped rows: events {at} and {with} stand in each other's place"
                )
            }
            DamageKind::Rewritten => write!(
                f,
                "rewritten chain: from event {at} on the digests fit and the link does not, so link, time or order was changed"
            ),
            DamageKind::Unlinked => write!(
                f,
                "rewritten chain: the append with event {at} has no link at its end"
            ),
            DamageKind::TimeWentBack => {
                write!(
                    f,
                    "rewritten time: event {at} was recorded before the one in front of it"
                )
            }
            DamageKind::Head => write!(
                f,
                "the head differs: journal_head and event {at}, at the end of the journal, do not fit"
            ),
            DamageKind::NotTheCheckpoint => write!(
                f,
                "rewritten chain: at event {at} the chain is not the one of the checkpoint, so history up to it was rewritten"
            ),
            DamageKind::BeforeTheCheckpoint { checkpoint } => write!(
                f,
                "missing rows: the journal ends at {at}, and the checkpoint was taken at {checkpoint}"
            ),
            DamageKind::Unreadable { line } => {
                write!(
                    f,
                    "unreadable line: line {line}, behind event {at}, is not an event"
                )
            }
        }
    }
}
