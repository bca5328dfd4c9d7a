//! The list of chats: only what is in sight is drawn, keys reach all of it, filters stand in the address and are kept under
//! a name (B10, P5).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use hilo_tests::hilo::settled;
use serde_json::json;
use thirtyfour::prelude::*;

use super::{ANA, ROW, agent_window, give};

const FOCUSED: &str = "const row = document.activeElement.closest('li');
    return row ? [row.ariaPosInSet, row.ariaSetSize] : null;";

/// Where the focused row stands, and of how many.
async fn place(agent: &Browser) -> Result<(String, String)> {
    let told = agent.driver.execute(FOCUSED, vec![]).await?;
    Ok(serde_json::from_value(told.json().clone())?)
}

#[tokio::test]
async fn keys_reach_rows_that_are_not_drawn() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.press("j").await?;
    let (first, all) = place(&agent).await?;
    assert_eq!(first, "1");
    let drawn = agent.driver.find_all(By::Css(ROW)).await?.len();
    assert!(drawn < all.parse::<usize>()?, "{drawn} of {all} are drawn");
    agent.press(Key::End + "").await?;
    let last = format!("li[aria-posinset='{all}'] > {ROW}:focus");
    agent.find(&last).await?;
    agent.press("k").await?;
    agent.gone(&last, "").await?;
    agent.press(Key::Home + "").await?;
    agent
        .find(&format!("li[aria-posinset='1'] > {ROW}:focus"))
        .await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

/// 260 people write through a channel of their own; gives it.
async fn many_write(agent: &Browser) -> Result<String> {
    let connect = "mutation($input: ConnectChannelInput!) { connectChannel(input: $input) { channel { id } } }";
    let made = give(
        agent,
        connect,
        json!({"kind": "API", "name": "Foro", "idempotencyKey": "0198c0de-0000-7000-8000-000000000001"}),
    )
    .await?;
    let channel = made.pointer("/data/connectChannel/channel/id").cloned();
    let channel = channel.unwrap_or_default();
    let receive =
        "mutation($input: ReceiveMessagesInput!) { receiveMessages(input: $input) { position } }";
    for from in (0..260).step_by(65) {
        let one = |n| json!({"externalId": format!("{n}"), "handle": format!("lector {n}"), "text": format!("hola {n}")});
        let messages: Vec<_> = (from..from + 65).map(one).collect();
        let input = json!({"channelId": channel, "messages": messages});
        give(agent, receive, input).await?;
    }
    Ok(channel.as_str().unwrap_or_default().to_owned())
}

/// The list shows the first hundred; its end is reached at once, and what stands between while one goes up.
#[tokio::test]
async fn end_reaches_the_last_of_more_chats_than_are_here() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, "admin@demo.hilo.example").await?;
    let channel = many_write(&agent).await?;
    settled(&hilo.url).await?;
    agent
        .driver
        .goto(format!("{}/chats?channel={channel}", hilo.url))
        .await?;
    let focused = format!("{ROW}:focus");
    let at = |place: i32| format!("li[aria-posinset='{place}'][aria-setsize='260'] > {ROW}:focus");
    agent.find_saying(ROW, "hola").await?;
    agent.press("j").await?;
    agent.press(Key::End + "").await?;
    agent.find(&at(260)).await?;
    // From there up, past the page that was fetched.
    let mut here = 260;
    for _ in 0..500 {
        agent.press(Key::PageUp + "").await?;
        agent.find(&focused).await?;
        here = place(&agent).await?.0.parse()?;
        if here <= 132 {
            break;
        }
    }
    assert!(here <= 132, "never came past row {here}");
    agent.press(Key::Home + "").await?;
    agent.find(&at(1)).await?;
    agent.press(Key::End + "").await?;
    agent.find(&at(260)).await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

#[tokio::test]
async fn p5_filters_stay_after_a_reload_and_come_back_by_their_name() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.click("[data-testid=filter-quick]").await?;
    agent
        .click_saying("[data-testid=filter-option]", "Unread")
        .await?;
    agent.gone(&format!("{ROW}[data-mark=none]"), "").await?;
    agent.driver.refresh().await?;
    agent
        .find_saying("[data-testid=filter-on]", "Unread")
        .await?;
    agent.find(&format!("{ROW}[data-mark=unread]")).await?;
    agent.gone(&format!("{ROW}[data-mark=none]"), "").await?;

    agent.click("[data-testid=views]").await?;
    agent.fill("[data-testid=view-new]", "Now").await?;
    agent
        .fill("[data-testid=view-new]", Key::Enter + "")
        .await?;
    agent.find_saying("[data-testid=view]", "Now").await?;
    agent.press(Key::Escape + "").await?;
    agent.click("[data-testid=filter-clear]").await?;
    agent.find(&format!("{ROW}[data-mark=none]")).await?;
    agent.click("[data-testid=views]").await?;
    agent.click("[data-testid=view]").await?;
    agent
        .find_saying("[data-testid=filter-on]", "Unread")
        .await?;
    agent.gone(&format!("{ROW}[data-mark=none]"), "").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

#[tokio::test]
async fn h4_a_chat_is_deleted_after_one_more_question() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let row = agent.find(ROW).await?;
    let id = row.attr("data-chat-id").await?.unwrap_or_default();
    agent.click(ROW).await?;
    agent.click("[data-testid=more]").await?;
    agent.click("[data-testid=delete-chat]").await?;
    agent.click("[data-testid=delete-chat-sure]").await?;
    agent.find_saying(".toast", "Chat deleted").await?;
    agent
        .gone(&format!("{ROW}[data-chat-id='{id}']"), "")
        .await?;
    assert!(!agent.driver.current_url().await?.path().contains(&id));
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

/// By arrows or by dragging its edge; the width is that of the next visit too.
#[tokio::test]
async fn the_list_is_made_wider_and_stays_so() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let wide = async |width: i32| {
        let script = "return document.querySelector('.list-pane').getBoundingClientRect().width === arguments[0]";
        agent
            .wait_for("the width", script, vec![json!(width)])
            .await
    };
    wide(360).await?;
    let edge = agent.find("[data-testid=list-width]").await?;
    edge.focus().await?;
    agent.press(Key::Right + "").await?;
    wide(380).await?;
    agent.press(Key::End + "").await?;
    wide(480).await?;
    agent.press(Key::Home + "").await?;
    wide(280).await?;
    agent
        .driver
        .action_chain()
        .drag_and_drop_element_by_offset(&edge, 60, 0)
        .perform()
        .await?;
    wide(340).await?;
    agent.driver.refresh().await?;
    agent.find(ROW).await?;
    wide(340).await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}
