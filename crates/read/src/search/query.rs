//! What somebody typed, as questions to the index: every word must be there, the last one may be half written.
//! Each question is the text of a `tsquery`; it holds folded words only, quoted.

use super::distance::shortened;
use super::lexemes::{self, FEWEST_DIGITS, near, of_digits, of_email, quoted};
use super::words::words;

/// Most words that are asked for; the others are left out.
const MOST_WORDS: usize = 12;
/// Fewest letters that the whole history is asked for words that begin so.
const BEGINNING: usize = 3;

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// Its words, folded.
    pub words: Vec<String>,
    /// The last word may go on.
    pub is_open: bool,
    digits: String,
    email: Option<String>,
}

impl Typed {
    /// Reads what was typed; None where nothing in it can be found.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let all = words(text).take(MOST_WORDS).map(|word| word.folded);
        let all = all.collect::<Vec<_>>();
        let trimmed = text.trim();
        let email = trimmed.contains('@') && !trimmed.contains(char::is_whitespace);
        (!all.is_empty()).then(|| Self {
            words: all,
            is_open: text.chars().next_back().is_some_and(char::is_alphanumeric),
            digits: lexemes::digits(trimmed),
            email: email.then(|| trimmed.trim_start_matches('@').to_owned()),
        })
    }

    /// Texts with all words as they are.
    pub(crate) fn whole(&self) -> String {
        let all = self.words.iter().map(|word| quoted(word));
        all.collect::<Vec<_>>().join(" & ")
    }

    /// Texts where the last word goes on, and that [`Self::whole`] does not find.
    pub(crate) fn beginnings(&self) -> Option<String> {
        let (last, others) = self.words.split_last().filter(|_| self.is_open)?;
        let mut parts = others.iter().map(|word| quoted(word)).collect::<Vec<_>>();
        parts.push(format!("{}:* & !{}", quoted(last), quoted(last)));
        Some(parts.join(" & "))
    }

    /// The part of [`Self::beginnings`] that an index of the whole history may be asked: short beginnings would bring
    /// half of it. None where nothing is left of it: then only the newest messages are looked through.
    pub(crate) fn narrow_beginnings(&self) -> Option<String> {
        let (last, others) = self.words.split_last().filter(|_| self.is_open)?;
        let mut parts = others.iter().map(|word| quoted(word)).collect::<Vec<_>>();
        if last.chars().count() >= BEGINNING {
            parts.push(format!("{}:*", quoted(last)));
        }
        (!parts.is_empty()).then(|| parts.join(" & "))
    }

    /// Contacts whose name, handle, address or number begins so.
    pub(crate) fn people(&self) -> String {
        let mut ways = vec![self.words_of(|word, is_open| {
            let open = if is_open { ":*" } else { "" };
            format!("{}{open}", quoted(word))
        })];
        ways.extend(
            self.email
                .as_ref()
                .map(|email| format!("{}:*", quoted(&of_email(email)))),
        );
        if self.digits.len() >= FEWEST_DIGITS {
            ways.push(format!("{}:*", quoted(&of_digits(&self.digits))));
        }
        ways.join(" | ")
    }

    /// Contacts with a word that is near each word; None where no word is long enough to be mistyped.
    pub(crate) fn people_nearby(&self) -> Option<String> {
        let mistyped = self.words.iter().any(|word| !shortened(word).is_empty());
        mistyped.then(|| {
            self.words_of(|word, is_open| {
                let open = if is_open { ":*" } else { "" };
                let mut forms = vec![format!("{}{open}", quoted(word)), quoted(&near(word))];
                for form in shortened(word) {
                    forms.push(quoted(&near(&form)));
                    forms.push(quoted(&form));
                }
                format!("({})", forms.join(" | "))
            })
        })
    }

    fn words_of(&self, way: impl Fn(&str, bool) -> String) -> String {
        let last = self.words.len().saturating_sub(1);
        let each = self.words.iter().enumerate();
        let each = each.map(|(at, word)| way(word, self.is_open && at == last));
        format!("({})", each.collect::<Vec<_>>().join(" & "))
    }

    /// Whether a folded word is one that was asked for: as it is, or the last one going on.
    pub(crate) fn asks_for(&self, word: &str) -> bool {
        self.words.iter().any(|asked| asked == word)
            || self.is_open
                && self
                    .words
                    .last()
                    .is_some_and(|last| word.starts_with(&**last))
    }

    /// The digits of what was typed, if it may be a phone number.
    pub(crate) fn number(&self) -> Option<&str> {
        (self.digits.len() >= FEWEST_DIGITS).then_some(&*self.digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_asked_for_and_the_last_may_go_on() {
        let typed = Typed::read("¿Lana MERINO azu").unwrap();
        assert_eq!(typed.whole(), "'lana' & 'merino' & 'azu'");
        assert_eq!(
            typed.beginnings().unwrap(),
            "'lana' & 'merino' & 'azu':* & !'azu'"
        );
        assert_eq!(
            typed.narrow_beginnings().unwrap(),
            "'lana' & 'merino' & 'azu':*"
        );
        let ended = Typed::read("lana ").unwrap();
        assert_eq!((ended.beginnings(), ended.is_open), (None, false));
    }

    #[test]
    fn one_letter_is_not_asked_of_the_whole_history() {
        assert_eq!(Typed::read("l").unwrap().narrow_beginnings(), None);
        assert_eq!(
            Typed::read("lana m").unwrap().narrow_beginnings().unwrap(),
            "'lana'"
        );
    }

    #[test]
    fn numbers_and_addresses_are_asked_for_whole_too() {
        assert!(
            Typed::read("+34 600-12")
                .unwrap()
                .people()
                .ends_with("| '~p3460012':*")
        );
        assert!(
            Typed::read("Eva@Exa")
                .unwrap()
                .people()
                .ends_with("| '~eeva@exa':*")
        );
        assert!(
            Typed::read("eva 600")
                .unwrap()
                .people()
                .starts_with("('eva' & '600':*)")
        );
    }

    #[test]
    fn nothing_is_asked_without_a_letter() {
        assert_eq!(Typed::read(" …'\\ | & ! \u{200b}"), None);
    }

    #[test]
    fn what_was_typed_is_data_and_never_part_of_the_question() {
        let typed = Typed::read("a' | !b:* <-> (c").unwrap();
        assert_eq!(typed.whole(), "'a' & 'b' & 'c'");
    }
}
