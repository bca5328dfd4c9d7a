//! Hilo: graphql.
