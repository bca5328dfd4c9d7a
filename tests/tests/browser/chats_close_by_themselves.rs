//! An administrator lets chats close by themselves, but not while a customer waits for an answer: what was answered goes
//! from everybody's list, and says why (A10).

use anyhow::Result;
use hilo_tests::Hilo;
use thirtyfour::prelude::*;

use super::{ANA, ROW, agent_window};

const ADMINISTRATOR: &str = "admin@demo.hilo.example";

#[tokio::test]
async fn a10_answered_chats_close_and_waiting_ones_stay() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.find_saying(ROW, "Jack Murphy").await?;
    agent.find_saying(ROW, "Manon Chevalier").await?;
    let admin = agent_window(&hilo, ADMINISTRATOR).await?;
    admin
        .driver
        .goto(format!("{}/settings/chats", hilo.url))
        .await?;
    admin.click("[data-testid=keep-unanswered]").await?;
    admin.find_saying(".toast", "Saved").await?;
    let hour = By::Css("#auto-close option[value='60']");
    admin.driver.find(hour).await?.click().await?;

    agent.gone(ROW, "Jack Murphy").await?;
    agent.find_saying(ROW, "Manon Chevalier").await?;
    agent.click("[data-testid=switch-archived]").await?;
    agent.click_saying(ROW, "Jack Murphy").await?;
    agent
        .find_saying("[data-testid=act]", "Automatic closing archived the chat")
        .await?;
    agent
        .find_saying(
            "[data-testid=thread-place]",
            "Archived by Automatic closing",
        )
        .await?;
    let ticked = "return document.querySelector('[data-testid=keep-unanswered]').checked
        && document.querySelector('#auto-close').value === '60'";
    admin.driver.refresh().await?;
    admin.find("[data-testid=keep-unanswered]").await?;
    admin.wait_for("what was saved", ticked, vec![]).await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    assert_eq!(admin.complaints().await?, Vec::<String>::new());
    admin.close().await?;
    agent.close().await
}
