//! The thread: rows on the line, older ones while scrolling up without a jump, the newest in sight. Must not know
//! what a message looks like.

use std::collections::HashMap;

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, ResizeObserver};

use super::message::{self, Standing};
use super::{message_menu, pick, record, viewer};
use crate::api::graphql::{ActorKind, Contact};
use crate::i18n::{Count, DateStyle, Key, date, day, t, tf, tn};
use crate::session::{store, thread, toasts};
use crate::state::thread::Thread;
use crate::state::timeline::{Row, RowKey, rows};
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, effect};
use crate::ui::names;

/// How near the end counts as being there, and how near the start asks for older messages, in pixels.
const AT_END: i32 = 48;
const NEAR_START: i32 = 600;

/// The rows that are drawn, each by itself: a message that comes touches its own row and its neighbour's, not hundreds.
#[derive(Clone, Copy)]
struct Layout {
    order: RwSignal<Vec<RowKey>>,
    known: StoredValue<Known>,
    /// Something has changed.
    changed: Trigger,
}

#[derive(Default)]
struct Known {
    rows: HashMap<RowKey, ArcRwSignal<Row>>,
    contact: Option<Contact>,
    /// The first message that is here.
    first: Option<RowKey>,
}

impl Layout {
    /// Lays the thread out now and whenever it changes.
    fn follow(id: String) -> Self {
        let layout = Self {
            order: RwSignal::new(Vec::new()),
            known: StoredValue::new(Known::default()),
            changed: Trigger::new(),
        };
        // It runs as long as it is kept.
        StoredValue::new_local(RenderEffect::new(move |_| {
            if let Some(rows) = lay_out(&id) {
                layout.take(rows);
            }
        }));
        layout
    }

    fn take(self, rows: Vec<Row>) {
        let contact = store().thread.with_untracked(|open| {
            let thread = open.thread.ready();
            thread.map(|thread| thread.chat().contact.clone())
        });
        let order: Vec<RowKey> = rows.iter().map(Row::key).collect();
        let is_message = |row: &&Row| matches!(row, Row::Message { .. });
        let first = rows.iter().find(is_message).map(Row::key);
        self.known.update_value(|known| {
            let renamed = known.contact != contact;
            let mut before = std::mem::take(&mut known.rows);
            known.contact = contact;
            known.first = first;
            for (key, row) in order.iter().zip(rows) {
                let signal = match before.remove(key) {
                    Some(signal) => {
                        if !renamed && signal.with_untracked(|known| set_last(known, &row)) {
                            signal.update_untracked(|known| *known = row);
                        } else if renamed || signal.with_untracked(|known| *known != row) {
                            signal.set(row);
                        }
                        signal
                    }
                    None => ArcRwSignal::new(row),
                };
                known.rows.insert(*key, signal);
            }
        });
        if self.order.with_untracked(|known| *known != order) {
            self.order.set(order);
        }
        self.changed.notify();
    }

    fn draw(self, key: RowKey) -> impl Fn() -> Option<AnyView> {
        let row = self.known.with_value(|known| known.rows.get(&key).cloned());
        move || {
            let row = row.as_ref()?.get();
            let drawn = |known: &Known| Some(draw(row, known.contact.as_ref()?));
            self.known.try_with_value(drawn).flatten()
        }
    }
}

/// Where the reader is.
#[derive(Clone, Copy)]
struct Place {
    at_end: bool,
    from_end: i32,
}

impl Place {
    fn in_pane(pane: &web_sys::HtmlDivElement) -> Self {
        let from_end = pane.scroll_height() - pane.scroll_top();
        Self {
            at_end: from_end - pane.client_height() < AT_END,
            from_end,
        }
    }
}

