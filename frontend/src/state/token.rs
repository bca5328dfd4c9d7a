//! The word under the caret that asks for help: `/ord` for templates, `@an` for colleagues. Must not know what they mean.

use crate::i18n::lower;

/// A word that was begun with a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where the sign stands, in UTF-16 units as the browser counts.
    pub start: usize,
    /// Behind its last character, in UTF-16 units.
    pub end: usize,
    /// What stands behind the sign, in small letters.
    pub word: String,
}

/// The token that ends at the caret; `caret` in UTF-16 units. The sign stands at the beginning or behind white space.
pub fn at(text: &str, caret: usize, sign: char) -> Option<Token> {
    let before = head(text, caret);
    let start = before.rfind(sign)?;
    let (left, token) = before.split_at(start);
    let word = token.strip_prefix(sign)?;
    let begins = left.chars().next_back().is_none_or(char::is_whitespace);
    let one_word = !word.contains(char::is_whitespace);
    (begins && one_word).then(|| Token {
        start: left.encode_utf16().count(),
        end: caret,
        word: lower(word),
    })
}

/// The text with a token replaced, and where the caret stands then.
pub fn replace(text: &str, token: &Token, by: &str) -> (String, usize) {
    let left = head(text, token.start);
    let right = text.strip_prefix(head(text, token.end)).unwrap_or_default();
    let caret = token.start + by.encode_utf16().count();
    (format!("{left}{by}{right}"), caret)
}

/// So many UTF-16 units of a text, never half a character.
fn head(text: &str, units: usize) -> &str {
    let mut seen = 0;
    let end = text
        .char_indices()
        .find(|(_, c)| {
            let over = seen + c.len_utf16() > units;
            seen += c.len_utf16();
            over
        })
        .map_or(text.len(), |(index, _)| index);
    text.split_at(end).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_counts_at_the_beginning_or_behind_white_space() {
        let token = at("Hola /Ord", 9, '/').unwrap();
        assert_eq!((token.start, token.word.as_str()), (5, "ord"));
        assert_eq!(at("and/or", 6, '/'), None);
        assert_eq!(at("https://x", 9, '/'), None);
        assert!(at("/", 1, '/').is_some());
        assert_eq!(at("/two words", 10, '/'), None);
    }

    #[test]
    fn places_are_those_of_the_browser() {
        let text = "👋 /sal and more";
        let token = at(text, 7, '/').unwrap();
        assert_eq!((token.start, token.end), (3, 7));
        let (text, caret) = replace(text, &token, "Salut");
        assert_eq!((text.as_str(), caret), ("👋 Salut and more", 8));
    }
}
