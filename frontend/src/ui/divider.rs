//! The edge of the list, which makes it wider or narrower: dragged, or moved by arrows while it has the focus. Must not know
//! what the list holds.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};

use crate::i18n::{Key, t};
use crate::session::memory;
use crate::ui::live::effect;

/// The widths that the list can have, in pixels, and how far an arrow goes.
const LEAST: i32 = 280;
const MOST: i32 = 480;
const USUAL: i32 = 360;
const STEP: i32 = 20;

fn within(width: i32) -> i32 {
    width.clamp(LEAST, MOST)
}

/// The edge. It stands in what it makes wider; the width is the page's `--list`.
#[component]
pub fn Divider() -> impl IntoView {
    let width = RwSignal::new(within(memory::list_width().unwrap_or(USUAL)));
    effect(move || {
        let root = document().document_element();
        if let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
            let width = format!("{}px", width.get());
            let _ = root.style().set_property("--list", &width);
        }
    });
    let put = move |to: i32| {
        memory::keep_list_width(within(to));
        width.set(within(to));
    };
    let held = move |event: PointerEvent| {
        if let Some(edge) = edge(&event) {
            let _ = edge.set_pointer_capture(event.pointer_id());
        }
    };
    let moved = move |event: PointerEvent| {
        let pane = edge(&event).and_then(|edge| edge.parent_element());
        if let Some(pane) = pane.filter(|_| event.buttons() == 1) {
            put(event.client_x() - pane.get_bounding_client_rect().left() as i32);
        }
    };
    let pressed = move |event: KeyboardEvent| {
        put(match event.key().as_str() {
            "ArrowLeft" => width.get_untracked() - STEP,
            "ArrowRight" => width.get_untracked() + STEP,
            "Home" => LEAST,
            "End" => MOST,
            _ => return,
        });
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div
            class="divider"
            role="separator"
            aria-orientation="vertical"
            aria-label=t(Key::ListWidth)
            aria-valuemin=LEAST.to_string()
            aria-valuemax=MOST.to_string()
            aria-valuenow=move || width.get().to_string()
            tabindex="0"
            data-testid="list-width"
            on:pointerdown=held
            on:pointermove=moved
            on:keydown=pressed
            on:dblclick=move |_| put(USUAL)
        ></div>
    }
}

fn edge(event: &PointerEvent) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}
