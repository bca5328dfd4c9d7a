//! Parts that several pages are made of. Must not fetch.

pub mod avatar;
pub mod command_bar;
pub mod confirm;
pub mod copy;
pub mod divider;
pub mod drop;
pub mod field;
pub mod focus;
pub mod frame;
pub mod icon;
pub mod keys;
pub mod link;
pub mod live;
pub mod menu;
pub mod names;
pub mod panic;
pub mod pencil;
pub mod presence;
pub mod selection;
pub mod tabs;
pub mod times;
pub mod toast;
pub mod trouble;
