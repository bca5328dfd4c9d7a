//! Colleagues among themselves (A13): opening their chats, who belongs to them, and an auditor's look. What is said in one
//! goes the way of every chat; who may do what is decided by the chat.

use std::collections::HashSet;

use hilo_domain::chat::{ChatCommand, InternalCommand};
use hilo_domain::{AgentId, ChannelId, ChatId, ids};
use hilo_journal::{Position, RecordedEvent};
use hilo_read::{
    ActRow, ChannelScope, ChatFilter, ChatRow, MemberChat, MessageRow, Page, Paged, ThreadPlace,
    WriterFilter,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::chats::NO_CHAT;
use crate::error::AppError;
use crate::{Act, Acted, App};

/// The mutation's name, which its keys of idempotency belong to.
const OPEN: &str = "openInternalChat";

/// A chat of colleagues to be opened.
#[derive(Clone)]
pub struct OpenInternalChat {
    /// The others. One of them and no title: the only chat between the two.
    pub with: Vec<AgentId>,
    /// What the group is called.
    pub title: Option<String>,
    /// Makes a group open once.
    pub key: Option<Uuid>,
}

/// What is not read among colleagues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColleagueCounters {
    /// Chats in the inbox.
    pub active: i64,
    /// Of these, with unread messages.
    pub unread: i64,
    /// Unread messages in these.
    pub unread_messages: i64,
}

impl ColleagueCounters {
    /// Over the chats that somebody belongs to.
    pub fn over(chats: impl Iterator<Item = MemberChat>) -> Self {
        chats
            .filter(|chat| chat.active)
            .fold(Self::default(), |sum, chat| Self {
                active: sum.active + 1,
                unread: sum.unread + i64::from(chat.unread > 0),
                unread_messages: sum.unread_messages + i64::from(chat.unread),
            })
    }
}

impl App {
    /// Opens a chat with colleagues; the one that two have already is given back as it is.
    ///
    /// # Errors
    /// `Forbidden`; a chat's refusal; `IdempotencyConflict`.
    pub async fn open_internal_chat(
        &self,
        caller: &Caller,
        open: OpenInternalChat,
    ) -> Result<(ChatId, Acted), AppError> {
        authorize(caller, Operation::TalkWithColleagues)?;
        self.unless_chats_are_off().await?;
        let mut with = open.with;
        with.sort_unstable();
        with.dedup();
        with.retain(|agent| *agent != caller.agent_id);
        let direct = with.len() == 1 && open.title.is_none();
        let ids: Vec<_> = with.iter().map(|agent| agent.as_uuid()).collect();
        let content = json!([ids, open.title]);
        let chat_id = match (direct, with.first()) {
            (true, Some(other)) => self.between(caller.agent_id, *other),
            _ => ChatId::from_uuid(self.id_for(caller, OPEN, open.key)),
        };
        let act = Act::of(caller).idempotent(caller, OPEN, open.key, &content);
        let command = InternalCommand::OpenInternalChat {
            chat_id,
            direct,
            title: open.title,
            with,
            by: caller.agent_id,
            at: act.at,
        };
        let acted = self.execute_internal(chat_id, command, act).await?;
        Ok((chat_id, acted))
    }

