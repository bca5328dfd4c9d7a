//! Hilo: app.
