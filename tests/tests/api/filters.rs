//! The filters of the list and their counters (B4, B6 to B11, B14, H2, P4, P13): each shows what it says, counts what it
//! shows, and nobody learns of another channel by it (A2).

use anyhow::Result;
use hilo_tests::company::{chat_saying, connect_web_chat, hire};
use hilo_tests::queries::{ARCHIVE_CHAT, MARK_CHAT_READ, SNOOZE_CHAT, TAKE_CHAT};
use hilo_tests::visitor::Visitor;
use hilo_tests::{At as _, Client, Company, until};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::marks::mutation;

const LIST: &str = "query($filter: ChatFilter) { chats(filter: $filter, first: 100) {
  totalCount nodes { id lastMessage { text } } } }";
const COUNTERS: &str =
    "{ counters { active archived unread unanswered unassigned assignedToMe starred snoozed
  channels { channelId active unread unanswered unassigned assignedToMe starred snoozed } } }";
const CREATE_CLIENT: &str = "mutation($input: CreateClientInput!) { createClient(input: $input) {
  client { id } userErrors { code } } }";

/// The last messages of the chats that a filter shows, in its order, and how many it says there are.
async fn shown(client: &Client, filter: Value) -> Result<(Vec<String>, Value)> {
    let data = client.get(LIST, json!({ "filter": filter })).await?;
    let nodes = data.list("/chats/nodes").iter();
    let texts = nodes.map(|chat| chat.text("/lastMessage/text").to_owned());
    Ok((texts.collect(), data.at("/chats/totalCount").clone()))
}

/// The same, sorted and without the number.
async fn texts(client: &Client, filter: Value) -> Result<Vec<String>> {
    let mut texts = shown(client, filter).await?.0;
    texts.sort_unstable();
    Ok(texts)
}

fn of(id: &str) -> Value {
    json!({"input": {"chatId": id}})
}

/// Three chats, called `one`, `two` and `three` by their first and last message; gives their ids.
struct Inbox {
    company: Company,
    ids: [String; 3],
}

impl Inbox {
    async fn new() -> Result<Self> {
        let company = Company::found().await?;
        let mut ids = Vec::new();
        for text in ["one", "two", "three"] {
            company.visitor().await?.write(text).await?;
            ids.push(
                chat_saying(&company.ana, text)
                    .await?
                    .text("/id")
                    .to_owned(),
            );
        }
        let ids = ids.try_into().unwrap_or_default();
        Ok(Self { company, ids })
    }

    async fn act(&self, name: &str, id: &str) -> Result<Value> {
        self.company.ana.act(&mutation(name), of(id)).await
    }

    async fn counters(&self) -> Result<Value> {
        let data = self.company.ana.get(COUNTERS, json!({})).await?;
        Ok(data.at("/counters").clone())
    }
}

/// Somebody who may see nothing of what the others do.
async fn outsider(company: &Company) -> Result<Client> {
    let other = connect_web_chat(&company.admin, "Otra", "otra").await?;
    let access = [other.text("/id")];
    let hired = hire(
        &company.admin,
        "Bea",
        "bea@taller.example",
        "AGENT",
        &access,
    )
    .await?;
    Ok(hired.0)
}

async fn client_of(
    company: &Company,
    chat: &str,
    owner: Option<&str>,
    name: &str,
) -> Result<String> {
    let input = json!({"idempotencyKey": Uuid::new_v4(), "details": {"firstName": name}});
    let made = company
        .ana
        .act(CREATE_CLIENT, json!({ "input": input }))
        .await?;
    let client = made.text("/client/id").to_owned();
    let link = "mutation($input: LinkClientInput!) { linkClient(input: $input) { position userErrors { code } } }";
    let input = json!({"chatId": chat, "clientId": client});
    company.ana.act(link, json!({ "input": input })).await?;
    if let Some(owner) = owner {
        let change =
            "mutation($input: ChangeClientOwnerInput!) { changeClientOwner(input: $input) {
            position userErrors { code } } }";
        let input = json!({"clientId": client, "ownerId": owner});
        company.ana.act(change, json!({ "input": input })).await?;
    }
    Ok(client)
}

