//! The journal as a cqrs-es event store: loads states and streams, commits what a framework decided. Beside `execute`,
//! for tools and tests that speak cqrs-es.

use std::collections::HashMap;
use std::sync::Arc;

use cqrs_es::{Aggregate, AggregateContext, AggregateError, EventEnvelope, EventStore};
use serde::Deserialize;
use serde_json::Value;

use crate::append::{Outcome, Run, Unit};
use crate::event::{STORED_COLUMNS, StoredEvent};
use crate::snapshot::{Beginning, Folded};
use crate::states::Known;
use crate::upcast::serialized;
use crate::{Journal, JournalError, Metadata};

/// Events read from a stream in one go.
const PAGE: i64 = 500;
/// How often events are sealed again when keys were closed meanwhile.
const TRIES: usize = 5;

impl Journal {
    /// The state of the aggregate `id` and the sequence of its last event, 0 when it has none. Personal fields are sealed.
    ///
    /// # Errors
    /// When the database fails, or an event is of a type or version that this program does not know.
    pub async fn load<A: Aggregate>(&self, id: &str) -> Result<(A, u64), JournalError> {
        refuse_nul(id)?;
        let Beginning { snapshot, tail } = self.beginning(A::TYPE, id, PAGE).await?;
        let (mut state, from, tail) = match snapshot.map(|it| (it.sequence, it.decode::<A>())) {
            None => (A::default(), 0, tail),
            Some((sequence, Some(state))) => (state, sequence, tail),
            Some((_, None)) => (A::default(), 0, self.stream_page(A::TYPE, id, 0).await?),
        };
        let end = self.fold(id, &mut state, from, tail).await?;
        self.0.snapshots.offer(id, &state, from, &end);
        Ok((state, end.sequence))
    }

    pub(crate) async fn load_known<A: Aggregate>(
        &self,
        id: &str,
    ) -> Result<Known<A>, JournalError> {
        let era = self.0.head.era();
        let (state, sequence) = self.load(id).await?;
        Ok(Known {
            state: Arc::new(state),
            sequence,
            era,
            run: Run::behind(sequence),
        })
    }

    /// Brings a known state, of which everything is durable, to the newest event.
    pub(crate) async fn catch_up<A: Aggregate + Clone>(
        &self,
        id: &str,
        known: &mut Known<A>,
    ) -> Result<(), JournalError> {
        if known.era != self.0.head.era() {
            *known = self.load_known(id).await?;
            return Ok(());
        }
        let after = known.sequence;
        let page = self.stream_page(A::TYPE, id, after).await?;
        let end = self
            .fold(id, Arc::make_mut(&mut known.state), after, page)
            .await?;
        known.sequence = end.sequence;
        known.run = Run::behind(end.sequence);
        Ok(())
    }

    /// Applies every event behind `sequence`, sealed as it is stored; `page` holds the first of them.
    async fn fold<A: Aggregate>(
        &self,
        id: &str,
        state: &mut A,
        mut sequence: u64,
        mut page: Vec<StoredEvent>,
    ) -> Result<Folded, JournalError> {
        let mut digest = None;
        loop {
            for (event, expected) in page.iter().zip(sequence + 1..) {
                if event.sequence != expected {
                    return Err(JournalError::Damaged {
                        what: format!(
                            "the stream of {} {id}: event {expected} is missing",
                            A::TYPE
                        ),
                    });
                }
                state.apply(self.sealed_event::<A>(event)?);
            }
            if let Some(last) = page.last() {
                (sequence, digest) = (last.sequence, Some(last.digest));
            }
            if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
                return Ok(Folded { sequence, digest });
            }
            page = self.stream_page(A::TYPE, id, sequence).await?;
        }
    }

    fn sealed_event<A: Aggregate>(&self, event: &StoredEvent) -> Result<A::Event, JournalError> {
        let undecodable = |_| event.undecodable();
        let upcasters = &self.0.upcasters;
        if !upcasters.concern(&event.event_type, &event.event_version) {
            return serde_json::from_str(&event.payload).map_err(undecodable);
        }
        let payload: Value = serde_json::from_str(&event.payload).map_err(undecodable)?;
        let upcast = upcasters.upcast(serialized(event, payload));
        A::Event::deserialize(upcast.payload).map_err(undecodable)
    }

    async fn stream_page(
        &self,
        aggregate_type: &str,
        id: &str,
        after: u64,
    ) -> Result<Vec<StoredEvent>, JournalError> {
        refuse_nul(id)?;
        let statement = format!(
            "SELECT {STORED_COLUMNS} FROM events
             WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence > $3 ORDER BY sequence LIMIT $4"
        );
        sqlx::query(&statement)
            .bind(aggregate_type)
            .bind(id)
            .bind(i64::try_from(after).unwrap_or(i64::MAX))
            .bind(PAGE)
            .fetch_all(&self.0.pool)
            .await
            .map_err(JournalError::database("reading a stream"))?
            .iter()
            .map(StoredEvent::from_row)
            .collect()
    }
}

