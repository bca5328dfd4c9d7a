//! The rows that are on the screen, of a list of any length: only they are drawn, pages come before they are seen, and
//! nothing moves under a resting pointer or for who has scrolled. Must not know what a row looks like.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};

use super::list::Foot;
use super::row::ChatRow;
use crate::api::graphql::Chat;
use crate::i18n::{Count, Key, t, tn};
use crate::session::{inbox, store};
use crate::state::drawn;
use crate::state::inbox::{Inbox, is_missing};
use crate::state::order::ChatKey;
use crate::ui::live::{effect, live};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// What a row shows of its chat.
#[derive(Clone)]
pub(super) struct Shown {
    /// The chat.
    pub(super) chat: Option<Arc<Chat>>,
    /// It stands there only because nothing moves under the pointer.
    pub(super) left: bool,
}

impl Shown {
    /// A row that was not touched is the same in memory.
    fn is(&self, other: &Self) -> bool {
        let same = match (&self.chat, &other.chat) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one == other,
            (one, other) => one.is_none() && other.is_none(),
        };
        same && self.left == other.left
    }
}

/// One row that is drawn, with where it stands, from 0.
#[derive(Clone)]
struct Slot {
    shown: ArcRwSignal<Shown>,
    place: ArcRwSignal<usize>,
}

/// Frames after which a row that is not drawn takes the focus no more.
const FRAMES: u32 = 60;
/// Frames in which it is looked after once it has it.
const STEADY: u32 = 4;
/// No number of rows.
const UNKNOWN: usize = usize::MAX;

/// What is drawn, each row by itself: a chat that changes touches its own row.
#[derive(Clone, Copy)]
struct Drawn {
    ids: RwSignal<Vec<ChatKey>>,
    from: RwSignal<usize>,
    slots: StoredValue<HashMap<ChatKey, Slot>>,
    /// Rows in all that can be drawn.
    count: RwSignal<usize>,
    /// Rows in all, or `UNKNOWN`.
    total: RwSignal<usize>,
    waiting: RwSignal<usize>,
    more: RwSignal<bool>,
    /// Rows known from the top on, and rows missing behind them.
    gap: RwSignal<(usize, usize)>,
}

impl Drawn {
    fn follow(window: Memo<Range<usize>>) -> Self {
        let drawn = Self {
            ids: RwSignal::new(Vec::new()),
            from: RwSignal::new(0),
            slots: StoredValue::new(HashMap::new()),
            count: RwSignal::new(0),
            total: RwSignal::new(UNKNOWN),
            waiting: RwSignal::new(0),
            more: RwSignal::new(false),
            gap: RwSignal::new((0, 0)),
        };
        let take = move |_| {
            let range = window.get();
            store().inbox.with(|inbox| drawn.take(inbox, range));
        };
        // It runs as long as it is kept.
        StoredValue::new_local(RenderEffect::new(take));
        drawn
    }

    fn take(self, inbox: &Inbox, range: Range<usize>) {
        let count = inbox.len();
        let from = range.start.min(count);
        let ids = inbox.drawn(range);
        self.slots.update_value(|known| {
            let mut before = std::mem::take(known);
            for (place, id) in (from..).zip(&ids) {
                let shown = Shown {
                    chat: inbox.row(id),
                    left: !inbox.belongs(id),
                };
                let slot = match before.remove(id) {
                    Some(slot) => {
                        if !slot.shown.with_untracked(|known| known.is(&shown)) {
                            slot.shown.set(shown);
                        }
                        put(&slot.place, place);
                        slot
                    }
                    None => Slot {
                        shown: ArcRwSignal::new(shown),
                        place: ArcRwSignal::new(place),
                    },
                };
                known.insert(id.clone(), slot);
            }
        });
        put(&self.count, count);
        put(&self.from, from);
        put(&self.ids, ids);
        put(&self.total, inbox.total().unwrap_or(UNKNOWN));
        put(&self.waiting, inbox.waiting());
        put(&self.more, inbox.has_more());
        put(&self.gap, inbox.gap());
    }
}

