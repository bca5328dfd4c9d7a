//! Groups of agents: what they give, who belongs to them, and which channels they open. For administrators.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use hilo_app::{Acted, GroupEntry, UpdateAgent};
use hilo_domain::{AgentId, GroupId};
use uuid::Uuid;

use super::object::{Agent, AgentRole};
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, UserError, outcome};
use crate::payload::{self, channel_payload};
use crate::scalars::{Position, parse_id};

/// A named set of rights that agents belong to.
#[derive(Clone, SimpleObject)]
pub struct Group {
    /// The group's id.
    id: ID,
    /// Its name.
    name: String,
    /// Whether it gives the right to chats. Who belongs to groups has that right by one of them, or not at all;
    /// administrators always have it.
    chats: bool,
}

impl From<GroupEntry> for Group {
    fn from(entry: GroupEntry) -> Self {
        Self {
            id: ID(entry.id.to_string()),
            name: entry.name,
            chats: entry.chats,
        }
    }
}

/// A group to make.
#[derive(InputObject)]
pub struct CreateGroupInput {
    /// Its name, of at most 80 characters; no other group has it.
    name: String,
    /// Whether it gives the right to chats.
    chats: bool,
    /// A UUID the client makes once for this group: asking again with it makes no second one.
    idempotency_key: ID,
}

/// What to change of a group; what is not given stays.
#[derive(InputObject)]
pub struct UpdateGroupInput {
    /// The group's id.
    group_id: ID,
    /// Another name.
    name: Option<String>,
    /// Whether it gives the right to chats.
    chats: Option<bool>,
}

/// Which group to delete.
#[derive(InputObject)]
pub struct DeleteGroupInput {
    /// The group's id.
    group_id: ID,
}

/// What to change of an agent; what is not given stays.
#[derive(InputObject)]
pub struct UpdateAgentInput {
    /// The agent's id.
    agent_id: ID,
    /// Another name.
    name: Option<String>,
    /// Another role: their open windows close and come back with it.
    role: Option<AgentRole>,
    /// Ids of all their groups.
    group_ids: Option<Vec<ID>>,
}

/// Whom to shut out.
#[derive(InputObject)]
pub struct DeactivateAgentInput {
    /// The agent's id.
    agent_id: ID,
}

/// Whom to let in again.
#[derive(InputObject)]
pub struct ReactivateAgentInput {
    /// The agent's id.
    agent_id: ID,
}

/// Which group gets access to which channel.
#[derive(InputObject)]
pub struct GrantChannelToGroupInput {
    /// The channel's id.
    channel_id: ID,
    /// The group's id.
    group_id: ID,
}

/// Which group loses access to which channel.
#[derive(InputObject)]
pub struct RevokeChannelFromGroupInput {
    /// The channel's id.
    channel_id: ID,
    /// The group's id.
    group_id: ID,
}

channel_payload!(
    /// What opening a channel to a group came to.
    GrantChannelToGroupPayload
);
channel_payload!(
    /// What closing a channel to a group came to.
    RevokeChannelFromGroupPayload
);

