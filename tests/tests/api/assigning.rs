//! Who answers a chat (F5, F6, F7, A3, A4): taken, given away, given up, and what that closes to others.

use anyhow::Result;
use hilo_tests::company::{chat, chat_saying, hire};
use hilo_tests::queries::{
    ARCHIVE_CHAT, ASSIGN_CHAT, CREATE_GROUP, DEACTIVATE_AGENT, GRANT_CHANNEL_TO_GROUP,
    REACTIVATE_AGENT, REVOKE_CHANNEL_FROM_GROUP, SEND_MESSAGE, TAKE_CHAT, UNASSIGN_CHAT,
    UPDATE_AGENT, UPDATE_GROUP,
};
use hilo_tests::{At as _, Client, Company, until};
use serde_json::{Value, json};
use uuid::Uuid;

const AGENTS_TO_ASSIGN: &str =
    "query($chatId: ID!) { agentsToAssign(chatId: $chatId) { id name presence } }";

fn of(chat: &str) -> Value {
    json!({"input": {"chatId": chat}})
}

fn give(chat: &str, agent: &str) -> Value {
    json!({"input": {"chatId": chat, "agentId": agent}})
}

fn send(chat: &str) -> Value {
    json!({"input": {"chatId": chat, "text": "dime", "clientMessageId": Uuid::new_v4()}})
}

/// The code of the refusal of a mutation.
async fn refusal(client: &Client, mutation: &str, variables: Value) -> Result<String> {
    let payload = client.try_act(mutation, variables).await?;
    Ok(payload.text("/userErrors/0/code").to_owned())
}

/// A company with a chat, and Marek with access to its channel.
async fn a_chat_of_two() -> Result<(Company, Client, String, String)> {
    let company = Company::found().await?;
    let channels = [company.channel_id.as_str()];
    let (marek, marek_id) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &channels,
    )
    .await?;
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let id = row.text("/id").to_owned();
    Ok((company, marek, marek_id, id))
}

#[tokio::test]
async fn f5_the_agents_a_chat_can_be_given_to_are_those_with_access() -> Result<()> {
    let (company, marek, marek_id, id) = a_chat_of_two().await?;
    let elsewhere = ("Olga", "olga@taller.example");
    let (olga, olga_id) = hire(&company.admin, elsewhere.0, elsewhere.1, "AGENT", &[]).await?;
    let listed = company
        .ana
        .get(AGENTS_TO_ASSIGN, json!({"chatId": id}))
        .await?;
    let listed: Vec<_> = listed
        .list("/agentsToAssign")
        .iter()
        .map(|agent| agent.text("/id"))
        .collect();
    assert!(listed.contains(&company.ana_id.as_str()) && listed.contains(&marek_id.as_str()));
    assert!(!listed.contains(&olga_id.as_str()));
    assert_eq!(listed.len(), 3, "and the administrator, who sees all (A4)");
    // Who may not see the chat does not learn that it is there.
    let fault = olga.fault(AGENTS_TO_ASSIGN, json!({"chatId": id})).await?;
    assert_eq!(fault, "NOT_FOUND");
    assert_eq!(olga.fault(TAKE_CHAT, of(&id)).await?, "NOT_FOUND");

    company.ana.act(TAKE_CHAT, of(&id)).await?;
    let code = refusal(&company.ana, ASSIGN_CHAT, give(&id, &olga_id)).await?;
    assert_eq!(code, "ASSIGNEE_WITHOUT_CHANNEL_ACCESS");
    let given = company.ana.act(ASSIGN_CHAT, give(&id, &marek_id)).await?;
    assert_eq!(given.text("/chat/assignee/agent/name"), "Marek");
    let acts = chat(&marek, &id).await?;
    let reassigned = acts
        .list("/acts")
        .iter()
        .filter(|act| act.text("/kind") == "REASSIGNED")
        .count();
    assert_eq!(reassigned, 2, "taken, and given away (C5)");
    Ok(())
}

#[tokio::test]
async fn f6_only_the_assignee_and_administrators_reassign_and_a_free_chat_can_be_taken()
-> Result<()> {
    let (company, marek, marek_id, id) = a_chat_of_two().await?;
    let code = refusal(&company.ana, ASSIGN_CHAT, give(&id, &marek_id)).await?;
    assert_eq!(code, "NOT_ASSIGNEE");
    let taken = company.ana.act(TAKE_CHAT, of(&id)).await?;
    assert_eq!(taken.text("/chat/assignee/agent/id"), company.ana_id);
    for (mutation, variables) in [
        (TAKE_CHAT, of(&id)),
        (ASSIGN_CHAT, give(&id, &marek_id)),
        (UNASSIGN_CHAT, of(&id)),
        (SEND_MESSAGE, send(&id)),
    ] {
        let code = refusal(&marek, mutation, variables).await?;
        assert_eq!(code, "ASSIGNED_TO_ANOTHER", "{mutation}");
    }
    company.admin.act(ASSIGN_CHAT, give(&id, &marek_id)).await?;
    let free = marek.act(UNASSIGN_CHAT, of(&id)).await?;
    assert!(free.at("/chat/assignee").is_null());
    company.ana.act(TAKE_CHAT, of(&id)).await?;
    Ok(())
}

