//! What an integrator's program takes out of a bridged channel: messages that wait to be sent, until it reports what
//! became of them. Each is told once a subscription; a program that comes back asks for what still waits.

use std::collections::VecDeque;

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use hilo_domain::ChannelId;
use hilo_journal::{Cursor, Position};
use hilo_read::{OutboxRow, Read};

use super::MOST_ITEMS;
use crate::App;
use crate::accounts::Caller;
use crate::authorize::Operation;
use crate::error::AppError;

/// Where a subscription of the outbox stands.
struct Taking {
    app: App,
    caller: Caller,
    channel: ChannelId,
    last: Position,
    ready: VecDeque<OutboxRow>,
}

impl App {
    /// What waits to be sent through a bridged channel behind a position, the oldest first; at most 100.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `Invalid` for a channel that Hilo carries itself; `PositionUnknown`.
    pub async fn outbox(
        &self,
        caller: &Caller,
        channel: ChannelId,
        after: Option<Cursor>,
    ) -> Result<Read<Vec<OutboxRow>>, AppError> {
        self.bridged(caller, Operation::TakeOutbox, channel).await?;
        let after = self.known(after)?;
        self.waiting(channel, after).await
    }

    /// The same, and what comes to wait from then on. Ends when the caller may no longer carry the channel.
    ///
    /// # Errors
    /// As [`App::outbox`].
    pub async fn follow_outbox(
        &self,
        caller: &Caller,
        channel: ChannelId,
        after: Option<Cursor>,
    ) -> Result<BoxStream<'static, OutboxRow>, AppError> {
        self.bridged(caller, Operation::TakeOutbox, channel).await?;
        let taking = Taking {
            app: self.clone(),
            caller: *caller,
            channel,
            last: self.known(after)?,
            ready: VecDeque::new(),
        };
        let items = stream::unfold(taking, |mut taking| async move {
            let row = taking.next().await?;
            Some((row, taking))
        });
        Ok(items.boxed())
    }

    async fn waiting(
        &self,
        channel: ChannelId,
        after: Position,
    ) -> Result<Read<Vec<OutboxRow>>, AppError> {
        let most = i64::try_from(MOST_ITEMS).unwrap_or(i64::MAX);
        Ok(self.read().outbox(&[channel], after, most).await?)
    }

    fn known(&self, after: Option<Cursor>) -> Result<Position, AppError> {
        match after {
            None => Ok(Position::START),
            Some(cursor) if cursor.fits(self.journal().epoch()) => Ok(cursor.position),
            Some(_) => Err(AppError::PositionUnknown),
        }
    }
}

impl Taking {
    async fn next(&mut self) -> Option<OutboxRow> {
        let mut projected = self.app.0.projected.clone();
        loop {
            if let Some(row) = self.ready.pop_front() {
                self.last = row.position;
                return Some(row);
            }
            projected.borrow_and_update();
            let may = self
                .app
                .bridged(&self.caller, Operation::TakeOutbox, self.channel);
            may.await.ok()?;
            self.ready = self
                .app
                .waiting(self.channel, self.last)
                .await
                .ok()?
                .value
                .into();
            if self.ready.is_empty() {
                let stop = self.app.0.stop.clone();
                stop.run_until_cancelled(projected.changed()).await?.ok()?;
            }
        }
    }
}
