//! Keeps this process with the live schema: runs its projector, tells how far it is, and goes on with the next one
//! when a rebuild has made it live. Also clears away schemas that nobody uses any more.

use std::collections::BTreeMap;
use std::time::Duration;

use hilo_journal::{Journal, Position};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::schema::{Schema, Stage};

/// How often it is asked whether the schema is still live: another process may have swapped it.
const LOOK: Duration = Duration::from_millis(250);
/// How often schemas that nobody uses are looked for.
const SWEEP: Duration = Duration::from_secs(2);
/// How long a retired schema stays, so that every process has seen the one after it.
const RETIRED_FOR: Duration = Duration::from_secs(5);
/// How long the schema of another version stays after its last projector: its program may come back.
const ABANDONED_FOR: Duration = Duration::from_secs(3_600);

impl ReadModel {
    /// Follows the live schema until `stop`. `consumers`: whether the projector may run in this process.
    pub fn follow(
        &self,
        journal: Journal,
        consumers: bool,
        stop: CancellationToken,
    ) -> JoinHandle<()> {
        tokio::spawn(self.clone().run(journal, consumers, stop))
    }

    /// How far the rows are, as [`ReadModel::follow`] is told: position 0 until that is known. A swap is not seen here.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Position> {
        self.current.position.subscribe()
    }

    async fn run(self, journal: Journal, consumers: bool, stop: CancellationToken) {
        let mut unused = Unused::default();
        while !stop.is_cancelled() {
            let schema = self.schema();
            let running = stop.child_token();
            let projector =
                consumers.then(|| journal.run_consumer(self.projector(), running.clone()));
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.tell(journal.progress(schema.name())) => {}
                () = self.until_swapped(&schema, &journal, consumers.then_some(&mut unused)) => {}
                () = self.keep_lists_short(), if consumers => {}
            }
            running.cancel();
            if let Some(projector) = projector {
                drop(projector.await);
            }
        }
    }

    /// Passes on how far the projector is. Ends with the journal.
    async fn tell(&self, mut projected: watch::Receiver<Position>) {
        loop {
            let here = *projected.borrow_and_update();
            // A projector that was not heard of yet says nothing about the rows.
            if here > Position::START {
                self.current
                    .position
                    .send_if_modified(|known| std::mem::replace(known, here) != here);
            }
            if projected.changed().await.is_err() {
                return;
            }
        }
    }

    async fn until_swapped(&self, schema: &Schema, journal: &Journal, unused: Option<&mut Unused>) {
        let mut swapped = self.current.schema.subscribe();
        let watching = async {
            let (mut unused, mut swept) = (unused, Instant::now());
            loop {
                tokio::select! {
                    () = self.current.retired.notified() => {}
                    () = sleep(LOOK) => {}
                }
                if let Err(error) = self.look_whether_live(schema).await {
                    tracing::debug!(%error, "whether the schema is live is not known");
                }
                if let Some(unused) = unused.as_deref_mut().filter(|_| swept.elapsed() >= SWEEP) {
                    if let Err(error) = unused.sweep(self, journal).await {
                        tracing::debug!(%error, "schemas that nobody uses were not dropped");
                    }
                    swept = Instant::now();
                }
            }
        };
        tokio::select! {
            // The sender lives in `self`.
            _ = swapped.wait_for(|live| live != schema) => {
                tracing::info!(schema.name = self.name(), "another schema of the read model is live");
            }
            () = watching => {}
        }
    }

    async fn look_whether_live(&self, schema: &Schema) -> Result<(), ReadError> {
        let direct = self.pool.direct();
        let mut conn = direct.acquire().await.map_err(database("connecting"))?;
        let stage = schema.stage(&mut conn).await;
        drop(conn);
        match stage {
            Ok((_, Stage::Live)) => Ok(()),
            Ok(_) => self.look_again().await.map(drop),
            Err(error) if error.is_gone() => self.look_again().await.map(drop),
            Err(error) => Err(error),
        }
    }
}

/// Schemas that are not used, and since when that was seen.
#[derive(Default)]
pub(crate) struct Unused(BTreeMap<Schema, Instant>);

impl Unused {
    /// Drops what has not been used for long enough.
    pub(crate) async fn sweep(
        &mut self,
        model: &ReadModel,
        journal: &Journal,
    ) -> Result<(), ReadError> {
        let unused = find(model, journal).await?;
        self.0.retain(|schema, _| unused.contains_key(schema));
        for (schema, stays) in unused {
            let since = *self.0.entry(schema.clone()).or_insert_with(Instant::now);
            if since.elapsed() < stays {
                continue;
            }
            clear_away(&schema, model, journal).await?;
            self.0.remove(&schema);
        }
        Ok(())
    }
}

/// What nobody uses now, with how long it stays nevertheless.
async fn find(
    model: &ReadModel,
    journal: &Journal,
) -> Result<BTreeMap<Schema, Duration>, ReadError> {
    let direct = model.pool.direct();
    let mut conn = direct.acquire().await.map_err(database("connecting"))?;
    let mut unused = BTreeMap::new();
    for schema in Schema::all(&mut conn).await? {
        if schema.number().is_none() {
            if !is_held(&schema, journal).await? {
                unused.insert(schema, ABANDONED_FOR);
            }
            continue;
        }
        match schema.stage(&mut conn).await {
            Ok((_, Stage::Retired)) => drop(unused.insert(schema, RETIRED_FOR)),
            Ok(_) => {}
            Err(error) if error.is_gone() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(unused)
}

/// Whether a program of that version fills the schema.
async fn is_held(schema: &Schema, journal: &Journal) -> Result<bool, ReadError> {
    for name in [schema.name().to_owned(), schema.filler()] {
        let held = journal.is_held(&name).await;
        if held.map_err(|error| ReadError::Journal(error.to_string()))? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn clear_away(
    schema: &Schema,
    model: &ReadModel,
    journal: &Journal,
) -> Result<(), ReadError> {
    schema.drop(model.pool.direct()).await?;
    journal
        .forget_consumer(schema.name())
        .await
        .map_err(|error| ReadError::Journal(error.to_string()))?;
    tracing::info!(
        schema.name = schema.name(),
        "dropped a schema of the read model that nobody uses"
    );
    Ok(())
}
