//! Chats of colleagues among themselves: opening them, who belongs to them, and an auditor's look.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use hilo_app::{Acted, InternalAudited, OpenInternalChat};
use hilo_domain::ChatId;
use hilo_read::{InternalRow, List};

use super::timeline::ChatAct;
use crate::agent::object::Agent;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, UserError, outcome};
use crate::message::object::MessageConnection;
use crate::pagination::PageArguments;
use crate::payload::{self, chat_payload};
use crate::scalars::{Position, idempotency_key, parse_id, parse_ids};

/// Who belongs to a chat of colleagues.
pub struct InternalChat {
    /// What its row says.
    pub internal: InternalRow,
    /// What the group is called.
    pub title: Option<String>,
}

/// Who belongs to a chat of colleagues.
#[Object]
impl InternalChat {
    /// Whether it is the one chat between two. Else it is a group, whose members come and go.
    fn direct(&self) -> bool {
        self.internal.direct
    }

    /// What the group is called; null where it is named after its members.
    fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Its members, the caller included, also those who were deactivated.
    fn members(&self, ctx: &Context<'_>) -> Result<Vec<Agent>, Failure> {
        let app = ctx.app()?;
        let members = self.internal.members.iter();
        members
            .filter_map(|id| Agent::find(app, *id).transpose())
            .collect()
    }
}

/// With whom to open a chat.
#[derive(InputObject)]
pub struct OpenInternalChatInput {
    /// The other agents. One of them and no title: the only chat between the two. Else a group, of at most 100 members.
    agent_ids: Vec<ID>,
    /// What the group is called, at most 80 characters.
    title: Option<String>,
    /// A UUID the client makes once for this group: asking again with it opens none twice.
    idempotency_key: Option<ID>,
}

/// Whom to take into a group.
#[derive(InputObject)]
pub struct AddInternalChatMembersInput {
    /// The chat's id.
    chat_id: ID,
    /// The agents' ids.
    agent_ids: Vec<ID>,
}

/// Whom to take out of a group.
#[derive(InputObject)]
pub struct RemoveInternalChatMemberInput {
    /// The chat's id.
    chat_id: ID,
    /// The agent's id; the caller's own to leave.
    agent_id: ID,
}

/// What a group is called.
#[derive(InputObject)]
pub struct RenameInternalChatInput {
    /// The chat's id.
    chat_id: ID,
    /// At most 80 characters; null to name it after its members.
    title: Option<String>,
}

/// Which chat to look into, and where.
#[derive(InputObject)]
pub struct AuditInternalChatInput {
    /// The chat's id, as the journal has it.
    chat_id: ID,
    /// So many messages up to the newest, at most 100; 50 without it.
    last: Option<i32>,
    /// Only messages before this cursor.
    before: Option<String>,
}

chat_payload!(
    /// What taking colleagues into a group came to.
    AddInternalChatMembersPayload
);
chat_payload!(
    /// What giving a group another title came to.
    RenameInternalChatPayload
);

/// What opening a chat with colleagues came to.
pub struct OpenInternalChatPayload {
    opened: Option<(ChatId, Acted)>,
    user_errors: Vec<UserError>,
}

/// What opening a chat with colleagues came to.
#[Object]
impl OpenInternalChatPayload {
    /// The chat; null when it was refused, and while `pending` where no row shows it yet.
    async fn chat(&self, ctx: &Context<'_>) -> Result<Option<super::object::Chat>, Failure> {
        match self.opened {
            Some((id, acted)) => payload::chat(ctx, id, Some(acted)).await,
            None => Ok(None),
        }
    }

    /// Where it stands in the journal; null when it was refused.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        payload::position(ctx, self.opened.map(|(_, acted)| acted))
    }

    /// Whether it is done, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.opened.is_some_and(|(_, acted)| acted.pending)
    }

    /// Why it was refused; empty when it was done.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// What taking somebody out of a group came to. It has no chat: whoever left sees it no more.
pub struct RemoveInternalChatMemberPayload {
    acted: Option<Acted>,
    user_errors: Vec<UserError>,
}

/// What taking somebody out of a group came to. It has no chat: whoever left sees it no more.
#[Object]
impl RemoveInternalChatMemberPayload {
    /// Where it stands in the journal; null when it was refused.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        payload::position(ctx, self.acted)
    }

    /// Whether it is done, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.acted.is_some_and(|acted| acted.pending)
    }

    /// Why it was refused; empty when it was done.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// A chat of colleagues as an auditor is shown it.
