//! The list's pane: switch, filters, search, and what stands in place of rows. Must not know what a row looks like.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

use super::filters::FilterRow;
use super::listed::Rows;
use super::search::{Found, Search, SearchField};
use crate::api::graphql::ChatState;
use crate::i18n::{Key, number, t};
use crate::route::{self, Route};
use crate::session::{ahead, inbox, store};
use crate::state::filter::Filter;
use crate::ui::divider::Divider;
use crate::ui::icon::{Icon, icon};
use crate::ui::keys::{self, table::Act};
use crate::ui::live::drawn;
use crate::ui::menu::Menu;
use crate::ui::trouble::Trouble;

/// The pane.
#[component]
pub fn ListPane() -> impl IntoView {
    let search = Search::new();
    let searching = Memo::new(move |_| search.is_on());
    // A finger that is put down may only want to scroll.
    let pressed = |event: PointerEvent| {
        if event.pointer_type() == "mouse" && event.button() == 0 {
            wish(&event, true);
        }
    };
    view! {
        <section class="list-pane" aria-label=t(Key::ListLabel) on:pointerdown=pressed on:focusin=|event| wish(&event, false)>
            <Switch/>
            <FilterRow/>
            <SearchField search/>
            {move || if searching.get() { view! { <Found search/> }.into_any() } else { view! { <Rows/> }.into_any() }}
            <Divider/>
        </section>
    }
}

/// The chat of a row is likely to be opened next.
fn wish(event: &Event, at_once: bool) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let row = target.and_then(|it| it.closest("a[data-chat-id]").ok().flatten());
    if let Some(id) = row.and_then(|row| row.get_attribute("data-chat-id")) {
        ahead::wish(id, at_once);
    }
}

#[component]
fn Switch() -> impl IntoView {
    let store = store();
    let tab = move |view: ChatState, words: Key, testid: &'static str| {
        let count = Memo::new(move |_| {
            store.inbox.with(|inbox| {
                let counters = inbox.counters();
                i64::from(if view == ChatState::Active {
                    counters.active
                } else {
                    counters.archived
                })
            })
        });
        view! {
            <a
                data-inner
                href=Route::List(view).path()
                data-testid=testid
                aria-current=move || (store.view.get() == view).then_some("true")
            >
                {t(words)} <span class="count">{move || number(count.get())}</span>
            </a>
        }
    };
    view! {
        <header class="list-head">
            {route::is_embedded().then(|| view! { <Menu/> })}
            <button type="button" class="button quiet square new-message" data-testid="new-message" aria-label=t(Key::NewTitle) title=keys::hint(Act::New) on:click=|_| keys::run(Act::New)>{icon(Icon::Plus)}</button>
            <nav class="switch" aria-label=t(Key::SwitchLabel)>
                {tab(ChatState::Active, Key::SwitchActive, "switch-active")}
                {tab(ChatState::Archived, Key::SwitchArchived, "switch-archived")}
            </nav>
        </header>
    }
}

/// What stands in place of rows: their shape, the reason there are none, what to do next.
#[component]
pub(super) fn Foot(empty: Signal<bool>) -> impl IntoView {
    let store = store();
    let loaded = Memo::new(move |_| store.inbox.with(|inbox| inbox.loaded()));
    drawn(move || {
        let view = store.view.get();
        let loaded = loaded.get();
        match store.inbox_fault.get() {
            Some(fault) => view! { <Trouble fault again=inbox::again/> }.into_any(),
            _ if !loaded => {
                view! { <div class="row-skeletons" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i><i></i></div> }.into_any()
            }
            _ if empty.get() && store.filter.with(Filter::narrows) => view! { <NoneSuch/> }.into_any(),
            _ if empty.get() && view == ChatState::Active => view! { <EmptyInbox/> }.into_any(),
            _ if empty.get() => view! { <p class="empty-words">{t(Key::ListNoArchived)}</p> }.into_any(),
            _ => ().into_any(),
        }
    })
}

/// Nothing fulfils the conditions; here is the way out of them.
#[component]
fn NoneSuch() -> impl IntoView {
    let all = move |_| inbox::narrow(|filter| *filter = Filter::of_state(filter.state));
    view! {
        <div class="empty-words">
            <p>{t(Key::FilterNone)}</p>
            <button type="button" class="button" data-testid="filter-none" on:click=all>{t(Key::FilterClear)}</button>
        </div>
    }
}

#[component]
fn EmptyInbox() -> impl IntoView {
    // Who has had chats knows how they come.
    let begun = store().inbox.with_untracked(|inbox| {
        let counters = inbox.counters();
        counters.archived + counters.snoozed + counters.colleagues.active > 0
    });
    if begun {
        return view! { <div class="empty-words"><i class="thread-line still"></i><h2>{t(Key::ListEmptyTitle)}</h2><p>{t(Key::ListDone)}</p></div> }
            .into_any();
    }
    let settings = store().is_administrator().then(|| {
        view! { <a class="button" data-inner href=Route::SettingsChats.path()>{t(Key::ListConnect)}</a> }
    });
    view! {
        <div class="empty-words">
            <i class="thread-line still"></i>
            <h2>{t(Key::ListEmptyTitle)}</h2>
            <p>{t(Key::ListEmpty)}</p>
            {settings}
        </div>
    }
    .into_any()
}
