//! Carries out a command: decides it on the newest state and facts, appends what was decided, and says what became of it.

use std::sync::Arc;
use std::time::Duration;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{sleep, timeout};

use crate::append::{Note, Outcome, Pending, Unit};
use crate::dedupe::{Fingerprint, FirstResult};
use crate::keys::random;
use crate::states::Known;
use crate::turns::StreamId;
use crate::{
    Committed, Context, ExecuteError, FactSource, FactsBehind, Journal, JournalError, Metadata,
    Position,
};

/// How often a command is decided again when its stream went on meanwhile, or when one that it was decided on failed:
/// several processes may write one stream as fast as they can, and none of their callers should see it.
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
            stream: Arc::new((A::TYPE.to_owned(), id.to_owned())),
            metadata: Metadata::from(&context),
            journal: self.clone(),
            command,
            facts,
            looked: false,
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
    /// Whether its key was looked up and not found.
    looked: bool,
}

/// What was done with a command while it was its turn.
enum Step<A: Aggregate> {
    Queued(Queued<A::Event>),
    Answered(Answer<A>),
}

/// A command whose events are on their way.
struct Queued<E> {
    pending: Pending,
    before: u64,
    sequence: u64,
    events: Vec<E>,
}

/// What an aggregate makes of a command.
enum Decision<A: Aggregate> {
    /// It is none of its affairs any more: the command came before.
    Answered(Committed<A::Event>),
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
    async fn run(mut self) -> Answer<A> {
        if self.journal.0.repeats.is_likely()
            && let Some(answer) = self.look().await?
        {
            return Ok(answer);
        }
        match self.carry_out().await {
            // Whoever calls again is to hear what the first call answered, whatever stands in the way of a second.
            Err(error) if !self.looked => match self.look().await {
                Ok(Some(answer)) => Ok(answer),
                Err(known @ (ExecuteError::Refused(_) | ExecuteError::DedupeConflict)) => {
                    Err(known)
                }
                Ok(None) | Err(_) => Err(error),
            },
            answer => answer,
        }
    }

    async fn carry_out(&mut self) -> Answer<A> {
        let (mut conflicts, mut sealed_again) = (0, 0);
        while conflicts < TRIES && sealed_again < CLOSINGS {
            let turn = timeout(
                PATIENCE,
                self.journal.0.turns.take(Arc::clone(&self.stream)),
            );
            let turn = turn.await.map_err(|_| ExecuteError::Busy)?;
            let queued = match self.decide_and_queue().await? {
                Step::Answered(answer) => return answer,
                Step::Queued(queued) => queued,
            };
            // The next command is decided on what this one will leave, before that is durable.
            drop(turn);
            match queued.pending.outcome().await? {
                Outcome::Stored(position) => {
                    let (before, sequence) = (queued.before, queued.sequence);
                    self.journal.grown::<A>(&self.stream.1, before, sequence);
                    return Ok(Committed {
                        sequence,
                        position,
                        events: queued.events,
                        repeated: false,
                    });
                }
                Outcome::Duplicate => return self.answer_of_the_other().await,
                Outcome::Conflict => {
                    conflicts += 1;
                    if let Some(answer) = self.look().await? {
                        return Ok(answer);
                    }
                    let [step] = random()?;
                    sleep(Duration::from_millis(u64::from(step % STEP))).await;
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

    async fn decide_and_queue(&mut self) -> Result<Step<A>, ExecuteError<A::Error>> {
        let journal = self.journal.clone();
        let era = journal.0.head.era();
        let mut known = match journal.0.states.get(&self.stream, era) {
            Some(known) => known,
            None => journal.load_known::<A>(&self.stream.1).await?,
        };
        let events = match self.decide(&mut known).await? {
            Decision::Events(events) => events,
            Decision::Answered(answer) => return Ok(Step::Answered(Ok(answer))),
            Decision::Nothing(seen) => return Ok(Step::Answered(self.nothing(known, seen).await)),
            Decision::Refused(refusal) => {
                return Ok(Step::Answered(self.refused(known, refusal).await));
            }
        };
        let before = known.sequence;
        let prepared = journal
            .prepare::<A>(&self.stream.1, before, &events, &self.metadata)
            .await?;
        let sequence = before + events.len() as u64;
        let unit = Unit {
            rows: prepared.rows,
            note: self.note_of(&FirstResult::Stored {
                events: u32::try_from(events.len()).unwrap_or(u32::MAX),
                sequence,
            })?,
            era: known.era,
            closings: prepared.closings,
            run: Some(Arc::clone(&known.run)),
        };
        let pending = journal.0.appender.queue(unit)?;
        // The state is ours alone then, and need not be copied.
        journal.0.states.forget(&self.stream);
        let state = Arc::make_mut(&mut known.state);
        prepared
            .sealed
            .into_iter()
            .for_each(|event| state.apply(event));
        known.sequence = sequence;
        self.keep(known);
        Ok(Step::Queued(Queued {
            pending,
            before,
            sequence,
            events,
        }))
    }

    /// Decides on what is known here. Events need no more: they only fit behind the state they were decided on. What
    /// leaves no trace does: what it was decided on may not become durable, and another process may know better, so it
    /// is decided once more on what the journal says.
    async fn decide(
        &mut self,
        known: &mut Known<A>,
    ) -> Result<Decision<A>, ExecuteError<A::Error>> {
        let facts = self.facts.current().await.map_err(behind)?;
        if let Ok(events) = self.handle(known, &facts).await
            && !events.is_empty()
        {
            return Ok(Decision::Events(events));
        }
        if let Some(answer) = self.look().await? {
            return Ok(Decision::Answered(answer));
        }
        let durable = timeout(PATIENCE, known.run.is_durable(known.sequence));
        if !durable.await.map_err(|_| ExecuteError::Busy)? {
            *known = self.journal.load_known::<A>(&self.stream.1).await?;
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
        self.keep(known);
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
        self.keep(known);
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
        let note = self.note_of(result)?;
        if note.is_none() {
            return Ok(None);
        }
        let unit = Unit {
            rows: Vec::new(),
            note,
            era,
            closings: None,
            run: None,
        };
        self.journal.0.appender.append(unit).await.map(Some)
    }

    fn note_of(&self, result: &FirstResult) -> Result<Option<Note>, JournalError> {
        let key = self.fingerprint.as_ref();
        key.map(|key| key.note(result)).transpose()
    }

    /// The answer to an earlier call with the same key, asked for once.
    async fn look(&mut self) -> Result<Option<Committed<A::Event>>, ExecuteError<A::Error>> {
        match std::mem::replace(&mut self.looked, true) {
            true => Ok(None),
            false => self.first_answer().await,
        }
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

    fn keep(&self, known: Known<A>) {
        self.journal.0.states.put(Arc::clone(&self.stream), known);
    }
}

fn behind<E>(_: FactsBehind) -> ExecuteError<E> {
    ExecuteError::FactsBehind
}
