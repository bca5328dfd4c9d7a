//! The whole journal as `hilo export` prints it, and the checks every journal must pass.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::hilo::Hilo;
use crate::json::At as _;

/// All events, oldest first; with `opened` beside the payload when asked.
///
/// # Errors
/// When the command fails or prints something else.
pub async fn journal(hilo: &Hilo, open: bool) -> Result<Vec<Value>> {
    let arguments: &[&str] = if open {
        &["export", "--open"]
    } else {
        &["export"]
    };
    let text = hilo.run(arguments).await?;
    Ok(text
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?)
}

/// Positions are 1, 2, 3 without a gap; `recorded_at` never goes back; sequences of a stream have no gap.
///
/// # Errors
/// Naming the first event that breaks this.
pub fn is_gapless(events: &[Value]) -> Result<()> {
    let mut sequences = std::collections::HashMap::new();
    let mut before = jiff::Timestamp::MIN;
    for (event, position) in events.iter().zip(1..) {
        ensure!(
            event.number("/position") == position,
            "a gap before {}",
            event.at("/position")
        );
        let recorded_at: jiff::Timestamp = event.text("/recorded_at").parse()?;
        ensure!(recorded_at >= before, "time goes back at {position}");
        before = recorded_at;
        let stream = (event.text("/aggregate_type"), event.text("/aggregate_id"));
        let sequence = sequences.entry(stream).or_insert(0);
        *sequence += 1;
        ensure!(
            event.number("/sequence") == *sequence,
            "a gap in {stream:?} at {position}"
        );
    }
    Ok(())
}
