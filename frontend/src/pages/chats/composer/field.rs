//! The field itself: it grows, counts near the limit, keeps drafts, sends. Must not judge a text by itself.

use leptos::html::Textarea;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::above::Above;
use super::emoji::Picker;
use super::grow::grow_with_text;
use super::keeping::keep;
use super::suggest::{self, Offer, Offers, Suggest};
use super::{access_of, among_colleagues, attach, changing, head, replying};
use crate::api::fault::Fault;
use crate::api::graphql::{ChatState, Id, TextUnit};
use crate::i18n::{Count, Key, number, t, tf, tn};
use crate::session::desk::Writing;
use crate::session::sending::Fields;
use crate::session::{drafts, memory, sending, store, toasts, uploads, viewing};
use crate::state::draft::Text;
use crate::state::outbox::Kind;
use crate::state::segments::segments;
use crate::state::text::{Refusal, Room};
use crate::state::{template, token};
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, live};

/// What one composer is made of.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) id: String,
    fields: Fields,
    pub(super) change: ArcRwSignal<String>,
    refused: RwSignal<Option<Refusal>>,
    warned: RwSignal<bool>,
    /// The field of a template that nobody has filled in.
    gap: RwSignal<Option<String>>,
    pub(super) mentions: RwSignal<Vec<(String, String)>>,
    pub(super) field: NodeRef<Textarea>,
    suggest: Suggest,
    colleagues: Suggest,
}

impl Desk {
    /// The text that the field shows now.
    fn text(&self) -> &ArcRwSignal<String> {
        store().desk.writing.with(|writing| self.text_of(writing))
    }

    fn text_of(&self, writing: &Writing) -> &ArcRwSignal<String> {
        if writing.edit.is_some() {
            &self.change
        } else if writing.note {
            &self.fields.note
        } else {
            &self.fields.message
        }
    }
}

/// The composer's field. `open`: messages can be written, not only notes.
#[component]
pub fn Field(id: String, open: bool) -> impl IntoView {
    let store = store();
    let draft = drafts::open(&id);
    let fields = Fields {
        message: ArcRwSignal::new(draft.text),
        note: ArcRwSignal::new(memory::draft(&id, true)),
    };
    let answers_none = |writing: &Writing| !writing.note && writing.quote.is_none();
    if draft.quotes.is_some() && store.desk.writing.with_untracked(answers_none) {
        store
            .desk
            .writing
            .update(|writing| writing.quote = draft.quotes);
    }
    let desk = Desk {
        id: id.clone(),
        fields: fields.clone(),
        change: ArcRwSignal::new(String::new()),
        refused: RwSignal::new(None),
        warned: RwSignal::new(false),
        gap: RwSignal::new(None),
        mentions: RwSignal::new(Vec::new()),
        field: NodeRef::new(),
        suggest: Suggest::templates(),
        colleagues: Suggest::colleagues(&id),
    };
    sending::compose(&id, fields);
    keep(&id, &desk.fields);
    changing::load(&desk);
    let shown = desk.clone();
    grow_with_text(desk.field, move || shown.text().track());
    let submit = {
        let desk = desk.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            send(&desk, false);
        }
    };
    let note = Memo::new(move |_| store.desk.writing.with(|writing| writing.note));
    let room = Memo::new(move |_| room(note.get()));
    view! {
        <form class="composer" class:noting=move || note.get() on:submit=submit>
            <Above id=id/>
            <Note desk=desk.clone() room=room.into()/>
            <Suggestions desk=desk.clone()/>
            <div class="composer-box">
                <attach::Tray id=desk.id.clone()/>
                <Writer desk=desk.clone() note=note.into()/>
                <Tools desk note=note.into() open/>
            </div>
        </form>
    }
}

/// The room for a text: of a note, or of the chat's channel.
fn room(note: bool) -> Room {
    if note {
        return Room::NOTE;
    }
    head().map_or_else(
        || Room::of(None, false),
        |chat| {
            let can = &chat.channel.capabilities;
            if replying() {
                return Room::of(can.comment_text_limit, false);
            }
            Room::of(can.text_limit, can.text_unit == TextUnit::Bytes)
        },
    )
}

