//! Several processes on one PostgreSQL, and a pooler between: nobody can tell by what they are answered.

mod pooler;
mod rights;
mod stopped;
mod together;

use hilo_tests::{Client, Hilo, Visitor};

/// The same person's session, at another process.
fn at(client: &Client, hilo: &Hilo) -> Client {
    let mut client = client.clone();
    client.url.clone_from(&hilo.url);
    client
}

/// The same visitor, at another process.
fn visitor_at(visitor: &Visitor, hilo: &Hilo, key: &str) -> Visitor {
    let mut visitor = visitor.clone();
    visitor.door.url = format!("{}/widget/v1/{key}", hilo.url);
    visitor
}