/// A payload with a thing of the facts: they have it when the command is done.
macro_rules! entry_payload {
    ($(#[doc = $doc:literal])+ $name:ident, $field:ident: $entry:ident by $id:ident, $field_doc:literal) => {
        $(#[doc = $doc])+
        pub struct $name {
            id: $id,
            acted: Option<Acted>,
            user_errors: Vec<UserError>,
        }

        impl $name {
            fn of(id: $id, (acted, user_errors): crate::error::Outcome<Acted>) -> Self {
                Self { id, acted, user_errors }
            }
        }

        $(#[doc = $doc])+
        #[Object]
        impl $name {
            #[doc = $field_doc]
            fn $field(&self, ctx: &Context<'_>) -> Result<Option<$entry>, Failure> {
                let found = self.acted.and(ctx.app()?.facts().$field(self.id));
                Ok(found.map($entry::from))
            }

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
    };
}

entry_payload!(
    /// What making a group came to.
    CreateGroupPayload, group: Group by GroupId, "The group; null when it was refused."
);
entry_payload!(
    /// What changing a group came to.
    UpdateGroupPayload, group: Group by GroupId, "The group as it is now; null when it was refused."
);
entry_payload!(
    /// What deleting a group came to.
    DeleteGroupPayload, group: Group by GroupId, "Null: it is gone."
);
entry_payload!(
    /// What changing an agent came to.
    UpdateAgentPayload, agent: Agent by AgentId, "The agent as they are now; null when it was refused."
);
entry_payload!(
    /// What shutting an agent out came to.
    DeactivateAgentPayload, agent: Agent by AgentId, "The agent as they are now; null when it was refused."
);
entry_payload!(
    /// What letting an agent in again came to.
    ReactivateAgentPayload, agent: Agent by AgentId, "The agent as they are now; null when it was refused."
);

/// Fields of Query about groups.
#[derive(Default)]
pub struct GroupQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl GroupQuery {
    /// Groups of agents, by name. For administrators.
    fn groups(&self, ctx: &Context<'_>) -> Result<Vec<Group>, Failure> {
        let groups = ctx.app()?.groups(ctx.caller()?)?;
        Ok(groups.into_iter().map(Group::from).collect())
    }
}

/// Fields of Mutation about groups and the agents in them.
#[derive(Default)]
pub struct GroupMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl GroupMutation {
    /// Makes a group of agents. For administrators.
    async fn create_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group to make.")] input: CreateGroupInput,
    ) -> Result<CreateGroupPayload, Failure> {
        let key = Uuid::try_parse(&input.idempotency_key);
        let key = key.map_err(|_| Failure::bad_input("idempotencyKey", "Not a UUID."))?;
        let made = ctx
            .app()?
            .create_group(ctx.caller()?, &input.name, input.chats, key)
            .await;
        let (made, user_errors) = outcome(made)?;
        let id = made.map_or(GroupId::from_uuid(Uuid::nil()), |(id, _)| id);
        let acted = made.map(|(_, acted)| acted);
        Ok(CreateGroupPayload::of(id, (acted, user_errors)))
    }

    /// Changes a group: its members' rights follow at once. For administrators.
    async fn update_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateGroupInput,
    ) -> Result<UpdateGroupPayload, Failure> {
        let id = parse_id(&input.group_id, "group")?;
        let acted = ctx
            .app()?
            .update_group(ctx.caller()?, id, input.name, input.chats)
            .await;
        Ok(UpdateGroupPayload::of(id, outcome(acted)?))
    }

    /// Deletes a group that nobody belongs to; deleting it again changes nothing. For administrators.
    async fn delete_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group to delete.")] input: DeleteGroupInput,
    ) -> Result<DeleteGroupPayload, Failure> {
        let id = parse_id(&input.group_id, "group")?;
        let acted = ctx.app()?.delete_group(ctx.caller()?, id).await;
        Ok(DeleteGroupPayload::of(id, outcome(acted)?))
    }

    /// Changes name, role and groups of an agent. For administrators.
    async fn update_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateAgentInput,
    ) -> Result<UpdateAgentPayload, Failure> {
        let id = parse_id(&input.agent_id, "agent")?;
        let groups = input.group_ids.map(|ids| {
            ids.iter()
                .map(|id| parse_id(id, "group"))
                .collect::<Result<_, Failure>>()
        });
        let update = UpdateAgent {
            name: input.name,
            role: input.role.map(Into::into),
            groups: groups.transpose()?,
        };
        let acted = ctx.app()?.update_agent(ctx.caller()?, id, update).await;
        Ok(UpdateAgentPayload::of(id, outcome(acted)?))
    }

    /// Shuts an agent out: their sessions end at once; what they did stays theirs. For administrators.
    async fn deactivate_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to shut out.")] input: DeactivateAgentInput,
    ) -> Result<DeactivateAgentPayload, Failure> {
        let id = parse_id(&input.agent_id, "agent")?;
        let acted = ctx.app()?.deactivate_agent(ctx.caller()?, id).await;
        Ok(DeactivateAgentPayload::of(id, outcome(acted)?))
    }

    /// Lets an agent in again, with the password they had. For administrators.
    async fn reactivate_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to let in again.")] input: ReactivateAgentInput,
    ) -> Result<ReactivateAgentPayload, Failure> {
        let id = parse_id(&input.agent_id, "agent")?;
        let acted = ctx.app()?.reactivate_agent(ctx.caller()?, id).await;
        Ok(ReactivateAgentPayload::of(id, outcome(acted)?))
    }

    /// Lets a group's members see and answer a channel's chats. For administrators.
    async fn grant_channel_to_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group gets access to which channel.")]
        input: GrantChannelToGroupInput,
    ) -> Result<GrantChannelToGroupPayload, Failure> {
        let channel = parse_id(&input.channel_id, "channel")?;
        let group = parse_id(&input.group_id, "group")?;
        let granted = ctx
            .app()?
            .grant_channel_to_group(ctx.caller()?, channel, group)
            .await;
        Ok(GrantChannelToGroupPayload::of(outcome(
            granted.map(|acted| (channel, acted)),
        )?))
    }

    /// Takes a channel away from a group's members, unless they were granted it themselves. For administrators.
    async fn revoke_channel_from_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group loses access to which channel.")]
        input: RevokeChannelFromGroupInput,
    ) -> Result<RevokeChannelFromGroupPayload, Failure> {
        let channel = parse_id(&input.channel_id, "channel")?;
        let group = parse_id(&input.group_id, "group")?;
        let revoked = ctx
            .app()?
            .revoke_channel_from_group(ctx.caller()?, channel, group)
            .await;
        Ok(RevokeChannelFromGroupPayload::of(outcome(
            revoked.map(|acted| (channel, acted)),
        )?))
    }
}
