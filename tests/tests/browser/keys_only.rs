//! A chat from first to last without a pointer: `j`, Enter, writing, `e`, taking it back.

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::hilo::settled;
use serde_json::json;
use thirtyfour::prelude::*;

use super::{ANA, COMPOSER, MESSAGE, OURS, agent_window, focus_is, give};

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

/// Take, answer by a template, tag, put aside, take back, find again (P1, P4, P13, F6, B12).
#[tokio::test]
async fn p10_half_a_day_without_a_pointer() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let template =
        "mutation($input: CreateTemplateInput!) { createTemplate(input: $input) { position } }";
    let content =
        json!({"name": "Saludo", "body": "Tu madeja zarzamora va de camino.", "channelKinds": []});
    let input = json!({"idempotencyKey": "0198c0de-0000-7000-8000-000000000001", "shared": false, "content": content});
    give(&agent, template, input).await?;
    settled(&hilo.url).await?;

    agent.press("j").await?;
    agent.press(Key::Enter + "").await?;
    agent.find(COMPOSER).await?;
    agent.press("m").await?;
    agent.find_saying(".toast", "1 chat assigned").await?;
    agent.press("r").await?;
    focus_is(&agent, "composer").await?;
    agent.press("/salu").await?;
    agent.find_saying("[data-testid=offer]", "Saludo").await?;
    agent.press(Key::Enter + "").await?;
    let filled =
        "return document.querySelector('[data-testid=composer]').value.includes('zarzamora')";
    agent.wait_for("the template", filled, vec![]).await?;
    agent.press(Key::Control + Key::Enter).await?;
    agent.find_saying(OURS, "zarzamora").await?;
    agent.press(Key::Escape + "").await?;

    let bar = "[data-testid=command-bar-field]";
    agent.press("l").await?;
    agent.fill(bar, "lana").await?;
    agent
        .find_saying("[data-testid=command-bar-line]", "lana")
        .await?;
    agent.press(Key::Enter + "").await?;
    agent.find_saying(".toast", "1 chat tagged").await?;
    agent.press("h").await?;
    agent.find(bar).await?;
    agent.press(Key::Enter + "").await?;
    agent.find_saying(".toast", "1 chat snoozed").await?;
    agent.press("z").await?;
    agent.find_saying(".toast", "Undone").await?;

    // From the field by the arrow to what was found, and there.
    settled(&hilo.url).await?;
    agent.press("/").await?;
    agent.press("zarzamora").await?;
    agent
        .find_saying("[data-testid=found-message]", "zarzamora")
        .await?;
    agent.press(Key::Down + "").await?;
    focus_is(&agent, "found-message").await?;
    agent.press(Key::Up + "").await?;
    focus_is(&agent, "search").await?;
    agent.press(Key::Down + "").await?;
    agent.press(Key::Enter + "").await?;
    agent.find_saying(MESSAGE, "zarzamora").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}
