//! The process that runs the consumers is killed or stops moving: another takes over within 5 s, and one that moves
//! again changes nothing (R12).

use std::time::Duration;

use anyhow::{Context as _, Result};
use hilo_tests::company::chat_saying;
use hilo_tests::load::Load;
use hilo_tests::whole::{check_everything, is_ready};
use hilo_tests::{Company, until};
use sqlx::{Connection as _, PgConnection};
use tokio::time::timeout;

use crate::at;

const WITHIN: Duration = Duration::from_secs(5);

/// Holder and epoch of the projector's lease.
async fn projector(database_url: &str) -> Result<(uuid::Uuid, i64)> {
    let mut connection = PgConnection::connect(database_url).await?;
    let lease = "SELECT holder, epoch FROM leases WHERE starts_with(name, 'read_') ORDER BY name";
    let held = sqlx::query_as(lease).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(held)
}

async fn moves_on(database_url: &str, from: (uuid::Uuid, i64)) -> Result<(uuid::Uuid, i64)> {
    let moved = until("the lease moves", async || {
        let held = projector(database_url).await?;
        Ok((held.1 > from.1).then_some(held))
    });
    timeout(WITHIN, moved)
        .await
        .context("nobody took over in time")?
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_process_loses_its_consumers_and_changes_nothing_when_it_moves_again()
-> Result<()> {
    let mut company = Company::found().await?;
    let mut second = company.hilo.beside().await?;
    let url = company.hilo.database_url().to_owned();
    let first = projector(&url).await?;
    let load = Load::start(&[&second.url], &company.key, 3).await?;
    load.moves_on(20).await?;

    company.hilo.signal("STOP").await?;
    let held = moves_on(&url, first).await?;
    let visitor = hilo_tests::Visitor::arrive(&second.url, &company.key).await?;
    visitor.write("¿hay alguien?").await?;
    let ana = at(&company.ana, &second);
    timeout(WITHIN, chat_saying(&ana, "¿hay alguien?"))
        .await
        .context("the read model stands still")??;

    company.hilo.signal("CONT").await?;
    is_ready(&company.hilo).await?;
    let before = load.count().await;
    load.moves_on(before + 20).await?;
    assert_eq!(projector(&url).await?, held, "it stays where it went");
    let acknowledged = load.finish().await?;
    second.stop().await?;
    check_everything(&mut company.hilo, &acknowledged).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_its_consumers_within_five_seconds() -> Result<()> {
    let mut company = Company::found().await?;
    let second = company.hilo.beside().await?;
    let url = company.hilo.database_url().to_owned();
    let first = projector(&url).await?;
    company.hilo.kill().await?;
    moves_on(&url, first).await?;
    let visitor = hilo_tests::Visitor::arrive(&second.url, &company.key).await?;
    visitor.write("hola").await?;
    chat_saying(&at(&company.ana, &second), "hola").await?;
    Ok(())
}
