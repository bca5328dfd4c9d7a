//! Colleagues among themselves (A13). Only members do anything in their chat, whatever their role; an auditor may look, and
//! that is recorded before anything is shown. Nobody has to be reached, so there are no windows and no delivery.

use jiff::Timestamp;

use super::access::{actor, may_act, opened};
use super::receive::valid_emoji;
use super::{Decision, archive, carry, decide_any, drafts, messages};
use crate::actor::Actor;
use crate::agent::Role;
use crate::channel::ChannelKind;
use crate::chat::command::{AgentFact, ChatCommand, ChatFacts};
use crate::chat::event::{ChatEvent, ReopenCause};
use crate::chat::internal::{
    Internal, InternalAudit, InternalCommand, InternalMemberRemoval, InternalMembers,
    InternalMessage, InternalOpening, InternalReading, InternalTitle, MOST_MEMBERS, TITLE_LIMIT,
};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Stage};
use crate::ids::{AgentId, ContactId, MessageId};
use crate::personal::Personal;
use crate::text;

/// Decides what only such chats have.
pub(super) fn decide(chat: &Chat, command: InternalCommand, facts: &ChatFacts) -> Decision {
    match command {
        command @ InternalCommand::OpenInternalChat { .. } => open(chat, command, facts),
        InternalCommand::AddInternalMembers { members, by, at } => {
            add_members(chat, members, by, at, facts)
        }
        InternalCommand::RemoveInternalMember { agent_id, by, at } => {
            remove_member(chat, agent_id, by, at, facts)
        }
        InternalCommand::RenameInternalChat { title, by, at } => {
            rename(chat, title.as_deref(), by, at, facts)
        }
        command @ InternalCommand::SendInternalMessage { .. } => send(chat, command, facts),
        InternalCommand::AuditInternalChat { by, at } => audit(chat, by, at, facts),
    }
}

/// Decides what customers' chats have too: for members, and only what makes sense among colleagues.
pub(super) fn decide_common(
    chat: &Chat,
    internal: &Internal,
    command: ChatCommand,
    facts: &ChatFacts,
) -> Decision {
    match command {
        ChatCommand::MarkChatRead { by } => {
            member(chat, by, facts)?;
            Ok(read(chat, internal, by))
        }
        ChatCommand::MarkChatUnread { by } => {
            member(chat, by, facts)?;
            let unread = internal.members.get(&by).is_some_and(|it| it.unread > 0);
            Ok((!unread)
                .then_some(ChatEvent::InternalChatMarkedUnread { by })
                .into_iter()
                .collect())
        }
        ChatCommand::ReactAsAgent {
            message_id,
            emoji,
            by,
        } => {
            member(chat, by, facts)?;
            react(chat, message_id, emoji, by)
        }
        ChatCommand::ArchiveChat { by, .. }
        | ChatCommand::ReopenChat { by, .. }
        | ChatCommand::StarChat { by, .. }
        | ChatCommand::AddTags { by, .. }
        | ChatCommand::RemoveTags { by, .. }
        | ChatCommand::Prioritize { by, .. }
        | ChatCommand::EditSentMessage { by, .. }
        | ChatCommand::DeleteSentMessage { by, .. }
        | ChatCommand::SaveDraft { by, .. }
        | ChatCommand::DiscardDraft { by }
        | ChatCommand::UndoActs { by, .. } => {
            member(chat, by, facts)?;
            decide_any(chat, command, facts)
        }
        // Time does nothing to it.
        ChatCommand::CloseIdleChat { .. } | ChatCommand::EndSnooze { .. } => Ok(Vec::new()),
        ChatCommand::Internal(command) => decide(chat, command, facts),
        // There is no customer, nobody in particular answers, and no messenger is in between.
        ChatCommand::ReceiveMessage { .. }
        | ChatCommand::EditReceivedMessage { .. }
        | ChatCommand::DeleteReceivedMessage { .. }
        | ChatCommand::ReactToMessage { .. }
        | ChatCommand::DescribeContact { .. }
        | ChatCommand::RecordPageView { .. }
        | ChatCommand::RateChat { .. }
        | ChatCommand::EndChat { .. }
        | ChatCommand::SendMessage { .. }
        | ChatCommand::ReportDelivered { .. }
        | ChatCommand::ReportReadByContact { .. }
        | ChatCommand::ReportFailed { .. }
        | ChatCommand::StartSend { .. }
        | ChatCommand::ReportSent { .. }
        | ChatCommand::ReportUncertain { .. }
        | ChatCommand::ReportReceipt { .. }
        | ChatCommand::RetryMessage { .. }
        | ChatCommand::StartChat { .. }
        | ChatCommand::AddNote { .. }
        | ChatCommand::EditNote { .. }
        | ChatCommand::DeleteNote { .. }
        | ChatCommand::DeleteChat { .. }
        | ChatCommand::BlockContact { .. }
        | ChatCommand::LinkClient { .. }
        | ChatCommand::LinkIfUnlinked { .. }
        | ChatCommand::UnlinkClient { .. }
        | ChatCommand::AssignChat { .. }
        | ChatCommand::TakeChat { .. }
        | ChatCommand::UnassignChat { .. }
        | ChatCommand::DistributeChat { .. }
        | ChatCommand::SnoozeChat { .. }
        | ChatCommand::UnsnoozeChat { .. } => Err(ChatRefusal::NotInInternalChat),
    }
}

