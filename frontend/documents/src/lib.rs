//! What the SPA says to the server: one document per operation of `schema.graphql`, and the types of what comes back.
//! The compiler checks them against the schema; their text is printed while the SPA is built (`printed`), so that no
//! browser has to load the code that prints it. Must hold data only.
#![expect(
    missing_docs,
    reason = "types and fields are those of schema.graphql, which says what they are"
)]

#[macro_use]
mod printing;

pub mod acts;
pub mod attachments;
pub mod chat_commands;
pub mod chat_parts;
pub mod chat_queries;
pub mod clients;
pub mod directory;
pub mod done;
pub mod graphql;
pub mod message_commands;
pub mod mutations;
pub mod people;
pub mod queries;
pub mod reading;
pub mod search;
pub mod starting;
pub mod subscriptions;
pub mod templates;
pub mod tokens;
pub mod views;
pub mod workspace;

pub use printing::{Command, Operation, Printed};

/// The schema as cynic sees it.
#[cynic::schema("hilo")]
pub mod schema {}

/// Every document, as text.
pub fn printed() -> Vec<Printed> {
    [
        acts::printed(),
        chat_commands::printed(),
        chat_queries::printed(),
        clients::printed(),
        directory::printed(),
        message_commands::printed(),
        mutations::printed(),
        people::printed(),
        queries::printed(),
        search::printed(),
        starting::printed(),
        subscriptions::printed(),
        templates::printed(),
        tokens::printed(),
        views::printed(),
        workspace::printed(),
    ]
    .concat()
}
