//! The words of a text, folded: case, accents and the vowel signs of Arabic and Hebrew do not tell words apart.
//! The same here for what is stored and for what is asked, so PostgreSQL needs no extension and no dictionary.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

/// Longest word that is kept, in characters; what follows does not tell words apart.
const LONGEST: usize = 64;

/// A word in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// As it is compared.
    pub folded: String,
    /// Its first character, counted from 0.
    pub start: usize,
    /// Behind its last character.
    pub end: usize,
}

/// The words of a text in their order: runs of letters and digits.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word> {
    let mut characters = text.chars().enumerate().peekable();
    std::iter::from_fn(move || {
        loop {
            while characters.next_if(|(_, c)| !is_part(*c)).is_some() {}
            let (start, _) = *characters.peek()?;
            let (mut folded, mut length, mut end) = (String::new(), 0, start);
            while let Some((at, c)) = characters.next_if(|(_, c)| is_part(*c) || is_silent(*c)) {
                end = at + 1;
                if length < LONGEST {
                    length += fold_into(&mut folded, c);
                }
            }
            if !folded.is_empty() {
                return Some(Word { folded, start, end });
            }
        }
    })
}

/// A text with its letters folded, everything else as it is.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_into(&mut folded, c);
    }
    folded
}

/// Adds what a character counts as; gives how many characters that is.
fn fold_into(folded: &mut String, c: char) -> usize {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return 1;
    }
    let before = folded.len();
    for c in std::iter::once(c).nfkd().filter(|c| !is_silent(*c)) {
        for c in c.to_lowercase().filter(|c| !is_silent(*c)) {
            match plain(c) {
                Some(plain) => folded.push_str(plain),
                None => folded.push(c),
            }
        }
    }
    folded
        .get(before..)
        .map_or(0, |added| added.chars().count())
}

/// Part of a word.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && canonical_combining_class(c) != 0)
}

/// Heard or drawn, but no letter: accents, vowel signs, and marks that only steer how text is laid out.
fn is_silent(c: char) -> bool {
    !c.is_ascii()
        && (canonical_combining_class(c) != 0
            || matches!(c,
                '\u{ad}' | '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'))
}

/// Letters that Unicode does not take apart and people still look for by their plain form.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ς' => "σ",
        'ى' => "ي",
        'ة' => "ه",
        'ک' => "ك",
        'ی' => "ي",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        words(text).map(|word| word.folded).collect()
    }

    #[test]
    fn case_and_accents_fold_in_every_language_of_the_product() {
        assert_eq!(
            all("ŻÓŁĆ gęślą Jaźń"),
            ["zolc", "gesla", "jazn"],
            "Polish, also the letter that is no accent"
        );
        assert_eq!(all("¿Cuánto, MAÑANA?"), ["cuanto", "manana"]);
        assert_eq!(all("l’été ÇA Œuvre"), ["l", "ete", "ca", "oeuvre"]);
        assert_eq!(all("Straße"), all("STRASSE"));
        assert_eq!(all("ﬁnal"), ["final"]);
    }

    #[test]
    fn composed_and_decomposed_text_are_the_same_words() {
        assert_eq!(all("man\u{303}ana"), all("mañana"));
        assert_eq!(all("e\u{301}te\u{301}").len(), 1);
    }

    #[test]
    fn right_to_left_scripts_are_found_with_and_without_their_signs() {
        assert_eq!(all("مُحَمَّد"), all("محمد"));
        assert_eq!(all("أحمد"), all("احمد"));
        assert_eq!(all("مـــرحبا"), all("مرحبا"));
        assert_eq!(all("שָׁלוֹם"), all("שלום"));
        assert_eq!(
            all("\u{202b}שלום\u{202c} עולם"),
            ["שלום", "עולם"],
            "marks of direction are nothing"
        );
    }

    #[test]
    fn places_are_characters_of_the_text_as_it_was_written() {
        let found = words("🙂 man\u{303}ana, sí").collect::<Vec<_>>();
        let places = found.iter().map(|word| (word.start, word.end));
        assert_eq!(places.collect::<Vec<_>>(), [(2, 9), (11, 13)]);
    }

    #[test]
    fn nothing_of_a_text_without_letters_and_no_word_without_an_end() {
        assert_eq!(all(" \u{200b}…!? 🙂 \u{301}"), Vec::<String>::new());
        assert_eq!(all(&"a".repeat(10_000)), ["a".repeat(64)]);
    }
}
