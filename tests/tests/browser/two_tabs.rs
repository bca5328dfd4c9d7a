//! Two tabs of one agent show the same; and what failed can be tried again.

use anyhow::Result;
use hilo_tests::Hilo;
use thirtyfour::prelude::*;

use super::{ANA, ROW, agent_window};

#[tokio::test]
async fn p5_two_tabs_have_the_same_views_and_theme_and_end_together() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let first = agent.driver.window().await?;
    // What this browser kept before the server did is carried over.
    let keep = "
        const viewer = await (await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query: '{ viewer { agent { id } } }' }) })).json();
        localStorage.setItem('hilo.views.' + viewer.data.viewer.agent.id, 'name=Old%20one&is=show%3Dstarred');
        arguments[arguments.length - 1](true);";
    let keep = format!("(async (...arguments) => {{ {keep} }})(...arguments)");
    agent.driver.execute_async(keep, vec![]).await?;
    let second = agent.driver.new_tab().await?;
    agent.driver.switch_to_window(second.clone()).await?;
    agent.driver.goto(format!("{}/chats", hilo.url)).await?;
    agent.find(ROW).await?;
    agent.click("[data-testid=views]").await?;
    agent.find_saying("[data-testid=view]", "Old one").await?;
    agent.fill("[data-testid=view-new]", "Shared").await?;
    agent
        .fill("[data-testid=view-new]", Key::Enter + "")
        .await?;
    agent.find_saying("[data-testid=view]", "Shared").await?;
    agent.press(Key::Escape + "").await?;
    agent.click("[data-testid=me]").await?;
    agent.click("[data-testid=theme-dark]").await?;

    agent.driver.switch_to_window(first.clone()).await?;
    agent.becomes("html", "data-theme", "dark").await?;
    agent.click("[data-testid=views]").await?;
    agent.find_saying("[data-testid=view]", "Shared").await?;
    agent.click("[data-testid=view-delete]").await?;
    agent.gone("[data-testid=view]", "Old one").await?;
    agent.press(Key::Escape + "").await?;

    agent.driver.switch_to_window(second).await?;
    agent.click("[data-testid=sign-out]").await?;
    agent.find("[data-testid=demo-sign-in]").await?;
    agent.driver.switch_to_window(first).await?;
    agent.find("[data-testid=demo-sign-in]").await?;
    agent.close().await
}

#[tokio::test]
async fn an_act_that_did_not_pass_is_told_and_tried_again() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.click(ROW).await?;
    agent.find("[data-testid=archive]").await?;
    agent.set_offline(true).await?;
    agent.click("[data-testid=archive]").await?;
    agent.find("[data-testid=toast-again]").await?;
    agent.find("[data-testid=archive]").await?;
    agent.set_offline(false).await?;
    agent.click("[data-testid=toast-again]").await?;
    agent.find("[data-testid=reopen]").await?;
    agent.gone("[data-testid=toast-again]", "").await?;
    agent.close().await
}
