//! Where the focus goes when something opens, and where to when that is gone. Must not know what opens.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// What a person can press or write into.
const PRESSED: &str = "button, a, input, select, textarea";

/// Gives the focus to something that is drawn by the next frame.
pub fn soon<E: AsRef<HtmlElement>>(to: impl FnOnce() -> Option<E> + 'static) {
    request_animation_frame(move || {
        if let Some(element) = to() {
            let _ = element.as_ref().focus();
        }
    });
}

/// Once the owner is gone, and the focus with it: gives it back to what has it now, or to what stands in its place then.
pub fn returns() {
    let place = document()
        .active_element()
        .and_then(|element| place_of(&element));
    if let Some((selector, at)) = place {
        on_cleanup(move || soon(move || found(&selector, at)));
    }
}

/// The test id around an element, and which of several under it.
fn place_of(element: &Element) -> Option<(String, u32)> {
    let named = element.closest("[data-testid]").ok()??;
    let selector = format!("[data-testid=\"{}\"]", named.get_attribute("data-testid")?);
    let all = document().query_selector_all(&selector).ok()?;
    let same = |at: &u32| {
        all.item(*at)
            .is_some_and(|node| node.is_same_node(Some(&named)))
    };
    let at = (0..all.length()).find(same)?;
    Some((selector, at))
}

/// What to give it back to; nothing while something has it.
fn found(selector: &str, at: u32) -> Option<HtmlElement> {
    let active = document().active_element();
    if active.is_some_and(|element| element.tag_name() != "BODY") {
        return None;
    }
    let node = document().query_selector_all(selector).ok()?.item(at)?;
    let named: Element = node.dyn_into().ok()?;
    let pressed = if named.matches(PRESSED).ok()? {
        Some(named)
    } else {
        named.query_selector(PRESSED).ok()?
    };
    pressed?.dyn_into().ok()
}