/// B4: the mark in the side menu is red while any visible chat waits, and only then.
#[tokio::test]
async fn b4_the_red_mark_counts_what_waits_and_nothing_that_is_put_aside() -> Result<()> {
    let inbox = Inbox::new().await?;
    let [one, two, three] = &inbox.ids;
    let counters = inbox.counters().await?;
    assert_eq!(
        (counters.number("/unread"), counters.number("/unanswered")),
        (3, 0)
    );
    inbox.company.ana.act(MARK_CHAT_READ, of(one)).await?;
    inbox.company.ana.act(ARCHIVE_CHAT, of(two)).await?;
    let until_reply = json!({"input": {"chatId": three, "until": null}});
    inbox.company.ana.act(SNOOZE_CHAT, until_reply).await?;
    let counters = inbox.counters().await?;
    assert_eq!(
        (counters.number("/unread"), counters.number("/unanswered")),
        (0, 1)
    );
    assert_eq!(
        (counters.number("/active"), counters.number("/archived")),
        (1, 1)
    );
    assert_eq!(counters.number("/snoozed"), 1);
    let bea = outsider(&inbox.company).await?;
    let none = bea.get(COUNTERS, json!({})).await?;
    for number in [
        "unread",
        "unanswered",
        "active",
        "archived",
        "snoozed",
        "unassigned",
    ] {
        assert_eq!(none.number(&format!("/counters/{number}")), 0, "{number}");
    }
    assert!(none.list("/counters/channels").is_empty());
    Ok(())
}

/// B8, P13: the inbox leaves out what is put aside; the archive shows everything in it.
#[tokio::test]
async fn p13_a_snoozed_chat_is_in_a_list_of_its_own_until_the_contact_writes() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("later").await?;
    let id = chat_saying(&company.ana, "later")
        .await?
        .text("/id")
        .to_owned();
    company.visitor().await?.write("now").await?;
    chat_saying(&company.ana, "now").await?;
    let ana = &company.ana;
    let until_reply = json!({"input": {"chatId": id, "until": null}});
    ana.act(SNOOZE_CHAT, until_reply).await?;
    assert_eq!(
        shown(ana, json!({"state": "ACTIVE"})).await?,
        (vec!["now".to_owned()], json!(1))
    );
    assert_eq!(
        shown(ana, json!({})).await?,
        (vec!["now".to_owned()], json!(1))
    );
    assert_eq!(
        shown(ana, json!({"snoozed": true})).await?,
        (vec!["later".to_owned()], json!(1))
    );
    // Archived it is in the archive, put aside or not.
    ana.act(ARCHIVE_CHAT, of(&id)).await?;
    assert_eq!(texts(ana, json!({"state": "ARCHIVED"})).await?, ["later"]);
    assert!(texts(ana, json!({"snoozed": true})).await?.is_empty());
    visitor.write("I am back").await?;
    chat_saying(ana, "I am back").await?;
    assert_eq!(
        texts(ana, json!({"state": "ACTIVE"})).await?,
        ["I am back", "now"]
    );
    Ok(())
}

/// B7, B11: by channel, which is that of the last message too; only of the channels one has.
#[tokio::test]
async fn b7_b11_a_list_of_some_channels_never_holds_one_without_access() -> Result<()> {
    let company = Company::found().await?;
    let other = connect_web_chat(&company.admin, "Otra", "otra").await?;
    let other_id = other.text("/id");
    company.visitor().await?.write("mine").await?;
    let stranger = Visitor::arrive(&company.hilo.url, other.text("/widget/key")).await?;
    stranger.write("foreign").await?;
    chat_saying(&company.admin, "foreign").await?;
    chat_saying(&company.ana, "mine").await?;
    let filter = |ids: &[&str]| json!({ "channelIds": ids });
    let both = filter(&[other_id, &company.channel_id]);
    assert_eq!(
        texts(&company.admin, both.clone()).await?,
        ["foreign", "mine"]
    );
    assert_eq!(
        texts(&company.admin, filter(&[other_id])).await?,
        ["foreign"]
    );
    assert_eq!(
        shown(&company.ana, both).await?,
        (vec!["mine".to_owned()], json!(1))
    );
    assert_eq!(
        shown(&company.ana, filter(&[other_id])).await?,
        (Vec::new(), json!(0))
    );
    Ok(())
}

