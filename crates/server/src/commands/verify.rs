//! `hilo verify`: whether the journal, or an export of it, is what was once appended. Changes nothing in it, shows no
//! content, and works beside a running server.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use hilo_journal::verify::{self, Anchor, Verdict};
use hilo_journal::{Position, SignedHead};

use super::{tell, with_config};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::storage::Storage;

/// Bytes of a file read in one go.
const BUFFER: usize = 1 << 20;

#[derive(clap::Args)]
pub struct Arguments {
    /// What `hilo export` wrote, `-` for standard input, instead of the database.
    file: Option<PathBuf>,
    /// The file begins after this position, as it was exported.
    #[arg(long, default_value_t = 0, value_name = "N", requires = "file", value_parser = clap::value_parser!(i64).range(0..))]
    after: i64,
    /// Compare with what `hilo checkpoint` wrote earlier: finds even a journal that was rewritten as a whole.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// The key that must have signed the checkpoint, 64 hex digits, as `public_key` in an earlier one.
    #[arg(long, value_name = "HEX", requires = "checkpoint")]
    public_key: Option<String>,
}

/// Prints what was found. Nothing but damage ends with 1.
pub fn run(config: Option<PathBuf>, arguments: &Arguments) -> ExitCode {
    let verdict = verify(config, arguments).and_then(|verdict| {
        let mut out = std::io::stdout();
        match &verdict {
            Verdict::Fits(fits) => writeln!(
                out,
                "{} events up to position {} fit, chain {}{}",
                fits.events,
                fits.last,
                hex::encode(fits.chain),
                match &arguments.checkpoint {
                    Some(_) => ", as the checkpoint says",
                    None => "",
                }
            )?,
            Verdict::Damaged(damage) => {
                writeln!(out, "damaged at position {}: {damage}", damage.position)?
            }
        }
        Ok(verdict)
    });
    match verdict {
        Ok(Verdict::Fits(_)) => ExitCode::SUCCESS,
        Ok(Verdict::Damaged(_)) => ExitCode::from(1),
        Err(error) => {
            tell(&error);
            ExitCode::from(2)
        }
    }
}

fn verify(config: Option<PathBuf>, arguments: &Arguments) -> anyhow::Result<Verdict> {
    let checkpoint = arguments
        .checkpoint
        .as_deref()
        .map(|path| read_checkpoint(path, arguments.public_key.as_deref()))
        .transpose()?;
    let after = Position(arguments.after);
    match &arguments.file {
        None => with_config(config, |config| database(config, checkpoint)),
        Some(path) => Ok(verify::file(open(path)?, after, checkpoint)?),
    }
}

async fn database(config: Config, checkpoint: Option<Anchor>) -> anyhow::Result<Verdict> {
    let data = DataDir::own_or_visit(&config.data)?;
    let storage = Storage::open(&config, &data).await?;
    let verdict = verify::database(storage.direct(), checkpoint).await;
    storage.close().await;
    Ok(verdict?)
}

fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = File::open(path).with_context(|| path.display().to_string())?;
    Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
}

fn read_checkpoint(path: &Path, public_key: Option<&str>) -> anyhow::Result<Anchor> {
    let name = || path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(name)?;
    let signed: SignedHead = serde_json::from_str(&text)
        .with_context(|| format!("{} is not a checkpoint", path.display()))?;
    let mut expected = [0; 32];
    match public_key {
        None => signed.anchor(None),
        Some(key) if hex::decode_to_slice(key, &mut expected).is_ok() => {
            signed.anchor(Some(&expected))
        }
        Some(_) => bail!("--public-key takes 64 hex digits"),
    }
    .with_context(name)
}
