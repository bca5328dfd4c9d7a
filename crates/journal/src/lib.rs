//! Hilo: journal.
