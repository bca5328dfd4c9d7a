//! Both windows survive a cut network, a reload and the death of the server (issue step 4).

use anyhow::Result;
use hilo_tests::{Hilo, until};
use thirtyfour::prelude::*;

use super::{agent_window, say, shop_window};

const MESSAGE: &str = "[data-testid=message]";
const BANNER: &str = "[data-testid=connection-banner]";

#[tokio::test]
async fn the_server_dies_and_both_windows_go_on() -> Result<()> {
    let mut hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, "ana@demo.hilo.example").await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "antes del corte").await?;
    agent
        .find_saying("[data-testid=chat-row]", "antes del corte")
        .await?
        .click()
        .await?;
    agent.find_saying(MESSAGE, "antes del corte").await?;

    hilo.kill().await?;
    agent.find(BANNER).await?;
    // What is written meanwhile is kept and goes out by itself.
    agent
        .find("[data-testid=composer]")
        .await?
        .send_keys("a medias")
        .await?;
    say(&shop, "durante el corte").await?;
    agent.screenshot("connection-lost").await?;
    shop.screenshot("shop-connection-lost").await?;

    hilo.start_again().await?;
    agent.find_saying(MESSAGE, "durante el corte").await?;
    until("the banner is gone", async || {
        Ok(agent
            .driver
            .find_all(By::Css(BANNER))
            .await?
            .is_empty()
            .then_some(()))
    })
    .await?;
    let composer = agent.find("[data-testid=composer]").await?;
    assert_eq!(composer.prop("value").await?.as_deref(), Some("a medias"));
    composer.send_keys(Key::Enter + "").await?;
    shop.find_saying("#log .theirs .bubble", "a medias").await?;
    let said = shop.driver.find_all(By::Css("#log .mine .bubble")).await?;
    assert_eq!(said.len(), 2, "nothing twice");

    // A reload shows the same.
    agent.driver.refresh().await?;
    agent.find_saying(MESSAGE, "a medias").await?;
    assert_eq!(agent.driver.find_all(By::Css(MESSAGE)).await?.len(), 3);
    agent.close().await?;
    shop.close().await
}
