//! What this browser remembers: language, theme, drafts, messages on their way, the folded list. Must not hold what the server knows.

use leptos::prelude::{document, window};

use crate::i18n::Locale;
use crate::state::outbox::Outgoing;

/// Light, dark, or as the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word that is stored and that styles look for.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn set(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = if value.is_empty() {
            storage.remove_item(key)
        } else {
            storage.set_item(key, value)
        };
    }
}

/// The language that was chosen here, else the browser's first one that Hilo speaks; `boot.js` has looked.
pub fn locale() -> Locale {
    let root = document().document_element();
    let tag = root.and_then(|root| root.get_attribute("lang"));
    tag.and_then(|tag| Locale::of_tag(&tag)).unwrap_or_default()
}

/// The language that was chosen here.
pub fn chosen_locale() -> Option<Locale> {
    Locale::of_tag(&get("hilo.language")?)
}

/// Remembers the language.
pub fn keep_locale(locale: Locale) {
    set("hilo.language", locale.tag());
}

/// The theme chosen here.
pub fn theme() -> Theme {
    let word = get("hilo.theme").unwrap_or_default();
    Theme::ALL
        .into_iter()
        .find(|theme| theme.word() == word)
        .unwrap_or(Theme::System)
}

/// Remembers the theme.
pub fn keep_theme(theme: Theme) {
    set(
        "hilo.theme",
        if theme == Theme::System {
            ""
        } else {
            theme.word()
        },
    );
}

/// Was the list folded away?
pub fn list_folded() -> bool {
    get("hilo.list").as_deref() == Some("folded")
}

/// Remembers whether the list is folded away.
pub fn keep_list_folded(folded: bool) {
    set("hilo.list", if folded { "folded" } else { "" });
}

/// How wide the list was made here, in pixels.
pub fn list_width() -> Option<i32> {
    get("hilo.width")?.parse().ok()
}

/// Remembers how wide the list is.
pub fn keep_list_width(width: i32) {
    set("hilo.width", &width.to_string());
}

/// Do keys without Ctrl or Cmd do something?
pub fn single_keys() -> bool {
    get("hilo.keys").as_deref() != Some("off")
}

/// Remembers whether they do.
pub fn keep_single_keys(on: bool) {
    set("hilo.keys", if on { "" } else { "off" });
}

/// Are the chats shown in a window over the other pages, where the workspace has them so?
pub fn pop_up() -> bool {
    get("hilo.window").as_deref() != Some("off")
}

/// Remembers whether they are.
pub fn keep_pop_up(on: bool) {
    set("hilo.window", if on { "" } else { "off" });
}

/// Does a toast tell of a new message on the other pages?
pub fn in_app() -> bool {
    get("hilo.toasts").as_deref() != Some("off")
}

/// Remembers whether one does.
pub fn keep_in_app(on: bool) {
    set("hilo.toasts", if on { "" } else { "off" });
}

/// Does a desktop notification tell of a new message?
pub fn notifications() -> bool {
    get("hilo.notifications").as_deref() != Some("off")
}

/// Remembers whether one does.
pub fn keep_notifications(on: bool) {
    set("hilo.notifications", if on { "" } else { "off" });
}

/// Is a new message heard?
pub fn sound() -> bool {
    get("hilo.sound").as_deref() != Some("off")
}

/// Remembers whether one is.
pub fn keep_sound(on: bool) {
    set("hilo.sound", if on { "" } else { "off" });
}

/// The filters that an agent kept under names before the server did, as they were written.
pub fn views(agent: &str) -> String {
    get(&format!("hilo.views.{agent}")).unwrap_or_default()
}

/// Forgets them: the server has them now.
pub fn forget_views(agent: &str) {
    set(&format!("hilo.views.{agent}"), "");
}

fn draft_key(chat: &str, note: bool) -> String {
    let kind = if note { "note" } else { "draft" };
    format!("hilo.{kind}.{chat}")
}

/// What was typed in a chat, not sent, and not told to the server yet: a message, or a private note.
pub fn draft(chat: &str, note: bool) -> String {
    get(&draft_key(chat, note)).unwrap_or_default()
}

/// Keeps what was typed in a chat.
pub fn keep_draft(chat: &str, note: bool, text: &str) {
    set(&draft_key(chat, note), text);
}

/// The files that wait in the composer of a chat, as they were written.
pub fn files(chat: &str) -> String {
    get(&format!("hilo.files.{chat}")).unwrap_or_default()
}

/// Keeps the files that wait in the composer of a chat.
pub fn keep_files(chat: &str, written: &str) {
    set(&format!("hilo.files.{chat}"), written);
}

/// Each message has a key of its own, so that two tabs never write over each other's.
fn outgoing_key(agent: &str, client_id: &str) -> String {
    format!("hilo.outbox.{agent}.{client_id}")
}

/// Keeps a message that is on its way.
pub fn keep_outgoing(agent: &str, outgoing: &Outgoing) {
    set(
        &outgoing_key(agent, &outgoing.client_id),
        &outgoing.written(),
    );
}

/// Forgets a message that is on its way no more.
pub fn forget_outgoing(agent: &str, client_id: &str) {
    set(&outgoing_key(agent, client_id), "");
}

/// The messages that were on their way for an agent; what is malformed is passed over.
pub fn outgoing(agent: &str) -> Vec<Outgoing> {
    let count = storage().and_then(|storage| storage.length().ok());
    (0..count.unwrap_or_default())
        .filter_map(|index| storage()?.key(index).ok().flatten())
        .filter_map(|key| Outgoing::read(outgoing_of(agent, &key)?, &get(&key)?))
        .collect()
}

/// The message that a key keeps, if it is one of this agent's.
pub fn outgoing_of<'a>(agent: &str, key: &'a str) -> Option<&'a str> {
    key.strip_prefix(&outgoing_key(agent, ""))
}
