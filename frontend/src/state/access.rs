//! May this agent write in a chat, and if not, what is the way out? The server decides; this is what is shown of it.
//! Must not know words.

use crate::api::graphql::{Composer, ComposerReason, ComposerState, OfferedPurpose};

/// Whether a plain answer can be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Access {
    /// It can.
    Open,
    /// Somebody else answers here: their name, where it is known.
    Assigned(Option<String>),
    /// The contact was blocked.
    Blocked,
    /// The contact was erased and did not write since (N12).
    Erased,
    /// Only agents with the right to chats and access to the channel write (A3).
    NoRight,
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
    /// The contact commented and never wrote: comments can be replied to (E3).
    CommentsOnly,
    /// For a reason that this version does not know.
    Closed,
}

impl Access {
    /// Whether a text can be written now; `public`: as a reply to a comment, which has no window.
    pub fn lets(&self, public: bool) -> bool {
        match self {
            Self::Open => true,
            Self::WindowClosed { .. } | Self::CommentsOnly => public,
            _ => false,
        }
    }
}

/// What the composer is to be, by what the server says of this agent.
pub fn of(composer: &Composer) -> Access {
    if composer.state == ComposerState::Open {
        return Access::Open;
    }
    match composer.reason {
        Some(ComposerReason::AssignedToAnother) => {
            let other = composer.assigned_to.as_ref();
            Access::Assigned(other.and_then(|other| {
                let name = other.agent.as_ref().map(|agent| agent.name.clone());
                name.or_else(|| other.name.clone())
            }))
        }
        Some(ComposerReason::ContactBlocked) => Access::Blocked,
        Some(ComposerReason::ContactErased) => Access::Erased,
        Some(ComposerReason::NoChannelAccess | ComposerReason::NoChatsRight) => Access::NoRight,
        Some(ComposerReason::SyncLost) => Access::SyncLost,
        Some(ComposerReason::ReadOnly) => Access::ReadOnly,
        Some(ComposerReason::WindowClosed) => Access::WindowClosed {
            link: composer.link.clone(),
            purposes: composer.purposes.clone(),
            templates: composer.templates,
        },
        Some(ComposerReason::CommentsOnly) => Access::CommentsOnly,
        Some(ComposerReason::Other) | None => Access::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::ChatState;
    use crate::state::samples::{agent_actor, chat};

    fn closed(reason: ComposerReason) -> Composer {
        let mut composer = chat("c", ChatState::Active, 1, 1).composer;
        composer.state = ComposerState::Closed;
        composer.reason = Some(reason);
        composer
    }

    #[test]
    fn f7_who_else_answers_is_said_by_name() {
        let mut composer = closed(ComposerReason::AssignedToAnother);
        assert_eq!(of(&composer), Access::Assigned(None));
        composer.assigned_to = Some(agent_actor("Marek"));
        assert_eq!(of(&composer), Access::Assigned(Some("Marek".into())));
        composer.state = ComposerState::Open;
        assert_eq!(of(&composer), Access::Open);
    }

    #[test]
    fn d7_past_the_window_the_way_out_is_told() {
        let mut composer = closed(ComposerReason::WindowClosed);
        composer.link = Some("https://m.me/x".into());
        let expected = Access::WindowClosed {
            link: Some("https://m.me/x".into()),
            purposes: Vec::new(),
            templates: false,
        };
        assert_eq!(of(&composer), expected);
    }

    #[test]
    fn a3_a5_p21_each_reason_is_its_own() {
        for (reason, access) in [
            (ComposerReason::ContactBlocked, Access::Blocked),
            (ComposerReason::ContactErased, Access::Erased),
            (ComposerReason::NoChannelAccess, Access::NoRight),
            (ComposerReason::NoChatsRight, Access::NoRight),
            (ComposerReason::SyncLost, Access::SyncLost),
            (ComposerReason::ReadOnly, Access::ReadOnly),
            (ComposerReason::CommentsOnly, Access::CommentsOnly),
            (ComposerReason::Other, Access::Closed),
        ] {
            assert_eq!(of(&closed(reason)), access);
        }
    }
}
