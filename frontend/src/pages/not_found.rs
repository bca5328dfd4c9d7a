//! There is no such page.

use leptos::prelude::*;

use crate::i18n::{Key, t};

/// Says so and shows the way back.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <main id="main" class="alone">
            <div class="trouble">
                <i class="thread-line still"></i>
                <h1>{t(Key::NotFoundTitle)}</h1>
                <p>{t(Key::NotFoundWords)}</p>
                <a class="button primary" data-inner href="/chats">{t(Key::NotFoundBack)}</a>
            </div>
        </main>
    }
}
