//! What a command on a client answers: the client as it is now, the position, and refusals.

use async_graphql::{Context, ID, Object};
use hilo_app::Acted;
use hilo_domain::ClientId;

use super::object::Client;
use crate::context::Asked;
use crate::error::{Failure, Outcome, UserError};
use crate::payload;
use crate::scalars::Position;

/// What a command on a client came to.
pub struct ClientPayload {
    done: Option<(ClientId, Acted)>,
    user_errors: Vec<UserError>,
}

impl ClientPayload {
    /// Of a command that says which client it was about.
    pub fn of((done, user_errors): Outcome<(ClientId, Acted)>) -> Self {
        Self { done, user_errors }
    }

    /// Of a command on a known client.
    pub fn on(client: ClientId, (acted, user_errors): Outcome<Acted>) -> Self {
        let done = acted.map(|acted| (client, acted));
        Self { done, user_errors }
    }
}

/// What a command on a client came to.
#[Object]
impl ClientPayload {
    /// The client as it is now; null when it was refused, while `pending`, and once it is deleted.
    async fn client(&self, ctx: &Context<'_>) -> Result<Option<Client>, Failure> {
        let Some((id, _)) = self.done else {
            return Ok(None);
        };
        let found = ctx.app()?.clients_by_ids(ctx.caller()?, &[id]).await?;
        Ok(found.into_iter().next().map(Client::part))
    }

    /// Where it stands in the journal; null when it was refused.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        payload::position(ctx, self.done.map(|(_, acted)| acted))
    }

    /// Give it to `undo` to take this back; null when nothing was changed or it cannot be taken back.
    fn undo(&self) -> Option<ID> {
        let undo = self.done.and_then(|(_, acted)| acted.undo)?;
        Some(ID(undo.to_string()))
    }

    /// Whether it is done, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.done.is_some_and(|(_, acted)| acted.pending)
    }

    /// Why it was refused; empty when it was done.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}
