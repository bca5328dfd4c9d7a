//! A web chat is disconnected under a visitor's eyes and connected again: the page says so, keeps what is written, and
//! goes on by itself (A5).

use anyhow::{Context as _, Result};
use hilo_tests::Hilo;
use hilo_tests::queries::{DISCONNECT_CHANNEL, RECONNECT_CHANNEL};
use serde_json::json;
use thirtyfour::prelude::*;

use super::{OURS, ROW, agent_window, answer, give, say, shop_window};

const ADMINISTRATOR: &str = "admin@demo.hilo.example";
const CHANNEL_OF_CHAT: &str = "query($input: ID!) { chat(id: $input) { channel { id } } }";

#[tokio::test]
async fn a_visitors_page_goes_on_when_its_channel_is_connected_again() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let admin = agent_window(&hilo, ADMINISTRATOR).await?;
    let shop = shop_window(&hilo).await?;
    say(&shop, "¿Seguís ahí?").await?;
    let row = admin.find_saying(ROW, "¿Seguís ahí?").await?;
    let chat = row.attr("data-chat-id").await?.context("no id")?;
    admin.click_saying(ROW, "¿Seguís ahí?").await?;
    let found = give(&admin, CHANNEL_OF_CHAT, json!(chat)).await?;
    let channel = json!({"channelId": found.pointer("/data/chat/channel/id")});

    give(&admin, DISCONNECT_CHANNEL, channel.clone()).await?;
    shop.find_saying("#banner", "El chat no está disponible aquí.")
        .await?;
    shop.fill("#text", "¿Hola?").await?;
    shop.fill("#text", Key::Enter + "").await?;

    give(&admin, RECONNECT_CHANNEL, channel).await?;
    admin
        .find_saying("[data-testid=message][data-direction=inbound]", "¿Hola?")
        .await?;
    answer(&admin, "Aquí seguimos").await?;
    shop.find_saying("#log .theirs .bubble", "Aquí seguimos")
        .await?;
    shop.gone("#banner:not([hidden])", "").await?;
    admin.becomes(OURS, "data-state", "read").await?;
    admin.close().await?;
    shop.close().await
}
