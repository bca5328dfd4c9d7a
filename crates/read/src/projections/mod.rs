//! A batch of events folded in memory and written back once: the touched rows are loaded, changed, stored.
//! The rows after it do not depend on where one batch ends and the next begins.

pub(crate) mod access;
pub(crate) mod acts;
pub(crate) mod agent_counters;
pub(crate) mod ahead;
pub(crate) mod batch;
pub(crate) mod chats;
pub(crate) mod clients;
pub(crate) mod contact_items;
pub(crate) mod counters;
mod erased;
pub(crate) mod labels;
pub(crate) mod messages;
pub(crate) mod outbox;
pub(crate) mod search;
mod spoken;
pub(crate) mod store;
pub(crate) mod tags;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hilo_domain::Personal;
use hilo_journal::{Advance, ConsumerError, Position, is_transient};
use sqlx::PgConnection;

pub(crate) use batch::{Batch, Step};
use chats::Known;

use crate::rows::Changes;
use crate::schema::{Schema, Stage};
use crate::table::microseconds;
use crate::told::Told;
use batch::Part;

/// The statements that every batch of a schema takes.
pub(crate) struct Statements {
    schema: Schema,
    load: String,
    write: store::Texts,
    /// The chats of the last batches, while nobody else writes.
    known: Mutex<Known>,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The rows reach to its end.
    All,
    /// The schema gets no more rows.
    Retired,
}

impl Statements {
    /// Those of one schema.
    pub(crate) fn of(schema: Schema) -> Self {
        Self {
            load: schema.sql(&chats::load_sql()),
            write: store::Texts::of(&schema),
            known: Mutex::default(),
            schema,
        }
    }

    /// The schema.
    pub(crate) const fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Takes what is new of a batch, in the caller's transaction. Tells what it wrote as a query will find it, except
    /// where only a query can say.
    pub(crate) async fn take(
        &self,
        tx: &mut PgConnection,
        batch: Batch,
        told: Option<&Told>,
    ) -> Result<Taken, ConsumerError> {
        for part in batch.parts {
            if self.take_part(tx, part, told).await? == Taken::Retired {
                return Ok(Taken::Retired);
            }
        }
        Ok(Taken::All)
    }

    /// Takes a whole batch and the step of the checkpoint in one statement, outside of any transaction; nothing was taken
    /// when it says so. What needs more than that statement is left to [`Self::take`].
    pub(crate) async fn take_at_once(
        &self,
        conn: &mut PgConnection,
        batch: Batch,
        advance: &Advance<'_>,
        told: Option<&Told>,
    ) -> Result<bool, ConsumerError> {
        let mut known = std::mem::take(&mut *self.known());
        let Some(part) = batch
            .only_part()
            .filter(|part| part.erased.is_none() && !part.is_about_clients())
        else {
            return Ok(false);
        };
        let from = advance.from();
        if part.first.0 != from.0 + 1 {
            return Ok(false);
        }
        let chats = match known.chats(from, part.chats(), &part.begun) {
            Some(chats) => chats,
            None => {
                let (reached, _, chats) = chats::load(&self.load, conn, part.chats()).await?;
                if reached != from {
                    return Ok(false);
                }
                chats
            }
        };
        let rows = self.fold(conn, chats, &part, None).await?;
        if !rows.items.blanks_nothing() || !rows.chats.over_the_limit().is_empty() {
            return Ok(false);
        }
        let span = (from, part.last);
        // Whoever follows this process need not wait for rows that are made of what is in the journal.
        let foreseen = known.foreseen(from, &rows.chats);
        let telling = told
            .zip(foreseen.clone())
            .and_then(|(told, foreseen)| told.ahead(from, changes(&rows, foreseen, span)));
        let advance = Some((advance, foreseen));
        let written = store::write(&self.write, conn, &rows, span, advance).await;
        let written = match written {
            Ok(Some(written)) => written,
            // Whatever stood in the way is found out in a transaction.
            Ok(None) => return Ok(false),
            Err(error) if is_transient(&error) => return Err(error.into()),
            Err(_) => return Ok(false),
        };
        known.learn(&rows.chats, &written, span);
        *self.known() = known;
        match telling {
            Some(telling) => telling.done(),
            None => {
                if let Some(told) = told {
                    told.writing(from, changes(&rows, written, span));
                }
            }
        }
        Ok(true)
    }

