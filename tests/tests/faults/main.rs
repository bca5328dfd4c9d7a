//! Hilo under faults: what was acknowledged is there, whatever happened. Short here; `just torture` is the long form.

mod clock_back;
mod connection_cut;
mod disk_full;
mod postgres_gone;
mod postgres_killed;
mod redelivered;
mod restored;
mod restored_after_erasure;
mod server_killed;
mod stopped_under_load;
mod two_processes;
