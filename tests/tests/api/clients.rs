//! Clients and templates through the API: linking, saving an unknown writer, marks, merges, the chats of a client, erasing.

use anyhow::Result;
use hilo_tests::company::{chat_saying, connect_web_chat, hire};
use hilo_tests::socket::Socket;
use hilo_tests::visitor::Door;
use hilo_tests::{At as _, Client, Company, Visitor, until};
use serde_json::{Value, json};
use uuid::Uuid;

const SHAPE: &str = "fragment Record on Client { id name firstName lastName phones { typed e164 } emails address mark tags
    owner { id } doNotDisturb mergedIntoId chatCount chats(first: 10) { nodes { id messageCount state openedAt channel { id name } } } }";

const MERGED: &str = "query($id: ID!) { client(id: $id) { merged { id name } } }";

/// A mutation of a client with its input type.
fn on_client(field: &str, input: &str) -> String {
    format!(
        "mutation($input: {input}!) {{ {field}(input: $input) {{ pending position undo client {{ ...Record }}
           userErrors {{ code message field limit }} }} }} {SHAPE}"
    )
}

/// A mutation of a chat's link.
fn on_chat(field: &str, input: &str) -> String {
    format!(
        "mutation($input: {input}!) {{ {field}(input: $input) {{ position chat {{ id client {{ ...Record }} }}
           userErrors {{ code message field limit }} }} }} {SHAPE}"
    )
}

async fn create(client: &Client, input: Value) -> Result<Value> {
    let mutation = on_client("createClient", "CreateClientInput");
    client.act(&mutation, json!({ "input": input })).await
}

async fn named(client: &Client, name: &str) -> Result<Value> {
    let input = json!({"idempotencyKey": Uuid::new_v4(), "details": {"firstName": name}});
    Ok(create(client, input).await?.at("/client").clone())
}

async fn act(client: &Client, field: &str, input: Value) -> Result<Value> {
    let mut type_name = format!("{field}Input");
    if let Some(first) = type_name.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    if ["tagClient", "untagClient"].contains(&field) {
        type_name = "ClientTagInput".to_owned();
    }
    let mutation = on_client(field, &type_name);
    client.try_act(&mutation, json!({ "input": input })).await
}

async fn link(client: &Client, chat: &Value, to: &Value) -> Result<Value> {
    let mutation = on_chat("linkClient", "LinkClientInput");
    let input = json!({"chatId": chat, "clientId": to});
    client.act(&mutation, json!({ "input": input })).await
}

async fn record(client: &Client, id: &Value) -> Result<Value> {
    let query = format!("query($id: ID!) {{ client(id: $id) {{ ...Record }} }} {SHAPE}");
    Ok(client
        .get(&query, json!({ "id": id }))
        .await?
        .at("/client")
        .clone())
}

async fn client_of(client: &Client, chat: &Value) -> Result<Value> {
    let query = format!("query($id: ID!) {{ chat(id: $id) {{ client {{ ...Record }} }} }} {SHAPE}");
    let data = client.get(&query, json!({ "id": chat })).await?;
    Ok(data.at("/chat/client").clone())
}

/// A visitor who wrote, and the chat that it made.
async fn written(company: &Company, text: &str) -> Result<(Visitor, Value)> {
    let visitor = company.visitor().await?;
    visitor.write(text).await?;
    let row = chat_saying(&company.ana, text).await?;
    Ok((visitor, row.at("/id").clone()))
}

#[tokio::test]
async fn g1_a_chat_is_linked_to_a_client_and_unlinked() -> Result<()> {
    let company = Company::found().await?;
    let (_, chat) = written(&company, "hola").await?;
    let lucia = named(&company.ana, "Lucía").await?;
    assert!(client_of(&company.ana, &chat).await?.is_null());
    let linked = link(&company.ana, &chat, lucia.at("/id")).await?;
    assert_eq!(linked.at("/chat/client/id"), lucia.at("/id"));
    assert_eq!(linked.text("/chat/client/name"), "Lucía");
    let again = link(&company.ana, &chat, lucia.at("/id")).await?;
    assert_eq!(again.at("/chat/client/id"), lucia.at("/id"));
    let unlink = on_chat("unlinkClient", "UnlinkClientInput");
    let input = json!({"input": {"chatId": chat}});
    let unlinked = company.ana.act(&unlink, input).await?;
    assert!(unlinked.at("/chat/client").is_null());
    let mutation = on_chat("linkClient", "LinkClientInput");
    for (chat, client) in [
        (chat.clone(), json!(Uuid::new_v4())),
        (json!(Uuid::new_v4()), lucia.at("/id").clone()),
        (chat.clone(), json!("' OR 1=1")),
    ] {
        let input = json!({"input": {"chatId": chat, "clientId": client}});
        assert_eq!(company.ana.fault(&mutation, input).await?, "NOT_FOUND");
    }
    Ok(())
}

