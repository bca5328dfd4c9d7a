//! May this agent write in a chat, and if not, what is the way out? The server has the last word; this is what is shown.
//! Must not know words.

use crate::api::graphql::{Chat, ComposerReason, ComposerState, OfferedPurpose};

/// Whether a plain answer can be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Access {
    /// It can.
    Open,
    /// Somebody else answers here: their name, where it is known.
    Assigned(Option<String>),
    /// The contact was blocked.
    Blocked,
    /// The channel lost sync (A5).
    SyncLost,
    /// The channel only receives.
    ReadOnly,
    /// The time to answer is over (D7).
    WindowClosed {
        /// Where one can write by hand.
        link: Option<String>,
        /// Purposes that are let through all the same (D8).
        purposes: Vec<OfferedPurpose>,
        /// Approved templates are let through all the same.
        templates: bool,
    },
    /// For a reason that this version does not know.
    Closed,
}

/// What the composer is to be for an agent.
pub fn of(chat: &Chat, me: &str, administrator: bool) -> Access {
    let composer = &chat.composer;
    let another = chat.assignee.as_ref().filter(|assignee| {
        let id = assignee.agent.as_ref().map(|agent| agent.id.inner());
        id != Some(me)
    });
    match (another, composer.state) {
        _ if chat.blocked => Access::Blocked,
        _ if !chat.channel.connected => Access::SyncLost,
        (Some(other), _) if !administrator => {
            let name = other.agent.as_ref().map(|agent| agent.name.clone());
            Access::Assigned(name.or_else(|| other.name.clone()))
        }
        (_, ComposerState::Open) => Access::Open,
        (_, ComposerState::Closed) => match composer.reason {
            Some(ComposerReason::SyncLost) => Access::SyncLost,
            Some(ComposerReason::ReadOnly) => Access::ReadOnly,
            Some(ComposerReason::WindowClosed) => Access::WindowClosed {
                link: composer.link.clone(),
                purposes: composer.purposes.clone(),
                templates: composer.templates,
            },
            Some(ComposerReason::Other) | None => Access::Closed,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::ChatState;
    use crate::state::samples::{agent_actor, chat};

    fn open() -> Chat {
        chat("c", ChatState::Active, 1, 1)
    }

    #[test]
    fn only_the_assignee_and_administrators_write() {
        let mut chat = open();
        assert_eq!(of(&chat, "Ana", false), Access::Open);
        chat.assignee = Some(agent_actor("Marek"));
        assert_eq!(
            of(&chat, "Ana", false),
            Access::Assigned(Some("Marek".into()))
        );
        assert_eq!(of(&chat, "Marek", false), Access::Open);
        assert_eq!(of(&chat, "Ana", true), Access::Open);
    }

    #[test]
    fn a5_a_channel_that_lost_sync_closes_it_for_administrators_too() {
        let mut chat = open();
        chat.channel.connected = false;
        assert_eq!(of(&chat, "Ana", true), Access::SyncLost);
    }

    #[test]
    fn d7_past_the_window_the_way_out_is_told() {
        let mut chat = open();
        chat.composer.state = ComposerState::Closed;
        chat.composer.reason = Some(ComposerReason::WindowClosed);
        chat.composer.link = Some("https://m.me/x".into());
        let expected = Access::WindowClosed {
            link: Some("https://m.me/x".into()),
            purposes: Vec::new(),
            templates: false,
        };
        assert_eq!(of(&chat, "Ana", false), expected);
        chat.composer.state = ComposerState::Open;
        assert_eq!(of(&chat, "Ana", false), Access::Open);
    }

    #[test]
    fn nobody_writes_to_who_was_blocked() {
        let mut chat = open();
        chat.blocked = true;
        assert_eq!(of(&chat, "Ana", true), Access::Blocked);
    }
}
