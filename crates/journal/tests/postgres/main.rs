//! What the journal promises, shown on a real PostgreSQL. Needs `HILO_TEST_POSTGRES`, as `scripts/with-postgres` sets it.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod alone;
mod append;
mod broken_off;
mod chain;
mod closing;
mod consumers;
mod database;
mod erasing;
mod execute;
mod hot;
mod instance;
mod kinds;
mod outcome;
#[path = "../../../../tests/src/pooler.rs"]
mod pgbouncer;
mod pooler;
mod processes;
mod proxy;
mod rotating;
mod sealing;
mod snapshots;
mod start;
mod stores;
mod tally;
mod verify;
