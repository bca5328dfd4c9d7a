//! The thread: rows on the line, older ones while scrolling up without a jump, the newest in sight. Must not know
//! what a message looks like.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;

use super::message;
use crate::api::graphql::{ActorKind, Contact};
use crate::i18n::{DateStyle, Key, date, day_key, t, tf};
use crate::session::{store, thread};
use crate::state::timeline::{Row, rows};
use crate::ui::icon::{Icon, icon};
use crate::ui::names;

/// How near the end counts as being there, and how near the start asks for older messages, in pixels.
const AT_END: i32 = 48;
const NEAR_START: i32 = 600;

#[derive(Clone, PartialEq, Default)]
struct Layout {
    order: Vec<String>,
    rows: HashMap<String, Row>,
}

/// Where the reader is.
#[derive(Clone, Copy)]
struct Place {
    at_end: bool,
    from_end: i32,
}

/// The thread of the open chat.
#[component]
pub fn Timeline(id: String) -> impl IntoView {
    let store = store();
    let layout = ArcMemo::new(move |_| lay_out(&id));
    let contact = ArcMemo::new(move |_| {
        store.thread.with(|open| {
            open.thread
                .ready()
                .map(|thread| Arc::new(thread.chat().contact.clone()))
        })
    });
    let scroller: NodeRef<Div> = NodeRef::new();
    let place = StoredValue::new(Place {
        at_end: true,
        from_end: 0,
    });
    let at_end = RwSignal::new(true);
    keep_place(layout.clone(), scroller, place);
    let scrolled = move |_| {
        if let Some(pane) = scroller.get_untracked() {
            let from_end = pane.scroll_height() - pane.scroll_top();
            let end = from_end - pane.client_height() < AT_END;
            place.set_value(Place {
                at_end: end,
                from_end,
            });
            if at_end.get_untracked() != end {
                at_end.set(end);
            }
            if pane.scroll_top() < NEAR_START {
                thread::older();
            }
        }
    };
    let jump = move |_| {
        if let Some(pane) = scroller.get_untracked() {
            pane.set_scroll_top(pane.scroll_height());
        }
    };
    let order = {
        let layout = layout.clone();
        move || layout.with(|layout| layout.order.clone())
    };
    view! {
        <div class="thread-scroll" node_ref=scroller on:scroll=scrolled tabindex="0" role="region" aria-label=t(Key::ThreadLabel)>
            <ol class="thread" data-testid="thread">
                <For each=order key=Clone::clone let:key>
                    {
                        let layout = layout.clone();
                        let row = ArcMemo::new(move |_| layout.with(|layout| layout.rows.get(&key).cloned()));
                        let contact = contact.clone();
                        move || row.get().zip(contact.get()).map(|(row, contact)| draw(row, &contact))
                    }
                </For>
            </ol>
            <Typing/>
        </div>
        {move || (!at_end.get()).then(|| view! {
            <button type="button" class="jump" data-testid="jump" aria-label=t(Key::ThreadJump) title=t(Key::ThreadJump) on:click=jump>{icon(Icon::Down)}</button>
        })}
    }
}

fn lay_out(id: &str) -> Layout {
    let store = store();
    let outgoing = store.outbox.with(|outbox| outbox.of_chat(id));
    let rows = store.thread.with(|open| {
        open.thread
            .ready()
            .map(|thread| rows(thread, &outgoing, &day_key))
            .unwrap_or_default()
    });
    let order = rows.iter().map(Row::key).collect();
    let rows = rows.into_iter().map(|row| (row.key(), row)).collect();
    Layout { order, rows }
}

/// After rows have changed, and before they are painted: the reader who was at the end stays there; for the others
/// what came above pushes nothing down.
fn keep_place(layout: ArcMemo<Layout>, scroller: NodeRef<Div>, place: StoredValue<Place>) {
    let store = store();
    Effect::new(move |before: Option<Option<String>>| {
        let first = layout.with(|layout| {
            layout
                .order
                .iter()
                .find(|key| key.starts_with('m'))
                .cloned()
        });
        let _ = store.typing.get();
        let older_came = before
            .flatten()
            .is_some_and(|before| Some(&before) != first.as_ref());
        request_animation_frame(move || {
            let (Some(pane), Some(was)) = (
                scroller.try_get_untracked().flatten(),
                place.try_get_value(),
            ) else {
                return;
            };
            if was.at_end {
                pane.set_scroll_top(pane.scroll_height());
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

fn draw(row: Row, contact: &Contact) -> AnyView {
    match row {
        Row::Day(at) => {
            view! { <li class="day"><span>{date(&at, DateStyle::Day)}</span></li> }.into_any()
        }
        Row::Act(act) => message::act(&act, contact).into_any(),
        Row::Message {
            message,
            first,
            last,
            read_line,
        } => message::bubble(&message, contact, first, last, read_line).into_any(),
        Row::Outgoing(outgoing) => message::outgoing(&outgoing).into_any(),
    }
}

/// "Ana is writing", with what they write where the channel tells.
#[component]
fn Typing() -> impl IntoView {
    let store = store();
    move || {
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
    }
}
