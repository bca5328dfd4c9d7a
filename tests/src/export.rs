//! The whole journal as `hilo export` prints it, and the checks every journal must pass.

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::hilo::Hilo;
use crate::json::At as _;

/// All events, oldest first; with `opened` beside the payload when asked.
///
/// # Errors
/// When the command fails or prints something else.
pub async fn journal(hilo: &Hilo, open: bool) -> Result<Vec<Value>> {
    lines(&export(hilo, open).await?)
}

/// The export's text, as it would stand in a file.
///
/// # Errors
/// When the command fails.
pub async fn export(hilo: &Hilo, open: bool) -> Result<String> {
    let arguments: &[&str] = if open {
        &["export", "--open"]
    } else {
        &["export"]
    };
    hilo.run(arguments).await
}

/// The events of an export's text.
///
/// # Errors
/// When a line is no JSON.
pub fn lines(text: &str) -> Result<Vec<Value>> {
    Ok(text
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?)
}

/// What the digests are taken over, as it is stored.
#[derive(Deserialize)]
struct Stored<'a> {
    position: i64,
    recorded_at: jiff::Timestamp,
    aggregate_type: &'a str,
    aggregate_id: &'a str,
    sequence: i64,
    event_type: &'a str,
    event_version: &'a str,
    #[serde(borrow)]
    payload: &'a RawValue,
    #[serde(borrow)]
    metadata: &'a RawValue,
    digest: &'a str,
    chain: Option<&'a str>,
}

impl Stored<'_> {
    fn digest(&self) -> [u8; 32] {
        let parts: [&[u8]; 7] = [
            self.aggregate_type.as_bytes(),
            self.aggregate_id.as_bytes(),
            &self.sequence.to_be_bytes(),
            self.event_type.as_bytes(),
            self.event_version.as_bytes(),
            self.payload.get().as_bytes(),
            self.metadata.get().as_bytes(),
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }
}

/// Every digest and every link of the chain is what the stored bytes give; reckoned here, apart from Hilo's own code.
///
/// # Errors
/// Naming the first position that does not fit.
pub fn chain_fits(text: &str) -> Result<()> {
    let (mut link, mut first, mut digests) = ([0_u8; 32], 1_i64, Vec::new());
    for line in text.lines() {
        let event: Stored = serde_json::from_str(line)?;
        let digest = event.digest();
        ensure!(
            hex::encode(digest) == event.digest,
            "the digest of event {} does not fit",
            event.position
        );
        digests.push(digest);
        let Some(chain) = event.chain else { continue };
        let mut hash = Sha256::new();
        hash.update(link);
        hash.update(first.to_be_bytes());
        hash.update(u32::try_from(digests.len())?.to_be_bytes());
        hash.update(event.recorded_at.as_microsecond().to_be_bytes());
        for digest in &digests {
            hash.update(digest);
        }
        link = hash.finalize().into();
        ensure!(
            hex::encode(link) == chain,
            "the chain at event {} does not fit",
            event.position
        );
        (first, digests) = (event.position + 1, Vec::new());
    }
    ensure!(
        digests.is_empty(),
        "the last append has no link of the chain"
    );
    Ok(())
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
