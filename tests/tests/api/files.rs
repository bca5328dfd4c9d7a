//! Files over HTTP and in messages (C2, C16), by agents, visitors and an integrator's program; and that nothing of them runs
//! in anybody's browser (S4).

use anyhow::Result;
use hilo_tests::bridge::Bridge;
use hilo_tests::company::{Company, chat_saying, chat_when, hire};
use hilo_tests::visitor::Visitor;
use hilo_tests::{At as _, Client};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

/// The head of a picture of 640 by 480.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xE0\x08\x06\0\0\0";
const MESSAGES: &str = "query($id: ID!) { chat(id: $id) { lastMessage { text attachment }
    messages(last: 10) { nodes { text direction
        attachments { id kind name mediaType size url width height durationMs }
        places { latitude longitude name } cards { name phones } } } } }";
const SEND: &str = "mutation($input: SendMessageInput!) { sendMessage(input: $input) {
    message { id attachments { id url name } } userErrors { code field limit } } }";
const OUTBOX: &str =
    "query($id: ID!) { outbox(channelId: $id) { items { text attachments { url name } } } }";

/// The body of a form with one file, and its content type.
fn form(name: &str, declared: &str, content: &[u8]) -> (String, Vec<u8>) {
    let boundary = "----hilo7f3a";
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {declared}\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let body = [head.as_bytes(), content, tail.as_bytes()].concat();
    (format!("multipart/form-data; boundary={boundary}"), body)
}

async fn upload(client: &Client, whither: &str, name: &str, content: &[u8]) -> Result<Response> {
    let (kind, body) = form(name, "image/png", content);
    let request = client.http.post(format!("{}/files?{whither}", client.url));
    Ok(request
        .header("content-type", kind)
        .body(body)
        .send()
        .await?)
}

/// Uploads a file and gives the answer.
pub async fn uploaded(client: &Client, whither: &str, name: &str, content: &[u8]) -> Result<Value> {
    let response = upload(client, whither, name, content).await?;
    assert_eq!(response.status(), StatusCode::CREATED);
    Ok(response.json().await?)
}

/// What is at a path.
pub async fn get(client: &Client, path: &str) -> Result<Response> {
    Ok(client
        .http
        .get(format!("{}{path}", client.url))
        .send()
        .await?)
}

fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name);
    let value = value.and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

fn send(chat: &str, text: &str, files: &[&str]) -> Value {
    json!({"input": {"chatId": chat, "text": text, "attachmentIds": files,
        "clientMessageId": Uuid::new_v4()}})
}

/// The chat of a visitor who wrote.
async fn chat_of(company: &Company, visitor: &Visitor, text: &str) -> Result<String> {
    visitor.write(text).await?;
    let row = chat_saying(&company.ana, text).await?;
    Ok(row.text("/id").to_owned())
}

#[tokio::test]
async fn c16_an_agent_sends_a_picture_and_both_sides_see_it() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let chat = chat_of(&company, &visitor, "¿foto?").await?;
    let file = uploaded(&company.ana, &format!("chat={chat}"), "zdjęcie.png", PNG).await?;
    assert_eq!(file.text("/kind"), "image");
    assert_eq!(file.text("/mediaType"), "image/png");
    let id = file.text("/fileId");
    let sent = company.ana.get(SEND, send(&chat, "", &[id])).await?;
    assert!(sent.list("/sendMessage/userErrors").is_empty(), "{sent}");
    let shown = company.ana.get(MESSAGES, json!({"id": chat})).await?;
    let message = shown.at("/chat/messages/nodes/1");
    assert_eq!(message.text("/text"), "");
    let attachment = message.at("/attachments/0");
    assert_eq!(attachment.text("/name"), "zdjęcie.png");
    assert_eq!(
        (attachment.number("/width"), attachment.number("/height")),
        (640, 480)
    );
    assert_eq!(shown.text("/chat/lastMessage/attachment"), "IMAGE");
    let got = get(&company.ana, attachment.text("/url")).await?;
    assert_eq!(got.status(), StatusCode::OK);
    assert_eq!(got.bytes().await?, PNG);
    let mut items = visitor.stream(0).await?;
    let item = loop {
        let item = items.next_of("message").await?;
        if item.at("/data").get("attachments").is_some() {
            break item;
        }
    };
    assert_eq!(item.text("/data/attachments/0/file_id"), id);
    let theirs = visitor.door.get(&format!("files/{id}"));
    let theirs = theirs.bearer_auth(&visitor.token).send().await?;
    assert_eq!(theirs.bytes().await?, PNG);
    Ok(())
}

