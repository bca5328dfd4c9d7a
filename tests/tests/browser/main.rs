//! Journeys in a real browser, one a file: what an agent and a visitor see and do.

mod a_cut_network;
mod a_visitor_writes;
mod first_pages;

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use thirtyfour::prelude::*;

/// An agent's window: signed in by the demo's list, at the chats.
async fn agent_window(hilo: &Hilo, email: &str) -> Result<Browser> {
    let browser = Browser::open("en", 1440, 900).await?;
    browser.driver.goto(format!("{}/sign-in", hilo.url)).await?;
    let person = format!("[data-testid=demo-sign-in][data-email='{email}']");
    browser.find(&person).await?.click().await?;
    browser.find("[data-testid=chat-row]").await?;
    Ok(browser)
}

/// A visitor's window: the demo shop with the chat open, speaking to the frame.
async fn shop_window(hilo: &Hilo) -> Result<Browser> {
    let browser = Browser::open("es", 1280, 900).await?;
    browser
        .driver
        .goto(format!("{}/demo/shop", hilo.url))
        .await?;
    browser.find("#hilo-button").await?.click().await?;
    browser.find("#hilo-frame").await?.enter_frame().await?;
    browser.find("#text").await?;
    Ok(browser)
}

/// Writes into the widget and presses Enter.
async fn say(shop: &Browser, text: &str) -> Result<()> {
    let field = shop.find("#text").await?;
    field.send_keys(text).await?;
    field.send_keys(Key::Enter + "").await?;
    shop.find_saying("#log .mine .bubble", text).await?;
    Ok(())
}
