//! `hilo admin`: help for who can run the program itself. Works beside a running server.

use std::io::Write;

use anyhow::bail;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::storage::{Storage, files};

/// Gives an account a new password, prints it and ends the account's sessions.
pub async fn reset_password(config: Config, email: String) -> anyhow::Result<()> {
    let data = DataDir::own_or_visit(&config.data)?;
    let storage = Storage::open(&config, &data).await?;
    let password = new_password(&config, &data, &storage, &email).await;
    storage.close().await;
    match password? {
        Some(password) => {
            tracing::warn!("a password was reset from the command line");
            writeln!(std::io::stdout(), "New password: {password}")?;
            Ok(())
        }
        None => bail!("no account has the address {email}"),
    }
}

async fn new_password(
    config: &Config,
    data: &DataDir,
    storage: &Storage,
    email: &str,
) -> anyhow::Result<Option<String>> {
    let journal = storage.journal(config, data).await?;
    let app = storage
        .app(
            journal,
            files(config, data),
            None,
            false,
            &watch::Sender::new(None),
            CancellationToken::new(),
        )
        .await?;
    let password = app.reset_password(email).await;
    app.stop().await;
    Ok(password?)
}
