//! Initials and colour of somebody without a picture. Must not depend on the language.

use crate::i18n::{is_word, upper};

/// How many colours avatars have (`--avatar-0` to `--avatar-9`).
const HUES: u32 = 10;

/// One or two letters of a name.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| is_word(*c)));
    let first = words.next();
    let last = words.next_back();
    upper(&first.into_iter().chain(last).collect::<String>())
}

/// A colour that stays with an id (FNV-1a over its characters).
pub fn hue(id: &str) -> u32 {
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash >> 8) % HUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Ana María López"), "AL");
        assert_eq!(initials("łukasz"), "Ł");
        assert_eq!(initials(" (Żaneta) "), "Ż");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn a_colour_stays_with_its_id() {
        assert_eq!(hue("a-chat"), hue("a-chat"));
        assert!(
            (0..100)
                .map(|n| hue(&n.to_string()))
                .collect::<std::collections::HashSet<_>>()
                .len()
                > 6
        );
    }
}
