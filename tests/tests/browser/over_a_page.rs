//! The chats over the page one is on, beside the section of their own; and in a frame on another site (A9).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;
use thirtyfour::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{ANA, COMPOSER, ROW, agent_window};

const POP_UP: &str = "[data-testid=pop-up]";
const PAGE: &str = "[data-testid=new-template]";

#[tokio::test]
async fn a9_the_chats_come_over_the_page_one_is_on_and_go_again() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    // By its address the section has the whole page.
    assert_eq!(agent.count(POP_UP).await?, 0);
    agent.click("[data-testid=rail-templates]").await?;
    agent.find(PAGE).await?;
    agent.press("g").await?;
    agent.press("c").await?;
    agent.click(&format!("{POP_UP} {ROW}")).await?;
    agent.find(&format!("{POP_UP} {COMPOSER}")).await?;
    // The page is still there, also after a reload.
    agent.find(PAGE).await?;
    agent.driver.refresh().await?;
    agent.find(&format!("{POP_UP} {COMPOSER}")).await?;
    agent.find(PAGE).await?;
    assert_eq!(agent.count("main").await?, 1, "one main part");
    // Step by step back: the list, the page.
    agent.press(Key::Escape + "").await?;
    agent.gone(COMPOSER, "").await?;
    agent.press(Key::Escape + "").await?;
    agent.gone(POP_UP, "").await?;
    agent.find(PAGE).await?;

    // As a whole page it is the section.
    agent.click("[data-testid=rail-chats]").await?;
    agent.click(&format!("{POP_UP} {ROW}")).await?;
    agent.find(&format!("{POP_UP} {COMPOSER}")).await?;
    agent.click("[data-testid=pop-up-widen]").await?;
    agent.find(&format!("main {COMPOSER}")).await?;
    agent.gone(POP_UP, "").await?;
    agent.driver.refresh().await?;
    agent.find(&format!("main {COMPOSER}")).await?;
    assert_eq!(agent.count(POP_UP).await?, 0);

    // Who wants the section has it.
    agent
        .driver
        .goto(format!("{}/settings/mine", hilo.url))
        .await?;
    agent.click("[data-testid=chats-window]").await?;
    agent.click("[data-testid=rail-chats]").await?;
    agent.find(&format!("main {ROW}")).await?;
    assert_eq!(agent.count(POP_UP).await?, 0);
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

/// A site of one page, which shows Hilo in a frame; gives its port.
async fn site_around(address: String) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let page = format!(
        "<!doctype html><title>CRM</title><iframe src=\"{address}\" width=\"900\" height=\"700\"></iframe>"
    );
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
        page.len()
    );
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut asked = [0; 4096];
                if stream.read(&mut asked).await.is_ok() {
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                }
            });
        }
    });
    Ok(port)
}

async fn enter(browser: &Browser, site: &str) -> Result<()> {
    browser.driver.goto(site).await?;
    browser.find("iframe").await?.enter_frame().await?;
    Ok(())
}

#[tokio::test]
async fn a9_a_named_site_shows_the_chats_in_a_frame_and_another_does_not() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let embed = format!("{}/embed", hilo.url);
    // `localhost` is another site than 127.0.0.1, where Hilo is.
    let crm = format!("http://localhost:{}", site_around(embed.clone()).await?);
    let stranger = format!("http://localhost:{}", site_around(embed).await?);
    let admin = agent_window(&hilo, "admin@demo.hilo.example").await?;
    admin
        .driver
        .goto(format!("{}/settings/chats", hilo.url))
        .await?;
    admin.fill("[data-testid=frames]", crm.as_str()).await?;
    admin.click("[data-testid=frames-save]").await?;
    admin
        .find_saying("[data-testid=frames-code]", "/embed")
        .await?;
    admin.close().await?;

    let agent = Browser::open("en", 1280, 900).await?;
    enter(&agent, &stranger).await?;
    let refused = "return location.href.startsWith('chrome-error:') || location.href";
    agent
        .wait_for("no frame on a stranger's site", refused, vec![])
        .await?;
    enter(&agent, &crm).await?;
    let person = format!("[data-testid=demo-sign-in][data-email='{ANA}']");
    agent.click(&person).await?;
    agent.click(ROW).await?;
    agent.find(COMPOSER).await?;
    assert_eq!(agent.count(".rail").await?, 0, "the chats and nothing else");
    // Signed in there, on that site, and nowhere else.
    enter(&agent, &crm).await?;
    agent.find(ROW).await?;
    agent.driver.goto(format!("{}/chats", hilo.url)).await?;
    agent.find(&person).await?;
    // Signing out ends it in the frame.
    enter(&agent, &crm).await?;
    agent.click("[data-testid=me]").await?;
    agent.click("[data-testid=sign-out]").await?;
    agent.find(&person).await?;
    let address = agent.ask("return location.pathname", vec![]).await?;
    assert_eq!(address, json!("/embed/sign-in"));
    agent.close().await
}
