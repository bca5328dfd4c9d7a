//! Erasing a client with everything that its contacts wrote and were written.

use async_graphql::{Context, ID, InputObject, Object};
use hilo_app::Erased;
use hilo_domain::ClientId;

use super::object::Client;
use crate::authorization::Allowed;
use crate::chat::erasure::ErasureState;
use crate::context::Asked;
use crate::error::{Failure, UserError, outcome};
use crate::scalars::{Position, parse_id};

/// Whom to erase.
#[derive(InputObject)]
pub struct EraseClientInput {
    /// The client's id.
    client_id: ID,
    /// Must be true: what is erased comes back for nobody.
    confirm: bool,
}

/// What erasing a client came to.
pub struct EraseClientPayload {
    client_id: ClientId,
    erased: Option<Erased>,
    user_errors: Vec<UserError>,
}

/// What erasing a client came to.
#[Object]
impl EraseClientPayload {
    /// The client as it is now; null when it was refused.
    async fn client(&self, ctx: &Context<'_>) -> Result<Option<Client>, Failure> {
        if self.erased.is_none() {
            return Ok(None);
        }
        let found = ctx
            .app()?
            .clients_by_ids(ctx.caller()?, &[self.client_id])
            .await?;
        Ok(found.into_iter().next().map(Client::part))
    }

    /// How far it is; null when it was refused.
    async fn state(&self) -> Option<ErasureState> {
        self.erased.map(ErasureState::of)
    }

    /// Where it stands in the journal; null when it was refused.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        crate::payload::position(ctx, self.erased.map(|erased| erased.acted))
    }

    /// Whether it is done, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.erased.is_some_and(|erased| erased.acted.pending)
    }

    /// Why it was refused; empty when it was done.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// The field of Mutation that erases clients.
#[derive(Default)]
pub struct ClientErasureMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl ClientErasureMutation {
    /// Destroys everything personal of a client for good: its details, those of clients merged into it, and everything
    /// their contacts wrote and were written. For administrators. What they write from now on is not touched.
    async fn erase_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to erase.")] input: EraseClientInput,
    ) -> Result<EraseClientPayload, Failure> {
        let client_id = parse_id(&input.client_id, "client")?;
        let erased = ctx
            .app()?
            .erase_client(ctx.caller()?, client_id, input.confirm)
            .await;
        let (erased, user_errors) = outcome(erased)?;
        Ok(EraseClientPayload {
            client_id,
            erased,
            user_errors,
        })
    }
}