#[tokio::test]
async fn c16_a_visitor_sends_a_file_with_a_caption_and_a_sound() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let (kind, body) = form("zdjęcie pęknięcia.png", "image/jpeg", PNG);
    let upload = async |content_type: &str, body: Vec<u8>| {
        let request = visitor.door.post("uploads").bearer_auth(&visitor.token);
        let request = request.header("content-type", content_type).body(body);
        Ok::<_, anyhow::Error>(request.send().await?)
    };
    let answer: Value = upload(&kind, body).await?.json().await?;
    assert_eq!(answer.text("/mime"), "image/png");
    let event = Visitor::event(
        "message.attachment",
        json!({"upload_id": answer.text("/upload_id"), "filename": "zdjęcie pęknięcia.png",
            "mime": "image/jpeg", "size": PNG.len(), "caption": "Tutaj pękło"}),
    );
    assert_eq!(visitor.send(&event).await?.text("/status"), "accepted");
    assert_eq!(visitor.send(&event).await?.text("/status"), "duplicate");
    let row = chat_saying(&company.ana, "Tutaj pękło").await?;
    let (kind, body) = form("voice.ogg", "audio/ogg", b"OggS\0\x02OpusHead");
    let answer: Value = upload(&kind, body).await?.json().await?;
    let sound = json!({"upload_id": answer.text("/upload_id"), "duration_ms": 42_000});
    visitor.accepted("message.audio", sound).await?;
    let id = row.text("/id");
    chat_when(&company.ana, id, "the sound", |chat| {
        chat.list("/messages/nodes").len() == 2
    })
    .await?;
    let shown = company.ana.get(MESSAGES, json!({"id": id})).await?;
    let first = shown.at("/chat/messages/nodes/0");
    assert_eq!(first.text("/text"), "Tutaj pękło");
    assert_eq!(first.text("/attachments/0/kind"), "IMAGE");
    let second = shown.at("/chat/messages/nodes/1/attachments/0");
    assert_eq!(second.text("/kind"), "AUDIO");
    assert_eq!(second.number("/durationMs"), 42_000);
    let unknown = json!({"upload_id": "up_3c4d", "duration_ms": 1});
    let refused = visitor
        .send(&Visitor::event("message.audio", unknown))
        .await?;
    assert_eq!(refused.text("/error/code"), "file_not_found");
    Ok(())
}

#[tokio::test]
async fn c16_a_bridge_brings_files_places_and_cards_and_takes_files_out() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "TELEGRAM", "Telegram", &[]).await?;
    let whither = format!("channel={}", bridge.channel_id);
    let file = uploaded(&company.admin, &whither, "naklejka.png", PNG).await?;
    let message = json!({"externalId": "m1", "handle": "48600", "text": "",
        "attachments": [{"fileId": file.text("/fileId"), "sticker": true}],
        "place": {"latitude": 40.4, "longitude": -3.7, "name": "Sol"},
        "card": {"name": "Lucía", "phones": ["+34600111222"]}});
    let first = bridge.push(message.clone()).await?;
    assert_eq!(first.text("/status"), "ACCEPTED", "{first}");
    assert_eq!(bridge.push(message).await?.text("/status"), "DUPLICATE");
    let chat = first.text("/chatId");
    let shown = company.admin.get(MESSAGES, json!({"id": chat})).await?;
    let message = shown.at("/chat/messages/nodes/0");
    assert_eq!(message.text("/attachments/0/kind"), "STICKER");
    assert_eq!(message.text("/places/0/name"), "Sol");
    assert_eq!(message.text("/cards/0/phones/0"), "+34600111222");
    let file = uploaded(&company.admin, &format!("chat={chat}"), "a.png", PNG).await?;
    let sent = company
        .admin
        .get(SEND, send(chat, "mira", &[file.text("/fileId")]))
        .await?;
    assert!(sent.list("/sendMessage/userErrors").is_empty(), "{sent}");
    let outbox = company
        .admin
        .get(OUTBOX, json!({"id": bridge.channel_id}))
        .await?;
    let item = outbox.at("/outbox/items/0");
    assert_eq!(item.text("/attachments/0/name"), "a.png");
    let got = get(&company.admin, item.text("/attachments/0/url")).await?;
    assert_eq!(got.bytes().await?, PNG);
    Ok(())
}

