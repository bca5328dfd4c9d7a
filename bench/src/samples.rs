//! Times of single acts, and what can be said of many of them.

use std::time::Duration;

/// Times, in no order.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Adds a time.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Adds the times of others.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The time that `part` (0 to 1) of all do not exceed, in milliseconds; 0 without samples.
    pub fn percentile_ms(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index of far fewer than 2^52 samples"
        )]
        let at = (sorted.len() as f64 * part).ceil() as usize;
        sorted
            .get(at.saturating_sub(1))
            .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_time_that_so_many_do_not_exceed() {
        let mut samples = Samples::default();
        for ms in (1..=100).rev() {
            samples.add(Duration::from_millis(ms));
        }
        assert_eq!(samples.percentile_ms(0.5), 50.0);
        assert_eq!(samples.percentile_ms(0.99), 99.0);
        assert_eq!(Samples::default().percentile_ms(0.5), 0.0);
    }
}
