//! Erasing a contact (N12, R7): afterwards nothing they wrote, and nothing written to them, is found anywhere.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use hilo_tests::company::{chat, chat_saying, chat_when};
use hilo_tests::export::{chain_fits, export, journal};
use hilo_tests::queries::{ERASE_CONTACT, OUTBOX, SEND_MESSAGE};
use hilo_tests::socket::Socket;
use hilo_tests::visitor::Door;
use hilo_tests::{At as _, Bridge, Company, Visitor, until};
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

/// Strings that occur nowhere else, each known by its number.
struct Planted(Vec<String>);

impl Planted {
    fn text(&mut self) -> String {
        let text = format!("sembrado{:02}ñandú", self.0.len());
        self.0.push(text.clone());
        text
    }

    /// The numbers of those that are found in some bytes.
    fn found_in(&self, bytes: &[u8]) -> Vec<usize> {
        // Only the part in plain letters, so that no way of writing the others hides it.
        let mut found: Vec<usize> = bytes
            .split(|byte| *byte == b's')
            .filter_map(|rest| rest.strip_prefix(b"embrado")?.get(..2))
            .filter_map(|digits| std::str::from_utf8(digits).ok()?.parse().ok())
            .filter(|number| *number < self.0.len())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

async fn plant(company: &Company) -> Result<(Planted, Visitor, Value)> {
    let mut planted = Planted(Vec::new());
    let user_id = planted.text();
    let identity = json!({"user_id": user_id, "name": planted.text(),
        "email": format!("{}@correo.example", planted.text()), "hash": company.identity_hash(&user_id)?});
    let page = json!({"url": format!("https://taller.example/{}", planted.text()), "title": planted.text()});
    let visitor = Door::of(&company.hilo.url, &company.key)?
        .open(json!({"identity": identity, "page": page, "locale": "es-ES"}))
        .await?;
    let first = planted.text();
    visitor.write(&first).await?;
    let row = chat_saying(&company.ana, &first).await?;
    for _ in 0..8 {
        visitor.write(&planted.text()).await?;
    }
    for _ in 0..4 {
        let written = Visitor::event("message.text", json!({"text": planted.text()}));
        visitor.send(&written).await?;
        let edit =
            json!({"client_message_id": written.at("/client_event_id"), "text": planted.text()});
        visitor.accepted("message.edit", edit).await?;
    }
    let form = json!({"name": planted.text(), "email": format!("{}@correo.example", planted.text()),
        "phone": planted.text(), "fields": {planted.text(): planted.text()}});
    visitor.accepted("form.submit", form).await?;
    for _ in 0..2 {
        let url = format!("https://taller.example/{}", planted.text());
        let page = json!({"url": url, "title": planted.text()});
        visitor.accepted("page_view", page).await?;
    }
    visitor
        .accepted("rating", json!({"score": 5, "comment": planted.text()}))
        .await?;
    while planted.0.len() < 50 {
        let input = json!({"chatId": row.at("/id"), "text": planted.text(), "clientMessageId": Uuid::new_v4()});
        company
            .ana
            .act(SEND_MESSAGE, json!({"input": input}))
            .await?;
    }
    let last = planted.0.last().cloned().unwrap_or_default();
    chat_saying(&company.ana, &last).await?;
    Ok((planted, visitor, row))
}

async fn erase(company: &Company, chat: &Value) -> Result<Value> {
    let input = json!({ "chatId": chat });
    let mutation = json!({ "input": input });
    until("the keys are gone", async || {
        let payload = company.admin.act(ERASE_CONTACT, mutation.clone()).await?;
        Ok((payload.text("/state") == "DONE").then_some(payload))
    })
    .await
}

/// The newest `pg_dump` of this machine.
fn pg_dump() -> Result<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/pg_dump")))
        .filter(|program| program.exists())
        .collect();
    found.sort();
    found.pop().context("there is no pg_dump")
}

async fn dump(database_url: &str) -> Result<Vec<u8>> {
    let output = tokio::process::Command::new(pg_dump()?)
        .arg(database_url)
        .output()
        .await?;
    anyhow::ensure!(output.status.success(), "{output:?}");
    Ok(output.stdout)
}

/// The folder of a database in the data directory of its server.
async fn folder(database_url: &str) -> Result<PathBuf> {
    let mut connection = PgConnection::connect(database_url).await?;
    let folder: String = sqlx::query_scalar(
        "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()",
    )
    .fetch_one(&mut connection)
    .await?;
    Ok(folder.into())
}

/// Every file of the folder that a planted string is in, with the string.
fn files_with(planted: &Planted, folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        // PostgreSQL takes files away while we look.
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        found.extend(
            planted
                .found_in(&bytes)
                .first()
                .map(|number| format!("string {number} in {}", path.display())),
        );
    }
    Ok(found)
}

