//! Search as one types: chats by their contact, messages by their words, with a jump to the message (B12, B13). Must
//! not know the list.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::fault::Fault;
use crate::api::request::Ask;
use crate::api::search::{FoundIn, MessageHit, SearchQuery, SearchVariables};
use crate::i18n::{DateStyle, Key, date, t};
use crate::route::Route;
use crate::session::desk::Jump;
use crate::session::store;
use crate::state::marked::pieces;
use crate::ui::avatar::Avatar;
use crate::ui::focus;
use crate::ui::live::drawn;
use crate::ui::names;
use crate::ui::trouble::Trouble;

/// The most that is sent of what was typed.
const LONGEST: usize = 200;

/// What was typed and what came of it.
#[derive(Clone, Copy)]
pub struct Search {
    /// As typed.
    pub text: RwSignal<String>,
    answer: RwSignal<Option<Result<SearchQuery, Fault>>>,
}

impl Search {
    /// Nothing was typed yet.
    pub fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            answer: RwSignal::new(None),
        }
    }

    /// Is something looked for?
    pub fn is_on(self) -> bool {
        self.text.with(|text| !text.trim().is_empty())
    }

    fn ask(self, words: String) {
        spawn_local(async move {
            let text = words.chars().take(LONGEST).collect();
            let answer = SearchQuery::ask(SearchVariables { text }).await;
            // Only the answer to what stands there now counts.
            let now = self.text.try_get_untracked().unwrap_or_default();
            if now.trim() == words {
                let _ = self.answer.try_set(Some(answer));
            }
        });
    }
}

/// The field.
#[component]
pub fn SearchField(search: Search) -> impl IntoView {
    let mut soon = debounce(Duration::from_millis(180), move |words: String| {
        search.ask(words)
    });
    let typed = move |event| {
        search.text.set(event_target_value(&event));
        let words = search.text.get_untracked().trim().to_owned();
        if words.is_empty() {
            search.answer.set(None);
        } else {
            soon(words);
        }
    };
    let pressed = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && untrack(move || search.is_on()) {
            event.prevent_default();
            event.stop_propagation();
            search.text.set(String::new());
            search.answer.set(None);
        } else {
            walk(&event);
        }
    };
    view! {
        <div class="list-search" role="search">
            <input type="search" dir="auto" data-testid="search" aria-label=t(Key::SearchLabel) placeholder=format!("{} (/)", t(Key::SearchLabel)) prop:value=move || search.text.get() on:input=typed on:keydown=pressed/>
        </div>
    }
}

/// Arrows go from the field to what was found, on through it, and back.
fn walk(event: &web_sys::KeyboardEvent) {
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let found = ".list-search input, [data-testid=found] a";
    let (all, here) = focus::among(document().query_selector_all(found));
    let next = here.and_then(|here| {
        if down {
            Some(here + 1)
        } else {
            here.checked_sub(1)
        }
    });
    if let Some(next) = next.and_then(|next| all.get(next)) {
        event.prevent_default();
        let _ = next.focus();
    }
}

/// What was found.
#[component]
pub fn Found(search: Search) -> impl IntoView {
    drawn(move || match search.answer.get() {
        None => ().into_any(),
        Some(Err(fault)) => {
            let again = move || search.ask(search.text.get_untracked().trim().to_owned());
            view! { <Trouble fault again/> }.into_any()
        }
        Some(Ok(found)) => results(found),
    })
}

fn results(found: SearchQuery) -> AnyView {
    let chats = found.search_chats.nodes;
    let messages = found.search_messages.nodes;
    if chats.is_empty() && messages.is_empty() {
        return view! { <p class="empty-words" role="status">{t(Key::SearchNothing)}</p> }
            .into_any();
    }
    let people = (!chats.is_empty()).then(|| {
        let rows = chats.into_iter().map(|hit| chat(hit.chat)).collect_view();
        view! { <h2 class="found-title">{t(Key::SearchChats)}</h2> <ul class="rows">{rows}</ul> }
    });
    let texts = (!messages.is_empty()).then(|| {
        let rows = messages.into_iter().map(message).collect_view();
        view! { <h2 class="found-title">{t(Key::SearchMessages)}</h2> <ul class="rows">{rows}</ul> }
    });
    view! { <div class="list-scroll" data-testid="found" on:keydown=|event| walk(&event)>{people} {texts}</div> }.into_any()
}

fn head(chat: &FoundIn, at: &str) -> AnyView {
    let name = names::contact(&chat.contact);
    view! {
        <span class="row-top">
            <span class="row-name" dir="auto">{name}</span>
            <span class="row-channel">{chat.channel.name.clone()}</span>
            <time class="row-time" datetime=at.to_owned()>{date(at, DateStyle::Short)}</time>
        </span>
    }
    .into_any()
}

fn face(chat: &FoundIn) -> AnyView {
    let name = chat.contact.name.clone().unwrap_or_default();
    view! { <Avatar id=chat.contact.id.inner().to_owned() name channel=chat.channel.kind/> }
        .into_any()
}

fn chat(chat: FoundIn) -> impl IntoView {
    let href = Route::Chat(chat.id.inner().to_owned()).path();
    let contact = &chat.contact;
    let known = [&contact.email, &contact.phone, &contact.handle];
    let line = known
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <li>
            <a class="row" data-inner href=href data-testid="found-chat">
                {face(&chat)}
                <span class="row-text">{head(&chat, &chat.last_activity_at.0)} <span class="row-preview">{line}</span></span>
            </a>
        </li>
    }
}

fn message(hit: MessageHit) -> impl IntoView {
    let id = hit.chat.id.inner().to_owned();
    let href = Route::Chat(id.clone()).path();
    let to = Jump {
        chat: id,
        message: hit.message_id.into_inner(),
    };
    let place = |at: i32| usize::try_from(at).unwrap_or_default();
    let places: Vec<(usize, usize)> = hit
        .snippet
        .ranges
        .iter()
        .map(|range| (place(range.start), place(range.end)))
        .collect();
    let words = pieces(&hit.snippet.text, &places)
        .into_iter()
        .map(|(piece, found)| {
            if found {
                view! { <mark>{piece}</mark> }.into_any()
            } else {
                piece.into_any()
            }
        })
        .collect_view();
    let jump = move |_| store().desk.jump.set(Some(to.clone()));
    view! {
        <li>
            <a class="row" data-inner href=href data-testid="found-message" on:click=jump>
                {face(&hit.chat)}
                <span class="row-text">
                    {head(&hit.chat, &hit.at.0)}
                    <span class="row-preview" dir="auto">{hit.snippet.cut_before.then_some("… ")} {words} {hit.snippet.cut_after.then_some(" …")}</span>
                </span>
            </a>
        </li>
    }
}
