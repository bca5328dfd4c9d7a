//! Selecting many chats: the box on each row, and the bar with what can be done to all of them (P12). Must not know
//! how it is done.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::icon::{Icon, icon};
use super::keys::{self, table::Act};
use crate::api::graphql::ChatState;
use crate::i18n::{Count, Key, t, tn};
use crate::session::{act, bulk, store};
use crate::state::filter::Filter;
use crate::state::selection::MOST;
use crate::ui::live::drawn;

/// The box of a row.
#[component]
pub fn Pick(id: String) -> impl IntoView {
    let store = store();
    let own = id.clone();
    let chosen = Memo::new(move |_| store.selection.with(|all| all.contains(&own)));
    let of_click = id.clone();
    let switch = move |event: MouseEvent| {
        if event.shift_key() {
            extend(&of_click);
        } else {
            store.selection.update(|all| all.toggle(&of_click));
        }
        // The browser has switched the box; a range may have left it as it was.
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input {
            input.set_checked(
                store
                    .selection
                    .with_untracked(|all| all.contains(&of_click)),
            );
        }
    };
    view! {
        <label class="pick" class:chosen=move || chosen.get()>
            <input
                type="checkbox"
                tabindex="-1"
                data-testid="pick"
                data-chat-id=id
                aria-label=t(Key::PickChat)
                prop:checked=move || chosen.get()
                on:click=switch
            />
        </label>
    }
}

fn extend(id: &str) {
    let store = store();
    let shown = store
        .inbox
        .with_untracked(|inbox| inbox.slice(0..usize::MAX));
    store.selection.update(|all| all.extend(&shown, id));
}

/// A click on a row with Shift or Ctrl selects instead of opening; tells whether it was one.
pub fn clicked(event: &MouseEvent) -> bool {
    let many = event.shift_key();
    if event.button() != 0 || !(many || event.ctrl_key() || event.meta_key()) {
        return false;
    }
    let row = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|element| element.closest("a[data-chat-id]").ok().flatten())
        .and_then(|row| row.get_attribute("data-chat-id"));
    let Some(id) = row else { return false };
    if many {
        extend(&id);
    } else {
        store().selection.update(|all| all.toggle(&id));
    }
    true
}

/// What can be done to all that is selected.
#[component]
pub fn SelectionBar() -> impl IntoView {
    let store = store();
    let count = Memo::new(move |_| store.selection.with(|all| all.len()));
    let any = Memo::new(move |_| count.get() > 0);
    // What is selected is always in the list that is shown.
    Effect::new(move |before: Option<Filter>| {
        let now = store.filter.get();
        if before.is_some_and(|before| before != now) {
            store.selection.update(|all| all.clear());
        }
        now
    });
    on_cleanup(move || store.selection.update(|all| all.clear()));
    drawn(move || {
        any.get().then(|| {
            view! {
                <section class="selection" aria-label=t(Key::SelectionLabel) data-testid="selection">
                    <strong role="status">
                        {move || tn(Count::SelectionCount, i64::try_from(count.get()).unwrap_or_default())}
                        {move || (count.get() >= MOST).then(|| view! { <span class="note">" " {t(Key::SelectionFull)}</span> })}
                    </strong>
                    <Archive/>
                    {act(Act::Assign, Icon::People, Key::SelectionAssign)}
                    {act(Act::Tag, Icon::Tag, Key::SelectionTag)}
                    {act(Act::Snooze, Icon::Clock, Key::SelectionSnooze)}
                    <button type="button" class="button quiet" data-testid="selection-read" on:click=move |_| mark(true)>{icon(Icon::Checks)} <span class="word">{t(Key::SelectionRead)}</span></button>
                    <button type="button" class="button quiet" data-testid="selection-unread" title=keys::hint(Act::Unread) on:click=move |_| mark(false)>{icon(Icon::Unread)} <span class="word">{t(Key::SelectionUnread)}</span></button>
                    <button type="button" class="button quiet" data-testid="selection-all" title=keys::hint(Act::SelectAll) on:click=move |_| bulk::select_all()><span>{t(Key::SelectionAll)}</span></button>
                    <button type="button" class="button quiet square" aria-label=t(Key::SelectionClear) title=t(Key::SelectionClear) on:click=move |_| store.selection.update(|all| all.clear())>{icon(Icon::Close)}</button>
                </section>
            }
        })
    })
}

#[component]
fn Archive() -> impl IntoView {
    let store = store();
    drawn(move || {
        let active = store.view.get() == ChatState::Active;
        let (picture, words) = if active {
            (Icon::Archive, Key::ThreadArchive)
        } else {
            (Icon::Reopen, Key::ThreadReopen)
        };
        act(Act::Archive, picture, words)
    })
}

fn act(act: Act, picture: Icon, words: Key) -> AnyView {
    view! {
        <button type="button" class="button quiet" data-testid=format!("selection-{act:?}").to_ascii_lowercase() title=keys::hint(act) on:click=move |_| keys::run(act)>
            {icon(picture)} <span class="word">{t(words)}</span>
        </button>
    }
    .into_any()
}

fn mark(read: bool) {
    let (words, shown) = if read {
        (Count::BulkRead, act::Act::Read)
    } else {
        (Count::BulkUnread, act::Act::Unread)
    };
    bulk::act_or(keys::targets(), (bulk::read(read), words), shown, None);
}
