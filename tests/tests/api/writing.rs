//! What one meets where one would write, with what words, and to whom (A3, C6, C7, C10, C11, D1, F7, G15, H9, P21).

use anyhow::Result;
use hilo_tests::company::hire;
use hilo_tests::hilo::settled;
use hilo_tests::queries::{
    CONNECT_CHANNEL, REPORT_MESSAGES, SEND_MESSAGE, TAKE_CHAT, UNASSIGN_CHAT,
};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Bridge, Client, Company};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::marks::{chatting, mutation};

const COMPOSER: &str = "query($id: ID!) { chat(id: $id) { position client { id } composer {
  state reason warnings assignedTo { kind agent { name } } } } }";
const COMPOSER_CHANGES: &str = "subscription($id: ID!, $after: Position) {
  chat(id: $id, after: $after) { chat { composer { state reason assignedTo { agent { name } } } } } }";
const MESSAGES: &str = "query($id: ID!) { chat(id: $id) { messages(last: 10) { nodes {
  id text state tick medium actions changeableUntil templateId warnings
  terms { template { name language } } } } } }";
const START: &str = "mutation($input: StartChatInput!) { startChat(input: $input) {
  message { id text templateId } chat { id contact { handle } client { id } }
  userErrors { code field } } }";
const SEND: &str = "mutation($input: SendMessageInput!) { sendMessage(input: $input) {
  message { id text templateId warnings terms { template { name language } } } userErrors { code message field } } }";

fn of(chat: &str) -> Value {
    json!({"input": {"chatId": chat}})
}

async fn composer(client: &Client, chat: &str) -> Result<Value> {
    let data = client.get(COMPOSER, json!({"id": chat})).await?;
    Ok(data.at("/chat/composer").clone())
}

async fn last_message(client: &Client, chat: &str) -> Result<Value> {
    let data = client.get(MESSAGES, json!({"id": chat})).await?;
    let nodes = data.list("/chat/messages/nodes");
    Ok(nodes.last().cloned().unwrap_or_default())
}

fn words(list: &Value) -> Vec<&str> {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(Value::as_str).collect()
}

async fn on_screen(client: &Client, chat: &str) -> Result<Socket> {
    let shown = client.get(COMPOSER, json!({"id": chat})).await?;
    let mut socket = Socket::open(client).await?;
    let from = json!({"id": chat, "after": shown.at("/chat/position")});
    socket.subscribe("1", COMPOSER_CHANGES, from).await?;
    Ok(socket)
}

async fn told(socket: &mut Socket) -> Result<Value> {
    let update = socket.update().await?;
    Ok(update.at("/data/chat/chat/composer").clone())
}

fn send(chat: &str, text: &str) -> Value {
    json!({"input": {"chatId": chat, "text": text, "clientMessageId": Uuid::new_v4()}})
}

async fn client_of_hilo(client: &Client, details: Value) -> Result<String> {
    let make = "mutation($input: CreateClientInput!) { createClient(input: $input) {
        client { id } userErrors { code } } }";
    let input = json!({"input": {"idempotencyKey": Uuid::new_v4(), "details": details}});
    Ok(client.act(make, input).await?.text("/client/id").to_owned())
}

async fn template(client: &Client, content: Value) -> Result<String> {
    let make = "mutation($input: CreateTemplateInput!) { createTemplate(input: $input) {
        template { id } userErrors { code field } } }";
    let input =
        json!({"input": {"idempotencyKey": Uuid::new_v4(), "content": content, "shared": false}});
    let made = client.act(make, input).await?;
    Ok(made.text("/template/id").to_owned())
}

async fn link(client: &Client, chat: &str, to: &str) -> Result<()> {
    let link =
        "mutation($input: LinkClientInput!) { linkClient(input: $input) { userErrors { code } } }";
    let input = json!({"input": {"chatId": chat, "clientId": to}});
    client.act(link, input).await.map(drop)
}

