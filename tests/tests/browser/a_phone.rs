//! One pane on a phone (P23): the list, a chat, and back, keeping the place and the draft.

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;

use super::{ANA, COMPOSER, ROW, sign_in};

#[tokio::test]
async fn a_phone_goes_to_a_chat_and_back_and_keeps_the_draft() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let phone = Browser::open("en", 390, 844).await?;
    sign_in(&phone, &hilo, ANA).await?;
    phone.gone(COMPOSER, "").await?;
    let scroll = "document.querySelector('[data-testid=chat-list]').scrollTop";
    phone.ask(&format!("{scroll} = 600"), vec![]).await?;
    let ids = "const pane = document.querySelector('[data-testid=chat-list]').getBoundingClientRect();
        return [...document.querySelectorAll('[data-testid=chat-row]')].find((row) => row.getBoundingClientRect().top > pane.top + 80).dataset.chatId";
    let id = phone.ask(ids, vec![]).await?;
    let row = format!("{ROW}[data-chat-id='{}']", id.as_str().unwrap_or_default());

    phone.click(&row).await?;
    phone.fill(COMPOSER, "a medias").await?;
    phone.gone(ROW, "").await?;
    phone.click("[data-testid=back]").await?;
    phone.find(&row).await?;
    let place = phone.ask(&format!("return {scroll}"), vec![]).await?;
    assert_eq!(place, json!(600), "the list is where it was");
    phone.click(&row).await?;
    let composer = phone.find(COMPOSER).await?;
    assert_eq!(composer.prop("value").await?.as_deref(), Some("a medias"));

    // The step back of the phone itself does the same, and a reload keeps the draft too.
    phone.driver.back().await?;
    phone.find(&row).await?;
    phone.driver.forward().await?;
    phone.find(COMPOSER).await?;
    phone.driver.refresh().await?;
    let composer = phone.find(COMPOSER).await?;
    assert_eq!(composer.prop("value").await?.as_deref(), Some("a medias"));
    assert_eq!(phone.complaints().await?, Vec::<String>::new());
    phone.close().await
}
