//! What happened to a channel, as it is stored for ever.
//! Holds no secret and nothing personal.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ChannelId};

/// A fact about one channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
#[expect(missing_docs, reason = "ids and names are named after what they are")]
pub enum ChannelEvent {
    /// It can be written through.
    #[serde(rename = "channel_connected")]
    ChannelConnected {
        channel_id: ChannelId,
        kind: ChannelKind,
        name: String,
        widget: Option<WidgetSettings>,
    },
    /// It has another name.
    #[serde(rename = "channel_renamed")]
    ChannelRenamed { name: String },
    /// Its widget looks or behaves differently.
    #[serde(rename = "widget_configured")]
    WidgetConfigured { widget: WidgetSettings },
    /// An agent may see and answer its chats.
    #[serde(rename = "channel_access_granted")]
    ChannelAccessGranted { agent_id: AgentId },
    /// An agent may no longer.
    #[serde(rename = "channel_access_revoked")]
    ChannelAccessRevoked { agent_id: AgentId },
}

impl DomainEvent for ChannelEvent {
    fn event_type(&self) -> String {
        match self {
            Self::ChannelConnected { .. } => "channel_connected",
            Self::ChannelRenamed { .. } => "channel_renamed",
            Self::WidgetConfigured { .. } => "widget_configured",
            Self::ChannelAccessGranted { .. } => "channel_access_granted",
            Self::ChannelAccessRevoked { .. } => "channel_access_revoked",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// What a channel speaks (A7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Hilo's own chat on a website.
    WebChat,
    /// Facebook Messenger.
    Messenger,
    /// Instagram messages.
    Instagram,
    /// WhatsApp.
    #[serde(rename = "whatsapp")]
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

/// How a web chat presents itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WidgetSettings {
    /// Its public key: 3 to 64 of `a-z 0-9 _ -`.
    pub key: String,
    /// Sites that may show it: exact origins such as `https://www.example.com`.
    pub origins: Vec<String>,
    /// Heading of its window, at most 80 characters.
    pub title: Option<String>,
    /// Words before the first message, at most 300 characters.
    pub greeting: Option<String>,
    /// Main colour, `#rrggbb`.
    pub color: Option<String>,
}
