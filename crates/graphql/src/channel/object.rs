//! A channel and its widget. Reads the facts in memory; secrets come from the application and only for administrators.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use hilo_app::{App, AppError, ChannelEntry};
use hilo_domain::ChannelId;
use hilo_domain::channel::{FormFieldKind, Transport, WidgetSettings};

use super::capabilities::ChannelCapabilities;
use crate::agent::group::Group;
use crate::agent::object::Agent;
use crate::authorization::AdministratorOnly;
use crate::context::Asked;
use crate::error::Failure;

/// The messenger a channel is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_domain::channel::ChannelKind")]
pub enum ChannelKind {
    /// Hilo's own chat on a website.
    WebChat,
    /// Facebook Messenger.
    Messenger,
    /// Instagram messages.
    Instagram,
    /// WhatsApp.
    #[graphql(name = "WHATSAPP")]
    WhatsApp,
    /// Telegram.
    Telegram,
    /// Text messages of the telephone network.
    Sms,
    /// E-mail.
    Email,
    /// Telephone calls.
    Call,
    /// Messages on the answering machine.
    Voicemail,
    /// Google Business messages; history only.
    GoogleBusiness,
    /// An integrator's own channel.
    Api,
    /// Agents among themselves.
    Internal,
}

/// An account on a messenger that customers write to; or that on which colleagues have one chat among themselves.
pub struct Channel(pub ChannelEntry);

impl Channel {
    /// A channel that something the caller may see points to.
    pub fn find(app: &App, id: ChannelId) -> Result<Self, Failure> {
        let found = app.facts().channel(id);
        Ok(Self(found.ok_or(AppError::NotFound { what: "channel" })?))
    }
}

/// An account on a messenger that customers write to; or that on which colleagues have one chat among themselves.
#[Object]
impl Channel {
    /// The channel's id.
    fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The messenger.
    fn kind(&self) -> ChannelKind {
        self.0.kind.into()
    }

    /// Its given name.
    fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether Hilo can send through it.
    fn connected(&self) -> bool {
        self.0.connected
    }

    /// Why it cannot, while it cannot: a word for programs, such as `TOKEN_EXPIRED`. Null too where an administrator
    /// disconnected it.
    fn sync_lost(&self) -> Option<&str> {
        self.0.sync_lost.as_deref()
    }

    /// The account on the messenger that customers write to, if it was named.
    fn page(&self) -> Option<&str> {
        self.0.page.as_deref()
    }

    /// Whether an integrator's program carries its messages, instead of Hilo itself.
    fn bridged(&self) -> bool {
        self.0.transport == Transport::Bridge
    }

    /// What can be done on this messenger.
    fn capabilities(&self) -> ChannelCapabilities {
        ChannelCapabilities(self.0.capabilities())
    }

    /// Whether comments under publications are taken in; a channel begins without.
    fn receives_comments(&self) -> bool {
        self.0.receives_comments
    }

    /// The company's own rules for writing here, beside the messenger's.
    fn rules(&self) -> ChannelRules {
        ChannelRules {
            reply_hours: self
                .0
                .rules
                .reply_hours
                .and_then(|hours| i32::try_from(hours).ok()),
            read_only: self.0.rules.read_only,
        }
    }

    /// Agents it was granted to; administrators see it without. For administrators.
    #[graphql(guard = "AdministratorOnly")]
    fn agents(&self, ctx: &Context<'_>) -> Result<Vec<Agent>, Failure> {
        let granted = ctx.app()?.channel_agents(ctx.caller()?, self.0.id)?;
        Ok(granted.into_iter().map(Agent::from).collect())
    }

    /// Groups whose members it was granted to, by name. For administrators.
    #[graphql(guard = "AdministratorOnly")]
    fn groups(&self, ctx: &Context<'_>) -> Result<Vec<Group>, Failure> {
        let groups = ctx.app()?.groups(ctx.caller()?)?;
        let granted = groups
            .into_iter()
            .filter(|group| self.0.groups.contains(&group.id));
        Ok(granted.map(Group::from).collect())
    }

    /// Its widget, if it is a web chat.
    fn widget(&self) -> Option<WidgetOfChannel> {
        let channel_id = self.0.id;
        self.0.widget.clone().map(|settings| WidgetOfChannel {
            channel_id,
            settings,
        })
    }
}

/// How a web chat shows on a website.
pub struct WidgetOfChannel {
    channel_id: ChannelId,
    settings: WidgetSettings,
}

/// How a web chat shows on a website.
#[Object(name = "Widget")]
impl WidgetOfChannel {
    /// The public key that names it in addresses.
    fn key(&self) -> &str {
        &self.settings.key
    }

    /// Websites that may show it, as exact origins.
    fn origins(&self) -> &[String] {
        &self.settings.origins
    }

    /// The heading of its window.
    fn title(&self) -> Option<&str> {
        self.settings.title.as_deref()
    }

    /// Words before the first message.
    fn greeting(&self) -> Option<&str> {
        self.settings.greeting.as_deref()
    }

    /// Its main colour, `#rrggbb`.
    fn color(&self) -> Option<&str> {
        self.settings.color.as_deref()
    }

    /// What visitors are asked before their first message, in this order.
    fn form(&self) -> Vec<WidgetFormField> {
        let fields = self.settings.form.iter();
        fields
            .map(|field| WidgetFormField {
                asks: field.asks.into(),
                required: field.required,
            })
            .collect()
    }

    /// Whether agents see what a visitor writes before it is sent.
    fn typing_preview(&self) -> bool {
        self.settings.typing_preview
    }

    /// The line to put into the website's pages.
    fn code(&self, ctx: &Context<'_>) -> Result<String, Failure> {
        let base = &ctx.surroundings()?.base_url;
        let key = &self.settings.key;
        Ok(format!(
            "<script src=\"{base}/widget/v1/{key}.js\" async></script>"
        ))
    }

    /// The secret with which the website proves who its visitors are. For administrators.
    #[graphql(guard = "AdministratorOnly")]
    async fn identity_secret(&self, ctx: &Context<'_>) -> Result<String, Failure> {
        let secret = ctx
            .app()?
            .widget_identity_secret(ctx.caller()?, self.channel_id);
        Ok(secret.await?)
    }
}

/// One line of the form before a web chat.
#[derive(SimpleObject)]
pub struct WidgetFormField {
    /// What is asked.
    asks: WidgetFormFieldKind,
    /// Whether the chat does not begin without it.
    required: bool,
}

/// What a form before a web chat can ask. The answers are claims: nobody proves them.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "FormFieldKind")]
pub enum WidgetFormFieldKind {
    /// The visitor's name.
    Name,
    /// Their e-mail address.
    Email,
    /// Their phone number.
    Phone,
    /// What it is about: it becomes their first message.
    Question,
}

/// The company's own rules for writing through a channel. They only ever narrow the messenger's.
#[derive(SimpleObject)]
pub struct ChannelRules {
    /// How many hours after the contact's last message one may write; null = as long as the messenger lets.
    reply_hours: Option<i32>,
    /// Nobody writes here: the channel only receives.
    read_only: bool,
}
