//! What an agent does to a chat, apart from writing. What the server says is shown; a refusal in words. Must not draw.

use std::cell::RefCell;

use leptos::prelude::{Update, WithUntracked};
use leptos::task::spawn_local;

use super::toasts::{self, Undo};
use super::{store, thread};
use crate::api::chat_commands::*;
use crate::api::done::Done;
use crate::api::fault::Fault;
use crate::api::graphql::{
    Actor, ActorKind, AgentName, Chat, ChatMark, ChatPriority, ChatState, DateTime, Direction, Id,
    MessagePreview, Snooze,
};
use crate::api::http::Asking;
use crate::api::mutations::{
    ArchiveChat, ArchiveChatInput, MarkChatRead, MarkChatReadInput, ReopenChat, ReopenChatInput,
};
use crate::api::request::Give;
use crate::i18n::{DateStyle, Key, date, moment, now, t, tf};
use crate::state::sorted;

/// Archives an active chat, reopens an archived one.
pub fn toggle(id: String) {
    let state = store()
        .inbox
        .with_untracked(|inbox| inbox.row(&id).map(|chat| chat.state));
    if let Some(state) = state.or_else(|| thread::head(&id).map(|chat| chat.state)) {
        act(id, Act::Archive(state == ChatState::Active));
    }
}

/// Takes in a chat that an answer brought, in the list and in the thread.
pub fn take(chat: Option<Chat>) {
    if let Some(chat) = chat {
        thread::apply_chat(&chat);
        store().inbox.update(|inbox| inbox.apply_chat(chat));
    }
}

/// Tells that the team has read a chat; `opened`: it was unread when it was opened, and is shown as read at once. Failing is
/// no matter: the mark is there again and the next look tries again.
pub async fn mark_read(id: String, opened: bool) {
    let before = if opened {
        foresee(std::slice::from_ref(&id), &Act::Read)
    } else {
        Vec::new()
    };
    let input = MarkChatReadInput {
        chat_id: Id::new(&id),
    };
    match MarkChatRead::send(input).await {
        Ok(done) => take(done.chat),
        Err(fault) => {
            correct(before);
            if !matches!(fault, Fault::Refused { .. }) {
                super::noticed(&fault);
            }
        }
    }
}

/// One act on one chat.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Archive it, or reopen it.
    Archive(bool),
    /// The team has read it.
    Read,
    /// Star it, or take the star away.
    Star(bool),
    /// Unread again.
    Unread,
    /// Take it.
    Take,
    /// Give it to somebody: their id and name.
    Assign(String, String),
    /// Give it up.
    Unassign,
    /// One tag more, or less.
    Tag(String, bool),
    /// Another priority.
    Priority(ChatPriority),
    /// Put it aside until a moment, or until the contact writes.
    Snooze(Option<String>),
    /// Take it back.
    Unsnooze,
    /// Hear its contact no more, or again.
    Block(bool),
    /// Link it to a client, or to none (G1).
    Link(Option<String>),
}

/// Does it; it is shown at once, and corrected when it is refused.
pub fn act(id: String, act: Act) {
    let before = foresee(std::slice::from_ref(&id), &act);
    let under_way = toasts::begin();
    let is_first = TURNS.with_borrow_mut(|turns| {
        let is_first = turns.iter().all(|it| it.id != id);
        turns.push(Waiting {
            id: id.clone(),
            act,
            before,
            under_way,
        });
        is_first
    });
    if is_first {
        spawn_local(one_after_another(id));
    }
}

/// An act that is shown, and not answered yet.
struct Waiting {
    id: String,
    act: Act,
    before: Vec<Chat>,
    under_way: u32,
}

thread_local! {
    /// What was done, in its order. An act waits until those before it on its chat have their answers: of two quick opposite
    /// ones the last is to win.
    static TURNS: RefCell<Vec<Waiting>> = RefCell::default();
}

async fn one_after_another(id: String) {
    let first = |turns: &Vec<Waiting>| turns.iter().position(|it| it.id == id);
    while let Some(act) = TURNS.with_borrow(|turns| Some(turns.get(first(turns)?)?.act.clone())) {
        let answer = send(Id::new(id.clone()), act).await;
        let done = TURNS.with_borrow_mut(|turns| Some(turns.remove(first(turns)?)));
        let more = TURNS.with_borrow(first).is_some();
        if let Some(waiting) = done {
            answered(waiting, answer, more);
        }
    }
}

/// `more`: another act on this chat is shown already, and its own answer will tell how the chat is.
fn answered(waiting: Waiting, answer: Result<Done, Fault>, more: bool) {
    let Waiting {
        id,
        act,
        before,
        under_way,
    } = waiting;
    match answer {
        Ok(done) => {
            if !more {
                take(done.chat);
            }
            toasts::end(under_way, done_words(&act), Undo::of(done.undo));
        }
        Err(fault) => {
            toasts::end(under_way, None, None);
            correct(before);
            toasts::failed(&fault, move || self::act(id.clone(), act.clone()));
        }
    }
}

