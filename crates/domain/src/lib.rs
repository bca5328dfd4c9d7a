//! What Hilo decides: aggregates with their commands, events, refusals and states.
//! Must never await, do IO, read a clock, or make an id or a random number.

pub mod actor;
pub mod agent;
pub mod attachment;
pub mod channel;
pub mod chat;
pub mod client;
mod event_kinds;
pub mod ids;
pub mod origin;
pub mod personal;
pub mod policy;
pub mod template;
pub mod text;
pub mod workspace;

#[cfg(test)]
mod golden_events;
#[cfg(test)]
mod scenario;

pub use actor::{Actor, Assignee};
pub use attachment::Attachment;
pub use event_kinds::EVENT_KINDS;
pub use ids::{
    AgentId, ChannelId, ChatId, ClientId, ContactId, FileId, GroupId, MessageId, SubjectId,
    TemplateId, TokenId, WorkspaceId,
};
pub use personal::Personal;
pub use text::{MessageText, TextRefusal};

/// Names the code of this crate: another text whenever any of its source changed, and with it what a stored state means.
pub const CODE: &str = env!("HILO_DOMAIN_CODE");
