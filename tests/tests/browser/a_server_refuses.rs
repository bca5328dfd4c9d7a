//! The server refuses for a while: what fails says so where one looks, and is tried again from there. And the tabs of a
//! client's page (G13).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use hilo_tests::hilo::settled;
use serde_json::json;
use thirtyfour::prelude::*;

use super::{COMPOSER, OURS, ROW, agent_window, give};

const ADMINISTRATOR: &str = "admin@demo.hilo.example";
const TOAST_AGAIN: &str = "[data-testid=toast-again]";
/// Requests are answered as by a gateway without a server behind it; the socket goes on.
const REFUSE: &str = "window.real ??= window.fetch;
    window.fetch = arguments[0] ? async () => new Response('', { status: 503 }) : window.real;";

async fn refuse(agent: &Browser, refuse: bool) -> Result<()> {
    agent.ask(REFUSE, vec![json!(refuse)]).await.map(drop)
}

/// A client by the name of Valentina, with the first chat of the list; gives her id.
async fn valentina(agent: &Browser) -> Result<String> {
    let chat = agent.find(ROW).await?.attr("data-chat-id").await?;
    let create =
        "mutation($input: CreateClientInput!) { createClient(input: $input) { client { id } } }";
    let input = json!({"idempotencyKey": "0198c0de-0000-7000-8000-000000000001", "details": {"firstName": "Valentina"}});
    let made = give(agent, create, input).await?;
    let client = made.pointer("/data/createClient/client/id").cloned();
    let client = client.unwrap_or_default();
    let link = "mutation($input: LinkClientInput!) { linkClient(input: $input) { position } }";
    give(agent, link, json!({"chatId": chat, "clientId": client})).await?;
    let tag = "mutation($input: AddChatTagsInput!) { addChatTags(input: $input) { position } }";
    give(agent, tag, json!({"chatId": chat, "tags": ["lana"]})).await?;
    Ok(client.as_str().unwrap_or_default().to_owned())
}

/// Something was opened while the server refuses: it says so in place, and another try brings what was wanted.
async fn tries_again(agent: &Browser, place: &str, wanted: &str) -> Result<()> {
    let trouble = format!("{place} [data-testid=trouble]");
    agent.find_saying(&trouble, "cannot be reached").await?;
    refuse(agent, false).await?;
    agent
        .click(&format!("{place} [data-testid=try-again]"))
        .await?;
    agent.find(&format!("{place} {wanted}")).await?;
    agent.gone(&trouble, "").await
}

#[tokio::test]
async fn what_is_asked_for_in_vain_can_be_asked_again_in_place() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    valentina(&agent).await?;
    settled(&hilo.url).await?;
    agent.click(ROW).await?;
    agent.find("[data-testid=assign]").await?;

    // Tags of the filter, whom to give a chat to.
    refuse(&agent, true).await?;
    agent.click("[data-testid=filter-more]").await?;
    tries_again(
        &agent,
        ".filters",
        "[aria-label=Tags] [data-testid=filter-chip]",
    )
    .await?;
    agent.press(Key::Escape + "").await?;
    refuse(&agent, true).await?;
    agent.click("[data-testid=assign]").await?;
    tries_again(&agent, ".thread-head", "[data-testid=assign-to]").await?;
    agent.press(Key::Escape + "").await?;

    // Whom to write to, found as one types.
    agent.click("[data-testid=new-message]").await?;
    agent.find("[data-testid=new-whom]").await?;
    refuse(&agent, true).await?;
    agent.fill("[data-testid=new-whom]", "valen").await?;
    tries_again(&agent, "[data-testid=dialog]", "[data-testid=new-found]").await?;
    agent.press(Key::Escape + "").await?;

    // The command bar, by keys alone.
    refuse(&agent, true).await?;
    agent.press(Key::Control + "k").await?;
    let line = "[data-testid=command-bar-line]";
    agent
        .fill("[data-testid=command-bar-field]", "Valent")
        .await?;
    agent.find_saying(line, "Try again").await?;
    refuse(&agent, false).await?;
    agent.press(Key::Up + "").await?;
    agent.press(Key::Enter + "").await?;
    agent.gone(line, "Try again").await?;
    agent.find("[data-testid=command-bar]").await?;
    agent.press(Key::Escape + "").await?;
    agent.close().await
}