/// B10, H2: my stars are mine, also as a list and as a number.
#[tokio::test]
async fn b10_h2_starred_chats_are_a_list_and_a_number_of_ones_own() -> Result<()> {
    let inbox = Inbox::new().await?;
    let [one, _, three] = &inbox.ids;
    let (ana, admin) = (&inbox.company.ana, &inbox.company.admin);
    inbox.act("starChat", one).await?;
    inbox.act("starChat", three).await?;
    let starred = json!({"state": "ACTIVE", "starred": true});
    let both = vec!["three".to_owned(), "one".to_owned()];
    assert_eq!(shown(ana, starred.clone()).await?, (both, json!(2)));
    assert_eq!(shown(admin, starred.clone()).await?, (Vec::new(), json!(0)));
    assert_eq!(inbox.counters().await?.number("/starred"), 2);
    assert_eq!(
        admin
            .get(COUNTERS, json!({}))
            .await?
            .number("/counters/starred"),
        0
    );
    inbox.company.ana.act(ARCHIVE_CHAT, of(one)).await?;
    assert_eq!(inbox.counters().await?.number("/starred"), 1);
    assert_eq!(
        texts(ana, json!({"state": "ARCHIVED", "starred": true})).await?,
        ["one"]
    );
    assert_eq!(shown(ana, json!({"starred": true})).await?.1, Value::Null);
    Ok(())
}

/// B10: unread, unanswered, recent, all.
#[tokio::test]
async fn b10_quick_filters_show_what_they_count() -> Result<()> {
    let inbox = Inbox::new().await?;
    let [one, two, _] = &inbox.ids;
    let ana = &inbox.company.ana;
    ana.act(MARK_CHAT_READ, of(one)).await?;
    ana.act(TAKE_CHAT, of(two)).await?;
    let counters = inbox.counters().await?;
    for (filter, number, expected) in [
        (json!({"unread": true}), "unread", vec!["three", "two"]),
        (json!({"unanswered": true}), "unanswered", vec!["one"]),
        (json!({"assignedToMe": true}), "assignedToMe", vec!["two"]),
        (
            json!({"unassigned": true}),
            "unassigned",
            vec!["three", "one"],
        ),
        (json!({}), "active", vec!["three", "two", "one"]),
    ] {
        let mut filter = filter;
        filter["state"] = json!("ACTIVE");
        let (found, total) = shown(ana, filter.clone()).await?;
        assert_eq!(found, expected, "{filter}");
        assert_eq!(total, json!(expected.len()), "{filter}");
        assert_eq!(
            counters.number(&format!("/{number}")),
            i64::try_from(expected.len())?
        );
        assert_eq!(
            counters.number(&format!("/channels/0/{number}")),
            i64::try_from(expected.len())?
        );
    }
    assert_eq!(
        texts(ana, json!({"recent": true})).await?,
        ["one", "three", "two"]
    );
    let mixed = json!({"state": "ACTIVE", "unread": true, "unassigned": true});
    assert_eq!(
        shown(ana, mixed).await?,
        (vec!["three".to_owned()], Value::Null)
    );
    Ok(())
}

