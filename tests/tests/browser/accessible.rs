//! axe-core finds nothing on the pages people work on, in light and dark. It comes from disk, never from the net.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;
use thirtyfour::prelude::*;

use super::{ANA, MESSAGE, ROW, focus_is, say, shop_window, sign_in};

const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'], runOnly: arguments[0] || undefined }).then(
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
    // The theme changes colours and nothing else.
    for (theme, rules) in [("light", json!(null)), ("dark", json!(["color-contrast"]))] {
        browser.prefer(theme).await?;
        let found = browser.driver.execute_async(RUN, vec![rules]).await?;
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

/// Goes to an address, presses there in order, and looks at what the last press opened.
async fn opened(browser: &Browser, hilo: &Hilo, address: &str, presses: &[&str]) -> Result<()> {
    browser
        .driver
        .goto(format!("{}{address}", hilo.url))
        .await?;
    for place in presses {
        browser.click(place).await?;
    }
    Ok(())
}

/// Forms, each as its button opens it.
#[tokio::test]
async fn the_forms_are_accessible() -> Result<()> {
    const FORMS: [(&str, &[&str], &str); 6] = [
        (
            "/settings/chats",
            &["[data-testid=edit-channel]"],
            "[data-testid=channel-form]",
        ),
        (
            "/settings/chats",
            &[
                "[data-testid=connect-other]",
                "[data-testid=channel-access]",
                "[data-testid=channel-rules]",
            ],
            "[data-testid=rules-save]",
        ),
        (
            "/settings/employees",
            &["[data-testid=invite]", "[data-testid=edit-employee]"],
            "[data-testid=employee-form]",
        ),
        (
            "/clients",
            &["[data-testid=new-client]"],
            "[data-testid=client-form]",
        ),
        (
            "/templates",
            &["[data-testid=new-template]"],
            "[data-testid=template-form]",
        ),
        (
            "/chats",
            &[
                "[data-testid=new-message]",
                "[data-testid=new-to-colleagues]",
            ],
            "[data-testid=colleague]",
        ),
    ];
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("en", 1440, 900).await?;
    sign_in(&browser, &hilo, "admin@demo.hilo.example").await?;
    for (address, presses, shown) in FORMS {
        opened(&browser, &hilo, address, presses).await?;
        browser.find(shown).await?;
        check(&browser, shown).await?;
    }
    opened(&browser, &hilo, "/clients", &["[data-testid=new-client]"]).await?;
    browser.fill("[data-testid=client-first]", "Zofia").await?;
    let phone = "[data-testid=client-phone]";
    browser.fill(phone, "+48 600 100 200").await?;
    browser.click("[data-testid=client-submit]").await?;
    browser
        .find_saying("[data-testid=client-page]", "Zofia")
        .await?;
    browser.click("[data-testid=phone]").await?;
    browser
        .find_saying("[data-testid=phone-card]", "Zofia")
        .await?;
    check(&browser, "a client, a phone card").await?;
    browser.close().await
}

/// What drops from a button over an open chat; afterwards the focus is on the button again.
#[tokio::test]
async fn the_menus_are_accessible_and_give_the_focus_back() -> Result<()> {
    const MENUS: [&str; 8] = [
        "[data-testid=assign]",
        "[data-testid=tag]",
        "[data-testid=snooze]",
        "[data-testid=more]",
        "[data-testid=filter-quick]",
        "[data-testid=filter-writer]",
        "[data-testid=filter-more]",
        "[data-testid=emoji]",
    ];
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("en", 1440, 900).await?;
    sign_in(&browser, &hilo, "admin@demo.hilo.example").await?;
    browser.click(&format!("{ROW}[data-mark=none]")).await?;
    browser.find(MESSAGE).await?;
    for menu in MENUS {
        browser.click(menu).await?;
        browser.find(".dropped").await?;
        check(&browser, menu).await?;
        browser.press(Key::Escape + "").await?;
        browser.gone(".dropped", "").await?;
        let back = "return document.activeElement.matches(arguments[0]) || document.activeElement.outerHTML";
        browser.wait_for(menu, back, vec![json!(menu)]).await?;
    }
    for key in ["l", "h", "a"] {
        browser.find(".thread-scroll").await?.focus().await?;
        browser.press(key).await?;
        browser.find("dialog[open]").await?;
        check(&browser, key).await?;
        browser.press(Key::Escape + "").await?;
        browser.gone("dialog[open]", "").await?;
    }
    browser.press("e").await?;
    browser.find(".toast").await?;
    check(&browser, "toast").await?;
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
    shop.driver
        .goto(format!("{}/widget/v1/demo-courses/frame", hilo.url))
        .await?;
    shop.find("#ask input").await?;
    check(&shop, "widget's form").await?;
    agent.close().await?;
    shop.close().await
}

/// What opens in the place of a button takes the focus, and gives it back when it goes.
#[tokio::test]
async fn the_focus_goes_where_a_person_expects() -> Result<()> {
    const CANCEL: &str = ".form-acts button[type=button]";
    const OPENED: [(&str, &str, &str); 4] = [
        ("/settings/chats", "connect-web-chat", "channel-name"),
        ("/settings/chats", "edit-channel", "channel-name"),
        ("/settings/employees", "invite", "invite-name"),
        ("/clients", "new-client", "client-first"),
    ];
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("en", 1440, 900).await?;
    sign_in(&browser, &hilo, "admin@demo.hilo.example").await?;
    for (address, button, field) in OPENED {
        let press = format!("[data-testid={button}]");
        opened(&browser, &hilo, address, &[&press]).await?;
        focus_is(&browser, field).await?;
        browser.click(&format!("form {CANCEL}")).await?;
        focus_is(&browser, button).await?;
    }

    // Another page begins at its heading.
    const HEADED: &str = "const it = document.activeElement;
        return it.tagName === 'H1' && it.innerText === arguments[0] || it.outerHTML.slice(0, 200);";
    for (testid, heading) in [
        ("rail-templates", "Templates"),
        ("rail-clients", "Clients"),
        ("rail-settings", "Chats"),
        ("settings-employees", "Employees"),
    ] {
        browser.click(&format!("[data-testid={testid}]")).await?;
        browser
            .wait_for(heading, HEADED, vec![json!(heading)])
            .await?;
    }

    // After a chat is deleted the next row has it.
    opened(&browser, &hilo, "/chats", &[ROW]).await?;
    browser.find(MESSAGE).await?;
    browser.click("[data-testid=more]").await?;
    browser
        .click_saying(".dropped .menu-item", "Delete")
        .await?;
    browser.click("[data-testid=delete-chat-sure]").await?;
    browser.find_saying(".toast", "Chat deleted").await?;
    focus_is(&browser, "chat-row").await?;
    browser.close().await
}