/// Shows what an act comes to before the server has answered; gives the chats that it changes, as they were.
pub(super) fn foresee(ids: &[String], act: &Act) -> Vec<Chat> {
    let me = store().viewer().map(|viewer| AgentName {
        id: viewer.agent.id,
        name: viewer.agent.name,
    });
    let now = moment(now());
    let mut before: Vec<Chat> = ids.iter().filter_map(|id| known(id)).collect();
    let mut after = Vec::new();
    before.retain(|chat| {
        let mut changed = chat.clone();
        foreseen(&mut changed, act, me.clone(), &now);
        let is_news = changed != *chat;
        if is_news {
            after.push(changed);
        }
        is_news
    });
    if !after.is_empty() {
        after.iter().for_each(thread::apply_chat);
        store().inbox.update(|inbox| {
            for chat in after {
                if matches!(act, Act::Archive(_)) {
                    inbox.let_go(chat.id.inner());
                }
                inbox.apply_chat(chat);
            }
        });
    }
    before
}

/// What was shown too early goes back, unless the server has told of a chat meanwhile.
pub(super) fn correct(before: Vec<Chat>) {
    for chat in before {
        let now = known(chat.id.inner());
        if now.is_some_and(|now| now.position == chat.position) {
            take(Some(chat));
        }
    }
}

fn known(id: &str) -> Option<Chat> {
    let head = thread::head(id);
    let row = || store().inbox.with_untracked(|inbox| inbox.row(id));
    head.or_else(row).map(|chat| (*chat).clone())
}

/// A chat as it will be after an act of this agent.
fn foreseen(chat: &mut Chat, act: &Act, me: Option<AgentName>, now: &str) {
    let somebody = |agent: AgentName| Actor {
        kind: ActorKind::Agent,
        name: Some(agent.name.clone()),
        agent: Some(agent),
    };
    match act {
        Act::Archive(on) => {
            chat.state = if *on {
                ChatState::Archived
            } else {
                ChatState::Active
            };
            chat.archived_at = on.then(|| DateTime(now.to_owned()));
            chat.archived_by = me.filter(|_| *on).map(somebody);
        }
        Act::Read => {
            let theirs = |last: &MessagePreview| last.direction == Direction::Inbound;
            chat.unread_count = 0;
            if let Some(mention) = &mut chat.mention {
                mention.seen = true;
            }
            chat.mark = match &chat.last_message {
                Some(last) if theirs(last) => ChatMark::Unanswered,
                _ => ChatMark::None,
            };
        }
        Act::Unread => {
            chat.unread_count = chat.unread_count.max(1);
            chat.mark = ChatMark::Unread;
        }
        Act::Take => chat.assignee = me.map(somebody),
        Act::Assign(id, name) => {
            let (id, name) = (Id::new(id), name.clone());
            chat.assignee = Some(somebody(AgentName { id, name }));
        }
        Act::Unassign => chat.assignee = None,
        Act::Snooze(until) => {
            let until = until.clone().map(DateTime);
            chat.snooze = Some(Snooze { until });
        }
        Act::Unsnooze => chat.snooze = None,
        Act::Block(on) => chat.blocked = *on,
        Act::Star(on) => chat.starred = *on,
        Act::Priority(priority) => chat.priority = *priority,
        Act::Tag(tag, true) if !chat.tags.contains(tag) => {
            sorted::put(&mut chat.tags, tag.clone(), &|one, other| one < other);
        }
        Act::Tag(tag, false) => chat.tags.retain(|other| other != tag),
        Act::Tag(..) | Act::Link(_) => {}
    }
}

