//! A chat that is about to be opened is fetched while the button is still down, or once its row has the focus for a moment:
//! opening it then asks for nothing more (C1).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;

use super::{ANA, ROW, agent_window};

/// Counts the questions for the messages of a chat.
const COUNT: &str = "window.asked = 0;
    const fetch = window.fetch;
    window.fetch = async (...asked) => {
        const request = new Request(...asked);
        const text = await request.clone().text();
        const answer = await fetch(request);
        if (/\\bThreadPage\\b/.test(text)) window.asked += 1;
        return answer;
    };";
/// Does something to the row of a number.
const TO_ROW: &str = "const [selector, number, act] = arguments;
    const row = document.querySelectorAll(selector)[number];
    if (act === 'press') {
        row.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0, pointerType: 'mouse' }));
    } else {
        row[act]();
    }
    return row.dataset.chatId;";

async fn to_row(agent: &Browser, number: usize, act: &str) -> Result<String> {
    let args = vec![json!(ROW), json!(number), json!(act)];
    let id = agent.ask(TO_ROW, args).await?;
    Ok(id.as_str().unwrap_or_default().to_owned())
}

async fn asked(agent: &Browser, times: usize) -> Result<()> {
    let script = "return window.asked === arguments[0]";
    agent
        .wait_for("the chat's messages", script, vec![json!(times)])
        .await
}

async fn open(agent: &Browser, number: usize) -> Result<()> {
    let id = to_row(agent, number, "click").await?;
    let shown = "return location.pathname.endsWith(arguments[0])
        && Boolean(document.querySelector('[data-testid=message]'))
        && document.querySelector(`a[data-chat-id='${arguments[0]}']`).ariaCurrent === 'true'";
    agent.wait_for("the chat", shown, vec![json!(id)]).await
}

#[tokio::test]
async fn c1_a_chat_that_was_fetched_ahead_opens_without_asking() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.ask(COUNT, vec![]).await?;

    to_row(&agent, 1, "press").await?;
    asked(&agent, 1).await?;
    open(&agent, 1).await?;
    to_row(&agent, 2, "focus").await?;
    asked(&agent, 2).await?;
    open(&agent, 2).await?;
    asked(&agent, 2).await?;
    // Without a sign before it, it is asked for when it is opened; one that was open is at hand.
    open(&agent, 3).await?;
    asked(&agent, 3).await?;
    to_row(&agent, 1, "press").await?;
    open(&agent, 1).await?;
    asked(&agent, 3).await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

/// The header stays while its chat changes: it is about the chat that is shown, and a sheet that was open goes.
#[tokio::test]
async fn c1_the_header_goes_over_to_the_next_chat() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    open(&agent, 1).await?;
    agent
        .ask(
            "document.querySelector('.thread-head').known = true",
            vec![],
        )
        .await?;
    agent.click("[data-testid=tag]").await?;
    agent.find(".thread-head .dropped").await?;
    open(&agent, 2).await?;
    agent.gone(".thread-head .dropped", "").await?;
    let about = "const name = document.querySelector('.thread-head h2').textContent;
        return document.querySelector('.thread-head').known === true
            && document.querySelectorAll(arguments[0])[2].textContent.includes(name)
            && document.querySelector('.details h3').textContent === name";
    agent
        .wait_for("the next chat's name", about, vec![json!(ROW)])
        .await?;
    let starred = agent.find("[data-testid=star]").await?;
    assert_eq!(
        starred.attr("aria-pressed").await?.as_deref(),
        Some("false")
    );
    agent.click("[data-testid=star]").await?;
    agent.find("[data-testid=star][aria-pressed=true]").await?;
    open(&agent, 1).await?;
    agent.find("[data-testid=star][aria-pressed=false]").await?;
    open(&agent, 2).await?;
    agent.find("[data-testid=star][aria-pressed=true]").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

/// Whoever passes by with the arrow keys fetches nothing but where they stay.
#[tokio::test]
async fn c1_rows_that_are_passed_are_not_fetched() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.ask(COUNT, vec![]).await?;
    let pass =
        "for (const row of [...document.querySelectorAll(arguments[0])].slice(1, 5)) row.focus();";
    agent.ask(pass, vec![json!(ROW)]).await?;
    asked(&agent, 1).await?;
    open(&agent, 4).await?;
    asked(&agent, 1).await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}
