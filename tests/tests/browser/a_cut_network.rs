//! Both windows survive a cut network, a reload and the death of the server (issue step 4).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;
use thirtyfour::prelude::*;

use super::{ANA, COMPOSER, MESSAGE, ROW, agent_window, answer, say, shop_window};

const BANNER: &str = "[data-testid=connection-banner]";

/// Waits until the window shows these texts in this order, each once.
async fn shows(window: &Browser, css: &str, texts: &[&str]) -> Result<()> {
    let script = "const [css, wanted] = arguments;
        const found = [...document.querySelectorAll(css)].map((text) => text.innerText.trim());
        return JSON.stringify(found) === JSON.stringify(wanted) || JSON.stringify(found);";
    let what = format!("{texts:?}, each once");
    window
        .wait_for(&what, script, vec![json!(css), json!(texts)])
        .await
}

#[tokio::test]
async fn the_server_dies_and_both_windows_go_on() -> Result<()> {
    let mut hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "antes del corte").await?;
    agent.click_saying(ROW, "antes del corte").await?;
    agent.find_saying(MESSAGE, "antes del corte").await?;

    hilo.kill().await?;
    agent.find(BANNER).await?;
    shop.find("#banner").await?;
    // What is written meanwhile is kept and goes out by itself.
    answer(&agent, "escrito sin servidor").await?;
    agent.fill(COMPOSER, "a medias").await?;
    say(&shop, "durante el corte").await?;
    say(&shop, "y otra").await?;
    shop.fill("#text", "borrador").await?;

    hilo.start_again().await?;
    shop.find_saying("#log .theirs .bubble", "escrito sin servidor")
        .await?;
    agent.find_saying(MESSAGE, "y otra").await?;
    agent.gone(BANNER, "").await?;
    shop.gone("#banner", "").await?;
    let composer = agent.find(COMPOSER).await?;
    assert_eq!(composer.prop("value").await?.as_deref(), Some("a medias"));
    let field = shop.find("#text").await?;
    assert_eq!(field.prop("value").await?.as_deref(), Some("borrador"));
    agent.fill(COMPOSER, Key::Enter + "").await?;
    shop.find_saying("#log .theirs .bubble", "a medias").await?;

    // No gap, no duplicate, and a reload shows the same.
    let mine = ["antes del corte", "durante el corte", "y otra"];
    let theirs = ["escrito sin servidor", "a medias"];
    shows(&shop, "#log .mine .bubble", &mine).await?;
    shows(&shop, "#log .theirs .bubble", &theirs).await?;
    for _ in 0..2 {
        let text = "[data-direction=inbound] .text";
        shows(&agent, text, &mine).await?;
        shows(&agent, "[data-direction=outbound] .text", &theirs).await?;
        agent.driver.refresh().await?;
    }
    agent.close().await?;
    shop.close().await
}

#[tokio::test]
async fn each_window_says_that_it_is_offline_and_catches_up() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "alfa 1").await?;
    agent.click_saying(ROW, "alfa 1").await?;
    answer(&agent, "beta 2").await?;
    shop.find_saying("#log .theirs .bubble", "beta 2").await?;

    // The visitor is in a tunnel.
    shop.set_offline(true).await?;
    shop.find("#banner").await?;
    say(&shop, "gamma 3").await?;
    answer(&agent, "delta 4").await?;
    shop.set_offline(false).await?;
    shop.gone("#banner", "").await?;
    agent.find_saying(MESSAGE, "gamma 3").await?;
    shows(&shop, "#log .theirs .bubble", &["beta 2", "delta 4"]).await?;

    // The agent is.
    agent.set_offline(true).await?;
    agent.find(BANNER).await?;
    answer(&agent, "epsilon 5").await?;
    say(&shop, "zeta 6").await?;
    agent.set_offline(false).await?;
    agent.gone(BANNER, "").await?;
    shows(
        &shop,
        "#log .mine .bubble",
        &["alfa 1", "gamma 3", "zeta 6"],
    )
    .await?;
    shows(
        &shop,
        "#log .theirs .bubble",
        &["beta 2", "delta 4", "epsilon 5"],
    )
    .await?;
    shows(
        &agent,
        "[data-direction=inbound] .text",
        &["alfa 1", "gamma 3", "zeta 6"],
    )
    .await?;
    let ours = "[data-direction=outbound] .text";
    shows(&agent, ours, &["beta 2", "delta 4", "epsilon 5"]).await?;
    agent.close().await?;
    shop.close().await
}

#[tokio::test]
async fn what_could_not_be_opened_comes_when_the_line_is_back() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.set_offline(true).await?;
    agent.find(BANNER).await?;
    agent.click_saying(ROW, "Clara Petit").await?;
    agent.find("[data-testid=trouble]").await?;
    agent.set_offline(false).await?;
    // Nobody presses "Try again".
    agent.find(MESSAGE).await?;
    agent.close().await
}

#[tokio::test]
async fn two_quick_opposite_acts_arrive_in_their_order() -> Result<()> {
    // The first of the two is slow on its way.
    const SLOW: &str = "const real = window.fetch;
        window.fetch = (address, init) => {
            if (!/\\bstarChat/.test(init?.body)) return real(address, init);
            window.fetch = real;
            return new Promise((then) => setTimeout(then, 600)).then(() => real(address, init));
        };
        window.sent = [];
        new PerformanceObserver((list) => window.sent.push(...list.getEntries())).observe({ type: 'resource' });
        return true";
    const PRESSED: &str =
        "return document.querySelector('[data-testid=star]')?.ariaPressed === arguments[0]";
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.click(ROW).await?;
    agent.find(MESSAGE).await?;
    agent
        .wait_for("no star", PRESSED, vec![json!("false")])
        .await?;
    agent.ask(SLOW, vec![]).await?;
    agent.click("[data-testid=star]").await?;
    agent
        .wait_for("a star", PRESSED, vec![json!("true")])
        .await?;
    agent.click("[data-testid=star]").await?;
    agent
        .wait_for("no star", PRESSED, vec![json!("false")])
        .await?;
    let both = "return window.sent.filter((it) => it.name.endsWith('/graphql')).length >= 2";
    agent.wait_for("both answers", both, vec![]).await?;
    // Other requests are among them: the slow one has been told by then too.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    agent.driver.refresh().await?;
    agent.find(MESSAGE).await?;
    agent
        .wait_for("no star", PRESSED, vec![json!("false")])
        .await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}
