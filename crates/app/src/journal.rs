//! The journal itself, for auditors and for programs that keep a copy: every event in its one order, opened. What was
//! erased stays erased, and what colleagues say to each other is shown elsewhere (A13). Nothing is skipped and nothing is told twice, however far behind the reader is.

use futures_util::stream::{self, Stream};
use hilo_journal::{Cursor, Position, RecordedEvent};
use uuid::Uuid;

use crate::App;
use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;

/// Most events of a page, and of one item of the subscription: an item is made only when the one before was taken, so
/// that is also all that a reader keeps in memory.
pub const MAX_EVENTS: usize = 100;

/// Events in their order.
#[derive(Clone, Debug)]
pub struct JournalPage {
    /// Oldest first.
    pub events: Vec<RecordedEvent>,
    /// Behind the last of them, to go on from.
    pub position: Cursor,
    /// Whether there were more when it was read.
    pub has_next: bool,
}

impl App {
    /// Up to `first` (at most 100) events behind `after`; from the beginning without.
    ///
    /// # Errors
    /// `Forbidden`; `Invalid` for an impossible number; `PositionUnknown`; `Unavailable`.
    pub async fn journal_page(
        &self,
        caller: &Caller,
        after: Option<Cursor>,
        first: usize,
    ) -> Result<JournalPage, AppError> {
        authorize(caller, Operation::ReadJournal)?;
        if first > MAX_EVENTS {
            return Err(AppError::Invalid {
                field: "first",
                code: "PAGE_INVALID",
                message: format!("`first` can be at most {MAX_EVENTS}."),
                limit: i64::try_from(MAX_EVENTS).ok(),
            });
        }
        let after = self.journal_place(after).await?;
        let mut events = self.journal().read(after, first.saturating_add(1)).await?;
        let has_next = events.len() > first;
        events.truncate(first);
        let last = events.last().map_or(after, |event| event.position);
        Ok(JournalPage {
            events: self.without_internal_text(events).await?,
            position: self.cursor(last),
            has_next,
        })
    }

    /// Every event behind `after`, without an end; from the beginning without. An error is the last item.
    ///
    /// # Errors
    /// `Forbidden`; `PositionUnknown`; `Unavailable`.
    pub async fn follow_journal(
        &self,
        caller: &Caller,
        after: Option<Cursor>,
    ) -> Result<impl Stream<Item = Result<JournalPage, AppError>> + use<>, AppError> {
        authorize(caller, Operation::ReadJournal)?;
        let reader = Reader {
            last: self.journal_place(after).await?,
            epoch: self.journal().epoch(),
            app: self.clone(),
        };
        Ok(stream::unfold(Some(reader), |reader| async move {
            let mut reader = reader?;
            match reader.next().await {
                Ok(Some(page)) => Some((Ok(page), Some(reader))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        }))
    }

    /// The position of a cursor that this journal handed out.
    async fn journal_place(&self, after: Option<Cursor>) -> Result<Position, AppError> {
        let Some(cursor) = after else {
            return Ok(Position::START);
        };
        let is_ahead = cursor.position > *self.journal().head().borrow()
            && cursor.position > self.journal().confirmed_head().await?;
        if is_ahead || !cursor.fits(self.journal().epoch()) {
            return Err(AppError::PositionUnknown);
        }
        Ok(cursor.position)
    }
}

/// Where a reader stands.
struct Reader {
    app: App,
    last: Position,
    epoch: Uuid,
}

impl Reader {
    /// The next events, as soon as there are any; nothing when Hilo stops.
    async fn next(&mut self) -> Result<Option<JournalPage>, AppError> {
        let journal = self.app.journal().clone();
        let mut head = journal.head();
        loop {
            head.borrow_and_update();
            if journal.epoch() != self.epoch {
                return Err(AppError::PositionUnknown);
            }
            let events = journal.read(self.last, MAX_EVENTS).await?;
            if let Some(last) = events.last() {
                self.last = last.position;
                return Ok(Some(JournalPage {
                    has_next: events.len() == MAX_EVENTS,
                    position: self.app.cursor(self.last),
                    events: self.app.without_internal_text(events).await?,
                }));
            }
            let stopped = self.app.0.stop.run_until_cancelled(head.changed()).await;
            if !matches!(stopped, Some(Ok(()))) {
                return Ok(None);
            }
        }
    }
}
