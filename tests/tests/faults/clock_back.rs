//! Clocks that jump, PostgreSQL's and Hilo's own, by an hour back and forth: time in the journal never goes back, and
//! nothing waits for an hour (R12).

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use hilo_tests::export::journal;
use hilo_tests::whole::{check_everything, is_ready};
use hilo_tests::{At as _, Cluster, Company, Fault, Hilo, Load};
use sqlx::{Connection as _, PgConnection};

const WRITERS: usize = 4;
/// Seconds off the true time.
const JUMPS: [i64; 5] = [-3_600, 3_600, -1, 60, 0];

/// A clock that is wrong by what a file says.
struct Clock {
    file: PathBuf,
}

impl Clock {
    fn at(file: PathBuf) -> Result<Self> {
        let clock = Self { file };
        clock.jump(0)?;
        Ok(clock)
    }

    fn jump(&self, seconds: i64) -> Result<()> {
        // In one step, so that nobody reads half a number.
        let draft = self.file.with_extension("new");
        std::fs::write(&draft, format!("{seconds:+}\n"))?;
        Ok(std::fs::rename(&draft, &self.file)?)
    }

    /// What makes a program follow this clock; what measures how long something takes stays true.
    fn environment(&self) -> Result<[(&'static str, String); 4]> {
        Ok([
            ("LD_PRELOAD", library()?.display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ])
    }
}

fn library() -> Result<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib")?
        .flatten()
        .map(|entry| entry.path());
    folders
        .map(|folder| folder.join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.exists())
        .context("libfaketime is not installed: scripts/install-tools test")
}

#[tokio::test(flavor = "multi_thread")]
async fn clock_back() -> Result<()> {
    let mut fault = Fault::times("clock_back", 5);
    let mut cluster = Cluster::bare()?;
    cluster.init()?;
    let clocks = cluster.folder("clocks")?;
    std::fs::set_permissions(&clocks, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let database_clock = Clock::at(clocks.join("database"))?;
    let own_clock = Clock::at(clocks.join("hilo"))?;
    for (name, value) in database_clock.environment()? {
        cluster.environment(name, &value);
    }
    cluster.run().await?;
    let own = own_clock.environment()?;
    let own = own.each_ref().map(|(name, value)| (*name, value.as_str()));
    let hilo = Hilo::start_on(&cluster.create("hilo").await?, &own).await?;
    let mut company = Company::found_with(hilo).await?;
    let load = Load::start(&[&company.hilo.url], &company.key, WRITERS).await?;
    for round in 0..fault.count {
        let jump = JUMPS.get(round % JUMPS.len()).copied().unwrap_or_default();
        load.moves_on(load.count().await).await?;
        if round % 2 == 0 {
            // A lease that a killed process held ends at a moment of the old time.
            company.hilo.kill().await?;
        }
        database_clock.jump(jump)?;
        own_clock.jump(if fault.below(2) == 0 { jump } else { -jump })?;
        ensure!(is_off_by(&cluster, jump).await?, "the clock did not jump");
        if round % 2 == 0 {
            company.hilo.start_again().await?;
        }
        is_ready(&company.hilo).await?;
        load.moves_on(load.count().await).await?;
        tokio::time::sleep(Duration::from_millis(fault.below(300))).await;
    }
    let acknowledged = load.finish().await?;
    jumped_for_hilo(&company.hilo).await?;
    let events = check_everything(&mut company.hilo, &acknowledged).await?;
    fault.tell(&format!(
        "{} jumps, {} messages acknowledged, {events} events, none lost, none twice, time never goes back",
        fault.count,
        acknowledged.len()
    ));
    Ok(())
}

/// Whether PostgreSQL's clock is wrong by so many seconds, give or take ten.
async fn is_off_by(cluster: &Cluster, seconds: i64) -> Result<bool> {
    let mut connection = PgConnection::connect(&cluster.url("hilo")).await?;
    let now: i64 = sqlx::query_scalar("SELECT extract(epoch FROM clock_timestamp())::bigint")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    let off = now - jiff::Timestamp::now().as_second();
    Ok((off - seconds).abs() <= 10)
}

/// Hilo's own times must be seen to jump too, else only half was tried.
async fn jumped_for_hilo(hilo: &Hilo) -> Result<()> {
    let mut times = Vec::new();
    for event in journal(hilo, false).await? {
        let at: jiff::Timestamp = event.text("/metadata/occurred_at").parse()?;
        times.push(at.as_second());
    }
    let (first, last) = (times.iter().min(), times.iter().max());
    let span = first.zip(last).map_or(0, |(first, last)| last - first);
    ensure!(span > 1_800, "Hilo's clock did not jump: {span} s");
    Ok(())
}
