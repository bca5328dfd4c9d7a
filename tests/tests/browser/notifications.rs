//! An agent who looks elsewhere is told that somebody wrote, and a press brings them there (B15, P16). A headless browser
//! shows no desktop notification: what the page asks it to show is kept instead.

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;

use super::{ANA, MESSAGE, say, shop_window, sign_in};

/// Stands in the place of the browser's own.
const STAND_IN: &str = "window.shown = [];
    window.Notification = class {
        static permission = 'default';
        static async requestPermission() { return (this.permission = 'granted'); }
        constructor(title, { body, tag }) { Object.assign(this, { title, body, tag }); window.shown.push(this); }
        close() {}
    };
    window.sounds = 0;
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function () { window.sounds++; return start.call(this); };";

#[tokio::test]
async fn p16_a_message_is_told_to_who_looks_elsewhere() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = Browser::open("en", 1440, 900).await?;
    let script = json!({"source": STAND_IN});
    let cdp = agent.driver.cdp();
    cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", script)
        .await?;
    sign_in(&agent, &hilo, ANA).await?;
    agent.click("[data-testid=me]").await?;
    agent.click("[data-testid=my-settings]").await?;
    agent.click("[data-testid=allow-notifications]").await?;
    agent.gone("[data-testid=allow-notifications]", "").await?;

    let shop = shop_window(&hilo).await?;
    say(&shop, "¿Abrís el sábado?").await?;
    agent.find_saying(".toast", "¿Abrís el sábado?").await?;
    let told = "return shown.length === 1 && shown[0].body === '¿Abrís el sábado?' || JSON.stringify(shown)";
    agent.wait_for("a notification", told, vec![]).await?;
    let heard = "return sounds === 1 || sounds";
    agent.wait_for("one sound", heard, vec![]).await?;

    // Pressed, it opens the chat; there nothing more is told.
    agent.ask("shown[0].onclick()", vec![]).await?;
    agent.find_saying(MESSAGE, "¿Abrís el sábado?").await?;
    say(&shop, "Voy por la tarde").await?;
    agent.find_saying(MESSAGE, "Voy por la tarde").await?;
    let live = "[data-testid=live-region]";
    let said =
        "return document.querySelector(arguments[0]).textContent.includes('Voy por la tarde')";
    agent
        .wait_for("it is read out", said, vec![json!(live)])
        .await?;
    let both = agent.ask("return [shown.length, sounds]", vec![]).await?;
    assert_eq!(both, json!([1, 1]));
    assert_eq!(agent.complaints().await?, Vec::<String>::new());
    agent.close().await?;
    shop.close().await
}
