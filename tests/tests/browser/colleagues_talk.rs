//! Two colleagues in one chat: one begins it by name, the other sees it unread and answers (A13, B9).

use anyhow::Result;
use hilo_tests::Hilo;

use super::{ANA, COMPOSER, MESSAGE, OURS, ROW, agent_window, answer};

const IRENE: &str = "admin@demo.hilo.example";

#[tokio::test]
async fn a13_colleagues_find_each_other_and_talk() -> Result<()> {
    let hilo = Hilo::start_demo().await?;
    let ana = agent_window(&hilo, ANA).await?;
    let irene = agent_window(&hilo, IRENE).await?;
    ana.press("n").await?;
    ana.click("[data-testid=new-to-colleagues]").await?;
    ana.fill("[data-testid=find-colleague]", "irene").await?;
    ana.click_saying("[data-testid=colleague]", "Irene").await?;
    ana.click("[data-testid=open-colleagues]").await?;
    ana.find_saying(".thread-name", "Irene Vidal").await?;
    ana.find(COMPOSER).await?;
    answer(&ana, "Nos falta lana azul").await?;

    irene.click("[data-testid=filter-writer]").await?;
    irene
        .click_saying("[data-testid=filter-option]", "Colleagues")
        .await?;
    let row = irene.find_saying(ROW, "Nos falta lana azul").await?;
    assert_eq!(row.attr("data-mark").await?.as_deref(), Some("unread"));
    row.click().await?;
    irene.find_saying(MESSAGE, "Nos falta lana azul").await?;
    answer(&irene, "Ya está pedida").await?;
    ana.find_saying(MESSAGE, "Ya está pedida").await?;
    irene.find_saying(OURS, "Ya está pedida").await?;
    irene.find(&format!("{ROW}[data-mark=none]")).await?;
    for agent in [ana, irene] {
        assert_eq!(agent.complaints().await?, Vec::<String>::new());
        agent.close().await?;
    }
    Ok(())
}

/// A group is made, one goes out of it and comes back, and all of that stands in the thread (A13, C5).
#[tokio::test]
async fn a13_colleagues_come_and_go_in_a_group() -> Result<()> {
    const MEMBER: &str = "[data-testid=member]";
    let hilo = Hilo::start_demo().await?;
    let irene = agent_window(&hilo, IRENE).await?;
    irene.press("n").await?;
    irene.click("[data-testid=new-to-colleagues]").await?;
    for name in ["Ana", "Marek"] {
        irene.click_saying("[data-testid=colleague]", name).await?;
    }
    irene.fill("[data-testid=group-name]", "Taller").await?;
    irene.click("[data-testid=open-colleagues]").await?;
    irene.find_saying(".thread-name", "Taller").await?;
    irene.find_saying(MEMBER, "Marek Nowicki").await?;

    irene
        .click("[data-testid=member-remove][aria-label*='Marek']")
        .await?;
    irene.gone(MEMBER, "Marek Nowicki").await?;
    irene
        .find_saying("[data-testid=act]", "took Marek Nowicki out")
        .await?;
    irene.fill("[data-testid=member-add]", "Marek").await?;
    irene.find_saying(MEMBER, "Marek Nowicki").await?;
    irene
        .find_saying("[data-testid=act]", "brought in Marek Nowicki")
        .await?;
    irene
        .click("[data-testid=member-remove][aria-label='Leave the group']")
        .await?;
    irene.gone("[data-testid=members]", "").await?;
    irene.gone(ROW, "Taller").await?;
    assert_eq!(irene.complaints().await?, Vec::<String>::new());
    irene.close().await
}
