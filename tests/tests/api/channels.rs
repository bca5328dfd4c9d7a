//! A web chat for one's own site: made, configured, named (A1, A8), and what it refuses.

use anyhow::Result;
use hilo_tests::company::{chat_saying, connect_web_chat};
use hilo_tests::queries::CONNECT_WEB_CHAT;
use hilo_tests::visitor::{Door, SITE};
use hilo_tests::{At as _, Company, Visitor, until};
use serde_json::{Value, json};

const CONFIGURE: &str = "mutation($input: ConfigureWidgetInput!) {
  configureWidget(input: $input) { channel { name widget { key origins title greeting color form { asks required } typingPreview } }
    userErrors { code field limit } } }";

#[tokio::test]
async fn a_widget_is_made_with_its_code_to_copy() -> Result<()> {
    let company = Company::found().await?;
    let input = json!({"name": "Blog", "origins": ["https://blog.example"]});
    let payload = company
        .admin
        .act(CONNECT_WEB_CHAT, json!({"input": input}))
        .await?;
    let widget = payload.at("/channel/widget");
    let key = widget.text("/key");
    assert!(key.len() >= 3, "{widget}");
    assert!(widget.text("/code").contains("<script"), "{widget}");
    assert!(
        widget
            .text("/code")
            .contains(&format!("/widget/v1/{key}.js")),
        "{widget}"
    );
    assert!(widget.text("/identitySecret").len() >= 32, "{widget}");
    let (status, loader) = company.admin.page(&format!("/widget/v1/{key}.js")).await?;
    assert!(status.is_success() && !loader.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_widget_is_configured_and_its_key_stays() -> Result<()> {
    let company = Company::found().await?;
    let input = json!({"channelId": company.channel_id, "name": "Tienda nueva", "color": "#123ABC",
        "title": "Hola", "greeting": "¿En qué ayudamos?", "origins": [SITE, "https://otra.example"]});
    let payload = company
        .admin
        .act(CONFIGURE, json!({"input": input}))
        .await?;
    assert_eq!(payload.text("/channel/name"), "Tienda nueva");
    let widget = payload.at("/channel/widget");
    assert_eq!(widget.text("/key"), company.key);
    assert_eq!(widget.text("/color").to_lowercase(), "#123abc");
    assert_eq!(widget.list("/origins").len(), 2);

    // What is left out stays as it was.
    let only_title = json!({"channelId": company.channel_id, "title": "Otra"});
    let payload = company
        .admin
        .act(CONFIGURE, json!({"input": only_title}))
        .await?;
    assert_eq!(payload.text("/channel/widget/title"), "Otra");
    assert_eq!(
        payload.text("/channel/widget/greeting"),
        "¿En qué ayudamos?"
    );
    assert_eq!(payload.text("/channel/name"), "Tienda nueva");
    Ok(())
}

/// What a visitor is asked before the first message is a setting; what they claim stays unverified (C1).
#[tokio::test]
async fn a_form_before_the_chat_is_asked_and_its_answers_are_claims() -> Result<()> {
    let company = Company::found().await?;
    let form = json!([{"asks": "NAME", "required": true}, {"asks": "QUESTION", "required": false}]);
    let input = json!({"channelId": company.channel_id, "form": form});
    let payload = company
        .admin
        .act(CONFIGURE, json!({"input": input}))
        .await?;
    assert_eq!(*payload.at("/channel/widget/form"), form, "{payload}");
    // Another setting leaves it as it is.
    let title = json!({"channelId": company.channel_id, "title": "Hola"});
    let payload = company
        .admin
        .act(CONFIGURE, json!({"input": title}))
        .await?;
    assert_eq!(*payload.at("/channel/widget/form"), form, "{payload}");

    let session = Door::of(&company.hilo.url, &company.key)?;
    let answer = session.post("session").json(&json!({})).send().await?;
    let answer: Value = answer.json().await?;
    let told = json!([{"asks": "name", "required": true}, {"asks": "question", "required": false}]);
    assert_eq!(*answer.at("/settings/form"), told, "{answer}");

    // Before the first message there is no chat, and the claims wait for it.
    let visitor = company.visitor().await?;
    let claims = json!({"name": "Lucía", "email": "lucia@example.com"});
    visitor.accepted("form.submit", claims).await?;
    visitor.write("¿Tenéis merino?").await?;
    let row = chat_saying(&company.ana, "¿Tenéis merino?").await?;
    assert_eq!(row.text("/contact/name"), "Lucía");
    assert_eq!(*row.at("/contact/verified"), false, "{row}");
    Ok(())
}

#[tokio::test]
async fn wrong_settings_are_refused_with_their_field() -> Result<()> {
    let company = Company::found().await?;
    let wrong: [(Value, &str); 6] = [
        (json!({"name": " "}), "name"),
        (json!({"name": "x".repeat(81)}), "name"),
        (json!({"origins": ["https://a.example/path"]}), "origins"),
        (json!({"origins": ["*"]}), "origins"),
        (json!({"color": "red"}), "color"),
        (json!({"key": "No Good"}), "key"),
    ];
    for (change, field) in wrong {
        let mut input = json!({"name": "Blog", "origins": [SITE]});
        if let (Some(input), Some(change)) = (input.as_object_mut(), change.as_object()) {
            input.extend(change.clone());
        }
        let payload = company
            .admin
            .try_act(CONNECT_WEB_CHAT, json!({"input": input}))
            .await?;
        assert_eq!(payload.text("/userErrors/0/field"), field, "{payload}");
        assert!(payload.at("/channel").is_null());
    }
    // A key belongs to one widget.
    let taken = json!({"input": {"name": "Otra", "origins": [SITE], "key": company.key}});
    let payload = company.admin.try_act(CONNECT_WEB_CHAT, taken).await?;
    assert_eq!(payload.text("/userErrors/0/field"), "key", "{payload}");
    Ok(())
}

#[tokio::test]
async fn a_new_widget_takes_visitors_at_once() -> Result<()> {
    let company = Company::found().await?;
    connect_web_chat(&company.admin, "Blog", "blog-1").await?;
    let visitor = until("the widget answers", async || {
        Ok(Visitor::arrive(&company.hilo.url, "blog-1").await.ok())
    })
    .await?;
    visitor.write("hola").await?;
    Ok(())
}
