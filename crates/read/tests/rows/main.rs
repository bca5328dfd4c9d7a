//! The rows that histories of chats make, and what queries answer, on a real PostgreSQL.

mod database;
mod history;
mod live_changes;
mod pages;
mod plans;
mod projector;
