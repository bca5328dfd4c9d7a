//! The form before a web chat, held to whoever speaks for a visitor: who is asked says who they are before the first
//! message (C1). Here and not in the chat's own rules: a chat keeps nothing of who writes it, and what comes in is never
//! refused there. Must not judge an answer beyond its being there.

use hilo_channels::webchat::act::{Form, VisitorAct};
use hilo_domain::channel::{FormField, FormFieldKind};
use hilo_domain::chat::Chat;
use uuid::Version;

use super::events::EventError;
use super::{Visitor, VisitorError};
use crate::App;
use crate::error::AppError;

impl App {
    /// Why an act must wait for the form, if it must. Who described themselves once, has a chat, or is known to the site
    /// is not asked.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub(super) async fn form_missing(
        &self,
        visitor: &Visitor,
        act: &VisitorAct,
    ) -> Result<Option<EventError>, VisitorError> {
        let widget = (self.facts().channel(visitor.channel_id)).and_then(|channel| channel.widget);
        let Some(refusal) = widget.and_then(|widget| missing(&widget.form, act)) else {
            return Ok(None);
        };
        // Only anonymous ids are random: the others are made of an identity that the site proved.
        let is_anonymous = visitor.visitor_id.get_version() == Some(Version::Random);
        // The row answers for nearly every message without the chat's history.
        if !is_anonymous || self.visitor_chat(visitor).await?.is_some() {
            return Ok(None);
        }
        // Before the first message the only thing a chat can hold is who writes.
        let (_, events) = self
            .journal()
            .load::<Chat>(&visitor.chat_id.to_string())
            .await
            .map_err(AppError::from)?;
        Ok((events == 0).then_some(refusal))
    }
}

/// What a form lacks, or that it must come before a message. A question is answered by the first message itself.
fn missing(form: &[FormField], act: &VisitorAct) -> Option<EventError> {
    let claims = [
        (FormFieldKind::Name, "name"),
        (FormFieldKind::Email, "email"),
        (FormFieldKind::Phone, "phone"),
    ];
    let is_required = |kind| form.iter().any(|it| it.required && it.asks == kind);
    let mut required = claims.into_iter().filter(|(kind, _)| is_required(*kind));
    match act {
        VisitorAct::FormSubmit(given) => {
            let (_, field) = required.find(|(kind, _)| !says(given, *kind))?;
            let message = format!("`{field}` is asked for before the chat and cannot be empty.");
            Some(EventError {
                field: Some(format!("data.{field}")),
                ..EventError::new("required", &message)
            })
        }
        VisitorAct::MessageText { .. } | VisitorAct::MessageFile { .. } => {
            let fields: Vec<_> = required.map(|(_, field)| format!("`{field}`")).collect();
            let message = format!(
                "The form comes before the first message: send `form.submit` with {}.",
                fields.join(", ")
            );
            (!fields.is_empty()).then(|| EventError::new("form_required", &message))
        }
        _ => None,
    }
}

fn says(given: &Form, kind: FormFieldKind) -> bool {
    let answer = match kind {
        FormFieldKind::Name => &given.name,
        FormFieldKind::Email => &given.email,
        FormFieldKind::Phone => &given.phone,
        FormFieldKind::Question => return true,
    };
    answer.as_ref().is_some_and(|text| !text.trim().is_empty())
}
