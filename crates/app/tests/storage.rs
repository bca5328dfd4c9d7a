//! The rights of the application's role on a real database.

mod support;

use support::Database;
use uuid::Uuid;

#[tokio::test]
async fn the_applications_role_keeps_accounts_and_can_only_add_to_the_journal() {
    let database = Database::migrated().await;
    let role = format!("app_{}", Uuid::now_v7().simple());
    sqlx::raw_sql(&format!("CREATE ROLE {role}"))
        .execute(&database.pool)
        .await
        .unwrap();
    hilo_app::storage::prepare(&database.pool, Some(&role))
        .await
        .unwrap();

    let mut conn = database.pool.acquire().await.unwrap();
    sqlx::raw_sql(&format!("SET ROLE {role}"))
        .execute(&mut *conn)
        .await
        .unwrap();
    for allowed in [
        "SELECT 1 FROM sessions",
        "DELETE FROM invitations",
        "UPDATE files SET size = size",
        "UPDATE widget_keys SET key = key",
        "SELECT 1 FROM events",
        "CREATE SCHEMA read_model",
    ] {
        sqlx::raw_sql(allowed).execute(&mut *conn).await.unwrap();
    }
    for refused in [
        "UPDATE events SET payload = payload",
        "DELETE FROM events",
        "TRUNCATE events",
        "DROP TABLE accounts",
    ] {
        let error = sqlx::raw_sql(refused)
            .execute(&mut *conn)
            .await
            .unwrap_err();
        assert_eq!(
            error.as_database_error().unwrap().code().as_deref(),
            Some("42501"),
            "{refused}: {error}"
        );
    }
}
