//! What a command costs on a chat with a short and with a long history: hot, when the journal has just had the chat in
//! its hands, and cold, as the first thing that a newly opened journal does with it.

use std::time::{Duration, Instant};

use anyhow::Result;
use uuid::Uuid;

use super::chats::{Chats, Delivery, Door};
use crate::report::Report;
use crate::samples::Samples;

/// Events of the chats that are compared.
const LENGTHS: [u64; 4] = [10, 500, 5_000, 50_000];
/// Commands on each, in turn.
const HOT: usize = 200;
/// Journals opened for the cold ones.
const COLD: usize = 15;
/// Commands after which a short chat has grown too much to be one.
const SHORT_LIVED: usize = 5;

/// Times of single commands, in the order of [`LENGTHS`].
#[derive(Default)]
pub struct History {
    hot: [Samples; 4],
    cold: [Samples; 4],
}

/// Writes the chats and takes the times; the lengths take turns.
pub async fn measure(chats: &Chats) -> Result<History> {
    let (mut found, door) = (History::default(), chats.door());
    let mut ids = LENGTHS.map(|_| Uuid::new_v4());
    for (id, length) in ids.iter().zip(LENGTHS) {
        door.fill(*id, length).await?;
    }
    for number in 0..HOT {
        for (id, samples) in ids.iter().zip(&mut found.hot) {
            samples.add(time(&door, *id).await?);
        }
        if number % SHORT_LIVED == SHORT_LIVED - 1 {
            renew_shortest(&door, &mut ids).await?;
        }
    }
    for number in 0..COLD {
        let door = chats.new_door().await?;
        // Connections and statements are made on other chats.
        for id in chats.of_caller(number, COLD).take(20) {
            door.receive(Delivery::new(id)).await?;
        }
        // Who comes first changes, so that no length has the journal's first moments to itself.
        let mut turns: Vec<_> = ids.iter().zip(&mut found.cold).collect();
        turns.rotate_left(number % LENGTHS.len());
        for (id, samples) in turns {
            samples.add(time(&door, *id).await?);
        }
        renew_shortest(&chats.door(), &mut ids).await?;
    }
    Ok(found)
}

/// The shortest chat would not stay short.
async fn renew_shortest(door: &Door, ids: &mut [Uuid; 4]) -> Result<()> {
    let ([shortest, ..], [length, ..]) = (ids, LENGTHS);
    *shortest = Uuid::new_v4();
    door.fill(*shortest, length).await
}

async fn time(door: &Door, chat: Uuid) -> Result<Duration> {
    let began = Instant::now();
    door.receive(Delivery::new(chat)).await?;
    Ok(began.elapsed())
}

impl History {
    /// The worse of hot and cold: the median on the longest over that on the shortest.
    pub fn ratio(&self) -> f64 {
        ratio(&self.hot).max(ratio(&self.cold))
    }

    /// The medians.
    pub fn notes(&self, report: &mut Report) {
        for (name, times) in [("hot", &self.hot), ("cold", &self.cold)] {
            for (length, samples) in LENGTHS.iter().zip(times) {
                report.note(
                    format!("{name}_{length}_events_p50_ms"),
                    samples.percentile_ms(0.5),
                );
            }
        }
    }
}

fn ratio(times: &[Samples; 4]) -> f64 {
    let [shortest, .., longest] = times.each_ref().map(|times| times.percentile_ms(0.5));
    longest / shortest
}
