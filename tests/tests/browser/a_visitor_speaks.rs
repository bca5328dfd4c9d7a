//! A visitor is asked who they are, asks their question, and says the rest aloud (C1, C16).

use anyhow::Result;
use hilo_tests::Hilo;
use hilo_tests::browser::Browser;
use serde_json::json;
use thirtyfour::prelude::*;

use super::{ANA, MESSAGE, ROW, agent_window};

#[tokio::test]
async fn c16_a_visitor_fills_the_form_and_sends_their_voice() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let agent = agent_window(&hilo, ANA).await?;
    let visitor = Browser::open("es", 390, 844).await?;
    let window = format!("{}/widget/v1/demo-courses/frame", hilo.url);
    visitor.driver.goto(window).await?;

    // The form stands before the composer, and spaces are no answer.
    visitor.find("#ask [name=name]").await?;
    visitor.gone("#composer", "").await?;
    let focused = "return document.activeElement.name === 'name'";
    visitor.wait_for("the first field", focused, vec![]).await?;
    visitor.press("  Lucía Ñandú ").await?;
    visitor.fill("#ask [name=question]", "   ").await?;
    visitor.click("#ask .primary").await?;
    let invalid = "#ask [name=question]:invalid";
    visitor.find(invalid).await?;
    visitor
        .fill("#ask [name=question]", "¿Hay plazas en Trenzas?")
        .await?;
    visitor.click("#ask .primary").await?;
    visitor
        .find_saying("#log .mine .bubble", "¿Hay plazas en Trenzas?")
        .await?;
    visitor.gone("#ask", "").await?;

    // The agent sees who asks, as a claim.
    let row = agent.find_saying(ROW, "¿Hay plazas").await?;
    assert!(row.text().await?.contains("Lucía Ñandú"));
    agent.click_saying(ROW, "¿Hay plazas").await?;
    agent.find_saying(MESSAGE, "¿Hay plazas").await?;
    agent.find_saying(".details", "Lucía").await?;
    agent.find_saying(".details", "Not verified").await?;
    agent.find_saying(".details", "Spanish").await?;

    // By keys: recorded, discarded, recorded again, sent. The browser's own tone stands for the voice.
    visitor.find("#record").await?.focus().await?;
    visitor.press(Key::Enter + "").await?;
    visitor.find_saying("#recording", "0:0").await?;
    visitor.press(Key::Escape + "").await?;
    visitor.gone("#recording", "").await?;
    visitor.press(Key::Enter + "").await?;
    visitor
        .find_saying("#recording [role=timer]", "0:01")
        .await?;
    visitor.press(Key::Enter + "").await?;
    visitor
        .find_saying("#log .mine .file", "Mensaje de voz")
        .await?;
    agent
        .find(&format!("{MESSAGE} [data-testid=sound]"))
        .await?;

    // After a reload the form is not asked again, and the recording is there to be heard.
    visitor.driver.refresh().await?;
    visitor.click("#log .mine .file").await?;
    visitor.find("#log .mine audio").await?;
    let forms = visitor
        .ask("return document.querySelector('#ask').hidden", vec![])
        .await?;
    assert_eq!(forms, json!(true));
    for window in [agent, visitor] {
        assert_eq!(window.complaints().await?, Vec::<String>::new());
        window.close().await?;
    }
    Ok(())
}