#[component]
fn Writer(desk: Desk, note: Signal<bool>) -> impl IntoView {
    let archived = Memo::new(move |_| head().is_some_and(|chat| chat.state == ChatState::Archived));
    let hint = live(move || {
        t(if note.get() {
            Key::ComposerNoteHint
        } else if archived.get() {
            Key::ComposerReopens
        } else {
            Key::ComposerHint
        })
    });
    let label = live(move || {
        t(if note.get() {
            Key::NoteWord
        } else {
            Key::ComposerLabel
        })
    });
    let value = {
        let desk = desk.clone();
        move || desk.text().get()
    };
    let typed = {
        let desk = desk.clone();
        move |event| {
            let text = event_target_value(&event);
            let writing = store().desk.writing.get_untracked();
            desk.text_of(&writing).set(text);
            desk.refused.set(None);
            desk.gap.set(None);
            look(&desk, &writing);
            viewing::writing(&desk.id, true);
            if !writing.note && writing.edit.is_none() {
                sending::typing(&desk.id);
            }
        }
    };
    let moved = {
        let desk = desk.clone();
        move |_| look(&desk, &store().desk.writing.get_untracked())
    };
    let pressed = {
        let desk = desk.clone();
        move |event: KeyboardEvent| press(&desk, &event)
    };
    let pasted = {
        let id = desk.id.clone();
        move |event: web_sys::ClipboardEvent| attach::pasted(&id, &event)
    };
    let left = {
        let desk = desk.clone();
        move |_| leave(&desk)
    };
    let offering = [desk.suggest, desk.colleagues];
    let active = live(move || {
        let open = offering
            .into_iter()
            .find(|it| it.token.with(Option::is_some))?;
        (!open.offers().is_empty()).then(|| format!("offer-{}", open.chosen.get()))
    });
    let invalid = desk.refused;
    view! {
        <textarea
            node_ref=desk.field
            rows="1"
            data-testid="composer"
            dir="auto"
            aria-label=label
            aria-describedby="composer-note"
            aria-activedescendant=active
            aria-invalid=move || invalid.get().map(|_| "true")
            placeholder=hint
            prop:value=value
            on:input=typed
            on:click=moved
            on:keydown=pressed
            on:paste=pasted
            on:blur=left
        ></textarea>
    }
}

fn leave(desk: &Desk) {
    sending::stopped_typing(&desk.id);
    viewing::writing(&desk.id, false);
    desk.suggest.close();
    desk.colleagues.close();
}

/// Buttons below the text: what it is for, what can be put in, and sending.
#[component]
fn Tools(desk: Desk, note: Signal<bool>, open: bool) -> impl IntoView {
    let to_note = move |on: bool| {
        let field = desk.field;
        move |_| {
            store().desk.switch_to_note(on);
            focus_later(field);
        }
    };
    let emoji = {
        let desk = desk.clone();
        move |emoji: &'static str| insert(&desk, emoji)
    };
    let templates = {
        let desk = desk.clone();
        move |_| insert(&desk, "/")
    };
    let id = desk.id.clone();
    let kind = move |on: bool, words: Key, testid: &'static str| {
        view! {
            <button type="button" data-testid=testid aria-pressed=move || (note.get() == on).to_string() disabled=!on && !open on:click=to_note(on)>{t(words)}</button>
        }
    };
    let kinds = move || {
        // Colleagues have nobody to keep a note from (A13).
        (!among_colleagues()).then(|| {
            view! {
                <div class="choice small" role="group" aria-label=t(Key::ComposerKind)>
                    {kind(false, Key::ComposerLabel, "message-mode")}
                    {kind(true, Key::ComposerNote, "note-mode")}
                </div>
            }
        })
    };
    view! {
        <div class="composer-tools">
            {untrack(kinds)}
            {move || (!note.get() && !replying()).then(|| view! { <attach::Attach id=id.clone()/> })}
            <Picker choose=Callback::new(emoji)/>
            {move || (!note.get()).then(|| view! {
                <button type="button" class="button quiet square" data-testid="templates" title=format!("{} (/)", t(Key::ComposerTemplates)) aria-label=t(Key::ComposerTemplates) on:click=templates.clone()>{icon(Icon::Template)}</button>
            })}
            <button type="submit" class="button primary square send" data-testid="send" title=t(Key::ComposerSendTitle) aria-label=t(Key::ComposerSend)>
                {icon(Icon::Send)}
            </button>
        </div>
    }
}

