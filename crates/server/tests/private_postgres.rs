//! The private PostgreSQL with real processes: made, stopped, taken over after a kill, refused when it is not ours.

#![expect(clippy::unwrap_used, reason = "a test's own steps fail loudly")]

use std::path::Path;
use std::time::{Duration, Instant};

use hilo_server::data_dir::DataDir;
use hilo_server::postgres::PrivatePostgres;
use sqlx::{ConnectOptions, Connection};

fn data_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    // As `DataDir` makes it: the database's user may pass through.
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o711);
    std::fs::set_permissions(folder.path(), mode).unwrap();
    folder
}

async fn ask(postgres: &PrivatePostgres, statement: &str) -> Result<String, sqlx::Error> {
    let mut connection = postgres.owner().connect().await?;
    let answer = sqlx::query_scalar(statement)
        .fetch_one(&mut connection)
        .await;
    connection.close().await?;
    answer
}

fn postmaster(data: &Path) -> i32 {
    let note = std::fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    note.lines().next().unwrap().parse().unwrap()
}

fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn a_private_cluster_is_durable_and_closed_to_the_network() {
    let folder = data_folder();
    let data = DataDir::own(folder.path()).unwrap();
    let postgres = PrivatePostgres::start(data.path()).await.unwrap();
    for (setting, value) in [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
    ] {
        let answer = ask(&postgres, &format!("SHOW {setting}")).await.unwrap();
        assert_eq!(answer, value, "{setting}");
    }
    let roles = "SELECT string_agg(rolname::text, ' ' ORDER BY rolname) FROM pg_roles \
                 WHERE rolname IN ('hilo_app', 'hilo_owner') AND NOT rolsuper";
    assert_eq!(ask(&postgres, roles).await.unwrap(), "hilo_app hilo_owner");

    let visitor = PrivatePostgres::visit(data.path()).await.unwrap().unwrap();
    visitor.stop().await;
    assert!(
        ask(&postgres, "SHOW fsync").await.is_ok(),
        "a visitor stops nothing"
    );
    postgres.stop().await;
    assert!(PrivatePostgres::visit(data.path()).await.unwrap().is_none());
    assert!(!data.path().join("postgres/postmaster.pid").exists());
}

#[tokio::test]
async fn a_postmaster_that_dies_is_started_again() {
    let folder = data_folder();
    let data = DataDir::own(folder.path()).unwrap();
    let postgres = PrivatePostgres::start(data.path()).await.unwrap();
    let first = postmaster(data.path());
    kill(first);
    let begun = Instant::now();
    while ask(&postgres, "SHOW fsync").await.is_err() || postmaster(data.path()) == first {
        assert!(begun.elapsed() < Duration::from_secs(30), "it stays down");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    postgres.stop().await;
}

#[tokio::test]
async fn a_cluster_of_another_major_version_is_refused_in_one_line() {
    let folder = data_folder();
    let data = DataDir::own(folder.path()).unwrap();
    PrivatePostgres::start(data.path())
        .await
        .unwrap()
        .stop()
        .await;
    std::fs::write(data.path().join("postgres/PG_VERSION"), "13\n").unwrap();
    let error = PrivatePostgres::start(data.path())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("made by PostgreSQL 13"), "{error}");
    assert_eq!(error.lines().count(), 1);
}