#[tokio::test]
async fn b13_g1_a_chat_and_its_client_are_found_by_the_clients_name() -> Result<()> {
    let company = Company::found().await?;
    let (_, chat) = written(&company, "hola").await?;
    let input = json!({"idempotencyKey": Uuid::new_v4(), "details":
        {"firstName": "Żaneta", "lastName": "Nowak", "phones": ["+48 600 111 222"]}});
    let zaneta = create(&company.ana, input).await?.at("/client/id").clone();
    link(&company.ana, &chat, &zaneta).await?;
    let search = "query($text: String!) {
        searchChats(text: $text) { nodes { chat { id } matches { field text ranges { start end } } } }
        searchClients(text: $text, first: 5) { position nodes { client { id } matches { field } } } }";
    for typed in ["zaneta", "nowa", "nowakk ", "600 111"] {
        let found = company.ana.get(search, json!({"text": typed})).await?;
        assert_eq!(*found.at("/searchChats/nodes/0/chat/id"), chat, "{typed}");
        assert_eq!(
            *found.at("/searchClients/nodes/0/client/id"),
            zaneta,
            "{typed}"
        );
    }
    let found = company.ana.get(search, json!({"text": "nowak"})).await?;
    let matched =
        json!({"field": "CLIENT_NAME", "text": "Nowak", "ranges": [{"start": 0, "end": 5}]});
    assert_eq!(*found.at("/searchChats/nodes/0/matches/0"), matched);
    assert_eq!(
        found.text("/searchClients/nodes/0/matches/0/field"),
        "CLIENT_NAME"
    );
    Ok(())
}

#[tokio::test]
async fn g4_saving_an_unknown_writer_makes_the_client_once_from_what_the_contact_said() -> Result<()>
{
    let company = Company::found().await?;
    let (visitor, chat) = written(&company, "hola").await?;
    let form =
        json!({"name": "Lucía Sol", "email": "Lucia@Correo.example", "phone": "+34 600 100 200"});
    visitor.accepted("form.submit", form).await?;
    until("the contact is described", async || {
        let query = "query($id: ID!) { chat(id: $id) { contact { phone } } }";
        let data = company.ana.get(query, json!({ "id": chat })).await?;
        Ok((!data.text("/chat/contact/phone").is_empty()).then_some(()))
    })
    .await?;
    let key = Uuid::new_v4();
    let input =
        json!({"idempotencyKey": key, "fromChatId": chat, "details": {"address": "Calle 1"}});
    let made = create(&company.ana, input.clone()).await?;
    let client = made.at("/client");
    assert_eq!(client.text("/name"), "Lucía Sol");
    assert_eq!(client.text("/lastName"), "Sol");
    assert_eq!(client.text("/phones/0/e164"), "+34600100200");
    assert_eq!(client.text("/phones/0/typed"), "+34 600 100 200");
    assert_eq!(client.text("/emails/0"), "Lucia@Correo.example");
    assert_eq!(client.text("/address"), "Calle 1");
    assert_eq!(
        client_of(&company.ana, &chat).await?.at("/id"),
        client.at("/id")
    );

    let again = create(&company.ana, input).await?;
    assert_eq!(again.at("/client/id"), client.at("/id"));
    let mutation = on_client("createClient", "CreateClientInput");
    let other = json!({"input": {"idempotencyKey": key, "details": {"firstName": "Otra"}}});
    assert_eq!(
        company.ana.fault(&mutation, other).await?,
        "IDEMPOTENCY_CONFLICT"
    );
    let empty = json!({"input": {"idempotencyKey": Uuid::new_v4(), "details": {"firstName": " "}}});
    let refused = company.ana.try_act(&mutation, empty).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "DETAILS_EMPTY");
    Ok(())
}

