//! The SQL of accounts and their sign-in places. Values are bound; rows come out as plain structs.

use hilo_domain::AgentId;
use hilo_journal::Pool;
use hilo_journal::pool::Connection;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::refusal::AccountRefusal;
use crate::error::{AppError, database};

/// Most characters of an e-mail address (RFC 5321).
const EMAIL_MAX: usize = 254;

/// An e-mail address in the form it is stored and looked up: trimmed and lower-cased.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    /// Only so much is checked that a typing error shows; whether it works, an invitation proves.
    ///
    /// # Errors
    /// `EmailInvalid`.
    pub(crate) fn parse(typed: &str) -> Result<Self, AccountRefusal> {
        let email = typed.trim().to_lowercase();
        let good = email.len() <= EMAIL_MAX
            && !email.chars().any(|c| c.is_whitespace() || c.is_control())
            && matches!(email.split_once('@'), Some((name, host))
                if !name.is_empty() && !host.is_empty() && !host.contains('@') && !host.starts_with('.') && !host.ends_with('.'));
        if good {
            Ok(Self(email))
        } else {
            Err(AccountRefusal::EmailInvalid)
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What sign-in needs of an account.
pub(super) struct Account {
    pub(super) agent_id: AgentId,
    pub(super) password_hash: String,
    pub(super) demo: bool,
}

type AccountColumns = (uuid::Uuid, String, bool);

impl From<AccountColumns> for Account {
    fn from((agent_id, password_hash, demo): AccountColumns) -> Self {
        Self {
            agent_id: AgentId::from_uuid(agent_id),
            password_hash,
            demo,
        }
    }
}

pub(super) async fn by_email(pool: &Pool, email: &Email) -> Result<Option<Account>, AppError> {
    let row: Option<AccountColumns> =
        sqlx::query_as("SELECT agent_id, password_hash, demo FROM accounts WHERE email = $1")
            .bind(email.as_str())
            .fetch_optional(pool)
            .await
            .map_err(database)?;
    Ok(row.map(Account::from))
}

pub(super) async fn by_agent(pool: &Pool, agent: AgentId) -> Result<Option<Account>, AppError> {
    let row: Option<AccountColumns> =
        sqlx::query_as("SELECT agent_id, password_hash, demo FROM accounts WHERE agent_id = $1")
            .bind(agent.as_uuid())
            .fetch_optional(pool)
            .await
            .map_err(database)?;
    Ok(row.map(Account::from))
}

/// Whether the account still has the password it was read with; it then keeps it to the end of the transaction. A
/// session begun under an old password would otherwise outlive the change that ends all sessions.
pub(super) async fn keep_password(
    conn: &mut Connection,
    account: &Account,
) -> Result<bool, AppError> {
    let kept: Option<bool> = sqlx::query_scalar(
        "SELECT true FROM accounts WHERE agent_id = $1 AND password_hash = $2 FOR SHARE",
    )
    .bind(account.agent_id.as_uuid())
    .bind(&account.password_hash)
    .fetch_optional(conn)
    .await
    .map_err(database)?;
    Ok(kept.is_some())
}

/// A row to write.
pub(super) struct AccountRow<'a> {
    pub(super) agent_id: AgentId,
    pub(super) email: &'a Email,
    pub(super) password_hash: &'a str,
    pub(super) demo: bool,
    pub(super) at: Timestamp,
}

/// Writes an account. Written again for the same agent (set-up or an invitation repeated after a crash), the last
/// one counts.
///
/// # Errors
/// `EmailTaken` when another agent has the address.
pub(super) async fn put(conn: &mut Connection, row: &AccountRow<'_>) -> Result<(), AppError> {
    let written = sqlx::query(
        "INSERT INTO accounts (agent_id, email, password_hash, demo, created_at, password_changed_at)
         VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (agent_id) DO UPDATE
         SET email = excluded.email, password_hash = excluded.password_hash, password_changed_at = excluded.password_changed_at",
    )
    .bind(row.agent_id.as_uuid())
    .bind(row.email.as_str())
    .bind(row.password_hash)
    .bind(row.demo)
    .bind(row.at.to_sqlx())
    .execute(conn)
    .await;
    match written {
        Ok(_) => Ok(()),
        Err(error)
            if error
                .as_database_error()
                .is_some_and(|error| error.is_unique_violation()) =>
        {
            Err(AccountRefusal::EmailTaken.into())
        }
        Err(error) => Err(database(error)),
    }
}

/// Sets a new password and ends every session of the account: whoever knew the old one is out.
pub(super) async fn change_password(
    conn: &mut Connection,
    agent: AgentId,
    password_hash: &str,
    at: Timestamp,
) -> Result<(), AppError> {
    sqlx::query(
        "UPDATE accounts SET password_hash = $2, password_changed_at = $3 WHERE agent_id = $1",
    )
    .bind(agent.as_uuid())
    .bind(password_hash)
    .bind(at.to_sqlx())
    .execute(&mut *conn)
    .await
    .map_err(database)?;
    sqlx::query("DELETE FROM sessions WHERE agent_id = $1")
        .bind(agent.as_uuid())
        .execute(conn)
        .await
        .map_err(database)?;
    Ok(())
}

/// Whether the account has signed in from this address (a keyed hash) before.
pub(super) async fn knows_place(
    pool: &Pool,
    agent: AgentId,
    address_mac: &[u8],
) -> Result<bool, AppError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sign_in_places WHERE agent_id = $1 AND address_mac = $2)",
    )
    .bind(agent.as_uuid())
    .bind(address_mac)
    .fetch_one(pool)
    .await
    .map_err(database)
}

/// Remembers the newest 100 places of an account.
pub(super) async fn remember_place(
    conn: &mut Connection,
    agent: AgentId,
    address_mac: &[u8],
    at: Timestamp,
) -> Result<(), AppError> {
    sqlx::query(
        "INSERT INTO sign_in_places (agent_id, address_mac, seen_at) VALUES ($1, $2, $3)
         ON CONFLICT (agent_id, address_mac) DO UPDATE SET seen_at = excluded.seen_at",
    )
    .bind(agent.as_uuid())
    .bind(address_mac)
    .bind(at.to_sqlx())
    .execute(&mut *conn)
    .await
    .map_err(database)?;
    sqlx::query(
        "DELETE FROM sign_in_places WHERE agent_id = $1 AND address_mac IN
         (SELECT address_mac FROM sign_in_places WHERE agent_id = $1 ORDER BY seen_at DESC OFFSET 100)",
    )
    .bind(agent.as_uuid())
    .execute(conn)
    .await
    .map_err(database)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_cased_and_only_plainly_wrong_ones_are_refused() {
        assert_eq!(
            Email::parse(" Ana@Example.COM ").unwrap().as_str(),
            "ana@example.com"
        );
        assert!(Email::parse("ana@intranet").is_ok());
        for wrong in [
            "",
            "ana",
            "@example.com",
            "ana@",
            "a@b@c",
            "ana @example.com",
            "ana@example.",
            "a\0@b.c",
        ] {
            assert!(Email::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(250))).is_err());
    }
}
