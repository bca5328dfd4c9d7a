//! The read model: events in, rows out; queries over the rows. Shaped for the screens, thrown away at will.
//! Must never decide, send, or write to the journal.

mod attached;
mod columns;
mod error;
mod follow;
mod indexing;
mod model;
mod page;
mod projections;
mod projector;
mod queries;
mod rebuild;
mod rows;
mod schema;
mod search;
mod table;
mod told;
mod waiting_words;
mod writer;

pub use attached::{AttachmentKind, AttachmentRow, FileRow};
pub use error::{PageRefusal, ReadError};
pub use model::ReadModel;
pub use page::{
    CursorInvalid, DEFAULT_PAGE, Found, FoundKey, Key, List, MAX_PAGE, Page, Paged, Read,
};
pub use projections::access::EVERYBODY;
pub use queries::{
    AssigneeFilter, ChannelScope, ChatFilter, ChatOrder, ChatSearch, ChatStateFilter, ClientKey,
    ClientList, ClientPage, DueChat, MemberChat, MessageSearch, ThreadPlace, WriterFilter,
};
pub use rebuild::{Filling, Rebuild, Rebuilt};
pub use rows::{
    ActKind, ActRow, AgentCounters, Changes, ChannelCounters, ChatChanges, ChatClient, ChatHit,
    ChatRow, ChatState, ClientHit, ClientMark, ClientRow, ContactItemRow, Counted, CountersRow,
    Direction, DraftRow, InternalRow, LastMessage, MemberRow, MentionRow, MessageHit, MessageRow,
    MessageState, OutboxRow, OwnRow, ReactionRow, TagRow,
};
pub use search::highlight::{Range, Snippet};
pub use search::people::{ContactField, ContactMatch};
pub use told::Written;

/// How many messages of a chat are kept (the newest).
pub const KEPT_MESSAGES: i64 = 500;
