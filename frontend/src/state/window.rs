//! How long a chat can still be answered. Must not know a clock.

/// A time that is left, in the unit in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Whole days.
    Days(i64),
    /// Whole hours.
    Hours(i64),
    /// Whole minutes, at least 1.
    Minutes(i64),
}

/// Minutes from `now` to `until`, both in milliseconds; `None` when it is over.
pub fn minutes(until: f64, now: f64) -> Option<i64> {
    let left = until - now;
    (left > 0.0).then(|| ((left / 60_000.0).ceil()) as i64)
}

/// Rounded down, so that nobody is promised more than there is.
pub fn rounded(minutes: i64) -> Left {
    match minutes {
        2880.. => Left::Days(minutes / 1440),
        60.. => Left::Hours(minutes / 60),
        _ => Left::Minutes(minutes.max(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_rounded_down() {
        assert_eq!(rounded(12 * 60 + 59), Left::Hours(12));
        assert_eq!(rounded(47 * 60), Left::Hours(47));
        assert_eq!(rounded(49 * 60), Left::Days(2));
        assert_eq!(rounded(0), Left::Minutes(1));
        assert_eq!(minutes(60_000.0, 60_000.0), None);
        assert_eq!(minutes(90_000.0, 60_000.0), Some(1));
    }
}
