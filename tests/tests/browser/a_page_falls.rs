//! The program of a page fails: the page says so, the server hears where, and a reload brings back what was being written.

use anyhow::Result;
use hilo_tests::Hilo;
use serde_json::json;

use super::{ANA, COMPOSER, ROW, agent_window};

const FALLEN: &str = ".fallen";

/// The browser refuses to make one element, which the program does not expect.
const BREAK: &str = "const make = Document.prototype.createElement;
    Document.prototype.createElement = function (...name) {
        Document.prototype.createElement = make;
        throw new Error('broken on purpose');
    };
    const beacon = navigator.sendBeacon;
    window.beacons = [];
    navigator.sendBeacon = function (address, words) {
        window.beacons.push([address, words]);
        return beacon.call(navigator, address, words);
    };
    return true";

#[tokio::test]
async fn a_page_that_fails_says_so_once_and_a_reload_keeps_the_draft() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    agent.click(ROW).await?;
    agent.fill(COMPOSER, "Enseguida").await?;
    agent.ask(BREAK, vec![]).await?;
    agent.click("[data-testid=emoji]").await?;
    agent.find(FALLEN).await?;
    // Whatever is done to the dead page fails again; the words stay in their field.
    agent.fill(COMPOSER, " le digo").await?;
    assert_eq!(agent.count(FALLEN).await?, 1);
    let told = agent.ask("return window.beacons", vec![]).await?;
    let place = told[0][1].as_str().unwrap_or_default();
    assert_eq!(told, json!([["/page-failures", place]]));
    assert!(place.contains(".rs:"), "{place}");

    agent.click(".fallen a").await?;
    let script = "return document.querySelector(arguments[0])?.value === arguments[1]";
    let draft = vec![json!(COMPOSER), json!("Enseguida le digo")];
    agent.wait_for("the draft", script, draft).await?;
    assert_eq!(agent.count(FALLEN).await?, 0);
    agent.close().await
}
