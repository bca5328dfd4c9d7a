//! Taking acts on a client back (N6): each by what is its opposite, and only while nothing later stands against it.
//! Both stay in the journal. Details are not taken back: what they were is in no state, and belongs to the client.

use super::command::{ClientFacts, UndoneClientAct};
use super::decide::{Decision, merge, present, standing};
use super::event::ClientEvent;
use super::refusal::ClientRefusal;
use super::state::{Client, evolve};
use crate::actor::Actor;

/// The last act first, each against the client as it is then. All of them or none.
pub(super) fn undo_acts(
    client: &Client,
    acts: &[UndoneClientAct],
    by: &Actor,
    facts: &ClientFacts,
) -> Decision {
    let mut now = client.clone();
    let mut events = Vec::new();
    for act in acts.iter().rev() {
        for event in opposite(&now, act, by.clone(), facts)? {
            evolve(&mut now, &event);
            events.push(event);
        }
    }
    Ok(events)
}

/// Whether there is an opposite of an event.
#[must_use]
pub const fn is_undoable(event: &ClientEvent) -> bool {
    match event {
        ClientEvent::ClientMarked { .. }
        | ClientEvent::ClientTagged { .. }
        | ClientEvent::ClientUntagged { .. }
        | ClientEvent::ClientOwnerChanged { .. }
        | ClientEvent::ClientDoNotDisturbChanged { .. }
        | ClientEvent::ClientMerged { .. }
        | ClientEvent::ClientUnmerged { .. } => true,
        ClientEvent::ClientCreated { .. }
        | ClientEvent::ClientDetailsChanged { .. }
        | ClientEvent::ClientDeleted { .. } => false,
    }
}

/// What takes an act back, where nothing later stands against it.
fn opposite(client: &Client, act: &UndoneClientAct, by: Actor, facts: &ClientFacts) -> Decision {
    let sequence = act.sequence;
    let event = match &act.event {
        ClientEvent::ClientMarked { .. } => {
            let record = standing(client)?;
            unless_changed(record.since.mark == sequence)?;
            let mark = record.mark_was;
            ClientEvent::ClientMarked { mark, by }
        }
        ClientEvent::ClientTagged { tag, .. } => {
            let known = standing(client)?.tags.get(tag);
            unless_changed(known == Some(&sequence))?;
            let tag = tag.clone();
            ClientEvent::ClientUntagged { tag, by }
        }
        ClientEvent::ClientUntagged { tag, .. } => {
            unless_changed(!standing(client)?.tags.contains_key(tag))?;
            return super::decide::tag_client(standing(client)?, tag, by);
        }
        ClientEvent::ClientOwnerChanged { .. } => {
            let record = standing(client)?;
            unless_changed(record.since.owner == sequence)?;
            let owner = record.owner_was;
            ClientEvent::ClientOwnerChanged { owner, by }
        }
        ClientEvent::ClientDoNotDisturbChanged {
            channel_kind, on, ..
        } => {
            let kinds = &present(client)?.do_not_disturb;
            unless_changed(kinds.contains(channel_kind) == *on)?;
            ClientEvent::ClientDoNotDisturbChanged {
                channel_kind: *channel_kind,
                on: !on,
                by,
            }
        }
        ClientEvent::ClientMerged { into, .. } => {
            unless_changed(present(client)?.since.merge == sequence)?;
            ClientEvent::ClientUnmerged { from: *into, by }
        }
        ClientEvent::ClientUnmerged { from, .. } => {
            let record = present(client)?;
            unless_changed(record.since.merge == sequence)?;
            return merge(record, *from, by, facts);
        }
        ClientEvent::ClientCreated { .. }
        | ClientEvent::ClientDetailsChanged { .. }
        | ClientEvent::ClientDeleted { .. } => return Err(ClientRefusal::NotUndoable),
    };
    Ok(vec![event])
}

const fn unless_changed(still: bool) -> Result<(), ClientRefusal> {
    match still {
        true => Ok(()),
        false => Err(ClientRefusal::ChangedSince),
    }
}
