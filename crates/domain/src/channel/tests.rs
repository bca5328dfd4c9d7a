//! Tests of the channel.
