//! Files in two windows: an agent and a visitor send each other pictures and documents (C2, C16), what cannot go is said
//! before it goes, and words of a message become the client's (G7).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;
use thirtyfour::prelude::*;

use super::{ANA, COMPOSER, MESSAGE, OURS, ROW, agent_window, say, shop_window};

const INPUT: &str = "[data-testid=attach-input]";
const ATTACHED: &str = "[data-testid=attached]";
const PICTURE: &str = "[data-testid=picture] img";
/// Is the picture here, and has it the place that was kept for it?
const DRAWN: &str = "const found = [...document.querySelectorAll(arguments[0])].at(-1);
    return Boolean(found?.complete && found.naturalWidth > 0);";

/// A file of the demo on this disk. The driver takes a path without a step back only.
fn demo_file(name: &str) -> Result<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/server/demo/files");
    let path = std::fs::canonicalize(folder)?.join(name);
    Ok(path.to_string_lossy().into_owned())
}

/// Chooses a file as a person does in the browser's own dialog.
async fn choose(browser: &Browser, css: &str, path: &str) -> Result<()> {
    let script = "return Boolean(document.querySelector(arguments[0]))";
    browser.wait_for(css, script, vec![json!(css)]).await?;
    let input = browser.driver.find(By::Css(css)).await?;
    input.send_keys(path).await?;
    Ok(())
}

async fn drawn(browser: &Browser, css: &str) -> Result<()> {
    browser.wait_for(css, DRAWN, vec![json!(css)]).await
}

/// C2, C16.
#[tokio::test]
async fn an_agent_and_a_visitor_send_each_other_files() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "Os mando una foto").await?;
    agent.click_saying(ROW, "Os mando una foto").await?;
    agent.find_saying(MESSAGE, "Os mando una foto").await?;

    // The visitor's picture is on both sides, and opens over the agent's page.
    choose(&shop, "#file", &demo_file("elbow.png")?).await?;
    drawn(&shop, "#log .mine .files img").await?;
    drawn(&agent, PICTURE).await?;
    agent.click("[data-testid=picture]").await?;
    drawn(&agent, "[data-testid=viewer-picture]").await?;
    agent
        .find_saying("[data-testid=viewer]", "elbow.png")
        .await?;
    agent.press(Key::Escape + "").await?;
    agent.gone("[data-testid=viewer-picture]", "").await?;

    // The agent's files wait above the text, one is taken out, and the others go with it.
    choose(&agent, INPUT, &demo_file("colour.png")?).await?;
    choose(&agent, INPUT, &demo_file("measures.pdf")?).await?;
    choose(&agent, INPUT, &demo_file("voice.wav")?).await?;
    agent.find_saying(ATTACHED, "voice.wav").await?;
    let taken_out = format!("{ATTACHED}:nth-child(2) [data-testid=attach-remove]");
    agent.click(&taken_out).await?;
    agent.gone(ATTACHED, "measures.pdf").await?;
    agent.fill(COMPOSER, "Así lo arreglamos").await?;
    agent.fill(COMPOSER, Key::Control + Key::Enter).await?;
    agent.find_saying(OURS, "Así lo arreglamos").await?;
    agent.gone(ATTACHED, "").await?;
    agent.find("[data-testid=sound-play]").await?;
    drawn(&agent, &format!("{OURS} {PICTURE}")).await?;
    drawn(&shop, "#log .theirs .files img").await?;
    shop.find_saying("#log .theirs .file", "voice.wav").await?;

    // What came over the wire is played.
    shop.click("#log .theirs .file").await?;
    shop.find("#log .theirs .files audio").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    assert_eq!(shop.complaints().await?, Vec::<String>::new());
    agent.close().await?;
    shop.close().await
}

/// C16: a file that is empty is named before anything is sent, and what waits stays when the chat is left.
#[tokio::test]
async fn what_cannot_go_is_said_and_what_waits_stays_with_its_chat() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.click(&format!("li:nth-child(1) > {ROW}")).await?;
    agent.find(COMPOSER).await?;
    let empty = tempfile::NamedTempFile::with_suffix(".txt")?;
    let path = empty.path().to_string_lossy().into_owned();
    choose(&agent, INPUT, &path).await?;
    agent.find_saying(".toasts", "is empty").await?;
    assert_eq!(agent.count(ATTACHED).await?, 0);
    choose(&agent, INPUT, &demo_file("measures.pdf")?).await?;
    agent.find_saying(ATTACHED, "measures.pdf").await?;
    agent.click(&format!("li:nth-child(2) > {ROW}")).await?;
    agent.gone(ATTACHED, "").await?;
    agent.click(&format!("li:nth-child(1) > {ROW}")).await?;
    agent.find_saying(ATTACHED, "measures.pdf").await?;
    agent.close().await
}

/// G7: words of a message go into a field of the client, by the keyboard's menu key.
#[tokio::test]
async fn g7_selected_words_become_the_clients() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "Me llamo Úrsula").await?;
    agent.click_saying(ROW, "Me llamo Úrsula").await?;
    agent.find_saying(MESSAGE, "Me llamo Úrsula").await?;
    let select = "const text = [...document.querySelectorAll('.message .text')].at(-1).firstChild;
        const inner = text.firstChild ?? text;
        getSelection().setBaseAndExtent(inner, 9, inner, 15);
        text.parentElement.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }));";
    agent.ask(select, Vec::new()).await?;
    agent
        .click("[data-testid=pick][data-field=FirstName]")
        .await?;
    agent
        .find_saying("[data-testid=client-beside]", "Úrsula")
        .await?;
    agent.close().await?;
    shop.close().await
}
