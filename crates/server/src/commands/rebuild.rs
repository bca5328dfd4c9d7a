//! `hilo rebuild`: makes the read model anew from the journal. Beside a running Hilo, which goes on with it by itself, or
//! without one.

use std::io::Write;
use std::time::Duration;

use hilo_read::Filling;
use tokio::sync::watch;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::storage::Storage;

/// How often it says how far it is.
const TELL: Duration = Duration::from_secs(2);

/// Rebuilds and swaps. A rebuild that broke off is gone on with.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let data = DataDir::own_or_visit(&config.data)?;
    let storage = Storage::open(&config, &data).await?;
    let result = rebuild(&config, &data, &storage).await;
    storage.close().await;
    result
}

async fn rebuild(config: &Config, data: &DataDir, storage: &Storage) -> anyhow::Result<()> {
    let journal = storage.journal(config, data).await?;
    let filling = watch::Sender::new(None);
    let telling = tell(filling.subscribe());
    let rebuilt = tokio::select! {
        rebuilt = storage.rebuild(journal, filling) => rebuilt?,
        result = telling => return result,
    };
    writeln!(
        std::io::stdout(),
        "{} is live at position {}",
        rebuilt.schema,
        rebuilt.position
    )?;
    Ok(())
}

/// Says now and then how far it is. Ends only when nobody reads that any more.
async fn tell(filling: watch::Receiver<Option<Filling>>) -> anyhow::Result<()> {
    loop {
        tokio::time::sleep(TELL).await;
        let far = *filling.borrow();
        if let Some(Filling { position, head }) = far {
            writeln!(std::io::stdout(), "{position} of {head}")?;
        }
    }
}