    /// Takes others into a group.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn add_internal_members(
        &self,
        caller: &Caller,
        chat: ChatId,
        members: Vec<AgentId>,
    ) -> Result<Acted, AppError> {
        self.change_internal(caller, chat, |by, at| InternalCommand::AddInternalMembers {
            members,
            by,
            at,
        })
        .await
    }

    /// Takes somebody out of a group; oneself: leaves it.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn remove_internal_member(
        &self,
        caller: &Caller,
        chat: ChatId,
        agent_id: AgentId,
    ) -> Result<Acted, AppError> {
        self.change_internal(caller, chat, |by, at| {
            InternalCommand::RemoveInternalMember { agent_id, by, at }
        })
        .await
    }

    /// Gives a group another title, or none.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn rename_internal_chat(
        &self,
        caller: &Caller,
        chat: ChatId,
        title: Option<String>,
    ) -> Result<Acted, AppError> {
        self.change_internal(caller, chat, |by, at| InternalCommand::RenameInternalChat {
            title,
            by,
            at,
        })
        .await
    }

    /// An auditor's look into a chat of colleagues: it is recorded, and its members see that, before anything is shown.
    /// Gives the chat and a page of its messages, the newest ones unless the page says otherwise.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `Invalid` for an impossible page; `Unavailable`.
    pub async fn audit_internal_chat(
        &self,
        caller: &Caller,
        chat: ChatId,
        page: Page,
    ) -> Result<(InternalAudited, Acted), AppError> {
        authorize(caller, Operation::AuditInternalChat)?;
        let channel = ChannelId::of_internal(chat);
        let known = self.sure(|facts| facts.channel(channel).map(drop)).await?;
        known.ok_or(NO_CHAT)?;
        let scope = ChannelScope::Only(vec![channel]);
        // What is impossible is refused before it is recorded.
        self.read().messages(&scope, chat, page).await?;
        let act = Act::of(caller);
        let command = InternalCommand::AuditInternalChat {
            by: caller.agent_id,
            at: act.at,
        };
        let acted = self.execute_internal(chat, command, act).await?;
        let row = self.read().chat(&scope, chat).await?.ok_or(NO_CHAT)?;
        let audited = InternalAudited {
            chat: row.value.seen_by(caller.agent_id),
            messages: self.read().messages(&scope, chat, page).await?,
            acts: self.read().acts(&scope, chat).await?.value,
        };
        Ok((audited, acted))
    }

    /// What the caller has not read among colleagues.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn colleague_counters(&self, caller: &Caller) -> Result<ColleagueCounters, AppError> {
        authorize(caller, Operation::SeeChats)?;
        let chats = self.member_chats(caller).await?;
        Ok(ColleagueCounters::over(chats.into_iter()))
    }

    async fn member_chats(&self, caller: &Caller) -> Result<Vec<MemberChat>, AppError> {
        let facts = self.facts().snapshot()?;
        let scope = facts.scope(caller.agent_id);
        let mut channels = facts.internal_channels(caller.agent_id);
        channels.retain(|channel| scope.allows(*channel));
        if channels.is_empty() {
            return Ok(Vec::new());
        }
        let read = self.read().member_chats(caller.agent_id, &channels);
        Ok(read.await?.value)
    }

    /// What a list is asked for, as rows can be asked. Of colleagues' chats only the channels of the caller's own are looked
    /// at, each of which has one; and where unread ones are asked for, only those with something for the caller: a row says
    /// of such a chat only whether anybody has something unread there.
    pub(crate) async fn among_colleagues(
        &self,
        caller: &Caller,
        filter: ChatFilter,
    ) -> Result<ChatFilter, AppError> {
        let colleagues = filter.writer == WriterFilter::Colleagues;
        if !filter.unread && !colleagues {
            return Ok(filter);
        }
        let chats = self.member_chats(caller).await?;
        let channel = |chat: &MemberChat| ChannelId::of_internal(chat.chat_id);
        let own: HashSet<_> = chats.iter().map(channel).collect();
        let read = chats.iter().filter(|chat| chat.unread == 0);
        let read: HashSet<_> = read.map(channel).collect();
        let (ChannelScope::Only(scope), asked) = (self.scope(caller)?, &filter.channel_ids) else {
            return Ok(filter);
        };
        let mut channels = asked.clone().unwrap_or(scope);
        channels.retain(|channel| {
            (!colleagues || own.contains(channel)) && !(filter.unread && read.contains(channel))
        });
        Ok(ChatFilter {
            channel_ids: Some(channels),
            ..filter
        })
    }

    /// Where the first unread message is: among colleagues that is another place for each of them.
    pub(crate) async fn place_of(
        &self,
        caller: &Caller,
        chat: ChatId,
        place: ThreadPlace,
    ) -> Result<ThreadPlace, AppError> {
        if place != ThreadPlace::FirstUnread
            || self.visible(caller, chat).await? != ChannelId::of_internal(chat)
        {
            return Ok(place);
        }
        let row = self.chat(caller, chat).await?.value;
        let member = row.own.get(&caller.agent_id).and_then(|own| own.member);
        Ok(ThreadPlace::Behind(member.unwrap_or_default().read_up_to))
    }

    /// The one chat of two agents, whoever of them asks.
    fn between(&self, one: AgentId, other: AgentId) -> ChatId {
        let (first, second) = (one.min(other).as_uuid(), one.max(other).as_uuid());
        let parts: [&[u8]; 2] = [first.as_bytes(), second.as_bytes()];
        let mac = self.journal().lookup_mac("internal chat", &parts);
        ChatId::from_uuid(ids::from_mac(&mac))
    }

    async fn change_internal(
        &self,
        caller: &Caller,
        chat: ChatId,
        command: impl FnOnce(AgentId, Timestamp) -> InternalCommand,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::TalkWithColleagues)?;
        self.visible(caller, chat).await?;
        let act = Act::of(caller);
        let command = command(caller.agent_id, act.at);
        self.execute_internal(chat, command, act).await
    }

    /// Executes a command and waits for this process's facts to have it: who belongs to a chat is known by them.
    async fn execute_internal(
        &self,
        chat: ChatId,
        command: InternalCommand,
        act: Act,
    ) -> Result<Acted, AppError> {
        let channel = ChannelId::of_internal(chat);
        let command = ChatCommand::Internal(command);
        let committed = self.execute_chat(chat, channel, command, act).await?;
        self.facts().snapshot_at_least(committed.position).await?;
        Ok(self.acted(committed.position).await)
    }

    /// Takes what colleagues say to each other out of events of the journal: who may read it looks into the chat, and
    /// that is recorded.
    ///
    /// # Errors
    /// `Unavailable` while it is not known which chats those are.
    pub(crate) async fn without_internal_text(
        &self,
        mut events: Vec<RecordedEvent>,
    ) -> Result<Vec<RecordedEvent>, AppError> {
        let last = events.last().map_or(Position::START, |last| last.position);
        let facts = self.facts().snapshot_at_least(last).await?;
        for event in &mut events {
            let chat = event.aggregate_id.parse::<ChatId>().ok();
            let is_internal = event.aggregate_type == "chat"
                && chat.is_some_and(|id| facts.channel(ChannelId::of_internal(id)).is_some());
            if is_internal {
                withhold(&mut event.payload);
            }
        }
        Ok(events)
    }
}

/// What an auditor is shown.
#[derive(Clone)]
pub struct InternalAudited {
    /// Its row.
    pub chat: ChatRow,
    /// A page of its messages.
    pub messages: Paged<MessageRow>,
    /// What was done in it.
    pub acts: Vec<ActRow>,
}

/// Personal values keep whose they are and lose what they say.
fn withhold(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::Object(personal)) = fields.get_mut("$personal") {
                personal.insert("value".to_owned(), Value::Null);
            }
            fields.values_mut().for_each(withhold);
        }
        Value::Array(items) => items.iter_mut().for_each(withhold),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a13_what_colleagues_say_is_withheld_wherever_it_stands() {
        let mut payload = json!({"type": "internal_message_sent", "data": {"contact_seq": 1, "texts": [
            {"$personal": {"subject": "s", "value": "secret"}},
            {"$personal": {"subject": "s", "value": {"name": "secret"}}}]}});
        withhold(&mut payload);
        assert!(!payload.to_string().contains("secret"), "{payload}");
        assert_eq!(payload.pointer("/data/contact_seq"), Some(&json!(1)));
        assert_eq!(
            payload.pointer("/data/texts/0/$personal/subject"),
            Some(&json!("s"))
        );
    }
}
