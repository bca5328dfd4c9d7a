//! What happened to a channel, as it is stored for ever.
//! Holds no secret and nothing personal.

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ChannelId, GroupId};

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
        /// The account on the platform that contacts write to, such as a page's name (A1).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<String>,
        #[serde(default, skip_serializing_if = "Transport::is_own")]
        transport: Transport,
        /// What its messenger reports, where whoever connected it said so; else what its kind does (D1, D3).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reports: Option<Reports>,
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
    /// A group's members may see and answer its chats.
    #[serde(rename = "channel_granted_to_group")]
    ChannelGrantedToGroup { group_id: GroupId },
    /// A group's members may no longer, unless they were granted it themselves.
    #[serde(rename = "channel_revoked_from_group")]
    ChannelRevokedFromGroup { group_id: GroupId },
    /// Nothing can be sent through it until it is connected again (A5). `cause` is a word for programs.
    #[serde(rename = "channel_sync_lost")]
    ChannelSyncLost { cause: String, at: Timestamp },
    /// The company took it out of use: nothing is sent through it until it is connected again (A1).
    #[serde(rename = "channel_disconnected")]
    ChannelDisconnected { at: Timestamp },
    /// It can be written through again (A5).
    #[serde(rename = "channel_reconnected")]
    ChannelReconnected { at: Timestamp },
    /// Comments under publications are taken in, or no longer (E1).
    #[serde(rename = "channel_comments_switched")]
    ChannelCommentsSwitched { receive: bool },
    /// The company made its own rules for writing here; they only ever narrow the platform's (D10).
    #[serde(rename = "channel_rules_set")]
    ChannelRulesSet { rules: ChannelRules },
}

impl DomainEvent for ChannelEvent {
    fn event_type(&self) -> String {
        match self {
            Self::ChannelConnected { .. } => "channel_connected",
            Self::ChannelRenamed { .. } => "channel_renamed",
            Self::WidgetConfigured { .. } => "widget_configured",
            Self::ChannelAccessGranted { .. } => "channel_access_granted",
            Self::ChannelAccessRevoked { .. } => "channel_access_revoked",
            Self::ChannelGrantedToGroup { .. } => "channel_granted_to_group",
            Self::ChannelRevokedFromGroup { .. } => "channel_revoked_from_group",
            Self::ChannelSyncLost { .. } => "channel_sync_lost",
            Self::ChannelDisconnected { .. } => "channel_disconnected",
            Self::ChannelReconnected { .. } => "channel_reconnected",
            Self::ChannelCommentsSwitched { .. } => "channel_comments_switched",
            Self::ChannelRulesSet { .. } => "channel_rules_set",
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

/// Who carries a channel's messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Hilo itself.
    #[default]
    Own,
    /// An integrator's program: it pushes what comes in and takes what goes out (A7).
    Bridge,
}

impl Transport {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    const fn is_own(&self) -> bool {
        matches!(self, Self::Own)
    }
}

/// The company's own rules for writing through a channel, beside the platform's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelRules {
    /// How many hours after the contact's last message one may write; none = as long as the platform lets.
    pub reply_hours: Option<u32>,
    /// Nobody writes here: the channel only receives.
    pub read_only: bool,
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
    /// What visitors are asked before their first message, in this order; each at most once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<FormField>,
    /// Agents see what a visitor writes before it is sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub typing_preview: bool,
}

/// One line of the form before a web chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// What is asked.
    pub asks: FormFieldKind,
    /// The chat does not begin without it, whoever speaks for the visitor.
    pub required: bool,
}

/// What a form before a web chat can ask. The answers are claims: nobody proves them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormFieldKind {
    /// The visitor's name.
    Name,
    /// Their e-mail address.
    Email,
    /// Their phone number.
    Phone,
    /// What it is about: it becomes their first message.
    Question,
}

/// What a messenger reports of messages that it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reports {
    /// That the contact's device has them.
    pub delivered: bool,
    /// That the contact saw them (D3).
    pub read: bool,
}
