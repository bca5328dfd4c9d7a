//! What an agent does to one message or note: one document per command of the schema. Must hold documents only.

use super::done::Done;
use super::graphql::{Chat, Id, Message, UserError};
use super::schema;

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ReactToMessageInput {
    pub chat_id: Id,
    pub message_id: Id,
    pub emoji: Option<String>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ReactToMessageInputVariables {
    pub input: ReactToMessageInput,
}

/// Puts a reaction on a message, or takes it away.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ReactToMessageInputVariables")]
pub struct ReactToMessage {
    #[arguments(input: $input)]
    pub react_to_message: ReactToMessagePayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct ReactToMessagePayload {
    pub message: Option<Message>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct EditMessageInput {
    pub chat_id: Id,
    pub message_id: Id,
    pub text: String,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct EditMessageInputVariables {
    pub input: EditMessageInput,
}

/// Changes an own message.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "EditMessageInputVariables")]
pub struct EditMessage {
    #[arguments(input: $input)]
    pub edit_message: EditMessagePayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct EditMessagePayload {
    pub message: Option<Message>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeleteMessageInput {
    pub chat_id: Id,
    pub message_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DeleteMessageInputVariables {
    pub input: DeleteMessageInput,
}

/// Takes an own message back.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeleteMessageInputVariables")]
pub struct DeleteMessage {
    #[arguments(input: $input)]
    pub delete_message: DeleteMessagePayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct DeleteMessagePayload {
    pub message: Option<Message>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RetryMessageInput {
    pub chat_id: Id,
    pub message_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RetryMessageInputVariables {
    pub input: RetryMessageInput,
}

/// Sends a failed message once more (D4).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RetryMessageInputVariables")]
pub struct RetryMessage {
    #[arguments(input: $input)]
    pub retry_message: RetryMessagePayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RetryMessagePayload {
    pub chat: Option<Chat>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct AddNoteInput {
    pub chat_id: Id,
    pub text: String,
    pub mentions: Vec<Id>,
    pub idempotency_key: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct AddNoteInputVariables {
    pub input: AddNoteInput,
}

/// Adds a private note (P3).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "AddNoteInputVariables")]
pub struct AddNote {
    #[arguments(input: $input)]
    pub add_note: AddNotePayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct AddNotePayload {
    pub chat: Option<Chat>,
    pub message: Option<Message>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct EditNoteInput {
    pub chat_id: Id,
    pub note_id: Id,
    pub text: String,
    pub mentions: Vec<Id>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct EditNoteInputVariables {
    pub input: EditNoteInput,
}

/// Changes an own note.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "EditNoteInputVariables")]
pub struct EditNote {
    #[arguments(input: $input)]
    pub edit_note: EditNotePayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct EditNotePayload {
    pub message: Option<Message>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeleteNoteInput {
    pub chat_id: Id,
    pub note_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DeleteNoteInputVariables {
    pub input: DeleteNoteInput,
}

/// Takes an own note back.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeleteNoteInputVariables")]
pub struct DeleteNote {
    #[arguments(input: $input)]
    pub delete_note: DeleteNotePayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct DeleteNotePayload {
    pub message: Option<Message>,
    pub user_errors: Vec<UserError>,
}

documents! {
    command ReactToMessage(ReactToMessageInputVariables, ReactToMessageInput) -> Done;
    command EditMessage(EditMessageInputVariables, EditMessageInput) -> Done;
    command DeleteMessage(DeleteMessageInputVariables, DeleteMessageInput) -> Done;
    command RetryMessage(RetryMessageInputVariables, RetryMessageInput) -> Done;
    command AddNote(AddNoteInputVariables, AddNoteInput) -> Done;
    command EditNote(EditNoteInputVariables, EditNoteInput) -> Done;
    command DeleteNote(DeleteNoteInputVariables, DeleteNoteInput) -> Done;
}
