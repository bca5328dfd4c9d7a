//! Numbers in message texts, by which a message is known again in whatever frame it comes.

use std::sync::atomic::{AtomicU64, Ordering};

use super::http::find;

/// What stands before a number.
const SIGN: &[u8] = b"bench:";
/// Digits of a number.
const DIGITS: usize = 9;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A number that no other message of this run has.
pub(super) fn next() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A text of an ordinary length that carries a number.
pub(super) fn text(number: u64) -> String {
    format!("bench:{number:09} Buenos dias, se puede cambiar la talla del jersey azul?")
}

/// Every number in the text of a frame.
pub(super) fn numbers(mut frame: &[u8]) -> impl Iterator<Item = u64> {
    std::iter::from_fn(move || {
        let from = find(frame, SIGN)? + SIGN.len();
        let digits = frame.get(from..from + DIGITS)?;
        frame = frame.get(from + DIGITS..).unwrap_or_default();
        std::str::from_utf8(digits).ok()?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_again() {
        let frame = format!(
            r#"[{{"text":"{}"}},{{"text":"{}"}}]"#,
            text(7),
            text(123_456_789)
        );
        assert_eq!(
            numbers(frame.as_bytes()).collect::<Vec<_>>(),
            [7, 123_456_789]
        );
        assert_eq!(numbers(b"bench:00").count(), 0);
    }
}