/// The thread of the open chat.
#[component]
pub fn Timeline(id: String) -> impl IntoView {
    let store = store();
    let layout = Layout::follow(id.clone());
    let of_pick = id.clone();
    let scroller: NodeRef<Div> = NodeRef::new();
    let place = StoredValue::new(Place {
        at_end: true,
        from_end: 0,
    });
    let at_end = RwSignal::new(true);
    let seen_to = RwSignal::new(0);
    keep_place(layout, scroller, place);
    stay_at_end(scroller, place);
    follow_jump(id, layout, scroller, place);
    one_tab_stop(layout, scroller);
    let scrolled = move |_| {
        if let Some(pane) = scroller.get_untracked() {
            let here = Place::in_pane(&pane);
            let end = here.at_end;
            place.set_value(here);
            if at_end.get_untracked() != end {
                let newest = store
                    .thread
                    .with_untracked(|open| open.thread.ready().map(Thread::newest));
                seen_to.set(newest.unwrap_or_default());
                at_end.set(end);
            }
            if pane.scroll_top() < NEAR_START {
                thread::older();
            }
        }
    };
    let jump = move |()| {
        if let Some(pane) = scroller.get_untracked() {
            pane.set_scroll_top(pane.scroll_height());
        }
    };
    view! {
        <div class="thread-scroll" node_ref=scroller on:scroll=scrolled on:click=clicked on:keydown=move |event| pressed(scroller, &event) on:contextmenu=held tabindex="0" role="region" aria-label=t(Key::ThreadLabel)>
            <ol class="thread" data-testid="thread">
                <For each=move || layout.order.get() key=|key| *key children=move |key| layout.draw(key)/>
            </ol>
            <Typing/>
        </div>
        <ToTheEnd at_end=at_end.into() seen_to=seen_to.into() jump=Callback::new(jump)/>
        <message_menu::Menu/>
        <record::Record/>
        <viewer::Viewer/>
        <pick::Pick id=of_pick/>
    }
}

/// The way to the newest message, and how many came meanwhile.
#[component]
fn ToTheEnd(at_end: Signal<bool>, seen_to: Signal<i64>, jump: Callback<()>) -> impl IntoView {
    let came = move || {
        let seen = seen_to.get();
        let count = store().thread.with(|open| {
            open.thread
                .ready()
                .map_or(0, |thread| thread.came_since(seen))
        });
        i64::try_from(count).unwrap_or_default()
    };
    drawn(move || {
        (!at_end.get()).then(|| view! {
            <button type="button" class="jump" data-testid="jump" aria-label=t(Key::ThreadJump) title=t(Key::ThreadJump) on:click=move |_| jump.run(())>
                {icon(Icon::Down)}
                {move || (came() > 0).then(|| view! { <span class="jump-count">{tn(Count::ListWaiting, came())}</span> })}
            </button>
        })
    })
}

fn clicked(event: web_sys::MouseEvent) {
    if let Some(dots) = dots_of(event.target()) {
        message_menu::open(&dots);
    }
}

/// A long press is the context menu of a finger.
fn held(event: web_sys::MouseEvent) {
    let finger = event
        .dyn_ref::<web_sys::PointerEvent>()
        .is_some_and(|event| event.pointer_type() == "touch");
    if let Some(dots) = finger.then(|| dots_within(event.target())).flatten() {
        event.prevent_default();
        message_menu::open(&dots);
    }
}

fn pressed(scroller: NodeRef<Div>, event: &web_sys::KeyboardEvent) {
    let by = match event.key().as_str() {
        "ArrowUp" => -1,
        "ArrowDown" => 1,
        _ => return,
    };
    if dots_of(event.target()).is_some() {
        event.prevent_default();
        step_dots(scroller, by);
    }
}

/// The rows of a chat, while it is the open one.
fn lay_out(id: &str) -> Option<Vec<Row>> {
    let store = store();
    let outgoing = store.outbox.with(|outbox| outbox.of_chat(id));
    let read_up_to = store.desk.read_up_to.get();
    store.thread.with(|open| {
        let thread = open.thread.ready().filter(|_| open.id == id)?;
        Some(rows(thread, &outgoing, read_up_to, &day))
    })
}