#[tokio::test]
async fn g5_details_are_changed_checked_and_kept_as_typed() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let client = named(ana, "Lucía").await?;
    let id = client.at("/id");
    let details = json!({"lastName": "Sol", "phones": ["600 100 200"], "emails": ["L@Correo.example"], "address": "Calle 1\nMadrid"});
    let input = json!({"clientId": id, "details": details});
    let changed = act(ana, "changeClientDetails", input).await?;
    assert_eq!(changed.text("/client/name"), "Lucía Sol");
    assert_eq!(changed.text("/client/phones/0/typed"), "600 100 200");
    assert!(changed.at("/client/phones/0/e164").is_null());
    assert_eq!(changed.text("/client/address"), "Calle 1\nMadrid");
    let input = json!({"clientId": id, "details": {"lastName": "", "phones": []}});
    let changed = act(ana, "changeClientDetails", input).await?;
    assert_eq!(changed.text("/client/name"), "Lucía");
    assert!(changed.list("/client/phones").is_empty());
    assert_eq!(changed.text("/client/emails/0"), "L@Correo.example");
    for (details, code, field) in [
        (json!({"phones": ["call me"]}), "PHONE_INVALID", "phones"),
        (
            json!({"emails": ["nobody"]}),
            "CLIENT_EMAIL_INVALID",
            "emails",
        ),
        (
            json!({"firstName": "x".repeat(81)}),
            "CLIENT_NAME_TOO_LONG",
            "firstName",
        ),
        (
            json!({"phones": vec!["600100200"; 11]}),
            "DETAILS_TOO_MANY",
            "phones",
        ),
    ] {
        let input = json!({"clientId": id, "details": details});
        let refused = act(ana, "changeClientDetails", input).await?;
        assert_eq!(refused.text("/userErrors/0/code"), code);
        assert_eq!(refused.text("/userErrors/0/field"), field);
    }
    Ok(())
}

#[tokio::test]
async fn g6_vip_set_in_one_chat_is_seen_in_all_chats_of_the_client_at_once() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let client = named(ana, "Lucía").await?;
    let (_, one) = written(&company, "uno").await?;
    let (_, two) = written(&company, "dos").await?;
    link(ana, &one, client.at("/id")).await?;
    link(ana, &two, client.at("/id")).await?;
    let changes = "subscription($id: ID!) { chat(id: $id) { chat { client { mark } } } }";
    let mut socket = Socket::open(ana).await?;
    socket.subscribe("1", changes, json!({ "id": two })).await?;
    let input = json!({"clientId": client.at("/id"), "mark": "VIP"});
    act(ana, "markClient", input).await?;
    loop {
        let change = socket.update().await?;
        if change.text("/data/chat/chat/client/mark") == "VIP" {
            break;
        }
    }
    assert_eq!(client_of(ana, &one).await?.text("/mark"), "VIP");
    let input = json!({"clientId": client.at("/id"), "mark": "BAD"});
    let bad = act(ana, "markClient", input).await?;
    assert_eq!(bad.text("/client/mark"), "BAD", "one at a time");
    let input = json!({"clientId": client.at("/id"), "mark": null});
    act(ana, "markClient", input).await?;
    assert!(client_of(ana, &two).await?.at("/mark").is_null());
    Ok(())
}

