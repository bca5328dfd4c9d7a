//! The private PostgreSQL: a cluster of Hilo's own, run by the installed server, reachable over a unix socket only.
//! Starts it or takes a running one over, keeps it running, stops it. Knows no table.

mod binaries;
mod cluster;
mod error;
mod pid_file;
mod place;
mod roles;
mod run_as;
mod supervisor;

pub use error::PostgresError;
pub use supervisor::PrivatePostgres;
