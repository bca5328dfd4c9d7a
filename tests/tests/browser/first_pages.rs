//! The first pages anybody meets: sign-in, the demo shop.

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;

/// P22: the sign-in page speaks the browser's language and lets a demo person in.
#[tokio::test]
async fn the_sign_in_page_lets_a_demo_agent_in() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let browser = Browser::open("es", 1280, 800).await?;
    browser.driver.goto(format!("{}/sign-in", hilo.url)).await?;
    browser
        .find("input[type=email]")
        .await?
        .send_keys("ana@demo.hilo.example")
        .await?;
    browser
        .find("input[type=password]")
        .await?
        .send_keys("hilo-demo-2026")
        .await?;
    browser.screenshot("sign-in").await?;
    browser.find("button[type=submit]").await?.click().await?;
    browser.find("nav").await?;
    browser.screenshot("inbox").await?;
    browser.close().await
}
