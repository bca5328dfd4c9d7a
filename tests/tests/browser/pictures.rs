//! The pictures of the documentation, from the demo: each page in light, in dark and on a phone. Written with `SCREENSHOTS=1`; without it the pages must only
//! be drawn without a complaint.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use hilo_tests::hilo::settled;
use serde_json::json;
use thirtyfour::prelude::*;

use super::{ANA, MESSAGE, ROW, answer, give, say, shop_window, sign_in};

const ADMINISTRATOR: &str = "admin@demo.hilo.example";
/// No picture may weigh more, in bytes.
const HEAVIEST: u64 = 200_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/screenshots")
}

async fn picture(browser: &Browser, name: &str) -> Result<()> {
    browser.rest().await?;
    let complaints = browser.complaints().await?;
    ensure!(complaints.is_empty(), "{name} complains: {complaints:?}");
    if std::env::var_os("SCREENSHOTS").is_none() {
        return Ok(());
    }
    browser.picture(&folder(), name).await?;
    let size = std::fs::metadata(folder().join(format!("{name}.png")))?.len();
    ensure!(size < HEAVIEST, "{name}.png has {size} bytes");
    Ok(())
}

/// A page as it stands, in light, in dark, and on a phone.
async fn pictures(browser: &Browser, page: &str) -> Result<()> {
    picture(browser, &format!("{page}-light")).await?;
    browser.prefer("dark").await?;
    picture(browser, &format!("{page}-dark")).await?;
    browser.prefer("light").await?;
    browser.resize(390, 844).await?;
    picture(browser, &format!("{page}-phone")).await?;
    browser.resize(1280, 800).await
}

#[tokio::test]
async fn the_pages_of_an_agent_are_drawn() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("en", 1280, 800).await?;
    browser.driver.goto(format!("{}/sign-in", hilo.url)).await?;
    browser.find("[data-testid=demo-sign-in]").await?;
    pictures(&browser, "sign-in").await?;

    sign_in(&browser, &hilo, ANA).await?;
    pictures(&browser, "list").await?;
    browser.click(&format!("{ROW}[data-mark=none]")).await?;
    browser.find(MESSAGE).await?;
    browser.find("[data-testid=read-line]").await?;
    pictures(&browser, "inbox").await?;

    browser.press(Key::Control + "k").await?;
    browser.find("[data-testid=command-bar-line]").await?;
    pictures(&browser, "command-bar").await?;
    browser.close().await
}

/// A client with two chats, and a template.
async fn prepare(browser: &Browser, hilo: &Hilo) -> Result<String> {
    let create =
        "mutation($input: CreateClientInput!) { createClient(input: $input) { client { id } } }";
    let details = json!({"firstName": "Zofia", "lastName": "Wiśniewska", "phones": ["+48 600 100 200"], "emails": ["zofia@example.com"]});
    let input =
        json!({"idempotencyKey": "0198c0de-0000-7000-8000-000000000001", "details": details});
    let made = give(browser, create, input).await?;
    let client = made.pointer("/data/createClient/client/id").cloned();
    let client = client.unwrap_or_default();
    let link = "mutation($input: LinkClientInput!) { linkClient(input: $input) { position } }";
    for row in browser.driver.find_all(By::Css(ROW)).await?.iter().take(2) {
        let chat = row.attr("data-chat-id").await?;
        give(browser, link, json!({"chatId": chat, "clientId": client})).await?;
    }
    let template =
        "mutation($input: CreateTemplateInput!) { createTemplate(input: $input) { position } }";
    let content = json!({"name": "Pickup", "body": "Hello {{client.first_name|there}}, your parcel waits for you.", "channelKinds": []});
    let input = json!({"idempotencyKey": "0198c0de-0000-7000-8000-000000000002", "shared": true, "content": content});
    give(browser, template, input).await?;
    settled(&hilo.url).await?;
    Ok(client.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn the_pages_of_the_workspace_are_drawn() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("en", 1280, 800).await?;
    sign_in(&browser, &hilo, ADMINISTRATOR).await?;
    let client = prepare(&browser, &hilo).await?;
    for (address, shown, page) in [
        ("/clients", "[data-testid=client-row]", "clients"),
        (
            &*format!("/clients/{client}"),
            "[data-testid=client-mark]",
            "client",
        ),
        (
            &*format!("/clients/{client}/chats"),
            "[data-testid=client-chat-facts]",
            "client-chats",
        ),
        ("/templates", "[data-testid=template]", "templates"),
        ("/settings/chats", "[data-testid=channel]", "settings-chats"),
        (
            "/settings/employees",
            "[data-testid=employees]",
            "settings-employees",
        ),
        ("/settings/tokens", ".lead", "settings-tokens"),
        (
            "/settings/mine",
            "[data-testid=password-form]",
            "settings-mine",
        ),
    ] {
        browser
            .driver
            .goto(format!("{}{address}", hilo.url))
            .await?;
        browser.find(shown).await?;
        pictures(&browser, page).await?;
    }
    browser.click("[data-testid=rail-chats]").await?;
    browser.find("[data-testid=pop-up]").await?;
    browser.find(ROW).await?;
    pictures(&browser, "window").await?;
    browser.close().await
}

#[tokio::test]
async fn the_widget_is_drawn() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = super::agent_window(&hilo, ANA).await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "Hola, ¿el merino azul noche es todo del mismo lote?").await?;
    agent.click_saying(ROW, "merino azul noche").await?;
    answer(
        &agent,
        "¡Hola! Sí, y si pides ocho ovillos te apartamos un lote entero.",
    )
    .await?;
    shop.find_saying("#log .theirs .bubble", "un lote entero")
        .await?;
    say(&shop, "Perfecto, ¿y llega antes del viernes?").await?;
    shop.becomes("#log .mine [data-state]", "data-state", "read")
        .await?;
    shop.driver.enter_default_frame().await?;
    picture(&shop, "widget").await?;
    agent.close().await?;
    shop.close().await
}
