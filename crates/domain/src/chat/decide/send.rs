//! Writing to the contact.

use jiff::Timestamp;

use super::Decision;
use super::access::{actor, is_bot, may_write, opened};
use super::{comments, drafts};
use crate::channel::capabilities::TextLimit;
use crate::chat::command::{ChannelFact, ChatCommand, ChatFacts};
use crate::chat::event::{ChatEvent, ReopenCause, SendWarning};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Stage};
use crate::ids::{AgentId, ContactId};
use crate::personal::Personal;
use crate::policy::{self, Closed, Manner, Purpose, Setting, Speaker, Terms};

/// An answer takes the chat out of the archive by itself (F4).
pub(super) fn send_message(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Decision {
    let ChatCommand::SendMessage {
        message_id,
        client_message_id,
        text,
        by,
        at,
        quotes,
        reply_to_comment,
        manner,
        attachments,
        template_id,
    } = command
    else {
        return Ok(Vec::new());
    };
    let origin = opened(chat)?;
    may_write(chat, by, facts)?;
    if chat.message(message_id).is_some() {
        return Ok(Vec::new());
    }
    let terms = comments::let_through(chat, reply_to_comment, &manner, (by, at), facts)?;
    let about = (reply_to_comment, quotes);
    comments::takes(chat, origin, about, (&text, &attachments))?;
    let mut events = Vec::new();
    let mut contact_seq = chat.contact_seq;
    let mut speaker = chat.speaker;
    if let Stage::Archived(_) = chat.stage {
        let by = actor(by, facts);
        events.push(ChatEvent::ChatReopened {
            by,
            cause: ReopenCause::AgentWrote,
            at,
        });
        speaker = None;
    }
    if speaker != Some(by) {
        contact_seq += 1;
        events.push(ChatEvent::AgentJoined {
            agent_id: by,
            contact_seq,
        });
    }
    events.push(ChatEvent::MessageQueued {
        message_id,
        client_message_id,
        by,
        text: Personal::new(origin.contact_id, text.into_string()),
        contact_seq: contact_seq + 1,
        at,
        quotes,
        reply_to_comment,
        terms,
        attachments,
        template_id,
        warnings: warnings(chat, &manner, facts),
    });
    events.extend(drafts::discarded_by_sending(chat, by));
    Ok(events)
}

/// The channel can send (A5), and nothing about the contact stands against it.
pub(super) fn reachable<'f>(
    chat: &Chat,
    manner: &Manner,
    facts: &'f ChatFacts,
) -> Result<&'f ChannelFact, ChatRefusal> {
    let channel = facts.channel.as_ref().filter(|channel| channel.connected);
    let channel = channel.ok_or(ChatRefusal::ChannelDisconnected)?;
    if erased_up_to(chat, opened(chat)?.contact_id, facts).is_some() {
        return Err(ChatRefusal::ContactErased);
    }
    if chat.blocked {
        return Err(ChatRefusal::ContactBlocked);
    }
    // A campaign leaves alone who asked for that (G15).
    if manner.purpose == Some(Purpose::Campaign) && is_undisturbed(chat, facts) {
        return Err(ChatRefusal::DoNotDisturb);
    }
    Ok(channel)
}

/// The channel's policy lets an agent's message to the contact through in this manner now (D7, D8, D10).
pub(super) fn contact_let_through(
    chat: &Chat,
    manner: &Manner,
    (by, at): (AgentId, Timestamp),
    facts: &ChatFacts,
) -> Result<Option<Terms>, ChatRefusal> {
    let channel = reachable(chat, manner, facts)?;
    let setting = Setting {
        kind: opened(chat)?.channel_kind,
        rules: channel.rules,
        window: chat.window.as_ref(),
        last_inbound_at: chat.last_inbound_at,
        at,
    };
    let terms = policy::judge(&setting, speaker(by, facts), manner).map_err(refusal)?;
    Ok((terms != Terms::default()).then_some(terms))
}

/// Up to which generation of keys the contact was erased, where they did not write since (N12).
pub(super) fn erased_up_to(chat: &Chat, contact: ContactId, facts: &ChatFacts) -> Option<i32> {
    let erased = facts.erased.get(&contact).copied();
    erased.filter(|generation| *generation > chat.returned)
}

/// A personal message reaches who asked for no campaigns, and says that it did (G15).
fn warnings(chat: &Chat, manner: &Manner, facts: &ChatFacts) -> Vec<SendWarning> {
    let disturbs = manner.purpose != Some(Purpose::Campaign) && is_undisturbed(chat, facts);
    disturbs
        .then_some(SendWarning::DoNotDisturb)
        .into_iter()
        .collect()
}

fn is_undisturbed(chat: &Chat, facts: &ChatFacts) -> bool {
    let kind = chat.origin().map(|origin| origin.channel_kind);
    let asked = |(client, kind)| facts.clients.do_not_disturb(client, kind);
    chat.client.zip(kind).is_some_and(asked)
}

/// A messenger lets bots write for a shorter time than people.
pub(in crate::chat) fn speaker(by: AgentId, facts: &ChatFacts) -> Speaker {
    match is_bot(by, facts) {
        true => Speaker::Program,
        false => Speaker::Human,
    }
}

pub(super) fn refusal(closed: Closed) -> ChatRefusal {
    match closed {
        Closed::ReadOnly => ChatRefusal::ChannelReadOnly,
        Closed::Window(notice) => ChatRefusal::ReplyWindowClosed {
            until: notice.until,
            purposes: notice.purposes,
            link: notice.link.map(str::to_owned),
        },
        Closed::HumansOnly => ChatRefusal::HumansOnly,
        Closed::Purpose(purpose) => ChatRefusal::PurposeNotAllowed { purpose },
        Closed::TemplateMissing => ChatRefusal::TemplateRequired,
        Closed::TemplateUnknown => ChatRefusal::TemplateNotAllowed,
    }
}

/// A channel may lower the product's limit, and count otherwise (C9).
pub(super) fn fits(limit: Option<TextLimit>, text: &str) -> Result<(), ChatRefusal> {
    let Some(limit) = limit else {
        return Ok(());
    };
    if limit.fits(text) {
        return Ok(());
    }
    let unit = match limit {
        TextLimit::Characters(_) => "characters",
        TextLimit::Bytes(_) => "bytes",
    };
    Err(ChatRefusal::TextTooLong {
        limit: limit.most(),
        length: limit.length_of(text) as u64,
        unit: unit.to_owned(),
    })
}
