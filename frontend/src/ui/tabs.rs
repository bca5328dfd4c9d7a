//! Tabs of a page, each with an address of its own; arrows, Home and End go from one to another. Must not know what they
//! show.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::focus;
use crate::route::Route;

/// One of them.
pub struct Tab {
    /// Where it leads.
    pub to: Route,
    /// What it is called.
    pub words: Signal<String>,
    /// It is shown now.
    pub chosen: Signal<bool>,
}

/// The row of tabs. What is shown is `#tab-panel`, named by `#tab-0`, `#tab-1`...
#[component]
pub fn Tabs(label: &'static str, tabs: Vec<Tab>) -> impl IntoView {
    let tab = |(at, Tab { to, words, chosen }): (usize, Tab)| {
        view! {
            <a data-inner role="tab" id=format!("tab-{at}") href=to.path() aria-controls="tab-panel" aria-selected=move || chosen.get().to_string() tabindex=move || if chosen.get() { "0" } else { "-1" }>{move || words.get()}</a>
        }
    };
    view! { <div class="tabs" role="tablist" aria-label=label on:keydown=turn>{tabs.into_iter().enumerate().map(tab).collect_view()}</div> }
}

fn turn(event: KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowRight" => Some(1),
        "ArrowLeft" => Some(-1),
        "Home" | "End" => None,
        _ => return,
    };
    let (all, here) = focus::among(document().query_selector_all("[role=tab]"));
    let next = match (step, here) {
        (Some(step), Some(here)) => (here.cast_signed() + step).rem_euclid(all.len().cast_signed()),
        (None, _) if event.key() == "End" => all.len().cast_signed() - 1,
        _ => 0,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(tab) = all.get(next.cast_unsigned()) {
        let _ = tab.focus();
        tab.click();
    }
}
