//! The `hilo` program: configuration, telemetry, the private PostgreSQL, HTTP routes and the command line.
//! Wires the parts together and holds no rule of its own.

pub mod assets;
pub mod commands;
pub mod config;
pub mod data_dir;
mod installation;
pub mod peer;
pub mod postgres;
pub mod routes;
pub mod session_cookie;
pub mod state;
pub mod storage;
pub mod telemetry;
