//! A full disk under PostgreSQL: Hilo refuses instead of losing, and goes on by itself when there is room again (R1).
//! Mounts a small disk, which takes root; without that it fails and says so, since passing would be a lie.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use hilo_tests::cluster::is_root;
use hilo_tests::visitor::read;
use hilo_tests::whole::{check_everything, is_ready};
use hilo_tests::{At as _, Cluster, Company, Fault, Hilo, Load, Visitor};
use serde_json::json;
use tempfile::TempDir;

const WRITERS: usize = 4;
/// R12: health says the truth within this time.
const TRUTH: Duration = Duration::from_secs(5);
/// Enough for an empty cluster and some minutes of messages.
const SIZE: &str = "size=160m,mode=755";

/// A disk in memory. Unmounted with its owner, which must outlive the cluster on it.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    fn mount() -> Result<Self> {
        ensure!(
            is_root(),
            "not tried: a small disk can only be mounted by root"
        );
        let folder = tempfile::Builder::new().prefix("hilo-disk-").tempdir()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "tmpfs"])
            .arg(folder.path())
            .status()?;
        ensure!(
            mounted.success(),
            "not tried: the small disk was not mounted"
        );
        Ok(Self { folder })
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }

    /// Takes all the room there is.
    fn fill(&self) -> Result<()> {
        let mut ballast = File::create(self.ballast())?;
        for size in [1 << 20, 4096] {
            while ballast.write_all(&vec![0; size]).is_ok() {}
        }
        Ok(())
    }

    fn make_room(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.ballast())?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: what still runs on it ends with the test.
        let unmounted = Command::new("umount")
            .arg("-l")
            .arg(self.folder.path())
            .status();
        drop(unmounted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn disk_full() -> Result<()> {
    let mut fault = Fault::times("disk_full", 2);
    let disk = SmallDisk::mount()?;
    let mut cluster = Cluster::bare()?;
    let data = disk.folder.path().join("data");
    std::fs::create_dir(&data)?;
    cluster.give(&data)?;
    cluster.lie_in(data);
    cluster.init()?;
    for setting in ["min_wal_size=32MB", "max_wal_size=32MB"] {
        cluster.set(setting);
    }
    cluster.run().await?;
    let hilo = Hilo::start_on(&cluster.create("hilo").await?, &[]).await?;
    let mut company = Company::found_with(hilo).await?;
    let load = Load::start(&[&company.hilo.url], &company.key, WRITERS).await?;
    for _ in 0..fault.count {
        load.moves_on(load.count().await).await?;
        disk.fill()?;
        is_refused(&company).await.context("with a full disk")?;
        is_told(&company.hilo).await?;
        tokio::time::sleep(Duration::from_millis(fault.below(1_000))).await;
        disk.make_room()?;
        // Where the WAL had no room the postmaster has ended, and whoever runs PostgreSQL starts it again.
        cluster.run().await?;
        is_ready(&company.hilo).await?;
        load.moves_on(load.count().await).await?;
    }
    let acknowledged = load.finish().await?;
    let events = check_everything(&mut company.hilo, &acknowledged).await?;
    fault.tell(&format!(
        "the disk was full {} times, {} messages acknowledged, {events} events, none lost, none twice",
        fault.count,
        acknowledged.len()
    ));
    Ok(())
}

/// `/readyz` says within five seconds that nothing can be stored (R12).
async fn is_told(hilo: &Hilo) -> Result<()> {
    let refused = Instant::now();
    loop {
        let (status, body) = hilo.readiness().await?;
        if status == Some(503) {
            return Ok(());
        }
        ensure!(
            refused.elapsed() < TRUTH,
            "with a full disk /readyz says {status:?} {body}"
        );
    }
}

/// A full disk is felt when the room that PostgreSQL has in hand is used up: visitors write long texts until one is
/// told to come later.
async fn is_refused(company: &Company) -> Result<()> {
    hilo_tests::until("a message is refused", async || {
        // One may only write so many a minute, and coming takes no room.
        let visitor = company.visitor().await?;
        for n in 0..15 {
            let text = format!("{n} {}", "largo ".repeat(160));
            let event = Visitor::event("message.text", json!({"text": text}));
            let answer = visitor.post_events(&event).await?;
            if answer.status().is_server_error() {
                return Ok(Some(()));
            }
            let result = read(answer).await?;
            ensure!(result.text("/results/0/status") == "accepted", "{result}");
        }
        Ok(None)
    })
    .await
}
