//! What an agent does with a message besides sending it, and private notes.

use async_graphql::{Context, ID, InputObject, Object};
use hilo_domain::{AgentId, MessageId};
use uuid::Uuid;

use super::mutation::message_payload;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, outcome};
use crate::scalars::parse_id;

/// Which message to change, and into what.
#[derive(InputObject)]
pub struct EditMessageInput {
    /// The chat's id.
    chat_id: ID,
    /// The caller's own message.
    message_id: ID,
    /// At most 1000 characters after trimming.
    text: String,
}

/// Which message to take back.
#[derive(InputObject)]
pub struct DeleteMessageInput {
    /// The chat's id.
    chat_id: ID,
    /// The caller's own message.
    message_id: ID,
}

/// Which message to react to.
#[derive(InputObject)]
pub struct ReactToMessageInput {
    /// The chat's id.
    chat_id: ID,
    /// A message of either side.
    message_id: ID,
    /// One emoji; null takes the reaction away.
    emoji: Option<String>,
}

/// What to note, and where.
#[derive(InputObject)]
pub struct AddNoteInput {
    /// The chat's id.
    chat_id: ID,
    /// 1 to 4000 characters after trimming.
    text: String,
    /// Colleagues named in it, at most 50: only those with access to the chat.
    #[graphql(default)]
    mentions: Vec<ID>,
    /// A UUID the client makes once for this note: adding again with it adds nothing twice.
    idempotency_key: ID,
}

/// Which note to change, and into what.
#[derive(InputObject)]
pub struct EditNoteInput {
    /// The chat's id.
    chat_id: ID,
    /// The caller's own note.
    note_id: ID,
    /// 1 to 4000 characters after trimming.
    text: String,
    /// Colleagues named in it, at most 50: only those with access to the chat.
    #[graphql(default)]
    mentions: Vec<ID>,
}

/// Which note to take back.
#[derive(InputObject)]
pub struct DeleteNoteInput {
    /// The chat's id.
    chat_id: ID,
    /// The caller's own note.
    note_id: ID,
}

message_payload!(
    /// What changing a message came to.
    EditMessagePayload
);
message_payload!(
    /// What taking a message back came to.
    DeleteMessagePayload
);
message_payload!(
    /// What reacting to a message came to.
    ReactToMessagePayload
);
message_payload!(
    /// What adding a note came to. A note is a message with the direction `INTERNAL`.
    AddNotePayload
);
message_payload!(
    /// What changing a note came to.
    EditNotePayload
);
message_payload!(
    /// What taking a note back came to.
    DeleteNotePayload
);

/// Fields of Mutation that change messages.
#[derive(Default)]
pub struct MessageChangeMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl MessageChangeMutation {
    /// Changes an own message within 15 minutes, where the channel can. The one before stays in the journal.
    async fn edit_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message to change, and into what.")] input: EditMessageInput,
    ) -> Result<EditMessagePayload, Failure> {
        let place = place(&input.chat_id, &input.message_id)?;
        let acted = ctx.app()?.edit_message(ctx.caller()?, place, &input.text);
        Ok(EditMessagePayload::of(place, outcome(acted.await)?))
    }

    /// Takes an own message back within 15 minutes, where the channel can.
    async fn delete_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message to take back.")] input: DeleteMessageInput,
    ) -> Result<DeleteMessagePayload, Failure> {
        let place = place(&input.chat_id, &input.message_id)?;
        let acted = ctx.app()?.delete_message(ctx.caller()?, place).await;
        Ok(DeleteMessagePayload::of(place, outcome(acted)?))
    }

    /// Puts the company's reaction on a message, or takes it away. The company has one on each message, whoever put it.
    async fn react_to_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message to react to.")] input: ReactToMessageInput,
    ) -> Result<ReactToMessagePayload, Failure> {
        let place = place(&input.chat_id, &input.message_id)?;
        let acted = ctx
            .app()?
            .react_to_message(ctx.caller()?, place, input.emoji)
            .await;
        Ok(ReactToMessagePayload::of(place, outcome(acted)?))
    }

    /// Adds a private note to a chat. The contact never sees it, and it changes no mark.
    async fn add_note(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to note, and where.")] input: AddNoteInput,
    ) -> Result<AddNotePayload, Failure> {
        let chat = parse_id(&input.chat_id, "chat")?;
        let key = Uuid::try_parse(&input.idempotency_key)
            .map_err(|_| Failure::bad_input("idempotencyKey", "Not a UUID."))?;
        let note = (input.text.as_str(), agents(&input.mentions)?);
        let added = ctx.app()?.add_note(ctx.caller()?, chat, note, key).await;
        let id = ctx.app()?.message_id(chat, key);
        let added = added.map(|(_, acted)| acted);
        Ok(AddNotePayload::of((chat, id), outcome(added)?))
    }

    /// Changes an own note. The one before stays in the journal.
    async fn edit_note(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which note to change, and into what.")] input: EditNoteInput,
    ) -> Result<EditNotePayload, Failure> {
        let place = place(&input.chat_id, &input.note_id)?;
        let note = (input.text.as_str(), agents(&input.mentions)?);
        let acted = ctx.app()?.edit_note(ctx.caller()?, place, note).await;
        Ok(EditNotePayload::of(place, outcome(acted)?))
    }

    /// Takes an own note back.
    async fn delete_note(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which note to take back.")] input: DeleteNoteInput,
    ) -> Result<DeleteNotePayload, Failure> {
        let place = place(&input.chat_id, &input.note_id)?;
        let acted = ctx.app()?.delete_note(ctx.caller()?, place).await;
        Ok(DeleteNotePayload::of(place, outcome(acted)?))
    }
}

fn place(chat: &ID, message: &ID) -> Result<(hilo_domain::ChatId, MessageId), Failure> {
    Ok((parse_id(chat, "chat")?, parse_id(message, "message")?))
}

/// Ids of agents; more than any note can name are not looked at one by one.
fn agents(ids: &[ID]) -> Result<Vec<AgentId>, Failure> {
    ids.iter()
        .take(100)
        .map(|id| parse_id(id, "agent"))
        .collect()
}
