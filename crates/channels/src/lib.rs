//! What messengers say, as typed values: bytes in, values out, signatures checked.
//! Must not know SQL, aggregates or who may do what.

pub mod webchat;
