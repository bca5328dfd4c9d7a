//! A company starts for real (issue step 6): set-up, a web chat for its site, a colleague.

use anyhow::{Context as _, Result};
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use hilo_tests::company::{PASSWORD, setup_token};

async fn fill_all(browser: &Browser, fields: &[(&str, &str)]) -> Result<()> {
    for (field, value) in fields {
        let css = format!("[data-testid={field}]");
        browser.fill(&css, *value).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_company_is_set_up_in_the_browser() -> Result<()> {
    let hilo = Hilo::start().await?;
    let admin = Browser::open("en", 1280, 900).await?;
    let token = setup_token(&hilo).await?;

    // Whoever comes without the token is asked for it.
    admin.driver.goto(format!("{}/", hilo.url)).await?;
    let set_up = [
        ("set-up-token", token.as_str()),
        ("set-up-workspace", "Taller Hilo"),
        ("set-up-name", "Irene"),
        ("set-up-email", "irene@taller.example"),
        ("set-up-password", PASSWORD),
    ];
    fill_all(&admin, &set_up).await?;
    admin.click("[data-testid=set-up-submit]").await?;
    admin.find_saying(".empty-words", "Nobody waits").await?;

    // A web chat in a minute, with its code to copy.
    admin.click("[data-testid=rail-settings]").await?;
    admin.click("[data-testid=connect-web-chat]").await?;
    let channel = [
        ("channel-name", "Tienda"),
        ("channel-origins", "https://www.taller.example"),
        ("channel-title", "Taller"),
    ];
    fill_all(&admin, &channel).await?;
    admin.click("[data-testid=channel-save]").await?;
    let code = admin
        .find_saying("[data-testid=widget-code]", "<script")
        .await?;
    assert!(code.text().await?.contains("/widget/v1/"));
    admin
        .click_saying("[data-testid=channel] .copy button", "Copy")
        .await?;
    admin.find(".toast").await?;

    // A colleague is invited and comes in.
    admin.click("[data-testid=settings-employees]").await?;
    admin.click("[data-testid=invite]").await?;
    let invited = [
        ("invite-name", "Ana"),
        ("invite-email", "ana@taller.example"),
    ];
    fill_all(&admin, &invited).await?;
    admin.click("[data-testid=invite-submit]").await?;
    let link = admin
        .find_saying("[data-testid=invitation-url]", "/invitation/")
        .await?;
    let link = link.text().await?;
    let path = link.find("/invitation/").and_then(|at| link.get(at..));
    let path = path.context("the link has no path")?.trim();

    let ana = Browser::open("es", 1280, 900).await?;
    ana.driver.goto(format!("{}{path}", hilo.url)).await?;
    fill_all(&ana, &[("invitation-password", PASSWORD)]).await?;
    ana.click("[data-testid=invitation-submit]").await?;
    ana.find("[data-testid=rail-chats]").await?;

    // Out, and in again with her own password.
    ana.click("[data-testid=me]").await?;
    ana.click("[data-testid=sign-out]").await?;
    let again = [
        ("sign-in-email", "ana@taller.example"),
        ("sign-in-password", PASSWORD),
    ];
    fill_all(&ana, &again).await?;
    ana.click("[data-testid=sign-in-submit]").await?;
    ana.find("[data-testid=rail-chats]").await?;
    assert_eq!(admin.complaints().await?, Vec::<String>::new());
    ana.close().await?;
    admin.close().await
}
