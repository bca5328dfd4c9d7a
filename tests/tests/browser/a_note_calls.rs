//! A colleague is named in a note: they hear of it, find it, and have seen it then (P3).

use anyhow::Result;
use hilo_tests::Hilo;
use thirtyfour::prelude::*;

use super::{ANA, COMPOSER, ROW, agent_window};

const MAREK: &str = "marek@demo.hilo.example";
const CALLED: &str = "[data-testid=mentioned]";
const WHO: &str = "Monika Kaczmarek";

#[tokio::test]
async fn p3_a_colleague_is_named_in_a_note_and_finds_it() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let (ana, marek) = tokio::try_join!(agent_window(&hilo, ANA), agent_window(&hilo, MAREK))?;
    assert_eq!(marek.count(CALLED).await?, 0);
    ana.click_saying(ROW, WHO).await?;
    ana.click("[data-testid=note-mode]").await?;
    ana.fill(COMPOSER, "@Mar").await?;
    ana.find_saying("[role=option]", "Marek Nowicki").await?;
    ana.fill(COMPOSER, Key::Enter + "").await?;
    ana.fill(COMPOSER, "¿lo ves?").await?;
    ana.fill(COMPOSER, Key::Enter + "").await?;

    marek.click(CALLED).await?;
    marek.click_saying(ROW, WHO).await?;
    // In the words themselves, and not a second time behind them.
    let note = "[data-testid=note]";
    marek
        .find_saying(&format!("{note} .mention"), "@Marek Nowicki")
        .await?;
    marek.find_saying(note, "¿lo ves?").await?;
    assert_eq!(marek.count(".mentions").await?, 0);
    marek.gone(CALLED, "").await?;
    marek.close().await?;
    ana.close().await
}
