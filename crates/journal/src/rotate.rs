//! Wraps every key of the journal with the present master key where it is still wrapped with the one before. Reads no
//! event: what is sealed stays as it is, only the keys to it are wrapped anew.

use sqlx::PgPool;
use uuid::Uuid;

use crate::keys::vault_place;
use crate::subject_keys::key_place;
use crate::{JournalError, MasterKey};

/// Keys in one statement.
const BATCH: i64 = 500;

/// Goes through all keys once, in short statements, and says how many it wrapped anew. To be called until that is none:
/// while it runs, a process may still add one wrapped with the key before. Needs a role that may change the vault.
///
/// # Errors
/// When the database fails, or a key opens with neither master key.
pub async fn rewrap_keys(owner: &PgPool, master: &MasterKey) -> Result<u64, JournalError> {
    let mut rewrapped = rewrap_vault(owner, master).await?;
    let mut after = (Uuid::nil(), 0);
    loop {
        let page = sqlx::query_as::<_, (Uuid, i32, Vec<u8>)>(
            "SELECT subject, generation, wrapped FROM subject_keys
             WHERE wrapped IS NOT NULL AND (subject, generation) > ($1, $2) ORDER BY subject, generation LIMIT $3",
        )
        .bind(after.0)
        .bind(after.1)
        .bind(BATCH)
        .fetch_all(owner)
        .await
        .map_err(JournalError::database("reading keys to wrap anew"))?;
        let Some((subject, generation, _)) = page.last() else {
            return Ok(rewrapped);
        };
        after = (*subject, *generation);
        rewrapped += rewrap_page(owner, master, page).await?;
    }
}

async fn rewrap_page(
    owner: &PgPool,
    master: &MasterKey,
    page: Vec<(Uuid, i32, Vec<u8>)>,
) -> Result<u64, JournalError> {
    let (mut subjects, mut generations) = (Vec::new(), Vec::new());
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for (subject, generation, wrapped) in page {
        let place = key_place(&(subject, generation));
        let what = || format!("key {generation} of subject {subject}");
        if let Some(fresh) = master.rewrap(&place.each(), &wrapped, what)? {
            subjects.push(subject);
            generations.push(generation);
            old.push(wrapped);
            new.push(fresh);
        }
    }
    if subjects.is_empty() {
        return Ok(0);
    }
    // One that was destroyed meanwhile is another by now, and stays destroyed.
    let done = sqlx::query(
        "UPDATE subject_keys AS k SET wrapped = n.new
         FROM unnest($1::uuid[], $2::integer[], $3::bytea[], $4::bytea[]) AS n(subject, generation, old, new)
         WHERE k.subject = n.subject AND k.generation = n.generation AND k.wrapped = n.old",
    )
    .bind(subjects)
    .bind(generations)
    .bind(old)
    .bind(new)
    .execute(owner)
    .await
    .map_err(JournalError::database("wrapping keys anew"))?;
    Ok(done.rows_affected())
}

async fn rewrap_vault(owner: &PgPool, master: &MasterKey) -> Result<u64, JournalError> {
    let doing = "wrapping the vault anew";
    let kept = sqlx::query_as::<_, (String, Vec<u8>)>("SELECT name, wrapped FROM vault")
        .fetch_all(owner)
        .await
        .map_err(JournalError::database(doing))?;
    let mut rewrapped = 0;
    for (name, wrapped) in kept {
        let what = || format!("the key {name}");
        let Some(fresh) = master.rewrap(&vault_place(&name), &wrapped, what)? else {
            continue;
        };
        let done = sqlx::query("UPDATE vault SET wrapped = $3 WHERE name = $1 AND wrapped = $2")
            .bind(&name)
            .bind(&wrapped)
            .bind(fresh)
            .execute(owner)
            .await
            .map_err(JournalError::database(doing))?;
        rewrapped += done.rows_affected();
    }
    Ok(rewrapped)
}
