//! What is typed about clients: what a search means, and lists written one a line. Must not ask anybody.

use crate::api::graphql::{ChannelKind, Chat};

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

/// The number that a contact can be called by: what they said, else where they called or wrote from (C15).
pub fn number_of(chat: &Chat) -> Option<&str> {
    use ChannelKind::{Call, Sms, Voicemail, Whatsapp};
    let by_number = matches!(chat.channel.kind, Call | Voicemail | Sms | Whatsapp);
    let handle = chat.contact.handle.as_deref().filter(|_| by_number);
    let said = chat.contact.phone.as_deref();
    said.or(handle).filter(|number| is_phone(number))
}

/// Whether they called.
pub fn called(chat: &Chat) -> bool {
    matches!(
        chat.channel.kind,
        ChannelKind::Call | ChannelKind::Voicemail
    )
}

/// The address that has a number dialled.
pub fn dial(number: &str) -> String {
    let digits = number.chars().filter(|c| c.is_ascii_digit() || *c == '+');
    format!("tel:{}", digits.collect::<String>())
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
    use crate::api::graphql::ChatState;
    use crate::state::samples;

    #[test]
    fn g13_a_number_is_looked_for_as_a_phone() {
        assert!(is_phone("+34 600-12 34 56"));
        assert!(is_phone(" (91) 555 12 "));
        assert!(!is_phone("1234"), "too short for a number");
        assert!(!is_phone("Ana 600123456"), "a name with digits");
        assert!(!is_phone(""));
    }

    #[test]
    fn c15_who_called_can_be_called_back() {
        let mut chat = samples::chat("a", ChatState::Active, 1, 1);
        chat.contact.handle = Some("+34 600-111 222".into());
        assert_eq!(number_of(&chat), None, "a handle of a website is no number");
        chat.channel.kind = ChannelKind::Call;
        assert_eq!(number_of(&chat), Some("+34 600-111 222"));
        assert!(called(&chat));
        chat.contact.phone = Some("600 333 444".into());
        assert_eq!(number_of(&chat).map(dial), Some("tel:600333444".into()));
        chat.contact.phone = Some("ask Ana".into());
        assert_eq!(number_of(&chat), None);
        assert_eq!(dial("+34 (600) 1"), "tel:+346001");
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
