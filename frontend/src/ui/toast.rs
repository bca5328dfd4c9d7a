//! Draws the toasts: six seconds each, longer under the pointer or the focus (the style sheet's clock decides).

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::keys::{self, table::Act};
use crate::i18n::{Key, t};
use crate::route::Route;
use crate::session::{store, toasts};

/// All toasts.
#[component]
pub fn Toasts() -> impl IntoView {
    let store = store();
    view! {
        <div class="toasts" role="status">
            <For each=move || store.toasts.get() key=|toast| toast.id let:toast>
                {
                    let id = toast.id;
                    let undo = toast.undo.is_some().then(|| {
                        let toast = toast.clone();
                        view! {
                            <button type="button" class="button" data-testid="toast-undo" title=keys::hint(Act::Undo) on:click=move |_| toasts::undo(&toast)>
                                {t(Key::ToastUndo)}
                            </button>
                        }
                    });
                    let again = toast.again.then(|| view! {
                        <button type="button" class="button" data-testid="toast-again" on:click=move |_| toasts::again(id)>{t(Key::TryAgain)}</button>
                    });
                    let open = toast.chat.clone().map(|chat| {
                        let href = Route::Chat(chat).path();
                        view! { <a class="button" data-inner data-testid="toast-open" href=href on:click=move |_| toasts::dismiss(id)>{t(Key::ToastOpen)}</a> }
                    });
                    view! {
                        <div class="toast" class:alert=toast.alert class:lasting=toast.again on:animationend=move |_| toasts::dismiss(id)>
                            <span class="toast-text" dir="auto">{toast.text.clone()}</span>
                            {undo}
                            {again}
                            {open}
                            <button type="button" class="button quiet square" aria-label=t(Key::Close) on:click=move |_| toasts::dismiss(id)>
                                {icon(Icon::Close)}
                            </button>
                        </div>
                    }
                }
            </For>
        </div>
    }
}
