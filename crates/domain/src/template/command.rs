//! What may be asked of a template. Who may ask at all is decided in `app::authorize`.

use jiff::Timestamp;

use super::event::TemplateContent;
use crate::actor::Actor;
use crate::ids::{AgentId, TemplateId};

/// A wish about one template. `administrator` says whether the caller may change everybody's and others'.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the fields are the events' fields and documented there"
)]
pub enum TemplateCommand {
    /// Write one.
    CreateTemplate {
        template_id: TemplateId,
        content: TemplateContent,
        owner: Option<AgentId>,
        by: Actor,
        at: Timestamp,
    },
    /// Let it say something else.
    ChangeTemplate {
        content: TemplateContent,
        by: Actor,
        administrator: bool,
    },
    /// Take it away.
    DeleteTemplate { by: Actor, administrator: bool },
}
