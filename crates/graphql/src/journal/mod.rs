//! The journal itself: every event, for auditors and for programs that keep a copy.

pub mod object;
pub mod query;
pub mod subscription;
