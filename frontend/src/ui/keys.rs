//! The one table of keys: what each does, and the sheet that shows them. Single keys are off while a field has the focus.

use std::cell::Cell;

use leptos::html::Dialog;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::icon::{Icon, icon};
use crate::api::graphql::ChatState;
use crate::i18n::{Key, now, t};
use crate::route::Route;
use crate::session::{act, memory, store, toasts};

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Next,
    Previous,
    Open,
    Write,
    Archive,
    Undo,
    FoldList,
    FoldDetails,
    GoChats,
    GoArchived,
    GoSettings,
    Back,
    Sheet,
}

struct Binding {
    keys: &'static [&'static str],
    words: Key,
    act: Act,
}

const fn key(keys: &'static [&'static str], words: Key, act: Act) -> Binding {
    Binding { keys, words, act }
}

/// Two keys after another are written `g c`.
const TABLE: [Binding; 13] = [
    key(&["j"], Key::KeyNext, Act::Next),
    key(&["k"], Key::KeyPrevious, Act::Previous),
    key(&["Enter"], Key::KeyOpen, Act::Open),
    key(&["r", "i"], Key::KeyWrite, Act::Write),
    key(&["e"], Key::KeyArchive, Act::Archive),
    key(&["z"], Key::KeyUndo, Act::Undo),
    key(&["["], Key::KeyFoldList, Act::FoldList),
    key(&["]"], Key::KeyFoldDetails, Act::FoldDetails),
    key(&["g c"], Key::KeyGoChats, Act::GoChats),
    key(&["g a"], Key::KeyGoArchived, Act::GoArchived),
    key(&["g s"], Key::KeyGoSettings, Act::GoSettings),
    key(&["Escape"], Key::KeyBack, Act::Back),
    key(&["?"], Key::KeySheet, Act::Sheet),
];

thread_local! {
    static G_PRESSED: Cell<f64> = const { Cell::new(0.0) };
}

/// Listens for keys on the whole page.
pub fn install() {
    let _ = window_event_listener(ev::keydown, |event| {
        if let Some(act) = meant(&event)
            && store().viewer().is_some()
            && perform(act)
        {
            event.prevent_default();
        }
    });
}

fn meant(event: &KeyboardEvent) -> Option<Act> {
    if event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event.is_composing()
        || event.default_prevented()
    {
        return None;
    }
    let pressed = event.key();
    if is_writing(event) && pressed != "Escape" {
        return None;
    }
    let after_g = now() - G_PRESSED.replace(0.0) < 1_500.0;
    if pressed == "g" {
        G_PRESSED.set(now());
    }
    let pressed = if after_g {
        format!("g {pressed}")
    } else {
        pressed
    };
    let binding = TABLE
        .iter()
        .find(|binding| binding.keys.contains(&pressed.as_str()))?;
    Some(binding.act)
}

fn is_writing(event: &KeyboardEvent) -> bool {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.closest("dialog").is_ok_and(|found| found.is_some())
    })
}

/// Does it; tells whether the key is used up.
fn perform(act: Act) -> bool {
    let store = store();
    match act {
        Act::Next => step(1),
        Act::Previous => step(-1),
        // A focused row is a link: the browser opens it.
        Act::Open => return false,
        Act::Write => focus("[data-testid=composer]"),
        Act::Archive => {
            if let Some(id) = chosen() {
                act::toggle(id);
            }
        }
        Act::Undo => toasts::undo_last(),
        Act::FoldList => {
            let folded = !store.list_folded.get_untracked();
            memory::keep_list_folded(folded);
            store.list_folded.set(folded);
        }
        Act::FoldDetails => toggle_details(),
        Act::GoChats => store.go(Route::List(ChatState::Active)),
        Act::GoArchived => store.go(Route::List(ChatState::Archived)),
        Act::GoSettings => store.go(Route::SettingsChats),
        Act::Back => return back(),
        Act::Sheet => store.sheet.set(true),
    }
    true
}

/// Opens the details where they are folded, folds them where they are open.
pub fn toggle_details() {
    let store = store();
    let wide = window()
        .inner_width()
        .ok()
        .and_then(|width| width.as_f64())
        .unwrap_or_default()
        >= 1200.0;
    let open = store.details.get_untracked().unwrap_or(wide);
    store.details.set(Some(!open));
}

fn back() -> bool {
    let store = store();
    if store.sheet.get_untracked() {
        return false;
    }
    let active = document()
        .active_element()
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(field) =
        active.filter(|element| matches!(element.tag_name().as_str(), "TEXTAREA" | "INPUT"))
    {
        let _ = field.blur();
    } else if store.details.get_untracked() == Some(true) {
        store.details.set(None);
    } else if let Route::Chat(id) = store.route.get_untracked() {
        store.go(Route::List(store.view.get_untracked()));
        focus(&format!("[data-testid=chat-row][data-chat-id=\"{id}\"]"));
    } else {
        return false;
    }
    true
}

fn focus(selector: &str) {
    let found = document()
        .query_selector(selector)
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = found {
        let _ = element.focus();
    }
}

/// The chat in question: the focused row, else the open one.
fn chosen() -> Option<String> {
    let focused = document()
        .active_element()
        .and_then(|element| element.get_attribute("data-chat-id"));
    focused.or_else(|| match store().route.get_untracked() {
        Route::Chat(id) => Some(id),
        _ => None,
    })
}

fn step(by: isize) {
    let store = store();
    if !store.route.with_untracked(Route::is_chats) {
        return;
    }
    let shown = store
        .inbox
        .with_untracked(|inbox| inbox.shown(store.view.get_untracked()));
    let here = chosen().and_then(|id| shown.iter().position(|other| *other == id));
    let next = match here {
        Some(here) => here.checked_add_signed(by),
        None => Some(0),
    };
    if let Some(id) = next.and_then(|next| shown.get(next)) {
        focus(&format!("[data-testid=chat-row][data-chat-id=\"{id}\"]"));
    }
}

/// The sheet of keys, made from the table.
#[component]
pub fn Sheet() -> impl IntoView {
    let store = store();
    let dialog: NodeRef<Dialog> = NodeRef::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            if store.sheet.get() {
                let _ = dialog.show_modal();
            } else {
                dialog.close();
            }
        }
    });
    let line = |binding: &Binding| {
        let keys = binding
            .keys
            .iter()
            .flat_map(|keys| keys.split(' '))
            .map(|key| view! { <kbd>{key}</kbd> })
            .collect_view();
        view! { <div><dt>{keys}</dt><dd>{t(binding.words)}</dd></div> }
    };
    view! {
        <dialog class="sheet" node_ref=dialog aria-labelledby="sheet-title" on:close=move |_| store.sheet.set(false)>
            <header>
                <h2 id="sheet-title">{t(Key::KeysTitle)}</h2>
                <button type="button" class="button quiet square" aria-label=t(Key::Close) on:click=move |_| store.sheet.set(false)>{icon(Icon::Close)}</button>
            </header>
            <dl>{TABLE.iter().map(line).collect_view()}</dl>
        </dialog>
    }
}
