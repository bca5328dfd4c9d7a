//! The position of a request: what the lists of settings in it hold, and from where to follow what comes after.

use anyhow::{Context as _, Result};
use hilo_tests::company::hire;
use hilo_tests::socket::Socket;
use hilo_tests::wait::until;
use hilo_tests::{At as _, Client, Company};
use serde_json::json;

const CREATE_BOT: &str = "mutation($input: CreateBotInput!) { createBot(input: $input) {
    bot { id } position userErrors { code } } }";
const AGENTS: &str = "{ agents { id } position }";
const FOLLOW: &str = "subscription($after: Position) { journal(after: $after) {
    events { position type aggregateId } position } }";

/// The id, and where it stands.
async fn bot(admin: &Client, name: &str) -> Result<(String, i64)> {
    let input = json!({"input": {"name": name, "channelIds": []}});
    let payload = admin.act(CREATE_BOT, input).await?;
    let id = payload.text("/bot/id").to_owned();
    Ok((id, place(payload.text("/position"))?))
}

/// The number in it, which only a test may look at.
fn place(position: &str) -> Result<i64> {
    let number = position.split('@').next().context("no number")?;
    Ok(number.parse()?)
}

#[tokio::test]
async fn a_list_of_settings_holds_everything_up_to_the_position_beside_it() -> Result<()> {
    let company = Company::found().await?;
    let (olga, _) = hire(
        &company.admin,
        "Olga",
        "olga@taller.example",
        "AUDITOR",
        &[],
    )
    .await?;
    let (first, made) = bot(&company.admin, "Hilda").await?;
    let read = until("the position reaches the bot", async || {
        let read = company.ana.get(AGENTS, json!({})).await?;
        let holds = read
            .list("/agents")
            .iter()
            .any(|it| it.text("/id") == first);
        let reached = place(read.text("/position"))? >= made;
        assert!(holds || !reached, "it says more than it holds: {read}");
        Ok(reached.then_some(read))
    })
    .await?;

    // What is made after the list was read is told, also to who begins to follow only then.
    let (second, made) = bot(&company.admin, "Nora").await?;
    let mut socket = Socket::open(&olga).await?;
    socket
        .subscribe("1", FOLLOW, json!({"after": read.at("/position")}))
        .await?;
    let mut next = place(read.text("/position"))? + 1;
    let mut told = false;
    while next <= made {
        for event in socket.update().await?.list("/data/journal/events") {
            assert_eq!(place(event.text("/position"))?, next, "{event}");
            assert_ne!(event.text("/aggregateId"), first, "it was there already");
            told |= event.text("/aggregateId") == second;
            next += 1;
        }
    }
    assert!(told, "the second bot is missing");
    Ok(())
}

#[tokio::test]
async fn the_position_is_told_over_the_socket_and_to_no_stranger() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::open(&company.ana).await?;
    socket.subscribe("1", AGENTS, json!({})).await?;
    let update = socket.update().await?;
    assert!(place(update.text("/data/position"))? > 0, "{update}");
    let stranger = Client::stranger(&company.hilo.url)?;
    let answer = stranger.ask("{ position }", json!({})).await?;
    let code = answer.text("/errors/0/extensions/code");
    assert_eq!(code, "UNAUTHENTICATED", "{answer}");
    Ok(())
}
