//! Typed ids: one Copy newtype over `Uuid` for every noun.
//! Never makes an id: ids come from the edge or from a keyed hash.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes an id as it was stored or received.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare uuid, for columns and keys.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// The conversation with one contact on one channel.
    ChatId
);
id!(
    /// One message of a chat, in or out.
    MessageId
);
id!(
    /// Who writes: the handle on a channel. The same uuid as its chat's.
    ContactId
);
id!(
    /// A connected channel.
    ChannelId
);
id!(
    /// An employee who uses Hilo.
    AgentId
);
id!(
    /// The customer record that contacts are linked to.
    ClientId
);
id!(
    /// A reusable text.
    TemplateId
);
id!(
    /// A token of the API: what a program shows instead of a password.
    TokenId
);
id!(
    /// A named set of rights that agents belong to.
    GroupId
);
id!(
    /// A company's workspace.
    WorkspaceId
);
id!(
    /// A file that was uploaded.
    FileId
);
id!(
    /// Whose personal values are sealed with one key.
    SubjectId
);

impl ContactId {
    /// The contact of a chat: a contact is the writer of exactly one chat.
    #[must_use]
    pub const fn of(chat: ChatId) -> Self {
        Self(chat.0)
    }
}

impl ChannelId {
    /// The channel of a chat among colleagues (A13): each has one of its own, with the same uuid.
    #[must_use]
    pub const fn of_internal(chat: ChatId) -> Self {
        Self(chat.0)
    }
}

impl WorkspaceId {
    /// The workspace of a database; each workspace lives in its own.
    pub const ONLY: Self = Self(Uuid::from_u128(0x68696c6f_0000_8000_8000_000000000001));
}

impl From<ContactId> for SubjectId {
    fn from(contact: ContactId) -> Self {
        Self(contact.0)
    }
}

impl From<AgentId> for SubjectId {
    fn from(agent: AgentId) -> Self {
        Self(agent.0)
    }
}

impl From<ClientId> for SubjectId {
    fn from(client: ClientId) -> Self {
        Self(client.0)
    }
}

/// An id that betrays nothing: a version 8 uuid of the first 16 bytes of a keyed hash.
#[must_use]
pub fn from_mac(mac: &[u8; 32]) -> Uuid {
    let mut bytes = [0; 16];
    for (byte, part) in bytes.iter_mut().zip(mac) {
        *byte = *part;
    }
    Uuid::new_v8(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_its_bare_uuid_and_read_back() {
        let id = ChatId::from_uuid(Uuid::from_u128(7));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, "\"00000000-0000-0000-0000-000000000007\"");
        assert_eq!(serde_json::from_str::<ChatId>(&json).unwrap(), id);
        assert_eq!(id.to_string().parse::<ChatId>().unwrap(), id);
        assert!("no id".parse::<ChatId>().is_err());
    }

    #[test]
    fn an_id_of_a_mac_is_a_version_8_uuid_and_always_the_same() {
        let mac = [0xff; 32];
        assert_eq!(from_mac(&mac).get_version_num(), 8);
        assert_eq!(from_mac(&mac), from_mac(&mac));
        assert_ne!(from_mac(&mac), from_mac(&[0; 32]));
    }

    #[test]
    fn a_contact_has_the_uuid_of_its_chat() {
        let chat = ChatId::from_uuid(Uuid::from_u128(9));
        assert_eq!(ContactId::of(chat).as_uuid(), chat.as_uuid());
        assert_eq!(
            SubjectId::from(ContactId::of(chat)).as_uuid(),
            chat.as_uuid()
        );
    }
}
