//! The list of chats: only what is in sight is drawn, keys reach all of it, filters stand in the address and are kept under
//! a name (B10, P5).

use anyhow::Result;
use hilo_tests::Hilo;
use thirtyfour::prelude::*;

use super::{ANA, ROW, agent_window};

const FOCUSED: &str = "const row = document.activeElement.closest('li');
    return row ? [row.ariaPosInSet, row.ariaSetSize] : null;";

/// Where the focused row stands, and of how many.
async fn place(agent: &hilo_tests::browser::Browser) -> Result<(String, String)> {
    let told = agent.driver.execute(FOCUSED, vec![]).await?;
    Ok(serde_json::from_value(told.json().clone())?)
}

#[tokio::test]
async fn keys_reach_rows_that_are_not_drawn() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.press("j").await?;
    let (first, all) = place(&agent).await?;
    assert_eq!(first, "1");
    let drawn = agent.driver.find_all(By::Css(ROW)).await?.len();
    assert!(drawn < all.parse::<usize>()?, "{drawn} of {all} are drawn");
    agent.press(Key::End + "").await?;
    let last = format!("li[aria-posinset='{all}'] > {ROW}:focus");
    agent.find(&last).await?;
    agent.press("k").await?;
    agent.gone(&last, "").await?;
    agent.press(Key::Home + "").await?;
    agent
        .find(&format!("li[aria-posinset='1'] > {ROW}:focus"))
        .await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

#[tokio::test]
async fn p5_filters_stay_after_a_reload_and_come_back_by_their_name() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.click("[data-testid=filter-quick]").await?;
    agent
        .click_saying("[data-testid=filter-option]", "Unread")
        .await?;
    agent.gone(&format!("{ROW}[data-mark=none]"), "").await?;
    agent.driver.refresh().await?;
    agent
        .find_saying("[data-testid=filter-on]", "Unread")
        .await?;
    agent.find(&format!("{ROW}[data-mark=unread]")).await?;
    agent.gone(&format!("{ROW}[data-mark=none]"), "").await?;

    agent.click("[data-testid=views]").await?;
    agent.fill("[data-testid=view-new]", "Now").await?;
    agent
        .fill("[data-testid=view-new]", Key::Enter + "")
        .await?;
    agent.find_saying("[data-testid=view]", "Now").await?;
    agent.press(Key::Escape + "").await?;
    agent.click("[data-testid=filter-clear]").await?;
    agent.find(&format!("{ROW}[data-mark=none]")).await?;
    agent.click("[data-testid=views]").await?;
    agent.click("[data-testid=view]").await?;
    agent
        .find_saying("[data-testid=filter-on]", "Unread")
        .await?;
    agent.gone(&format!("{ROW}[data-mark=none]"), "").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

#[tokio::test]
async fn h4_a_chat_is_deleted_after_one_more_question() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let row = agent.find(ROW).await?;
    let id = row.attr("data-chat-id").await?.unwrap_or_default();
    agent.click(ROW).await?;
    agent.click("[data-testid=more]").await?;
    agent.click("[data-testid=delete-chat]").await?;
    agent.click("[data-testid=delete-chat-sure]").await?;
    agent.find_saying(".toast", "Chat deleted").await?;
    agent
        .gone(&format!("{ROW}[data-chat-id='{id}']"), "")
        .await?;
    assert!(!agent.driver.current_url().await?.path().contains(&id));
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}
