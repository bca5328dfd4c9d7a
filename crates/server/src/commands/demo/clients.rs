//! The clients of the demo: made, marked and looked after as people would have done it. Their chats are linked where those
//! are played.

use hilo_app::{Act, App};
use hilo_domain::client::{ClientCommand, DetailsInput};
use hilo_domain::{Actor, ClientId};
use hilo_journal::{Dedupe, Position};
use jiff::Timestamp;

use super::script::{self, Client, Person};

/// Makes all of them.
pub async fn all(app: &App, at: Timestamp) -> anyhow::Result<()> {
    let mut position = Position(0);
    for client in script::clients()? {
        position = make(app, client, at).await?;
    }
    // Chats are linked to them by facts.
    app.facts().snapshot_at_least(position).await?;
    Ok(())
}

/// The same in every attempt.
pub fn id(app: &App, key: &str) -> ClientId {
    ClientId::from_uuid(super::id(app, &["client", key]))
}

async fn make(app: &App, client: Client, at: Timestamp) -> anyhow::Result<Position> {
    let client_id = id(app, &client.key);
    let owner = client.owner.map(|person| super::agent_id(app, person));
    let by = Actor::Agent {
        id: super::agent_id(app, client.owner.unwrap_or(Person::Ana)),
    };
    let details = DetailsInput {
        first_name: Some(client.first),
        last_name: Some(client.last),
        phones: Some(client.phones),
        emails: Some(client.emails),
        address: client.address,
    };
    let create = ClientCommand::CreateClient {
        client_id,
        details,
        by: by.clone(),
        at,
    };
    let mark = ClientCommand::MarkClient {
        mark: client.mark,
        by: by.clone(),
    };
    let own = ClientCommand::ChangeClientOwner {
        owner,
        by: by.clone(),
    };
    let tags = client.tags.into_iter().map(|tag| ClientCommand::TagClient {
        tag,
        by: by.clone(),
    });
    let quiet = client.quiet.into_iter();
    let quiet = quiet.map(|channel_kind| ClientCommand::SetClientDoNotDisturb {
        channel_kind,
        on: true,
        by: by.clone(),
    });
    let mut position = Position(0);
    let commands = [create, mark, own].into_iter().chain(tags).chain(quiet);
    for (step, command) in commands.enumerate() {
        // The same key in every attempt: what a broken-off one did is not done again.
        let key = format!("client {} {step}", client.key).into_bytes();
        let once = Dedupe {
            scope: "demo".to_owned(),
            content: key.clone(),
            key,
        };
        let act = Act::by(by.clone()).at(at).once(once);
        let done = app.execute_client(client_id, owner, command, act).await?;
        position = position.max(done.position);
    }
    Ok(position)
}
