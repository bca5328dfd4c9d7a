//! Hilo: domain.
