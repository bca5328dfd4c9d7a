//! Parts that several pages are made of. Must not fetch.

pub mod avatar;
pub mod copy;
pub mod field;
pub mod frame;
pub mod icon;
pub mod keys;
pub mod link;
pub mod menu;
pub mod names;
pub mod panic;
pub mod toast;
pub mod trouble;
