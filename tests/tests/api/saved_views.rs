//! Filters under names (P5): an agent's own, the same on all their devices.

use anyhow::Result;
use hilo_tests::company::PASSWORD;
use hilo_tests::{At as _, Client, Company};
use serde_json::{Value, json};

const VIEWS: &str = "{ savedViews { name query } }";
const SAVE: &str = "mutation($input: SaveViewInput!) { saveView(input: $input) {
  views { name query } position userErrors { code message field limit } } }";
const RENAME: &str = "mutation($input: RenameViewInput!) { renameView(input: $input) {
  views { name query } position userErrors { code message field limit } } }";
const DELETE: &str = "mutation($input: DeleteViewInput!) { deleteView(input: $input) {
  views { name query } position userErrors { code message field limit } } }";

async fn views(client: &Client) -> Result<Value> {
    let answer = client.get(VIEWS, json!({})).await?;
    Ok(answer.at("/savedViews").clone())
}

async fn save(client: &Client, name: &str, query: &str) -> Result<Value> {
    let input = json!({"input": {"name": name, "query": query}});
    client.try_act(SAVE, input).await
}

#[tokio::test]
async fn p5_views_are_an_agents_own_on_every_device() -> Result<()> {
    let company = Company::found().await?;
    let phone = Client::signed_in(&company.hilo.url, "ana@taller.example", PASSWORD).await?;
    save(&company.ana, "Unread", "show=unread").await?;
    let saved = save(&company.ana, "Mine", "show=mine&order=oldest").await?;
    let both = json!([
        {"name": "Mine", "query": "show=mine&order=oldest"},
        {"name": "Unread", "query": "show=unread"},
    ]);
    assert_eq!(*saved.at("/views"), both, "{saved}");
    assert!(!saved.at("/position").is_null());
    assert_eq!(views(&phone).await?, both);
    assert_eq!(views(&company.admin).await?, json!([]));

    let input = json!({"input": {"name": "Mine", "to": "Today"}});
    phone.act(RENAME, input).await?;
    phone
        .act(DELETE, json!({"input": {"name": "Unread"}}))
        .await?;
    let one = json!([{"name": "Today", "query": "show=mine&order=oldest"}]);
    assert_eq!(views(&company.ana).await?, one);
    // Twice is once.
    let again = phone
        .act(DELETE, json!({"input": {"name": "Unread"}}))
        .await?;
    assert_eq!(*again.at("/views"), one);
    Ok(())
}

#[tokio::test]
async fn p5_a_refusal_says_what_is_allowed_and_changes_nothing() -> Result<()> {
    let company = Company::found().await?;
    save(&company.ana, "a", "").await?;
    save(&company.ana, "b", "").await?;
    let long = "x".repeat(61);
    for (name, query, code, field, limit) in [
        ("  ", "", "VIEW_NAME_INVALID", "name", json!(60)),
        (&*long, "", "VIEW_NAME_INVALID", "name", json!(60)),
        (
            "c",
            &*"q".repeat(4_001),
            "VIEW_QUERY_INVALID",
            "query",
            json!(4_000),
        ),
    ] {
        let refused = save(&company.ana, name, query).await?;
        assert_eq!(refused.text("/userErrors/0/code"), code, "{refused}");
        assert_eq!(refused.text("/userErrors/0/field"), field);
        assert_eq!(*refused.at("/userErrors/0/limit"), limit);
        assert!(refused.at("/position").is_null());
    }
    for (name, to, code) in [("a", "b", "VIEW_NAME_TAKEN"), ("z", "c", "VIEW_NOT_FOUND")] {
        let input = json!({"input": {"name": name, "to": to}});
        let refused = company.ana.try_act(RENAME, input).await?;
        assert_eq!(refused.text("/userErrors/0/code"), code, "{refused}");
    }
    let both = json!([{"name": "a", "query": ""}, {"name": "b", "query": ""}]);
    assert_eq!(views(&company.ana).await?, both);
    Ok(())
}
