//! What makes text findable: the words of a text as every query compares them, the lexemes that the index holds of them,
//! and where in a text the words asked for stand. Pure; knows no table.

pub(crate) mod distance;
pub(crate) mod highlight;
pub(crate) mod lexemes;
pub(crate) mod people;
pub(crate) mod query;
pub(crate) mod words;
