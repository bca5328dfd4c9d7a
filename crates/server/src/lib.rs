//! Hilo: server.
