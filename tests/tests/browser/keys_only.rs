//! A chat from first to last without a pointer: `j`, Enter, writing, `e`, taking it back.

use anyhow::Result;
use hilo_tests::Hilo;
use thirtyfour::prelude::*;

use super::{ANA, COMPOSER, OURS, agent_window};

#[tokio::test]
async fn an_agent_works_with_keys_alone() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.press("j").await?;
    agent.press("j").await?;
    agent.press("k").await?;
    agent.press("j").await?;
    let focused = agent.driver.active_element().await?;
    let second = agent
        .find("li:nth-child(2) > [data-testid=chat-row]")
        .await?;
    let id = second.attr("data-chat-id").await?;
    assert_eq!(focused.attr("data-chat-id").await?, id);
    agent.press(Key::Enter + "").await?;
    agent.find(COMPOSER).await?;

    agent.press("r").await?;
    agent.press("Enseguida lo miro").await?;
    agent.press(Key::Enter + "").await?;
    agent.find_saying(OURS, "Enseguida lo miro").await?;
    agent.press(Key::Escape + "").await?;

    // Archived, and taken back by `z`; archived again, and taken back by the toast's own button.
    agent.press("e").await?;
    agent.find("[data-testid=reopen]").await?;
    agent.press("z").await?;
    agent.find("[data-testid=archive]").await?;
    agent.press("e").await?;
    agent.find("[data-testid=reopen]").await?;
    let undo = agent.find("[data-testid=toast-undo]").await?;
    undo.focus().await?;
    agent.press(Key::Enter + "").await?;
    agent.find("[data-testid=archive]").await?;

    agent.press("?").await?;
    agent.find("dialog[open]").await?;
    agent.press(Key::Escape + "").await?;
    agent.gone("dialog[open]", "").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}
