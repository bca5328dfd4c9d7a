//! axe-core finds nothing on the pages people work on, in light and dark. It comes from disk, never from the net.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;
use thirtyfour::prelude::*;

use super::{ANA, MESSAGE, ROW, say, shop_window, sign_in};

const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(
        ({ violations }) => done(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.any.map((check) => check.message)}`).join(' | ')}`)),
        (error) => done([String(error)]));";

/// What stands out of the window at right. The sections of the settings are one line that a finger moves.
const WIDE: &str = "return [...document.querySelectorAll('body *')]
    .filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.closest('pre, svg, .unseen, .skip, .sections > *')
        && it.getBoundingClientRect().right > innerWidth + 1)
    .map((it) => `${it.tagName}.${it.className} ${it.getBoundingClientRect().right}`).slice(0, 5);";

/// Pages by address, and what they show when they are there.
const PAGES: [(&str, &str); 6] = [
    ("/archived", "[data-testid=chat-list]"),
    ("/clients", "[data-testid=new-client]"),
    ("/templates", "[data-testid=new-template]"),
    ("/settings/tokens", ".lead"),
    ("/settings/mine", "[data-testid=password-form]"),
    ("/nowhere", "h1"),
];

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
    for (address, shown) in PAGES {
        browser
            .driver
            .goto(format!("{}{address}", hilo.url))
            .await?;
        browser.find(shown).await?;
        check(&browser, address).await?;
    }
    browser.close().await
}

#[tokio::test]
async fn what_opens_over_a_page_is_accessible() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("en", 1440, 900).await?;
    sign_in(&browser, &hilo, ANA).await?;
    browser.press("j").await?;
    browser.press("x").await?;
    browser.find("[data-testid=selection]").await?;
    check(&browser, "selection").await?;
    browser.press(Key::Escape + "").await?;
    browser.press("?").await?;
    browser.find("dialog.keys[open]").await?;
    check(&browser, "keys").await?;
    browser.press(Key::Escape + "").await?;
    browser.gone("dialog[open]", "").await?;
    browser.press(Key::Control + "k").await?;
    browser.find("[data-testid=command-bar-line]").await?;
    check(&browser, "command bar").await?;
    browser.press(Key::Escape + "").await?;
    browser.gone("dialog[open]", "").await?;
    browser.click("[data-testid=me]").await?;
    browser.find("[data-testid=sign-out]").await?;
    check(&browser, "menu").await?;
    browser.close().await
}

/// On a phone and at 200 % zoom nothing has to be moved sideways to be read (P23).
#[tokio::test]
async fn p23_no_page_is_wider_than_a_phone() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("pl", 1440, 900).await?;
    sign_in(&browser, &hilo, "admin@demo.hilo.example").await?;
    let settings = [
        ("/chats", ROW),
        ("/settings/chats", "[data-testid=channel]"),
        ("/settings/employees", "[data-testid=employees]"),
    ];
    for (address, shown) in settings.into_iter().chain(PAGES) {
        browser
            .driver
            .goto(format!("{}{address}", hilo.url))
            .await?;
        for (width, height) in [(390, 844), (720, 450)] {
            browser.resize(width, height).await?;
            browser.find(shown).await?;
            let wide = browser.ask(WIDE, vec![]).await?;
            ensure!(wide == json!([]), "{address} at {width} px: {wide:#}");
        }
        browser.resize(1440, 900).await?;
    }
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
