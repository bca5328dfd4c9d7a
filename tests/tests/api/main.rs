//! The whole of Hilo through its doors: HTTP, sockets, the widget. One module a noun.

mod access;
mod accounts;
mod assigning;
mod bad_ids;
mod bad_input;
mod bridge;
mod channels;
mod erasure;
mod export;
mod graphql_http;
mod graphql_socket;
mod live_chat;
mod live_inbox;
mod matrix;
mod message_text;
mod presence;
mod rebuild;
mod receiving;
mod scenario;
mod snooze;
mod tokens;
mod verify;
mod widget_fixtures;
mod widget_refusals;
mod workspace_settings;
