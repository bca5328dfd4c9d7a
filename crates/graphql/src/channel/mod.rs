//! Channels: what they are, who has access, their widgets, and their numbers.

pub mod bridge;
pub mod capabilities;
pub mod connect;
pub mod counters;
pub mod mutation;
pub mod object;
pub mod outbox;
pub mod query;
pub mod report;