/// P4: tags, any of them, and priorities.
#[tokio::test]
async fn p4_chats_are_listed_by_tag_and_by_priority() -> Result<()> {
    let inbox = Inbox::new().await?;
    let [one, two, _] = &inbox.ids;
    let ana = &inbox.company.ana;
    for (id, tags) in [(one, vec!["vip", "lana"]), (two, vec!["lana"])] {
        let input = json!({"input": {"chatId": id, "tags": tags}});
        ana.act(&mutation("addChatTags"), input).await?;
    }
    let input = json!({"input": {"chatId": two, "priority": "URGENT"}});
    ana.act(&mutation("setChatPriority"), input).await?;
    assert_eq!(texts(ana, json!({"tags": ["vip"]})).await?, ["one"]);
    assert_eq!(
        texts(ana, json!({"tags": ["vip", "lana", "vip"]})).await?,
        ["one", "two"]
    );
    assert!(texts(ana, json!({"tags": ["Vip"]})).await?.is_empty());
    assert_eq!(
        texts(ana, json!({"priority": ["URGENT", "LOW"]})).await?,
        ["two"]
    );
    assert_eq!(
        texts(ana, json!({"priority": "NORMAL"})).await?,
        ["one", "three"]
    );
    let both = json!({"tags": ["lana"], "priority": ["NORMAL", "HIGH"]});
    assert_eq!(texts(ana, both).await?, ["one"]);
    // A tag that is taken away, and a chat put away, leave the list.
    let input = json!({"input": {"chatId": one, "tags": ["lana"]}});
    ana.act(&mutation("removeChatTags"), input).await?;
    assert_eq!(texts(ana, json!({"tags": ["lana"]})).await?, ["two"]);
    let bea = outsider(&inbox.company).await?;
    assert!(
        texts(&bea, json!({"tags": ["lana", "vip"]}))
            .await?
            .is_empty()
    );
    let many = (0..21).map(|n| n.to_string()).collect::<Vec<_>>();
    let fault = ana.fault(LIST, json!({"filter": {"tags": many}})).await?;
    assert_eq!(fault, "BAD_USER_INPUT");
    Ok(())
}

/// B9, B11: registered clients, my clients, and clients of a colleague; a merged client is the one that stands for it.
#[tokio::test]
async fn b9_b11_chats_are_listed_by_client_and_by_the_clients_owner() -> Result<()> {
    let inbox = Inbox::new().await?;
    let [one, two, _] = &inbox.ids;
    let company = &inbox.company;
    let ana = &company.ana;
    let mine = client_of(company, one, Some(&company.ana_id), "Eva").await?;
    let nobodys = client_of(company, two, None, "Luis").await?;
    let registered = json!({"writer": "REGISTERED_CLIENTS"});
    assert_eq!(
        texts(ana, json!({"writer": "EVERYONE"})).await?,
        ["one", "three", "two"]
    );
    assert_eq!(texts(ana, registered.clone()).await?, ["one", "two"]);
    assert_eq!(texts(ana, json!({"writer": "MY_CLIENTS"})).await?, ["one"]);
    assert!(
        texts(&company.admin, json!({"writer": "MY_CLIENTS"}))
            .await?
            .is_empty()
    );
    let of_ana = json!({ "ownerId": company.ana_id });
    assert_eq!(texts(&company.admin, of_ana.clone()).await?, ["one"]);
    let merge = "mutation($input: MergeClientsInput!) { mergeClients(input: $input) {
        position userErrors { code } } }";
    let input = json!({"clientId": nobodys, "intoClientId": mine});
    ana.act(merge, json!({ "input": input })).await?;
    assert_eq!(texts(&company.admin, of_ana.clone()).await?, ["one", "two"]);
    assert_eq!(
        texts(ana, json!({"writer": "MY_CLIENTS"})).await?,
        ["one", "two"]
    );
    let bea = outsider(company).await?;
    for filter in [registered, of_ana] {
        assert!(texts(&bea, filter.clone()).await?.is_empty(), "{filter}");
    }
    let fault = ana
        .fault(LIST, json!({"filter": {"ownerId": "nobody"}}))
        .await?;
    assert_eq!(fault, "NOT_FOUND");
    Ok(())
}

