//! What somebody meets where they would write in a chat: the reason of the refusal that they would get, before they ask.
//! Rests on the same rules as the decision; decides nothing.

use jiff::Timestamp;

use super::command::ChatFacts;
use super::decide::{against_writing, speaker};
use super::event::SendWarning;
use super::refusal::ChatRefusal;
use super::state::Origin;
use crate::actor::Assignee;
use crate::ids::{AgentId, ClientId};
use crate::policy::{self, ClosedReason, Setting, Window};

/// A chat as who would write in it must know it.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// What identifies it.
    pub origin: Origin,
    /// Who answers it.
    pub assignee: Option<Assignee>,
    /// Whether its contact was blocked (P21).
    pub blocked: bool,
    /// Whether its contact was erased and did not write since (N12).
    pub erased: bool,
    /// The client it is linked to.
    pub client: Option<ClientId>,
    /// Until when one may write.
    pub window: Option<&'a Window>,
    /// When the contact last wrote; comments do not count.
    pub last_inbound_at: Option<Timestamp>,
    /// Whether the contact commented.
    pub commented: bool,
}

/// What somebody meets where they would write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composer {
    /// Why it is closed; none while it is open.
    pub closed: Option<ComposerReason>,
    /// Who answers the chat instead.
    pub assigned_to: Option<Assignee>,
    /// What to think of before one writes.
    pub warnings: Vec<SendWarning>,
    /// What the channel and its policy say.
    pub channel: policy::Composer,
}

/// Why one cannot write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComposerReason {
    /// Role and groups do not include chats (A3).
    NoChatsRight,
    /// The channel was not granted (A3).
    NoChannelAccess,
    /// Somebody else answers the chat (F7).
    AssignedToAnother,
    /// The channel lost sync, or was taken out of use (A1, A5).
    SyncLost,
    /// The contact was erased, and did not write since (N12).
    ContactErased,
    /// The contact was blocked (P21).
    ContactBlocked,
    /// The channel only receives (D10).
    ReadOnly,
    /// The window is over, or never opened (D7).
    WindowClosed,
    /// It never opened, because the contact commented and never wrote: comments can be replied to (E3).
    CommentsOnly,
}

/// What an agent or bot meets in a chat now.
#[must_use]
pub fn composer(seat: &Seat<'_>, by: AgentId, facts: &ChatFacts, at: Timestamp) -> Composer {
    let channel = facts.channel.as_ref();
    let setting = Setting {
        kind: seat.origin.channel_kind,
        rules: channel.map_or_else(Default::default, |channel| channel.rules),
        window: seat.window,
        last_inbound_at: seat.last_inbound_at,
        at,
    };
    let connected = channel.is_some_and(|channel| channel.connected);
    let of_channel = policy::composer(&setting, speaker(by, facts), connected);
    let (of_viewer, assigned_to) =
        match against_writing(&seat.origin, seat.assignee, by, facts).err() {
            None => (None, None),
            Some(ChatRefusal::AssignedToAnother { assignee }) => {
                (Some(ComposerReason::AssignedToAnother), Some(assignee))
            }
            Some(ChatRefusal::NoChannelAccess) => (Some(ComposerReason::NoChannelAccess), None),
            Some(_) => (Some(ComposerReason::NoChatsRight), None),
        };
    let erased = seat.erased.then_some(ComposerReason::ContactErased);
    let of_contact = erased.or(seat.blocked.then_some(ComposerReason::ContactBlocked));
    let closed = match (of_viewer, of_channel.closed) {
        (Some(reason), _) => Some(reason),
        (None, Some(ClosedReason::SyncLost)) => Some(ComposerReason::SyncLost),
        (None, Some(ClosedReason::ReadOnly)) => of_contact.or(Some(ComposerReason::ReadOnly)),
        (None, Some(ClosedReason::WindowClosed)) => {
            let never_opened = seat.commented && seat.window.is_none();
            of_contact.or(Some(match never_opened {
                true => ComposerReason::CommentsOnly,
                false => ComposerReason::WindowClosed,
            }))
        }
        (None, None) => of_contact,
    };
    let disturbs = seat
        .client
        .is_some_and(|client| facts.clients.do_not_disturb(client, setting.kind));
    Composer {
        closed,
        assigned_to,
        warnings: disturbs
            .then_some(SendWarning::DoNotDisturb)
            .into_iter()
            .collect(),
        channel: of_channel,
    }
}
