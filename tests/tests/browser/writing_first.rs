//! An agent writes before the client does: from a phone number on the client's page, and by `n` (G16, C10, C13).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;

use super::{OURS, agent_window, focus_is};

const ADMINISTRATOR: &str = "admin@demo.hilo.example";
const TEXT: &str = "[data-testid=new-text]";

/// A client with a number, and a channel on which one can write first.
async fn prepare(agent: &Browser, hilo: &Hilo) -> Result<()> {
    agent
        .driver
        .goto(format!("{}/settings/chats", hilo.url))
        .await?;
    agent.click("[data-testid=connect-other]").await?;
    agent.fill("[data-testid=connect-kind]", "SMS").await?;
    agent
        .fill("[data-testid=connect-name]", "SMS de la tienda")
        .await?;
    agent.click("[data-testid=connect-submit]").await?;
    agent
        .find_saying("[data-testid=channel]", "SMS de la tienda")
        .await?;
    agent.driver.goto(format!("{}/clients", hilo.url)).await?;
    agent.click("[data-testid=new-client]").await?;
    agent.fill("[data-testid=client-first]", "Zofia").await?;
    agent
        .fill("[data-testid=client-last]", "Wiśniewska")
        .await?;
    agent
        .fill("[data-testid=client-phone]", "+48 600 100 200")
        .await?;
    agent.click("[data-testid=client-submit]").await?;
    agent
        .find_saying("[data-testid=client-page]", "Zofia Wiśniewska")
        .await?;
    Ok(())
}

#[tokio::test]
async fn g16_c13_an_agent_writes_first() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    prepare(&agent, &hilo).await?;

    // The number's card names who has it; one writes without looking for them.
    agent.click("[data-testid=phone]").await?;
    agent
        .find_saying("[data-testid=phone-card]", "Zofia Wiśniewska")
        .await?;
    agent.click("[data-testid=phone-new-chat]").await?;
    agent.find_saying("[data-testid=new-to]", "Zofia").await?;
    focus_is(&agent, "new-text").await?;
    agent.fill(TEXT, "Pani zamówienie już czeka.").await?;
    agent.click("[data-testid=new-send]").await?;
    agent.find_saying(OURS, "już czeka").await?;
    agent
        .find_saying(".thread-name", "Zofia Wiśniewska")
        .await?;

    // From anywhere by `n`: found by a part of the name, and it goes on in the same chat.
    agent.driver.goto(format!("{}/templates", hilo.url)).await?;
    agent.find("[data-testid=new-template]").await?;
    agent.press("n").await?;
    focus_is(&agent, "new-whom").await?;
    agent.press("wiśn").await?;
    agent
        .click_saying("[data-testid=new-found]", "Zofia")
        .await?;
    focus_is(&agent, "new-text").await?;
    agent.press("Do jutra").await?;
    agent.click("[data-testid=new-send]").await?;
    agent.find_saying(OURS, "Do jutra").await?;
    agent.find_saying(OURS, "już czeka").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}