#[component]
fn Suggestions(desk: Desk) -> impl IntoView {
    let template = {
        let desk = desk.clone();
        Callback::new(move |offer: Offer| put_template(&desk, offer))
    };
    let colleague = {
        let desk = desk.clone();
        Callback::new(move |offer: Offer| put_colleague(&desk, &offer))
    };
    view! {
        <Offers suggest=desk.suggest label=Key::ComposerTemplates empty=Key::ComposerNoTemplate choose=template/>
        <Offers suggest=desk.colleagues label=Key::NoteMentions empty=Key::ComposerNobody choose=colleague/>
    }
}

/// Looks at the word under the caret.
fn look(desk: &Desk, writing: &Writing) {
    let text = desk.text_of(writing).get_untracked();
    let at = |sign: char| token::at(&text, caret(desk.field), sign);
    if writing.note {
        desk.colleagues.look(at('@'));
    } else if untrack(head).is_some() {
        desk.suggest.look(at('/'));
    }
}

fn press(desk: &Desk, event: &KeyboardEvent) {
    if event.is_composing() {
        return;
    }
    let offering = [desk.suggest, desk.colleagues].into_iter().find(|suggest| {
        suggest.current().is_some() && suggest.token.with_untracked(Option::is_some)
    });
    let key = event.key();
    if let Some(suggest) = offering {
        match key.as_str() {
            "ArrowDown" => suggest.step(1),
            "ArrowUp" => suggest.step(-1),
            "Enter" | "Tab" => {
                if let Some(offer) = suggest.current() {
                    if store().desk.writing.with_untracked(|writing| writing.note) {
                        put_colleague(desk, &offer);
                    } else {
                        put_template(desk, offer);
                    }
                }
            }
            "Escape" => {
                event.stop_propagation();
                suggest.close();
            }
            _ => return,
        }
        event.prevent_default();
    } else if key == "Enter" && !event.shift_key() {
        event.prevent_default();
        // Half a template's name is no message while it is not known what it means.
        if desk.suggest.waits() || desk.colleagues.waits() {
            return;
        }
        send(desk, event.ctrl_key() || event.meta_key());
    } else if key == "Escape" && store().desk.writing.with_untracked(|it| it.edit.is_some()) {
        event.prevent_default();
        event.stop_propagation();
        store().desk.writing.set(Writing::default());
    }
}

