//! The command bar: one field, one list, everything by keys. Must not decide what there is to choose from.

use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::keys;
use crate::i18n::{Key, t, tf};
use crate::route::Route;
use crate::session::{bulk, finding, store};
use crate::state::commands::{Choice, Line, Mode, matching};
use crate::ui::live::{effect, live};

/// The bar; Ctrl or Cmd and `K` opens it.
#[component]
pub fn CommandBar() -> impl IntoView {
    let store = store();
    let dialog: NodeRef<Dialog> = NodeRef::new();
    effect(move || {
        if let Some(dialog) = dialog.get() {
            if store.bar.with(Option::is_some) {
                let _ = dialog.show_modal();
            } else {
                dialog.close();
            }
        }
    });
    let outside = move |event: web_sys::MouseEvent| {
        // A click on the dialog itself is a click beside what is in it.
        if event.target() == event.current_target() {
            store.bar.set(None);
        }
    };
    view! {
        <dialog class="bar" node_ref=dialog aria-label=t(Key::KeyCommandBar) data-testid="command-bar" on:close=move |_| store.bar.set(None) on:click=outside>
            {move || store.bar.get().map(|mode| view! { <Open mode/> })}
        </dialog>
    }
}

fn placeholder(mode: &Mode) -> Key {
    match mode {
        Mode::Everything => Key::BarEverything,
        Mode::Assign(_) => Key::BarAssign,
        Mode::Tag(_) => Key::BarTag,
        Mode::Snooze(_) => Key::BarSnooze,
    }
}

#[component]
fn Open(mode: Mode) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<Line>::new());
    let at = RwSignal::new(0_usize);
    let field: NodeRef<Input> = NodeRef::new();
    finding::begin(&mode, found);
    let words = t(placeholder(&mode));
    let mode = StoredValue::new(mode);
    let lines = Memo::new(move |_| offered(&mode.get_value(), &typed.get(), found.get()));
    let input = move |event| {
        let text = event_target_value(&event);
        at.set(0);
        typed.set(text.clone());
        if mode.with_value(|mode| *mode == Mode::Everything) {
            finding::look_for(text, found);
        }
    };
    let choose = move |index: usize| {
        if let Some(line) = lines.with_untracked(|lines| lines.get(index).cloned()) {
            let mode = mode.get_value();
            if line.choice == Choice::Again {
                return finding::again(&mode, typed.get_untracked(), found);
            }
            store().bar.set(None);
            done(mode, line.choice);
        }
    };
    let key = move |event: KeyboardEvent| {
        let last = lines.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" => at.update(|at| *at = if *at == 0 { last } else { *at - 1 }),
            "Enter" if !event.is_composing() => choose(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    effect(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    effect(move || {
        at.track();
        let shown = document().query_selector(".bar [aria-selected=true]");
        if let Ok(Some(shown)) = shown {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            shown.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    let active = live(move || (!lines.with(Vec::is_empty)).then(|| format!("bar-{}", at.get())));
    view! {
        <input
            node_ref=field
            class="bar-field"
            type="text"
            role="combobox"
            aria-expanded="true"
            aria-controls="bar-lines"
            aria-activedescendant=active
            aria-autocomplete="list"
            aria-label=words
            placeholder=words
            autocomplete="off"
            spellcheck="false"
            data-testid="command-bar-field"
            prop:value=move || typed.get()
            on:input=input
            on:keydown=key
        />
        <ul id="bar-lines" class="bar-lines" role="listbox" aria-label=words>
            {move || lines.get().into_iter().enumerate().map(|(index, line)| view! {
                <li
                    id=format!("bar-{index}")
                    role="option"
                    class="bar-line"
                    data-testid="command-bar-line"
                    aria-selected=move || (at.get() == index).to_string()
                    on:pointermove=move |_| at.set(index)
                    on:click=move |_| choose(index)
                >
                    <span dir="auto">{line.words}</span>
                    <span class="bar-beside">{line.beside}</span>
                </li>
            }).collect_view()}
        </ul>
        {move || lines.with(Vec::is_empty).then(|| view! { <p class="bar-none" role="status">{t(Key::BarNothing)}</p> })}
    }
}

/// What the bar shows: what is known without asking and matches, then what the server found.
fn offered(mode: &Mode, typed: &str, found: Vec<Line>) -> Vec<Line> {
    let known = finding::known(mode);
    let (failed, found): (Vec<Line>, Vec<Line>) =
        (found.into_iter()).partition(|line| line.choice == Choice::Again);
    let mut lines = match mode {
        Mode::Everything => {
            let mut lines = matching(typed, &known);
            lines.extend(found);
            lines
        }
        Mode::Tag(_) => {
            let mut lines = matching(typed, &found);
            let new = typed.trim();
            if !new.is_empty() && !found.iter().any(|line| line.words == new) {
                lines.push(Line {
                    words: tf(Key::BarNewTag, &[("tag", new)]),
                    beside: String::new(),
                    choice: Choice::Tag(new.to_owned()),
                });
            }
            lines
        }
        Mode::Assign(_) | Mode::Snooze(_) => {
            let mut all = found;
            all.extend(known);
            matching(typed, &all)
        }
    };
    lines.extend(failed);
    lines
}

fn done(mode: Mode, choice: Choice) {
    let store = store();
    let chats = match mode {
        Mode::Everything => Vec::new(),
        Mode::Assign(chats) | Mode::Tag(chats) | Mode::Snooze(chats) => chats,
    };
    match choice {
        // Out of the dialog first, so that the act finds the page as it was.
        Choice::Act(act) => set_timeout(move || keys::run(act), std::time::Duration::ZERO),
        Choice::Chat(id) => store.go(Route::Chat(id)),
        Choice::Client(id) => store.go(Route::Client(id)),
        Choice::Assign(to) => bulk::assign(chats, to),
        Choice::Tag(tag) => bulk::tag(chats, tag),
        Choice::Snooze(until) => bulk::snooze(chats, until),
        Choice::Again => {}
    }
}
