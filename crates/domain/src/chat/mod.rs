//! The chat: one conversation with one contact on one channel.
//! Everything about whether something may happen in it is decided here and nowhere else.

mod aggregate;
mod command;
mod comment;
mod composer;
mod decide;
mod event;
mod internal;
mod refusal;
mod state;
#[cfg(test)]
mod tests;
mod values;

pub use command::{
    AgentFact, ChannelFact, ChatCommand, ChatFacts, ProviderMessage, ReceiptOf, UndoneAct,
};
pub use comment::{COMMENT_ID, CommentPlace};
pub use composer::{Composer, ComposerReason, Seat, composer};
pub use decide::{MOST_TAGS, TAG_LIMIT, decide, is_undoable};
pub use event::{
    AssignmentCause, ChatEvent, ContactDescription, EarlyReceipt, FailureCause, PageView, Priority,
    Reached, Receipt, ReopenCause, SendWarning, Snooze, UnsnoozeCause,
};
pub use internal::{
    Internal, InternalAudit, InternalCommand, InternalMemberRemoval, InternalMembers,
    InternalMessage, InternalOpening, InternalReading, InternalTitle, MOST_MEMBERS, Member,
    TITLE_LIMIT,
};
pub use refusal::ChatRefusal;
pub use state::{
    Chat, Delivery, Direction, EDIT_WINDOW_MINUTES, Early, MessageRef, NOTES, NoteRef, Origin,
    RECENT, Recent, Since, Stage, evolve,
};
