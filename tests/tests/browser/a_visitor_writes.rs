//! The main job in two windows (issue steps 1 to 3): writing, reading, answering, archiving, reopening.

use anyhow::Result;
use hilo_tests::browser::Browser;
use hilo_tests::{Hilo, until};
use thirtyfour::prelude::*;

use super::{agent_window, say, shop_window};

const ROW: &str = "[data-testid=chat-row]";
const COMPOSER: &str = "[data-testid=composer]";

/// Waits until an attribute of the first match says this.
async fn becomes(browser: &Browser, css: &str, attribute: &str, wanted: &str) -> Result<()> {
    until(&format!("{attribute} of {css} is {wanted}"), async || {
        let Ok(element) = browser.driver.find(By::Css(css)).await else {
            return Ok(None);
        };
        // The page may redraw the element between two looks at it.
        let found = element.attr(attribute).await.ok().flatten();
        Ok((found.as_deref() == Some(wanted)).then_some(()))
    })
    .await
}

async fn rows_saying(agent: &Browser, text: &str) -> Result<usize> {
    let mut count = 0;
    for row in agent.driver.find_all(By::Css(ROW)).await? {
        count += usize::from(row.text().await.unwrap_or_default().contains(text));
    }
    Ok(count)
}

/// B1, B2, B3, B4, B5, A8, C1, C2, C8, D1, D5, D6.
#[tokio::test]
async fn a_visitor_writes_and_an_agent_answers_in_their_windows() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, "ana@demo.hilo.example").await?;
    let shop = shop_window(&hilo).await?;
    shop.screenshot("shop").await?;

    // Without reload a chat appears, with its mark, its number, its text and its channel.
    say(&shop, "¿Tenéis esta pieza en stock?").await?;
    let row = agent
        .find_saying(ROW, "¿Tenéis esta pieza en stock?")
        .await?;
    assert_eq!(row.attr("data-mark").await?.as_deref(), Some("unread"));
    let id = row.attr("data-chat-id").await?.unwrap_or_default();
    let this = format!("{ROW}[data-chat-id='{id}']");
    let number = agent
        .find(&format!("{this} [data-testid=unread-count]"))
        .await?;
    assert!(number.text().await?.starts_with('1'));
    becomes(&agent, "[data-testid=rail-chats]", "data-red", "true").await?;
    agent.screenshot("inbox-unread").await?;

    // Opening it turns the mark grey and tells the visitor.
    agent.find(&this).await?.click().await?;
    agent
        .find_saying("[data-testid=message][data-direction=inbound]", "¿Tenéis")
        .await?;
    becomes(&agent, &this, "data-mark", "unanswered").await?;
    shop.find("#log .mine [data-state=read]").await?;
    shop.screenshot("shop-read").await?;

    // Shift+Enter breaks the line, Enter sends; the visitor has it without reload.
    let composer = agent.find(COMPOSER).await?;
    composer.send_keys("Sí, en dos días.").await?;
    composer.send_keys(Key::Shift + Key::Enter).await?;
    composer.send_keys("¿Te guardo una?").await?;
    composer.send_keys(Key::Enter + "").await?;
    let ours = "[data-testid=message][data-direction=outbound]";
    agent.find_saying(ours, "¿Te guardo una?").await?;
    let bubble = shop
        .find_saying("#log .theirs .bubble", "¿Te guardo una?")
        .await?;
    assert!(
        bubble.text().await?.contains('\n'),
        "the line break arrives"
    );
    becomes(&agent, ours, "data-state", "read").await?;
    agent.find("[data-testid=read-line]").await?;
    becomes(&agent, &this, "data-mark", "none").await?;
    agent.screenshot("thread-answered").await?;
    agent.close().await?;
    shop.close().await
}

/// B6, F1, F2, F3, F4.
#[tokio::test]
async fn a_chat_is_archived_and_taken_out_again_in_the_windows() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, "ana@demo.hilo.example").await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "Gracias, eso es todo").await?;
    agent
        .find_saying(ROW, "Gracias, eso es todo")
        .await?
        .click()
        .await?;
    let archive = agent.find("[data-testid=archive]").await?;
    archive.click().await?;
    agent.find("[data-testid=reopen]").await?;
    agent.screenshot("thread-archived").await?;
    until("the chat has left the active list", async || {
        Ok((rows_saying(&agent, "Gracias, eso es todo").await? == 0).then_some(()))
    })
    .await?;

    // The visitor writes again: it is active by itself.
    say(&shop, "Ah, una cosa más").await?;
    agent.find_saying(ROW, "Ah, una cosa más").await?;
    agent.find("[data-testid=archive]").await?;

    // By its button, and by just writing.
    agent.find("[data-testid=archive]").await?.click().await?;
    agent.find("[data-testid=reopen]").await?.click().await?;
    agent.find("[data-testid=archive]").await?.click().await?;
    agent.find("[data-testid=reopen]").await?;
    let composer = agent.find(COMPOSER).await?;
    composer.send_keys("Dime").await?;
    composer.send_keys(Key::Enter + "").await?;
    agent.find("[data-testid=archive]").await?;
    shop.find_saying("#log .theirs .bubble", "Dime").await?;
    agent.screenshot("thread-reopened").await?;
    agent.close().await?;
    shop.close().await
}
