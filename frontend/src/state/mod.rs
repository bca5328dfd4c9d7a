//! What the screen shows, as plain structs that take in what the server sends. Must not touch signals or the browser.

pub mod access;
pub mod address;
pub mod avatar;
pub mod clients;
pub mod commands;
pub mod dialog;
pub mod draft;
pub mod drawn;
pub mod files;
pub mod filter;
pub mod inbox;
pub mod links;
pub mod marked;
pub mod mentions;
pub mod notices;
pub mod order;
pub mod outbox;
pub mod segments;
pub mod selection;
pub mod snooze;
pub mod sorted;
pub mod template;
pub mod text;
pub mod thread;
pub mod timeline;
pub mod token;
pub mod transcript;
pub mod uploads;
pub mod views;
pub mod window;

#[cfg(test)]
pub mod samples;
