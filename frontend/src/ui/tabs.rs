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
    let all = || document().query_selector_all("[role=tab]");
    let first = || focus::among(all()).0.into_iter().next();
    let last = || focus::among(all()).0.pop();
    // Past either end it goes on at the other.
    let next = match event.key().as_str() {
        "ArrowRight" => focus::beside(all(), 1).or_else(first),
        "ArrowLeft" => focus::beside(all(), -1).or_else(last),
        "Home" => first(),
        "End" => last(),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(tab) = next {
        let _ = tab.focus();
        tab.click();
    }
}
