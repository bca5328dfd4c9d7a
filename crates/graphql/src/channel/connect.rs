//! Connecting channels that an integrator's program carries, their rules, and whether they can be sent through.

use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use super::object::ChannelKind;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, outcome};
use crate::payload::channel_payload;
use crate::scalars::parse_id;

/// A channel to connect that an integrator's program carries.
#[derive(InputObject)]
pub struct ConnectChannelInput {
    /// The messenger; any but WEB_CHAT, INTERNAL and GOOGLE_BUSINESS.
    kind: ChannelKind,
    /// The channel's name, as agents see it.
    name: String,
    /// The account on the messenger that customers write to.
    page: Option<String>,
    /// What its messenger reports of messages that it took; left out, what messengers of this kind report. Reports of
    /// anything else are not taken, and acceptance is shown as the tick where nothing more will come.
    reports: Option<ChannelReportsInput>,
    /// Agents and integrators who get access, beside who connects it.
    agent_ids: Option<Vec<ID>>,
    /// A UUID the client makes once for this channel: asking again with it connects nothing twice.
    idempotency_key: ID,
}

/// What a messenger reports of messages that it took. Of a kind other than API it can only be less than that kind reports.
#[derive(InputObject)]
pub struct ChannelReportsInput {
    /// That the contact's device has them.
    delivered: bool,
    /// That the contact saw them.
    read: bool,
}

/// Which channel nothing can be sent through any more.
#[derive(InputObject)]
pub struct ReportSyncLostInput {
    /// The channel's id.
    channel_id: ID,
    /// Why, in a word for programs of at most 64 characters, such as `TOKEN_EXPIRED`.
    cause: String,
}

/// Which channel to take out of use.
#[derive(InputObject)]
pub struct DisconnectChannelInput {
    /// The channel's id.
    channel_id: ID,
}

/// Which channel can be sent through again.
#[derive(InputObject)]
pub struct ReconnectChannelInput {
    /// The channel's id.
    channel_id: ID,
}

/// How a channel narrows what may be written.
#[derive(InputObject)]
pub struct SetChannelRulesInput {
    /// The channel's id.
    channel_id: ID,
    /// How many hours after the contact's last message one may write, 1 to 8784; null = as long as the messenger lets.
    reply_hours: Option<i32>,
    /// Nobody writes here: the channel only receives.
    #[graphql(default)]
    read_only: bool,
}

/// Whether a channel takes comments.
#[derive(InputObject)]
pub struct SwitchCommentsInput {
    /// The channel's id.
    channel_id: ID,
    /// Whether comments under publications are taken in from now on. Those that came before stay, and can be replied to.
    receive: bool,
}

channel_payload!(
    /// What connecting a channel came to.
    ConnectChannelPayload
);
channel_payload!(
    /// What reporting a lost channel came to.
    ReportSyncLostPayload
);
channel_payload!(
    /// What disconnecting a channel came to.
    DisconnectChannelPayload
);
channel_payload!(
    /// What connecting a channel again came to.
    ReconnectChannelPayload
);
channel_payload!(
    /// What setting a channel's rules came to.
    SetChannelRulesPayload
);
channel_payload!(
    /// What switching comments on or off came to.
    SwitchCommentsPayload
);

/// Fields of Mutation about connecting channels.
#[derive(Default)]
pub struct ConnectMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl ConnectMutation {
    /// Connects a channel whose messages an integrator's program pushes and takes. For administrators.
    async fn connect_channel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The channel to connect.")] input: ConnectChannelInput,
    ) -> Result<ConnectChannelPayload, Failure> {
        let key = Uuid::try_parse(&input.idempotency_key);
        let key = key.map_err(|_| Failure::bad_input("idempotencyKey", "Not a UUID."))?;
        let agents = input.agent_ids.unwrap_or_default();
        let connect = hilo_app::ConnectChannel {
            kind: input.kind.into(),
            name: input.name,
            page: input.page,
            reports: input.reports.map(|reports| hilo_domain::channel::Reports {
                delivered: reports.delivered,
                read: reports.read,
            }),
            agent_ids: agents
                .iter()
                .map(|id| parse_id(id, "agent"))
                .collect::<Result<_, _>>()?,
        };
        let connected = ctx
            .app()?
            .connect_channel(ctx.caller()?, connect, key)
            .await;
        Ok(ConnectChannelPayload::of(outcome(connected)?))
    }

    /// Says that nothing can be sent through a channel any more. What comes in is still taken. For integrators.
    async fn report_sync_lost(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which channel, and why.")] input: ReportSyncLostInput,
    ) -> Result<ReportSyncLostPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let lost = ctx
            .app()?
            .report_sync_lost(ctx.caller()?, id, &input.cause)
            .await;
        Ok(ReportSyncLostPayload::of(outcome(
            lost.map(|acted| (id, acted)),
        )?))
    }

    /// Takes a channel out of use: its chats stay readable, nothing is sent through it, and a web chat is shown on no site
    /// until it is connected again. What comes in through a bridge is still taken. For administrators.
    async fn disconnect_channel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which channel.")] input: DisconnectChannelInput,
    ) -> Result<DisconnectChannelPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let gone = ctx.app()?.disconnect_channel(ctx.caller()?, id).await;
        Ok(DisconnectChannelPayload::of(outcome(
            gone.map(|acted| (id, acted)),
        )?))
    }

    /// Says that a channel can be sent through again. For integrators; for administrators where one of them disconnected
    /// it.
    async fn reconnect_channel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which channel.")] input: ReconnectChannelInput,
    ) -> Result<ReconnectChannelPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let back = ctx.app()?.reconnect_channel(ctx.caller()?, id).await;
        Ok(ReconnectChannelPayload::of(outcome(
            back.map(|acted| (id, acted)),
        )?))
    }

    /// Takes comments under publications in through a channel, or no longer, where its messenger has them. For
    /// administrators.
    async fn switch_comments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether, and where.")] input: SwitchCommentsInput,
    ) -> Result<SwitchCommentsPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let switched = ctx
            .app()?
            .switch_comments(ctx.caller()?, id, input.receive)
            .await;
        Ok(SwitchCommentsPayload::of(outcome(
            switched.map(|acted| (id, acted)),
        )?))
    }

    /// Narrows what may be written through a channel. For administrators.
    async fn set_channel_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rules.")] input: SetChannelRulesInput,
    ) -> Result<SetChannelRulesPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let rules = hilo_domain::channel::ChannelRules {
            // A negative number is as wrong as none, and the channel says so.
            reply_hours: input
                .reply_hours
                .map(|hours| u32::try_from(hours).unwrap_or(0)),
            read_only: input.read_only,
        };
        let set = ctx.app()?.set_channel_rules(ctx.caller()?, id, rules).await;
        Ok(SetChannelRulesPayload::of(outcome(
            set.map(|acted| (id, acted)),
        )?))
    }
}
