//! The template: a reusable text with fields that are filled in when it is used. Shared, or one agent's own.
//! What may be sent where is the channel's matter; here stands only what the template is made for.

mod aggregate;
mod command;
mod decide;
mod event;
mod refusal;
mod render;
mod state;
#[cfg(test)]
mod tests;

pub use command::TemplateCommand;
pub use decide::decide;
pub use event::{ApprovedTemplate, TemplateCategory, TemplateContent, TemplateEvent};
pub use refusal::TemplateRefusal;
pub use render::{FIELDS, Filled, Values, fill, render};
pub use state::{Made, Template, evolve};
