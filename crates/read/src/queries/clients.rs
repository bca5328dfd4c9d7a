//! Clients: single ones, a page of the list by name, and who has a phone number. A client is not of a channel; the chats
//! of one are, and only those of the viewer's channels are given or counted.

use hilo_domain::client::phone_digits;
use hilo_domain::{ChatId, ClientId};
use sqlx::Row;
use uuid::Uuid;

use super::{ChannelScope, positioned, with_position};
use crate::error::{PageRefusal, ReadError, database};
use crate::model::ReadModel;
use crate::page::{DEFAULT_PAGE, End, Key, MAX_PAGE, Page, Paged, Read};
use crate::projections::chats::ChatRecord;
use crate::projections::clients::{name_key, phone_key};
use crate::rows::{ChatRow, ClientRow};
use crate::table;

const DOING: &str = "reading clients";
/// Most clients found by one phone number.
const MOST_BY_PHONE: i64 = 20;
/// Most clients told of those merged into one.
const MOST_MERGED: i64 = 50;
/// Fewest digits to look for.
const FEWEST_DIGITS: usize = 5;

/// Where a client stands in the list: by name, then by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKey {
    /// What names are sorted by.
    pub name: String,
    /// The client's id.
    pub id: Uuid,
}

/// A page of the list of clients.
#[derive(Clone, Debug, Default)]
pub struct ClientPage {
    /// So many, at most 100.
    pub first: Option<usize>,
    /// Only clients behind this one.
    pub after: Option<ClientKey>,
    /// Only clients whose name begins so; capital and small letters are the same.
    pub name_prefix: Option<String>,
}

/// Clients by name, with the position they are of.
#[derive(Clone, Debug)]
pub struct ClientList {
    /// In the order of their names.
    pub rows: Vec<ClientRow>,
    /// Whether more follow.
    pub has_next: bool,
    /// Position of the read model in the same snapshot.
    pub position: hilo_journal::Position,
}

impl ClientRow {
    /// Where it stands in the list.
    #[must_use]
    pub fn key(&self) -> ClientKey {
        ClientKey {
            name: self.name_key.clone(),
            id: self.id.as_uuid(),
        }
    }
}