#[tokio::test]
async fn fifty_planted_strings_are_found_nowhere_afterwards() -> Result<()> {
    let company = Company::found().await?;
    let (planted, visitor, row) = plant(&company).await?;
    let url = company.hilo.database_url();
    // They were there, so whoever searches can find them.
    assert!(planted.found_in(&dump(url).await?).len() > 25);
    let other = company.visitor().await?;
    other.write("de otra persona").await?;
    chat_saying(&company.ana, "de otra persona").await?;

    let payload = erase(&company, row.at("/id")).await?;
    assert!(payload.at("/chat/contact/name").is_null(), "{payload}");
    assert_eq!(*payload.at("/chat/contact/verified"), false);
    assert_eq!(payload.text("/chat/lastMessage/text"), "");
    let thread = chat_when(&company.ana, row.text("/id"), "it is erased", |chat| {
        chat.list("/messages/nodes")
            .iter()
            .all(|message| *message.at("/erased") == true && message.at("/text").is_null())
    })
    .await?;
    assert!(thread.list("/messages/nodes").len() > 25);

    let text = String::from_utf8(dump(url).await?)?;
    assert_eq!(planted.found_in(text.as_bytes()), Vec::<usize>::new());
    assert!(text.contains("de otra persona"));
    let opened = export(&company.hilo, true).await?;
    assert_eq!(planted.found_in(opened.as_bytes()), Vec::<usize>::new());
    assert!(opened.contains("$erased") && opened.contains("de otra persona"));
    let console = company.hilo.said().join("\n");
    assert_eq!(planted.found_in(console.as_bytes()), Vec::<usize>::new());
    // What docs/operations.md says to do about old row versions in the files.
    let mut connection = PgConnection::connect(url).await?;
    connection.execute("VACUUM (FULL, ANALYZE)").await?;
    connection.execute("CHECKPOINT").await?;
    assert_eq!(
        files_with(&planted, &folder(url).await?)?,
        Vec::<String>::new()
    );
    chain_fits(&export(&company.hilo, false).await?)?;

    // Who writes again is a new person in the same chat.
    visitor.write("otra vez").await?;
    let back = chat_saying(&company.ana, "otra vez").await?;
    assert_eq!(back.at("/id"), row.at("/id"));
    assert!(back.at("/contact/name").is_null());
    Ok(())
}

#[tokio::test]
async fn who_erased_is_in_the_journal_and_only_administrators_may() -> Result<()> {
    let company = Company::found().await?;
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let input = json!({"input": {"chatId": row.at("/id")}});
    let refused = company.ana.fault(ERASE_CONTACT, input).await?;
    assert_eq!(refused, "FORBIDDEN");
    let nobody = json!({"input": {"chatId": Uuid::new_v4()}});
    assert_eq!(
        company.admin.fault(ERASE_CONTACT, nobody).await?,
        "NOT_FOUND"
    );
    erase(&company, row.at("/id")).await?;
    let events = journal(&company.hilo, false).await?;
    for event_type in ["erasure_begun", "erased"] {
        let event = events
            .iter()
            .find(|event| event.text("/event_type") == event_type);
        let event = event.with_context(|| format!("{event_type} is missing"))?;
        assert_eq!(event.text("/aggregate_type"), "subject");
        assert_eq!(event.at("/aggregate_id"), row.at("/id"));
        assert_eq!(event.text("/metadata/actor/kind"), "agent");
    }
    let head = events.len();
    erase(&company, row.at("/id")).await?;
    assert_eq!(journal(&company.hilo, false).await?.len(), head);
    Ok(())
}