/// Each who looks is told of their own composer, at once.
#[tokio::test]
async fn f7_a_chat_given_to_another_closes_the_composer_on_screen_and_says_with_whom_it_is()
-> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let channels = [company.channel_id.as_str()];
    let name = ("Marek", "marek@taller.example");
    let (marek, _) = hire(&company.admin, name.0, name.1, "AGENT", &channels).await?;
    let (mut anas, mut mareks) = (
        on_screen(&company.ana, &id).await?,
        on_screen(&marek, &id).await?,
    );
    company.ana.act(TAKE_CHAT, of(&id)).await?;
    let closed = told(&mut mareks).await?;
    assert_eq!(closed.text("/state"), "CLOSED");
    assert_eq!(closed.text("/reason"), "ASSIGNED_TO_ANOTHER");
    assert_eq!(closed.text("/assignedTo/agent/name"), "Ana");
    assert_eq!(told(&mut anas).await?.text("/state"), "OPEN");
    assert_eq!(composer(&company.admin, &id).await?.text("/state"), "OPEN");
    company.ana.act(UNASSIGN_CHAT, of(&id)).await?;
    assert_eq!(told(&mut mareks).await?.text("/state"), "OPEN");
    Ok(())
}

#[tokio::test]
async fn a3_p21_who_may_not_write_and_whom_nobody_writes_to_close_the_composer() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let name = ("Eva", "eva@taller.example");
    let (auditor, _) = hire(&company.admin, name.0, name.1, "AUDITOR", &[]).await?;
    assert_eq!(
        composer(&auditor, &id).await?.text("/reason"),
        "NO_CHATS_RIGHT"
    );
    company.ana.act(&mutation("blockContact"), of(&id)).await?;
    let blocked = composer(&company.ana, &id).await?;
    assert_eq!(blocked.text("/reason"), "CONTACT_BLOCKED");
    let refused = company.ana.try_act(SEND, send(&id, "sí")).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CONTACT_BLOCKED");
    company
        .ana
        .act(&mutation("unblockContact"), of(&id))
        .await?;
    assert_eq!(composer(&company.ana, &id).await?.text("/state"), "OPEN");
    Ok(())
}

#[tokio::test]
async fn c6_c7_a_message_says_what_it_is_and_what_can_be_done_to_it_on_its_channel() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let ana = &company.ana;
    let received = last_message(ana, &id).await?;
    assert_eq!(words(received.at("/actions")), ["QUOTE", "REACT"]);
    assert_eq!(received.text("/medium"), "MESSAGE");
    let sent = ana.act(SEND_MESSAGE, send(&id, "dime")).await?;
    let shown = last_message(ana, &id).await?;
    let own = ["QUOTE", "REACT", "EDIT", "DELETE"];
    assert_eq!(words(shown.at("/actions")), own);
    assert!(shown.at("/changeableUntil").is_string());
    let delete = "mutation($input: DeleteMessageInput!) { deleteMessage(input: $input) { userErrors { code } } }";
    let which = json!({"input": {"chatId": id, "messageId": sent.at("/message/id")}});
    ana.act(delete, which).await?;
    assert!(last_message(ana, &id).await?.list("/actions").is_empty());

    let bridge = Bridge::connect(&company.admin, "SMS", "Móvil", &[&company.ana_id]).await?;
    let chat = bridge.write("+34600111222", "hola").await?;
    let sent = ana.act(SEND_MESSAGE, send(&chat, "dime")).await?;
    let shown = last_message(ana, &chat).await?;
    assert_eq!(shown.text("/medium"), "SMS");
    assert!(shown.list("/actions").is_empty() && shown.at("/changeableUntil").is_null());
    let quoting = json!({"input": {"chatId": chat, "text": "sí", "clientMessageId": Uuid::new_v4(),
        "quotes": sent.at("/message/id")}});
    let refused = ana.try_act(SEND, quoting).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CHANNEL_CANNOT");
    let message = refused.text("/userErrors/0/message");
    assert_eq!(message, "This channel cannot quote a message.");

    let report = json!({"input": {"channelId": bridge.channel_id, "reports": [
        {"chatId": chat, "messageId": sent.at("/message/id"), "state": "FAILED", "cause": "NO_ROUTE"}]}});
    company.admin.act(REPORT_MESSAGES, report).await?;
    assert_eq!(
        words(last_message(ana, &chat).await?.at("/actions")),
        ["RETRY"]
    );
    let note = "mutation($input: AddNoteInput!) { addNote(input: $input) { userErrors { code } } }";
    let input = json!({"input": {"chatId": chat, "text": "ojo", "idempotencyKey": Uuid::new_v4()}});
    ana.act(note, input).await?;
    let shown = last_message(ana, &chat).await?;
    assert_eq!(shown.text("/medium"), "NOTE");
    assert_eq!(words(shown.at("/actions")), ["EDIT", "DELETE"]);
    Ok(())
}

