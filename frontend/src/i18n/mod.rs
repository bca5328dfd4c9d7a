//! The four languages: typed keys, plural rules and the language in use. Must not format dates (see `format`).

mod format;
mod letters;
mod plural;

use std::cell::Cell;

pub use format::{DateStyle, date, day, decimal, language_name, millis, moment, now, number};
pub use letters::{is_word, lower, upper};

mod catalogue {
    #![expect(
        clippy::enum_variant_names,
        reason = "variants are named after the keys of the locale files"
    )]
    include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
}

use catalogue::TEXTS;
pub use catalogue::{Count, Key};

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
    /// Polish.
    Pl,
    /// French.
    Fr,
}

impl Locale {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::En, Self::Es, Self::Pl, Self::Fr];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::Pl => "pl",
            Self::Fr => "fr",
        }
    }

    /// The language's own name.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
            Self::Pl => "Polski",
            Self::Fr => "Français",
        }
    }

    /// The language of a tag such as `pl-PL`, if Hilo speaks it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        Self::ALL.into_iter().find(|locale| locale.tag() == primary)
    }
}

/// All texts of a language, then the four forms of all plurals, both in the order of the keys.
type Words = &'static [&'static str];

#[cfg(target_arch = "wasm32")]
const AT_HAND: [Words; 4] = [&[]; 4];
#[cfg(not(target_arch = "wasm32"))]
const AT_HAND: [Words; 4] = catalogue::ALL_WORDS;

thread_local! {
    static CURRENT: Cell<Locale> = const { Cell::new(Locale::En) };
    static WORDS: Cell<[Words; 4]> = const { Cell::new(AT_HAND) };
}

/// Is the language here, so that it can be spoken?
pub fn knows(locale: Locale) -> bool {
    !words(locale).is_empty()
}

/// Learns a language. Its words stay as long as the page.
pub fn learn(locale: Locale, words: Vec<String>) {
    let words: Vec<&'static str> = words.into_iter().map(|word| &*word.leak()).collect();
    let mut all = WORDS.get();
    if let Some(slot) = all.get_mut(locale as usize) {
        *slot = words.leak();
    }
    WORDS.set(all);
}

fn words(locale: Locale) -> Words {
    let all = WORDS.get();
    all.get(locale as usize).copied().unwrap_or_default()
}

/// The language in use.
pub fn current() -> Locale {
    CURRENT.get()
}

/// Changes the language in use; what is on the screen is drawn anew by whoever calls this.
pub fn set_current(locale: Locale) {
    CURRENT.set(locale);
}

/// A text in the language in use.
pub fn t(key: Key) -> &'static str {
    text(current(), key)
}

/// A text with its placeholders filled: `tf(Key::ActArchived, &[("who", name)])`.
pub fn tf(key: Key, values: &[(&str, &str)]) -> String {
    fill(t(key), values)
}

/// A text that depends on `count`, with `{n}` filled in.
pub fn tn(key: Count, count: i64) -> String {
    let shown = number(count);
    fill(plural_text(current(), key, count), &[("n", &shown)])
}

fn text(locale: Locale, key: Key) -> &'static str {
    words(locale).get(key as usize).copied().unwrap_or_default()
}

fn plural_text(locale: Locale, key: Count, count: i64) -> &'static str {
    let place = TEXTS + 4 * key as usize + plural::form(locale, count) as usize;
    words(locale).get(place).copied().unwrap_or_default()
}

fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(pattern.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
}

#[cfg(test)]
mod tests;
