//! A piece of code or an address with a button that copies it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::icon::{Icon, icon};
use crate::i18n::{Key, t};
use crate::session::toasts;

/// Shows `text` and copies it.
#[component]
pub fn Copy(
    text: String,
    label: &'static str,
    #[prop(optional)] testid: &'static str,
) -> impl IntoView {
    let copied = text.clone();
    let copy = move |_| {
        let text = copied.clone();
        spawn_local(async move {
            let clipboard = window().navigator().clipboard();
            let done = JsFuture::from(clipboard.write_text(&text)).await.is_ok();
            let words = if done { Key::CopyDone } else { Key::CopyFailed };
            toasts::say(t(words).to_owned(), None);
        });
    };
    view! {
        <div class="copy">
            <pre tabindex="0" aria-label=label data-testid=testid><code>{text}</code></pre>
            <button type="button" class="button" on:click=copy>{icon(Icon::Copy)} {t(Key::Copy)}</button>
        </div>
    }
}