/// Tells only news.
fn put<T: PartialEq>(signal: &(impl WithUntracked<Value = T> + Set<Value = T>), value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
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
    let drawn = Drawn::follow(window);
    let (count, waiting) = (drawn.count, drawn.waiting);
    // -1 says that there are more than is known.
    let of = Memo::new(move |_| match drawn.total.get() {
        UNKNOWN => "-1".to_owned(),
        total => total.to_string(),
    });
    // What was wanted while no row was drawn takes no focus now.
    store.reveal.set(None);
    follow(sight, window, drawn);
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
    let choosing = live(move || store.selection.with(|all| !all.is_empty()));
    let height = live(move || format!("{}px", count.get() * drawn::ROW));
    let above = live(move || format!("{}px", drawn.from.get() * drawn::ROW));
    let row = move |id: ChatKey| {
        if is_missing(&id) {
            let shape = view! { <li class="row-skeletons" aria-hidden="true"><i></i></li> };
            return Some(shape.into_any());
        }
        let slot = drawn.slots.with_value(|slots| slots.get(&id).cloned());
        slot.map(|Slot { shown, place }| {
            view! { <ChatRow id=id.to_string() shown place of/> }.into_any()
        })
    };
    view! {
        <div class="list-scroll" node_ref=sight.scroller on:scroll=move |_| sight.look() on:pointerenter=enter on:pointerleave=leave data-testid="chat-list">
            {move || (waiting.get() > 0).then(|| view! {
                <button type="button" class="new-rows" data-testid="new-rows" on:click=show_new>
                    {tn(Count::ListWaiting, i64::try_from(waiting.get()).unwrap_or_default())}
                </button>
            })}
            <ul class="rows drawn" class:choosing=choosing role="list" aria-label=t(Key::ListLabel) style:height=height style:padding-top=above>
                <For each=move || drawn.ids.get() key=Clone::clone children=row/>
            </ul>
            <Foot empty=Signal::derive(move || count.get() == 0)/>
        </div>
    }
}

/// Keeps what is drawn at what is in sight, and asks for more before its end is.
fn follow(sight: Sight, window: Memo<Range<usize>>, drawn: Drawn) {
    let store = store();
    let resized = window_event_listener(leptos::ev::resize, move |_| sight.look());
    effect(move || {
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
    // Seen from the end nothing moves while rows come in before.
    Effect::new(move |before: Option<(usize, usize)>| {
        let (head, gap) = drawn.gap.get();
        let count = drawn.count.get();
        if let (Some((known, tail)), Some(list)) = (before, sight.scroller.get_untracked()) {
            let (was, is) = (drawn::pixels(known), drawn::pixels(count));
            if was != is && tail > 0 && list.scroll_top() >= drawn::pixels(tail) {
                let top = list.scroll_top() + is - was;
                request_animation_frame(move || list.set_scroll_top(top));
            }
        }
        (count, if gap > 0 { head + gap } else { 0 })
    });
    effect(move || {
        let (head, gap) = drawn.gap.get();
        if let Some(side) = drawn::wanted(&window.get(), head, gap)
            && drawn.more.get()
        {
            inbox::more(side);
        }
    });
    effect(move || {
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
    let here = focus(&id);
    soon(id, here, FRAMES);
}

/// The scrolling is told in the next frame, and the row is drawn in it or, where much goes on, in one of those behind. A row
/// that is there already may be moved meanwhile, which takes the focus from it.
fn soon(id: String, here: bool, frames: u32) {
    let store = store();
    request_animation_frame(move || {
        let wanted = (store.reveal).with_untracked(|wanted| wanted.as_deref() == Some(id.as_str()));
        if !wanted {
            return;
        }
        let lost = document().active_element() == document().body().map(Into::into);
        let here = if here && !lost { here } else { focus(&id) };
        if here && frames + STEADY <= FRAMES || frames == 0 {
            store.reveal.set(None);
        } else {
            soon(id, here, frames - 1);
        }
    });
}

fn focus(id: &str) -> bool {
    let selector = format!("[data-testid=chat-row][data-chat-id=\"{id}\"]");
    let row = document().query_selector(&selector).ok().flatten();
    let row = row.and_then(|row| row.dyn_into::<HtmlElement>().ok());
    row.is_some_and(|row| row.focus().is_ok())
}
