//! What an agent does not need to see the inbox and to answer comes when it is asked for (issue 5: the first load).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;

use super::{ROW, agent_window};

const ADMINISTRATOR: &str = "admin@demo.hilo.example";
const SETTINGS: &str = "[data-testid=rail-settings]";
const CHANNEL: &str = "[data-testid=channel]";
const TROUBLE: &str = "main.waiting [data-testid=trouble]";

/// From now on the parts do not come: `held` until they are let go, `cut`, or answered with a status.
const HINDER: &str = "const real = window.fetch;
    window.hindrance = arguments[0];
    const free = new Promise((then) => { window.letGo = then; });
    window.fetch = async (address, init) => {
        if (!String(address).includes('/assets/part-') || !window.hindrance) return real(address, init);
        if (window.hindrance === 'held') return free.then(() => real(address, init));
        if (window.hindrance === 'cut') throw new TypeError('cut');
        return new Response('gone', { status: window.hindrance });
    };
    return true";

/// The parts that were fetched, in order.
async fn fetched(agent: &Browser) -> Result<Vec<String>> {
    let script = "return performance.getEntriesByType('resource')
        .map((entry) => /assets\\/(part-\\w+)\\./.exec(entry.name)?.[1]).filter(Boolean)";
    let parts = agent.ask(script, vec![]).await?;
    Ok(serde_json::from_value(parts)?)
}

/// The heading of the page that came has the focus.
async fn headed(agent: &Browser, heading: &str) -> Result<()> {
    let script = "const it = document.activeElement;
        return it.tagName === 'H1' && it.innerText === arguments[0] || it.outerHTML.slice(0, 200);";
    agent.wait_for(heading, script, vec![json!(heading)]).await
}

#[tokio::test]
async fn the_inbox_fetches_nothing_of_it_and_each_page_what_it_needs() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    agent.driver.goto(format!("{}/chats", hilo.url)).await?;
    agent.find(ROW).await?;
    agent.rest().await?;
    assert_eq!(fetched(&agent).await?, Vec::<String>::new());

    // Whoever points at a link finds the page there.
    let point = "document.querySelector(arguments[0]).focus(); return true";
    agent.ask(point, vec![json!(SETTINGS)]).await?;
    let there = "return performance.getEntriesByType('resource').some((it) => it.name.includes('/part-office.'))";
    agent.wait_for("the part", there, vec![]).await?;
    agent.click(SETTINGS).await?;
    agent.find(CHANNEL).await?;
    headed(&agent, "Chats").await?;
    let before = fetched(&agent).await?;
    agent.click("[data-testid=rail-templates]").await?;
    agent.find("[data-testid=new-template]").await?;
    assert_eq!(fetched(&agent).await?, before, "one part, once");

    // By the address, too; and each other page.
    for (address, there) in [
        ("settings/employees", "[data-testid=settings-employees]"),
        ("settings/tokens", "[data-testid=settings-tokens]"),
        ("settings/mine", "[data-testid=settings-mine]"),
        ("clients", "[data-testid=new-client]"),
    ] {
        agent.driver.goto(format!("{}/{address}", hilo.url)).await?;
        agent.find(there).await?;
        agent.find("main:not(.waiting) h1").await?;
    }
    agent.driver.goto(format!("{}/chats", hilo.url)).await?;
    agent.find(ROW).await?;
    agent.press("?").await?;
    agent.find("dialog.keys[open] kbd").await?;
    agent.close().await
}

#[tokio::test]
async fn a_part_that_is_late_says_so_and_does_not_come_where_one_has_left() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    agent.ask(HINDER, vec![json!("held")]).await?;
    agent.click(SETTINGS).await?;
    agent.find("main.waiting [role=status]").await?;
    agent.click("[data-testid=rail-chats]").await?;
    agent.find(ROW).await?;
    agent.click("[data-testid=rail-clients]").await?;
    agent.find("main.waiting").await?;
    agent.ask("window.letGo(); return true", vec![]).await?;
    headed(&agent, "Clients").await?;
    assert_eq!(agent.count(CHANNEL).await?, 0, "the page one has left");
    agent.close().await
}

#[tokio::test]
async fn a_part_that_does_not_come_is_tried_again() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    agent.ask(HINDER, vec![json!("cut")]).await?;
    agent.click(SETTINGS).await?;
    agent.find(TROUBLE).await?;
    agent.click("[data-testid=try-again]").await?;
    agent.find(TROUBLE).await?;
    agent
        .ask("window.hindrance = null; return true", vec![])
        .await?;
    agent.click("[data-testid=try-again]").await?;
    agent.find(CHANNEL).await?;
    headed(&agent, "Chats").await?;

    // The dialog over the inbox says it too, and comes.
    agent.driver.goto(format!("{}/chats", hilo.url)).await?;
    agent.find(ROW).await?;
    agent.ask(HINDER, vec![json!("cut")]).await?;
    agent.press("n").await?;
    agent
        .find("[data-testid=dialog] [data-testid=trouble]")
        .await?;
    agent
        .ask("window.hindrance = null; return true", vec![])
        .await?;
    agent.click("[data-testid=try-again]").await?;
    super::focus_is(&agent, "new-whom").await?;
    agent.close().await
}

#[tokio::test]
async fn a_part_of_an_older_version_asks_for_a_reload() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    agent.ask(HINDER, vec![json!(404)]).await?;
    agent.click(SETTINGS).await?;
    agent.find_saying(TROUBLE, "updated").await?;
    assert_eq!(agent.count("[data-testid=try-again]").await?, 0);
    agent.click("[data-testid=reload]").await?;
    agent.find(CHANNEL).await?;
    agent.close().await
}
