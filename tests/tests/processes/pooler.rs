//! Hilo through pgbouncer in transaction mode, which is killed under load (R12).

use anyhow::{Context as _, Result};
use hilo_tests::company::{PASSWORD, chat_saying};
use hilo_tests::load::Load;
use hilo_tests::pooler::{Pooler, server_of};
use hilo_tests::queries::{CHAT_CHANGES, SEND_MESSAGE};
use hilo_tests::socket::Socket;
use hilo_tests::whole::{check_everything, is_ready};
use hilo_tests::{At as _, Client, Company, Hilo, database};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use uuid::Uuid;

fn pooler(direct: &str) -> Result<(Pooler, String)> {
    let pooler = Pooler::start(&server_of(direct), &Uuid::new_v4().simple().to_string())?;
    let options: PgConnectOptions = direct.parse()?;
    let name = options.get_database().context("no database")?;
    let folder = pooler.socket().display();
    let url = format!(
        "postgres://hilo_owner@localhost:{}/{name}?host={folder}",
        pooler.port()
    );
    Ok((pooler, url))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_works_through_a_pooler_that_is_killed_under_load() -> Result<()> {
    let direct = database::create().await?;
    let (mut pooler, url) = pooler(&direct)?;
    let hilo = Hilo::start_on(&url, &[("HILO_DATABASE_DIRECT_URL", &direct)]).await?;
    let mut company = Company::found_with(hilo).await?;
    let ana = Client::signed_in(&company.hilo.url, "ana@taller.example", PASSWORD).await?;

    let visitor = company.visitor().await?;
    visitor.write("¿Abrís los lunes?").await?;
    let chat = chat_saying(&ana, "¿Abrís los lunes?").await?;
    let id = chat.text("/id");
    let mut socket = Socket::open(&ana).await?;
    socket
        .subscribe("1", CHAT_CHANGES, json!({"id": id}))
        .await?;
    let input = json!({"chatId": id, "text": "Sí", "clientMessageId": Uuid::new_v4()});
    ana.act(SEND_MESSAGE, json!({"input": input})).await?;
    while socket.update().await?.text("/data/chat/messages/0/text") != "Sí" {}

    let load = Load::start(&[&company.hilo.url], &company.key, 4).await?;
    for _ in 0..4 {
        let before = load.count().await;
        load.moves_on(before + 10).await?;
        pooler.kill()?;
        pooler.start_again()?;
    }
    let before = load.count().await;
    load.moves_on(before + 10).await?;
    is_ready(&company.hilo).await?;
    let acknowledged = load.finish().await?;
    company.hilo.move_to(&direct);
    check_everything(&mut company.hilo, &acknowledged).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_hilo_was_not_told_of_is_refused_at_start() -> Result<()> {
    let direct = database::create().await?;
    let (_pooler, url) = pooler(&direct)?;
    let refused = Hilo::start_on(&url, &[]).await;
    let said = format!("{:#}", refused.err().context("it started")?);
    assert!(said.contains("database_direct_url"), "{said}");
    Ok(())
}
