//! Many callers at once, each with its own next call as soon as it has its answer, and how many calls they got done.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::samples::Samples;

/// Calls that were answered, and how long that took.
#[derive(Clone, Debug, Default)]
pub struct Rate {
    calls: u64,
    elapsed: Duration,
    /// The time of each call, where it was taken.
    pub samples: Samples,
}

impl Rate {
    /// So many calls in such a time.
    pub fn new(calls: u64, elapsed: Duration, samples: Samples) -> Self {
        Self {
            calls,
            elapsed,
            samples,
        }
    }

    /// Takes another turn of the same competitor in.
    pub fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.elapsed += other.elapsed;
        self.samples.extend(other.samples);
    }

    /// How many were answered.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// Answered calls a second over all turns.
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    pub fn per_second(&self) -> f64 {
        match self.elapsed.is_zero() {
            true => 0.0,
            false => self.calls as f64 / self.elapsed.as_secs_f64(),
        }
    }
}

/// Lets `callers` of them call until `span` is over. `caller(n)` makes the n-th; it fails with the first failed call.
pub async fn drive<C, F>(
    callers: usize,
    span: Duration,
    caller: impl Fn(usize) -> C,
) -> Result<Rate>
where
    C: FnMut() -> F + Send + 'static,
    F: Future<Output = Result<()>> + Send,
{
    let started = Instant::now();
    let tasks = (0..callers).map(|number| {
        let mut call = caller(number);
        tokio::spawn(async move {
            let mut samples = Samples::default();
            while started.elapsed() < span {
                let began = Instant::now();
                call().await?;
                samples.add(began.elapsed());
            }
            anyhow::Ok(samples)
        })
    });
    let mut samples = Samples::default();
    for task in tasks.collect::<Vec<_>>() {
        samples.extend(task.await??);
    }
    let calls = u64::try_from(samples.len())?;
    Ok(Rate::new(calls, started.elapsed(), samples))
}
