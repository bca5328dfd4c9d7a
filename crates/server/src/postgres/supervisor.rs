//! Keeps the private PostgreSQL running for as long as Hilo runs: starts it, takes over one that outlived a killed
//! Hilo, starts it again when it dies, stops it at the end.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::binaries::{self, Binaries};
use super::error::PostgresError;
use super::pid_file::{self, Running};
use super::place::Place;
use super::{cluster, roles};

/// How long a dead postmaster may wait for the system to collect it.
const COLLECTED_WITHIN: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(100);
const WATCH_EVERY: Duration = Duration::from_millis(500);
/// Crash recovery of a large cluster takes its time; it is told every ten seconds.
const START_WITHIN: Duration = Duration::from_secs(600);

/// A private PostgreSQL that answers.
#[derive(Debug)]
pub struct PrivatePostgres {
    socket: PathBuf,
    stop: CancellationToken,
    watch: Option<JoinHandle<()>>,
}

impl PrivatePostgres {
    /// Starts the cluster of the data folder `data` (absolute), or takes over the running one, and watches it.
    /// The caller owns the data folder.
    pub async fn start(data: &Path) -> Result<Self, PostgresError> {
        let place = Place::of(data)?;
        let binaries = binaries::for_cluster(&place.cluster)?;
        cluster::make(&place, &binaries)?;
        let mut keeper = Keeper {
            place,
            binaries,
            child: None,
        };
        let socket = keeper.bring_up().await?;
        let stop = CancellationToken::new();
        let postgres = Self {
            watch: Some(tokio::spawn(keeper.watch(stop.clone()))),
            socket,
            stop,
        };
        match roles::make(&postgres.socket).await {
            Ok(()) => Ok(postgres),
            Err(error) => {
                postgres.stop().await;
                Err(error)
            }
        }
    }

    /// Uses the running cluster of a data folder that another process owns; `None` if it does not answer.
    pub async fn visit(data: &Path) -> Result<Option<Self>, PostgresError> {
        let place = Place::of(data)?;
        let Some(running) = pid_file::running(&place.cluster) else {
            return Ok(None);
        };
        Ok(roles::answers(&running.socket).await.then(|| Self {
            socket: running.socket,
            stop: CancellationToken::new(),
            watch: None,
        }))
    }

    /// How the role that migrates connects.
    pub fn owner(&self) -> PgConnectOptions {
        roles::options(&self.socket, roles::OWNER, roles::DATABASE)
    }

    /// How the role that serves connects.
    pub fn app(&self) -> PgConnectOptions {
        roles::options(&self.socket, roles::APP, roles::DATABASE)
    }

    /// Stops it and waits until it is gone. Does nothing to a cluster that is only visited.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(watch) = self.watch.take()
            && let Err(error) = watch.await
        {
            tracing::error!(error = %error, "the watch over PostgreSQL ended early");
        }
    }
}

/// Who starts, watches and stops; lives in one task, so that these never overlap.
struct Keeper {
    place: Place,
    binaries: Binaries,
    child: Option<Child>,
}

impl Keeper {
    /// Brings the cluster up and returns the folder of its socket.
    async fn bring_up(&mut self) -> Result<PathBuf, PostgresError> {
        if let Some(running) = self.settled().await {
            tracing::info!(pid = running.pid, "taking over the running PostgreSQL");
            return Ok(running.socket);
        }
        let begun = Instant::now();
        let mut told = begun;
        self.child = Some(cluster::start(&self.place, &self.binaries)?);
        while !roles::answers(&self.place.socket).await {
            if self.has_ended() || begun.elapsed() > START_WITHIN {
                return Err(PostgresError::NotStarted {
                    cause: cluster::last_complaint(&self.place.log),
                    log: self.place.log.display().to_string(),
                });
            }
            if told.elapsed() > Duration::from_secs(10) {
                told = Instant::now();
                tracing::info!(
                    seconds = begun.elapsed().as_secs(),
                    "waiting for PostgreSQL"
                );
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        tracing::info!(version = self.binaries.major, "the private PostgreSQL runs");
        Ok(self.place.socket.clone())
    }

    /// A postmaster that runs and answers. One on its way up or down is waited for.
    async fn settled(&self) -> Option<Running> {
        let begun = Instant::now();
        while let Some(running) = pid_file::running(&self.place.cluster) {
            if roles::answers(&running.socket).await {
                return Some(running);
            }
            if begun.elapsed() > START_WITHIN {
                return None;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let died = Instant::now();
        while pid_file::lingers(&self.place.cluster) && died.elapsed() < COLLECTED_WITHIN {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        None
    }

    /// Whether the postmaster is gone. Also collects it, so that it leaves no zombie behind.
    fn has_ended(&mut self) -> bool {
        match &mut self.child {
            Some(child) => !matches!(child.try_wait(), Ok(None)),
            None => pid_file::running(&self.place.cluster).is_none(),
        }
    }

    async fn watch(mut self, stop: CancellationToken) {
        let mut pause = WATCH_EVERY;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(pause) => {}
            }
            if !self.has_ended() {
                pause = WATCH_EVERY;
                continue;
            }
            tracing::error!("PostgreSQL has ended; starting it again");
            self.child = None;
            // Its last workers may hold the shared memory for a moment, so a start may need another try.
            let brought_up = tokio::select! {
                () = stop.cancelled() => break,
                result = self.bring_up() => result,
            };
            if let Err(error) = brought_up {
                tracing::error!(error = %error, "PostgreSQL is still down");
                pause = (pause * 2).min(Duration::from_secs(5));
            }
        }
        self.shut_down().await;
    }

    async fn shut_down(mut self) {
        let stopped = tokio::task::spawn_blocking(move || {
            let result = cluster::stop(&self.place, &self.binaries);
            if let Some(child) = &mut self.child {
                // It is gone by now; this only collects it.
                let _status = child.wait();
            }
            result
        })
        .await;
        match stopped {
            Ok(Ok(())) => tracing::info!("the private PostgreSQL is stopped"),
            Ok(Err(error)) => {
                tracing::error!(error = %error, "the private PostgreSQL does not stop")
            }
            Err(error) => tracing::error!(error = %error, "the private PostgreSQL does not stop"),
        }
    }
}