#[tokio::test]
async fn g12_n7_a_merge_rewires_chats_and_is_undone_also_after_new_messages() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let (one, two) = (named(ana, "Lucía").await?, named(ana, "Lucy").await?);
    let (visitor, first) = written(&company, "uno").await?;
    let (_, second) = written(&company, "dos").await?;
    link(ana, &first, one.at("/id")).await?;
    link(ana, &second, two.at("/id")).await?;
    let merge = json!({"clientId": one.at("/id"), "intoClientId": two.at("/id")});
    let merged = act(ana, "mergeClients", merge.clone()).await?;
    assert_eq!(merged.at("/client/mergedIntoId"), two.at("/id"));
    assert_eq!(client_of(ana, &first).await?.at("/id"), two.at("/id"));
    assert_eq!(*record(ana, two.at("/id")).await?.at("/chatCount"), 2);
    visitor.write("después").await?;
    chat_saying(ana, "después").await?;
    let (_, third) = written(&company, "tres").await?;
    link(ana, &third, two.at("/id")).await?;
    assert_eq!(*record(ana, two.at("/id")).await?.at("/chatCount"), 3);

    let behind = ana.get(MERGED, json!({"id": two.at("/id")})).await?;
    assert_eq!(
        behind.at("/client/merged"),
        &json!([{"id": one.at("/id"), "name": "Lucía"}])
    );

    let back = json!({"clientId": two.at("/id"), "intoClientId": one.at("/id")});
    let circle = act(ana, "mergeClients", back).await?;
    assert_eq!(circle.text("/userErrors/0/code"), "MERGE_CIRCLE");
    let edit = json!({"clientId": one.at("/id"), "mark": "VIP"});
    let hidden = act(ana, "markClient", edit).await?;
    assert_eq!(hidden.text("/userErrors/0/code"), "CLIENT_IS_MERGED");

    let unmerge = json!({"clientId": one.at("/id")});
    let unmerged = act(ana, "unmergeClient", unmerge).await?;
    assert!(unmerged.at("/client/mergedIntoId").is_null());
    assert_eq!(client_of(ana, &first).await?.at("/id"), one.at("/id"));
    assert_eq!(client_of(ana, &third).await?.at("/id"), two.at("/id"));
    assert_eq!(*record(ana, one.at("/id")).await?.at("/chatCount"), 1);
    assert_eq!(*record(ana, two.at("/id")).await?.at("/chatCount"), 2);
    let behind = ana.get(MERGED, json!({"id": two.at("/id")})).await?;
    assert_eq!(behind.at("/client/merged"), &json!([]));
    Ok(())
}

/// N6 for what is done to clients: by the `undo` of the payload, once, unless something later stands against it.
#[tokio::test]
async fn n6_a_merge_and_other_acts_on_clients_are_undone_by_their_token() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let (one, two) = (named(ana, "Lucía").await?, named(ana, "Lucy").await?);
    let (visitor, chat) = written(&company, "uno").await?;
    link(ana, &chat, one.at("/id")).await?;
    let undo = "mutation($input: UndoInput!) { undo(input: $input) { position undo
        results { chatId } clientResults { clientId changed userErrors { code } } userErrors { code } } }";
    let taken_back = |act: &Value| json!({"input": {"act": act.at("/undo")}});
    let merge = json!({"clientId": one.at("/id"), "intoClientId": two.at("/id")});
    let merged = act(ana, "mergeClients", merge.clone()).await?;
    assert_eq!(client_of(ana, &chat).await?.at("/id"), two.at("/id"));
    visitor.write("después").await?;
    chat_saying(ana, "después").await?;
    // Nobody takes back what another one did.
    assert_eq!(
        company.admin.fault(undo, taken_back(&merged)).await?,
        "NOT_FOUND"
    );
    let undone = ana.act(undo, taken_back(&merged)).await?;
    assert_eq!(*undone.at("/clientResults/0/changed"), true);
    assert_eq!(undone.at("/clientResults/0/clientId"), one.at("/id"));
    assert_eq!(client_of(ana, &chat).await?.at("/id"), one.at("/id"));
    let again = ana.act(undo, taken_back(&merged)).await?;
    let code = again.text("/clientResults/0/userErrors/0/code");
    assert_eq!(code, "CHANGED_SINCE");
    ana.act(undo, taken_back(&undone)).await?;
    assert_eq!(client_of(ana, &chat).await?.at("/id"), two.at("/id"));

    let vip = json!({"clientId": two.at("/id"), "mark": "VIP"});
    let marked = act(ana, "markClient", vip).await?;
    let tag = json!({"clientId": two.at("/id"), "tag": "mayorista"});
    let tagged = act(ana, "tagClient", tag).await?;
    ana.act(undo, taken_back(&marked)).await?;
    ana.act(undo, taken_back(&tagged)).await?;
    let shown = record(ana, two.at("/id")).await?;
    assert!(shown.at("/mark").is_null() && shown.list("/tags").is_empty());
    Ok(())
}

