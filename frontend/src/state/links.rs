//! Finds web addresses in a text. Only `http` and `https` become links; the text itself stays data.

use crate::i18n::is_word;

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Plain text.
    Text(String),
    /// A web address, as written.
    Link(String),
}

/// Cuts a text into plain pieces and links, losing nothing.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut plain = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let opening = bare.len()
            - bare
                .trim_start_matches(['(', '[', '<', '"', '\'', '«', '„', '“'])
                .len();
        let (before, rest) = bare.split_at(opening);
        let address = trim_closing(rest);
        if is_address(address) {
            plain.push_str(before);
            flush(&mut plain, &mut found);
            found.push(Piece::Link(address.to_owned()));
            plain.push_str(rest.strip_prefix(address).unwrap_or_default());
            plain.push_str(word.strip_prefix(bare).unwrap_or_default());
        } else {
            plain.push_str(word);
        }
    }
    flush(&mut plain, &mut found);
    found
}

fn flush(plain: &mut String, found: &mut Vec<Piece>) {
    if !plain.is_empty() {
        found.push(Piece::Text(std::mem::take(plain)));
    }
}

/// Punctuation after an address belongs to the sentence; a closing bracket only if none was opened inside.
fn trim_closing(word: &str) -> &str {
    let mut address = word;
    while let Some(last) = address.chars().last() {
        let unmatched = last == ')' && address.matches('(').count() < address.matches(')').count();
        if unmatched
            || matches!(
                last,
                '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '>' | ']' | '»' | '”' | '…'
            )
        {
            address = address.strip_suffix(last).unwrap_or_default();
        } else {
            break;
        }
    }
    address
}

fn is_address(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let host = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    host.is_some_and(|rest| {
        rest.chars().next().is_some_and(is_word) && !rest.contains(['<', '>', '"', '\\'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_a_sentence_becomes_a_link_without_its_full_stop() {
        assert_eq!(
            pieces("See (https://hilo.example/a_(b)), or write."),
            [
                Piece::Text("See (".into()),
                Piece::Link("https://hilo.example/a_(b)".into()),
                Piece::Text("), or write.".into()),
            ]
        );
    }

    #[test]
    fn other_schemes_stay_text() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://",
            "http://<b>",
        ] {
            assert_eq!(pieces(text), [Piece::Text(text.into())]);
        }
    }

    #[test]
    fn nothing_is_lost() {
        let text = "a\n\nhttps://x.example/?q=1!  b \thttp://y.example";
        let joined: String = pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Link(text) => text,
            })
            .collect();
        assert_eq!(joined, text);
    }
}
