//! The part of a text that shows what was found, with the places of the words asked for. Ranges, never markup.

use super::query::Typed;
use super::words::words;

/// Longest part of a text that is shown, in characters.
const LONGEST: usize = 160;
/// Characters that are shown before the first word found.
const BEFORE: usize = 40;

/// A place in a text, in characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// First character, counted from 0.
    pub start: usize,
    /// Behind the last character.
    pub end: usize,
}

/// A part of a text and what in it was found.
#[derive(Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The part, as it was written.
    pub text: String,
    /// The words found, in order, within `text`.
    pub ranges: Vec<Range>,
    /// Whether text goes before.
    pub cut_before: bool,
    /// Whether text follows.
    pub cut_after: bool,
}

impl std::fmt::Debug for Snippet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Snippet({} ranges, ..)", self.ranges.len())
    }
}

/// The part of `text` around the first word that was asked for.
pub(crate) fn snippet(text: &str, typed: &Typed) -> Snippet {
    let found = words(text).filter(|word| typed.asks_for(&word.folded));
    let found = found.map(|word| Range {
        start: word.start,
        end: word.end,
    });
    let found = found.collect::<Vec<_>>();
    let first = found.first().map_or(0, |range| range.start);
    let length = text.chars().count();
    let from = if length <= LONGEST {
        0
    } else {
        beginning(text, first.saturating_sub(BEFORE), first).min(length - LONGEST.min(length))
    };
    let from = from.min(first);
    let part = text.chars().skip(from).take(LONGEST).collect::<String>();
    let to = from + part.chars().count();
    let ranges = found
        .iter()
        .filter(|range| range.start < to)
        .map(|range| Range {
            start: range.start - from,
            end: range.end.min(to) - from,
        });
    Snippet {
        ranges: ranges.collect(),
        text: part,
        cut_before: from > 0,
        cut_after: to < length,
    }
}

/// Where a part may begin: at the first word behind `at`, but not behind `first`.
fn beginning(text: &str, at: usize, first: usize) -> usize {
    if at == 0 {
        return 0;
    }
    let mut gap = text.chars().enumerate().skip(at - 1);
    gap.find(|(_, c)| c.is_whitespace())
        .map_or(at, |(gap, _)| gap + 1)
        .min(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, typed: &str) -> (String, Vec<String>) {
        let snippet = snippet(text, &Typed::read(typed).unwrap());
        let words = snippet.ranges.iter().map(|range| {
            let part = snippet.text.chars().skip(range.start);
            part.take(range.end - range.start).collect()
        });
        (snippet.text.clone(), words.collect())
    }

    #[test]
    fn the_words_found_are_marked_where_they_stand() {
        let (text, words) = marked("🙂 Quería LANA merino, laña y lanas", "lana merino lan");
        assert_eq!(text, "🙂 Quería LANA merino, laña y lanas");
        assert_eq!(words, ["LANA", "merino", "laña", "lanas"]);
        assert_eq!(marked("אני אוהב שָׁלוֹם", "שלום").1, ["שָׁלוֹם"]);
    }

    #[test]
    fn a_long_text_is_shown_around_the_first_word_found() {
        let long = format!("{}merino {}", "hola ".repeat(100), "adiós ".repeat(100));
        let found = snippet(&long, &Typed::read("merino").unwrap());
        assert_eq!(found.text.chars().count(), 160);
        assert!(found.cut_before && found.cut_after);
        assert!(
            found.text.starts_with("hola "),
            "whole words: {}",
            found.text
        );
        assert_eq!(marked(&long, "merino").1, ["merino"]);
    }

    #[test]
    fn a_word_at_the_very_end_is_shown() {
        let long = format!("{}final", "x".repeat(2_000) + " ");
        assert_eq!(marked(&long, "final").1, ["final"]);
        let (_, words) = marked(&"y".repeat(3_000), "y");
        assert_eq!(words.len(), 1);
    }
}