#[tokio::test]
async fn what_is_done_in_vain_goes_back_and_can_be_done_again() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    let client = valentina(&agent).await?;
    settled(&hilo.url).await?;

    // A setting goes back to what it is, and is switched from the toast.
    let settings = format!("{}/settings/chats", hilo.url);
    agent.driver.goto(settings).await?;
    let sound = "[data-testid=message-sound]";
    agent.find(sound).await?;
    let checked = "return document.querySelector(arguments[0]).checked === arguments[1]";
    let before = agent
        .ask(
            "return document.querySelector(arguments[0]).checked",
            vec![json!(sound)],
        )
        .await?;
    let after = json!(before != json!(true));
    refuse(&agent, true).await?;
    agent.click(sound).await?;
    agent.find(TOAST_AGAIN).await?;
    let shown = |value| vec![json!(sound), value];
    agent
        .wait_for("the switch as it was", checked, shown(before))
        .await?;
    refuse(&agent, false).await?;
    agent.click(TOAST_AGAIN).await?;
    agent.wait_for("the switch", checked, shown(after)).await?;

    // So does a client's mark.
    let page = format!("{}/clients/{client}", hilo.url);
    agent.driver.goto(page).await?;
    let bad = "[data-testid=client-mark] button:last-child";
    agent.find(bad).await?;
    refuse(&agent, true).await?;
    agent.click(bad).await?;
    agent.find(TOAST_AGAIN).await?;
    agent.becomes(bad, "aria-pressed", "false").await?;
    refuse(&agent, false).await?;
    agent.click(TOAST_AGAIN).await?;
    agent.becomes(bad, "aria-pressed", "true").await?;
    agent.close().await
}

#[tokio::test]
async fn g13_a_clients_page_has_their_chats_in_a_tab() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    valentina(&agent).await?;
    settled(&hilo.url).await?;
    agent.driver.goto(format!("{}/clients", hilo.url)).await?;
    agent.click("[data-testid=client-row]").await?;
    agent.find("[data-testid=client-mark]").await?;
    // By keys: from the tab of the details to that of the chats.
    agent.click("[role=tab][aria-selected=true]").await?;
    agent.press(Key::Right + "").await?;
    let facts = "[data-testid=client-chats] [data-testid=client-chat-facts]";
    agent.find_saying(facts, "message").await?;
    assert_eq!(agent.count("[data-testid=client-mark]").await?, 0);
    // The tab has an address of its own.
    agent.driver.refresh().await?;
    agent.find_saying(facts, "message").await?;
    agent.press(Key::Escape + "").await?;
    agent.find("[data-testid=clients]").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

/// What is done is shown before the server has answered, and goes back when it never does (F1, F6).
#[tokio::test]
async fn what_is_done_shows_at_once() -> Result<()> {
    const HOLD: &str = "window.real ??= window.fetch;
        window.held = [];
        window.fetch = (...request) => new Promise((done) => window.held.push(() => done(window.real(...request))));";
    const ANSWER: &str = "window.fetch = window.real; window.held.forEach((answer) => answer());";
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    agent.click(&format!("{ROW}[data-mark=none]")).await?;
    agent.find("[data-testid=archive]").await?;
    agent.ask(HOLD, vec![]).await?;
    agent.click("[data-testid=archive]").await?;
    agent.find("[data-testid=reopen]").await?;
    agent
        .find_saying("[data-testid=thread-place]", "Archived by Irene")
        .await?;
    // Taken back before the answer is here, it is taken back when it is.
    agent.press("z").await?;
    agent.ask(ANSWER, vec![]).await?;
    agent.find_saying(".toast", "Undone").await?;
    agent.find("[data-testid=archive]").await?;

    // What is refused goes back.
    agent.click("[data-testid=assign]").await?;
    agent.find("[data-testid=assign-take]").await?;
    refuse(&agent, true).await?;
    agent.click("[data-testid=assign-take]").await?;
    agent.find(TOAST_AGAIN).await?;
    agent.gone("[data-testid=assignee]", "").await?;
    refuse(&agent, false).await?;
    agent.click(TOAST_AGAIN).await?;
    agent.find_saying("[data-testid=assignee]", "Irene").await?;
    agent.close().await
}

