//! Chats: the list, one chat with its timeline, and what can be done with it.

pub mod assignment;
pub mod bulk;
pub mod composer;
pub mod connection;
pub mod drafts;
pub mod erasure;
pub mod filter;
pub mod history;
pub mod internal;
pub mod marks;
pub mod mention;
pub mod mutation;
pub mod object;
pub mod query;
pub mod snooze;
pub mod subscription;
pub mod tags;
pub mod timeline;
