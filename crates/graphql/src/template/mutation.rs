//! Writing, changing and deleting templates.

use async_graphql::{Context, ID, InputObject, Object};
use hilo_app::Acted;
use hilo_domain::TemplateId;
use hilo_domain::template::TemplateContent;
use uuid::Uuid;

use super::object::{ApprovedTemplateInput, Template};
use crate::authorization::Allowed;
use crate::channel::object::ChannelKind;
use crate::context::Asked;
use crate::error::{Failure, Outcome, UserError, outcome};
use crate::payload;
use crate::scalars::{Position, parse_id};

/// All that a template says.
#[derive(InputObject)]
pub struct TemplateContentInput {
    /// What it is called in the list, at most 80 characters.
    name: String,
    /// The text with fields such as `{{client.first_name|friend}}`, at most 4000 characters.
    body: String,
    /// Kinds of channels it is made for; empty or left out for all.
    channel_kinds: Option<Vec<ChannelKind>>,
    /// The provider's own template behind it.
    approved: Option<ApprovedTemplateInput>,
}

impl From<TemplateContentInput> for TemplateContent {
    fn from(input: TemplateContentInput) -> Self {
        let kinds = input.channel_kinds.unwrap_or_default();
        Self {
            name: input.name,
            body: input.body,
            channel_kinds: kinds.into_iter().map(Into::into).collect(),
            approved: input.approved.map(Into::into),
        }
    }
}

/// What to write, and for whom.
#[derive(InputObject)]
pub struct CreateTemplateInput {
    /// A UUID the caller makes once for this template: asking again with it makes no second one.
    idempotency_key: ID,
    /// What it says.
    content: TemplateContentInput,
    /// True for everybody's, which only administrators write; else it is the caller's own.
    shared: bool,
}

/// What a template is to say.
#[derive(InputObject)]
pub struct ChangeTemplateInput {
    /// The template's id.
    template_id: ID,
    /// What it says from here on.
    content: TemplateContentInput,
}

/// Which template to delete.
#[derive(InputObject)]
pub struct DeleteTemplateInput {
    /// The template's id.
    template_id: ID,
}

/// What a command on a template came to.
pub struct TemplatePayload {
    done: Option<(TemplateId, Acted)>,
    user_errors: Vec<UserError>,
}

impl TemplatePayload {
    fn of((done, user_errors): Outcome<(TemplateId, Acted)>) -> Self {
        Self { done, user_errors }
    }
}

/// What a command on a template came to.
#[Object]
impl TemplatePayload {
    /// The template as it is now; null when it was refused, and once it is deleted.
    fn template(&self, ctx: &Context<'_>) -> Result<Option<Template>, Failure> {
        let Some((id, _)) = self.done else {
            return Ok(None);
        };
        let facts = ctx.app()?.facts().latest();
        let found = facts.templates().of(ctx.caller()?.agent_id, id);
        Ok(found.cloned().map(Template))
    }

    /// Where it stands in the journal; null when it was refused.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        payload::position(ctx, self.done.map(|(_, acted)| acted))
    }

    /// Whether it is done, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.done.is_some_and(|(_, acted)| acted.pending)
    }

    /// Why it was refused; empty when it was done.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// Fields of Mutation about templates.
#[derive(Default)]
pub struct TemplateMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl TemplateMutation {
    /// Writes a template: the caller's own, or everybody's.
    async fn create_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write, and for whom.")] input: CreateTemplateInput,
    ) -> Result<TemplatePayload, Failure> {
        let key = Uuid::try_parse(&input.idempotency_key);
        let key = key.map_err(|_| Failure::bad_input("idempotencyKey", "Not a UUID."))?;
        let created = ctx
            .app()?
            .create_template(ctx.caller()?, input.content.into(), input.shared, key)
            .await;
        Ok(TemplatePayload::of(outcome(created)?))
    }

    /// Lets a template say something else. Shared ones are the administrators' to change.
    async fn change_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What a template is to say.")] input: ChangeTemplateInput,
    ) -> Result<TemplatePayload, Failure> {
        let id = parse_id(&input.template_id, "template")?;
        let changed = ctx
            .app()?
            .change_template(ctx.caller()?, id, input.content.into())
            .await;
        let (acted, user_errors) = outcome(changed)?;
        Ok(TemplatePayload::of((
            acted.map(|acted| (id, acted)),
            user_errors,
        )))
    }

    /// Takes a template away. What was sent with it stays.
    async fn delete_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which template to delete.")] input: DeleteTemplateInput,
    ) -> Result<TemplatePayload, Failure> {
        let id = parse_id(&input.template_id, "template")?;
        let deleted = ctx.app()?.delete_template(ctx.caller()?, id).await;
        let (acted, user_errors) = outcome(deleted)?;
        Ok(TemplatePayload::of((
            acted.map(|acted| (id, acted)),
            user_errors,
        )))
    }
}
