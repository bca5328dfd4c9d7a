//! Makes a database ready: migrations and the rights of the application's role. Run by the owner's role only.

use hilo_journal::{JournalError, MasterKey};
use sqlx::PgPool;
use thiserror::Error;

/// The tables of this crate that the application's role reads and writes.
const TABLES: &str = "accounts, sessions, sign_in_places, invitations, setup_tokens, widget_keys, channel_secrets, \
     api_tokens, policy_state, presence, files";

/// Why a database could not be made ready.
#[derive(Debug, Error)]
pub enum StorageError {
    /// The tables of the journal, or any migration: failed, or changed after it ran.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The secrets could not be read or written.
    #[error("sealing secrets anew")]
    Secrets(#[from] sqlx::Error),
    /// The rights on this crate's tables could not be given.
    #[error("giving {role} its rights")]
    Grant {
        /// The application's role.
        role: String,
        /// What PostgreSQL said.
        #[source]
        source: sqlx::Error,
    },
}

/// Seals the secrets of this crate's tables with the present master key where they are sealed with the one before; says
/// how many there were.
///
/// # Errors
/// When the database fails, or a secret opens with neither key.
pub async fn rewrap_secrets(owner: &PgPool, master: &MasterKey) -> Result<u64, StorageError> {
    let secrets = crate::channels::secrets::rewrap(owner, master).await?;
    Ok(secrets + crate::files::rows::rewrap(owner, master).await?)
}

/// Migrates, and gives `role` (the application's, when it is another than the owner's) what it needs and no more.
///
/// # Errors
/// When the database refuses.
pub async fn prepare(owner: &PgPool, role: Option<&str>) -> Result<(), StorageError> {
    hilo_journal::migrate(owner).await?;
    let Some(role) = role else { return Ok(()) };
    hilo_journal::grant_to(owner, role).await?;
    let failed = |source| StorageError::Grant {
        role: role.to_owned(),
        source,
    };
    // GRANT takes no bound values: PostgreSQL quotes the role's name itself.
    let statement: String = sqlx::query_scalar(
        "SELECT format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', $1::text, $2::text)",
    )
    .bind(TABLES)
    .bind(role)
    .fetch_one(owner)
    .await
    .map_err(failed)?;
    sqlx::raw_sql(&statement)
        .execute(owner)
        .await
        .map_err(failed)?;
    let_make_schemas(owner, role).await.map_err(failed)
}

/// The read model lives in schemas that the application makes itself. Where the owner of the tables does not own the
/// database, whoever does must have given that right.
async fn let_make_schemas(owner: &PgPool, role: &str) -> Result<(), sqlx::Error> {
    let missing: Option<String> = sqlx::query_scalar(
        "SELECT format('GRANT CREATE ON DATABASE %I TO %I', current_database(), $1::text)
         WHERE NOT has_database_privilege($1::name, current_database(), 'CREATE')",
    )
    .bind(role)
    .fetch_optional(owner)
    .await?;
    let Some(grant) = missing else { return Ok(()) };
    if let Err(error) = sqlx::raw_sql(&grant).execute(owner).await {
        tracing::warn!(%error, "only the database's owner can run: {grant}");
    }
    Ok(())
}
