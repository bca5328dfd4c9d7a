//! The four languages: typed keys, plural rules and the language in use. Must not format dates (see `format`).

mod format;
mod plural;

use std::cell::Cell;

pub use format::{DateStyle, date, day_key, millis, moment, now, number};

mod catalogue {
    #![expect(
        clippy::enum_variant_names,
        reason = "variants are named after the keys of the locale files"
    )]
    include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
}

pub use catalogue::{Count, Key};
use catalogue::{PLURALS, TEXTS};

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
    /// All of them, in the order of the tables.
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

thread_local! {
    static CURRENT: Cell<Locale> = const { Cell::new(Locale::En) };
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
    TEXTS
        .get(locale as usize)
        .and_then(|texts| texts.get(key as usize))
        .copied()
        .unwrap_or_default()
}

fn plural_text(locale: Locale, key: Count, count: i64) -> &'static str {
    let form = plural::form(locale, count) as usize;
    let forms = PLURALS
        .get(locale as usize)
        .and_then(|texts| texts.get(key as usize));
    forms
        .and_then(|forms| forms.get(form))
        .copied()
        .unwrap_or_default()
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