#[tokio::test]
async fn h9_c11_a_template_is_filled_in_and_sent_or_refused_with_the_field_that_is_missing()
-> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let bridge = Bridge::connect(&company.admin, "SMS", "Móvil", &[&company.ana_id]).await?;
    let chat = bridge.write("+34600111222", "hola").await?;
    let content =
        json!({"name": "Saludo", "body": "Hola {{client.first_name}}, soy {{agent.name}}"});
    let saludo = template(ana, content).await?;
    let key = Uuid::new_v4();
    let sending = json!({"input": {"chatId": chat, "templateId": saludo, "clientMessageId": key}});
    let refused = ana.try_act(SEND, sending.clone()).await?;
    let code = refused.text("/userErrors/0/code");
    assert_eq!(code, "TEMPLATE_FIELD_MISSING");
    let lucia = client_of_hilo(ana, json!({"firstName": "Lucía"})).await?;
    link(ana, &chat, &lucia).await?;
    let sent = ana.act(SEND, sending.clone()).await?;
    assert_eq!(sent.text("/message/text"), "Hola Lucía, soy Ana");
    assert_eq!(sent.text("/message/templateId"), saludo);
    let again = ana.act(SEND, sending.clone()).await?;
    assert_eq!(again.at("/message/id"), sent.at("/message/id"));
    let other = json!({"input": {"chatId": chat, "text": "otra", "clientMessageId": key}});
    assert_eq!(ana.fault(SEND, other).await?, "IDEMPOTENCY_CONFLICT");
    let both = json!({"input": {"chatId": chat, "text": "a", "templateId": saludo,
        "clientMessageId": Uuid::new_v4()}});
    assert_eq!(ana.fault(SEND, both).await?, "BAD_USER_INPUT");
    // Whoever asks again hears what they heard, also once the template is gone.
    let delete = "mutation($input: DeleteTemplateInput!) { deleteTemplate(input: $input) { userErrors { code } } }";
    ana.act(delete, json!({"input": {"templateId": saludo}}))
        .await?;
    let again = ana.act(SEND, sending).await?;
    assert_eq!(again.at("/message/id"), sent.at("/message/id"));
    let other =
        json!({"input": {"chatId": chat, "templateId": Uuid::new_v4(), "clientMessageId": key}});
    assert_eq!(ana.fault(SEND, other).await?, "IDEMPOTENCY_CONFLICT");
    // Another agent's own template is not there.
    let theirs = json!({"input": {"chatId": chat, "templateId": saludo,
        "clientMessageId": Uuid::new_v4()}});
    assert_eq!(company.admin.fault(SEND, theirs).await?, "NOT_FOUND");
    Ok(())
}