#[tokio::test]
async fn g13_the_chats_of_a_client_are_shown_with_start_state_number_and_channel_of_ones_channels_only()
-> Result<()> {
    let company = Company::found().await?;
    let other = connect_web_chat(&company.admin, "Outlet", "outlet").await?;
    let client = named(&company.ana, "Lucía").await?;
    let (visitor, first) = written(&company, "uno").await?;
    visitor.write("más").await?;
    chat_saying(&company.ana, "más").await?;
    let stranger = Door::of(&company.hilo.url, "outlet")?
        .open(json!({}))
        .await?;
    stranger.write("en otra tienda").await?;
    let second = chat_saying(&company.admin, "en otra tienda").await?;
    link(&company.ana, &first, client.at("/id")).await?;
    link(&company.admin, second.at("/id"), client.at("/id")).await?;

    let seen = record(&company.admin, client.at("/id")).await?;
    assert_eq!(*seen.at("/chatCount"), 2);
    assert_eq!(seen.at("/chats/nodes/0/channel/id"), other.at("/id"));
    let shown = seen.at("/chats/nodes/1");
    assert_eq!(*shown.at("/messageCount"), 2);
    assert_eq!(shown.text("/state"), "ACTIVE");
    assert_ne!(shown.text("/openedAt"), "");
    assert_eq!(shown.text("/channel/name"), "Tienda");
    let seen = record(&company.ana, client.at("/id")).await?;
    assert_eq!(*seen.at("/chatCount"), 1, "not those of other channels");
    assert_eq!(seen.list("/chats/nodes").len(), 1);
    let mutation = on_chat("linkClient", "LinkClientInput");
    let foreign = json!({"input": {"chatId": second.at("/id"), "clientId": client.at("/id")}});
    assert_eq!(company.ana.fault(&mutation, foreign).await?, "NOT_FOUND");
    Ok(())
}

#[tokio::test]
async fn g14_g15_owner_tags_and_do_not_disturb_stand_on_the_client() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let client = named(ana, "Lucía").await?;
    let id = client.at("/id");
    let owned = act(
        ana,
        "changeClientOwner",
        json!({"clientId": id, "ownerId": company.ana_id}),
    )
    .await?;
    assert_eq!(owned.text("/client/owner/id"), company.ana_id);
    let nobody = json!({"clientId": id, "ownerId": Uuid::new_v4()});
    let refused = act(ana, "changeClientOwner", nobody).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "OWNER_NOT_FOUND");
    for tag in ["mayorista", " azul "] {
        act(ana, "tagClient", json!({"clientId": id, "tag": tag})).await?;
    }
    let untagged = act(
        ana,
        "untagClient",
        json!({"clientId": id, "tag": "mayorista"}),
    )
    .await?;
    assert_eq!(*untagged.at("/client/tags"), json!(["azul"]));
    let refused = act(ana, "tagClient", json!({"clientId": id, "tag": "\u{200b}"})).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CLIENT_TAG_INVALID");
    let quiet = json!({"clientId": id, "channelKind": "SMS", "on": true});
    let set = act(ana, "setClientDoNotDisturb", quiet).await?;
    assert_eq!(*set.at("/client/doNotDisturb"), json!(["SMS"]));
    let (auditor, _) = hire(&company.admin, "Eva", "eva@taller.example", "AUDITOR", &[]).await?;
    assert_eq!(record(&auditor, id).await?.text("/name"), "Lucía");
    let mark = json!({"input": {"clientId": id, "mark": "VIP"}});
    let refused = auditor
        .fault(&on_client("markClient", "MarkClientInput"), mark)
        .await?;
    assert_eq!(refused, "FORBIDDEN");
    let deleted = act(
        &company.admin,
        "deleteClient",
        json!({"clientId": id, "confirm": false}),
    )
    .await?;
    assert_eq!(deleted.text("/userErrors/0/field"), "confirm");
    act(
        &company.admin,
        "deleteClient",
        json!({"clientId": id, "confirm": true}),
    )
    .await?;
    let query = "query($id: ID!) { client(id: $id) { id } }";
    assert_eq!(ana.fault(query, json!({ "id": id })).await?, "NOT_FOUND");
    Ok(())
}

