//! The Hilo SPA: what agents see. It knows the world by `schema.graphql` only and imports no backend crate.

mod api;
mod app;
mod i18n;
mod pages;
mod remote;
mod route;
mod session;
mod state;
mod ui;

pub use app::start;
