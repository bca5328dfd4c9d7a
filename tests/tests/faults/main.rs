//! Hilo under faults: what was acknowledged is there, whatever happened.

mod server_killed;
