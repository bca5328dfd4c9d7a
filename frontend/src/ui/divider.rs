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
    // Where it was taken hold of: it does not jump to the pointer.
    let grip = StoredValue::new(0);
    let held = move |event: PointerEvent| {
        if let Some(edge) = edge(&event) {
            let _ = edge.set_pointer_capture(event.pointer_id());
            grip.set_value(reach(&event, &edge) - width.get_untracked());
        }
    };
    let moved = move |event: PointerEvent| {
        if let Some(edge) = edge(&event).filter(|_| event.buttons() == 1) {
            put(reach(&event, &edge) - grip.get_value());
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

/// From the beginning of what it makes wider to the pointer.
fn reach(event: &PointerEvent, edge: &Element) -> i32 {
    let pane = edge.parent_element();
    let left = pane.map_or(0.0, |pane| pane.get_bounding_client_rect().left());
    event.client_x() - left as i32
}

fn edge(event: &PointerEvent) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}
