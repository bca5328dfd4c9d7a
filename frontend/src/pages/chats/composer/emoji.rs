//! A small picker of emoji: those that agents use, no library. Must not touch the text by itself.

use leptos::prelude::*;

use crate::i18n::{Key, t};
use crate::ui::drop::Drop;
use crate::ui::icon::Icon;

const OFFERED: [&str; 40] = [
    "😀", "😃", "😄", "😁", "😊", "🙂", "😉", "😍", "😘", "😂", "🤔", "😅", "😎", "🥳", "😢", "😭",
    "😡", "😱", "🙈", "🤗", "👍", "👎", "👌", "🙏", "👏", "💪", "👋", "🤝", "✌️", "☝️", "❤️", "🎉",
    "🔥", "✨", "✅", "❌", "⏰", "📦", "📷", "☕",
];

/// The button and its sheet.
#[component]
pub fn Picker(#[prop(into)] choose: Callback<&'static str>) -> impl IntoView {
    let content = move |close: Callback<()>| {
        let one = |emoji: &'static str| {
            let pick = move |_| {
                close.run(());
                choose.run(emoji);
            };
            view! { <button type="button" class="emoji" on:click=pick>{emoji}</button> }
        };
        view! { <div class="emoji-sheet" role="group" aria-label=t(Key::ComposerEmoji)>{OFFERED.map(one).collect_view()}</div> }.into_any()
    };
    view! { <Drop shape=Icon::Emoji label=t(Key::ComposerEmoji) testid="emoji" content=Box::new(content) upwards=true/> }
}