/// A change that did not pass comes back as it was written, and goes out from the toast.
#[tokio::test]
async fn a_change_that_did_not_pass_is_not_lost() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    agent.click(&format!("{ROW}[data-mark=none]")).await?;
    agent.find(COMPOSER).await?;
    agent.fill(COMPOSER, "Mañana a las diez").await?;
    agent.fill(COMPOSER, Key::Control + Key::Enter).await?;
    let sent = format!("{OURS}[data-message-id]");
    let sent = agent.find_saying(&sent, "Mañana a las diez").await?;
    let dots = sent.find(By::Css("[data-testid=message-menu]")).await?;
    dots.focus().await?;
    agent.press(Key::Enter + "").await?;
    agent.click("[data-testid=message-edit]").await?;
    agent
        .find_saying("[data-testid=quoting]", "Changing")
        .await?;
    agent.fill(COMPOSER, " y media").await?;
    refuse(&agent, true).await?;
    agent.fill(COMPOSER, Key::Enter + "").await?;
    agent.find(TOAST_AGAIN).await?;
    agent
        .find_saying("[data-testid=quoting]", "Changing")
        .await?;
    let kept = "return document.querySelector(arguments[0]).value === arguments[1]";
    let text = vec![json!(COMPOSER), json!("Mañana a las diez y media")];
    agent.wait_for("the changed text", kept, text).await?;
    refuse(&agent, false).await?;
    agent.click(TOAST_AGAIN).await?;
    agent.find_saying(OURS, "Mañana a las diez y media").await?;
    agent.gone("[data-testid=quoting]", "").await?;
    agent.close().await
}

/// Makes a client and comes to its page.
async fn client(agent: &Browser, hilo: &Hilo, name: &str) -> Result<()> {
    agent.driver.goto(format!("{}/clients", hilo.url)).await?;
    agent.click("[data-testid=new-client]").await?;
    agent.fill("[data-testid=client-first]", name).await?;
    agent.click("[data-testid=client-submit]").await?;
    agent
        .find_saying("[data-testid=client-page] h1", name)
        .await?;
    Ok(())
}

/// What was refused stays where it was typed, with the reason in the reader's language (G5, P22); who was merged is found
/// on the page of the other, and parted from there (G12).
#[tokio::test]
async fn g5_g12_what_was_refused_stays_and_a_merge_is_taken_back() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ADMINISTRATOR).await?;
    client(&agent, &hilo, "Lucía").await?;
    client(&agent, &hilo, "Lucy").await?;
    agent.click("[data-testid=me]").await?;
    agent.click("#me [data-testid=language-es]").await?;
    agent
        .find_saying("[data-testid=client-page]", "Teléfonos")
        .await?;
    agent.click("[data-testid=pencil-phones] button").await?;
    agent
        .fill("[data-testid=pencil-phones] textarea", "abc")
        .await?;
    agent.press(Key::Enter + "").await?;
    agent
        .find_saying("[data-testid=pencil-phones] .wrong", "de 5 a 15 cifras")
        .await?;
    let field = agent.find("[data-testid=pencil-phones] textarea").await?;
    assert_eq!(field.prop("value").await?.as_deref(), Some("abc"));
    agent
        .click_saying("[data-testid=pencil-phones] .button", "Cancelar")
        .await?;
    agent
        .gone("[data-testid=pencil-phones] textarea", "")
        .await?;

    agent.click("[data-testid=client-end]").await?;
    agent.fill("[data-testid=merge-search]", "Lucía").await?;
    agent
        .click_saying("[data-testid=client-page] li .button", "Fusionar")
        .await?;
    agent
        .find_saying("[data-testid=client-page] h1", "Lucía")
        .await?;
    agent
        .find_saying("[data-testid=merged-here]", "Lucy")
        .await?;
    agent.click("[data-testid=unmerge]").await?;
    agent.gone("[data-testid=merged-here]", "").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}