    /// Forgets the rows: they may have been taken back.
    pub(crate) fn forget(&self) {
        *self.known() = Known::default();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Not locked when the rows are loaded: writing them fails where somebody else wrote meanwhile.
    async fn take_part(
        &self,
        tx: &mut PgConnection,
        mut part: Part,
        told: Option<&Told>,
    ) -> Result<Taken, ConsumerError> {
        let ids = part.chats();
        let (reached, stage, chats) = chats::load(&self.load, tx, ids).await?;
        if stage == Stage::Retired {
            return Ok(Taken::Retired);
        }
        if part.last <= reached {
            return Ok(Taken::All);
        }
        if part.first.0 > reached.0 + 1 {
            return Err(ConsumerError::Poison(format!(
                "the rows end at {reached}, the feed goes on at {}",
                part.first
            )));
        }
        part.skip(reached);
        let rows = self.fold(tx, chats, &part, None).await?;
        rows.items.blank(&self.schema, tx).await?;
        let over = rows.chats.over_the_limit();
        let span = (reached, part.last);
        let written = store::write(&self.write, tx, &rows, span, None).await?;
        let Some(written) = written else {
            return self.overtaken(tx).await;
        };
        messages::prune(&self.schema, tx, &over).await?;
        let about_clients = part.is_about_clients();
        clients::take(&self.schema, tx, &part.clients).await?;
        clients::link(&self.schema, tx, &part.linked()).await?;
        if let Some(subject) = part.erased {
            erased::blank(&self.schema, tx, subject, part.last).await?;
            // What waits to be told may hold what is erased.
            if let Some(told) = told {
                told.forget();
            }
            clients::blank(&self.schema, tx, subject, part.last).await?;
        } else if let Some(told) = told
            && !about_clients
            && !rows.messages.may_be_pruned(reached, &over)
        {
            told.writing(reached, changes(&rows, written, span));
        }
        Ok(Taken::All)
    }

    async fn fold(
        &self,
        tx: &mut PgConnection,
        chats: chats::Chats,
        part: &Part,
        before: Option<&store::Rows>,
    ) -> Result<store::Rows, ConsumerError> {
        let (messages, texts) = before.map(|it| (&it.messages, &it.search)).unzip();
        let (schema, steps) = (&self.schema, &part.steps);
        let mut rows = store::Rows {
            chats,
            messages: messages::Messages::load(schema, tx, steps, messages).await?,
            search: search::Search::load(schema, tx, steps, texts).await?,
            acts: Vec::new(),
            items: contact_items::Items::default(),
            access: part.access.clone(),
            outbox: outbox::Outbox::default(),
        };
        for step in &part.steps {
            rows.chats.fold(step)?;
            let internal = rows.chats.is_internal(step.chat_id);
            rows.messages.fold(step, internal)?;
            rows.search.fold(step)?;
            rows.acts.extend(acts::act(step)?);
            // Among colleagues there is no contact's window.
            if !internal {
                rows.items.fold(step)?;
            }
            rows.outbox.fold(step, rows.chats.messenger(step.chat_id));
        }
        rows.search.find_words(&rows.chats);
        Ok(rows)
    }

    /// Another has moved the position, or the schema has retired, since the rows were loaded.
    async fn overtaken(&self, tx: &mut PgConnection) -> Result<Taken, ConsumerError> {
        let (_, stage, _) = chats::load(&self.load, tx, Vec::new()).await?;
        match stage {
            Stage::Retired => Ok(Taken::Retired),
            Stage::Filling | Stage::Live => Err(ConsumerError::Database(sqlx::Error::Protocol(
                "somebody else moved the rows meanwhile".to_owned(),
            ))),
        }
    }
}

/// What was written behind `from`, as [`ReadModel::changes`](crate::ReadModel::changes) finds it.
fn changes(
    rows: &store::Rows,
    written: store::Written,
    (from, to): (Position, Position),
) -> Changes {
    let mut acts = rows.acts.clone();
    for act in &mut acts {
        act.at = microseconds(act.at);
    }
    acts.sort_unstable_by_key(|act| (act.chat_id, act.position));
    let mut access = rows.access.clone().into_iter().collect::<Vec<_>>();
    access.sort_unstable_by_key(|(_, changed)| *changed);
    Changes {
        position: to,
        chats: rows.chats.changed(from),
        messages: rows.messages.changed(),
        acts: acts.into_iter().map(Arc::new).collect(),
        items: rows.items.added(),
        counters: written.counters,
        agent_counters: written.agent_counters,
        access,
        complete: true,
    }
}

/// The readable value, None where it was erased. A sealed one on reading is a fault of the feed.
pub(crate) fn opened<'v, T>(
    step: &Step,
    value: &'v Personal<T>,
) -> Result<Option<&'v T>, ConsumerError> {
    match value {
        Personal::Open { value, .. } => Ok(Some(value)),
        Personal::Erased { .. } => Ok(None),
        Personal::Sealed(_) => Err(ConsumerError::Poison(format!(
            "event {}: a personal value came sealed",
            step.position
        ))),
    }
}

/// A number of the contact's window as its column holds it.
fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// Where an event stands that cannot be taken.
fn poison(position: Position, why: &str) -> ConsumerError {
    ConsumerError::Poison(format!("event {position}: {why}"))
}
