//! A comment under a publication: hover, arrow, type, send, and the answer is public (E3). And a chat saved as a text (P19).

use anyhow::Result;
use hilo_tests::Hilo;
use serde_json::json;
use thirtyfour::prelude::*;

use super::{ANA, COMPOSER, MESSAGE, OURS, ROW, agent_window, focus_is};

#[tokio::test]
async fn e3_a_comment_is_answered_for_everybody_to_read() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.click_saying(ROW, "Menorca").await?;
    let comment = agent.find_saying(MESSAGE, "Menorca").await?;
    // Nothing but a reply to a comment can be written: the contact never wrote by themselves.
    agent
        .find_saying("[data-testid=composer-locked]", "only commented")
        .await?;
    agent
        .driver
        .action_chain()
        .move_to_element_center(&comment)
        .perform()
        .await?;
    comment
        .find(By::Css("[data-testid=comment-reply]"))
        .await?
        .click()
        .await?;
    focus_is(&agent, "composer").await?;
    agent
        .find_saying("[data-testid=quoting]", "Replying publicly to Berta")
        .await?;
    agent.fill(COMPOSER, "Sí, en tres días").await?;
    agent.fill(COMPOSER, Key::Enter + "").await?;
    // While it can still be taken back it says already who will read it.
    let waits = format!("{OURS}:has([data-testid=undo-send])");
    agent.find_saying(&waits, "Public reply").await?;
    agent.click("[data-testid=send-now]").await?;
    agent.gone("[data-testid=undo-send]", "").await?;
    // Once the server has it, it says which comment it answers, and the composer is closed again.
    let reply = agent
        .find_saying(&format!("{OURS}[data-message-id]"), "Public reply")
        .await?;
    let words = reply.text().await?;
    assert!(words.contains("Sí, en tres días"), "{words}");
    assert!(words.contains("Menorca"), "{words}");
    agent.find("[data-testid=composer-locked]").await?;
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}

#[tokio::test]
async fn p19_a_chat_is_saved_as_a_text() -> Result<()> {
    // The browser would ask where to put the file; its text is read instead.
    const READ: &str = "window.saved = {};
        HTMLAnchorElement.prototype.click = function () { window.saved.name = this.download; };
        URL.createObjectURL = (file) => { file.text().then((text) => { window.saved.text = text; }); return 'blob:none'; };";
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.click_saying(ROW, "Menorca").await?;
    agent.find_saying(MESSAGE, "Menorca").await?;
    agent.ask(READ, vec![]).await?;
    agent.click("[data-testid=more]").await?;
    agent.click("[data-testid=transcript]").await?;
    let saved = "return Boolean(window.saved.text && window.saved.name)";
    agent.wait_for("the file", saved, vec![]).await?;
    let name = agent.ask("return window.saved.name", vec![]).await?;
    assert_eq!(name, json!("Berta-Llopis.txt"));
    let text = agent.ask("return window.saved.text", vec![]).await?;
    let text = text.as_str().unwrap_or_default();
    assert!(text.starts_with("Berta Llopis · Instagram\n"), "{text}");
    assert!(
        text.ends_with("] Berta Llopis:\n¿Y lo enviáis a Menorca?\n"),
        "{text}"
    );
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await
}
