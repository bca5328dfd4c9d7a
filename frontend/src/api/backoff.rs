//! How long to wait before the next try to connect. Must not know a clock or a random source.

/// The first wait, in milliseconds.
const FIRST: f64 = 400.0;
/// The longest wait, in milliseconds.
const LONGEST: f64 = 10_000.0;

/// The wait before try `attempt` (0 = the first after the loss), in milliseconds. `chance` is in 0..1 and spreads
/// clients out, so that a restarted server is not met by all of them at once.
pub fn wait(attempt: u32, chance: f64) -> i32 {
    let full = (FIRST * 2f64.powi(attempt.min(10).cast_signed())).min(LONGEST);
    (full * (0.5 + 0.5 * chance)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_limit() {
        assert_eq!(wait(0, 1.0), 400);
        assert_eq!(wait(1, 1.0), 800);
        assert_eq!(wait(40, 1.0), 10_000);
    }

    #[test]
    fn chance_spreads_each_wait_over_its_upper_half() {
        assert_eq!(wait(2, 0.0), 800);
        assert!(wait(2, 0.5) > 800 && wait(2, 0.5) < 1600);
    }
}