/// After rows have changed, and before they are painted: the reader who was at the end stays there; for the others
/// what came above pushes nothing down.
fn keep_place(layout: Layout, scroller: NodeRef<Div>, place: StoredValue<Place>) {
    let store = store();
    Effect::new(move |before: Option<Option<RowKey>>| {
        layout.changed.track();
        let first = layout.known.with_value(|known| known.first);
        store.typing.track();
        let first_time = before.as_ref().is_none_or(Option::is_none);
        let older_came = before.flatten().is_some_and(|before| Some(before) != first);
        request_animation_frame(move || {
            let (Some(pane), Some(was)) = (
                scroller.try_get_untracked().flatten(),
                place.try_get_value(),
            ) else {
                return;
            };
            if was.at_end {
                pane.set_scroll_top(pane.scroll_height());
                if first_time {
                    show_new_line(&pane);
                    // What is sized after this must know, and before the event of the scrolling comes.
                    place.set_value(Place::in_pane(&pane));
                }
            } else if older_came {
                pane.set_scroll_top(pane.scroll_height() - was.from_end);
            }
            // A thread shorter than its pane cannot be scrolled, but may have older messages.
            if pane.scroll_top() < NEAR_START {
                thread::older();
            }
        });
        first
    });
}

/// The pane or what is in it has another size: a longer text below, files that wait, a turned phone, a picture that is
/// drawn. The reader who was at the end stays there.
fn stay_at_end(scroller: NodeRef<Div>, place: StoredValue<Place>) {
    let sized = Closure::<dyn FnMut()>::new(move || {
        let pane = scroller.try_get_untracked().flatten();
        let stays = place.try_get_value().is_some_and(|place| place.at_end);
        if let Some(pane) = pane.filter(|_| stays) {
            pane.set_scroll_top(pane.scroll_height());
        }
    });
    let Ok(observer) = ResizeObserver::new(sized.as_ref().unchecked_ref()) else {
        return;
    };
    let watched = observer.clone();
    effect(move || {
        if let Some(pane) = scroller.get() {
            watched.observe(&pane);
            if let Some(thread) = pane.first_element_child() {
                watched.observe(&thread);
            }
        }
    });
    let kept = StoredValue::new_local((observer, sized));
    on_cleanup(move || {
        kept.try_with_value(|(observer, _)| observer.disconnect());
    });
}

/// A chat with more new messages than fit opens where they begin.
fn show_new_line(pane: &web_sys::HtmlDivElement) {
    let line = pane.query_selector(".new-line").ok().flatten();
    if let Some(line) = line.and_then(|line| line.dyn_into::<HtmlElement>().ok()) {
        let top = line.get_bounding_client_rect().top() - pane.get_bounding_client_rect().top();
        if top < 0.0 {
            pane.set_scroll_top(pane.scroll_top() + top as i32 - 48);
        }
    }
}

/// Goes to a message as soon as it is here; older pages are fetched until it is.
fn follow_jump(id: String, layout: Layout, scroller: NodeRef<Div>, place: StoredValue<Place>) {
    let store = store();
    effect(move || {
        layout.changed.track();
        let Some(jump) = store.desk.jump.get().filter(|jump| jump.chat == id) else {
            return;
        };
        let (here, more) = store.thread.with_untracked(|open| {
            open.thread.ready().map_or((false, true), |thread| {
                let here = thread.message(&jump.message).is_some();
                (here, thread.older_page().is_some())
            })
        });
        if here {
            request_animation_frame(move || {
                store.desk.jump.set(None);
                show(scroller, &jump.message);
                if let Some(pane) = scroller.try_get_untracked().flatten() {
                    let _ = place.try_set_value(Place::in_pane(&pane));
                }
            });
        } else if more {
            thread::older();
        } else {
            store.desk.jump.set(None);
            toasts::say(t(Key::ThreadTooOld).to_owned(), None);
        }
    });
}

fn show(scroller: NodeRef<Div>, message: &str) {
    let selector = format!("[data-message-id=\"{message}\"]");
    let found = scroller
        .try_get_untracked()
        .flatten()
        .and_then(|pane| pane.query_selector(&selector).ok().flatten())
        .and_then(|found| found.dyn_into::<HtmlElement>().ok());
    if let Some(found) = found {
        let how = web_sys::ScrollIntoViewOptions::new();
        how.set_block(web_sys::ScrollLogicalPosition::Center);
        found.scroll_into_view_with_scroll_into_view_options(&how);
        let _ = found.focus();
        let _ = found.class_list().remove_1("found");
        // Asking for its size ends the class's first run, so that it can run again.
        let _ = found.offset_width();
        let _ = found.class_list().add_1("found");
    }
}

