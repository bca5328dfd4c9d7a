//! The rules of a client: a state, a command and facts in; events or a refusal out. Pure.

use super::command::{ClientCommand, ClientFacts};
use super::details::{ClientDetails, DetailsChange, DetailsInput};
use super::event::ClientEvent;
use super::refusal::ClientRefusal;
use super::state::{Client, Record};
use super::undo;
use crate::actor::Actor;
use crate::channel::ChannelKind;
use crate::chat::{MOST_TAGS, TAG_LIMIT};
use crate::ids::{AgentId, ClientId};
use crate::personal::Personal;
use crate::text;

pub(super) type Decision = Result<Vec<ClientEvent>, ClientRefusal>;

/// Decides a command. Repeating one that already took effect yields no event.
///
/// # Errors
/// The rule that stands against it.
pub fn decide(client: &Client, command: ClientCommand, facts: &ClientFacts) -> Decision {
    may_act(command.by(), facts)?;
    match command {
        ClientCommand::CreateClient {
            client_id,
            details,
            by,
            at,
        } => {
            if client.record().is_some() {
                return Ok(Vec::new());
            }
            let mut known = ClientDetails::default();
            known.change(&DetailsChange::parse(&details)?);
            if known.is_empty() {
                return Err(ClientRefusal::DetailsEmpty);
            }
            Ok(vec![ClientEvent::ClientCreated {
                client_id,
                details: Personal::new(client_id, known),
                by,
                at,
            }])
        }
        ClientCommand::ChangeClientDetails { details, by } => {
            change_details(standing(client)?, &details, by)
        }
        ClientCommand::MarkClient { mark, by } => {
            let changed = standing(client)?.mark != mark;
            Ok(news(changed, ClientEvent::ClientMarked { mark, by }))
        }
        ClientCommand::TagClient { tag, by } => tag_client(standing(client)?, &tag, by),
        ClientCommand::UntagClient { tag, by } => {
            let tag = valid_tag(&tag)?;
            let changed = standing(client)?.tags.contains_key(&tag);
            Ok(news(changed, ClientEvent::ClientUntagged { tag, by }))
        }
        ClientCommand::ChangeClientOwner { owner, by } => {
            change_owner(standing(client)?, owner, by, facts)
        }
        ClientCommand::SetClientDoNotDisturb {
            channel_kind,
            on,
            by,
        } => set_do_not_disturb(present(client)?, channel_kind, on, by),
        ClientCommand::DeleteClient { by } => match client {
            Client::Deleted(_) => Ok(Vec::new()),
            Client::Unknown | Client::Present(_) => {
                standing(client)?;
                Ok(vec![ClientEvent::ClientDeleted { by }])
            }
        },
        ClientCommand::MergeClient { into, by } => merge(present(client)?, into, by, facts),
        ClientCommand::UndoActs { acts, by } => undo::undo_acts(client, &acts, &by, facts),
        ClientCommand::UnmergeClient { by } => {
            let from = present(client)?.merged_into;
            let unmerged = from.map(|from| ClientEvent::ClientUnmerged { from, by });
            Ok(unmerged.into_iter().collect())
        }
    }
}

/// Whoever has the Chats right; no channel is needed. Programs are let in by their token's scope.
fn may_act(by: &Actor, facts: &ClientFacts) -> Result<(), ClientRefusal> {
    let Some(id) = by.agent_id() else {
        return Ok(());
    };
    let agent = facts
        .agent
        .as_ref()
        .filter(|agent| agent.agent_id == id && agent.active);
    match agent.ok_or(ClientRefusal::AgentInactive)? {
        agent if agent.chats_right => Ok(()),
        _ => Err(ClientRefusal::NoChatsRight),
    }
}

pub(super) fn present(client: &Client) -> Result<&Record, ClientRefusal> {
    match client {
        Client::Present(record) => Ok(record),
        Client::Unknown | Client::Deleted(_) => Err(ClientRefusal::ClientNotFound),
    }
}

/// A record that stands for itself: what is changed on one that does not would be seen nowhere.
pub(super) fn standing(client: &Client) -> Result<&Record, ClientRefusal> {
    let record = present(client)?;
    match record.merged_into {
        None => Ok(record),
        Some(into) => Err(ClientRefusal::ClientIsMerged { into }),
    }
}

/// The old values are not in the state, so a repeated change is caught by its dedupe key.
fn change_details(record: &Record, details: &DetailsInput, by: Actor) -> Decision {
    let change = DetailsChange::parse(details)?;
    Ok(news(
        !change.is_empty(),
        ClientEvent::ClientDetailsChanged {
            change: Personal::new(record.client_id, change),
            by,
        },
    ))
}

pub(super) fn tag_client(record: &Record, tag: &str, by: Actor) -> Decision {
    let tag = valid_tag(tag)?;
    if record.tags.contains_key(&tag) {
        return Ok(Vec::new());
    }
    if record.tags.len() >= MOST_TAGS {
        return Err(ClientRefusal::ClientTagsTooMany {
            limit: MOST_TAGS as u32,
        });
    }
    Ok(vec![ClientEvent::ClientTagged { tag, by }])
}

fn change_owner(
    record: &Record,
    owner: Option<AgentId>,
    by: Actor,
    facts: &ClientFacts,
) -> Decision {
    if record.owner == owner {
        return Ok(Vec::new());
    }
    if owner.is_some() && !facts.owner_active {
        return Err(ClientRefusal::OwnerNotFound);
    }
    Ok(vec![ClientEvent::ClientOwnerChanged { owner, by }])
}

/// Also on a merged record: its chats go on to heed what was said of it.
fn set_do_not_disturb(record: &Record, kind: ChannelKind, on: bool, by: Actor) -> Decision {
    let changed = record.do_not_disturb.contains(&kind) != on;
    Ok(news(
        changed,
        ClientEvent::ClientDoNotDisturbChanged {
            channel_kind: kind,
            on,
            by,
        },
    ))
}

pub(super) fn merge(record: &Record, into: ClientId, by: Actor, facts: &ClientFacts) -> Decision {
    match record.merged_into {
        Some(already) if already == into => return Ok(Vec::new()),
        Some(already) => return Err(ClientRefusal::ClientIsMerged { into: already }),
        None => {}
    }
    if facts.clients.root(into) == record.client_id {
        return Err(ClientRefusal::MergeCircle);
    }
    if facts.clients.effective(into).is_none() {
        return Err(ClientRefusal::MergeTargetNotFound);
    }
    Ok(vec![ClientEvent::ClientMerged { into, by }])
}

fn valid_tag(tag: &str) -> Result<String, ClientRefusal> {
    let tag = tag.trim();
    let fits =
        text::shows(tag) && !tag.contains(char::is_control) && tag.chars().count() <= TAG_LIMIT;
    match fits {
        true => Ok(tag.to_owned()),
        false => Err(ClientRefusal::ClientTagInvalid {
            limit: TAG_LIMIT as u32,
        }),
    }
}

fn news(changed: bool, event: ClientEvent) -> Vec<ClientEvent> {
    changed.then_some(event).into_iter().collect()
}
