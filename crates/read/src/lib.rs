//! Hilo: read.