/// B14: both orders, of any filter; a cursor of one is none of the other.
#[tokio::test]
async fn b14_the_oldest_come_first_on_demand() -> Result<()> {
    let inbox = Inbox::new().await?;
    let ana = &inbox.company.ana;
    let oldest = |more: Value| {
        let mut filter = more;
        filter["order"] = json!("OLDEST_FIRST");
        filter
    };
    assert_eq!(shown(ana, json!({})).await?.0, ["three", "two", "one"]);
    assert_eq!(
        shown(ana, oldest(json!({}))).await?.0,
        ["one", "two", "three"]
    );
    for id in &inbox.ids {
        inbox.act("starChat", id).await?;
    }
    assert_eq!(
        shown(ana, oldest(json!({"starred": true}))).await?.0,
        ["one", "two", "three"]
    );
    let page = "query($filter: ChatFilter, $after: String) { chats(filter: $filter, first: 1, after: $after) {
        pageInfo { endCursor } nodes { lastMessage { text } } } }";
    let first = ana.get(page, json!({"filter": oldest(json!({}))})).await?;
    let cursor = first.at("/chats/pageInfo/endCursor");
    let next = json!({"filter": oldest(json!({})), "after": cursor});
    let next = ana.get(page, next).await?;
    assert_eq!(next.text("/chats/nodes/0/lastMessage/text"), "two");
    assert_eq!(
        ana.fault(page, json!({ "after": cursor })).await?,
        "BAD_CURSOR"
    );
    assert_eq!(
        ana.fault(page, json!({"after": "made up"})).await?,
        "BAD_CURSOR"
    );
    Ok(())
}

const DELETE: &str = "mutation($input: DeleteChatInput!) { deleteChat(input: $input) {
  chatId position pending userErrors { code message field } } }";
const THREAD: &str = "query($id: ID!) { chat(id: $id) { id state deleted tags messageCount
  messages(last: 100) { nodes { text } } acts { kind } history { nodes { kind } } } }";
const FIND: &str =
    "query($text: String!) { searchMessages(text: $text) { nodes { snippet { text } } }
  searchChats(text: $text) { nodes { chat { id } } } }";

fn kinds(chat: &Value) -> Vec<&str> {
    let acts = chat.list("/chat/acts").iter();
    acts.map(|act| act.text("/kind")).collect()
}

