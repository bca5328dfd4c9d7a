//! `hilo checkpoint`: the journal's head, signed, for keeping where nobody who can change the database can change it.
//! Works beside a running server.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use hilo_journal::SignedHead;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::storage::Storage;

/// Writes it to a new file, or to standard output.
pub async fn run(config: Config, out: Option<PathBuf>) -> anyhow::Result<()> {
    let data = DataDir::own_or_visit(&config.data)?;
    let storage = Storage::open(&config, &data).await?;
    let signed = match storage.journal(&config, &data).await {
        Ok(journal) => journal.sign_head().await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    storage.close().await;
    write(&signed?, out)
}

fn write(head: &SignedHead, out: Option<PathBuf>) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(head)?;
    text.push('\n');
    let Some(path) = out else {
        std::io::stdout().write_all(text.as_bytes())?;
        return Ok(());
    };
    // One that is already there is evidence.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .with_context(|| format!("{} cannot be made", path.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
        .with_context(|| format!("{} cannot be written", path.display()))
}
