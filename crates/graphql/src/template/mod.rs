//! Templates: reusable texts with fields that are filled in when they are used.

pub mod mutation;
pub mod object;
pub mod query;
