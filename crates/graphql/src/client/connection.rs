//! A page of the list of clients, by name. Its cursors carry a name, so they are not those of other lists.

use async_graphql::{Context, Object};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hilo_read::{ClientKey, ClientList, ClientRow};
use uuid::Uuid;

use super::object::Client;
use crate::context::Asked;
use crate::error::Failure;
use crate::pagination::PageInfo;
use crate::scalars::Position;

const TAG: &str = "clients";
/// Longest cursor that is read: names have a limit.
const LONGEST: usize = 2_000;

/// A page of clients, by name.
pub struct ClientConnection {
    pub(super) list: ClientList,
    pub(super) has_previous: bool,
}

/// A page of clients, by name.
#[Object]
impl ClientConnection {
    /// The clients with their cursors.
    fn edges(&self) -> Vec<ClientEdge> {
        self.list.rows.iter().cloned().map(ClientEdge).collect()
    }

    /// The clients.
    fn nodes(&self) -> Vec<Client> {
        self.list.rows.iter().cloned().map(Client::part).collect()
    }

    /// Whether there is more on either side.
    fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.list.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.list.rows.first().map(|row| encode(&row.key())),
            end_cursor: self.list.rows.last().map(|row| encode(&row.key())),
        }
    }

    /// The position of the snapshot this page was read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.list.position)
    }
}

/// A client in its page.
pub struct ClientEdge(ClientRow);

/// A client in its page.
#[Object]
impl ClientEdge {
    /// Give it back as `after` to go on from here.
    fn cursor(&self) -> String {
        encode(&self.0.key())
    }

    /// The client.
    fn node(&self) -> Client {
        Client::part(self.0.clone())
    }
}

fn encode(key: &ClientKey) -> String {
    URL_SAFE_NO_PAD.encode(format!("{TAG}:{}:{}", key.id.simple(), key.name))
}

/// The key behind a cursor of this list.
pub(super) fn decode(cursor: &str) -> Result<ClientKey, Failure> {
    let invalid = || Failure::bad_cursor("after", "`after` is no cursor of this list.");
    if cursor.len() > LONGEST {
        return Err(invalid());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
    let text = String::from_utf8(bytes).map_err(|_| invalid())?;
    let mut parts = text.splitn(3, ':');
    let (tag, id, name) = (parts.next(), parts.next(), parts.next());
    let id = id.and_then(|id| Uuid::try_parse(id).ok());
    match (tag, id, name) {
        (Some(TAG), Some(id), Some(name)) if !name.contains('\0') => {
            let key = ClientKey {
                name: name.to_owned(),
                id,
            };
            // Comparing with what encode makes refuses every second spelling of the same key.
            match encode(&key) == cursor {
                true => Ok(key),
                false => Err(invalid()),
            }
        }
        _ => Err(invalid()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_it_wrote_and_nothing_else_is_one() {
        let key = ClientKey {
            name: "łucja: sól".to_owned(),
            id: Uuid::from_u128(7),
        };
        assert_eq!(decode(&encode(&key)).unwrap(), key);
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for wrong in [
            String::new(),
            "!".to_owned(),
            encoded("chats:1:00000000000000000000000000000007"),
            encoded("clients:7:x"),
            encoded("clients:00000000000000000000000000000007"),
            encoded("clients:00000000-0000-0000-0000-000000000007:x"),
            encoded("clients:00000000000000000000000000000007:\0"),
            URL_SAFE_NO_PAD.encode([0xff, 0xfe]),
            "A".repeat(100_000),
        ] {
            assert!(decode(&wrong).is_err(), "{wrong:.40}");
        }
    }
}