fn open(chat: &Chat, command: InternalCommand, facts: &ChatFacts) -> Decision {
    let InternalCommand::OpenInternalChat {
        chat_id,
        direct,
        title,
        with,
        by,
        at,
    } = command
    else {
        return Ok(Vec::new());
    };
    if chat.origin().is_some() {
        return member(chat, by, facts).map(|_| Vec::new());
    }
    let acting = facts.agent.as_ref().filter(|agent| agent.agent_id == by);
    match acting {
        Some(agent) if talks(agent) => {}
        Some(agent) if agent.active => return Err(ChatRefusal::NoChatsRight),
        Some(_) | None => return Err(ChatRefusal::AgentInactive),
    }
    let others = others(with, by, facts)?;
    if others.is_empty() {
        return Err(ChatRefusal::MembersMissing);
    }
    if direct && (others.len() != 1 || title.is_some()) {
        return Err(ChatRefusal::NotAGroup);
    }
    let mut members = others;
    members.push(by);
    members.sort_unstable();
    within_limit(members.len())?;
    Ok(vec![ChatEvent::InternalChatOpened(InternalOpening {
        chat_id,
        direct,
        title: sealed(title.as_deref(), ContactId::of(chat_id))?,
        members,
        by,
        at,
    })])
}

fn add_members(
    chat: &Chat,
    members: Vec<AgentId>,
    by: AgentId,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    let internal = group(chat, by, facts)?;
    let mut members = others(members, by, facts)?;
    members.retain(|agent| !internal.members.contains_key(agent));
    within_limit(internal.members.len() + members.len())?;
    if members.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::InternalMembersAdded(InternalMembers {
        members,
        by,
        at,
    })])
}

/// When the last one leaves, the chat is put away.
fn remove_member(
    chat: &Chat,
    agent_id: AgentId,
    by: AgentId,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    let internal = group(chat, by, facts)?;
    if !internal.members.contains_key(&agent_id) {
        return Ok(Vec::new());
    }
    let mut events = vec![ChatEvent::InternalMemberRemoved(InternalMemberRemoval {
        agent_id,
        by,
        at,
    })];
    if internal.members.len() == 1 {
        events.extend(archive::archive_chat(chat, by, at, facts)?);
    }
    Ok(events)
}

/// The same title again is an event again: the state holds nothing personal to compare with.
fn rename(
    chat: &Chat,
    title: Option<&str>,
    by: AgentId,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    group(chat, by, facts)?;
    let title = sealed(title, opened(chat)?.contact_id)?;
    Ok(vec![ChatEvent::InternalChatRenamed(InternalTitle {
        title,
        by,
        at,
    })])
}

fn send(chat: &Chat, command: InternalCommand, facts: &ChatFacts) -> Decision {
    let InternalCommand::SendInternalMessage {
        message_id,
        client_message_id,
        text,
        mentions,
        by,
        at,
        quotes,
        attachments,
    } = command
    else {
        return Ok(Vec::new());
    };
    let internal = member(chat, by, facts)?;
    let origin = opened(chat)?;
    if chat.message(message_id).is_some() {
        return Ok(Vec::new());
    }
    carry::sendable(origin.channel_kind, &text, &attachments)?;
    if let Some(quoted) = quotes {
        messages::quotable(chat, quoted, origin)?;
    }
    let mentions = mentionable(mentions, internal)?;
    let mut events = Vec::new();
    if matches!(chat.stage, Stage::Archived(_)) {
        events.push(ChatEvent::ChatReopened {
            by: actor(by, facts),
            cause: ReopenCause::AgentWrote,
            at,
        });
    }
    let contact_seq = chat.contact_seq + 1;
    events.push(ChatEvent::InternalMessageSent(InternalMessage {
        message_id,
        client_message_id,
        by,
        text: Personal::new(origin.contact_id, text.into_string()),
        mentions,
        quotes,
        contact_seq,
        read_by_all_seq: internal.read_by_all_when(by, contact_seq),
        at,
        attachments,
    }));
    events.extend(drafts::discarded_by_sending(chat, by));
    Ok(events)
}

