//! Hilo: channels.
