//! Filled by its owner.

/// Registers the addresses of this module.
pub fn configure(_config: &mut actix_web::web::ServiceConfig) {}