impl ReadModel {
    /// One client, None where it was never made or is deleted. A merged one is there, and says into which.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn client(&self, id: ClientId) -> Result<Option<Read<ClientRow>>, ReadError> {
        let one = format!(
            "SELECT {} FROM {{read}}.clients c WHERE c.id = $1 AND NOT c.deleted",
            ClientRow::COLUMNS
        );
        let one = &positioned(&one, "");
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(one))
                    .bind(id.as_uuid())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        let (position, mut found) =
            with_position(&rows, ClientRow::read).map_err(database(DOING))?;
        Ok(found.pop().map(|value| Read { value, position }))
    }

    /// Several clients in no certain order, without those that are not there or deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clients_by_ids(&self, ids: &[ClientId]) -> Result<Vec<ClientRow>, ReadError> {
        let several = &format!(
            "SELECT {} FROM {{read}}.clients WHERE id = ANY($1) AND NOT deleted",
            ClientRow::COLUMNS
        );
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(several))
                    .bind(ids.iter().map(|id| id.as_uuid()).collect::<Vec<_>>())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        read_all(&rows)
    }

    /// A page of the list, by name; without merged and deleted ones.
    ///
    /// # Errors
    /// When the page is refused or the database fails.
    pub async fn clients(&self, page: ClientPage) -> Result<ClientList, ReadError> {
        let size = page.first.unwrap_or(DEFAULT_PAGE);
        if size > MAX_PAGE {
            return Err(PageRefusal::TooMany { limit: MAX_PAGE }.into());
        }
        let from = name_key(&page.name_prefix.unwrap_or_default());
        // Behind every name that begins so: no character sorts higher.
        let to = format!("{from}\u{10ffff}");
        let after = page.after.unwrap_or(ClientKey {
            name: String::new(),
            id: Uuid::nil(),
        });
        let rows = format!(
            "SELECT {} FROM {{read}}.clients
             WHERE NOT deleted AND merged_into IS NULL AND name_key >= $1 AND name_key < $2 AND (name_key, id) > ($3, $4)
             ORDER BY name_key, id LIMIT $5",
            ClientRow::COLUMNS
        );
        let (statement, bound) = (
            &positioned(&rows, "ORDER BY r.name_key, r.id"),
            (&from, &to, &after),
        );
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(bound.0)
                    .bind(bound.1)
                    .bind(&bound.2.name)
                    .bind(bound.2.id)
                    .bind(i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1))
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        let (position, mut rows) =
            with_position(&rows, ClientRow::read).map_err(database(DOING))?;
        let has_next = rows.len() > size;
        rows.truncate(size);
        Ok(ClientList {
            rows,
            has_next,
            position,
        })
    }

    /// Clients that have a phone number, at most 20. Numbers with and without the code of a country are the same where the
    /// last nine digits are; two with different codes never are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clients_by_phone(&self, phone: &str) -> Result<Vec<ClientRow>, ReadError> {
        let digits = phone_digits(phone);
        if digits.len() < FEWEST_DIGITS {
            return Ok(Vec::new());
        }
        let statement = &format!(
            "SELECT {} FROM {{read}}.clients
             WHERE string_to_array(phone_keys, ' ') @> ARRAY[$1] AND NOT deleted AND merged_into IS NULL
             ORDER BY created LIMIT $2",
            ClientRow::COLUMNS
        );
        let key = &phone_key(phone);
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(key)
                    .bind(MOST_BY_PHONE)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        let mut found = read_all(&rows)?;
        let asked = hilo_domain::client::parse_phone(phone).and_then(|phone| phone.e164);
        found.retain(|client| {
            let mut same = client
                .details
                .phones
                .iter()
                .filter(|known| phone_key(&known.typed) == *key);
            same.any(|known| match (&asked, &known.e164) {
                (Some(asked), Some(known)) => asked == known,
                _ => true,
            })
        });
        Ok(found)
    }

    /// The clients that were merged into this one itself, oldest first, at most 50.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn merged_clients(&self, into: ClientId) -> Result<Vec<ClientRow>, ReadError> {
        let statement = &format!(
            "SELECT {} FROM {{read}}.clients WHERE merged_into = $1 AND NOT deleted ORDER BY created, id LIMIT $2",
            ClientRow::COLUMNS
        );
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(into.as_uuid())
                    .bind(MOST_MERGED)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        read_all(&rows)
    }

    /// A page of a client's chats, newest activity first: those linked to it and to what was merged into it (G13).
    ///
    /// # Errors
    /// When the page is refused or the database fails.
    pub async fn client_chats(
        &self,
        scope: &ChannelScope,
        client: ClientId,
        page: Page,
    ) -> Result<Paged<ChatRow>, ReadError> {
        let (end, size) = page.extent(End::Front)?;
        let order = match end {
            End::Front => "DESC",
            End::Back => "ASC",
        };
        let newest = Key {
            position: i64::MAX,
            id: Uuid::max(),
        };
        let oldest = Key {
            position: -1,
            id: Uuid::nil(),
        };
        let (below, above) = (page.after.unwrap_or(newest), page.before.unwrap_or(oldest));
        let rows = format!(
            "SELECT {} FROM {{read}}.chats AS c
             WHERE c.client_id = $1 AND {}
               AND (c.last_activity, c.id) < ($3, $4) AND (c.last_activity, c.id) > ($5, $6)
             ORDER BY c.last_activity {order}, c.id {order} LIMIT $7",
            table::of("c", ChatRecord::COLUMNS),
            scope.visible()
        );
        let statement = &positioned(
            &rows,
            &format!("ORDER BY r.last_activity {order}, r.id {order}"),
        );
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(client.as_uuid())
                    .bind(scope.bound())
                    .bind(below.position)
                    .bind(below.id)
                    .bind(above.position)
                    .bind(above.id)
                    .bind(i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1))
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        let (position, records) =
            with_position(&rows, ChatRecord::read).map_err(database(DOING))?;
        let rows = records.into_iter().filter_map(ChatRecord::view);
        let rows = rows.map(|chat| {
            let key = Key {
                position: chat.last_activity.0,
                id: chat.id.as_uuid(),
            };
            (key, chat)
        });
        Ok(Paged::of(rows.collect(), &page, end, size, position))
    }

    /// How many chats each of these clients has in the viewer's channels; none are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn client_chat_counts(
        &self,
        scope: &ChannelScope,
        clients: &[ClientId],
    ) -> Result<Vec<(ClientId, i64)>, ReadError> {
        let statement = &format!(
            "SELECT c.client_id, count(*) AS chats FROM {{read}}.chats AS c
             WHERE c.client_id = ANY($1) AND {} GROUP BY c.client_id",
            scope.visible()
        );
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(clients.iter().map(|id| id.as_uuid()).collect::<Vec<_>>())
                    .bind(scope.bound())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        rows.iter()
            .map(|row| {
                let id = ClientId::from_uuid(row.try_get("client_id")?);
                Ok((id, row.try_get("chats")?))
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(database(DOING))
    }

    /// Whose content goes when a client is erased, of one moment: the client, what was merged into it, and the chats linked
    /// to any of these.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn client_subjects(
        &self,
        client: ClientId,
    ) -> Result<Read<(Vec<ClientId>, Vec<ChatId>)>, ReadError> {
        let rows = "
            WITH RECURSIVE below AS (
                SELECT id FROM {read}.clients WHERE id = $1
                UNION SELECT c.id FROM {read}.clients AS c JOIN below ON c.merged_into = below.id)
            SELECT id, true AS is_client FROM below
            UNION ALL SELECT h.id, false FROM {read}.chats AS h JOIN below ON h.linked_client_id = below.id";
        let statement = &positioned(rows, "");
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(client.as_uuid())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        let read = |row: &sqlx::postgres::PgRow| {
            Ok((row.try_get::<Uuid, _>("id")?, row.try_get("is_client")?))
        };
        let (position, found) = with_position(&rows, read).map_err(database(DOING))?;
        let (clients, chats): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(_, is_client)| *is_client);
        let clients = clients.into_iter().map(|(id, _)| ClientId::from_uuid(id));
        let chats = chats.into_iter().map(|(id, _)| ChatId::from_uuid(id));
        Ok(Read {
            value: (clients.collect(), chats.collect()),
            position,
        })
    }
}

fn read_all(rows: &[sqlx::postgres::PgRow]) -> Result<Vec<ClientRow>, ReadError> {
    let read = rows.iter().map(ClientRow::read);
    read.collect::<Result<_, _>>().map_err(database(DOING))
}
