//! A backup from before an erasure does not bring back what was erased: the ledger lies outside of it (R7, R8).

use anyhow::{Result, ensure};
use hilo_tests::company::{PASSWORD, chat_saying, chats};
use hilo_tests::export::{chain_fits, export};
use hilo_tests::whole::is_ready;
use hilo_tests::{At as _, Client, Cluster, Company, Hilo};
use serde_json::json;

const ERASE_CONTACT: &str = "mutation($input: EraseContactInput!) {
  eraseContact(input: $input) { state userErrors { code message } } }";
const SECRET: &str = "palabras que se van";
const KEPT: &str = "palabras que quedan";

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_does_not_bring_back_what_was_erased() -> Result<()> {
    let source = Cluster::start().await?;
    let hilo = Hilo::start_on(&source.create("hilo").await?, &[]).await?;
    let company = Company::found_with(hilo).await?;
    company.visitor().await?.write(SECRET).await?;
    company.visitor().await?.write(KEPT).await?;
    let chat = chat_saying(&company.ana, SECRET).await?;
    let dump = source.folder("backup")?.join("hilo.dump");
    let mut save = source.program("pg_dump")?;
    source.finish(save.args(["-Fc", "-d", "hilo", "-f"]).arg(&dump))?;

    let input = json!({"chatId": chat.at("/id")});
    company
        .admin
        .act(ERASE_CONTACT, json!({"input": input}))
        .await?;
    hilo_tests::until("the contact is erased", async || {
        let text = export(&company.hilo, true).await?;
        Ok((!text.contains(SECRET)).then_some(()))
    })
    .await?;

    let fresh = Cluster::start().await?;
    let url = fresh.create("hilo").await?;
    let mut restore = fresh.program("pg_restore")?;
    fresh.finish(restore.args(["--exit-on-error", "-d", "hilo"]).arg(&dump))?;
    let restored = company.hilo.start_elsewhere(&url, &[]).await?;
    is_ready(&restored).await?;
    let text = export(&restored, true).await?;
    ensure!(!text.contains(SECRET), "the backup brought it back");
    ensure!(text.contains(KEPT), "too much is gone");
    chain_fits(&text)?;
    let ana = Client::signed_in(&restored.url, "ana@taller.example", PASSWORD).await?;
    hilo_tests::until("no screen shows it", async || {
        let shown = serde_json::to_string(&chats(&ana, None).await?)?;
        ensure!(shown.contains(KEPT), "{shown}");
        Ok((!shown.contains(SECRET)).then_some(()))
    })
    .await
}
