//! Journeys in a real browser, one a file: what an agent and a visitor see and do.

mod a_channel_comes_back;
mod a_company_starts;
mod a_cut_network;
mod a_long_list;
mod a_note_calls;
mod a_page_falls;
mod a_phone;
mod a_server_refuses;
mod a_visitor_speaks;
mod a_visitor_writes;
mod accessible;
mod chats_close_by_themselves;
mod colleagues_talk;
mod comments;
mod fetched_ahead;
mod files;
mod first_pages;
mod keys_only;
mod many_chats;
mod notifications;
mod over_a_page;
mod pictures;
mod two_tabs;
mod what_comes_later;
mod writing_first;

use anyhow::{Result, ensure};
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

const ROW: &str = "[data-testid=chat-row]";
const COMPOSER: &str = "[data-testid=composer]";
const MESSAGE: &str = "[data-testid=message]";
const OURS: &str = "[data-testid=message][data-direction=outbound]";
const ANA: &str = "ana@demo.hilo.example";

/// An agent's window: signed in by the demo's list, at the chats.
async fn agent_window(hilo: &Hilo, email: &str) -> Result<Browser> {
    let browser = Browser::open("en", 1440, 900).await?;
    sign_in(&browser, hilo, email).await?;
    Ok(browser)
}

/// Signs in by the demo's list.
async fn sign_in(browser: &Browser, hilo: &Hilo, email: &str) -> Result<()> {
    browser.driver.goto(format!("{}/sign-in", hilo.url)).await?;
    let person = format!("[data-testid=demo-sign-in][data-email='{email}']");
    browser.click(&person).await?;
    browser.find(ROW).await?;
    Ok(())
}

/// A visitor's window: the demo shop with the chat open, speaking to the frame.
async fn shop_window(hilo: &Hilo) -> Result<Browser> {
    let browser = Browser::open("es", 1280, 900).await?;
    enter_shop(&browser, hilo).await?;
    open_chat(&browser).await?;
    Ok(browser)
}

/// Goes to the shop and waits for its button; the chat stays folded.
async fn enter_shop(browser: &Browser, hilo: &Hilo) -> Result<()> {
    browser
        .driver
        .goto(format!("{}/demo/shop", hilo.url))
        .await?;
    browser.find("#hilo-button").await?;
    Ok(())
}

/// Unfolds the chat and goes into its frame.
async fn open_chat(browser: &Browser) -> Result<()> {
    browser.click("#hilo-button").await?;
    browser.find("#hilo-frame").await?.enter_frame().await?;
    browser.find("#text").await?;
    Ok(())
}

/// Writes into the widget and presses Enter.
async fn say(shop: &Browser, text: &str) -> Result<()> {
    shop.fill("#text", text).await?;
    shop.fill("#text", Key::Enter + "").await?;
    shop.find_saying("#log .mine .bubble", text).await?;
    Ok(())
}

/// Answers in the open chat.
async fn answer(agent: &Browser, text: &str) -> Result<()> {
    agent.fill(COMPOSER, text).await?;
    agent.fill(COMPOSER, Key::Enter + "").await?;
    agent.find_saying(OURS, text).await?;
    Ok(())
}

/// Gives a command with the session of the window, as a program would; gives its answer.
async fn give(agent: &Browser, command: &str, input: Value) -> Result<Value> {
    let script = "const [query, input] = arguments;
        return fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query, variables: { input } }) }).then((answer) => answer.json());";
    let answer = agent.ask(script, vec![json!(command), input]).await?;
    ensure!(answer.pointer("/errors").is_none(), "{answer}");
    Ok(answer)
}

/// Waits until the focus is where it is wanted, by its test id.
async fn focus_is(agent: &Browser, testid: &str) -> Result<()> {
    let script = "return document.activeElement.dataset.testid === arguments[0] || document.activeElement.outerHTML";
    agent
        .wait_for("the focus", script, vec![json!(testid)])
        .await
}
