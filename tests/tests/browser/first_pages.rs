//! The first pages anybody meets, in the four languages, on a desk and on a phone (P22, P23).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use hilo_tests::company::setup_token;
use hilo_tests::wait::PATIENCE;
use thirtyfour::prelude::*;

/// Issue step 6: a company starts for real from the token on the console.
#[tokio::test]
async fn a_company_is_set_up_in_the_browser() -> Result<()> {
    let hilo = Hilo::start().await?;
    let browser = Browser::open("en", 1280, 800).await?;
    browser.driver.goto(format!("{}/", hilo.url)).await?;
    let token = setup_token(&hilo).await?;
    let fields = [
        ("set-up-token", token.as_str()),
        ("set-up-workspace", "Taller Hilo"),
        ("set-up-name", "Irene"),
        ("set-up-email", "irene@taller.example"),
        ("set-up-password", "correct horse battery staple"),
    ];
    for (field, value) in fields {
        let field = browser.find(&format!("[data-testid={field}]")).await?;
        if field.prop("value").await?.unwrap_or_default().is_empty() {
            field.send_keys(value).await?;
        }
    }
    browser.screenshot("set-up").await?;
    browser
        .find("[data-testid=set-up-submit]")
        .await?
        .click()
        .await?;
    browser.find("[data-testid=rail-chats]").await?;
    browser.screenshot("empty-inbox").await?;
    browser.close().await
}

#[tokio::test]
async fn a_wrong_password_is_said_and_a_right_one_lets_in() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("es", 1280, 800).await?;
    browser.driver.goto(format!("{}/chats", hilo.url)).await?;
    browser
        .find("[data-testid=sign-in-email]")
        .await?
        .send_keys("ana@demo.hilo.example")
        .await?;
    let password = browser.find("[data-testid=sign-in-password]").await?;
    password.send_keys("wrong").await?;
    browser
        .find("[data-testid=sign-in-submit]")
        .await?
        .click()
        .await?;
    let invalid = By::Css("[data-testid=sign-in-password][aria-invalid=true]");
    browser
        .driver
        .query(invalid)
        .wait(PATIENCE, std::time::Duration::from_millis(50))
        .first()
        .await?;
    password.clear().await?;
    password.send_keys("hilo-demo-2026").await?;
    browser
        .find("[data-testid=sign-in-submit]")
        .await?
        .click()
        .await?;
    browser.find("[data-testid=chat-row]").await?;
    browser.close().await
}

#[tokio::test]
async fn the_inbox_fits_a_phone_and_speaks_four_languages() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    for language in ["en", "es", "pl", "fr"] {
        let browser = Browser::open(language, 390, 844).await?;
        browser.driver.goto(format!("{}/sign-in", hilo.url)).await?;
        browser
            .find("[data-testid=demo-sign-in]")
            .await?
            .click()
            .await?;
        browser.find("[data-testid=chat-row]").await?;
        let page = browser.find("html").await?;
        assert_eq!(page.attr("lang").await?.as_deref(), Some(language));
        let wide = "return document.documentElement.scrollWidth > innerWidth";
        let is_wide = browser.driver.execute(wide, vec![]).await?;
        assert_eq!(
            is_wide.json().as_bool(),
            Some(false),
            "{language} scrolls sideways"
        );
        browser.screenshot(&format!("phone-{language}")).await?;
        browser.close().await?;
    }
    Ok(())
}
