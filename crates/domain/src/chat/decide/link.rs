//! Which client the contact is (G1). The link goes to the record that was chosen: merges are followed when it is read.

use super::Decision;
use super::access::{actor, may_act, opened};
use crate::actor::Actor;
use crate::chat::command::ChatFacts;
use crate::chat::event::ChatEvent;
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::Chat;
use crate::ids::{AgentId, ClientId};

pub(super) fn link_client(
    chat: &Chat,
    client_id: ClientId,
    by: AgentId,
    facts: &ChatFacts,
) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    if chat.client == Some(client_id) {
        return Ok(Vec::new());
    }
    if facts.clients.effective(client_id).is_none() {
        return Err(ChatRefusal::ClientNotFound);
    }
    Ok(vec![ChatEvent::ChatLinked {
        client_id,
        was: chat.client,
        by: actor(by, facts),
    }])
}

pub(super) fn unlink_client(chat: &Chat, by: AgentId, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    let by = actor(by, facts);
    let unlinked = chat
        .client
        .map(|client_id| ChatEvent::ChatUnlinked { client_id, by });
    Ok(unlinked.into_iter().collect())
}

/// The link to `linked` taken back: the chat is linked as it was before.
pub(super) const fn unlinked(linked: ClientId, was: Option<ClientId>, by: Actor) -> ChatEvent {
    match was {
        Some(client_id) => ChatEvent::ChatLinked {
            client_id,
            was: Some(linked),
            by,
        },
        None => ChatEvent::ChatUnlinked {
            client_id: linked,
            by,
        },
    }
}
