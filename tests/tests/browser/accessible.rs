//! axe-core finds nothing on the pages people work on, in light and dark. It comes from disk, never from the net.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;

use super::{ANA, MESSAGE, ROW, say, shop_window, sign_in};

const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(
        ({ violations }) => done(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.any.map((check) => check.message)}`).join(' | ')}`)),
        (error) => done([String(error)]));";

/// What axe-core finds in the document that the driver is in.
async fn check(browser: &Browser, what: &str) -> Result<()> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(file).context("axe-core is missing: ./just tools web")?;
    browser.driver.execute(axe, vec![]).await?;
    for theme in ["light", "dark"] {
        browser.prefer(theme).await?;
        let found = browser.driver.execute_async(RUN, vec![]).await?;
        ensure!(
            *found.json() == json!([]),
            "{what}, {theme}: {:#}",
            found.json()
        );
    }
    Ok(())
}

#[tokio::test]
async fn the_agents_pages_are_accessible() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("en", 1440, 900).await?;
    browser.driver.goto(format!("{}/sign-in", hilo.url)).await?;
    browser.find("[data-testid=demo-sign-in]").await?;
    check(&browser, "sign-in").await?;
    sign_in(&browser, &hilo, "admin@demo.hilo.example").await?;
    browser.click(&format!("{ROW}[data-mark=none]")).await?;
    browser.find(MESSAGE).await?;
    check(&browser, "inbox").await?;
    browser.click("[data-testid=rail-settings]").await?;
    browser.find("[data-testid=channel]").await?;
    check(&browser, "settings").await?;
    browser.click("[data-testid=settings-employees]").await?;
    browser.find("[data-testid=employees]").await?;
    check(&browser, "employees").await?;
    browser.close().await
}

#[tokio::test]
async fn the_widget_is_accessible() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = super::agent_window(&hilo, ANA).await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "¿Abrís el sábado?").await?;
    agent.click_saying(ROW, "¿Abrís el sábado?").await?;
    super::answer(&agent, "Sí, hasta las siete").await?;
    shop.find_saying("#log .theirs .bubble", "hasta las siete")
        .await?;
    check(&shop, "widget").await?;
    agent.close().await?;
    shop.close().await
}
