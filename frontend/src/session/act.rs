//! What an agent does to a chat, apart from writing: archive, reopen, mark read. Must not draw.

use cynic::MutationBuilder;
use leptos::prelude::{Update, WithUntracked};
use leptos::task::spawn_local;

use super::toasts::{self, Undo};
use super::{store, thread};
use crate::api::fault::Fault;
use crate::api::graphql::{Chat, ChatState, Id, UserError};
use crate::api::http;
use crate::api::mutations::{
    ArchiveChat, ArchiveChatInput, ArchiveChatVariables, MarkChatRead, MarkChatReadInput,
    MarkChatReadVariables, ReopenChat, ReopenChatInput, ReopenChatVariables,
};
use crate::i18n::{Key, t};

/// Archives a chat and offers a way back.
pub fn archive(id: String) {
    spawn_local(async move {
        let input = ArchiveChatInput {
            chat_id: Id::new(id.clone()),
        };
        let answer = http::send(ArchiveChat::build(ArchiveChatVariables { input })).await;
        let answer = answer.map(|answer| answer.archive_chat);
        let answer = answer.map(|payload| (payload.chat, payload.undo, payload.user_errors));
        done(answer, &id, Key::ToastArchived);
    });
}

/// Reopens a chat and offers a way back.
pub fn reopen(id: String) {
    spawn_local(async move {
        let input = ReopenChatInput {
            chat_id: Id::new(id.clone()),
        };
        let answer = http::send(ReopenChat::build(ReopenChatVariables { input })).await;
        let answer = answer.map(|answer| answer.reopen_chat);
        let answer = answer.map(|payload| (payload.chat, payload.undo, payload.user_errors));
        done(answer, &id, Key::ToastReopened);
    });
}

/// Archives an active chat, reopens an archived one.
pub fn toggle(id: String) {
    let state = store()
        .inbox
        .with_untracked(|inbox| inbox.row(&id).map(|chat| chat.state));
    match state.or_else(|| thread::head(&id).map(|chat| chat.state)) {
        Some(ChatState::Active) => archive(id),
        Some(ChatState::Archived) => reopen(id),
        None => {}
    }
}

type Answer = (Option<Chat>, Option<Id>, Vec<UserError>);

fn done(answer: Result<Answer, Fault>, id: &str, words: Key) {
    let result =
        answer.and_then(|(chat, undo, errors)| Fault::refused(&errors).map(|()| (chat, undo)));
    match result {
        Ok((chat, undo)) => {
            store().inbox.update(|inbox| inbox.let_go(id));
            take(chat);
            toasts::say(t(words).to_owned(), Undo::of(undo));
        }
        Err(fault) => toasts::fault(&fault),
    }
}

/// Takes in a chat that an answer brought, in the list and in the thread.
pub fn take(chat: Option<Chat>) {
    if let Some(chat) = chat {
        thread::apply_chat(&chat);
        store().inbox.update(|inbox| inbox.apply_chat(chat));
    }
}

/// Tells that the team has read a chat. Failing is no matter: the mark stays and the next look tries again.
pub async fn mark_read(id: String) {
    let input = MarkChatReadInput {
        chat_id: Id::new(id),
    };
    match http::send(MarkChatRead::build(MarkChatReadVariables { input })).await {
        Ok(answer) if answer.mark_chat_read.user_errors.is_empty() => {
            take(answer.mark_chat_read.chat)
        }
        Ok(_) => {}
        Err(fault) => super::noticed(&fault),
    }
}
