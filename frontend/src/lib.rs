//! The Hilo SPA.
