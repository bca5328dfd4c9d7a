//! `hilo rotate-key`: wraps all keys with the master key, so that the one before it is not needed any more. Beside running
//! Hilos, which know both.

use std::io::Write;

use anyhow::bail;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::storage::Storage;

/// Wraps what is wrapped with the previous key.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let data = DataDir::own_or_visit(&config.data)?;
    if data
        .previous_master_key(config.master_key_previous.as_ref())?
        .is_none()
    {
        bail!("there is no previous master key: see docs/operations.md for how the key is changed");
    }
    let storage = Storage::open(&config, &data).await?;
    let rotated = storage.rotate_key(&config, &data).await;
    storage.close().await;
    writeln!(
        std::io::stdout(),
        "{} keys and secrets were wrapped anew; none needs the previous key any more",
        rotated?
    )?;
    Ok(())
}