#[tokio::test]
async fn s4_what_could_run_is_saved_and_nothing_is_shown_but_pixels() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let chat = chat_of(&company, &visitor, "hola").await?;
    let polyglots: [(&str, &[u8], &str); 6] = [
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "attachment",
        ),
        (
            "a.html",
            b"<!doctype html><script>alert(1)</script>",
            "attachment",
        ),
        ("a.xml", b"<?xml version='1.0'?><x/>", "attachment"),
        ("a.pdf", b"%PDF-1.7 <script>alert(1)</script>", "attachment"),
        (
            "a.gif.html",
            b"GIF89a\x01\0\x01\0/*<script>alert(1)</script>*/",
            "inline",
        ),
        (
            "a.jpg",
            b"\xFF\xD8\xFF\xE0<html><script>alert(1)</script>",
            "inline",
        ),
    ];
    for (name, content, how) in polyglots {
        let file = uploaded(&company.ana, &format!("chat={chat}"), name, content).await?;
        let id = file.text("/fileId");
        let sent = company.ana.get(SEND, send(&chat, "", &[id])).await?;
        assert!(sent.list("/sendMessage/userErrors").is_empty(), "{sent}");
        let got = get(&company.ana, &format!("/files/{id}")).await?;
        let kind = header(&got, "content-type");
        let shown = header(&got, "content-disposition");
        assert!(shown.starts_with(how), "{name}: {shown}");
        assert_eq!(
            how == "inline",
            kind.starts_with("image/"),
            "{name}: {kind}"
        );
        assert!(!kind.contains("svg") && !kind.contains("html") && !kind.contains("xml"));
        assert_eq!(header(&got, "x-content-type-options"), "nosniff");
        assert_eq!(
            header(&got, "content-security-policy"),
            "sandbox; default-src 'none'"
        );
        assert_eq!(header(&got, "cross-origin-resource-policy"), "same-origin");
        assert!(header(&got, "cache-control").starts_with("private"));
    }
    Ok(())
}

#[tokio::test]
async fn a_file_is_there_for_who_sees_the_chat_in_parts_and_for_nobody_else() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let chat = chat_of(&company, &visitor, "hola").await?;
    let file = uploaded(&company.ana, &format!("chat={chat}"), "a.png", PNG).await?;
    let id = file.text("/fileId");
    company.ana.get(SEND, send(&chat, "", &[id])).await?;
    let url = format!("{}/files/{id}", company.ana.url);
    let part = company.ana.http.get(&url).header("range", "bytes=1-3");
    let part = part.send().await?;
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(
        header(&part, "content-range"),
        format!("bytes 1-3/{}", PNG.len())
    );
    assert_eq!(part.bytes().await?, &PNG[1..4]);
    let behind = company.ana.http.get(&url).header("range", "bytes=999-");
    assert_eq!(
        behind.send().await?.status(),
        StatusCode::RANGE_NOT_SATISFIABLE
    );
    let stranger = Client::stranger(&company.ana.url)?;
    assert_eq!(
        get(&stranger, &format!("/files/{id}")).await?.status(),
        StatusCode::UNAUTHORIZED
    );
    let other = company.visitor().await?;
    let theirs = other.door.get(&format!("files/{id}"));
    let theirs = theirs.bearer_auth(&other.token).send().await?;
    assert_eq!(theirs.status(), StatusCode::NOT_FOUND);
    let nothing = get(&company.ana, &format!("/files/{}", Uuid::new_v4())).await?;
    assert_eq!(nothing.status(), StatusCode::NOT_FOUND);
    let foreign = company
        .ana
        .http
        .get(&url)
        .header("origin", "https://evil.example");
    assert_eq!(foreign.send().await?.status(), StatusCode::FORBIDDEN);
    Ok(())
}