#[tokio::test]
async fn d7_past_the_window_whatsapp_takes_a_template_with_an_approved_text_behind_it() -> Result<()>
{
    let company = Company::found().await?;
    let ana = &company.ana;
    let bridge = Bridge::connect(&company.admin, "WHATSAPP", "Wasap", &[&company.ana_id]).await?;
    let long_ago = "2026-01-01T10:00:00Z";
    let chat = bridge.wrote_at("+34600111222", "hola", long_ago).await?;
    let using = |template: &str| {
        json!({"input": {"chatId": chat, "templateId": template,
            "clientMessageId": Uuid::new_v4()}})
    };
    let free = template(ana, json!({"name": "Libre", "body": "Su pedido llegó."})).await?;
    let refused = ana.try_act(SEND, using(&free)).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "REPLY_WINDOW_CLOSED");
    let approved = json!({"name": "order_arrived", "language": "es", "category": "UTILITY"});
    let content = json!({"name": "Pedido", "body": "Su pedido llegó.", "approved": approved});
    let sent = ana.act(SEND, using(&template(ana, content).await?)).await?;
    assert_eq!(sent.text("/message/terms/template/name"), "order_arrived");
    Ok(())
}

#[tokio::test]
async fn c10_c11_a_chat_is_started_with_a_client_by_what_is_known_of_them() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let sms = Bridge::connect(&company.admin, "SMS", "Móvil", &[&company.ana_id]).await?;
    let mail = Bridge::connect(&company.admin, "EMAIL", "Correo", &[&company.ana_id]).await?;
    let forum = Bridge::connect(&company.admin, "API", "Foro", &[&company.ana_id]).await?;
    let lucia = client_of_hilo(
        ana,
        json!({"firstName": "Lucía", "phones": ["+34 600 111 222"], "emails": ["Lucia@Ejemplo.es"]}),
    )
    .await?;
    let start = |channel: &Bridge, client: &str| {
        json!({"input": {"channelId": channel.channel_id, "clientId": client, "text": "Hola",
            "clientMessageId": Uuid::new_v4()}})
    };
    let started = ana.act(START, start(&sms, &lucia)).await?;
    assert_eq!(started.text("/chat/contact/handle"), "+34600111222");
    let chat = started.text("/chat/id").to_owned();
    settled(&company.hilo.url).await?;
    let shown = ana.get(COMPOSER, json!({"id": chat})).await?;
    assert_eq!(shown.text("/chat/client/id"), lucia);
    let again = ana.act(START, start(&sms, &lucia)).await?;
    assert_eq!(again.text("/chat/id"), chat, "they have a chat there");
    let by_mail = ana.act(START, start(&mail, &lucia)).await?;
    assert_eq!(by_mail.text("/chat/contact/handle"), "lucia@ejemplo.es");

    // However an address or a number is written, it is one chat; what is neither is nobody's.
    let by_hand = |channel: &Bridge, handle: &str| {
        json!({"input": {"channelId": channel.channel_id, "handle": handle, "text": "Hola",
            "clientMessageId": Uuid::new_v4()}})
    };
    for (channel, handle, id) in [
        (&mail, "LUCIA@ejemplo.ES", by_mail.text("/chat/id")),
        (&sms, "0034 600 111 222", chat.as_str()),
    ] {
        let same = ana.act(START, by_hand(channel, handle)).await?;
        assert_eq!(same.text("/chat/id"), id, "{handle}");
    }
    let wrote = mail.write("Lucia@Ejemplo.es", "sí").await?;
    assert_eq!(wrote, by_mail.text("/chat/id"));
    for (channel, handle) in [
        (&mail, "lucia"),
        (&mail, "a@b\r\nBcc: x@y"),
        (&forum, "a\nb"),
        (&forum, "\u{200b}"),
    ] {
        let refused = ana.try_act(START, by_hand(channel, handle)).await?;
        assert_eq!(
            refused.text("/userErrors/0/code"),
            "FIELD_INVALID",
            "{handle:?}"
        );
    }

    let unknown = ana.try_act(START, start(&forum, &lucia)).await?;
    assert_eq!(unknown.text("/userErrors/0/code"), "CLIENT_HANDLE_UNKNOWN");
    let there = forum.write("lucia-81", "soy yo").await?;
    link(ana, &there, &lucia).await?;
    let known = ana.act(START, start(&forum, &lucia)).await?;
    assert_eq!(known.text("/chat/id"), there);

    let nobody = client_of_hilo(ana, json!({"firstName": "Marta"})).await?;
    let refused = ana.try_act(START, start(&sms, &nobody)).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "MOBILE_NUMBER_NEEDED");
    let saludo = template(
        ana,
        json!({"name": "S", "body": "Hola {{client.first_name}}"}),
    )
    .await?;
    let with_template = json!({"input": {"channelId": mail.channel_id, "clientId": lucia,
        "templateId": saludo, "clientMessageId": Uuid::new_v4()}});
    let sent = ana.act(START, with_template).await?;
    assert_eq!(sent.text("/message/text"), "Hola Lucía");
    // The client of a chat stays who it is.
    let other = json!({"firstName": "Otra", "emails": ["lucia@ejemplo.es"]});
    let other = client_of_hilo(ana, other).await?;
    let same = ana.act(START, start(&mail, &other)).await?;
    settled(&company.hilo.url).await?;
    let shown = ana
        .get(COMPOSER, json!({"id": same.at("/chat/id")}))
        .await?;
    assert_eq!(shown.text("/chat/client/id"), lucia);
    Ok(())
}

