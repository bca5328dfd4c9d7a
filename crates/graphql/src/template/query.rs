//! Templates: all that the caller may use, and one as it would be sent.

use async_graphql::{Context, ID, Object, SimpleObject};
use hilo_app::{AppError, Refusal};

use super::object::Template;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, UserError, outcome};
use crate::scalars::parse_id;

/// A template filled in for a chat.
#[derive(SimpleObject)]
pub struct RenderedTemplate {
    /// The text as it would be sent; null when it cannot be filled in.
    text: Option<String>,
    /// The text for somebody to complete: a field of which nothing is known stands in it as `{{client.first_name}}`. Null
    /// when the template is not for the chat's channel.
    text_with_gaps: Option<String>,
    /// The fields of which nothing is known and that have no replacement, in their order.
    missing: Vec<String>,
    /// Why it cannot be filled in; empty when it is.
    user_errors: Vec<UserError>,
}

/// Fields of Query about templates.
#[derive(Default)]
pub struct TemplateQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl TemplateQuery {
    /// Everybody's templates and the caller's own, by name.
    fn templates(&self, ctx: &Context<'_>) -> Result<Vec<Template>, Failure> {
        let all = ctx.app()?.templates(ctx.caller()?)?;
        Ok(all.into_iter().map(Template).collect())
    }

    /// A template as it would be sent in a chat: with what is known of its client, or of its contact without one.
    async fn render_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The template's id.")] template_id: ID,
        #[graphql(desc = "The chat's id.")] chat_id: ID,
    ) -> Result<RenderedTemplate, Failure> {
        let template = parse_id(&template_id, "template")?;
        let chat = parse_id(&chat_id, "chat")?;
        let rendered = ctx
            .app()?
            .render_template(ctx.caller()?, template, chat)
            .await;
        let (filled, mut user_errors) = outcome(rendered)?;
        let (mut text, mut gaps, mut missing) = (None, None, Vec::new());
        if let Some(filled) = filled {
            (gaps, missing) = (Some(filled.text.clone()), filled.missing.clone());
            let complete = filled.complete().map_err(Refusal::from);
            (text, user_errors) = outcome(complete.map_err(AppError::from))?;
        }
        Ok(RenderedTemplate {
            text,
            text_with_gaps: gaps,
            missing,
            user_errors,
        })
    }
}