fn send(desk: &Desk, at_once: bool) {
    let writing = store().desk.writing.get_untracked();
    let text = desk.text_of(&writing).get_untracked();
    let room = untrack(|| room(writing.note));
    let plain = !writing.note && writing.edit.is_none();
    let public = untrack(replying);
    let (files, failed) = attach::waiting(&desk.id);
    let text = match room.parse(&text) {
        Ok(text) => text.to_owned(),
        Err(Refusal::Empty) if plain && files && !public => String::new(),
        Err(Refusal::Empty) => return focus_later(desk.field),
        Err(refusal) => return desk.refused.set(Some(refusal)),
    };
    // Nobody is greeted as {{client.first_name}}.
    if !writing.note && point_at_gap(desk, 0) {
        return;
    }
    if let Some(id) = writing.edit.clone() {
        return changing::send(desk, id, text, writing.note);
    }
    // The composer may have been closed by a colleague's act while the key was on its way.
    let open = untrack(|| head().is_some_and(|chat| access_of(&chat).lets(public)));
    if !writing.note && !open {
        return;
    }
    let colleague = store()
        .desk
        .viewers
        .with_untracked(|viewers| viewers.iter().any(|viewer| viewer.writing));
    if plain && failed && !public {
        return toasts::alert(t(Key::AttachFailed).to_owned());
    }
    if !writing.note && colleague && !desk.warned.get_untracked() {
        return desk.warned.set(true);
    }
    let kind = if writing.note {
        Kind::Note(mentioned(desk, &text))
    } else if let Some(comment) = writing.quote.clone().filter(|_| public) {
        Kind::Reply(comment)
    } else {
        Kind::Message {
            quotes: writing.quote.clone(),
            purpose: None,
            template: None,
        }
    };
    // A comment takes no files: those that wait go with the next message.
    let files = match writing.note || public {
        true => Vec::new(),
        false => uploads::take(&desk.id),
    };
    let now = at_once || writing.note;
    if !sending::send_with(&desk.id, &text, kind, files.clone(), now) {
        uploads::put_back(&desk.id, &files);
        return toasts::fault(&Fault::Network);
    }
    sending::stopped_typing(&desk.id);
    viewing::writing(&desk.id, false);
    desk.warned.set(false);
    desk.mentions.set(Vec::new());
    desk.text_of(&writing).set(String::new());
    store().desk.read_up_to.set(None);
    store().desk.writing.set(Writing::default());
    if !writing.note {
        drafts::typed(&desk.id, Text::default());
    }
    focus_later(desk.field);
}

/// Those named in a note whose names are still in it.
pub(super) fn mentioned(desk: &Desk, text: &str) -> Vec<String> {
    let named = desk.mentions.get_untracked().into_iter();
    named
        .filter(|(_, name)| text.contains(&format!("@{name}")))
        .map(|(id, _)| id)
        .collect()
}

fn put_template(desk: &Desk, offer: Offer) {
    let Some(token) = desk.suggest.token.get_untracked() else {
        return;
    };
    desk.suggest.close();
    let desk = desk.clone();
    leptos::task::spawn_local(async move {
        match suggest::with_gaps(&desk.id, Id::new(offer.id)).await {
            Ok(words) => {
                let text = &desk.fields.message;
                let (filled, caret) = token::replace(&text.get_untracked(), &token, &words);
                text.set(filled);
                if !point_at_gap(&desk, token.start) {
                    place_caret(desk.field, caret);
                }
            }
            Err(fault) => {
                toasts::fault(&fault);
                // It is offered again, to try once more.
                look(&desk, &store().desk.writing.get_untracked());
            }
        }
    });
}

/// Selects the first field of a template that is left in the text, so that typing takes its place, and says so. `from`:
/// where to look first.
fn point_at_gap(desk: &Desk, from: usize) -> bool {
    let text = store()
        .desk
        .writing
        .with_untracked(|it| desk.text_of(it).get_untracked());
    let gap = template::gap(&text, from);
    desk.gap.set(gap.as_ref().map(|gap| gap.words.clone()));
    if let Some(gap) = &gap {
        select(desk.field, gap.start, gap.end);
    }
    gap.is_some()
}

fn put_colleague(desk: &Desk, offer: &Offer) {
    let Some(token) = desk.colleagues.token.get_untracked() else {
        return;
    };
    desk.colleagues.close();
    let writing = store().desk.writing.get_untracked();
    let text = desk.text_of(&writing);
    let words = format!("@{} ", offer.name);
    let (filled, caret) = token::replace(&text.get_untracked(), &token, &words);
    text.set(filled);
    desk.mentions
        .update(|all| all.push((offer.id.clone(), offer.name.clone())));
    place_caret(desk.field, caret);
}

