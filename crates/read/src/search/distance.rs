//! Typos in names: words that differ by one letter left out, put in, mistaken or swapped with its neighbour.
//! Two such words have a shortened form in common, so an index of shortened forms finds one from the other.

/// Shortest word that may be mistyped: of fewer letters every other word is near.
pub(crate) const SHORTEST: usize = 4;
/// Longest word whose shortened forms are kept.
const LONGEST: usize = 20;

/// The word with each of its letters left out in turn; nothing for words that are too short or too long.
pub(crate) fn shortened(word: &str) -> Vec<String> {
    let letters = word.chars().collect::<Vec<_>>();
    if !(SHORTEST..=LONGEST).contains(&letters.len()) {
        return Vec::new();
    }
    let without = |left_out: usize| {
        let kept = letters.iter().enumerate().filter(|(at, _)| *at != left_out);
        kept.map(|(_, letter)| letter).collect::<String>()
    };
    let mut forms = (0..letters.len()).map(without).collect::<Vec<_>>();
    forms.dedup();
    forms
}

/// Whether one typo at most lies between two words.
pub(crate) fn is_near(one: &str, other: &str) -> bool {
    let (one, other) = (
        one.chars().collect::<Vec<_>>(),
        other.chars().collect::<Vec<_>>(),
    );
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (tail(&one, same), tail(&other, same));
    match (one, other) {
        ([], []) | ([], [_]) | ([_], []) => true,
        ([], _) | (_, []) => false,
        ([a, one @ ..], [b, other @ ..]) => {
            let swapped = match (one, other) {
                ([c, one @ ..], [d, other @ ..]) => a == d && b == c && one == other,
                _ => false,
            };
            swapped
                || one == other
                || one.iter().eq(std::iter::once(b).chain(other))
                || other.iter().eq(std::iter::once(a).chain(one))
        }
    }
}

fn tail(letters: &[char], from: usize) -> &[char] {
    letters.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_typo_is_near_and_two_are_not() {
        for near in [
            "gonzalez",
            "gonzales",
            "gonzlez",
            "gonzaalez",
            "gnozalez",
            "gonzaelz",
            "onzalez",
            "gonzalezz",
        ] {
            assert!(is_near("gonzalez", near), "{near}");
            assert!(is_near(near, "gonzalez"), "{near}");
        }
        for far in ["gonsales", "gonzal", "zonzalex", "ogznalez", "", "garcia"] {
            assert!(!is_near("gonzalez", far), "{far}");
            assert!(!is_near(far, "gonzalez"), "{far}");
        }
    }

    #[test]
    fn words_one_typo_apart_have_a_form_in_common() {
        let forms = |word: &str| {
            let mut forms = shortened(word);
            forms.push(word.to_owned());
            forms
        };
        for typo in ["kowalsky", "kowlski", "kowaalski", "kowaslki", "owalski"] {
            let asked = forms(typo);
            let shared = forms("kowalski").iter().any(|form| asked.contains(form));
            assert!(shared, "{typo}");
        }
        assert_eq!(shortened("ana"), Vec::<String>::new());
        assert_eq!(shortened("łąka").len(), 4);
    }
}
