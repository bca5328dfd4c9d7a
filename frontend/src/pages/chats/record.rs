//! The full record of one message (C7), in a dialog. Must not act on it.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::delivery;
use crate::api::graphql::{Chat, Direction, Message, SendPurpose};
use crate::i18n::{DateStyle, Key, date, number, t};
use crate::session::store;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, effect};
use crate::ui::names;

/// The dialog, while a message was chosen.
#[component]
pub fn Record() -> impl IntoView {
    let record = store().desk.record;
    let dialog: NodeRef<Dialog> = NodeRef::new();
    effect(move || {
        if let Some(dialog) = dialog.get() {
            if record.get().is_some() {
                let _ = dialog.show_modal();
            } else {
                dialog.close();
            }
        }
    });
    let content = drawn(move || {
        let id = record.get()?;
        store().thread.with(|open| {
            let thread = open.thread.ready()?;
            let message = thread.message(&id)?;
            Some(facts(&message, thread.chat()))
        })
    });
    view! {
        <dialog class="sheet" node_ref=dialog aria-labelledby="record-title" on:close=move |_| record.set(None)>
            <header>
                <h2 id="record-title">{t(Key::RecordTitle)}</h2>
                <button type="button" class="button quiet square" aria-label=t(Key::Close) on:click=move |_| record.set(None)>{icon(Icon::Close)}</button>
            </header>
            {content}
        </dialog>
    }
}

fn facts(message: &Message, chat: &Chat) -> AnyView {
    let at = |at: &Option<crate::api::graphql::DateTime>| {
        at.as_ref().map(|at| date(&at.0, DateStyle::Exact))
    };
    let note = message.direction == Direction::Internal;
    let medium = if note {
        t(Key::NoteWord).to_owned()
    } else {
        let kind = match message.is_public() {
            true => t(Key::CommentWord),
            false => names::channel_kind(chat.channel.kind),
        };
        format!("{kind} · {}", chat.channel.name)
    };
    let ours = message.direction == Direction::Outbound;
    let terms = message.terms.as_ref();
    let template = terms.and_then(|terms| {
        terms
            .template
            .as_ref()
            .map(|template| format!("{} ({})", template.name, template.language))
    });
    let attempts = (message.attempt > 1).then(|| number(i64::from(message.attempt)));
    let rows = [
        (Key::RecordMedium, Some(medium)),
        (
            Key::RecordAuthor,
            Some(names::actor(&message.author, &chat.contact)),
        ),
        (Key::RecordState, ours.then(|| delivery::words(message))),
        (Key::RecordWritten, at(&Some(message.sent_at.clone()))),
        (Key::RecordEdited, at(&message.edited_at)),
        (Key::RecordDeleted, at(&message.deleted_at)),
        (
            Key::RecordPurpose,
            terms
                .and_then(|terms| terms.purpose)
                .map(|it| purpose(it).to_owned()),
        ),
        (Key::RecordTemplate, template),
        (Key::RecordAttempts, attempts),
        (Key::RecordId, Some(message.id.inner().to_owned())),
    ];
    let shown = rows
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .map(|(name, value)| view! { <div><dt>{t(name)}</dt><dd dir="auto">{value}</dd></div> })
        .collect_view();
    view! { <dl class="facts record">{shown}</dl> }.into_any()
}

/// A purpose in words (D8).
pub fn purpose(purpose: SendPurpose) -> &'static str {
    t(match purpose {
        SendPurpose::AccountUpdate => Key::PurposeAccount,
        SendPurpose::Campaign => Key::PurposeCampaign,
        SendPurpose::ConfirmedEventUpdate => Key::PurposeEvent,
        SendPurpose::PostPurchaseUpdate => Key::PurposePurchase,
    })
}
