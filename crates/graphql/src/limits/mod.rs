//! What a document may cost before anything of it is executed (S10).
//! Counts and refuses; never looks at the schema, at variables or at who asks.

pub mod document;
pub mod tokens;

/// The most tokens a document may have.
pub const MAX_TOKENS: usize = 2_000;
/// The deepest that brackets of any kind may nest. The parser recurses, so this stands before it.
pub const MAX_NESTING: usize = 40;
/// The deepest that fields may nest.
pub const MAX_DEPTH: usize = 12;
/// The most aliases an operation may have, fragments counted at each spread.
pub const MAX_ALIASES: usize = 30;
/// The most directives one field, spread or fragment may carry.
pub const MAX_DIRECTIVES: usize = 5;
/// The most selections an operation may have, fragments counted at each spread, `__typename` included.
pub const MAX_SELECTIONS: usize = 2_000;
/// The most that the fields of an operation may cost; a list costs its page size times its fields. A default page of
/// chats, each with a default page of messages and half a dozen of their fields, passes; the largest pages do not.
pub const MAX_COMPLEXITY: usize = 25_000;