pub struct AuditedChat(InternalAudited);

/// A chat of colleagues as an auditor is shown it.
#[Object]
impl AuditedChat {
    /// The chat's id.
    fn id(&self) -> ID {
        ID(self.0.chat.id.to_string())
    }

    /// Who belongs to it.
    fn internal(&self) -> Option<InternalChat> {
        let internal = self.0.chat.internal.clone()?;
        let title = self.0.chat.contact_name.clone();
        Some(InternalChat { internal, title })
    }

    /// The messages that were asked for, oldest first; the newest 500 are kept here.
    #[graphql(complexity = "child_complexity * 50 + 100")]
    fn messages(&self) -> MessageConnection {
        MessageConnection(self.0.messages.clone())
    }

    /// The rows of its timeline that are no messages, oldest first; the newest 500.
    #[graphql(complexity = "child_complexity * 20 + 100")]
    fn acts(&self) -> Vec<ChatAct> {
        self.0.acts.iter().cloned().map(ChatAct).collect()
    }
}

/// What looking into a chat of colleagues came to.
#[derive(SimpleObject)]
pub struct AuditInternalChatPayload {
    /// The chat; null when it was refused.
    chat: Option<AuditedChat>,
    /// Where the look stands in the journal; null when it was refused.
    position: Option<Position>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// Fields of Mutation about chats of colleagues.
#[derive(Default)]
pub struct InternalChatMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl InternalChatMutation {
    /// Opens a chat with colleagues. Two have one chat between them: it is given back as it is where it is there already.
    /// For people; members are active agents with the right to chats.
    async fn open_internal_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With whom.")] input: OpenInternalChatInput,
    ) -> Result<OpenInternalChatPayload, Failure> {
        let open = OpenInternalChat {
            with: parse_ids(&input.agent_ids, "agent")?,
            title: input.title,
            key: idempotency_key(input.idempotency_key.as_ref())?,
        };
        let opened = ctx.app()?.open_internal_chat(ctx.caller()?, open).await;
        let (opened, user_errors) = outcome(opened)?;
        Ok(OpenInternalChatPayload {
            opened,
            user_errors,
        })
    }

    /// Takes colleagues into a group. They see all that was said there. For its members.
    async fn add_internal_chat_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: AddInternalChatMembersInput,
    ) -> Result<AddInternalChatMembersPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let members = parse_ids(&input.agent_ids, "agent")?;
        let acted = ctx
            .app()?
            .add_internal_members(ctx.caller()?, id, members)
            .await;
        Ok(AddInternalChatMembersPayload::of(id, outcome(acted)?))
    }

    /// Takes a colleague out of a group, or leaves it. When the last one leaves, it is closed. For its members.
    async fn remove_internal_chat_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: RemoveInternalChatMemberInput,
    ) -> Result<RemoveInternalChatMemberPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let member = parse_id(&input.agent_id, "agent")?;
        let acted = ctx
            .app()?
            .remove_internal_member(ctx.caller()?, id, member)
            .await;
        let (acted, user_errors) = outcome(acted)?;
        Ok(RemoveInternalChatMemberPayload { acted, user_errors })
    }

    /// Gives a group another title, or none. For its members.
    async fn rename_internal_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is called.")] input: RenameInternalChatInput,
    ) -> Result<RenameInternalChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx
            .app()?
            .rename_internal_chat(ctx.caller()?, id, input.title)
            .await;
        Ok(RenameInternalChatPayload::of(id, outcome(acted)?))
    }

    /// Looks into a chat of colleagues. Every look is recorded, and the members see it in their chat, before anything is
    /// shown; there is no other way to read one without belonging to it. For auditors.
    async fn audit_internal_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat, and where.")] input: AuditInternalChatInput,
    ) -> Result<AuditInternalChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let arguments = PageArguments {
            first: None,
            after: None,
            last: input.last,
            before: input.before,
        };
        let page = arguments.page(List::Messages)?;
        let audited = ctx
            .app()?
            .audit_internal_chat(ctx.caller()?, id, page)
            .await;
        let (audited, user_errors) = outcome(audited)?;
        let position = audited
            .as_ref()
            .map(|(_, acted)| ctx.position(acted.position))
            .transpose()?;
        Ok(AuditInternalChatPayload {
            chat: audited.map(|(chat, _)| AuditedChat(chat)),
            position,
            user_errors,
        })
    }
}