/// Puts something in at the caret.
fn insert(desk: &Desk, what: &str) {
    let writing = store().desk.writing.get_untracked();
    let text = desk.text_of(&writing);
    let at = caret(desk.field);
    let nothing = token::Token {
        start: at,
        end: at,
        word: String::new(),
    };
    let before = text.get_untracked();
    let apart = what == "/" && at > 0 && !before.ends_with(char::is_whitespace);
    let what = if apart { " /" } else { what };
    let (filled, caret) = token::replace(&before, &nothing, what);
    text.set(filled);
    place_caret(desk.field, caret);
    let desk = desk.clone();
    request_animation_frame(move || look(&desk, &writing));
}

/// Where the caret stands, in UTF-16 units.
fn caret(field: NodeRef<Textarea>) -> usize {
    let at = field
        .get_untracked()
        .and_then(|field| field.selection_start().ok().flatten());
    at.map_or(0, |at| usize::try_from(at).unwrap_or_default())
}

pub(super) fn place_caret(field: NodeRef<Textarea>, at: usize) {
    select(field, at, at);
}

fn select(field: NodeRef<Textarea>, start: usize, end: usize) {
    let unit = |at: usize| u32::try_from(at).unwrap_or_default();
    request_animation_frame(move || {
        if let Some(field) = field.try_get_untracked().flatten() {
            let _ = field.focus();
            let _ = field.set_selection_range(unit(start), unit(end));
        }
    });
}

/// The line above the field: how much is left, why it cannot be sent, or that a colleague writes too.
#[component]
fn Note(desk: Desk, room: Signal<Room>) -> impl IntoView {
    let length = {
        let desk = desk.clone();
        Memo::new(move |_| desk.text().with(|text| room.get().length(text)))
    };
    let counted = {
        let desk = desk.clone();
        Memo::new(move |_| in_segments(&desk))
    };
    let (refused, warned, gap) = (desk.refused, desk.warned, desk.gap);
    let has_nul = move || refused.get() == Some(Refusal::Nul);
    let over = move || length.get().saturating_sub(room.get().most);
    let words = drawn(move || {
        let (length, room) = (length.get(), room.get());
        let shown = |count: usize| number(i64::try_from(count).unwrap_or_default());
        if over() > 0 {
            let text = tn(
                Count::ComposerTooLong,
                i64::try_from(over()).unwrap_or_default(),
            );
            text.replace("{limit}", &shown(room.most))
        } else if has_nul() {
            t(Key::ComposerNul).to_owned()
        } else if let Some(field) = gap.get() {
            tf(Key::ComposerGap, &[("field", &field)])
        } else if warned.get() {
            t(Key::ComposerColleagueWarning).to_owned()
        } else if length >= room.count_from() {
            let key = if room.bytes {
                Key::ComposerCountBytes
            } else {
                Key::ComposerCount
            };
            tf(key, &[("n", &shown(length)), ("limit", &shown(room.most))])
        } else {
            counted.get()
        }
    });
    view! {
        <p id="composer-note" class="composer-note" data-testid="composer-note" aria-live="polite" class:wrong={move || over() > 0 || has_nul() || warned.get() || gap.get().is_some()}>
            {words}
        </p>
    }
}

/// What the text takes where segments are paid one by one (C11): "2 SMS, 145 left".
fn in_segments(desk: &Desk) -> String {
    let paid = head().is_some_and(|chat| chat.channel.capabilities.segments);
    let note = store().desk.writing.with(|writing| writing.note);
    let found = desk.text().with(|text| segments(text.trim()));
    if !paid || note || desk.text().with(|text| text.trim().is_empty()) {
        return String::new();
    }
    let shown = |count: usize| number(i64::try_from(count).unwrap_or_default());
    let key = match found.unicode {
        true => Key::ComposerSegmentsUnicode,
        false => Key::ComposerSegments,
    };
    tf(
        key,
        &[("n", &shown(found.count)), ("left", &shown(found.left))],
    )
}

pub(super) fn focus_later(field: NodeRef<Textarea>) {
    request_animation_frame(move || {
        if let Some(field) = field.try_get_untracked().flatten() {
            let _ = field.focus();
        }
    });
}