/// H4: final for agents, everywhere; the auditor still reads it.
#[tokio::test]
async fn h4_a_deleted_chat_is_nowhere_for_agents_and_read_by_auditors() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor
        .accepted("form.submit", json!({"name": "Eva Cormorán"}))
        .await?;
    visitor.write("secreto").await?;
    let row = chat_saying(&company.ana, "secreto").await?;
    let id = row.text("/id").to_owned();
    let ana = &company.ana;
    let (auditor, _) = hire(
        &company.admin,
        "Olga",
        "olga@taller.example",
        "AUDITOR",
        &[],
    )
    .await?;
    let bea = outsider(&company).await?;
    let input = json!({"input": {"chatId": id, "tags": ["lana"]}});
    ana.act(&mutation("addChatTags"), input).await?;
    assert_eq!(bea.fault(DELETE, of(&id)).await?, "NOT_FOUND");
    assert_eq!(auditor.fault(DELETE, of(&id)).await?, "FORBIDDEN");
    let deleted = ana.act(DELETE, of(&id)).await?;
    assert_eq!(deleted.text("/chatId"), id);
    assert_eq!(*deleted.at("/pending"), false);
    // Again changes nothing, and there is nothing to take back.
    let again = ana.act(DELETE, of(&id)).await?;
    assert!(again.list("/userErrors").is_empty());

    for agent in [ana, &company.admin] {
        assert_eq!(agent.fault(THREAD, json!({"id": id})).await?, "NOT_FOUND");
        for filter in [
            json!({}),
            json!({"state": "ARCHIVED"}),
            json!({"tags": ["lana"]}),
        ] {
            assert!(texts(agent, filter.clone()).await?.is_empty(), "{filter}");
        }
        assert_eq!(
            agent
                .fault(LIST, json!({"filter": {"deleted": true}}))
                .await?,
            "FORBIDDEN"
        );
        let counters = agent.get(COUNTERS, json!({})).await?;
        assert_eq!(counters.number("/counters/unread"), 0);
        assert!(counters.list("/counters/channels").is_empty());
        for text in ["secreto", "cormoran"] {
            let found = agent.get(FIND, json!({ "text": text })).await?;
            assert!(found.list("/searchMessages/nodes").is_empty());
            assert!(found.list("/searchChats/nodes").is_empty());
        }
    }
    assert_eq!(
        shown(&auditor, json!({"deleted": true})).await?,
        (vec!["secreto".to_owned()], json!(1))
    );
    assert!(texts(&auditor, json!({})).await?.is_empty());
    let read = auditor.get(THREAD, json!({"id": id})).await?;
    assert_eq!(*read.at("/chat/deleted"), true);
    assert_eq!(read.text("/chat/messages/nodes/0/text"), "secreto");
    assert_eq!(kinds(&read), ["OPENED", "TAGGED", "DELETED"]);

    // The contact writes again: a chat with nothing of before.
    visitor.write("hola otra vez").await?;
    chat_saying(ana, "hola otra vez").await?;
    let anew = ana.get(THREAD, json!({"id": id})).await?;
    assert_eq!(anew.list("/chat/messages/nodes").len(), 1);
    assert_eq!(
        (kinds(&anew), anew.number("/chat/messageCount")),
        (vec!["OPENED"], 1)
    );
    assert_eq!(anew.list("/chat/history/nodes").len(), 1);
    assert_eq!(*anew.at("/chat/tags"), json!([]));
    let found = ana.get(FIND, json!({"text": "secreto"})).await?;
    assert!(found.list("/searchMessages/nodes").is_empty());
    let whole = auditor.get(THREAD, json!({"id": id})).await?;
    assert_eq!(whole.list("/chat/messages/nodes").len(), 2);
    Ok(())
}

/// H4 live: whoever has the list open sees the chat go, and who has it open is told to read afresh.
#[tokio::test]
async fn h4_a_deleted_chat_goes_from_open_lists_and_from_the_screen() -> Result<()> {
    use hilo_tests::socket::Socket;

    let inbox = Inbox::new().await?;
    let company = &inbox.company;
    let id = inbox.ids.first().map(String::as_str).unwrap_or_default();
    let at = "query($id: ID!) { chat(id: $id) { position } }";
    let at = company.admin.get(at, json!({ "id": id })).await?;
    let at = at.at("/chat/position");
    let mut list = Socket::open(&company.admin).await?;
    let changes =
        "subscription($after: Position) { inbox(after: $after) { resync chats { id } removedChatIds
        counters { active unread } } }";
    list.subscribe("list", changes, json!({ "after": at }))
        .await?;
    let mut thread = Socket::open(&company.admin).await?;
    let chat = "subscription($id: ID!, $after: Position) { chat(id: $id, after: $after) {
        resync chat { id } messages { text } } }";
    let asked = json!({"id": id, "after": at});
    thread.subscribe("thread", chat, asked).await?;
    company.ana.act(DELETE, of(id)).await?;
    let gone = until("the chat goes from the list", async || {
        let told = list.update().await?;
        Ok(Some(told).filter(|told| !told.list("/data/inbox/removedChatIds").is_empty()))
    });
    let gone = gone.await?;
    assert_eq!(*gone.at("/data/inbox/removedChatIds"), json!([id]));
    assert_eq!(gone.number("/data/inbox/counters/active"), 2);
    let told = until("the thread is told", async || {
        let told = thread.update().await?;
        Ok(Some(told).filter(|told| *told.at("/data/chat/resync") == true))
    });
    assert!(told.await?.list("/data/chat/messages").is_empty());
    Ok(())
}