#[tokio::test]
async fn an_upload_that_is_no_form_too_large_or_for_nowhere_is_refused_and_says_why() -> Result<()>
{
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let chat = chat_of(&company, &visitor, "hola").await?;
    let ana = &company.ana;
    for (whither, status, code) in [
        (String::new(), StatusCode::BAD_REQUEST, "BAD_USER_INPUT"),
        ("chat=x".to_owned(), StatusCode::NOT_FOUND, "NOT_FOUND"),
        (
            format!("chat={}", Uuid::new_v4()),
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
        ),
    ] {
        let refused = upload(ana, &whither, "a.png", PNG).await?;
        assert_eq!(refused.status(), status, "{whither}");
        let answer: Value = refused.json().await?;
        assert_eq!(answer.text("/error/code"), code, "{whither}");
    }
    let empty: Value = upload(ana, &format!("chat={chat}"), "a", b"")
        .await?
        .json()
        .await?;
    assert_eq!(empty.text("/error/code"), "FILE_EMPTY");
    let plain = ana.http.post(format!("{}/files?chat={chat}", ana.url));
    let plain = plain.body("not a form").send().await?;
    assert_eq!(plain.status(), StatusCode::BAD_REQUEST);
    let missing = ana
        .get(SEND, send(&chat, "", &[&Uuid::new_v4().to_string()]))
        .await?;
    assert_eq!(
        missing.text("/sendMessage/userErrors/0/code"),
        "FILE_NOT_FOUND"
    );
    assert_eq!(
        missing.text("/sendMessage/userErrors/0/field"),
        "attachmentIds"
    );
    Ok(())
}

const START: &str = "mutation($input: StartChatInput!) { startChat(input: $input) {
    chat { id } message { id text attachments { id url name } } userErrors { code field limit } } }";

