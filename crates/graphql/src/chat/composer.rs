//! Whether one can write in a chat now, as the application says; and on what terms a message was let through.

use async_graphql::{Enum, Object, SimpleObject};
use hilo_domain::policy;
use jiff::Timestamp;

use crate::actor::Actor;

/// For what a message is written, where that is not a plain reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "policy::Purpose")]
pub enum SendPurpose {
    /// Something changed in the contact's account.
    AccountUpdate,
    /// News of something the contact bought.
    PostPurchaseUpdate,
    /// News of an event the contact has a place at.
    ConfirmedEventUpdate,
    /// Advertising to many.
    Campaign,
}

/// What a messenger is told about a message, so that it lets it through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "policy::Tag")]
pub enum MessageTag {
    /// A person wrote it.
    HumanAgent,
    /// Something changed in the contact's account.
    AccountUpdate,
    /// News of something the contact bought.
    PostPurchaseUpdate,
    /// News of an event the contact has a place at.
    ConfirmedEventUpdate,
}

/// How a message past the time to answer is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "policy::Means")]
pub enum SendMeans {
    /// By a tag on free text.
    Tag,
    /// By a template that the messenger approved.
    Template,
}

/// Why one cannot write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_domain::chat::ComposerReason")]
pub enum ComposerReason {
    /// The caller's role and groups do not include chats.
    NoChatsRight,
    /// The channel was not granted to the caller.
    NoChannelAccess,
    /// Somebody else answers the chat: `assignedTo` says who.
    AssignedToAnother,
    /// The contact was erased: nothing is known of them until they write again.
    ContactErased,
    /// The contact was blocked: unblock them to write.
    ContactBlocked,
    /// The channel lost sync or was disconnected: connect it again under Settings > Chats.
    SyncLost,
    /// The company's rule: the channel only receives.
    ReadOnly,
    /// The time to answer is over, or the contact never wrote.
    WindowClosed,
    /// The contact commented and never wrote: reply to their comments, with `replyToComment`.
    CommentsOnly,
}

/// Whether one can write in a chat now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ComposerState {
    /// A plain reply is let through.
    Open,
    /// It is not; `reason` says why.
    Closed,
}

/// Whether the caller can write in a chat now, and what to do where they cannot.
pub struct Composer(pub hilo_domain::chat::Composer);

/// Whether the caller can write in a chat now, and what to do where they cannot.
#[Object]
impl Composer {
    /// Whether a plain reply is let through.
    fn state(&self) -> ComposerState {
        match self.0.closed {
            None => ComposerState::Open,
            Some(_) => ComposerState::Closed,
        }
    }

    /// Why it is not.
    fn reason(&self) -> Option<ComposerReason> {
        self.0.closed.map(ComposerReason::from)
    }

    /// When a plain reply is no longer let through; null = never, or the contact never wrote. A subscription to the
    /// chat tells at that instant.
    fn reply_until(&self) -> Option<Timestamp> {
        self.0.channel.reply_until
    }

    /// Purposes that are let through all the same, past the time to answer.
    fn purposes(&self) -> Vec<OfferedPurpose> {
        let Some(notice) = &self.0.channel.notice else {
            return Vec::new();
        };
        let means = notice.means.map(SendMeans::from);
        let purposes = notice.purposes.iter().map(|purpose| OfferedPurpose {
            purpose: (*purpose).into(),
            means,
            warning: MISUSE,
        });
        purposes.collect()
    }

    /// Whether an approved template is let through all the same, whatever it is for.
    fn templates(&self) -> bool {
        self.0.channel.notice.as_ref().is_some_and(|notice| {
            notice.purposes.is_empty() && notice.means == Some(policy::Means::Template)
        })
    }

    /// Where one can write by hand instead.
    fn link(&self) -> Option<&str> {
        self.0
            .channel
            .notice
            .as_ref()
            .and_then(|notice| notice.link)
    }

    /// The version of the messenger's policy that says so; null where it has none.
    fn policy(&self) -> Option<&str> {
        self.0.channel.policy
    }

    /// Who answers the chat, where `reason` is that somebody else does.
    fn assigned_to(&self) -> Option<Actor> {
        self.0.assigned_to.map(|assignee| Actor(assignee.into()))
    }

    /// What to think of before writing; it stops nobody.
    fn warnings(&self) -> Vec<SendWarning> {
        self.0.warnings.iter().copied().map(Into::into).collect()
    }
}

/// What whoever writes is to think of; it does not stop them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_domain::chat::SendWarning")]
pub enum SendWarning {
    /// The client asked for no campaigns on channels of this kind: write only what they wait for.
    DoNotDisturb,
}

/// What misuse of a purpose can cost (D9).
const MISUSE: PurposeWarning = PurposeWarning {
    code: "PURPOSE_MISUSE",
    message: "Using this for anything else can cost the page its right to send.",
};

/// A purpose that is let through past the time to answer.
#[derive(SimpleObject)]
pub struct OfferedPurpose {
    /// For what.
    purpose: SendPurpose,
    /// How such a message is marked.
    means: Option<SendMeans>,
    /// What to tell whoever chooses it.
    warning: PurposeWarning,
}

/// What to tell whoever chooses a purpose.
#[derive(Clone, Copy, SimpleObject)]
pub struct PurposeWarning {
    /// For programs, in SCREAMING_SNAKE_CASE.
    code: &'static str,
    /// For people, in English.
    message: &'static str,
}

/// On what terms a message was let through.
pub struct SendTerms(pub policy::Terms);

/// On what terms a message was let through.
#[Object]
impl SendTerms {
    /// The version of the messenger's policy that judged it.
    fn policy(&self) -> Option<&str> {
        self.0.policy.as_deref()
    }

    /// For what it was written; null for a plain reply.
    fn purpose(&self) -> Option<SendPurpose> {
        self.0.purpose.map(SendPurpose::from)
    }

    /// What the messenger is told about it.
    fn tag(&self) -> Option<MessageTag> {
        self.0.tag.map(MessageTag::from)
    }

    /// The approved template that it is.
    fn template(&self) -> Option<MessageTemplate> {
        self.0.template.clone().map(|template| MessageTemplate {
            name: template.name,
            language: template.language,
        })
    }
}

/// A text that the messenger approved beforehand.
#[derive(SimpleObject)]
pub struct MessageTemplate {
    /// What the messenger calls it.
    name: String,
    /// Its language.
    language: String,
}
