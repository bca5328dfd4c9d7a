//! What can be done with words that are selected in a message: into which field of the client they go (G7). By mouse as a
//! small bar, by the menu key with the focus in it. Must not change the client by itself.

use leptos::html::Div;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent, Node};

use crate::i18n::{Key, t};
use crate::session::client_fields::{self, Field};
use crate::ui::live::{drawn, effect};

/// The longest text that goes into a field.
const LONGEST: usize = 300;

/// Selected words, and where the bar stands: the middle of their upper edge in the window.
#[derive(Clone, PartialEq)]
struct Picked {
    text: String,
    at: (i32, i32),
    focus: bool,
}

/// What is selected within one message, if anything is.
fn selected(focus: bool) -> Option<Picked> {
    let selection = window().get_selection().ok().flatten()?;
    if selection.is_collapsed() || selection.range_count() == 0 {
        return None;
    }
    let text = String::from(selection.to_string()).trim().to_owned();
    let within = |node: Option<Node>| {
        let node = node?;
        let element = match node.dyn_ref::<Element>() {
            Some(element) => element.clone(),
            None => node.parent_element()?,
        };
        element.closest(".message .text").ok().flatten()
    };
    let (from, to) = (
        within(selection.anchor_node())?,
        within(selection.focus_node())?,
    );
    if !from.is_same_node(Some(&to)) || text.is_empty() || text.chars().count() > LONGEST {
        return None;
    }
    let place = selection.get_range_at(0).ok()?.get_bounding_client_rect();
    Some(Picked {
        text,
        at: (
            (place.left() + place.width() / 2.0) as i32,
            place.top() as i32,
        ),
        focus,
    })
}

/// The bar, while words of a message are selected.
#[component]
pub fn Pick(id: String) -> impl IntoView {
    let picked = RwSignal::new(None::<Picked>);
    let bar: NodeRef<Div> = NodeRef::new();
    let inside = move |target: Option<web_sys::EventTarget>| {
        let node = target.and_then(|target| target.dyn_into::<Node>().ok());
        let bar = bar.try_get_untracked().flatten();
        bar.is_some_and(|bar| bar.contains(node.as_ref()))
    };
    let released = window_event_listener(ev::pointerup, move |event| {
        if !inside(event.target()) {
            // A click on a selection takes it away after this event.
            request_animation_frame(move || picked.set(selected(false)));
        }
    });
    let typed = window_event_listener(ev::keyup, move |event| {
        if event.shift_key() || event.key() == "Shift" {
            picked.set(selected(false));
        }
    });
    let asked = window_event_listener(ev::contextmenu, move |event: MouseEvent| {
        if let Some(found) = selected(true) {
            event.prevent_default();
            picked.set(Some(found));
        }
    });
    on_cleanup(move || {
        released.remove();
        typed.remove();
        asked.remove();
    });
    effect(move || {
        if picked.with(|picked| picked.as_ref().is_some_and(|picked| picked.focus)) {
            request_animation_frame(move || step(bar, 0));
        }
    });
    let id = StoredValue::new(id);
    drawn(move || {
        let Picked { text, at, .. } = picked.get()?;
        let text = StoredValue::new(text);
        let pressed = move |event: KeyboardEvent| match event.key().as_str() {
            "Escape" => {
                event.stop_propagation();
                picked.set(None);
                focus_message();
            }
            "ArrowRight" => step(bar, 1),
            "ArrowLeft" => step(bar, -1),
            _ => {}
        };
        let one = move |field: Field| {
            let put = move |_| {
                client_fields::put(&id.get_value(), field, &text.get_value());
                picked.set(None);
                focus_message();
            };
            view! { <button type="button" data-testid="pick" data-field=format!("{field:?}") on:click=put>{t(field.words())}</button> }
        };
        Some(view! {
            <div node_ref=bar class="words-bar" data-testid="pick-bar" role="toolbar" aria-label=t(Key::PickInto) style:left=format!("{}px", at.0) style:top=format!("{}px", at.1) on:keydown=pressed>
                <span aria-hidden="true">{t(Key::PickInto)}</span>
                {Field::ALL.map(one).collect_view()}
            </div>
        })
    })
}

fn focus_message() {
    let composer = document()
        .query_selector("[data-testid=composer]")
        .ok()
        .flatten();
    if let Some(composer) = composer.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = composer.focus();
    }
}

/// Moves the focus among the buttons; 0 goes to the first.
fn step(bar: NodeRef<Div>, by: isize) {
    let found = bar.try_get_untracked().flatten();
    let Some(all) = found.and_then(|bar| bar.query_selector_all("button").ok()) else {
        return;
    };
    let all: Vec<HtmlElement> = (0..all.length())
        .filter_map(|index| all.item(index)?.dyn_into().ok())
        .collect();
    let active = document().active_element();
    let here = all.iter().position(|it| {
        active
            .as_ref()
            .is_some_and(|active| active.is_same_node(Some(it)))
    });
    let next = here.map_or(Some(0), |here| here.checked_add_signed(by));
    if let Some(button) = next.and_then(|next| all.get(next)) {
        let _ = button.focus();
    }
}
