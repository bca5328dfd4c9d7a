//! Listens for keys. Single keys are off while a field has the focus and can be switched off; what a key does stands in
//! the table and happens in `perform`.

mod perform;
mod sheet;
pub mod table;

use std::cell::Cell;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use perform::perform;
pub use perform::{targets, toggle_details, valid, write_soon};
pub use sheet::{Sheet, lines};
use table::Act;

use crate::i18n::{lower, now};
use crate::session::store;

thread_local! {
    static G_PRESSED: Cell<f64> = const { Cell::new(0.0) };
}

/// Listens for keys on the whole page.
pub fn install() {
    let _ = window_event_listener(ev::keydown, |event| {
        if let Some(act) = meant(&event)
            && store().viewer().is_some()
            && valid(act)
            && perform(act)
        {
            event.prevent_default();
        }
    });
}

/// Is this one of Apple's computers, where Cmd does what Ctrl does elsewhere?
pub fn on_apple() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    platform.starts_with("Mac") || platform.starts_with("iP")
}

/// The tooltip of an act: its words and its key.
pub fn hint(act: Act) -> String {
    table::hint(act, on_apple())
}

/// Does an act, however it was chosen.
pub fn run(act: Act) {
    let _ = perform(act);
}

fn meant(event: &KeyboardEvent) -> Option<Act> {
    if event.is_composing() || event.default_prevented() || event.alt_key() {
        return None;
    }
    let pressed = event.key();
    let (wanted, other) = if on_apple() {
        (event.meta_key(), event.ctrl_key())
    } else {
        (event.ctrl_key(), event.meta_key())
    };
    if other {
        return None;
    }
    if wanted {
        return table::act_of(&format!("Mod+{}", lower(&pressed)));
    }
    let always = matches!(pressed.as_str(), "Escape" | "Enter");
    if !always && !store().single_keys.get_untracked() || is_writing(event) && pressed != "Escape" {
        return None;
    }
    let after_g = now() - G_PRESSED.replace(0.0) < 1_500.0;
    if pressed == "g" && !after_g {
        G_PRESSED.set(now());
        return None;
    }
    if after_g {
        table::act_of(&format!("g {pressed}"))
    } else {
        table::act_of(&pressed)
    }
}

fn is_writing(event: &KeyboardEvent) -> bool {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        let tag = element.tag_name();
        let kind = element.get_attribute("type");
        let ticks = tag == "INPUT" && matches!(kind.as_deref(), Some("checkbox" | "radio"));
        matches!(tag.as_str(), "INPUT" | "TEXTAREA" | "SELECT") && !ticks
            || element.has_attribute("contenteditable")
            || element
                .closest("dialog, [popover]")
                .is_ok_and(|found| found.is_some())
    })
}
