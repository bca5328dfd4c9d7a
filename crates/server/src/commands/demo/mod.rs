//! The demo workspace: a yarn shop with three weeks of chats, written by commands as people would have written them.
//! Fills an empty journal only; an attempt that was broken off goes on where it stopped.

mod clients;
mod play;
mod script;

use std::time::Instant;

use hilo_app::{Act, App, ConnectWebChat, NewAccount};
use hilo_domain::agent::Role;
use hilo_domain::channel::{ChannelCommand, ChannelKind, FormField, FormFieldKind, Transport};
use hilo_domain::ids::from_mac;
use hilo_domain::workspace::WorkspaceCommand;
use hilo_domain::{Actor, AgentId, ChannelId, WorkspaceId};
use jiff::{SignedDuration, Timestamp};

use crate::state::Settings;
use script::{Person, Widget};

/// The password of all demo accounts. No secret: they work from this machine only.
pub const PASSWORD: &str = "hilo-demo-2026";
/// The key of the widget on the demo shop's page.
pub const WIDGET_KEY: &str = "demo-shop";
/// With it the demo shop (and tests) prove who a visitor is.
const IDENTITY_SECRET: &str = "hilo-test-widget-identity-secret";
/// The address the demo shop would have.
const SHOP: &str = "https://www.taller-hilo.example";
/// When the company began to use Hilo: before its first chat.
const BEGUN: SignedDuration = SignedDuration::from_hours(22 * 24);

/// Somebody to be in the demo.
pub struct DemoAccount {
    person: Person,
    name: &'static str,
    role: Role,
    /// To sign in with.
    pub email: &'static str,
    /// What there is to see as them, for the console.
    pub what: &'static str,
}

/// Everybody who can sign in.
pub const ACCOUNTS: [DemoAccount; 3] = [
    DemoAccount {
        person: Person::Admin,
        name: "Irene Vidal",
        role: Role::Administrator,
        email: "admin@demo.hilo.example",
        what: "administrator",
    },
    DemoAccount {
        person: Person::Ana,
        name: "Ana Prieto",
        role: Role::Agent,
        email: "ana@demo.hilo.example",
        what: "agent of both web chats and of the comments",
    },
    DemoAccount {
        person: Person::Marek,
        name: "Marek Nowicki",
        role: Role::Agent,
        email: "marek@demo.hilo.example",
        what: "agent of the shop's web chat only",
    },
];

/// Whether this workspace is the demo.
pub fn is_filled(app: &App) -> bool {
    !app.needs_set_up() && app.facts().agent(agent_id(app, Person::Admin)).is_some()
}

/// Fills an empty journal. Does nothing to a workspace that exists.
pub async fn fill(app: &App, settings: &Settings) -> anyhow::Result<()> {
    let is_empty = app.journal().confirmed_head().await?.0 == 0;
    let is_broken_off =
        app.needs_set_up() && app.facts().agent(agent_id(app, Person::Admin)).is_some();
    if !is_empty && !is_broken_off {
        if !is_filled(app) {
            tracing::warn!(
                "the journal holds another workspace already: the demo is not filled in"
            );
        }
        return Ok(());
    }
    let begun = Instant::now();
    let now = Timestamp::now();
    let chats = script::read(now)?;
    hire(app, now - BEGUN).await?;
    connect(app, settings, now - BEGUN).await?;
    clients::all(app, now - BEGUN).await?;
    let count = chats.len();
    play::all(app, chats).await?;
    // Last: while there is no workspace, an attempt that was broken off is taken up again.
    let create = WorkspaceCommand::CreateWorkspace {
        workspace_id: WorkspaceId::ONLY,
        name: "Taller Hilo".to_owned(),
        language: "es".to_owned(),
    };
    app.execute_workspace(create, Act::by(Actor::System).at(now - BEGUN))
        .await?;
    tracing::info!(
        chats = count,
        milliseconds = begun.elapsed().as_millis(),
        "the demo workspace is filled"
    );
    Ok(())
}

async fn hire(app: &App, at: Timestamp) -> anyhow::Result<()> {
    for account in &ACCOUNTS {
        let new = NewAccount {
            agent_id: agent_id(app, account.person),
            name: account.name.to_owned(),
            email: account.email.to_owned(),
            role: account.role,
            password: PASSWORD.to_owned(),
            demo: true,
        };
        app.add_account(new, Act::by(Actor::System).at(at)).await?;
    }
    Ok(())
}

const fn asked(asks: FormFieldKind, required: bool) -> FormField {
    FormField { asks, required }
}

async fn connect(app: &App, settings: &Settings, at: Timestamp) -> anyhow::Result<()> {
    let [admin, ana, marek] = [Person::Admin, Person::Ana, Person::Marek].map(|p| agent_id(app, p));
    let shop = ConnectWebChat {
        name: "Tienda online".to_owned(),
        origins: vec![settings.base_url(), SHOP.to_owned()],
        key: Some(WIDGET_KEY.to_owned()),
        title: Some("Taller Hilo".to_owned()),
        greeting: Some("¡Hola! ¿En qué podemos ayudarte?".to_owned()),
        color: Some("#2f5d62".to_owned()),
        agent_ids: vec![ana, marek],
        identity_secret: Some(IDENTITY_SECRET.to_owned()),
        ..ConnectWebChat::default()
    };
    let courses = ConnectWebChat {
        name: "Cursos y talleres".to_owned(),
        origins: vec!["https://cursos.taller-hilo.example".to_owned()],
        key: Some("demo-courses".to_owned()),
        title: Some("Cursos de Taller Hilo".to_owned()),
        greeting: Some("Pregúntanos por fechas, niveles y plazas.".to_owned()),
        color: Some("#8a4f7d".to_owned()),
        form: vec![
            asked(FormFieldKind::Name, true),
            asked(FormFieldKind::Email, false),
            asked(FormFieldKind::Question, true),
        ],
        agent_ids: vec![ana],
        ..ConnectWebChat::default()
    };
    let act = Act::by(Actor::Agent { id: admin }).at(at);
    for (widget, chat) in [(Widget::Shop, shop), (Widget::Courses, courses)] {
        app.connect_web_chat_as(channel_id(app, widget), chat, act.clone())
            .await?;
    }
    let social = channel_id(app, Widget::Social);
    let connect = ChannelCommand::ConnectChannel {
        channel_id: social,
        kind: ChannelKind::Instagram,
        name: "Instagram".to_owned(),
        widget: None,
        page: Some("@taller.hilo".to_owned()),
        transport: Transport::Bridge,
        reports: None,
    };
    for command in [
        connect,
        ChannelCommand::GrantChannelAccess { agent_id: ana },
        ChannelCommand::SwitchComments { receive: true },
    ] {
        app.execute_channel(social, command, act.clone()).await?;
    }
    Ok(())
}

fn name(person: Person) -> &'static str {
    let account = ACCOUNTS.iter().find(|account| account.person == person);
    account.map_or("", |account| account.name)
}

/// The same in every attempt, so that a broken-off one can be taken up.
fn agent_id(app: &App, person: Person) -> AgentId {
    AgentId::from_uuid(id(app, &["agent", person.word()]))
}

fn channel_id(app: &App, widget: Widget) -> ChannelId {
    ChannelId::from_uuid(id(app, &["channel", widget.word()]))
}

fn id(app: &App, parts: &[&str]) -> uuid::Uuid {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    from_mac(&app.journal().lookup_mac("demo", &parts))
}