#[tokio::test]
async fn f7_the_agent_resumes_after_closing_and_the_former_one_cannot_write() -> Result<()> {
    let (company, marek, marek_id, id) = a_chat_of_two().await?;
    company.ana.act(TAKE_CHAT, of(&id)).await?;
    company.ana.act(ARCHIVE_CHAT, of(&id)).await?;
    let code = refusal(&marek, SEND_MESSAGE, send(&id)).await?;
    assert_eq!(code, "ASSIGNED_TO_ANOTHER");
    let resumed = company.ana.act(SEND_MESSAGE, send(&id)).await?;
    assert_eq!(resumed.text("/chat/state"), "ACTIVE");
    company.ana.act(ASSIGN_CHAT, give(&id, &marek_id)).await?;
    let refused = company.ana.try_act(SEND_MESSAGE, send(&id)).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "ASSIGNED_TO_ANOTHER");
    assert_eq!(
        refused.text("/userErrors/0/message"),
        "This chat is assigned to another agent."
    );
    marek.act(SEND_MESSAGE, send(&id)).await?;
    // Administrators write in any chat.
    company.admin.act(SEND_MESSAGE, send(&id)).await?;
    Ok(())
}

#[tokio::test]
async fn a3_sending_needs_the_groups_right_and_access_and_the_refusal_names_which() -> Result<()> {
    let (company, marek, marek_id, id) = a_chat_of_two().await?;
    let make =
        json!({"input": {"name": "Almacén", "chats": false, "idempotencyKey": Uuid::new_v4()}});
    let made = company.admin.act(CREATE_GROUP, make.clone()).await?;
    let group = made.text("/group/id").to_owned();
    let again = company.admin.act(CREATE_GROUP, make).await?;
    assert_eq!(again.text("/group/id"), group, "one key, one group");

    let belong = |groups: &[&str]| json!({"input": {"agentId": marek_id, "groupIds": groups}});
    let member = company.admin.act(UPDATE_AGENT, belong(&[&group])).await?;
    assert_eq!(member.text("/agent/groups/0/name"), "Almacén");
    assert_eq!(
        refusal(&marek, SEND_MESSAGE, send(&id)).await?,
        "NO_CHATS_RIGHT"
    );
    let allow = json!({"input": {"groupId": group, "chats": true}});
    company.admin.act(UPDATE_GROUP, allow).await?;
    marek.act(SEND_MESSAGE, send(&id)).await?;

    // A group opens a channel to its members, and closes it again.
    let (olga, olga_id) = hire(&company.admin, "Olga", "olga@taller.example", "AGENT", &[]).await?;
    assert_eq!(olga.fault(SEND_MESSAGE, send(&id)).await?, "NOT_FOUND");
    let join = json!({"input": {"agentId": olga_id, "groupIds": [group]}});
    company.admin.act(UPDATE_AGENT, join).await?;
    let channel = json!({"input": {"channelId": company.channel_id, "groupId": group}});
    company
        .admin
        .act(GRANT_CHANNEL_TO_GROUP, channel.clone())
        .await?;
    olga.act(SEND_MESSAGE, send(&id)).await?;
    company
        .admin
        .act(REVOKE_CHANNEL_FROM_GROUP, channel)
        .await?;
    until("the channel is closed to the group", async || {
        let answer = olga.ask(SEND_MESSAGE, send(&id)).await?;
        Ok((answer.text("/errors/0/extensions/code") == "NOT_FOUND").then_some(()))
    })
    .await?;
    // Marek was granted the channel himself.
    marek.act(SEND_MESSAGE, send(&id)).await?;
    Ok(())
}

#[tokio::test]
async fn a4_administrators_have_chats_whatever_their_group_says() -> Result<()> {
    let (company, _, _, id) = a_chat_of_two().await?;
    let make =
        json!({"input": {"name": "Jefes", "chats": false, "idempotencyKey": Uuid::new_v4()}});
    let made = company.admin.act(CREATE_GROUP, make).await?;
    let viewer = company
        .admin
        .get("{ viewer { agent { id } } }", json!({}))
        .await?;
    let input =
        json!({"agentId": viewer.at("/viewer/agent/id"), "groupIds": [made.at("/group/id")]});
    company
        .admin
        .act(UPDATE_AGENT, json!({"input": input}))
        .await?;
    company.admin.act(SEND_MESSAGE, send(&id)).await?;
    Ok(())
}

#[tokio::test]
async fn an_agent_is_shut_out_and_let_in_again() -> Result<()> {
    let (company, marek, marek_id, _) = a_chat_of_two().await?;
    let who = json!({"input": {"agentId": marek_id}});
    let out = company.admin.act(DEACTIVATE_AGENT, who.clone()).await?;
    assert_eq!(*out.at("/agent/active"), false);
    assert_eq!(
        marek.fault("{ channels { id } }", json!({})).await?,
        "UNAUTHENTICATED"
    );
    let back = company.admin.act(REACTIVATE_AGENT, who.clone()).await?;
    assert_eq!(*back.at("/agent/active"), true);
    assert_eq!(company.ana.fault(DEACTIVATE_AGENT, who).await?, "FORBIDDEN");
    Ok(())
}
