//! Whom a note names, found in its words (P3). Must not know how they look.

/// A piece of a note, and whether it names somebody.
pub type Piece = (String, bool);

/// Cuts a note where `@` and one of the names stand, as the composer puts them there, losing nothing. Gives the names that
/// do not stand in it, too: a colleague may be called differently by now.
pub fn pieces<'a>(text: &str, names: &[&'a str]) -> (Vec<Piece>, Vec<&'a str>) {
    let mut absent = names.to_vec();
    let mut found = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let begins =
            c == '@' && !plain.ends_with(|before: char| before.is_alphanumeric() || before == '/');
        let behind = rest.strip_prefix('@').filter(|_| begins);
        match behind.and_then(|words| named(words, names)) {
            Some(name) => {
                if !plain.is_empty() {
                    found.push((std::mem::take(&mut plain), false));
                }
                found.push((format!("@{name}"), true));
                absent.retain(|other| *other != name);
                rest = behind
                    .and_then(|words| words.strip_prefix(name))
                    .unwrap_or_default();
            }
            None => {
                plain.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    if !plain.is_empty() {
        found.push((plain, false));
    }
    (found, absent)
}

/// The longest name that the words begin with, as whole words.
fn named<'a>(words: &str, names: &[&'a str]) -> Option<&'a str> {
    let begin = names.iter().copied().filter(|name| {
        let behind = words.strip_prefix(name);
        !name.is_empty() && behind.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    begin.max_by_key(|name| name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, names: &[&'static str]) -> (String, Vec<&'static str>) {
        let (pieces, absent) = pieces(text, names);
        let mut joined = String::new();
        for (piece, named) in pieces {
            joined.push_str(&if named { format!("[{piece}]") } else { piece });
        }
        (joined, absent)
    }

    #[test]
    fn p3_whom_a_note_names_is_found_in_its_words() {
        let text = "¿@Ana Prieto y @Ana, lo veis? @Marek Nowicki";
        let names = ["Ana", "Ana Prieto", "Marek Nowicki"];
        let wanted = "¿[@Ana Prieto] y [@Ana], lo veis? [@Marek Nowicki]";
        assert_eq!(cut(text, &names), (wanted.to_owned(), Vec::new()));
    }

    #[test]
    fn p3_part_of_a_word_or_an_address_names_nobody() {
        for text in [
            "@Anabel",
            "hola@Ana",
            "https://x.example/@Ana",
            "@",
            "Ana",
            "",
        ] {
            assert_eq!(cut(text, &["Ana", ""]), (text.to_owned(), vec!["Ana", ""]));
        }
    }

    #[test]
    fn p3_who_is_called_differently_by_now_is_told_apart() {
        let found = cut("@Ana, mira", &["Ana Prieto"]);
        assert_eq!(found, ("@Ana, mira".to_owned(), vec!["Ana Prieto"]));
    }
}
