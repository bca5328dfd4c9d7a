//! Does what a key or the command bar means. Must not know which key it was.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::table::{Act, Place, TABLE};
use crate::api::acts::ChatActInput;
use crate::api::graphql::ChatState;
use crate::i18n::{Count, Key};
use crate::route::Route;
use crate::session::memory::{self, Theme};
use crate::session::{self, act, bulk, inbox, store, toasts, transcript};
use crate::state::commands::Mode;
use crate::state::dialog::Dialog;
use crate::ui::focus;

/// How many rows `PageDown` goes on.
const PAGE: usize = 8;

thread_local! {
    static ROW: RefCell<Option<String>> = const { RefCell::new(None) };
    // Where the focus was last, from the top: its row may have left the list.
    static LAST: Cell<usize> = const { Cell::new(0) };
}

/// Does the act make sense now?
pub fn valid(act: Act) -> bool {
    let store = store();
    let place = TABLE
        .iter()
        .find(|binding| binding.act == act)
        .map(|binding| binding.place);
    let chats = store.route.with_untracked(Route::is_chats);
    match place {
        Some(Place::Chats) => chats,
        Some(Place::Chat) => chats && !targets().is_empty(),
        Some(Place::Everywhere) | None => true,
    }
}

/// Does it; tells whether the key is used up.
pub fn perform(act: Act) -> bool {
    let store = store();
    match act {
        Act::Next => step(|here, last| (here < last).then_some(here + 1)),
        Act::Previous => step(|here, _| here.checked_sub(1)),
        Act::First => return in_list(|_, _| Some(0)),
        Act::Last => {
            let focused = focused_row().is_some();
            if focused {
                inbox::to_end();
            }
            return focused;
        }
        Act::PageDown => return in_list(|here, last| Some(last.min(here + PAGE))),
        Act::PageUp => return in_list(|here, _| Some(here.saturating_sub(PAGE))),
        // A focused row is a link: the browser opens it.
        Act::Open => return false,
        Act::New => store.dialog.set(Some(Dialog::Message(None))),
        Act::NewColleagues => store.dialog.set(Some(Dialog::Colleagues)),
        Act::Delete => {
            if let [id] = targets().as_slice() {
                store.dialog.set(Some(Dialog::Delete(id.clone())));
            }
        }
        Act::Transcript => {
            if let [id] = targets().as_slice() {
                transcript::save(id.clone());
            }
        }
        Act::Write => {
            focus_visible("[data-testid=composer]");
        }
        Act::Search => return focus_visible("input[type=search]"),
        Act::Archive => archive(),
        Act::Assign => store.bar.set(Some(Mode::Assign(targets()))),
        Act::AssignToMe => assign_to_me(),
        Act::Unassign => bulk::assign(targets(), None),
        Act::Star => star(),
        Act::Unread => unread(),
        Act::Tag => store.bar.set(Some(Mode::Tag(targets()))),
        Act::Snooze => store.bar.set(Some(Mode::Snooze(targets()))),
        Act::Select => {
            if let Some(id) = focused_row().or_else(open_chat) {
                store.selection.update(|selection| selection.toggle(&id));
            }
        }
        Act::SelectAll => bulk::select_all(),
        Act::Undo => toasts::undo_last(),
        Act::FoldList => {
            let folded = !store.list_folded.get_untracked();
            memory::keep_list_folded(folded);
            store.list_folded.set(folded);
        }
        Act::FoldDetails => toggle_details(),
        Act::GoChats => store.go(Route::List(ChatState::Active)),
        Act::GoArchived => store.go(Route::List(ChatState::Archived)),
        Act::GoClients => store.go(Route::Clients),
        Act::GoTemplates => store.go(Route::Templates),
        Act::GoSettings => store.go(Route::SettingsChats),
        Act::GoEmployees => store.go(Route::SettingsEmployees),
        Act::GoMine => store.go(Route::Mine),
        Act::Theme => switch_theme(),
        Act::Back => return back(),
        Act::CommandBar => {
            ROW.set(focused_row());
            store.bar.set(Some(Mode::Everything));
        }
        Act::Sheet => store.sheet.set(true),
        Act::SignOut => session::sign_out(),
    }
    true
}

/// The chats that an act is about: those selected, else the focused row, else the open one.
pub fn targets() -> Vec<String> {
    let selected = store().selection.with_untracked(|all| all.ids());
    if selected.is_empty() {
        focused_row().or_else(open_chat).into_iter().collect()
    } else {
        selected
    }
}

fn archive() {
    let ids = targets();
    match ids.as_slice() {
        [id] => {
            act::toggle(id.clone());
            store().selection.update(|selection| selection.clear());
        }
        _ => bulk::archive(ids, store().view.get_untracked() == ChatState::Active),
    }
}

fn assign_to_me() {
    if let Some(viewer) = store().viewer() {
        let me = (viewer.agent.id.into_inner(), viewer.agent.name);
        bulk::assign(targets(), Some(me));
    }
}

