//! What answers over HTTP: one module a group of addresses, each with `configure`.
//! Handlers translate between HTTP and the application; they decide nothing.

pub mod files;
pub mod graphiql;
pub mod graphql;
pub mod graphql_ws;
pub mod widget;

pub mod demo;

pub mod health;
pub mod open_streams;
pub mod page_failures;
pub mod security_headers;
pub mod spa;

use actix_web::web::ServiceConfig;

/// All addresses of Hilo. The SPA comes last: it answers what nothing else does.
/// The shop page of the demo is registered by its own module, which looks at `settings.demo`.
pub fn configure(config: &mut ServiceConfig) {
    health::configure(config);
    graphql::configure(config);
    graphql_ws::configure(config);
    files::configure(config);
    graphiql::configure(config);
    widget::configure(config);
    demo::configure(config);
    page_failures::configure(config);
    spa::configure(config);
}
