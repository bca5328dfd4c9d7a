//! Chats that close by themselves (A10): once, whichever process is alive, and only while nothing happens in them.

use std::time::Duration;

use anyhow::Result;
use hilo_tests::company::{chat, chat_when};
use hilo_tests::queries::{SNOOZE, SNOOZE_CHAT};
use hilo_tests::{At as _, Bridge, Client, Company};
use serde_json::{Value, json};

const CHANGE: &str = "mutation($input: ChangeWorkspaceSettingsInput!) {
  changeWorkspaceSettings(input: $input) { position userErrors { code message field limit } } }";

async fn close_after(admin: &Client, minutes: Option<u32>) -> Result<()> {
    let input = json!({"input": {"autoCloseMinutes": minutes}});
    admin.act(CHANGE, input).await.map(drop)
}

/// Somebody wrote two hours ago.
async fn wrote_long_ago(bridge: &Bridge, handle: &str) -> Result<String> {
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(2);
    bridge.wrote_at(handle, "hola", &at.to_string()).await
}

async fn closed(client: &Client, id: &str) -> Result<Value> {
    let is_archived = |chat: &Value| chat.text("/state") == "ARCHIVED";
    chat_when(client, id, "the chat closed by itself", is_archived).await
}

/// Who closed the chat, each time.
async fn closings(client: &Client, id: &str) -> Result<Vec<String>> {
    let data = client.get(SNOOZE, json!({"id": id})).await?;
    let acts = data.list("/chat/acts").iter();
    let closings = acts.filter(|act| act.text("/kind") == "ARCHIVED");
    Ok(closings
        .map(|act| act.text("/actor/kind").to_owned())
        .collect())
}

#[tokio::test]
async fn a10_an_idle_chat_closes_once_with_two_processes_and_with_one_of_them_killed() -> Result<()>
{
    let company = Company::found().await?;
    let mut second = company.hilo.beside().await?;
    let bridge = Bridge::connect(&company.admin, "API", "Viber", &[&company.ana_id]).await?;
    let first = wrote_long_ago(&bridge, "lucia").await?;
    close_after(&company.admin, Some(60)).await?;
    closed(&company.ana, &first).await?;
    // By the time another one is closed, both have looked again.
    let marker = wrote_long_ago(&bridge, "marta").await?;
    closed(&company.ana, &marker).await?;
    assert_eq!(closings(&company.ana, &first).await?, ["POLICY"]);
    second.kill().await?;
    let alone = wrote_long_ago(&bridge, "jan").await?;
    closed(&company.ana, &alone).await?;
    assert_eq!(closings(&company.ana, &alone).await?, ["POLICY"]);
    Ok(())
}

#[tokio::test]
async fn a10_neither_a_chat_with_a_newer_message_nor_a_snoozed_one_closes() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "API", "Viber", &[&company.ana_id]).await?;
    let alive = wrote_long_ago(&bridge, "lucia").await?;
    bridge.write("lucia", "¿hay alguien?").await?;
    let aside = wrote_long_ago(&bridge, "marta").await?;
    let snooze = json!({"input": {"chatId": aside}});
    company.ana.act(SNOOZE_CHAT, snooze).await?;
    close_after(&company.admin, Some(60)).await?;
    for marker in ["jan", "zoe"] {
        let marker = wrote_long_ago(&bridge, marker).await?;
        closed(&company.ana, &marker).await?;
    }
    for id in [&alive, &aside] {
        assert_eq!(chat(&company.ana, id).await?.text("/state"), "ACTIVE");
    }
    Ok(())
}

/// What nobody answered is not put away unseen where the company does not want that; once answered it is.
#[tokio::test]
async fn a10_a_chat_that_waits_for_an_answer_stays_open_where_that_is_wanted() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "API", "Viber", &[&company.ana_id]).await?;
    let id = wrote_long_ago(&bridge, "lucia").await?;
    let keep = |on: bool| json!({"input": {"autoCloseMinutes": 60, "keepUnansweredOpen": on}});
    company.admin.act(CHANGE, keep(true)).await?;
    // By then the timers have looked more than once.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(chat(&company.ana, &id).await?.text("/state"), "ACTIVE");
    company.admin.act(CHANGE, keep(false)).await?;
    closed(&company.ana, &id).await?;
    assert_eq!(closings(&company.ana, &id).await?, ["POLICY"]);
    Ok(())
}

#[tokio::test]
async fn a10_another_setting_counts_at_once_for_chats_that_are_there() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "API", "Viber", &[&company.ana_id]).await?;
    let id = wrote_long_ago(&bridge, "lucia").await?;
    close_after(&company.admin, Some(600)).await?;
    close_after(&company.admin, None).await?;
    assert_eq!(chat(&company.ana, &id).await?.text("/state"), "ACTIVE");
    close_after(&company.admin, Some(60)).await?;
    closed(&company.ana, &id).await?;
    Ok(())
}
