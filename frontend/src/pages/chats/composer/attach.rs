//! Files for the next message: chosen, pasted or dropped, each with how far it came (C16). Must not carry them.

use leptos::html::Input;
use leptos::{ev, prelude::*};
use web_sys::{ClipboardEvent, FileList};

use super::head;
use crate::i18n::{Key, t, tf};
use crate::session::{store, toasts, uploads};
use crate::state::uploads::{Progress, Upload};
use crate::ui::icon::{Icon, icon};
use crate::ui::live::drawn;
use crate::ui::names;

/// Takes files for the chat's next message, or says why there can be none.
fn take(chat: &str, files: &FileList) {
    if files.length() == 0 {
        return;
    }
    let writing = store().desk.writing.get_untracked();
    let channel = untrack(head).map(|chat| chat.channel.clone());
    match channel.filter(|channel| !channel.capabilities.sends_media) {
        Some(channel) => {
            let name = names::channel_kind(channel.kind);
            toasts::alert(tf(Key::AttachNotHere, &[("channel", name)]));
        }
        None if writing.note || writing.edit.is_some() => {
            toasts::alert(t(Key::AttachMessagesOnly).to_owned());
        }
        None => uploads::attach(chat, files),
    }
}

/// Something was pasted; files among it are attached.
pub fn pasted(chat: &str, event: &ClipboardEvent) {
    let files = event.clipboard_data().and_then(|data| data.files());
    if let Some(files) = files.filter(|files| files.length() > 0) {
        event.prevent_default();
        take(chat, &files);
    }
}

/// What waits for the chat's next message: is there anything, and did anything fail that a person must look at?
pub fn waiting(chat: &str) -> (bool, bool) {
    let failed = |upload: &Upload| matches!(&upload.progress, Progress::Failed(fault) if !fault.waits_for_connection());
    store().uploads.with_untracked(|uploads| {
        let mut of_chat = uploads.of_chat(chat).peekable();
        (of_chat.peek().is_some(), of_chat.any(failed))
    })
}

/// The button, where the channel takes files.
#[component]
pub fn Attach(id: String) -> impl IntoView {
    let input: NodeRef<Input> = NodeRef::new();
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            if let Some(files) = input.files() {
                take(&id, &files);
            }
            // The same file can be chosen once more.
            input.set_value("");
        }
    };
    let allowed =
        Memo::new(move |_| head().is_some_and(|chat| chat.channel.capabilities.sends_media));
    view! {
        <span class:unseen=move || !allowed.get()>
            <input node_ref=input type="file" multiple=true hidden data-testid="attach-input" on:change=chosen/>
            {move || allowed.get().then(|| view! {
                <button type="button" class="button quiet square" data-testid="attach" title=t(Key::AttachButton) aria-label=t(Key::AttachButton) on:click=choose>{icon(Icon::Clip)}</button>
            })}
        </span>
    }
}

/// What waits, above the text; and the place to drop more.
#[component]
pub fn Tray(id: String) -> impl IntoView {
    uploads::open(&id);
    let keys = {
        let id = id.clone();
        Memo::new(move |_| {
            store().uploads.with(|uploads| {
                let keys = uploads.of_chat(&id).map(|upload| upload.key.clone());
                keys.collect::<Vec<_>>()
            })
        })
    };
    let over = dropping(move |files| take(&id, files));
    view! {
        {move || over.get().then(|| view! { <p class="drop-here" data-testid="drop-here">{icon(Icon::Clip)} {t(Key::AttachDrop)}</p> })}
        <ul class="tray" data-testid="tray" aria-label=t(Key::AttachButton)>
            <For each=move || keys.get() key=Clone::clone let:key>
                <Waiting key/>
            </For>
        </ul>
    }
}

/// Files over the window: they are for the open chat wherever they are let go.
pub fn dropping(let_go: impl Fn(&FileList) + 'static) -> RwSignal<bool> {
    let over = RwSignal::new(false);
    let dragged = window_event_listener(ev::dragover, move |event| {
        if uploads::carries_files(&event) && !over.get_untracked() {
            over.set(true);
        }
    });
    let left = window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            over.set(false);
        }
    });
    let dropped = window_event_listener(ev::drop, move |event| {
        over.set(false);
        if let Some(files) = event.data_transfer().and_then(|data| data.files())
            && uploads::carries_files(&event)
        {
            let_go(&files);
        }
    });
    on_cleanup(move || {
        dragged.remove();
        left.remove();
        dropped.remove();
    });
    over
}

/// One file that waits.
#[component]
fn Waiting(key: String) -> impl IntoView {
    let upload = {
        let key = key.clone();
        Memo::new(move |_| store().uploads.with(|uploads| uploads.find(&key).cloned()))
    };
    let facts = Memo::new(move |_| {
        upload.with(|upload| {
            let upload = upload.as_ref()?;
            let there = match &upload.progress {
                Progress::Done(id) => Some(id.clone()),
                _ => None,
            };
            Some((upload.name.clone(), upload.size, upload.picture, there))
        })
    });
    let key = StoredValue::new(key);
    let far = drawn(move || {
        let progress = upload.with(|upload| Some(upload.as_ref()?.progress.clone()))?;
        let again = move |_| {
            uploads::retry(&key.get_value());
        };
        let going = |value: u8| view! { <progress max="100" value=value aria-label=t(Key::AttachGoing)></progress> };
        Some(match progress {
            Progress::Waiting => going(0).into_any(),
            Progress::Going(part) => going(part).into_any(),
            Progress::Done(_) => ().into_any(),
            Progress::Failed(fault) => view! {
                <span class="wrong" role="alert">{fault.words()}</span>
                <button type="button" class="link" data-testid="attach-again" on:click=again>{t(Key::MessageRetry)}</button>
            }
            .into_any(),
        })
    });
    drawn(move || {
        let (name, size, picture, there) = facts.get()?;
        let label = tf(Key::AttachRemove, &[("name", &name)]);
        let face = match there.filter(|_| picture) {
            Some(id) => {
                view! { <img src=format!("/files/{id}") alt="" width="36" height="36"/> }.into_any()
            }
            None => icon(Icon::File).into_any(),
        };
        Some(view! {
            <li class="document" data-testid="attached">
                {face}
                <span class="document-name" dir="auto">{name}</span>
                <span class="note">{names::size(size as f64)}</span>
                {far.clone()}
                <button type="button" class="button quiet square small" data-testid="attach-remove" aria-label=label.clone() title=label on:click=move |_| uploads::remove(&key.get_value())>{icon(Icon::Close)}</button>
            </li>
        })
    })
}
