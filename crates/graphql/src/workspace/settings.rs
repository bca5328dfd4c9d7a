//! How the workspace works: settings for everybody to read and for administrators to change (A9, A10, A14).

use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use hilo_app::Acted;
use hilo_domain::workspace::{self, SettingsChange};

use crate::agent::object::Agent;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, Outcome, UserError, outcome};
use crate::scalars::{Position, parse_id};

/// Where the chats are shown; only the place changes.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "workspace::ChatDisplay")]
pub enum ChatDisplay {
    /// In a window over the workspace.
    PopUp,
    /// In a section of their own.
    Section,
}

/// To whom a new chat goes, of the agents who have access to its channel and are there.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "workspace::Distribution")]
pub enum Distribution {
    /// To nobody: agents take it.
    Nobody,
    /// To one after the other.
    RoundRobin,
    /// To who has the fewest open chats.
    LeastBusy,
}

/// How the workspace works.
#[derive(SimpleObject)]
pub struct WorkspaceSettings {
    /// Where the chats are shown.
    display: ChatDisplay,
    /// Minutes without a message after which a chat closes by itself; null = never.
    auto_close_minutes: Option<u32>,
    /// Whether a chat whose contact waits for an answer stays open all the same.
    keep_unanswered_open: bool,
    /// To whom new chats go.
    distribution: Distribution,
    /// The bot that distributes instead; while there is one, `distribution` is ignored.
    distribution_bot: Option<Agent>,
    /// Whether agents work with chats at all. While not, lists and counters are empty; channels still receive.
    chats_on: bool,
    /// Whether a new message is heard, unless an agent turns that off for themselves.
    message_sound: bool,
    /// The sites that may show the chats in a frame of theirs, at `/embed`; exact origins.
    frame_origins: Vec<String>,
}

impl WorkspaceSettings {
    /// As they are now.
    pub fn now(ctx: &Context<'_>) -> Result<Self, Failure> {
        let app = ctx.app()?;
        let (settings, chats_on) = app.workspace_settings(ctx.caller()?)?;
        let bot = settings.distribution_bot;
        Ok(Self {
            display: settings.display.into(),
            auto_close_minutes: settings.auto_close_minutes,
            keep_unanswered_open: settings.keep_unanswered_open,
            distribution: settings.distribution.into(),
            distribution_bot: bot.and_then(|id| app.facts().agent(id)).map(Agent::from),
            chats_on,
            message_sound: settings.message_sound,
            frame_origins: settings.frame_origins,
        })
    }
}

/// What to change. What is left out stays.
#[derive(InputObject)]
pub struct ChangeWorkspaceSettingsInput {
    /// Where the chats are shown.
    display: Option<ChatDisplay>,
    /// 1 to 525,600 minutes (a year) without a message; null = chats never close by themselves.
    auto_close_minutes: MaybeUndefined<u32>,
    /// Whether a chat whose contact waits for an answer stays open all the same.
    keep_unanswered_open: Option<bool>,
    /// To whom new chats go.
    distribution: Option<Distribution>,
    /// The id of the bot that distributes instead; null = none.
    distribution_bot_id: MaybeUndefined<ID>,
    /// Whether agents work with chats at all.
    chats_on: Option<bool>,
    /// Whether a new message is heard.
    message_sound: Option<bool>,
    /// All sites that may show the chats in a frame of theirs: exact origins such as https://crm.example.com, at most 20.
    /// Whoever controls such a site can lead an agent's clicks: name only sites of your own.
    frame_origins: Option<Vec<String>>,
}

impl ChangeWorkspaceSettingsInput {
    fn change(self) -> Result<SettingsChange, Failure> {
        let bot = match self.distribution_bot_id {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(id) => Some(Some(parse_id(&id, "agent")?)),
        };
        Ok(SettingsChange {
            display: self.display.map(Into::into),
            auto_close_minutes: match self.auto_close_minutes {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(minutes) => Some(Some(minutes)),
            },
            keep_unanswered_open: self.keep_unanswered_open,
            distribution: self.distribution.map(Into::into),
            distribution_bot: bot,
            chats_on: self.chats_on,
            message_sound: self.message_sound,
            frame_origins: self.frame_origins,
        })
    }
}

/// The workspace's new name.
#[derive(InputObject)]
pub struct RenameWorkspaceInput {
    /// 1 to 80 characters.
    name: String,
}

/// What changing the workspace came to.
pub struct WorkspacePayload {
    acted: Option<Acted>,
    user_errors: Vec<UserError>,
}

impl WorkspacePayload {
    fn of((acted, user_errors): Outcome<Acted>) -> Self {
        Self { acted, user_errors }
    }
}

/// What changing the workspace came to.
#[Object]
impl WorkspacePayload {
    /// The settings as they are now; null when it was refused.
    async fn settings(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceSettings>, Failure> {
        self.acted.map(|_| WorkspaceSettings::now(ctx)).transpose()
    }

    /// Where it stands in the journal; null when it was refused.
    async fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        crate::payload::position(ctx, self.acted)
    }

    /// Why it was refused; empty when it was done.
    async fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// Fields of Mutation about the workspace's settings.
#[derive(Default)]
pub struct SettingsMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl SettingsMutation {
    /// Changes how the workspace works; what is left out stays.
    async fn change_workspace_settings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: ChangeWorkspaceSettingsInput,
    ) -> Result<WorkspacePayload, Failure> {
        let change = input.change()?;
        let acted = ctx
            .app()?
            .change_workspace_settings(ctx.caller()?, change)
            .await;
        Ok(WorkspacePayload::of(outcome(acted)?))
    }

    /// Gives the workspace another name.
    async fn rename_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's new name.")] input: RenameWorkspaceInput,
    ) -> Result<WorkspacePayload, Failure> {
        let acted = ctx
            .app()?
            .rename_workspace(ctx.caller()?, &input.name)
            .await;
        Ok(WorkspacePayload::of(outcome(acted)?))
    }
}
