//! What a message carries: pictures, sounds, films, files, places, cards (C16). Everything has its size before it is here,
//! so that nothing jumps. Must not fetch by itself.

use leptos::prelude::*;

use super::sound::Sound;
use crate::api::clients::{ClientDetailsInput, CreateClient, CreateClientInput};
use crate::api::graphql::{Attachment, AttachmentKind, Id, Message, SharedCard, SharedPlace};
use crate::i18n::{Key, t, tf};
use crate::session::{asking, store, toasts};
use crate::state::files;
use crate::state::outbox::Carried;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::drawn;
use crate::ui::names;

/// All that a message carries, if it carries anything.
pub fn carried(message: &Message) -> Option<AnyView> {
    let files = message.attachments.iter().cloned();
    let mut parts: Vec<AnyView> = files
        .map(|file| view! { <Shown file/> }.into_any())
        .collect();
    parts.extend(message.places.iter().map(place));
    parts.extend(message.cards.iter().map(|shared| card(shared, &message.id)));
    (!parts.is_empty()).then(|| view! { <div class="carried">{parts}</div> }.into_any())
}

/// Files of a message that is on its way.
pub fn carrying(files: &[Carried]) -> Option<AnyView> {
    let one = |file: &Carried| {
        let face = match file.picture && file.is_there() {
            true => {
                view! { <img src=format!("/files/{}", file.id) alt="" width="36" height="36"/> }
                    .into_any()
            }
            false => icon(Icon::File).into_any(),
        };
        view! { <div class="document" data-testid="carrying">{face} <span class="document-name" dir="auto">{file.name.clone()}</span> <span class="note">{names::size(file.size as f64)}</span></div> }
    };
    (!files.is_empty()).then(|| {
        view! { <div class="carried">{files.iter().map(one).collect_view()}</div> }.into_any()
    })
}

/// What a file is called.
pub fn name(file: &Attachment) -> String {
    let name = file.name.clone().filter(|name| !name.trim().is_empty());
    name.unwrap_or_else(|| names::carried(file.kind).to_owned())
}

/// One file as it is shown; one that does not come says so.
#[component]
fn Shown(file: Attachment) -> impl IntoView {
    let gone = RwSignal::new(false);
    let lost = Callback::new(move |()| gone.set(true));
    drawn(move || {
        let file = file.clone();
        if gone.get() {
            return view! { <p class="text gone" data-testid="file-gone">{icon(Icon::File)} {t(Key::FileGone)}</p> }.into_any();
        }
        match file.kind {
            AttachmentKind::Image | AttachmentKind::Sticker => picture(&file, lost),
            AttachmentKind::Audio => view! { <Sound file lost/> }.into_any(),
            AttachmentKind::Video => film(&file, lost),
            _ => document(&file),
        }
    })
}

fn picture(file: &Attachment, lost: Callback<()>) -> AnyView {
    let sticker = file.kind == AttachmentKind::Sticker;
    let (width, height) = files::drawn(file.width, file.height, sticker);
    let (id, name) = (file.id.inner().to_owned(), name(file));
    let label = tf(Key::FileOpen, &[("name", &name)]);
    let open = move |_| store().desk.picture.set(Some(id.clone()));
    view! {
        <button type="button" class="picture" class:sticker=sticker data-testid="picture" aria-label=label.clone() title=label on:click=open>
            <img src=file.url.clone() width=width height=height alt="" loading="lazy" decoding="async" on:error=move |_| lost.run(())/>
        </button>
    }
    .into_any()
}

fn film(file: &Attachment, lost: Callback<()>) -> AnyView {
    let (width, height) = match (file.width, file.height) {
        (None, _) | (_, None) => (320, 180),
        (width, height) => files::drawn(width, height, false),
    };
    view! {
        <video class="film" data-testid="film" src=file.url.clone() width=width height=height controls=true preload="metadata" aria-label=name(file) on:error=move |_| lost.run(())></video>
    }
    .into_any()
}

fn document(file: &Attachment) -> AnyView {
    let name = name(file);
    let label = tf(Key::FileSave, &[("name", &name)]);
    let saved = name.clone();
    view! {
        <a class="document" data-testid="document" href=file.url.clone() download=saved title=label>
            {icon(Icon::File)}
            <span class="document-name" dir="auto">{name}</span>
            <span class="note">{names::size(f64::from(file.size))}</span>
            {icon(Icon::Save)}
        </a>
    }
    .into_any()
}

fn place(place: &SharedPlace) -> AnyView {
    let (north, east) = (
        files::degrees(place.latitude),
        files::degrees(place.longitude),
    );
    let map =
        format!("https://www.openstreetmap.org/?mlat={north}&mlon={east}#map=16/{north}/{east}");
    let line = |text: &Option<String>| {
        text.clone()
            .map(|text| view! { <span dir="auto">{text}</span> })
    };
    view! {
        <div class="document place" data-testid="place">
            {icon(Icon::Place)}
            <div class="document-name">
                <strong>{line(&place.name)}</strong>
                {line(&place.address)}
                <span class="note">{format!("{north}, {east}")}</span>
                <a href=map target="_blank" rel="noopener noreferrer">{t(Key::FileMap)}</a>
            </div>
        </div>
    }
    .into_any()
}

fn card(card: &SharedCard, message: &Id) -> AnyView {
    let link = |scheme: &'static str| move |value: &String| view! { <a href=format!("{scheme}:{value}")>{value.clone()}</a> };
    let phones = card.phones.iter().map(link("tel")).collect_view();
    let emails = card.emails.iter().map(link("mailto")).collect_view();
    let saved = RwSignal::new(false);
    let input = CreateClientInput {
        // The same card is saved once, however often it is asked for.
        idempotency_key: message.clone(),
        from_chat_id: None,
        details: Some(details(card)),
    };
    let save = move |_| {
        saved.set(true);
        let done = |_| toasts::say(t(Key::ToastClientSaved).to_owned(), None);
        asking::give_or::<CreateClient>(input.clone(), done, move || {
            let _ = saved.try_set(false);
        });
    };
    view! {
        <div class="document place" data-testid="card">
            {icon(Icon::People)}
            <div class="document-name">
                <strong dir="auto">{card.name.clone().unwrap_or_else(|| t(Key::FileCard).to_owned())}</strong>
                {card.organization.clone().map(|organization| view! { <span class="note" dir="auto">{organization}</span> })}
                {phones}
                {emails}
                <button type="button" class="button" data-testid="card-save" disabled=move || saved.get() on:click=save>{icon(Icon::Plus)} {t(Key::FileCardSave)}</button>
            </div>
        </div>
    }
    .into_any()
}

/// A card as a client: the first word is the first name.
fn details(card: &SharedCard) -> ClientDetailsInput {
    let name = card.name.clone().unwrap_or_default();
    let (first, last) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
    let some = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let listed = |all: &Vec<String>| (!all.is_empty()).then(|| all.clone());
    ClientDetailsInput {
        first_name: some(first),
        last_name: some(last),
        phones: listed(&card.phones),
        emails: listed(&card.emails),
        address: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_becomes_a_client_with_first_and_last_name() {
        let card = SharedCard {
            name: Some(" Nuria Sanz Gil ".into()),
            phones: vec!["+34 600 11 22 33".into()],
            emails: Vec::new(),
            organization: None,
        };
        let made = details(&card);
        assert_eq!(made.first_name.as_deref(), Some("Nuria"));
        assert_eq!(made.last_name.as_deref(), Some("Sanz Gil"));
        assert_eq!(made.phones, Some(vec!["+34 600 11 22 33".to_owned()]));
        assert_eq!(made.emails, None);
    }
}