/// One chat is switched over; many all become the same.
fn toggle(
    ids: Vec<String>,
    (on, off): (ChatActInput, ChatActInput),
    words: (Count, Count),
    shown: act::Act,
) {
    bulk::act_or(ids, (on, words.0), shown, Some((off, words.1)));
}

fn star() {
    let starred = |on| ChatActInput {
        starred: Some(on),
        ..ChatActInput::default()
    };
    let both = (starred(true), starred(false));
    let words = (Count::BulkStarred, Count::BulkUnstarred);
    toggle(targets(), both, words, act::Act::Star(true));
}

fn unread() {
    let ids = targets();
    // An open chat is read at once: it is left first.
    if open_chat().is_some_and(|open| ids.contains(&open)) {
        let _ = up();
    }
    let (unread, read) = (bulk::read(false), bulk::read(true));
    let words = (Count::BulkUnread, Count::BulkRead);
    toggle(ids, (unread, read), words, act::Act::Unread);
}

fn switch_theme() {
    let next = match store().theme.get_untracked() {
        Theme::System => Theme::Dark,
        Theme::Dark => Theme::Light,
        Theme::Light => Theme::System,
    };
    memory::keep_theme(next);
    store().theme.set(next);
    toasts::say(
        crate::i18n::t(match next {
            Theme::System => Key::ThemeNowSystem,
            Theme::Light => Key::ThemeNowLight,
            Theme::Dark => Key::ThemeNowDark,
        })
        .to_owned(),
        None,
    );
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
    // A dialog closes itself.
    let dialog = store.dialog.with_untracked(Option::is_some);
    if dialog || store.sheet.get_untracked() || store.bar.with_untracked(Option::is_some) {
        return false;
    }
    let active = document()
        .active_element()
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let in_dialog = |element: &HtmlElement| {
        element
            .closest("dialog, [popover]")
            .is_ok_and(|found| found.is_some())
    };
    if active.as_ref().is_some_and(in_dialog) {
        return false;
    }
    if let Some(field) =
        active.filter(|element| matches!(element.tag_name().as_str(), "TEXTAREA" | "INPUT"))
    {
        let _ = field.blur();
    } else if !store.selection.with_untracked(|all| all.is_empty()) {
        store.selection.update(|selection| selection.clear());
    } else if store.details.get_untracked() == Some(true) {
        store.details.set(None);
    } else {
        return up();
    }
    true
}

/// From one thing to the list it is in.
fn up() -> bool {
    let store = store();
    match store.route.get_untracked() {
        Route::Chat(id) => {
            store.go(Route::List(store.view.get_untracked()));
            store.reveal.set(Some(id));
            true
        }
        Route::Client(_) | Route::ClientChats(_) => {
            store.go(Route::Clients);
            true
        }
        Route::List(_) => store.close_window(),
        _ => false,
    }
}

/// The focus goes to where one writes, as soon as the chat is there.
pub fn write_soon() {
    fn again(tries: u32) {
        if tries > 0 && !focus_visible("[data-testid=composer]") {
            set_timeout(move || again(tries - 1), Duration::from_millis(50));
        }
    }
    set_timeout(|| again(60), Duration::ZERO);
}

fn focus_visible(selector: &str) -> bool {
    let (all, _) = focus::among(document().query_selector_all(selector));
    let shown = all.iter().find(|element| element.offset_parent().is_some());
    shown.is_some_and(|element| element.focus().is_ok())
}

fn focused_row() -> Option<String> {
    // While the command bar has the focus, the row that had it counts.
    if store().bar.with_untracked(Option::is_some) {
        return ROW.with_borrow(Clone::clone);
    }
    document()
        .active_element()
        .and_then(|element| element.get_attribute("data-chat-id"))
}

fn open_chat() -> Option<String> {
    match store().route.get_untracked() {
        Route::Chat(id) => Some(id),
        _ => None,
    }
}

/// Goes to another row, drawn or not: by so many, or to either end.
fn step(to: impl FnOnce(usize, usize) -> Option<usize>) {
    let store = store();
    let id = store.inbox.with_untracked(|inbox| {
        let last = inbox.len().checked_sub(1)?;
        let waits = store.reveal.get_untracked();
        let here = waits.or_else(focused_row).or_else(open_chat);
        let next = match here.and_then(|id| inbox.rank(&id)) {
            Some(here) => to(here, last)?,
            None => LAST.get().min(last),
        };
        LAST.set(next);
        inbox.slice(next..next + 1).pop()
    });
    if let Some(id) = id {
        store.reveal.set(Some(id.to_string()));
    }
}

/// Home, End and the pages belong to the list only while one of its rows has the focus.
fn in_list(to: impl FnOnce(usize, usize) -> Option<usize>) -> bool {
    let focused = focused_row().is_some();
    if focused {
        step(to);
    }
    focused
}
