//! What an agent does to one chat: one document per command of the schema. Must hold documents only.

use super::done::Done;
use super::graphql::{Chat, ChatPriority, DateTime, Id, UserError};
use super::schema;

#[derive(cynic::InputObject, Clone, Debug)]
pub struct StarChatInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct StarChatInputVariables {
    pub input: StarChatInput,
}

/// Stars a chat for the agent alone (H2).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "StarChatInputVariables")]
pub struct StarChat {
    #[arguments(input: $input)]
    pub star_chat: StarChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct StarChatPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct UnstarChatInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UnstarChatInputVariables {
    pub input: UnstarChatInput,
}

/// Takes the star away.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UnstarChatInputVariables")]
pub struct UnstarChat {
    #[arguments(input: $input)]
    pub unstar_chat: UnstarChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct UnstarChatPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct MarkChatUnreadInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct MarkChatUnreadInputVariables {
    pub input: MarkChatUnreadInput,
}

/// Makes a chat unread again (H3).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "MarkChatUnreadInputVariables")]
pub struct MarkChatUnread {
    #[arguments(input: $input)]
    pub mark_chat_unread: MarkChatUnreadPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct MarkChatUnreadPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct TakeChatInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct TakeChatInputVariables {
    pub input: TakeChatInput,
}

/// Takes a chat.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "TakeChatInputVariables")]
pub struct TakeChat {
    #[arguments(input: $input)]
    pub take_chat: TakeChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct TakeChatPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct AssignChatInput {
    pub chat_id: Id,
    pub agent_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct AssignChatInputVariables {
    pub input: AssignChatInput,
}

/// Gives a chat to somebody (F5).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "AssignChatInputVariables")]
pub struct AssignChat {
    #[arguments(input: $input)]
    pub assign_chat: AssignChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct AssignChatPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct UnassignChatInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UnassignChatInputVariables {
    pub input: UnassignChatInput,
}

/// Gives a chat up.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UnassignChatInputVariables")]
pub struct UnassignChat {
    #[arguments(input: $input)]
    pub unassign_chat: UnassignChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct UnassignChatPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct AddChatTagsInput {
    pub chat_id: Id,
    pub tags: Vec<String>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct AddChatTagsInputVariables {
    pub input: AddChatTagsInput,
}

/// Gives a chat tags (P4).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "AddChatTagsInputVariables")]
pub struct AddChatTags {
    #[arguments(input: $input)]
    pub add_chat_tags: AddChatTagsPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct AddChatTagsPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RemoveChatTagsInput {
    pub chat_id: Id,
    pub tags: Vec<String>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RemoveChatTagsInputVariables {
    pub input: RemoveChatTagsInput,
}

/// Takes tags from a chat.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RemoveChatTagsInputVariables")]
pub struct RemoveChatTags {
    #[arguments(input: $input)]
    pub remove_chat_tags: RemoveChatTagsPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RemoveChatTagsPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetChatPriorityInput {
    pub chat_id: Id,
    pub priority: ChatPriority,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SetChatPriorityInputVariables {
    pub input: SetChatPriorityInput,
}

/// Says how much a chat presses.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SetChatPriorityInputVariables")]
pub struct SetChatPriority {
    #[arguments(input: $input)]
    pub set_chat_priority: SetChatPriorityPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SetChatPriorityPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SnoozeChatInput {
    pub chat_id: Id,
    pub until: Option<DateTime>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SnoozeChatInputVariables {
    pub input: SnoozeChatInput,
}

/// Puts a chat aside (P13).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SnoozeChatInputVariables")]
pub struct SnoozeChat {
    #[arguments(input: $input)]
    pub snooze_chat: SnoozeChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SnoozeChatPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct UnsnoozeChatInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UnsnoozeChatInputVariables {
    pub input: UnsnoozeChatInput,
}

/// Takes a chat back.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UnsnoozeChatInputVariables")]
pub struct UnsnoozeChat {
    #[arguments(input: $input)]
    pub unsnooze_chat: UnsnoozeChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct UnsnoozeChatPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct BlockContactInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct BlockContactInputVariables {
    pub input: BlockContactInput,
}

/// Hears a contact no more (P21).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "BlockContactInputVariables")]
pub struct BlockContact {
    #[arguments(input: $input)]
    pub block_contact: BlockContactPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct BlockContactPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct UnblockContactInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UnblockContactInputVariables {
    pub input: UnblockContactInput,
}

/// Hears a contact again.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UnblockContactInputVariables")]
pub struct UnblockContact {
    #[arguments(input: $input)]
    pub unblock_contact: UnblockContactPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct UnblockContactPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SaveDraftInput {
    pub chat_id: Id,
    pub quotes: Option<Id>,
    pub text: String,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SaveDraftInputVariables {
    pub input: SaveDraftInput,
}

/// Keeps what was typed (F8, F10).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SaveDraftInputVariables")]
pub struct SaveDraft {
    #[arguments(input: $input)]
    pub save_draft: SaveDraftPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SaveDraftPayload {
    pub chat: Option<Chat>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DiscardDraftInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DiscardDraftInputVariables {
    pub input: DiscardDraftInput,
}

/// Throws what was typed away.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DiscardDraftInputVariables")]
pub struct DiscardDraft {
    #[arguments(input: $input)]
    pub discard_draft: DiscardDraftPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct DiscardDraftPayload {
    pub chat: Option<Chat>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct LinkClientInput {
    pub chat_id: Id,
    pub client_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct LinkClientInputVariables {
    pub input: LinkClientInput,
}

/// Links a chat to a client (G1).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "LinkClientInputVariables")]
pub struct LinkClient {
    #[arguments(input: $input)]
    pub link_client: LinkClientPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct LinkClientPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct UnlinkClientInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UnlinkClientInputVariables {
    pub input: UnlinkClientInput,
}

/// Unlinks a chat.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UnlinkClientInputVariables")]
pub struct UnlinkClient {
    #[arguments(input: $input)]
    pub unlink_client: UnlinkClientPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct UnlinkClientPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

documents! {
    command StarChat(StarChatInputVariables, StarChatInput) -> Done;
    command UnstarChat(UnstarChatInputVariables, UnstarChatInput) -> Done;
    command MarkChatUnread(MarkChatUnreadInputVariables, MarkChatUnreadInput) -> Done;
    command TakeChat(TakeChatInputVariables, TakeChatInput) -> Done;
    command AssignChat(AssignChatInputVariables, AssignChatInput) -> Done;
    command UnassignChat(UnassignChatInputVariables, UnassignChatInput) -> Done;
    command AddChatTags(AddChatTagsInputVariables, AddChatTagsInput) -> Done;
    command RemoveChatTags(RemoveChatTagsInputVariables, RemoveChatTagsInput) -> Done;
    command SetChatPriority(SetChatPriorityInputVariables, SetChatPriorityInput) -> Done;
    command SnoozeChat(SnoozeChatInputVariables, SnoozeChatInput) -> Done;
    command UnsnoozeChat(UnsnoozeChatInputVariables, UnsnoozeChatInput) -> Done;
    command BlockContact(BlockContactInputVariables, BlockContactInput) -> Done;
    command UnblockContact(UnblockContactInputVariables, UnblockContactInput) -> Done;
    command SaveDraft(SaveDraftInputVariables, SaveDraftInput) -> Done;
    command DiscardDraft(DiscardDraftInputVariables, DiscardDraftInput) -> Done;
    command LinkClient(LinkClientInputVariables, LinkClientInput) -> Done;
    command UnlinkClient(UnlinkClientInputVariables, UnlinkClientInput) -> Done;
}
