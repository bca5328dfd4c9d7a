//! What is typed about clients: what a search means, and lists written one a line. Must not ask anybody.

/// Most characters that a search by name takes.
const LONGEST: usize = 100;

/// The beginning of a name that is looked for; nothing means everybody.
pub fn sought(typed: &str) -> Option<String> {
    let text: String = typed.trim().chars().take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

/// Is it a phone number, with at least five digits and no letters?
pub fn is_phone(typed: &str) -> bool {
    let typed = typed.trim();
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    digits >= 5
        && typed
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '/'))
}

/// A list that was written one a line or with commas.
pub fn listed(text: &str) -> Vec<String> {
    text.split(['\n', ',', ';'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g13_a_number_is_looked_for_as_a_phone() {
        assert!(is_phone("+34 600-12 34 56"));
        assert!(is_phone(" (91) 555 12 "));
        assert!(!is_phone("1234"), "too short for a number");
        assert!(!is_phone("Ana 600123456"), "a name with digits");
        assert!(!is_phone(""));
    }

    #[test]
    fn g13_a_search_is_trimmed_and_cut() {
        assert_eq!(sought("  Ana "), Some("Ana".to_owned()));
        assert_eq!(sought("   "), None);
        let long = sought(&"ñ".repeat(200)).unwrap();
        assert_eq!(long.chars().count(), 100);
    }

    #[test]
    fn g4_a_list_is_written_one_a_line() {
        assert_eq!(
            listed("a@b.es\n c@d.es ,, e@f.es;"),
            ["a@b.es", "c@d.es", "e@f.es"]
        );
        assert_eq!(listed(" \n"), Vec::<String>::new());
    }
}
