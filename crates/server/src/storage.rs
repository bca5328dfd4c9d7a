//! The database a command works with: the private one of the data folder, or the operator's own.
//! Opens, migrates and closes; knows no table.

use std::time::Duration;

use anyhow::{Context, bail};
use hilo_app::{App, AppOptions};
use hilo_journal::{Journal, JournalOptions};
use hilo_read::ReadModel;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgPool};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::postgres::PrivatePostgres;

/// How long a database may take to answer before Hilo says that it does not.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// For requests and consumers; the journal has connections of its own.
const CONNECTIONS: u32 = 24;
/// A request that waits longer for a connection is answered as unavailable.
const WAIT_FOR_CONNECTION: Duration = Duration::from_secs(3);

/// A migrated database.
pub struct Storage {
    private: Option<PrivatePostgres>,
    app: PgConnectOptions,
    pool: PgPool,
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
            let (app, owner) = (private.app(), private.owner());
            return Self::prepare(Some(private), app, Some(owner)).await;
        };
        if database.owner.is_none() {
            tracing::warn!(
                "database_owner_url is not set: this process could change history; see docs/operations.md for two roles"
            );
        }
        Self::prepare(None, database.app.clone(), database.owner.clone()).await
    }

    async fn prepare(
        private: Option<PrivatePostgres>,
        app: PgConnectOptions,
        owner: Option<PgConnectOptions>,
    ) -> anyhow::Result<Self> {
        match migrated(&app, owner.as_ref()).await {
            Ok(()) => Ok(Self {
                pool: pool(&app),
                private,
                app,
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
            append: self.app.clone(),
            listen: self.app.clone(),
            master_key: data.master_key(config.master_key.as_ref())?,
            process: Uuid::new_v4(),
        };
        Ok(Journal::open_with(options, hilo_app::program()).await?)
    }

    /// Starts the application. `consumers`: whether this process keeps the read model up to date.
    pub async fn app(
        &self,
        journal: Journal,
        public_url: Option<String>,
        consumers: bool,
        stop: CancellationToken,
    ) -> anyhow::Result<App> {
        let read = ReadModel::open(self.pool.clone(), &journal)
            .await
            .context("the read model")?;
        let options = AppOptions {
            pool: self.pool.clone(),
            journal,
            read,
            public_url,
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

async fn migrated(app: &PgConnectOptions, owner: Option<&PgConnectOptions>) -> anyhow::Result<()> {
    let migrating = owner.unwrap_or(app);
    reach(migrating).await?;
    let owner_pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(migrating.clone());
    let other_role = (app.get_username() != migrating.get_username()).then(|| app.get_username());
    let prepared = hilo_app::storage::prepare(&owner_pool, other_role).await;
    owner_pool.close().await;
    prepared?;
    reach(app).await
}

/// One connection, asked at once: a pool would try again until its time is up and then say only that it is.
async fn reach(options: &PgConnectOptions) -> anyhow::Result<()> {
    let place = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let unreachable = || format!("the database at {place} cannot be reached");
    let connection = tokio::time::timeout(CONNECT_WITHIN, options.connect())
        .await
        .with_context(|| format!("no answer within {} seconds", CONNECT_WITHIN.as_secs()))
        .with_context(unreachable)?
        .with_context(unreachable)?;
    connection.close().await.with_context(unreachable)
}

fn pool(options: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(WAIT_FOR_CONNECTION)
        .connect_lazy_with(options.clone())
}
