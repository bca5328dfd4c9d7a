//! Where the focus goes when something opens, and where to when that is gone. Must not know what opens.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, NodeList};

/// What a person can press or write into.
const PRESSED: &str = "button, a, input, select, textarea";

/// All that was found, in order, and which of them has the focus.
pub fn among(found: Result<NodeList, JsValue>) -> (Vec<HtmlElement>, Option<usize>) {
    let item = |found: &NodeList, at| found.item(at)?.dyn_into().ok();
    let all: Vec<HtmlElement> = found.map_or_else(
        |_| Vec::new(),
        |found| {
            (0..found.length())
                .filter_map(|at| item(&found, at))
                .collect()
        },
    );
    let active = document().active_element();
    let here = all
        .iter()
        .position(|one| active.as_ref().is_some_and(|it| it == one.as_ref()));
    (all, here)
}

/// Another page is shown: its heading has the focus, unless something of it has it already.
pub fn arrive() {
    request_animation_frame(|| {
        let active = document().active_element();
        let inside = active.and_then(|it| it.closest("main, dialog, [role=dialog]").ok().flatten());
        let found = |selector| document().query_selector(selector).ok().flatten();
        let wanted = match inside {
            None => found("main h1").or_else(|| found("main")),
            Some(_) => None,
        };
        if let Some(heading) = wanted.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            heading.set_tab_index(-1);
            let _ = heading.focus();
        }
    });
}

/// Is it in something that this selects?
pub fn is_in(selector: &str) -> bool {
    let active = document().active_element();
    active.is_some_and(|it| it.closest(selector).is_ok_and(|found| found.is_some()))
}

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
