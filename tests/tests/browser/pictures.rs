//! The pictures of the documentation, from the demo. Written with `SCREENSHOTS=1`; without it the pages must only
//! be drawn without a complaint.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;

use super::{ANA, MESSAGE, ROW, answer, say, shop_window, sign_in};

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

#[tokio::test]
async fn the_pages_of_an_agent_are_drawn() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("en", 1280, 800).await?;
    browser.driver.goto(format!("{}/sign-in", hilo.url)).await?;
    browser.find("[data-testid=demo-sign-in]").await?;
    picture(&browser, "sign-in").await?;

    sign_in(&browser, &hilo, ANA).await?;
    browser.click(&format!("{ROW}[data-mark=none]")).await?;
    browser.find(MESSAGE).await?;
    browser.find("[data-testid=read-line]").await?;
    picture(&browser, "inbox-light").await?;
    browser.prefer("dark").await?;
    picture(&browser, "inbox-dark").await?;
    browser.prefer("light").await?;

    browser.resize(390, 844).await?;
    picture(&browser, "thread-phone").await?;
    browser.click("[data-testid=back]").await?;
    browser.find(ROW).await?;
    picture(&browser, "inbox-phone").await?;
    browser.close().await
}

#[tokio::test]
async fn the_settings_are_drawn() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("en", 1280, 800).await?;
    sign_in(&browser, &hilo, ADMINISTRATOR).await?;
    browser.click("[data-testid=rail-settings]").await?;
    browser.find("[data-testid=channel]").await?;
    picture(&browser, "settings-chats").await?;
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
