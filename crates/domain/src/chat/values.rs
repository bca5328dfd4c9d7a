//! Values that events of a chat carry, as they are stored for ever: a name that was stored is never changed.
//! Nothing here says what happened; that is `event`.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::MessageId;

/// Which outbound messages a receipt speaks of. JSON: `{"up_to":{"seq":7}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// All with a `contact_seq` of at most `seq` that did not fail.
    UpTo {
        /// The last number covered.
        seq: u64,
    },
    /// These ones.
    Messages {
        /// Which.
        ids: Vec<MessageId>,
    },
}

/// What a receipt speaks of that is not known to be sent yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarlyReceipt {
    /// The message with this keyed hash of its id there.
    Message {
        /// The hash.
        reference: Uuid,
    },
    /// Everything that the messenger had until then.
    UpTo {
        /// By the messenger's clock.
        time: Timestamp,
    },
}

/// How far a receipt says that a message came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// The contact's device has it.
    Delivered,
    /// The contact has seen it.
    Read,
    /// It did not arrive.
    Failed {
        /// Why.
        cause: FailureCause,
    },
}

/// Why a message was not handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureCause {
    /// A word for programs, never the provider's free text.
    pub code: String,
}

/// What whoever writes is to think of; it does not stop them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendWarning {
    /// The client asked for no campaigns on channels of this kind (G15).
    DoNotDisturb,
}

/// What made an archived chat active again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReopenCause {
    /// An agent pressed the button (F4).
    Button,
    /// An agent wrote (F4).
    AgentWrote,
    /// The contact wrote (F3).
    ContactWrote,
    /// Putting it away was taken back (N6).
    Undone,
}

/// How much a chat presses (P4). The order is that of the names.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// It can wait.
    Low,
    /// As any other: what a chat begins with.
    #[default]
    Normal,
    /// Before the others.
    High,
    /// At once.
    Urgent,
}

/// What made a chat somebody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentCause {
    /// Somebody gave it away, or gave it up (F5).
    ByHand,
    /// Somebody took it, unassigned as it was (F6).
    Taken,
    /// A rule gave out what was unassigned (A10).
    Distribution,
    /// Somebody took an assignment back.
    Undone,
}

/// For how long a chat is put aside (P13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    /// Until then, whole microseconds; without, until the contact writes.
    pub until: Option<Timestamp>,
}

/// What brought a snoozed chat back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnsnoozeCause {
    /// Its time came.
    Time,
    /// The contact wrote.
    Reply,
    /// An agent wanted it back.
    Button,
    /// Putting it aside was taken back (N6).
    Undone,
}

/// A page of a website.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageView {
    /// Its address, at most 2048 characters.
    pub url: String,
    /// Its title, at most 300 characters.
    pub title: Option<String>,
}

impl fmt::Debug for PageView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageView(..)")
    }
}

/// What is said about a contact; what is not said stays as it was.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactDescription {
    /// Name.
    pub name: Option<String>,
    /// E-mail address, a claim unless verified.
    pub email: Option<String>,
    /// Telephone number, a claim unless verified.
    pub phone: Option<String>,
    /// Further fields of a form.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl fmt::Debug for ContactDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContactDescription(..)")
    }
}
