//! The chat's rules, command by command, and as properties over random stories.

mod any_command;
mod assigning;
mod carrying;
mod commenting;
mod composing;
mod delivery;
mod drafts;
mod idle;
mod internal;
mod linking;
mod marks;
mod messages;
mod notes;
mod properties;
mod reading;
mod receiving;
mod removing;
mod sending;
mod snoozing;
mod stage;
mod undoing;
mod windows;

use std::sync::Arc;

use cqrs_es::test::AggregateTestExecutor;
use uuid::Uuid;

use super::*;
use crate::actor::Actor;
use crate::agent::Role;
use crate::channel::{ChannelKind, ChannelRules};
use crate::ids::{AgentId, MessageId};
use crate::personal::Personal;
use crate::policy::Manner;
use crate::scenario::*;
use crate::text::MessageText;

fn facts_of(agent: AgentId, role: Role, channel_access: bool) -> ChatFacts {
    ChatFacts {
        channel: Some(ChannelFact {
            channel_id: CHANNEL,
            kind: ChannelKind::WebChat,
            name: "Shop".to_owned(),
            connected: true,
            rules: ChannelRules::default(),
            reports: None,
            receives_comments: true,
        }),
        agent: Some(AgentFact {
            agent_id: agent,
            role,
            active: true,
            chats_right: role.has_chats_right(),
            channel_access,
        }),
        named: Vec::new(),
        clients: Arc::default(),
        deactivated: Arc::default(),
        erased: Arc::default(),
        auto_close_minutes: None,
        keep_unanswered_open: false,
    }
}

fn facts() -> ChatFacts {
    facts_of(ANA, Role::Agent, true)
}

fn story(events: impl IntoIterator<Item = ChatEvent>) -> AggregateTestExecutor<Chat> {
    given::<Chat>(facts(), events.into_iter().collect())
}

fn with(
    facts: ChatFacts,
    events: impl IntoIterator<Item = ChatEvent>,
) -> AggregateTestExecutor<Chat> {
    given::<Chat>(facts, events.into_iter().collect())
}

fn text(words: &str) -> MessageText {
    MessageText::parse(words).unwrap()
}

fn personal(words: &str) -> Personal<String> {
    Personal::new(CONTACT, words.to_owned())
}

fn opened() -> ChatEvent {
    ChatEvent::ChatOpened {
        chat_id: CHAT,
        channel_id: CHANNEL,
        channel_kind: ChannelKind::WebChat,
        contact_id: CONTACT,
        handle: personal("visitor-1"),
        page: None,
        locale: Some("es-ES".to_owned()),
        at: at(0),
        by: None,
    }
}

fn received(n: u128, contact_seq: u64, second: i64) -> ChatEvent {
    ChatEvent::MessageReceived {
        message_id: message(n),
        client_message_id: Some(Uuid::from_u128(n)),
        text: personal("hola"),
        contact_seq,
        at: at(second),
        attachments: Vec::new(),
        comment: None,
    }
}

fn joined(agent_id: AgentId, contact_seq: u64) -> ChatEvent {
    ChatEvent::AgentJoined {
        agent_id,
        contact_seq,
    }
}

fn queued(n: u128, contact_seq: u64) -> ChatEvent {
    queued_by(ANA, n, contact_seq)
}

fn queued_by(by: AgentId, n: u128, contact_seq: u64) -> ChatEvent {
    ChatEvent::MessageQueued {
        message_id: message(n),
        client_message_id: Some(Uuid::from_u128(n)),
        by,
        text: personal("dime"),
        contact_seq,
        at: at(100),
        quotes: None,
        reply_to_comment: None,
        terms: None,
        attachments: Vec::new(),
        template_id: None,
        warnings: Vec::new(),
    }
}

fn delivered(seq: u64) -> ChatEvent {
    ChatEvent::MessageDelivered {
        receipt: Receipt::UpTo { seq },
    }
}

fn seen(seq: u64) -> ChatEvent {
    ChatEvent::MessageReadByContact {
        receipt: Receipt::UpTo { seq },
        at: at(200),
    }
}

fn archived(contact_seq: u64) -> ChatEvent {
    ChatEvent::ChatArchived {
        by: Actor::Agent { id: ANA },
        contact_seq,
        at: at(300),
    }
}

fn receive(n: u128, second: i64) -> ChatCommand {
    ChatCommand::ReceiveMessage {
        chat_id: CHAT,
        message_id: message(n),
        client_message_id: Some(Uuid::from_u128(n)),
        channel_id: CHANNEL,
        channel_kind: ChannelKind::WebChat,
        handle: "visitor-1".to_owned(),
        text: text("hola"),
        page: None,
        locale: Some("es-ES".to_owned()),
        advert_until: None,
        comment: None,
        at: at(second),
        attachments: Vec::new(),
    }
}

fn send(by: AgentId, n: u128) -> ChatCommand {
    ChatCommand::SendMessage {
        message_id: message(n),
        client_message_id: Some(Uuid::from_u128(n)),
        text: text("dime"),
        by,
        at: at(100),
        quotes: None,
        reply_to_comment: None,
        manner: Manner::default(),
        attachments: Vec::new(),
        template_id: None,
    }
}

fn failed(n: u128) -> ChatEvent {
    ChatEvent::MessageFailed {
        message_id: message(n),
        cause: cause(),
    }
}

fn cause() -> FailureCause {
    FailureCause {
        code: "provider_rejected".to_owned(),
    }
}

fn edit(id: MessageId, second: i64) -> ChatCommand {
    ChatCommand::EditReceivedMessage {
        message_id: id,
        text: text("hola!"),
        at: at(second),
    }
}
