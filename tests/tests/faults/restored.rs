//! Backups taken under writes and restored into a fresh cluster (R8): the journal is a beginning of the original's, byte
//! for byte, positions go on under a new epoch, old cursors are told, and nothing is sent until somebody takes it over.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use hilo_tests::company::PASSWORD;
use hilo_tests::export::{export, lines};
use hilo_tests::load::{Acknowledged, send};
use hilo_tests::queries::{INBOX, INBOX_CHANGES};
use hilo_tests::socket::Socket;
use hilo_tests::whole::{check_everything, is_ready};
use hilo_tests::{At as _, Client, Cluster, Company, Hilo, Load, Visitor};
use serde_json::{Value, json};

const WRITERS: usize = 4;

/// A company whose database was saved while visitors wrote, and who went on for a while.
struct Saved {
    cluster: Cluster,
    company: Company,
    acknowledged: Acknowledged,
    /// A visitor, an event of theirs that is in the backup, and its answer.
    early: (Visitor, Value, Value),
    /// Cursors from before and after the backup.
    cursors: [String; 2],
}

impl Saved {
    async fn by(
        mut cluster: Cluster,
        save: impl AsyncFnOnce(&Cluster) -> Result<()>,
    ) -> Result<Self> {
        cluster.set("wal_level=replica");
        cluster.init()?;
        cluster.run().await?;
        let hilo = Hilo::start_on(&cluster.create("hilo").await?, &[]).await?;
        let company = Company::found_with(hilo).await?;
        let visitor = company.visitor().await?;
        let event = Visitor::event("message.text", json!({"text": "antes de la copia"}));
        let answer = send(&visitor, &event).await?;
        let before = cursor(&company.ana).await?;
        let load = Load::start(&[&company.hilo.url], &company.key, WRITERS).await?;
        load.moves_on(load.count().await).await?;
        save(&cluster).await?;
        load.moves_on(load.count().await).await?;
        let mut acknowledged = load.finish().await?;
        acknowledged.insert("antes de la copia".to_owned(), answer.clone());
        Ok(Self {
            cursors: [before, cursor(&company.ana).await?],
            early: (visitor, event, answer),
            cluster,
            company,
            acknowledged,
        })
    }

    /// What the journal in `restored` must be, given the whole of the original's.
    async fn is_a_beginning(&self, original: &str, restored: &Hilo) -> Result<Vec<Value>> {
        let text = export(restored, false).await?;
        ensure!(original.starts_with(&text), "history was rewritten");
        ensure!(original.len() > text.len(), "nothing came after the backup");
        lines(&text)
    }

    /// A restored Hilo is what it must be before and after it is taken over, and goes on.
    async fn goes_on(self, mut hilo: Hilo, original: &str) -> Result<()> {
        self.is_a_copy(&hilo).await?;
        let kept = self.is_a_beginning(original, &hilo).await?;
        hilo.stop().await?;
        hilo.set_options(&["--adopt"]);
        hilo.start_again().await?;
        is_adopted(&hilo).await?;
        self.answers_clearly(&hilo).await?;
        let events = self.repeats_and_goes_on(&mut hilo, &kept).await?;
        ensure!(events > kept.len(), "nothing went on");
        hilo.set_options(&[]);
        hilo.stop().await?;
        hilo.start_again().await?;
        is_adopted(&hilo).await
    }

    async fn is_a_copy(&self, hilo: &Hilo) -> Result<()> {
        let body = is_ready(hilo).await?;
        ensure!(body.at("/adopted") == false, "{body}");
        let said = hilo.said().join("\n");
        ensure!(said.contains("hilo serve --adopt"), "{said}");
        self.answers_clearly(hilo).await
    }

    /// Cursors of before are not believed, whether their number is there or not.
    async fn answers_clearly(&self, hilo: &Hilo) -> Result<()> {
        let visitor = at(&self.early.0, hilo, &self.company.key);
        for reached in ["1000", "1@0badc0de"] {
            let mut items = visitor.stream_after(reached).await?;
            let first = items.next().await?;
            ensure!(first.text("/type") == "resync", "{reached}: {first}");
        }
        let first = visitor.stream(0).await?.next().await?;
        ensure!(first.number("/seq") == 1, "{first}");
        let ana = Client::signed_in(&hilo.url, "ana@taller.example", PASSWORD).await?;
        for cursor in &self.cursors {
            let mut socket = Socket::open(&ana).await?;
            let after = json!({"after": cursor});
            socket.subscribe("1", INBOX_CHANGES, after).await?;
            let answer = socket.receive().await?.to_string();
            ensure!(answer.contains("POSITION_UNKNOWN"), "{cursor}: {answer}");
        }
        Ok(())
    }

    /// What is sent again is known, new messages are numbered on, and everything holds.
    async fn repeats_and_goes_on(&self, hilo: &mut Hilo, kept: &[Value]) -> Result<usize> {
        let (visitor, event, answer) = &self.early;
        let visitor = at(visitor, hilo, &self.company.key);
        let repeated = send(&visitor, event).await?;
        ensure!(repeated.text("/status") == "duplicate", "{repeated}");
        ensure!(repeated.at("/message_id") == answer.at("/message_id"));
        let mut acknowledged = self.kept(hilo).await?;
        let text = "después de la restauración";
        acknowledged.insert(text.to_owned(), visitor.write(text).await?);
        let position = kept.last().context("an empty backup")?.number("/position");
        let events = check_everything(hilo, &acknowledged).await?;
        ensure!(i64::try_from(events)? > position);
        Ok(events)
    }

