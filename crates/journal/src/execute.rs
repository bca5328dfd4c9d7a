//! Carries out a command: decides it on the newest state and facts, appends what was decided, and says what became of it.

use std::sync::Arc;
use std::time::Duration;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{sleep, timeout};

use crate::append::{Outcome, Row, Unit};
use crate::dedupe::{Fingerprint, FirstResult};
use crate::keys::random;
use crate::states::Known;
use crate::turns::StreamId;
use crate::{
    Committed, Context, ExecuteError, FactSource, FactsBehind, Journal, JournalError, Metadata,
    Position,
};

/// How often a command is decided again when its stream went on meanwhile: several processes may write one stream as
/// fast as they can, and none of their callers should see it.
const TRIES: usize = 100;
/// Longest pause before it is, so that two processes do not go on in step; in milliseconds.
const STEP: u8 = 4;
/// How often it is sealed again when keys are closed meanwhile: many erasures may come at once.
const CLOSINGS: usize = 100;
/// How long a command waits for those before it on the same aggregate.
const PATIENCE: Duration = Duration::from_secs(5);

type Answer<A> = Result<Committed<<A as Aggregate>::Event>, ExecuteError<<A as Aggregate>::Error>>;

impl Journal {
    /// Decides a command on the aggregate `id` and appends its events.
    ///
    /// It runs to its end in a task of its own: dropping the future loses the answer, never the act. The answer comes
    /// when the events are durable. A refusal, and that there is nothing to do, are confirmed against the journal before
    /// they are answered. Refusals must hold no personal value: under a dedupe key they are stored.
    ///
    /// # Errors
    /// The aggregate's refusal, or why it could not be decided or stored. After [`JournalError::Unavailable`] the events
    /// may have been stored; calling again with the same dedupe key tells.
    pub async fn execute<A>(
        &self,
        id: &str,
        command: A::Command,
        facts: Arc<dyn FactSource<A::Services>>,
        context: Context,
    ) -> Answer<A>
    where
        A: Aggregate + Clone + 'static,
        A::Command: Clone + Send + Sync + 'static,
        A::Services: Send + Sync + 'static,
        A::Error: Serialize + DeserializeOwned + Send + Sync + 'static,
        A::Event: 'static,
    {
        let execution = Execution::<A> {
            fingerprint: context
                .dedupe
                .as_ref()
                .map(|dedupe| Fingerprint::of(dedupe, (A::TYPE, id), &self.0.lookup)),
            stream: (A::TYPE.to_owned(), id.to_owned()),
            metadata: Metadata::from(&context),
            journal: self.clone(),
            command,
            facts,
        };
        match tokio::spawn(execution.run()).await {
            Ok(answer) => answer,
            Err(ended) => Err(JournalError::Unavailable(match ended.is_panic() {
                true => "deciding the command panicked".to_owned(),
                false => "the program is ending".to_owned(),
            })
            .into()),
        }
    }
}

struct Execution<A: Aggregate> {
    journal: Journal,
    stream: StreamId,
    command: A::Command,
    facts: Arc<dyn FactSource<A::Services>>,
    metadata: Metadata,
    fingerprint: Option<Fingerprint>,
}

/// What an aggregate makes of a command.
enum Decision<A: Aggregate> {
    Events(Vec<A::Event>),
    Nothing(Position),
    Refused(A::Error),
}

