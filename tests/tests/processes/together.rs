//! Two processes at work: one order, and whoever listens at either sees all of it (R4, R9).

use std::time::Duration;

use anyhow::Result;
use hilo_tests::company::chat_saying;
use hilo_tests::load::Load;
use hilo_tests::mirror::Mirror;
use hilo_tests::queries::{INBOX_CHANGES, SEND_MESSAGE};
use hilo_tests::socket::{Next, Socket};
use hilo_tests::whole::check_everything;
use hilo_tests::{At as _, Client, Company, until};
use serde_json::json;
use uuid::Uuid;

use crate::at;

/// A socket that says nothing for so long has said what there was.
const QUIET: Duration = Duration::from_millis(300);

/// Applies updates until what is held equals a fresh query.
async fn catches_up(ana: &Client, socket: &mut Socket, mirror: &mut Mirror) -> Result<()> {
    until("the updates say what a query says", async || {
        while let Next::Message(message) = socket.next(QUIET).await? {
            mirror.apply_inbox(message.at("/payload/data/inbox"))?;
        }
        let fresh = Mirror::of_inbox(ana).await?;
        Ok(mirror.shows_the_same_as(&fresh).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_at_either_process_sees_what_both_write() -> Result<()> {
    let mut company = Company::found().await?;
    let mut second = company.hilo.beside().await?;
    let mut listening = Vec::new();
    for hilo in [&company.hilo, &second] {
        let ana = at(&company.ana, hilo);
        let mirror = Mirror::of_inbox(&ana).await?;
        let mut socket = Socket::open(&ana).await?;
        let after = json!({"after": mirror.position()});
        socket.subscribe("1", INBOX_CHANGES, after).await?;
        listening.push((ana, socket, mirror));
    }
    let load = Load::start(&[&company.hilo.url, &second.url], &company.key, 3).await?;
    load.moves_on(60).await?;
    let acknowledged = load.finish().await?;
    for (ana, socket, mirror) in &mut listening {
        catches_up(ana, socket, mirror).await?;
    }
    second.stop().await?;
    check_everything(&mut company.hilo, &acknowledged).await?;
    Ok(())
}

/// A mutation sees its own effect, whichever process runs the projector.
#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_is_not_pending_at_a_process_without_the_projector() -> Result<()> {
    let company = Company::found().await?;
    let second = company.hilo.beside().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let ana = at(&company.ana, &second);
    let id = chat_saying(&ana, "hola").await?.text("/id").to_owned();
    for n in 0..20 {
        let text = format!("respuesta {n}");
        let input = json!({"chatId": id, "text": text, "clientMessageId": Uuid::new_v4()});
        let sent = ana.act(SEND_MESSAGE, json!({"input": input})).await?;
        assert_eq!(*sent.at("/pending"), false, "{sent}");
        assert_eq!(sent.text("/message/text"), text);
    }
    Ok(())
}
