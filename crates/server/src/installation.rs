//! Ties the data folder to its database: tells the journal what the folder knows, and the folder what the journal says.
//! Decides nothing itself.

use std::time::Duration;

use hilo_journal::{Belonging, Cursor, Folder, Journal};

use crate::data_dir::{DataDir, DataDirError};

/// How often the head is written down. What was handed out since is missed only by a restore to between the two.
const REMEMBER_EVERY: Duration = Duration::from_secs(10);

/// Finds out whose the database is, and remembers it unless it is a copy. `adopt`: take it over.
pub async fn settle(journal: &Journal, data: &DataDir, adopt: bool) -> anyhow::Result<Belonging> {
    let folder = Folder {
        instance: data.instance()?,
        seen: data.seen()?,
        predecessor: data.predecessor()?,
        adopt,
    };
    let belonging = journal.settle(folder).await?;
    match belonging {
        Belonging::Own(id) => {
            tracing::info!(instance = %id, "this database is the installation's own")
        }
        Belonging::Joined(id) => {
            tracing::info!(instance = %id, "one more process of the installation")
        }
        Belonging::Adopted(id) => tracing::warn!(instance = %id, "the database is taken over"),
        Belonging::Copy => tracing::warn!(
            "this database is not the one that the data folder belongs to, or was copied or restored: it is served, and \
             nothing is sent to the outside. If it is the one to go on with, start once with `hilo serve --adopt`"
        ),
    }
    if let Some(id) = belonging.instance() {
        if folder.instance != Some(id) {
            data.set_instance(id)?;
        }
        data.set_process(journal.process())?;
        remember_head(journal, data)?;
    }
    Ok(belonging)
}

/// Writes the head down from time to time, for as long as it is polled. A disk that is full just now is no reason to end.
pub async fn remember(journal: &Journal, data: &DataDir) {
    loop {
        tokio::time::sleep(REMEMBER_EVERY).await;
        if journal.is_adopted()
            && let Err(error) = remember_head(journal, data)
        {
            tracing::warn!(%error, "the journal's head was not written down");
        }
    }
}

/// Writes the head down.
pub fn remember_head(journal: &Journal, data: &DataDir) -> Result<(), DataDirError> {
    let position = *journal.head().borrow();
    data.set_seen(Cursor {
        epoch: journal.epoch(),
        position,
    })
}