/// A loaded aggregate, as cqrs-es hands it to the store again on commit.
pub struct Loaded<A> {
    aggregate_id: String,
    aggregate: A,
    sequence: u64,
    era: u64,
}

impl<A: Aggregate> AggregateContext<A> for Loaded<A> {
    fn aggregate(&mut self) -> &mut A {
        &mut self.aggregate
    }
}

impl<A: Aggregate> EventStore<A> for Journal {
    type AC = Loaded<A>;

    async fn load_events(
        &self,
        aggregate_id: &str,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let mut envelopes = Vec::new();
        let mut after = 0;
        loop {
            let page = self
                .stream_page(A::TYPE, aggregate_id, after)
                .await
                .map_err(fault)?;
            let Some(last) = page.last().map(|event| event.sequence) else {
                return Ok(envelopes);
            };
            after = last;
            for event in self.open_all(page).await.map_err(fault)? {
                envelopes.push(EventEnvelope {
                    aggregate_id: aggregate_id.to_owned(),
                    sequence: usize::try_from(event.sequence).unwrap_or(usize::MAX),
                    payload: event
                        .decode()
                        .map_err(|error| AggregateError::DeserializationError(Box::new(error)))?,
                    metadata: event.metadata.to_map(),
                });
            }
        }
    }

    async fn load_aggregate(
        &self,
        aggregate_id: &str,
    ) -> Result<Loaded<A>, AggregateError<A::Error>> {
        let era = self.0.head.era();
        let (aggregate, sequence) = self.load(aggregate_id).await.map_err(fault)?;
        Ok(Loaded {
            aggregate_id: aggregate_id.to_owned(),
            aggregate,
            sequence,
            era,
        })
    }

    /// Appends the events of a loaded aggregate. The metadata map must hold `actor`, `cause`, `correlation_id` and
    /// `occurred_at`, the first two as JSON text.
    async fn commit(
        &self,
        events: Vec<A::Event>,
        context: Loaded<A>,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let recorded = Metadata::from_map(&metadata).map_err(fault)?;
        let mut outcome = Outcome::KeysClosed;
        for _ in 0..TRIES {
            let prepared = self
                .prepare::<A>(&context.aggregate_id, context.sequence, &events, &recorded)
                .await
                .map_err(fault)?;
            let unit = Unit {
                rows: prepared.rows,
                note: None,
                era: context.era,
                closings: prepared.closings,
                run: None,
            };
            outcome = self.0.appender.append(unit).await.map_err(fault)?;
            if outcome != Outcome::KeysClosed {
                break;
            }
            self.confirmed_head().await.map_err(fault)?;
        }
        match outcome {
            Outcome::Stored(_) => {}
            Outcome::KeysClosed => return Err(fault(JournalError::Contended)),
            Outcome::Conflict | Outcome::Duplicate => {
                return Err(AggregateError::AggregateConflict);
            }
        }
        let first = usize::try_from(context.sequence + 1).unwrap_or(usize::MAX);
        Ok(events
            .into_iter()
            .zip(first..)
            .map(|(payload, sequence)| EventEnvelope {
                aggregate_id: context.aggregate_id.clone(),
                sequence,
                payload,
                metadata: metadata.clone(),
            })
            .collect())
    }
}

fn refuse_nul(id: &str) -> Result<(), JournalError> {
    match id.contains('\0') {
        true => Err(JournalError::Nul {
            pointer: "the aggregate's id".to_owned(),
        }),
        false => Ok(()),
    }
}

fn fault<E: std::error::Error>(error: JournalError) -> AggregateError<E> {
    match error {
        JournalError::Undecodable { .. } => AggregateError::DeserializationError(Box::new(error)),
        JournalError::Database { .. } | JournalError::Unavailable(_) => {
            AggregateError::DatabaseConnectionError(Box::new(error))
        }
        other => AggregateError::UnexpectedError(Box::new(other)),
    }
}
