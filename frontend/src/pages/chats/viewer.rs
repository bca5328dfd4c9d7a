//! One picture of the open chat over the page, with the way to the next one (C2, C16). Must not fetch by itself.

use leptos::html::Dialog;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::media::name;
use crate::api::graphql::{Attachment, AttachmentKind};
use crate::i18n::{Key, number, t, tf};
use crate::session::store;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, effect};

/// The pictures of the open chat, oldest first.
fn pictures() -> Vec<Attachment> {
    let is_picture =
        |file: &&Attachment| matches!(file.kind, AttachmentKind::Image | AttachmentKind::Sticker);
    store().thread.with_untracked(|open| {
        let messages = open
            .thread
            .ready()
            .into_iter()
            .flat_map(|thread| thread.messages());
        messages
            .flat_map(|message| message.attachments.iter().filter(is_picture).cloned())
            .collect()
    })
}

/// The dialog, while a picture was chosen.
#[component]
pub fn Viewer() -> impl IntoView {
    let chosen = store().desk.picture;
    let dialog: NodeRef<Dialog> = NodeRef::new();
    let whole = RwSignal::new(false);
    effect(move || {
        let open = chosen.with(Option::is_some);
        whole.set(false);
        if let Some(dialog) = dialog.get() {
            if open && !dialog.open() {
                let _ = dialog.show_modal();
            } else if !open {
                dialog.close();
            }
        }
    });
    let step = move |by: isize| {
        let all = pictures();
        let here = chosen.with_untracked(|chosen| {
            let chosen = chosen.as_deref()?;
            all.iter().position(|file| file.id.inner() == chosen)
        });
        let next = here.and_then(|here| here.checked_add_signed(by));
        if let Some(file) = next.and_then(|next| all.get(next)) {
            chosen.set(Some(file.id.inner().to_owned()));
        }
    };
    let pressed = move |event: KeyboardEvent| match event.key().as_str() {
        "ArrowLeft" => step(-1),
        "ArrowRight" => step(1),
        _ => {}
    };
    let content = drawn(move || {
        let id = chosen.get()?;
        let all = pictures();
        let place = all.iter().position(|file| file.id.inner() == id)?;
        let file = all.get(place)?.clone();
        let count = |count: usize| number(i64::try_from(count).unwrap_or_default());
        let shown = tf(
            Key::ViewerPlace,
            &[("n", &count(place + 1)), ("count", &count(all.len()))],
        );
        let name = name(&file);
        Some(view! {
            <header>
                <h2 dir="auto">{name.clone()}</h2>
                <span class="note" role="status">{shown}</span>
                <button type="button" class="button quiet square" aria-label=t(Key::ViewerBefore) title=t(Key::ViewerBefore) disabled=place == 0 on:click=move |_| step(-1)>{icon(Icon::Back)}</button>
                <button type="button" class="button quiet square forward" aria-label=t(Key::ViewerNext) title=t(Key::ViewerNext) disabled=place + 1 == all.len() on:click=move |_| step(1)>{icon(Icon::Back)}</button>
                <a class="button quiet square" data-testid="viewer-save" href=file.url.clone() download=name.clone() aria-label=tf(Key::FileSave, &[("name", &name)]) title=tf(Key::FileSave, &[("name", &name)])>{icon(Icon::Save)}</a>
                <button type="button" class="button quiet square" data-testid="viewer-close" aria-label=t(Key::Close) title=t(Key::Close) on:click=move |_| chosen.set(None)>{icon(Icon::Close)}</button>
            </header>
            <div class="viewer-picture" class:whole=move || whole.get() on:click=move |_| whole.update(|whole| *whole = !*whole)>
                <img src=file.url.clone() alt=name data-testid="viewer-picture"/>
            </div>
        })
    });
    view! {
        <dialog class="viewer" data-testid="viewer" node_ref=dialog aria-label=t(Key::ViewerTitle) on:close=move |_| chosen.set(None) on:keydown=pressed>
            {content}
        </dialog>
    }
}
