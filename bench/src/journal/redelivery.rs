//! What comes again, as channels deliver it again: four of five calls repeat an earlier one of the same caller. The ratio
//! is all answered calls a second, repeated ones included, over those of a load in which nothing comes again.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::ROUNDS;
use super::callers::{Rate, drive};
use super::chats::{Chats, Delivery, Door};
use crate::report::Report;

/// Callers of both loads.
const CALLERS: usize = 256;
/// One call of so many is new.
const OF_WHICH_NEW: usize = 5;
/// How far back a repeated call lies, at most, in calls of the same caller that were new.
const BACK: usize = 64;

/// Rates of both loads.
#[derive(Default)]
pub struct Redelivery {
    repeating: Rate,
    fresh: Rate,
}

/// Measures both in turns.
pub async fn measure(chats: &Chats, turn: Duration) -> Result<Redelivery> {
    let mut found = Redelivery::default();
    for _ in 0..ROUNDS {
        found.fresh.add(chats.run(CALLERS, turn).await?);
        let calls = drive(CALLERS, turn, |number| {
            let door = chats.door();
            let mut script = Script {
                chats: chats.of_caller(number, CALLERS),
                sent: Vec::new(),
                calls: 0,
            };
            move || receive(door.clone(), script.next())
        });
        found.repeating.add(calls.await?);
    }
    Ok(found)
}

async fn receive(door: Door, call: Option<(Delivery, bool)>) -> Result<()> {
    let (delivery, again) = call.context("a caller has no chat")?;
    let answer = door.receive(delivery).await?;
    ensure!(
        answer.repeated == again,
        "a repeated call was not recognised, or a new one was"
    );
    Ok(())
}

/// What a caller calls: something new, then some of the last things again.
struct Script<C> {
    chats: C,
    sent: Vec<Delivery>,
    calls: usize,
}

impl<C: Iterator<Item = uuid::Uuid>> Script<C> {
    /// The next call, and whether it repeats one.
    fn next(&mut self) -> Option<(Delivery, bool)> {
        self.calls += 1;
        if self.calls % OF_WHICH_NEW == 1 {
            let fresh = Delivery::new(self.chats.next()?);
            self.sent.push(fresh);
            return Some((fresh, false));
        }
        // A step that is prime to the number of choices visits them all.
        let choices = self.sent.len().min(BACK);
        let back = 1 + (self.calls * 37) % choices;
        let at = self.sent.len().checked_sub(back)?;
        self.sent.get(at).map(|delivery| (*delivery, true))
    }
}

impl Redelivery {
    /// All calls over all calls.
    pub fn ratio(&self) -> f64 {
        self.repeating.per_second() / self.fresh.per_second()
    }

    /// The rates.
    pub fn notes(&self, report: &mut Report) {
        report.note("redelivery_calls_per_second", self.repeating.per_second());
        report.note("without_redelivery_per_second", self.fresh.per_second());
        report.note(
            "redelivery_p99_ms",
            self.repeating.samples.percentile_ms(0.99),
        );
    }
}