#[tokio::test]
async fn g15_a_personal_reply_to_who_asked_for_peace_warns_before_and_after() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let ana = &company.ana;
    let lucia = client_of_hilo(ana, json!({"firstName": "Lucía"})).await?;
    link(ana, &id, &lucia).await?;
    assert!(composer(ana, &id).await?.list("/warnings").is_empty());
    let ask = "mutation($input: SetClientDoNotDisturbInput!) {
        setClientDoNotDisturb(input: $input) { userErrors { code } } }";
    let peace = json!({"input": {"clientId": lucia, "channelKind": "WEB_CHAT", "on": true}});
    ana.act(ask, peace).await?;
    let warned = composer(ana, &id).await?;
    assert_eq!(warned.text("/state"), "OPEN");
    assert_eq!(words(warned.at("/warnings")), ["DO_NOT_DISTURB"]);
    let sent = ana.act(SEND, send(&id, "dime")).await?;
    assert_eq!(words(sent.at("/message/warnings")), ["DO_NOT_DISTURB"]);
    Ok(())
}

/// Where the messenger will never tell more, its acceptance is the tick; what it cannot know is not believed.
#[tokio::test]
async fn d1_d3_a_channel_that_reports_nothing_shows_acceptance_as_the_tick() -> Result<()> {
    let company = Company::found().await?;
    let input = json!({"input": {"kind": "API", "name": "Foro", "agentIds": [company.ana_id],
        "reports": {"delivered": false, "read": false}, "idempotencyKey": Uuid::new_v4()}});
    let connected = company.admin.act(CONNECT_CHANNEL, input).await?;
    let silent = Bridge {
        channel_id: connected.text("/channel/id").to_owned(),
        by: company.admin.clone(),
    };
    let telling = Bridge::connect(&company.admin, "API", "Otro", &[&company.ana_id]).await?;
    for (bridge, ticks) in [(&silent, ["ONE", "ONE"]), (&telling, ["CLOCK", "TWO"])] {
        let chat = bridge.write("lucia", "hola").await?;
        let sent = company.ana.act(SEND_MESSAGE, send(&chat, "dime")).await?;
        for (state, tick) in ["SENT", "READ"].into_iter().zip(ticks) {
            let report = json!({"input": {"channelId": bridge.channel_id, "reports": [
                {"chatId": chat, "messageId": sent.at("/message/id"), "state": state}]}});
            company.admin.act(REPORT_MESSAGES, report).await?;
            let shown = last_message(&company.ana, &chat).await?;
            assert_eq!(shown.text("/tick"), tick, "{state}");
        }
    }
    Ok(())
}
