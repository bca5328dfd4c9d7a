//! Opening: what a database lacks or cannot promise is said at once.

use hilo_journal::{JournalError, grant_to, is_transient};
use sqlx::Connection;

use crate::database::{Database, context};
use crate::tally::{Command, Tally, no_limit};

#[tokio::test]
async fn a_database_without_tables_is_refused() {
    let database = Database::unmigrated().await;
    let refused = database.open([7; 32]).await;
    assert!(
        matches!(refused, Err(JournalError::NotMigrated { table: "events" })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn another_master_key_is_refused() {
    let database = Database::new().await;
    drop(database.journal().await);
    let refused = database.open([8; 32]).await;
    assert!(
        matches!(refused, Err(JournalError::WrongMasterKey)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_server_that_does_not_wait_for_the_disk_is_refused() {
    let mut database = Database::new().await;
    database.options = database
        .options
        .clone()
        .options([("synchronous_commit", "off")]);
    let refused = database.open([7; 32]).await;
    assert!(
        matches!(&refused, Err(JournalError::Unsafe { setting, .. }) if setting == "synchronous_commit"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn events_without_a_head_are_refused() {
    let database = Database::new().await;
    let journal = database.journal().await;
    journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await
        .unwrap();
    sqlx::query("DELETE FROM journal_head")
        .execute(&database.pool)
        .await
        .unwrap();
    let refused = database.open([7; 32]).await;
    assert!(
        matches!(refused, Err(JournalError::Damaged { .. })),
        "{refused:?}"
    );
    let lost = journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await;
    assert!(
        lost.is_err(),
        "an append without a head is a fault, not a success"
    );
}

#[tokio::test]
async fn the_application_role_can_work_and_cannot_change_history() {
    let database = Database::new().await;
    let role = format!("app \"{}\"", uuid::Uuid::new_v4().simple());
    let create: String = sqlx::query_scalar("SELECT format('CREATE ROLE %I LOGIN', $1)")
        .bind(&role)
        .fetch_one(&database.pool)
        .await
        .unwrap();
    sqlx::query(&create).execute(&database.pool).await.unwrap();
    grant_to(&database.pool, &role).await.unwrap();
    let app = Database {
        options: database.options.clone().username(&role),
        pool: database.pool.clone(),
    };
    let journal = app.journal().await;
    let done = journal
        .execute::<Tally>("a", Command::Add(2), no_limit(), context())
        .await
        .unwrap();
    assert_eq!(done.position.0, 2);
    let about = uuid::Uuid::from_u128(1);
    let text = "x".to_owned();
    journal
        .execute::<Tally>("b", Command::Note { about, text }, no_limit(), context())
        .await
        .unwrap();
    let patience = std::time::Duration::from_secs(60);
    let erasure = journal.erase(&[about], &context(), patience).await.unwrap();
    assert!(erasure.done);
    let mut conn = sqlx::PgConnection::connect_with(&app.options)
        .await
        .unwrap();
    for change in [
        "UPDATE events SET event_type = 'x'",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM dedupe",
        "UPDATE vault SET wrapped = ''",
        "DELETE FROM journal_head",
    ] {
        let refused = sqlx::query(change).execute(&mut conn).await.unwrap_err();
        assert_eq!(
            refused.as_database_error().unwrap().code().as_deref(),
            Some("42501"),
            "{change}"
        );
    }
}

#[tokio::test]
async fn what_happens_to_the_server_may_go_better_later_and_what_is_asked_wrongly_may_not() {
    let database = Database::new().await;
    for (statement, transient) in [
        ("SELECT pg_terminate_backend(pg_backend_pid())", true),
        ("SET statement_timeout = 1; SELECT pg_sleep(1)", true),
        ("SELECT no_such_column FROM events", false),
    ] {
        let mut conn = sqlx::PgConnection::connect_with(&database.options)
            .await
            .unwrap();
        let error = sqlx::raw_sql(statement)
            .execute(&mut conn)
            .await
            .unwrap_err();
        assert_eq!(is_transient(&error), transient, "{error}");
    }
}
