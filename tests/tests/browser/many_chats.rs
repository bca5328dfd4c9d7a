//! Many chats at once, and the command bar: chosen by keys, done once, taken back once (P10, P11, P12).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use thirtyfour::prelude::*;

use super::{ANA, ROW, agent_window};

const BAR: &str = "[data-testid=command-bar-field]";

/// An agent's window with the first two chats of the list selected by keys.
async fn two_selected(hilo: &Hilo) -> Result<Browser> {
    let agent = agent_window(hilo, ANA).await?;
    for key in ["j", "x", "j", "x"] {
        agent.press(key).await?;
    }
    agent
        .find_saying("[data-testid=selection]", "2 selected")
        .await?;
    Ok(agent)
}

#[tokio::test]
async fn p12_two_chats_are_archived_and_brought_back_together() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = two_selected(&hilo).await?;
    // While chats are chosen, every row shows its box.
    let boxes = "return [...document.querySelectorAll('.rows .pick')].length > 2
        && [...document.querySelectorAll('.rows .pick')].every((pick) => getComputedStyle(pick).opacity === '1')";
    agent.wait_for("the boxes", boxes, vec![]).await?;
    agent.press("e").await?;
    agent.find_saying(".toast", "2 chats archived").await?;
    agent.gone("[data-testid=selection]", "").await?;
    agent.gone(".choosing", "").await?;
    agent.press("z").await?;
    agent.find_saying(".toast", "Undone").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

/// C2: a time says exactly when while it is pointed at.
#[tokio::test]
async fn c2_a_time_that_is_pointed_at_says_exactly_when() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let time = agent.find(&format!("li:first-child > {ROW} time")).await?;
    assert_eq!(time.attr("title").await?, None);
    let pointer = agent.driver.action_chain();
    pointer.move_to_element_center(&time).perform().await?;
    let told = "return /20\\d\\d/.test(document.querySelector('.rows li:first-child time').title)";
    agent.wait_for("the exact time", told, vec![]).await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

/// P13: together out of sight until a time, and together back.
#[tokio::test]
async fn p12_p13_two_chats_are_snoozed_and_taken_back_together() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = two_selected(&hilo).await?;
    let first = format!("li:first-child > {ROW}");
    let row = agent.find(&first).await?;
    let id = row.attr("data-chat-id").await?.unwrap_or_default();
    let this = format!("{ROW}[data-chat-id='{id}']");
    agent.press("h").await?;
    agent.fill(BAR, "tomorrow").await?;
    agent
        .find_saying("[data-testid=command-bar-line]", "Tomorrow morning")
        .await?;
    agent.press(Key::Enter + "").await?;
    agent.find_saying(".toast", "2 chats snoozed").await?;
    agent.gone("[data-testid=selection]", "").await?;
    agent.gone(&this, "").await?;
    agent.press("z").await?;
    agent.find_saying(".toast", "Undone").await?;
    agent.find(&this).await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

#[tokio::test]
async fn p11_the_command_bar_finds_acts_and_chats() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.find(ROW).await?;
    agent.press(Key::Control + "k").await?;
    agent.fill(BAR, "go to templ").await?;
    agent
        .find_saying("[data-testid=command-bar-line]", "Go to templates")
        .await?;
    agent.press(Key::Enter + "").await?;
    agent.find("[data-testid=new-template]").await?;
    agent.press("?").await?;
    agent.find_saying("dialog[open]", "Command bar").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}