/// N12 with two processes: one erases while messages of the same contact come in on the other.
#[tokio::test]
async fn erasing_on_one_process_while_messages_come_in_on_the_other() -> Result<()> {
    let company = Company::found().await?;
    let second = company.hilo.beside().await?;
    let visitor = Visitor::arrive(&second.url, &company.key).await?;
    visitor.write("mensaje 0").await?;
    let row = chat_saying(&company.ana, "mensaje 0").await?;
    let writing = async {
        for n in 1..12 {
            visitor.write(&format!("mensaje {n}")).await?;
        }
        anyhow::Ok(())
    };
    let erasing = async {
        let mut last = 0;
        for _ in 0..4 {
            let payload = erase(&company, row.at("/id")).await?;
            last = payload
                .text("/position")
                .split('@')
                .next()
                .unwrap_or_default()
                .parse()?;
        }
        anyhow::Ok(last)
    };
    let (_, last): (_, i64) = tokio::try_join!(writing, erasing)?;
    visitor.write("el último").await?;
    chat_saying(&company.ana, "el último").await?;
    let thread = chat(&company.ana, row.text("/id")).await?;
    let messages = thread.list("/messages/nodes");
    assert_eq!(messages.len(), 13, "nothing acknowledged is lost");
    let expected = (0..12).map(|n| format!("mensaje {n}"));
    for (message, expected) in messages
        .iter()
        .zip(expected.chain(["el último".to_owned()]))
    {
        let position: i64 = message
            .text("/position")
            .split('@')
            .next()
            .unwrap_or_default()
            .parse()?;
        let erased = position <= last;
        assert_eq!(
            *message.at("/erased"),
            erased,
            "{message}, erased to {last}"
        );
        match erased {
            true => assert!(message.at("/text").is_null(), "{message}"),
            false => assert_eq!(message.text("/text"), expected),
        }
    }
    chain_fits(&export(&company.hilo, false).await?)?;
    Ok(())
}

const COMPOSER: &str = "query($id: ID!) { chat(id: $id) { position contact { name handle }
  composer { state reason } } }";
const COMPOSER_CHANGES: &str = "subscription($id: ID!, $after: Position) {
  chat(id: $id, after: $after) { chat { composer { state reason } } } }";

/// Nobody writes to who is not there any more; whoever comes back is known anew, by what they say of themselves then.
#[tokio::test]
async fn n12_who_was_erased_is_answered_once_they_write_again() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let bridge = Bridge::connect(&company.admin, "API", "Foro", &[&company.ana_id]).await?;
    let write =
        |id: &str| json!({"externalId": id, "handle": "lucia-81", "name": "Lucía", "text": "hola"});
    let first = bridge.push(write("m1")).await?;
    let chat = first.text("/chatId");
    let shown = ana.get(COMPOSER, json!({"id": chat})).await?;
    let mut socket = Socket::open(ana).await?;
    let from = json!({"id": chat, "after": shown.at("/chat/position")});
    socket.subscribe("1", COMPOSER_CHANGES, from).await?;

    erase(&company, first.at("/chatId")).await?;
    let told = socket.update().await?;
    let reason = told.text("/data/chat/chat/composer/reason");
    assert_eq!(reason, "CONTACT_ERASED");
    let shown = ana.get(COMPOSER, json!({"id": chat})).await?;
    assert_eq!(shown.text("/chat/composer/state"), "CLOSED");
    assert!(shown.at("/chat/contact/handle").is_null(), "{shown}");
    let send =
        || json!({"input": {"chatId": chat, "text": "dime", "clientMessageId": Uuid::new_v4()}});
    let refused = ana.try_act(SEND_MESSAGE, send()).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CONTACT_ERASED");

    bridge.push(write("m2")).await?;
    let shown = ana.get(COMPOSER, json!({"id": chat})).await?;
    assert_eq!(shown.text("/chat/composer/state"), "OPEN");
    assert_eq!(shown.text("/chat/contact/handle"), "lucia-81");
    assert_eq!(shown.text("/chat/contact/name"), "Lucía");
    ana.act(SEND_MESSAGE, send()).await?;
    let outbox = json!({"id": bridge.channel_id});
    let outbox = company.admin.get(OUTBOX, outbox).await?;
    assert_eq!(outbox.text("/outbox/items/0/handle"), "lucia-81");
    Ok(())
}
