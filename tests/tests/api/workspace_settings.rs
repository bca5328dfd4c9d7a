//! How a company settles its workspace (A9, A10, A14), by whom, and what follows at once.

use anyhow::Result;
use hilo_tests::company::{chat_saying, chats};
use hilo_tests::queries::{CHAT, INBOX, INBOX_CHANGES, SEND_MESSAGE};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Client, Company};
use serde_json::{Value, json};
use uuid::Uuid;

const SETTINGS: &str = "{ workspaceSettings { display autoCloseMinutes distribution
  distributionBot { id } chatsOn messageSound } }";
const CHANGE: &str = "mutation($input: ChangeWorkspaceSettingsInput!) {
  changeWorkspaceSettings(input: $input) { position userErrors { code message field limit }
    settings { display autoCloseMinutes distribution distributionBot { id } chatsOn messageSound } } }";

async fn settings(client: &Client) -> Result<Value> {
    Ok(client
        .get(SETTINGS, json!({}))
        .await?
        .at("/workspaceSettings")
        .clone())
}

async fn change(client: &Client, input: Value) -> Result<Value> {
    client.try_act(CHANGE, json!({"input": input})).await
}

#[tokio::test]
async fn a9_the_place_of_the_chats_is_settled_by_administrators_and_known_to_all() -> Result<()> {
    let company = Company::found().await?;
    assert_eq!(settings(&company.ana).await?.text("/display"), "POP_UP");
    let input = json!({"input": {"display": "SECTION"}});
    assert_eq!(company.ana.fault(CHANGE, input).await?, "FORBIDDEN");
    let changed = change(&company.admin, json!({"display": "SECTION"})).await?;
    assert_eq!(changed.text("/settings/display"), "SECTION");
    assert_eq!(settings(&company.ana).await?.text("/display"), "SECTION");
    assert_eq!(
        *settings(&company.ana).await?.at("/messageSound"),
        true,
        "what was not named stays"
    );
    Ok(())
}

#[tokio::test]
async fn a10_closing_by_itself_and_distribution_are_settled_within_their_limits() -> Result<()> {
    let company = Company::found().await?;
    let input = json!({"autoCloseMinutes": 2880, "distribution": "LEAST_BUSY"});
    let changed = change(&company.admin, input).await?;
    assert_eq!(*changed.at("/settings/autoCloseMinutes"), 2880, "{changed}");
    assert_eq!(changed.text("/settings/distribution"), "LEAST_BUSY");

    for minutes in [0, 525_601] {
        let refused = change(&company.admin, json!({"autoCloseMinutes": minutes})).await?;
        assert_eq!(refused.text("/userErrors/0/code"), "AUTO_CLOSE_INVALID");
        assert_eq!(refused.text("/userErrors/0/field"), "autoCloseMinutes");
        assert_eq!(*refused.at("/userErrors/0/limit"), 525_600);
    }
    let nobody = json!({"input": {"distributionBotId": Uuid::new_v4()}});
    assert_eq!(company.admin.fault(CHANGE, nobody).await?, "NOT_FOUND");

    let never = change(&company.admin, json!({"autoCloseMinutes": null})).await?;
    assert!(never.at("/settings/autoCloseMinutes").is_null());
    assert_eq!(never.text("/settings/distribution"), "LEAST_BUSY");
    Ok(())
}

/// Off, agents see no chats, no counters and are told why a chat cannot be written in; channels receive all the same.
#[tokio::test]
async fn a14_chats_are_switched_off_and_on_for_the_workspace() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("antes").await?;
    let chat = chat_saying(&company.ana, "antes").await?;
    let start = company.ana.get(INBOX, json!({"first": 1})).await?;
    let mut socket = Socket::open(&company.ana).await?;
    let after = json!({"after": start.at("/chats/position")});
    socket.subscribe("1", INBOX_CHANGES, after).await?;

    change(&company.admin, json!({"chatsOn": false})).await?;
    loop {
        let update = socket.update().await?;
        if *update.at("/data/inbox/resync") == true {
            break;
        }
    }
    assert!(chats(&company.ana, None).await?.is_empty());
    assert!(chats(&company.admin, None).await?.is_empty());
    let counters = company.ana.get(INBOX, json!({"first": 1})).await?;
    assert_eq!(*counters.at("/counters/active"), 0);
    let input =
        json!({"chatId": chat.at("/id"), "text": "hola", "clientMessageId": Uuid::new_v4()});
    let refused = company
        .ana
        .try_act(SEND_MESSAGE, json!({"input": input}))
        .await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CHATS_OFF", "{refused}");

    visitor.write("mientras").await?;
    change(&company.admin, json!({"chatsOn": true})).await?;
    chat_saying(&company.ana, "mientras").await?;
    let seen = company.ana.get(CHAT, json!({"id": chat.at("/id")})).await?;
    assert_eq!(seen.list("/chat/messages/nodes").len(), 2);
    Ok(())
}
