//! Which dialog is open, and for what. Must not draw it.

/// A dialog over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Writing first, to somebody or to whoever is found or typed (C10, C13).
    Message(Option<Recipient>),
    /// A chat with colleagues (A13).
    Colleagues,
    /// A chat is to be deleted for good (H4): its id.
    Delete(String),
}

/// Whom to write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// A client: id and name.
    Client(String, String),
    /// A number, an address, a user name.
    Handle(String),
}

/// Can what was typed be a number, an address or a user name, to be written to as it is (C11)?
pub fn handle(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let number = digits >= 6
        && typed
            .chars()
            .all(|it| it.is_ascii_digit() || " +-()./".contains(it));
    let word = !typed.contains(char::is_whitespace);
    let address = word && typed.find('@').is_some_and(|at| typed.len() > at + 1);
    (number || address).then(|| typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c11_numbers_addresses_and_user_names_can_be_written_to() {
        for typed in [
            "+34 600 11 22 33",
            " (022) 555-1234 ",
            "ana@example.com",
            "@ana",
        ] {
            assert_eq!(handle(typed).as_deref(), Some(typed.trim()), "{typed}");
        }
        for typed in ["", "Ana", "12345", "@", "ana @ home", "Ana 600112233"] {
            assert_eq!(handle(typed), None, "{typed}");
        }
    }
}
