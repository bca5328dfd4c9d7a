//! The list: switch, rows, paging. Nothing moves under a resting pointer. Must not know what a row looks like.

use leptos::html::Div;
use leptos::prelude::*;
use web_sys::PointerEvent;

use super::row::ChatRow;
use super::search::{Found, Search, SearchField};
use crate::api::graphql::ChatState;
use crate::i18n::{Count, Key, number, t, tn};
use crate::route::Route;
use crate::session::{inbox, store};
use crate::ui::trouble::Trouble;

/// How near the end the next page is asked for, in pixels.
const NEAR: i32 = 900;

/// The pane.
#[component]
pub fn ListPane() -> impl IntoView {
    let search = Search::new();
    let searching = Memo::new(move |_| search.is_on());
    view! {
        <section class="list-pane" aria-label=t(Key::ListLabel)>
            <Switch/>
            <SearchField search/>
            {move || if searching.get() { view! { <Found search/> }.into_any() } else { view! { <Rows/> }.into_any() }}
        </section>
    }
}

#[component]
fn Switch() -> impl IntoView {
    let store = store();
    let tab = move |view: ChatState, words: Key, testid: &'static str| {
        let count = move || {
            store.inbox.with(|inbox| {
                let counters = inbox.counters();
                i64::from(if view == ChatState::Active {
                    counters.active
                } else {
                    counters.archived
                })
            })
        };
        view! {
            <a
                data-inner
                href=Route::List(view).path()
                data-testid=testid
                aria-current=move || (store.view.get() == view).then_some("true")
                on:click=move |_| store.view.set(view)
            >
                {t(words)} <span class="count">{move || number(count())}</span>
            </a>
        }
    };
    view! {
        <header class="list-head">
            <nav class="switch" aria-label=t(Key::SwitchLabel)>
                {tab(ChatState::Active, Key::SwitchActive, "switch-active")}
                {tab(ChatState::Archived, Key::SwitchArchived, "switch-archived")}
            </nav>
        </header>
    }
}

#[component]
fn Rows() -> impl IntoView {
    let store = store();
    let scroller: NodeRef<Div> = NodeRef::new();
    let shown = Memo::new(move |_| {
        let view = store.view.get();
        store.inbox.with(|inbox| inbox.shown(view))
    });
    let waiting = Memo::new(move |_| store.inbox.with(|inbox| inbox.waiting()));
    let release = move || store.inbox.update(|inbox| inbox.release());
    let hold = move |event: PointerEvent| {
        if event.pointer_type() == "mouse" {
            store
                .inbox
                .update(|inbox| inbox.hold(store.view.get_untracked()));
        }
    };
    let scrolled = move |_| {
        if let Some(list) = scroller.get_untracked()
            && list.scroll_height() - list.scroll_top() - list.client_height() < NEAR
        {
            inbox::more(store.view.get_untracked());
        }
    };
    let show_new = move |_| {
        release();
        if let Some(list) = scroller.get_untracked() {
            list.set_scroll_top(0);
        }
    };
    on_cleanup(release);
    view! {
        <div class="list-scroll" node_ref=scroller on:scroll=scrolled on:pointerenter=hold on:pointerleave=move |_| release() data-testid="chat-list">
            {move || (waiting.get() > 0).then(|| view! {
                <button type="button" class="new-rows" data-testid="new-rows" on:click=show_new>
                    {tn(Count::ListWaiting, i64::try_from(waiting.get()).unwrap_or_default())}
                </button>
            })}
            <ul class="rows">
                <For each=move || shown.get() key=Clone::clone let:id>
                    <ChatRow id/>
                </For>
            </ul>
            <Foot empty=Signal::derive(move || shown.with(Vec::is_empty))/>
        </div>
    }
}

/// What stands in place of rows: their shape, the reason there are none, what to do next.
#[component]
fn Foot(empty: Signal<bool>) -> impl IntoView {
    let store = store();
    move || {
        let view = store.view.get();
        let loaded = store.inbox.with(|inbox| inbox.loaded(view));
        match store.inbox_fault.get() {
            Some(fault) if !loaded => view! { <Trouble fault again=move || inbox::again(view)/> }.into_any(),
            _ if !loaded => {
                view! { <div class="row-skeletons" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i><i></i></div> }.into_any()
            }
            _ if empty.get() && view == ChatState::Active => view! { <EmptyInbox/> }.into_any(),
            _ if empty.get() => view! { <p class="empty-words">{t(Key::ListNoArchived)}</p> }.into_any(),
            _ => ().into_any(),
        }
    }
}

#[component]
fn EmptyInbox() -> impl IntoView {
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
}
