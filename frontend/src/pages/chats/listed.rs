//! The rows that are on the screen, of a list of any length: only they are drawn, pages come before they are seen, and
//! nothing moves under a resting pointer or for who has scrolled. Must not know what a row looks like.

use std::cell::Cell;
use std::ops::Range;

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};

use super::list::Foot;
use super::row::ChatRow;
use crate::i18n::{Count, Key, t, tn};
use crate::session::{inbox, store};
use crate::state::drawn;
use crate::state::order::ChatKey;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// What is drawn: from which place on, and what.
#[derive(Clone, Default, PartialEq)]
struct Drawn {
    from: usize,
    ids: Vec<ChatKey>,
}

/// What scrolls, and what of it is in sight.
#[derive(Clone, Copy)]
struct Sight {
    scroller: NodeRef<Div>,
    /// How far it is scrolled, and how high it is. Pixels.
    seen: RwSignal<(i32, i32)>,
}

impl Sight {
    fn new() -> Self {
        Self {
            scroller: NodeRef::new(),
            seen: RwSignal::new((0, 900)),
        }
    }

    fn look(self) {
        if let Some(list) = self.scroller.get_untracked() {
            self.seen.set((list.scroll_top(), list.client_height()));
            rest(list.scroll_top());
        }
    }

    fn to_top(self) {
        if let Some(list) = self.scroller.get_untracked() {
            list.set_scroll_top(0);
        }
        self.seen.update(|seen| seen.0 = 0);
    }
}

/// The rows.
#[component]
pub(super) fn Rows() -> impl IntoView {
    let store = store();
    let sight = Sight::new();
    let window: Memo<Range<usize>> = Memo::new(move |_| {
        let (top, height) = sight.seen.get();
        drawn::window(top, height)
    });
    let count = Memo::new(move |_| store.inbox.with(|inbox| inbox.len()));
    let rows = Memo::new(move |_| {
        let range = window.get();
        let from = range.start.min(count.get());
        let ids = store.inbox.with(|inbox| inbox.slice(range));
        Drawn { from, ids }
    });
    let place = move |id: &str| {
        rows.with(|rows| {
            rows.from
                + rows
                    .ids
                    .iter()
                    .position(|it| **it == *id)
                    .unwrap_or_default()
        })
    };
    // -1 says that there are more than is known.
    let of = Memo::new(move |_| {
        let total = store.inbox.with(|inbox| inbox.total());
        total.map_or_else(|| "-1".to_owned(), |total| total.to_string())
    });
    let waiting = Memo::new(move |_| store.inbox.with(|inbox| inbox.waiting()));
    // What was wanted while no row was drawn takes no focus now.
    store.reveal.set(None);
    follow(sight, window, count);
    let enter = move |event: PointerEvent| {
        if event.pointer_type() == "mouse" {
            INSIDE.set(true);
            rest(0);
        }
    };
    let leave = move |_| {
        INSIDE.set(false);
        sight.look();
    };
    let show_new = move |_| {
        store.inbox.update(|inbox| inbox.release());
        sight.to_top();
    };
    let height = move || format!("{}px", count.get() * drawn::ROW);
    let above = move || format!("{}px", rows.with(|rows| rows.from) * drawn::ROW);
    view! {
        <div class="list-scroll" node_ref=sight.scroller on:scroll=move |_| sight.look() on:pointerenter=enter on:pointerleave=leave data-testid="chat-list">
            {move || (waiting.get() > 0).then(|| view! {
                <button type="button" class="new-rows" data-testid="new-rows" on:click=show_new>
                    {tn(Count::ListWaiting, i64::try_from(waiting.get()).unwrap_or_default())}
                </button>
            })}
            <ul class="rows drawn" role="list" aria-label=t(Key::ListLabel) style:height=height style:padding-top=above>
                <For each=move || rows.with(|rows| rows.ids.clone()) key=Clone::clone let:id>
                    <ChatRow id=id.to_string() place of/>
                </For>
            </ul>
            <Foot empty=Signal::derive(move || count.get() == 0)/>
        </div>
    }
}

/// Keeps what is drawn at what is in sight, and asks for more before its end is.
fn follow(sight: Sight, window: Memo<Range<usize>>, count: Memo<usize>) {
    let store = store();
    let resized = window_event_listener(leptos::ev::resize, move |_| sight.look());
    Effect::new(move || {
        if sight.scroller.get().is_some() {
            request_animation_frame(move || sight.look());
        }
    });
    // Another list begins at its top.
    Effect::new(move |before: Option<()>| {
        store.filter.track();
        if before.is_some() {
            sight.to_top();
        }
    });
    Effect::new(move || {
        let near = drawn::is_near(window.get().end, count.get());
        if near && store.inbox.with(|inbox| inbox.next_page()).is_some() {
            inbox::more();
        }
    });
    Effect::new(move || {
        if let Some(id) = store.reveal.get() {
            reveal(sight.scroller, id);
        }
    });
    on_cleanup(move || {
        resized.remove();
        INSIDE.set(false);
        store.inbox.update(|inbox| inbox.release());
    });
}

/// The order rests under the pointer, and while the top is out of sight.
fn rest(top: i32) {
    let store = store();
    let rests = INSIDE.get() || top > 0;
    if rests != store.inbox.with_untracked(|inbox| inbox.is_held()) {
        store.inbox.update(|inbox| {
            if rests {
                inbox.hold();
            } else {
                inbox.release();
            }
        });
    }
}

/// Brings a row onto the screen and gives it the focus; one that is not drawn yet is drawn first.
fn reveal(scroller: NodeRef<Div>, id: String) {
    let store = store();
    let rank = store.inbox.with_untracked(|inbox| inbox.rank(&id));
    let (Some(list), Some(rank)) = (scroller.get_untracked(), rank) else {
        return store.reveal.set(None);
    };
    if let Some(top) = drawn::top_for(rank, list.scroll_top(), list.client_height()) {
        list.set_scroll_top(top);
    }
    if focus(&id) {
        return store.reveal.set(None);
    }
    // Two frames: the scrolling is told in the first, the row is drawn in it.
    let drawn = move || {
        if store
            .reveal
            .with_untracked(|wanted| wanted.as_deref() == Some(id.as_str()))
        {
            let _ = focus(&id);
            store.reveal.set(None);
        }
    };
    request_animation_frame(move || request_animation_frame(drawn));
}

fn focus(id: &str) -> bool {
    let selector = format!("[data-testid=chat-row][data-chat-id=\"{id}\"]");
    let row = document().query_selector(&selector).ok().flatten();
    let row = row.and_then(|row| row.dyn_into::<HtmlElement>().ok());
    row.is_some_and(|row| row.focus().is_ok())
}
