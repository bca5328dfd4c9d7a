//! The main job in two windows (issue steps 1 to 3): writing, reading, answering, archiving, reopening.

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use thirtyfour::prelude::*;

use super::{ANA, COMPOSER, OURS, ROW, agent_window, answer, open_chat, say, shop_window};

const RAIL: &str = "[data-testid=rail-chats]";
const ARCHIVE: &str = "[data-testid=archive]";
const REOPEN: &str = "[data-testid=reopen]";

/// The selector of the row that says this.
async fn row_saying(agent: &Browser, text: &str) -> Result<String> {
    let row = agent.find_saying(ROW, text).await?;
    let id = row.attr("data-chat-id").await?.unwrap_or_default();
    Ok(format!("{ROW}[data-chat-id='{id}']"))
}

/// B1, B2, B3, B4, B5, C1, C2, C8, D1, D5, D6.
#[tokio::test]
async fn a_visitor_writes_and_an_agent_answers_in_their_windows() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let shop = shop_window(&hilo).await?;

    // Without reload a chat appears on top, with its mark, its number, its text and its channel.
    say(&shop, "¿Tenéis esta pieza en stock?").await?;
    let this = row_saying(&agent, "¿Tenéis esta pieza en stock?").await?;
    agent.find(&format!("li:first-child > {this}")).await?;
    agent.becomes(&this, "data-mark", "unread").await?;
    let number = format!("{this} [data-testid=unread-count]");
    agent.find_saying(&number, "1").await?;
    agent.find_saying(&this, "Tienda online").await?;
    agent.find(&format!("{this} [data-kind=WebChat]")).await?;
    agent.becomes(RAIL, "data-red", "true").await?;
    agent.click("[data-testid=rail-settings]").await?;
    agent.find("[data-testid=channel]").await?;
    agent.becomes(RAIL, "data-red", "true").await?;
    agent.click(RAIL).await?;

    // A second message counts on.
    say(&shop, "Es el merino azul").await?;
    agent.find_saying(&number, "2").await?;

    // Opening it turns the mark grey and tells the visitor.
    agent.click(&this).await?;
    let inbound = "[data-testid=message][data-direction=inbound]";
    agent.find_saying(inbound, "¿Tenéis").await?;
    agent.becomes(&this, "data-mark", "unanswered").await?;
    shop.becomes("#log .mine [data-state]", "data-state", "read")
        .await?;

    // Shift+Enter breaks the line, Enter sends; the visitor has it without reload.
    agent.fill(COMPOSER, "Sí, en dos días.").await?;
    agent.fill(COMPOSER, Key::Shift + Key::Enter).await?;
    agent.fill(COMPOSER, "¿Te guardo una?").await?;
    agent.fill(COMPOSER, Key::Enter + "").await?;
    agent.find_saying(OURS, "¿Te guardo una?").await?;
    let two_lines = "Sí, en dos días.\n¿Te guardo una?";
    shop.find_saying("#log .theirs .bubble", two_lines).await?;
    agent.becomes(OURS, "data-state", "read").await?;
    agent.find_saying("[data-testid=read-line]", "Read").await?;
    agent.becomes(&this, "data-mark", "none").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await?;
    shop.close().await
}

/// D1: the clock while the visitor is away, one tick when their page has it, two when they saw it.
#[tokio::test]
async fn a_message_shows_how_far_it_came() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "Vuelvo en un rato").await?;
    agent.click_saying(ROW, "Vuelvo en un rato").await?;
    shop.becomes("#log .mine [data-state]", "data-state", "read")
        .await?;

    shop.driver.goto("about:blank").await?;
    answer(&agent, "Aquí estaremos").await?;
    agent.becomes(OURS, "data-state", "queued").await?;
    agent.find(&format!("{OURS}[data-message-id]")).await?;
    agent.becomes(OURS, "data-state", "queued").await?;

    // Back in the shop with the chat folded: delivered, and the button counts it.
    super::enter_shop(&shop, &hilo).await?;
    agent.becomes(OURS, "data-state", "delivered").await?;
    let badge = "return document.querySelector('#hilo-button').shadowRoot.querySelector('span').innerText === '1'";
    shop.wait_for("the number on the button", badge, vec![])
        .await?;

    open_chat(&shop).await?;
    shop.find_saying("#log .theirs .bubble", "Aquí estaremos")
        .await?;
    agent.becomes(OURS, "data-state", "read").await?;
    agent.find("[data-testid=read-line]").await?;
    agent.close().await?;
    shop.close().await
}

/// B6, F1, F2, F3, F4.
#[tokio::test]
async fn a_chat_is_archived_and_taken_out_again_in_the_windows() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "Gracias, eso es todo").await?;
    let this = row_saying(&agent, "Gracias, eso es todo").await?;
    agent.click(&this).await?;
    agent.click(ARCHIVE).await?;
    agent.find(REOPEN).await?;
    let place = "[data-testid=thread-place]";
    agent.find_saying(place, "Archived by Ana").await?;
    agent.gone(&this, "").await?;
    agent.click("[data-testid=switch-archived]").await?;
    agent.find_saying(&this, "Gracias, eso es todo").await?;
    agent.click(&this).await?;
    agent.find_saying("[data-testid=act]", "archived").await?;
    agent.click("[data-testid=switch-active]").await?;

    // The visitor writes again: it is active by itself.
    say(&shop, "Ah, una cosa más").await?;
    agent.click_saying(&this, "Ah, una cosa más").await?;
    agent.find(ARCHIVE).await?;

    // By its button, and by just writing.
    agent.click(ARCHIVE).await?;
    agent.click(REOPEN).await?;
    agent.click(ARCHIVE).await?;
    agent.find(REOPEN).await?;
    answer(&agent, "Dime").await?;
    agent.find(ARCHIVE).await?;
    agent.find_saying(&this, "Dime").await?;
    shop.find_saying("#log .theirs .bubble", "Dime").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await?;
    shop.close().await
}

/// The script stands on pages whose rules nobody knows.
#[tokio::test]
async fn a_pages_own_rules_do_not_reach_the_widgets_button() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let shop = Browser::open("es", 1280, 900).await?;
    super::enter_shop(&shop, &hilo).await?;
    let rules = "const sheet = new CSSStyleSheet();
        sheet.replaceSync(`*::before, *::after, button::before { content: 'X' !important }
            button, span, svg, #hilo-button { width: 5px !important; color: red !important }`);
        document.adoptedStyleSheets = [sheet];
        const host = document.querySelector('#hilo-button');
        const button = host.shadowRoot.querySelector('button');
        const content = (of, which) => getComputedStyle(of, which).content;
        return [content(host, '::before'), content(host, '::after'), content(button, '::before'), content(button, '::after'),
            button.offsetWidth, button.querySelector('svg').getBoundingClientRect().width];";
    let reached = shop.ask(rules, vec![]).await?;
    let none = "none";
    assert_eq!(reached, serde_json::json!([none, none, none, none, 56, 28]));
    open_chat(&shop).await?;
    shop.close().await
}
