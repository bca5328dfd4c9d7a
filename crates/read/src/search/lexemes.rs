//! The lexemes that the index holds of a message and of a contact, as the text of a `tsvector`.
//! Folded words stand as they are; everything else begins with `~`, which no word does.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hilo_domain::ChannelId;
use hilo_journal::Position;

use super::distance::shortened;
use super::people::{ContactField, Written};
use super::words::{folded, words};

/// Most different words of one text that are kept; a text of more is found by its first ones.
const MOST_WORDS: usize = 1_000;
/// Most words of somebody's names, handle and addresses that are kept.
const MOST_NAMES: usize = 12;
/// Fewest digits that a phone number is looked for by.
pub(crate) const FEWEST_DIGITS: usize = 4;
/// Most digits of a number that are kept: the longest has 15.
const MOST_DIGITS: usize = 20;

/// Widths of the windows of positions that a search grows through, as powers of two.
pub(crate) const WINDOWS: [(char, u32); 2] = [('a', 16), ('b', 20)];

/// What finds a message: its words, its channel, and the windows its position lies in.
pub(crate) fn of_message(text: &str, channel: Option<ChannelId>, position: Position) -> String {
    let mut lexemes = Lexemes::default();
    for word in words(text) {
        if lexemes.0.len() >= MOST_WORDS {
            break;
        }
        lexemes.0.insert(word.folded);
    }
    lexemes.0.extend(channel.map(of_channel));
    let windows = WINDOWS.iter();
    lexemes
        .0
        .extend(windows.map(|(name, bits)| window(*name, position.0 >> bits)));
    lexemes.text()
}

/// What somebody is found by: texts, and what of them each is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person<'c>(Vec<(ContactField, &'c str)>);

impl<'c> Person<'c> {
    /// Those of the parts that are known.
    pub(crate) fn new(parts: impl IntoIterator<Item = (ContactField, Option<&'c str>)>) -> Self {
        let known = parts.into_iter();
        Self(
            known
                .filter_map(|(field, text)| Some((field, text?)))
                .collect(),
        )
    }

    /// Names and addresses, which are made of words.
    pub(crate) fn worded(&self) -> impl Iterator<Item = (ContactField, &'c str)> {
        let parts = self.0.iter().copied();
        parts.filter(|(field, _)| field.written() != Written::Number)
    }

    /// What may be a phone number, numbers that are nothing else first. Handles of some channels are phone numbers.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (ContactField, &'c str)> {
        let of = |written| {
            let parts = self.0.iter().copied();
            parts.filter(move |(field, _)| field.written() == written)
        };
        of(Written::Number).chain(of(Written::Either))
    }

    /// The lexemes; None where there is nothing to find.
    pub(crate) fn lexemes(&self, channel: Option<ChannelId>) -> Option<String> {
        let mut lexemes = Lexemes::default();
        let names = self.worded().flat_map(|(_, text)| words(text));
        for word in names.take(MOST_NAMES) {
            let forms = shortened(&word.folded);
            lexemes.0.extend(forms.iter().map(|form| near(form)));
            lexemes.0.insert(word.folded);
        }
        let emails = self.0.iter();
        let emails = emails.filter(|(field, _)| field.written() == Written::Address);
        lexemes.0.extend(emails.map(|(_, email)| of_email(email)));
        for (_, number) in self.numbers() {
            let digits = digits(number);
            let ends = digits.len().saturating_sub(FEWEST_DIGITS - 1);
            let ends = (0..ends).filter_map(|from| digits.get(from..));
            lexemes.0.extend(ends.map(of_digits));
        }
        if lexemes.0.is_empty() {
            return None;
        }
        lexemes.0.extend(channel.map(of_channel));
        Some(lexemes.text())
    }
}

/// The lexeme of a channel.
pub(crate) fn of_channel(channel: ChannelId) -> String {
    format!("~c{}", channel.as_uuid().simple())
}

/// The lexeme of a window of positions.
pub(crate) fn window(name: char, number: i64) -> String {
    format!("~{name}{number:x}")
}

/// The lexeme of a whole e-mail address, or the beginning of it.
pub(crate) fn of_email(email: &str) -> String {
    format!("~e{}", folded(email.trim()))
}

/// The lexeme of the end of a phone number, or the beginning of it.
pub(crate) fn of_digits(digits: &str) -> String {
    format!("~p{digits}")
}

/// The lexeme of a shortened form.
pub(crate) fn near(form: &str) -> String {
    format!("~n{form}")
}

/// The digits of a text that is a phone number and nothing else, else nothing.
pub(crate) fn digits(text: &str) -> String {
    let is_number = |c: char| c.is_ascii_digit() || " +-()./\u{a0}".contains(c);
    if !text.chars().all(is_number) {
        return String::new();
    }
    let digits = text.chars().filter(char::is_ascii_digit);
    digits.take(MOST_DIGITS).collect()
}

/// A lexeme as the text of a `tsvector` or `tsquery` names it.
pub(crate) fn quoted(lexeme: &str) -> String {
    format!("'{}'", lexeme.replace('\\', "\\\\").replace('\'', "''"))
}

#[derive(Default)]
struct Lexemes(BTreeSet<String>);

impl Lexemes {
    fn text(&self) -> String {
        let mut text = String::new();
        for lexeme in &self.0 {
            // PostgreSQL takes no longer one.
            if lexeme.len() < 2_000 {
                let gap = if text.is_empty() { "" } else { " " };
                let _ = write!(text, "{gap}{}", quoted(lexeme));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_message_is_found_by_its_words_its_channel_and_its_windows() {
        let channel = ChannelId::from_uuid(Uuid::from_u128(7));
        assert_eq!(
            of_message("Sí, sí: LANA", Some(channel), Position(0x12_3456)),
            "'lana' 'si' '~a12' '~b1' '~c00000000000000000000000000000007'"
        );
    }

    #[test]
    fn a_contact_is_found_by_the_end_of_the_number_and_by_names_with_a_letter_left_out() {
        let person = Person::new([
            (ContactField::Name, Some("Łukasz")),
            (ContactField::Phone, Some("+48 600 12")),
        ]);
        let lexemes = person.lexemes(None).unwrap();
        for lexeme in ["'lukasz'", "'~nlkasz'", "'~p4860012'", "'~p0012'"] {
            assert!(lexemes.contains(lexeme), "{lexeme}: {lexemes}");
        }
        assert!(!lexemes.contains("'~p012'"), "{lexemes}");
        assert_eq!(Person::default().lexemes(None), None);
    }

    #[test]
    fn a_lexeme_cannot_end_its_quotes() {
        assert_eq!(quoted("o'neil\\"), "'o''neil\\\\'");
    }
}