#[tokio::test]
async fn c10_c12_c16_the_first_message_to_somebody_carries_files() -> Result<()> {
    let company = Company::found().await?;
    let mail = Bridge::connect(&company.admin, "EMAIL", "Correo", &[&company.ana_id]).await?;
    let whither = format!("channel={}", mail.channel_id);
    let file = uploaded(&company.ana, &whither, "factura.png", PNG).await?;
    let start = |handle: &str| {
        json!({"input": {"channelId": mail.channel_id, "handle": handle, "text": "La factura",
            "attachmentIds": [file.text("/fileId")], "clientMessageId": Uuid::new_v4()}})
    };
    let first = start("lucia@ejemplo.es");
    let started = company.ana.act(START, first.clone()).await?;
    assert_eq!(started.text("/message/attachments/0/name"), "factura.png");
    let again = company.ana.act(START, first).await?;
    assert_eq!(again.at("/message"), started.at("/message"), "once");
    let url = started.text("/message/attachments/0/url");
    assert_eq!(get(&company.admin, url).await?.bytes().await?, PNG);
    let outbox = company.admin.get(OUTBOX, json!({"id": mail.channel_id}));
    let outbox = outbox.await?;
    // Who was refused may send the same file to somebody else.
    let sms = Bridge::connect(&company.admin, "SMS", "Móvil", &[&company.ana_id]).await?;
    let whither_sms = format!("channel={}", sms.channel_id);
    let other = uploaded(&company.ana, &whither_sms, "foto.png", PNG).await?;
    let text = |handle: &str| {
        json!({"input": {"channelId": sms.channel_id, "handle": handle,
            "attachmentIds": [other.text("/fileId")], "clientMessageId": Uuid::new_v4()}})
    };
    let wrong = company.ana.try_act(START, text("600")).await?;
    assert_eq!(wrong.text("/userErrors/0/code"), "MOBILE_NUMBER_NEEDED");
    let right = company.ana.act(START, text("+34600111222")).await?;
    assert_eq!(right.text("/message/attachments/0/name"), "foto.png");
    let item = outbox.at("/outbox/items/0/attachments/0");
    assert_eq!(item.text("/name"), "factura.png");
    // A file goes with one message, of who uploaded it; and who has no part in the channel puts none there.
    let taken = company.ana.try_act(START, start("otra@ejemplo.es")).await?;
    assert_eq!(taken.text("/userErrors/0/code"), "FILE_NOT_FOUND");
    let name = ("Marek", "marek@taller.example");
    let (marek, _) = hire(&company.admin, name.0, name.1, "AGENT", &[]).await?;
    let refused = upload(&marek, &whither, "a.png", PNG).await?;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn a13_c16_colleagues_send_each_other_files_that_nobody_else_opens() -> Result<()> {
    let company = Company::found().await?;
    let name = ("Marek", "marek@taller.example");
    let (marek, marek_id) = hire(&company.admin, name.0, name.1, "AGENT", &[]).await?;
    let open = "mutation($input: OpenInternalChatInput!) { openInternalChat(input: $input) {
        chat { id channel { capabilities { sendsMedia } } } userErrors { code } } }";
    let with = json!({"input": {"agentIds": [marek_id]}});
    let opened = company.ana.act(open, with).await?;
    assert_eq!(*opened.at("/chat/channel/capabilities/sendsMedia"), true);
    let chat = opened.text("/chat/id");
    let file = uploaded(&company.ana, &format!("chat={chat}"), "plan.png", PNG).await?;
    let sent = company
        .ana
        .act(SEND, send(chat, "", &[file.text("/fileId")]));
    let sent = sent.await?;
    let url = sent.text("/message/attachments/0/url");
    let shown = marek.get(MESSAGES, json!({"id": chat})).await?;
    let message = shown.at("/chat/messages/nodes/0");
    assert_eq!(message.text("/attachments/0/name"), "plan.png");
    assert_eq!(shown.text("/chat/lastMessage/attachment"), "IMAGE");
    assert_eq!(get(&marek, url).await?.bytes().await?, PNG);
    let stranger = get(&company.admin, url).await?;
    assert_eq!(stranger.status(), StatusCode::NOT_FOUND);
    let foreign = upload(&company.admin, &format!("chat={chat}"), "a.png", PNG).await?;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);

    // An auditor opens what a look on record showed them, and not what was written since. Another auditor's look is
    // theirs alone.
    let name = ("Olga", "olga@taller.example");
    let (olga, _) = hire(&company.admin, name.0, name.1, "AUDITOR", &[]).await?;
    let name = ("Iza", "iza@taller.example");
    let (iza, _) = hire(&company.admin, name.0, name.1, "AUDITOR", &[]).await?;
    assert_eq!(get(&olga, url).await?.status(), StatusCode::NOT_FOUND);
    let look = "mutation($input: AuditInternalChatInput!) { auditInternalChat(input: $input) {
        chat { messages { nodes { attachments { url } } } } userErrors { code } } }";
    let looked = olga.act(look, json!({"input": {"chatId": chat}})).await?;
    assert_eq!(looked.text("/chat/messages/nodes/0/attachments/0/url"), url);
    assert_eq!(get(&olga, url).await?.bytes().await?, PNG);
    assert_eq!(get(&iza, url).await?.status(), StatusCode::NOT_FOUND);
    let file = uploaded(&company.ana, &format!("chat={chat}"), "b.png", PNG).await?;
    let later = company
        .ana
        .act(SEND, send(chat, "", &[file.text("/fileId")]))
        .await?;
    let later = later.text("/message/attachments/0/url");
    assert_eq!(get(&olga, later).await?.status(), StatusCode::NOT_FOUND);
    assert_eq!(get(&marek, later).await?.status(), StatusCode::OK);
    Ok(())
}