impl<A> Execution<A>
where
    A: Aggregate + Clone + 'static,
    A::Command: Clone + Send + Sync + 'static,
    A::Services: Send + Sync + 'static,
    A::Error: Serialize + DeserializeOwned + Send + Sync + 'static,
    A::Event: 'static,
{
    async fn run(self) -> Answer<A> {
        if let Some(answer) = self.first_answer().await? {
            return Ok(answer);
        }
        let turn = timeout(PATIENCE, self.journal.0.turns.take(self.stream.clone()));
        let _turn = turn.await.map_err(|_| ExecuteError::Busy)?;
        let answer = self.decide_and_store().await;
        if let Err(ExecuteError::Journal(_) | ExecuteError::Busy) = &answer {
            // What became of the stream may be unknown now.
            self.journal.0.states.forget(&self.stream).await;
        }
        answer
    }

    async fn decide_and_store(&self) -> Answer<A> {
        let (_, id) = &self.stream;
        let journal = &self.journal.0;
        let mut known = match journal.states.get(&self.stream, journal.head.era()).await {
            Some(known) => known,
            None => self.journal.load_known::<A>(id).await?,
        };
        let (mut conflicts, mut sealed_again) = (0, 0);
        while conflicts < TRIES && sealed_again < CLOSINGS {
            let events = match self.decide(&mut known).await? {
                Decision::Events(events) => events,
                Decision::Nothing(seen) => return self.nothing(known, seen).await,
                Decision::Refused(refusal) => return self.refused(known, refusal).await,
            };
            let prepared = self
                .journal
                .prepare::<A>(id, known.sequence, &events, &self.metadata)
                .await?;
            let sequence = known.sequence + events.len() as u64;
            let result = FirstResult::Stored {
                events: u32::try_from(events.len()).unwrap_or(u32::MAX),
                sequence,
            };
            let (rows, closings) = (prepared.rows, prepared.closings);
            match self.append(rows, &result, known.era, closings).await? {
                Outcome::Stored(position) => {
                    let state = Arc::make_mut(&mut known.state);
                    prepared
                        .sealed
                        .into_iter()
                        .for_each(|event| state.apply(event));
                    self.journal.grown::<A>(id, known.sequence, sequence);
                    known.sequence = sequence;
                    self.keep(known).await;
                    return Ok(Committed {
                        sequence,
                        position,
                        events,
                        repeated: false,
                    });
                }
                Outcome::Duplicate => return self.answer_of_the_other().await,
                Outcome::Conflict => {
                    conflicts += 1;
                    let [step] = random()?;
                    sleep(Duration::from_millis(u64::from(step % STEP))).await;
                    self.journal.catch_up(id, &mut known).await?;
                }
                Outcome::KeysClosed => {
                    sealed_again += 1;
                    // What was closed must be known before keys are looked up again.
                    self.journal.confirmed_head().await?;
                }
            }
        }
        Err(JournalError::Contended.into())
    }

    /// Decides on what is known here. Events need no more: they only fit behind the state they were decided on. What
    /// leaves no trace does: another process may know better, so it is decided once more on what the journal says.
    async fn decide(&self, known: &mut Known<A>) -> Result<Decision<A>, ExecuteError<A::Error>> {
        let facts = self.facts.current().await.map_err(behind)?;
        if let Ok(events) = self.handle(known, &facts).await
            && !events.is_empty()
        {
            return Ok(Decision::Events(events));
        }
        let head = self.journal.confirmed_head().await?;
        self.journal.catch_up(&self.stream.1, known).await?;
        let facts = self.facts.at_least(head).await.map_err(behind)?;
        Ok(match self.handle(known, &facts).await {
            Ok(events) if events.is_empty() => Decision::Nothing(head),
            Ok(events) => Decision::Events(events),
            Err(refusal) => Decision::Refused(refusal),
        })
    }

    async fn handle(
        &self,
        known: &Known<A>,
        facts: &A::Services,
    ) -> Result<Vec<A::Event>, A::Error> {
        // A draft: the sink applies the open events to it, and open events must not reach what is kept.
        let mut draft = A::clone(&known.state);
        let sink = EventSink::default();
        draft.handle(self.command.clone(), facts, &sink).await?;
        Ok(sink.collect().await)
    }

    async fn nothing(&self, known: Known<A>, seen: Position) -> Answer<A> {
        let (sequence, era) = (known.sequence, known.era);
        self.keep(known).await;
        let outcome = self.note(&FirstResult::Nothing { sequence }, era).await?;
        let position = match outcome {
            None => seen,
            Some(Outcome::Stored(position)) => position,
            Some(Outcome::Duplicate | Outcome::Conflict | Outcome::KeysClosed) => {
                return self.answer_of_the_other().await;
            }
        };
        Ok(Committed {
            sequence,
            position,
            events: Vec::new(),
            repeated: false,
        })
    }

    async fn refused(&self, known: Known<A>, refusal: A::Error) -> Answer<A> {
        let era = known.era;
        self.keep(known).await;
        if self.fingerprint.is_some() {
            let value =
                serde_json::to_value(&refusal).map_err(|_| JournalError::Unserializable {
                    event_type: "refusal".to_owned(),
                })?;
            match self.note(&FirstResult::Refused(value), era).await? {
                None | Some(Outcome::Stored(_)) => {}
                Some(Outcome::Duplicate | Outcome::Conflict | Outcome::KeysClosed) => {
                    return self.answer_of_the_other().await;
                }
            }
        }
        Err(ExecuteError::Refused(refusal))
    }

    /// Stores an answer that has no events, if the command has a key to find it by.
    async fn note(&self, result: &FirstResult, era: u64) -> Result<Option<Outcome>, JournalError> {
        match self.fingerprint {
            Some(_) => self.append(Vec::new(), result, era, None).await.map(Some),
            None => Ok(None),
        }
    }

    async fn append(
        &self,
        rows: Vec<Row>,
        result: &FirstResult,
        era: u64,
        closings: Option<i64>,
    ) -> Result<Outcome, JournalError> {
        let key = self.fingerprint.as_ref();
        let note = key.map(|key| key.note(result)).transpose()?;
        self.journal
            .0
            .appender
            .append(Unit {
                rows,
                note,
                era,
                closings,
            })
            .await
    }

    async fn first_answer(&self) -> Result<Option<Committed<A::Event>>, ExecuteError<A::Error>> {
        match &self.fingerprint {
            Some(fingerprint) => self.journal.first_answer(fingerprint).await,
            None => Ok(None),
        }
    }

    /// The same command was stored by somebody else between the look and the append.
    async fn answer_of_the_other(&self) -> Answer<A> {
        self.first_answer().await?.ok_or_else(|| {
            JournalError::Damaged {
                what: "a command's key, which is taken and not there".to_owned(),
            }
            .into()
        })
    }

    async fn keep(&self, known: Known<A>) {
        self.journal.0.states.put(self.stream.clone(), known).await;
    }
}

fn behind<E>(_: FactsBehind) -> ExecuteError<E> {
    ExecuteError::FactsBehind
}
