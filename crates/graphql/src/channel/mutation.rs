//! Making channels, and who has access to them. For administrators.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use hilo_domain::channel::{FormField, WidgetSettings};

use super::object::WidgetFormFieldKind;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, outcome};
use crate::payload::channel_payload;
use crate::scalars::{idempotency_key, parse_id};

/// A web chat to make.
#[derive(InputObject)]
pub struct ConnectWebChatInput {
    /// The channel's name, as agents see it.
    name: String,
    /// Websites that may show it, as exact origins such as `https://www.example.com`.
    origins: Vec<String>,
    /// The public key, of 3 to 64 characters a-z, 0-9, `_` and `-`; Hilo makes one without it.
    key: Option<String>,
    /// The heading of its window.
    title: Option<String>,
    /// Words before the first message.
    greeting: Option<String>,
    /// Its main colour, `#rrggbb`.
    color: Option<String>,
    /// What visitors are asked before their first message, in this order; nothing without it.
    form: Option<Vec<WidgetFormFieldInput>>,
    /// Whether agents see what a visitor writes before it is sent; without it they do not.
    typing_preview: Option<bool>,
    /// A UUID the client makes once: asking again with it connects nothing twice.
    idempotency_key: Option<ID>,
}

/// What to change of a web chat. What is left out stays; null empties.
#[derive(InputObject)]
pub struct ConfigureWidgetInput {
    /// The channel's id.
    channel_id: ID,
    /// The channel's name, as agents see it.
    name: Option<String>,
    /// Websites that may show it, as exact origins.
    origins: Option<Vec<String>>,
    /// The heading of its window.
    title: MaybeUndefined<String>,
    /// Words before the first message.
    greeting: MaybeUndefined<String>,
    /// Its main colour, `#rrggbb`.
    color: MaybeUndefined<String>,
    /// What visitors are asked before their first message, in this order; an empty list asks nothing.
    form: Option<Vec<WidgetFormFieldInput>>,
    /// Whether agents see what a visitor writes before it is sent.
    typing_preview: Option<bool>,
}

/// One line of the form before a web chat. A kind that comes twice counts once.
#[derive(InputObject)]
pub struct WidgetFormFieldInput {
    /// What is asked.
    asks: WidgetFormFieldKind,
    /// Whether the chat does not begin without it.
    required: bool,
}

impl From<WidgetFormFieldInput> for FormField {
    fn from(field: WidgetFormFieldInput) -> Self {
        Self {
            asks: field.asks.into(),
            required: field.required,
        }
    }
}

fn form(fields: Vec<WidgetFormFieldInput>) -> Vec<FormField> {
    fields.into_iter().map(FormField::from).collect()
}

impl ConfigureWidgetInput {
    /// The settings to come: these over the present ones.
    fn over(self, present: WidgetSettings) -> hilo_app::ConfigureWidget {
        let over = |new: MaybeUndefined<String>, old| match new {
            MaybeUndefined::Undefined => old,
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(value) => Some(value),
        };
        hilo_app::ConfigureWidget {
            name: self.name,
            origins: self.origins.unwrap_or(present.origins),
            title: over(self.title, present.title),
            greeting: over(self.greeting, present.greeting),
            color: over(self.color, present.color),
            form: self.form.map_or(present.form, form),
            typing_preview: self.typing_preview.unwrap_or(present.typing_preview),
        }
    }
}

/// What a channel is called.
#[derive(InputObject)]
pub struct RenameChannelInput {
    /// The channel's id.
    channel_id: ID,
    /// Its new name, 1 to 80 characters.
    name: String,
}

/// Who gets access to which channel.
#[derive(InputObject)]
pub struct GrantChannelAccessInput {
    /// The channel's id.
    channel_id: ID,
    /// The agent's id.
    agent_id: ID,
}

/// Who loses access to which channel.
#[derive(InputObject)]
pub struct RevokeChannelAccessInput {
    /// The channel's id.
    channel_id: ID,
    /// The agent's id.
    agent_id: ID,
}

channel_payload!(
    /// What making a web chat came to.
    ConnectWebChatPayload
);
channel_payload!(
    /// What changing a web chat came to.
    ConfigureWidgetPayload
);
channel_payload!(
    /// What giving a channel another name came to.
    RenameChannelPayload
);
channel_payload!(
    /// What granting access came to.
    GrantChannelAccessPayload
);
channel_payload!(
    /// What taking access away came to.
    RevokeChannelAccessPayload
);

/// Fields of Mutation about channels.
#[derive(Default)]
pub struct ChannelMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl ChannelMutation {
    /// Makes a web chat. For administrators.
    async fn connect_web_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The web chat to make.")] input: ConnectWebChatInput,
    ) -> Result<ConnectWebChatPayload, Failure> {
        let connect = hilo_app::ConnectWebChat {
            name: input.name,
            origins: input.origins,
            key: input.key,
            title: input.title,
            greeting: input.greeting,
            color: input.color,
            form: input.form.map(form).unwrap_or_default(),
            typing_preview: input.typing_preview.unwrap_or_default(),
            idempotency_key: idempotency_key(input.idempotency_key.as_ref())?,
            ..hilo_app::ConnectWebChat::default()
        };
        let connected = ctx.app()?.connect_web_chat(ctx.caller()?, connect).await;
        Ok(ConnectWebChatPayload::of(outcome(connected)?))
    }

    /// Changes a web chat. For administrators.
    async fn configure_widget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: ConfigureWidgetInput,
    ) -> Result<ConfigureWidgetPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        let configure = input.over(app.channel(caller, id).await?.widget.unwrap_or_default());
        let configured = app.configure_widget(caller, id, configure).await;
        Ok(ConfigureWidgetPayload::of(outcome(
            configured.map(|acted| (id, acted)),
        )?))
    }

    /// Gives a channel another name, which its chats show from then on. For administrators.
    async fn rename_channel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is called.")] input: RenameChannelInput,
    ) -> Result<RenameChannelPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let renamed = ctx.app()?.rename_channel(ctx.caller()?, id, &input.name);
        let renamed = renamed.await.map(|acted| (id, acted));
        Ok(RenameChannelPayload::of(outcome(renamed)?))
    }

    /// Lets an agent see and answer a channel's chats. For administrators.
    async fn grant_channel_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who gets access to which channel.")] input: GrantChannelAccessInput,
    ) -> Result<GrantChannelAccessPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let agent = parse_id(&input.agent_id, "agent")?;
        let granted = ctx
            .app()?
            .grant_channel_access(ctx.caller()?, id, agent)
            .await;
        Ok(GrantChannelAccessPayload::of(outcome(
            granted.map(|acted| (id, acted)),
        )?))
    }

    /// Takes a channel away from an agent, in open windows within a second. For administrators.
    async fn revoke_channel_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who loses access to which channel.")] input: RevokeChannelAccessInput,
    ) -> Result<RevokeChannelAccessPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let agent = parse_id(&input.agent_id, "agent")?;
        let revoked = ctx
            .app()?
            .revoke_channel_access(ctx.caller()?, id, agent)
            .await;
        Ok(RevokeChannelAccessPayload::of(outcome(
            revoked.map(|acted| (id, acted)),
        )?))
    }
}