/// The thread is one stop of the Tab key: the three dots of the newest message, and arrows from there.
fn one_tab_stop(layout: Layout, scroller: NodeRef<Div>) {
    let stop = StoredValue::new_local(None::<HtmlElement>);
    let place_stop = move || {
        let pane = scroller.try_get_untracked().flatten()?;
        let mut row = pane.first_element_child()?.last_element_child();
        while let Some(one) = row {
            if let Some(dots) = one.query_selector(".dots").ok().flatten() {
                let dots: HtmlElement = dots.dyn_into().ok()?;
                dots.set_tab_index(0);
                let before = stop.try_update_value(|stop| stop.replace(dots.clone()))?;
                if let Some(before) = before.filter(|before| !before.is_same_node(Some(&dots))) {
                    before.set_tab_index(-1);
                }
                break;
            }
            row = one.previous_element_sibling();
        }
        Some(())
    };
    effect(move || {
        layout.changed.track();
        request_animation_frame(move || {
            let _ = place_stop();
        });
    });
}

fn step_dots(scroller: NodeRef<Div>, by: isize) {
    let Some(pane) = scroller.get_untracked() else {
        return;
    };
    let (all, here) = focus::among(pane.query_selector_all(".dots"));
    let next = here.and_then(|here| here.checked_add_signed(by));
    if let Some(dots) = next.and_then(|next| all.get(next)) {
        let _ = dots.focus();
    }
}

fn dots_of(target: Option<web_sys::EventTarget>) -> Option<HtmlElement> {
    let element: web_sys::Element = target?.dyn_into().ok()?;
    element
        .closest(".dots[data-menu-of]")
        .ok()??
        .dyn_into()
        .ok()
}

fn dots_within(target: Option<web_sys::EventTarget>) -> Option<HtmlElement> {
    let element: web_sys::Element = target?.dyn_into().ok()?;
    let message = element.closest(".message").ok()??;
    message
        .query_selector("[data-menu-of]")
        .ok()??
        .dyn_into()
        .ok()
}

/// A message that only is followed by another of its speaker now, or no more, is not drawn anew. Tells whether it was one.
fn set_last(known: &Row, now: &Row) -> bool {
    let Some((id, last)) = known.only_last(now) else {
        return false;
    };
    let selector = format!("[data-message-id=\"{id}\"]");
    let Ok(Some(row)) = document().query_selector(&selector) else {
        return false;
    };
    let classes = row.class_list();
    let done = if last {
        classes.add_1("last")
    } else {
        classes.remove_1("last")
    };
    done.is_ok()
}

fn draw(row: Row, contact: &Contact) -> AnyView {
    match row {
        Row::Day(at) => {
            view! { <li class="day"><span>{date(&at, DateStyle::Day)}</span></li> }.into_any()
        }
        Row::New => view! { <li class="new-line" data-testid="new-line"><span>{t(Key::ThreadNew)}</span></li> }.into_any(),
        Row::Act(act) => message::knot(&act, contact).into_any(),
        Row::Message {
            message,
            first,
            last,
            read_line,
            quoted,
        } => {
            let standing = Standing {
                first,
                last,
                read_line,
            };
            message::bubble(&message, contact, standing, quoted.as_deref()).into_any()
        }
        Row::Outgoing(outgoing) => message::outgoing(&outgoing).into_any(),
    }
}

/// "Ana is writing", with what they write where the channel tells.
#[component]
fn Typing() -> impl IntoView {
    let store = store();
    drawn(move || {
        let typing = store.typing.get()?;
        let name = store.thread.with_untracked(|open| {
            open.thread
                .ready()
                .map(|thread| names::actor(&typing.by, &thread.chat().contact))
        })?;
        let ours = typing.by.kind == ActorKind::Agent;
        let words = tf(
            if ours {
                Key::ThreadColleagueWrites
            } else {
                Key::ThreadWrites
            },
            &[("who", &name)],
        );
        Some(view! {
            <p class="typing" data-testid="typing">
                <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
                <span>{words}</span>
                {typing.preview.map(|preview| view! { <span class="typing-preview" dir="auto">{preview}</span> })}
            </p>
        })
    })
}
