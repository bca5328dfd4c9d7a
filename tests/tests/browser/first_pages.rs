//! The first pages anybody meets, in the four languages (P22).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;

use super::{ANA, ROW};

#[tokio::test]
async fn a_wrong_password_is_said_and_a_right_one_lets_in() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("es", 1280, 800).await?;
    browser.driver.goto(format!("{}/chats", hilo.url)).await?;
    browser.fill("[data-testid=sign-in-email]", ANA).await?;
    let password = "[data-testid=sign-in-password]";
    browser.fill(password, "wrong").await?;
    browser.click("[data-testid=sign-in-submit]").await?;
    browser.becomes(password, "aria-invalid", "true").await?;
    browser.find(password).await?.clear().await?;
    browser.fill(password, "hilo-demo-2026").await?;
    browser.click("[data-testid=sign-in-submit]").await?;
    browser.find(ROW).await?;
    browser.close().await
}

#[tokio::test]
async fn the_inbox_speaks_four_languages_and_fits_a_phone() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    for language in ["en", "es", "pl", "fr"] {
        let browser = Browser::open(language, 390, 844).await?;
        super::sign_in(&browser, &hilo, ANA).await?;
        browser.becomes("html", "lang", language).await?;
        let wide = "return document.documentElement.scrollWidth > innerWidth";
        let is_wide = browser.ask(wide, vec![]).await?;
        assert_eq!(is_wide, json!(false), "{language} scrolls sideways");
        browser.close().await?;
    }
    Ok(())
}