fn send(chat_id: Id, act: Act) -> Asking<Done> {
    match act {
        Act::Archive(true) => ArchiveChat::send(ArchiveChatInput { chat_id }),
        Act::Archive(false) => ReopenChat::send(ReopenChatInput { chat_id }),
        Act::Read => MarkChatRead::send(MarkChatReadInput { chat_id }),
        Act::Star(true) => StarChat::send(StarChatInput { chat_id }),
        Act::Star(false) => UnstarChat::send(UnstarChatInput { chat_id }),
        Act::Unread => MarkChatUnread::send(MarkChatUnreadInput { chat_id }),
        Act::Take => TakeChat::send(TakeChatInput { chat_id }),
        Act::Assign(agent, _) => {
            let agent_id = Id::new(agent);
            AssignChat::send(AssignChatInput { chat_id, agent_id })
        }
        Act::Unassign => UnassignChat::send(UnassignChatInput { chat_id }),
        Act::Tag(tag, on) => {
            let tags = vec![tag];
            if on {
                AddChatTags::send(AddChatTagsInput { chat_id, tags })
            } else {
                RemoveChatTags::send(RemoveChatTagsInput { chat_id, tags })
            }
        }
        Act::Priority(priority) => {
            SetChatPriority::send(SetChatPriorityInput { chat_id, priority })
        }
        Act::Snooze(until) => {
            let until = until.map(DateTime);
            SnoozeChat::send(SnoozeChatInput { chat_id, until })
        }
        Act::Unsnooze => UnsnoozeChat::send(UnsnoozeChatInput { chat_id }),
        Act::Block(true) => BlockContact::send(BlockContactInput { chat_id }),
        Act::Block(false) => UnblockContact::send(UnblockContactInput { chat_id }),
        Act::Link(Some(client)) => {
            let client_id = Id::new(client);
            LinkClient::send(LinkClientInput { chat_id, client_id })
        }
        Act::Link(None) => UnlinkClient::send(UnlinkClientInput { chat_id }),
    }
}

/// What a toast says of it; nothing where the screen shows it well enough.
fn done_words(act: &Act) -> Option<String> {
    let words = match act {
        Act::Read | Act::Star(_) | Act::Tag(..) | Act::Priority(_) => return None,
        Act::Archive(true) => Key::ToastArchived,
        Act::Archive(false) => Key::ToastReopened,
        Act::Assign(_, name) => return Some(tf(Key::ToastAssigned, &[("who", name)])),
        Act::Snooze(Some(until)) => {
            let when = date(until, DateStyle::Exact);
            return Some(tf(Key::ToastSnoozed, &[("when", &when)]));
        }
        Act::Snooze(None) => Key::ToastSnoozedReply,
        Act::Unread => Key::ToastUnread,
        Act::Take => Key::ToastTaken,
        Act::Unassign => Key::ToastUnassigned,
        Act::Unsnooze => Key::ToastUnsnoozed,
        Act::Block(true) => Key::ToastBlocked,
        Act::Block(false) => Key::ToastUnblocked,
        Act::Link(Some(_)) => Key::ToastLinked,
        Act::Link(None) => Key::ToastUnlinked,
    };
    Some(t(words).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::MessageState;
    use crate::state::samples;

    fn after(before: Chat, act: &Act) -> Chat {
        let mut chat = before;
        let me = samples::agent_actor("Ana").agent;
        foreseen(&mut chat, act, me, "2026-11-20T10:00:00Z");
        chat
    }

    fn chat() -> Chat {
        samples::chat("c", ChatState::Active, 1, 1)
    }

    #[test]
    fn f1_f2_an_archived_chat_says_at_once_who_closed_it() {
        let archived = after(chat(), &Act::Archive(true));
        assert_eq!(archived.state, ChatState::Archived);
        assert_eq!(archived.archived_by, Some(samples::agent_actor("Ana")));
        assert!(archived.archived_at.is_some());
        assert_eq!(after(archived, &Act::Archive(false)), chat());
    }

    #[test]
    fn f5_f6_the_new_assignee_shows_at_once() {
        let given = after(chat(), &Act::Assign("Marek".into(), "Marek".into()));
        assert_eq!(given.assignee, Some(samples::agent_actor("Marek")));
        let taken = after(given, &Act::Take);
        assert_eq!(taken.assignee, Some(samples::agent_actor("Ana")));
        assert_eq!(after(taken, &Act::Unassign), chat());
    }

    #[test]
    fn b3_h3_what_is_read_is_grey_until_it_is_answered() {
        let mut unread = chat();
        unread.unread_count = 3;
        let last = |direction| MessagePreview {
            direction,
            author: samples::contact_actor(),
            text: "Hola".into(),
            attachment: None,
            at: samples::moment(1),
            state: MessageState::Received,
        };
        unread.last_message = Some(last(Direction::Inbound));
        let read = after(unread.clone(), &Act::Read);
        assert_eq!((read.mark, read.unread_count), (ChatMark::Unanswered, 0));
        let again = after(read, &Act::Unread);
        assert_eq!((again.mark, again.unread_count), (ChatMark::Unread, 1));
        unread.last_message = Some(last(Direction::Outbound));
        assert_eq!(after(unread, &Act::Read).mark, ChatMark::None);
    }

    #[test]
    fn p13_a_chat_is_put_aside_and_taken_back_at_once() {
        let aside = after(chat(), &Act::Snooze(None));
        assert_eq!(aside.snooze, Some(Snooze { until: None }));
        assert_eq!(after(aside, &Act::Unsnooze), chat());
    }
}
