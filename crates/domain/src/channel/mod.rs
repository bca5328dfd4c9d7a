//! The channel: one connected account or widget that contacts write through.
//! Decides its name, its settings and who may use it; secrets are not here.

mod aggregate;
pub mod capabilities;
mod command;
mod decide;
mod event;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::ChannelCommand;
pub use decide::decide;
pub use event::{
    ChannelEvent, ChannelKind, ChannelRules, FormField, FormFieldKind, Reports, Transport,
    WidgetSettings,
};
pub use refusal::ChannelRefusal;
pub use state::{Channel, Connected, evolve};