fn read(chat: &Chat, internal: &Internal, by: AgentId) -> Vec<ChatEvent> {
    let unread = internal.members.get(&by).is_some_and(|it| it.unread > 0);
    let reading = unread.then(|| InternalReading {
        by,
        up_to_seq: chat.contact_seq,
        read_by_all_seq: internal.read_by_all_when(by, chat.contact_seq),
    });
    reading
        .map(ChatEvent::InternalChatRead)
        .into_iter()
        .collect()
}

/// Each colleague has a reaction of their own.
fn react(chat: &Chat, message_id: MessageId, emoji: Option<String>, by: AgentId) -> Decision {
    let message = chat
        .message(message_id)
        .ok_or(ChatRefusal::MessageNotFound)?;
    valid_emoji(emoji.as_deref())?;
    if message.deleted {
        return Err(ChatRefusal::MessageDeleted);
    }
    if message.colleagues.get(&by) == emoji.as_ref() {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::MessageReactionChanged {
        message_id,
        by: Actor::Agent { id: by },
        emoji,
        contact_seq: chat.contact_seq + 1,
    }])
}

/// Each look is one: there is nothing that it could repeat.
fn audit(chat: &Chat, by: AgentId, at: Timestamp, facts: &ChatFacts) -> Decision {
    let origin = opened(chat)?;
    let auditor = facts.agent.as_ref().is_some_and(|agent| {
        agent.agent_id == by && agent.active && matches!(agent.role, Role::Auditor)
    });
    if !auditor || origin.channel_kind != ChannelKind::Internal {
        return Err(ChatRefusal::ChatNotFound);
    }
    Ok(vec![ChatEvent::InternalChatAudited(InternalAudit {
        by,
        at,
    })])
}

/// The chat, for a member with the right to chats. To anybody else it is not there.
fn member<'c>(chat: &'c Chat, by: AgentId, facts: &ChatFacts) -> Result<&'c Internal, ChatRefusal> {
    let internal = chat.internal.as_deref();
    let internal = internal.filter(|internal| internal.members.contains_key(&by));
    let internal = internal.ok_or(ChatRefusal::ChatNotFound)?;
    may_act(opened(chat)?, by, facts)?;
    Ok(internal)
}

fn group<'c>(chat: &'c Chat, by: AgentId, facts: &ChatFacts) -> Result<&'c Internal, ChatRefusal> {
    let internal = member(chat, by, facts)?;
    match internal.direct {
        true => Err(ChatRefusal::NotAGroup),
        false => Ok(internal),
    }
}

/// Those who are named, each once, sorted, without who names them; all can talk with colleagues.
fn others(
    mut named: Vec<AgentId>,
    by: AgentId,
    facts: &ChatFacts,
) -> Result<Vec<AgentId>, ChatRefusal> {
    named.sort_unstable();
    named.dedup();
    named.retain(|agent| *agent != by);
    within_limit(named.len())?;
    let known = |id: &AgentId| {
        let mut facts = facts.named.iter();
        facts.any(|agent| agent.agent_id == *id && talks(agent))
    };
    match named.iter().all(known) {
        true => Ok(named),
        false => Err(ChatRefusal::MemberNotAllowed),
    }
}

const fn talks(agent: &AgentFact) -> bool {
    agent.active && agent.chats_right && agent.role.talks_with_colleagues()
}

const fn within_limit(members: usize) -> Result<(), ChatRefusal> {
    match members <= MOST_MEMBERS {
        true => Ok(()),
        false => Err(ChatRefusal::TooManyMembers {
            limit: MOST_MEMBERS as u32,
        }),
    }
}

/// Members alone can be named: nobody else would read it.
fn mentionable(
    mut mentions: Vec<AgentId>,
    internal: &Internal,
) -> Result<Vec<AgentId>, ChatRefusal> {
    mentions.sort_unstable();
    mentions.dedup();
    match mentions.iter().all(|id| internal.members.contains_key(id)) {
        true => Ok(mentions),
        false => Err(ChatRefusal::MentionedWithoutAccess),
    }
}

/// One line that can be seen, not too long.
fn sealed(
    title: Option<&str>,
    subject: ContactId,
) -> Result<Option<Personal<String>>, ChatRefusal> {
    let Some(title) = title.map(str::trim) else {
        return Ok(None);
    };
    let fits = text::shows(title)
        && !title.contains(char::is_control)
        && title.chars().count() <= TITLE_LIMIT;
    match fits {
        true => Ok(Some(Personal::new(subject, title.to_owned()))),
        false => Err(ChatRefusal::TitleInvalid {
            limit: TITLE_LIMIT as u32,
        }),
    }
}