    /// What was acknowledged and is in the restored journal.
    async fn kept(&self, hilo: &Hilo) -> Result<Acknowledged> {
        let events = lines(&export(hilo, true).await?)?;
        let texts: Vec<_> = events
            .iter()
            .map(|event| event.text("/opened/data/text/$personal/value"))
            .collect();
        let mut kept = self.acknowledged.clone();
        kept.retain(|text, _| texts.contains(&text.as_str()));
        Ok(kept)
    }
}

/// The same visitor at another Hilo.
fn at(visitor: &Visitor, hilo: &Hilo, key: &str) -> Visitor {
    let mut visitor = visitor.clone();
    visitor.door.url = format!("{}/widget/v1/{key}", hilo.url);
    visitor
}

async fn cursor(client: &Client) -> Result<String> {
    let inbox = client.get(INBOX, json!({"first": 1})).await?;
    Ok(inbox.text("/chats/position").to_owned())
}

async fn is_adopted(hilo: &Hilo) -> Result<()> {
    let body = is_ready(hilo).await?;
    ensure!(body.at("/adopted") == true, "{body}");
    Ok(())
}

fn save_base(cluster: &Cluster, to: &Path) -> Result<()> {
    let mut save = cluster.program("pg_basebackup")?;
    cluster.finish(save.arg("-D").arg(to).args(["-X", "stream", "-c", "fast"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn dump_restored() -> Result<()> {
    let source = Cluster::bare()?;
    let dump = source.folder("backup")?.join("hilo.dump");
    let saved = Saved::by(source, async |cluster: &Cluster| {
        let mut save = cluster.program("pg_dump")?;
        cluster.finish(save.args(["-Fc", "-d", "hilo", "-f"]).arg(&dump))
    })
    .await?;
    let original = export(&saved.company.hilo, false).await?;

    let fresh = Cluster::start().await?;
    let url = fresh.create("hilo").await?;
    let mut restore = fresh.program("pg_restore")?;
    fresh.finish(restore.args(["--exit-on-error", "-d", "hilo"]).arg(&dump))?;
    let restored = saved.company.hilo.start_elsewhere(&url, &[]).await?;
    saved.goes_on(restored, &original).await
}

#[tokio::test(flavor = "multi_thread")]
async fn base_backup_restored() -> Result<()> {
    let source = Cluster::bare()?;
    let backup = source.folder("backup")?.join("base");
    let saved = Saved::by(source, async |cluster: &Cluster| {
        save_base(cluster, &backup)
    })
    .await?;
    let original = export(&saved.company.hilo, false).await?;

    let mut fresh = Cluster::bare()?;
    fresh.lie_in(backup);
    fresh.run().await?;
    let url = fresh.url("hilo");
    let restored = saved.company.hilo.start_elsewhere(&url, &[]).await?;
    saved.goes_on(restored, &original).await
}

/// The very folder that worked with the original notices by itself, and needs no word.
#[tokio::test(flavor = "multi_thread")]
async fn base_backup_restored_in_place() -> Result<()> {
    let source = Cluster::bare()?;
    let backup = source.folder("backup")?.join("base");
    let mut saved = Saved::by(source, async |cluster: &Cluster| {
        save_base(cluster, &backup)
    })
    .await?;
    let original = export(&saved.company.hilo, false).await?;
    saved.company.hilo.stop().await?;
    saved.cluster.stop()?;

    let mut restored = Cluster::bare()?;
    restored.lie_in(backup);
    restored.run().await?;
    saved.company.hilo.move_to(&restored.url("hilo"));
    saved.company.hilo.start_again().await?;
    is_adopted(&saved.company.hilo).await?;
    saved.answers_clearly(&saved.company.hilo).await?;
    saved.is_a_beginning(&original, &saved.company.hilo).await?;
    Ok(())
}

/// With archived WAL nothing that was acknowledged is lost, and the new timeline tells that history may have branched.
#[tokio::test(flavor = "multi_thread")]
async fn recovered_to_the_end_of_the_archive() -> Result<()> {
    let mut source = Cluster::bare()?;
    let folder = source.folder("backup")?;
    let (backup, archive) = (folder.join("base"), source.folder("archive")?);
    source.set("archive_mode=on");
    source.set(&format!("archive_command=cp %p {}/%f", archive.display()));
    let mut saved = Saved::by(source, async |cluster: &Cluster| {
        save_base(cluster, &backup)
    })
    .await?;
    let original = export(&saved.company.hilo, false).await?;
    saved.company.hilo.stop().await?;
    // A clean stop archives what is left.
    saved.cluster.stop()?;

    let mut recovered = Cluster::bare()?;
    std::fs::write(backup.join("recovery.signal"), "")?;
    recovered.give(&backup.join("recovery.signal"))?;
    recovered.lie_in(backup);
    recovered.set(&format!("restore_command=cp {}/%f %p", archive.display()));
    recovered.set("recovery_target_action=promote");
    recovered.run().await?;
    saved.company.hilo.move_to(&recovered.url("hilo"));
    saved.company.hilo.start_again().await?;
    is_adopted(&saved.company.hilo).await?;
    saved.answers_clearly(&saved.company.hilo).await?;
    ensure!(
        export(&saved.company.hilo, false).await? == original,
        "something is lost"
    );
    let acknowledged = saved.acknowledged.clone();
    check_everything(&mut saved.company.hilo, &acknowledged).await?;
    Ok(())
}
