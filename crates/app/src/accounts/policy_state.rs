//! Table `policy_state`: what a rule must remember from one event to the next, such as whose turn was last. Written in the
//! transaction of the rule's checkpoint. Knows no rule.

use serde_json::Value;
use sqlx::PgConnection;

/// What the rule `name` remembers; nothing at first.
pub(crate) async fn read(
    conn: &mut PgConnection,
    name: &str,
) -> Result<Option<Value>, sqlx::Error> {
    sqlx::query_scalar("SELECT state FROM policy_state WHERE name = $1")
        .bind(name)
        .fetch_optional(conn)
        .await
}

/// Remembers for the rule `name`.
pub(crate) async fn write(
    conn: &mut PgConnection,
    name: &str,
    state: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO policy_state (name, state) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET state = excluded.state",
    )
    .bind(name)
    .bind(state)
    .execute(conn)
    .await?;
    Ok(())
}
