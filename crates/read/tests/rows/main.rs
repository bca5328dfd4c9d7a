//! The rows that histories of chats make, and what queries answer, on a real PostgreSQL.

#[cfg(test)]
mod attachments;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod database;
#[cfg(test)]
mod due;
#[cfg(test)]
mod erased;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod found_clients;
#[cfg(test)]
mod history;
#[cfg(test)]
mod internal;
#[cfg(test)]
mod journaled;
#[cfg(test)]
mod live_changes;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod projector;
#[cfg(test)]
mod rebuild;
#[cfg(test)]
mod search;
#[cfg(test)]
mod told;