#[tokio::test]
async fn n12_erasing_a_client_takes_its_merged_clients_and_all_its_contacts() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let input = json!({"idempotencyKey": Uuid::new_v4(), "details": {"firstName": "sembrado00", "phones": ["+34 600 555 444"]}});
    let one = create(ana, input).await?.at("/client").clone();
    let two = named(ana, "sembrado01").await?;
    let (_, first) = written(&company, "sembrado02").await?;
    let (_, second) = written(&company, "sembrado03").await?;
    let (_, third) = written(&company, "otra persona").await?;
    link(ana, &first, one.at("/id")).await?;
    link(ana, &second, two.at("/id")).await?;
    let merge = json!({"clientId": two.at("/id"), "intoClientId": one.at("/id")});
    act(ana, "mergeClients", merge).await?;
    let erase = "mutation($input: EraseClientInput!) { eraseClient(input: $input) {
        state client { id name phones { typed } } userErrors { code field } } }";
    let input = json!({"input": {"clientId": one.at("/id"), "confirm": true}});
    assert_eq!(ana.fault(erase, input.clone()).await?, "FORBIDDEN");
    let unsure = json!({"input": {"clientId": one.at("/id"), "confirm": false}});
    let refused = company.admin.try_act(erase, unsure).await?;
    assert_eq!(refused.text("/userErrors/0/field"), "confirm");
    let payload = until("the keys are gone", async || {
        let payload = company.admin.act(erase, input.clone()).await?;
        Ok((payload.text("/state") == "DONE").then_some(payload))
    })
    .await?;
    assert!(payload.at("/client/name").is_null(), "{payload}");
    assert!(payload.list("/client/phones").is_empty());
    for gone in [&first, &second] {
        let shown = hilo_tests::company::chat(ana, gone.as_str().unwrap_or_default()).await?;
        assert!(!shown.to_string().contains("sembrado"), "{shown}");
    }
    let left = hilo_tests::company::chat(ana, third.as_str().unwrap_or_default()).await?;
    assert!(left.to_string().contains("otra persona"));
    let opened = hilo_tests::export::export(&company.hilo, true).await?;
    assert!(!opened.contains("sembrado") && !opened.contains("600 555"));
    assert!(opened.contains("otra persona"));
    Ok(())
}

#[tokio::test]
async fn h9_templates_are_shared_or_ones_own_and_are_filled_in_for_a_chat() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let make = "mutation($input: CreateTemplateInput!) { createTemplate(input: $input) {
        template { id name owner { id } } userErrors { code field } } }";
    let content =
        json!({"name": "Saludo", "body": "Hola {{client.first_name}}, soy {{agent.name}}"});
    let key = Uuid::new_v4();
    let input = json!({"input": {"idempotencyKey": key, "content": content, "shared": false}});
    let own = ana.act(make, input.clone()).await?;
    assert_eq!(own.text("/template/owner/id"), company.ana_id);
    assert_eq!(
        ana.act(make, input).await?.at("/template/id"),
        own.at("/template/id")
    );
    let shared =
        json!({"input": {"idempotencyKey": Uuid::new_v4(), "content": content, "shared": true}});
    let refused = ana.try_act(make, shared.clone()).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "TEMPLATE_IS_SHARED");
    company.admin.act(make, shared).await?;
    let all = "{ templates { id name body } }";
    assert_eq!(ana.get(all, json!({})).await?.list("/templates").len(), 2);
    let seen = company.admin.get(all, json!({})).await?;
    assert_eq!(
        seen.list("/templates").len(),
        1,
        "others' own are not shown"
    );

    let (_, chat) = written(&company, "hola").await?;
    let render =
        "query($template: ID!, $chat: ID!) { renderTemplate(templateId: $template, chatId: $chat) {
        text textWithGaps missing userErrors { code message } } }";
    let asked = json!({"template": own.at("/template/id"), "chat": chat});
    let missing = ana.get(render, asked.clone()).await?;
    let code = missing.text("/renderTemplate/userErrors/0/code");
    assert_eq!(code, "TEMPLATE_FIELD_MISSING");
    let gaps = missing.at("/renderTemplate");
    assert!(gaps.at("/text").is_null());
    assert_eq!(
        gaps.text("/textWithGaps"),
        "Hola {{client.first_name}}, soy Ana"
    );
    assert_eq!(gaps.at("/missing"), &json!(["client.first_name"]));
    let client = named(ana, "Lucía").await?;
    link(ana, &chat, client.at("/id")).await?;
    let filled = ana.get(render, asked.clone()).await?;
    assert_eq!(filled.text("/renderTemplate/text"), "Hola Lucía, soy Ana");
    assert_eq!(
        filled.text("/renderTemplate/textWithGaps"),
        "Hola Lucía, soy Ana"
    );
    assert_eq!(filled.at("/renderTemplate/missing"), &json!([]));
    assert_eq!(company.admin.fault(render, asked).await?, "NOT_FOUND");
    Ok(())
}
