//! The database a command works with: the private one of the data folder, or the operator's own.
//! Opens, migrates and closes; knows no table.

use std::time::Duration;

use anyhow::{Context, bail};
use hilo_app::files::FileStore;
use hilo_app::{App, AppOptions};
use hilo_domain::Actor;
use hilo_journal::{ErasureLedger, Journal, JournalOptions, MasterKey, Pool};
use hilo_read::{Filling, ReadModel, Rebuild, Rebuilt};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool, Row};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::postgres::PrivatePostgres;

/// How long a database may take to answer before Hilo says that it does not.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Name of the ledger of erasures in the data folder.
const ERASURE_LEDGER: &str = "erased.ledger";
/// Name of the folder of files in the data folder.
const FILES: &str = "files";
/// For requests.
const CONNECTIONS: u32 = 24;
/// For consumers, leases and following the journal: these must go on when requests hold all of the others. The
/// journal's appender and its wake-ups have three more.
const BACKGROUND_CONNECTIONS: u32 = 8;
/// A process that is stopped in the middle of a consumer's transaction must not keep its rows from who takes over.
const STANDING_STILL: (&str, &str) = ("idle_in_transaction_session_timeout", "2s");
/// A plan of many tables looks dear enough to be compiled where some of them are empty or were never counted. Compiling
/// took up to 0.7 s of a query that takes 0.1 ms, and is done again for each connection.
const NOT_COMPILED: (&str, &str) = ("jit", "off");
/// Waiting for other processes to begin took 10 ms of queries that take 1 ms.
const BY_ONE: (&str, &str) = ("max_parallel_workers_per_gather", "0");
/// A connection that was idle for longer is asked whether it is still there.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// A request that waits longer for a connection is answered as unavailable.
const WAIT_FOR_CONNECTION: Duration = Duration::from_secs(3);

/// A migrated database.
pub struct Storage {
    private: Option<PrivatePostgres>,
    direct: PgConnectOptions,
    owner: PgConnectOptions,
    pool: Pool,
}

/// The ways to one database.
struct Ways {
    app: PgConnectOptions,
    direct: Option<PgConnectOptions>,
    owner: Option<PgConnectOptions>,
}

impl Storage {
    /// Reaches the database and migrates it. Starts the private one if there is no other, unless the data folder's
    /// owner runs it already.
    pub async fn open(config: &Config, data: &DataDir) -> anyhow::Result<Self> {
        let Some(database) = &config.database else {
            let private = if data.is_owned() {
                PrivatePostgres::start(data.path()).await?
            } else {
                match PrivatePostgres::visit(data.path()).await? {
                    Some(private) => private,
                    None => bail!(
                        "the hilo that owns {} is just starting or stopping: try again",
                        data.path().display()
                    ),
                }
            };
            let ways = Ways {
                app: private.app(),
                direct: None,
                owner: Some(private.owner()),
            };
            return Self::prepare(Some(private), ways).await;
        };
        if database.owner.is_none() {
            tracing::warn!(
                "database_owner_url is not set: this process could change history; see docs/operations.md for two roles"
            );
        }
        let ways = Ways {
            app: database.app.clone(),
            direct: database.direct.clone(),
            owner: database.owner.clone(),
        };
        Self::prepare(None, ways).await
    }

    async fn prepare(private: Option<PrivatePostgres>, ways: Ways) -> anyhow::Result<Self> {
        let Ways { app, direct, owner } = ways;
        match migrated(&app, direct.as_ref(), owner.as_ref()).await {
            Ok(()) => Ok(Self {
                pool: pool(&app, direct.as_ref()),
                private,
                owner: owner
                    .or_else(|| direct.clone())
                    .unwrap_or_else(|| app.clone()),
                direct: direct.unwrap_or(app),
            }),
            Err(error) => {
                if let Some(private) = private {
                    private.stop().await;
                }
                Err(error)
            }
        }
    }

    /// Opens the journal of this database.
    pub async fn journal(&self, config: &Config, data: &DataDir) -> anyhow::Result<Journal> {
        let options = JournalOptions {
            pool: self.pool.clone(),
            append: self.direct.clone(),
            listen: self.direct.clone(),
            master_key: master_key(config, data)?,
            process: Uuid::new_v4(),
            erasure_ledger: ledger(config, data)?,
        };
        Ok(Journal::open_with(options, hilo_app::program()).await?)
    }

    /// Wraps all keys and secrets with the master key where they are wrapped with the one before, until none is. Says how
    /// many there were.
    pub async fn rotate_key(&self, config: &Config, data: &DataDir) -> anyhow::Result<u64> {
        let master_key = master_key(config, data)?;
        let owner = connections(&self.owner, 1);
        let mut all = 0;
        loop {
            let rewrapped = hilo_journal::rewrap_keys(&owner, &master_key).await?
                + hilo_app::storage::rewrap_secrets(&owner, &master_key).await?;
            all += rewrapped;
            if rewrapped == 0 {
                owner.close().await;
                return Ok(all);
            }
        }
    }

    /// Makes the read model anew beside the one that is read, and puts it in its place.
    pub async fn rebuild(
        &self,
        journal: Journal,
        filling: watch::Sender<Option<Filling>>,
    ) -> anyhow::Result<Rebuilt> {
        let rebuild = Rebuild::new(&self.pool, journal).telling(filling);
        rebuild.run().await.context("the read model")
    }

