//! Makes the tables and says who may do what to them. For the owner's connection, never the application's.

use sqlx::PgPool;

use crate::JournalError;

/// Runs the migrations that this database has not seen.
///
/// # Errors
/// When the database fails, or one that already ran has been edited since.
pub async fn migrate(owner: &PgPool) -> Result<(), JournalError> {
    sqlx::migrate!("../../migrations")
        .run(owner)
        .await
        .map_err(|error| JournalError::Database {
            doing: "migrating",
            source: sqlx::Error::Migrate(Box::new(error)),
        })
}

/// What the application's role may do to the journal's tables: history is read and added to, never changed.
const RIGHTS: &[&str] = &[
    "GRANT USAGE ON SCHEMA %2$I TO %1$I",
    "GRANT SELECT, INSERT ON %2$I.events, %2$I.dedupe, %2$I.vault, %2$I.event_kinds TO %1$I",
    "GRANT SELECT, INSERT, UPDATE ON %2$I.journal_head, %2$I.subject_keys, %2$I.instance TO %1$I",
    "GRANT SELECT, INSERT, UPDATE, DELETE
     ON %2$I.snapshots, %2$I.processes, %2$I.checkpoints, %2$I.leases TO %1$I",
    "GRANT EXECUTE ON FUNCTION %2$I.journal_append_checked TO %1$I",
];

/// Lets the role `role`, which must exist, work with the journal's tables.
///
/// # Errors
/// When the database fails or knows no such role.
pub async fn grant_to(owner: &PgPool, role: &str) -> Result<(), JournalError> {
    for right in RIGHTS {
        // A role's name cannot be bound; the server's own quoting is the one that cannot be fooled.
        let statement: String = sqlx::query_scalar("SELECT format($1, $2, current_schema())")
            .bind(right)
            .bind(role)
            .fetch_one(owner)
            .await
            .map_err(JournalError::database("quoting a role"))?;
        sqlx::query(&statement)
            .execute(owner)
            .await
            .map_err(JournalError::database("granting rights"))?;
    }
    Ok(())
}