    /// Connections that go straight to the database.
    pub fn direct(&self) -> &PgPool {
        self.pool.direct()
    }

    /// Starts the application. `consumers`: whether this process keeps the read model up to date; `filling` is told how
    /// far it is where it has to be made first.
    pub async fn app(
        &self,
        journal: Journal,
        files: FileStore,
        public_url: Option<String>,
        consumers: bool,
        filling: &watch::Sender<Option<Filling>>,
        stop: CancellationToken,
    ) -> anyhow::Result<App> {
        let read = ReadModel::open_telling(self.pool.clone(), &journal, filling)
            .await
            .context("the read model")?;
        let options = AppOptions {
            pool: self.pool.clone(),
            journal,
            read,
            public_url,
            files,
            consumers,
            stop,
        };
        Ok(App::start(options).await?)
    }

    /// Hangs up, and stops the private PostgreSQL if this process started it.
    pub async fn close(self) {
        // Connections still in use are cut by the database's own stop.
        let _late = tokio::time::timeout(Duration::from_secs(1), self.pool.close()).await;
        if let Some(private) = self.private {
            private.stop().await;
        }
    }
}

/// The master key, with the one before it where the key is being changed.
fn master_key(config: &Config, data: &DataDir) -> anyhow::Result<MasterKey> {
    let present = data.master_key(config.master_key.as_ref())?;
    let previous = data.previous_master_key(config.master_key_previous.as_ref())?;
    Ok(match previous {
        Some(previous) => present.with_previous(&previous),
        None => present,
    })
}

/// Where the bytes of files lie.
pub fn files(config: &Config, data: &DataDir) -> FileStore {
    let configured = config.files_dir.clone();
    FileStore::new(configured.unwrap_or_else(|| data.path().join(FILES)))
}

/// Where erasures are written down. Whoever visits a data folder leaves that to its owner.
fn ledger(config: &Config, data: &DataDir) -> anyhow::Result<Option<ErasureLedger>> {
    if !data.is_owned() {
        return Ok(None);
    }
    let configured = config.erasure_ledger.clone();
    Ok(Some(ErasureLedger {
        path: configured.unwrap_or_else(|| data.path().join(ERASURE_LEDGER)),
        actor: serde_json::to_value(Actor::System)?,
    }))
}

async fn migrated(
    app: &PgConnectOptions,
    direct: Option<&PgConnectOptions>,
    owner: Option<&PgConnectOptions>,
) -> anyhow::Result<()> {
    let migrating = owner.or(direct).unwrap_or(app);
    reach(migrating).await?;
    let owner_pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(migrating.clone());
    let other_role = (app.get_username() != migrating.get_username()).then(|| app.get_username());
    let prepared = hilo_app::storage::prepare(&owner_pool, other_role).await;
    owner_pool.close().await;
    prepared?;
    match direct {
        Some(direct) => {
            reach(direct).await?;
            reach(app).await
        }
        None => refuse_pooler(app).await,
    }
}

/// Two connections at once that meet the same server process have a pooler in transaction mode between, which loses
/// what sessions rest on.
async fn refuse_pooler(app: &PgConnectOptions) -> anyhow::Result<()> {
    let (mut first, mut second) = (connect(app).await?, connect(app).await?);
    let same = asked(async { Ok(server_of(&mut first).await? == server_of(&mut second).await?) });
    if same.await.context("the database does not answer")? {
        bail!(
            "database_url goes through a pooler in transaction mode: set database_direct_url to the database itself"
        );
    }
    Ok(())
}

async fn server_of(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let answer = sqlx::raw_sql("SELECT pg_backend_pid()");
    answer.fetch_one(connection).await?.try_get(0)
}

/// One connection, asked at once: a pool would try again until its time is up and then say only that it is.
async fn reach(options: &PgConnectOptions) -> anyhow::Result<()> {
    Ok(connect(options).await?.close().await?)
}

async fn connect(options: &PgConnectOptions) -> anyhow::Result<PgConnection> {
    asked(options.connect())
        .await
        .with_context(|| format!("the database at {} cannot be reached", place(options)))
}

/// An answer of the database, or that there was none in time.
async fn asked<T>(question: impl Future<Output = Result<T, sqlx::Error>>) -> anyhow::Result<T> {
    let answer = tokio::time::timeout(CONNECT_WITHIN, question)
        .await
        .with_context(|| format!("no answer within {} seconds", CONNECT_WITHIN.as_secs()))?;
    Ok(answer?)
}

fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

fn pool(app: &PgConnectOptions, direct: Option<&PgConnectOptions>) -> Pool {
    let background = direct.unwrap_or(app).clone();
    let background = background.options([STANDING_STILL, NOT_COMPILED, BY_ONE]);
    let background = connections(&background, BACKGROUND_CONNECTIONS);
    match direct {
        // A pooler refuses options that it does not know.
        Some(_) => Pool::through_pooler(connections(app, CONNECTIONS), background),
        None => {
            let app = app.clone().options([NOT_COMPILED, BY_ONE]);
            Pool::straight(connections(&app, CONNECTIONS), background)
        }
    }
}

fn connections(options: &PgConnectOptions, most: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(WAIT_FOR_CONNECTION)
        // A question before every statement would cost as much as most statements do.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > TRUSTED_FOR {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options.clone())
}
