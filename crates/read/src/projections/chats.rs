//! Table `chats`: the row of the inbox, one for each chat.
//! Mirrors what the chat's own state says of unread and unanswered; adds nothing to it.

use std::collections::BTreeMap;

use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::{ChatEvent, ContactDescription, PageView, Receipt};
use hilo_domain::{Actor, ChannelId, ChatId, ContactId, MessageId, Personal};
use hilo_journal::{ConsumerError, Position};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::counters::{Held, Share};
use super::spoken::{Spoken, contact_seq, spoken};
use super::store::Bound;
use super::{Step, number, opened};
use crate::KEPT_MESSAGES;
use crate::columns::{bound, column, instant, json, optional_instant, optional_json, word, words};
use crate::rows::{ChatRow, ChatState, LastMessage, MessageState};
use crate::schema::Stage;

/// Longest preview of a message in the inbox, in characters.
const PREVIEW: usize = 140;

/// Columns that [`ChatRecord::read`] needs.
pub(crate) const COLUMNS: &str = "id, channel_id, state, contact_name, contact_email, contact_phone, contact_verified, \
    handle, page_url, page_title, locale, unread, unanswered, last_message_id, last_message_seq, last_direction, \
    last_preview, last_at, last_author, last_state, opened_at, last_activity, last_activity_at, archived_at, \
    archived_by, last_seq, message_count, changed";

/// The same, of the table under the name `c`.
pub(crate) const COLUMNS_OF_C: &str = "c.id, c.channel_id, c.state, c.contact_name, c.contact_email, c.contact_phone, c.contact_verified, \
    c.handle, c.page_url, c.page_title, c.locale, c.unread, c.unanswered, c.last_message_id, \
    c.last_message_seq, c.last_direction, c.last_preview, c.last_at, c.last_author, c.last_state, \
    c.opened_at, c.last_activity, c.last_activity_at, c.archived_at, c.archived_by, c.last_seq, \
    c.message_count, c.changed";

words! {
    /// Where a row stands; an unopened one is shown to nobody.
    ChatStage {
        /// Described, but nobody wrote yet.
        Unopened = "unopened",
        /// In the inbox.
        Active = "active",
        /// Put away.
        Archived = "archived",
    }
}

/// A row of the table, with the columns that only the projection needs.
#[derive(Clone, PartialEq)]
pub(crate) struct ChatRecord {
    id: ChatId,
    channel_id: Option<ChannelId>,
    stage: ChatStage,
    contact_name: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    contact_verified: bool,
    handle: Option<String>,
    page_url: Option<String>,
    page_title: Option<String>,
    locale: Option<String>,
    unread: i32,
    unanswered: bool,
    last: Option<Last>,
    opened_at: Option<Timestamp>,
    last_activity: Position,
    last_activity_at: Option<Timestamp>,
    archived_at: Option<Timestamp>,
    archived_by: Option<Actor>,
    last_seq: i64,
    message_count: i64,
    changed: Position,
}

/// The last message, with what later events name it by.
#[derive(Clone, PartialEq)]
struct Last {
    id: MessageId,
    seq: i64,
    message: LastMessage,
}

impl ChatRecord {
    fn new(id: ChatId) -> Self {
        Self {
            id,
            channel_id: None,
            stage: ChatStage::Unopened,
            contact_name: None,
            contact_email: None,
            contact_phone: None,
            contact_verified: false,
            handle: None,
            page_url: None,
            page_title: None,
            locale: None,
            unread: 0,
            unanswered: false,
            last: None,
            opened_at: None,
            last_activity: Position::START,
            last_activity_at: None,
            archived_at: None,
            archived_by: None,
            last_seq: 0,
            message_count: 0,
            changed: Position::START,
        }
    }

    /// Reads a row of [`COLUMNS`].
    pub(crate) fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: ChatId::from_uuid(row.try_get("id")?),
            channel_id: row
                .try_get::<Option<Uuid>, _>("channel_id")?
                .map(ChannelId::from_uuid),
            stage: word(row, "state")?,
            contact_name: row.try_get("contact_name")?,
            contact_email: row.try_get("contact_email")?,
            contact_phone: row.try_get("contact_phone")?,
            contact_verified: row.try_get("contact_verified")?,
            handle: row.try_get("handle")?,
            page_url: row.try_get("page_url")?,
            page_title: row.try_get("page_title")?,
            locale: row.try_get("locale")?,
            unread: row.try_get("unread")?,
            unanswered: row.try_get("unanswered")?,
            last: Last::read(row)?,
            opened_at: optional_instant(row, "opened_at")?,
            last_activity: Position(row.try_get("last_activity")?),
            last_activity_at: optional_instant(row, "last_activity_at")?,
            archived_at: optional_instant(row, "archived_at")?,
            archived_by: optional_json(row, "archived_by")?,
            last_seq: row.try_get("last_seq")?,
            message_count: row.try_get("message_count")?,
            changed: Position(row.try_get("changed")?),
        })
    }

    /// The row as the screens know it; None for one that is not opened.
    pub(crate) fn view(self) -> Option<ChatRow> {
        let state = match self.stage {
            ChatStage::Unopened => return None,
            ChatStage::Active => ChatState::Active,
            ChatStage::Archived => ChatState::Archived,
        };
        Some(ChatRow {
            id: self.id,
            channel_id: self.channel_id?,
            contact_id: ContactId::of(self.id),
            contact_name: self.contact_name,
            contact_email: self.contact_email,
            contact_phone: self.contact_phone,
            contact_verified: self.contact_verified,
            handle: self.handle,
            page_url: self.page_url,
            page_title: self.page_title,
            locale: self.locale,
            state,
            unread: self.unread,
            unanswered: self.unanswered,
            last_message: self.last.map(|last| last.message),
            opened_at: self.opened_at?,
            last_activity: self.last_activity,
            last_activity_at: self.last_activity_at?,
            archived_at: self.archived_at,
            archived_by: self.archived_by,
            last_seq: self.last_seq,
            changed: self.changed,
        })
    }

    /// What the row adds to its channel's counters.
    fn share(&self) -> Held {
        let channel = self.channel_id?;
        match self.stage {
            ChatStage::Unopened => None,
            ChatStage::Active => Some((channel, Share::active(self.unread, self.unanswered))),
            ChatStage::Archived => Some((channel, Share::archived())),
        }
    }

    fn fold(&mut self, step: &Step) -> Result<(), ConsumerError> {
        self.changed = step.position;
        if let Some(seq) = contact_seq(&step.event) {
            self.last_seq = seq;
        }
        if let Some(spoken) = spoken(step) {
            self.show_last(step, spoken)?;
        }
        match &step.event {
            ChatEvent::ChatOpened {
                channel_id,
                channel_kind,
                handle,
                page,
                locale,
                at,
                ..
            } => {
                self.stage = ChatStage::Active;
                self.channel_id = Some(*channel_id);
                self.handle = shown_handle(step, *channel_kind, handle)?;
                if let Some(page) = page {
                    self.show_page(step, page)?;
                }
                self.locale.clone_from(locale);
                self.opened_at = Some(*at);
                self.active_at(step.position, *at);
            }
            ChatEvent::ContactDescribed {
                description,
                verified,
                ..
            } => {
                self.describe(opened(step, description)?, *verified);
            }
            ChatEvent::ContactPageViewed { page } => self.show_page(step, page)?,
            ChatEvent::MessageReceived { .. } => {
                self.unread = self.unread.saturating_add(1);
                self.unanswered = true;
            }
            ChatEvent::MessageQueued { .. } => self.unanswered = false,
            ChatEvent::MessageEdited {
                message_id, text, ..
            } => {
                let text = opened(step, text)?;
                self.change_last(*message_id, |last| last.preview = preview(text));
            }
            ChatEvent::MessageDeleted { message_id, .. } => {
                self.change_last(*message_id, |last| last.preview.clear());
            }
            ChatEvent::MessageDelivered { receipt } => {
                self.receipt(receipt, MessageState::Delivered)
            }
            ChatEvent::MessageReadByContact { receipt, .. } => {
                self.receipt(receipt, MessageState::Read)
            }
            ChatEvent::MessageFailed { message_id, .. } => self.change_last(*message_id, |last| {
                if last.state == MessageState::Queued {
                    last.state = MessageState::Failed;
                }
            }),
            ChatEvent::ChatRead { .. } => self.unread = 0,
            ChatEvent::ChatArchived { by, at, .. } => {
                self.stage = ChatStage::Archived;
                self.archived_at = Some(*at);
                self.archived_by = Some(by.clone());
                self.active_at(step.position, *at);
            }
            ChatEvent::ChatReopened { at, .. } => {
                self.stage = ChatStage::Active;
                self.archived_at = None;
                self.archived_by = None;
                self.active_at(step.position, *at);
            }
            ChatEvent::MessageReactionChanged { .. }
            | ChatEvent::AgentJoined { .. }
            | ChatEvent::ChatRated { .. } => {}
        }
        Ok(())
    }

    fn active_at(&mut self, position: Position, at: Timestamp) {
        self.last_activity = position;
        self.last_activity_at = Some(at);
    }

    fn show_page(&mut self, step: &Step, page: &Personal<PageView>) -> Result<(), ConsumerError> {
        let page = opened(step, page)?;
        self.page_url = page.map(|page| page.url.clone());
        self.page_title = page.and_then(|page| page.title.clone());
        Ok(())
    }

    /// What is not said stays; a bare claim never overwrites what was proven.
    fn describe(&mut self, description: Option<&ContactDescription>, verified: bool) {
        let Some(description) = description else {
            // Erased: so is everything said before, sealed with the same key.
            (self.contact_name, self.contact_email, self.contact_phone) = (None, None, None);
            return;
        };
        let overwrite = verified || !self.contact_verified;
        for (shown, said) in [
            (&mut self.contact_name, &description.name),
            (&mut self.contact_email, &description.email),
            (&mut self.contact_phone, &description.phone),
        ] {
            if said.is_some() && (overwrite || shown.is_none()) {
                shown.clone_from(said);
            }
        }
        self.contact_verified |= verified;
    }

    fn show_last(&mut self, step: &Step, spoken: Spoken<'_>) -> Result<(), ConsumerError> {
        let (direction, state) = spoken.begins();
        self.message_count += 1;
        self.last = Some(Last {
            id: spoken.id,
            seq: spoken.seq,
            message: LastMessage {
                direction,
                preview: preview(opened(step, spoken.text)?),
                at: spoken.at,
                author: spoken.author,
                state,
            },
        });
        self.active_at(step.position, spoken.at);
        Ok(())
    }

    fn change_last(&mut self, id: MessageId, change: impl FnOnce(&mut LastMessage)) {
        if let Some(last) = self.last.as_mut().filter(|last| last.id == id) {
            change(&mut last.message);
        }
    }

    fn receipt(&mut self, Receipt::UpTo { seq }: &Receipt, reached: MessageState) {
        if let Some(last) = self.last.as_mut().filter(|last| last.seq <= number(*seq)) {
            last.message.state = last.message.state.forward(reached);
        }
    }
}

impl MessageState {
    /// The further of two states; only what is under way moves (D2).
    pub(crate) fn forward(self, reached: Self) -> Self {
        match (self, reached) {
            (Self::Queued, Self::Delivered | Self::Read) | (Self::Delivered, Self::Read) => reached,
            _ => self,
        }
    }
}

impl Last {
    fn read(row: &PgRow) -> Result<Option<Self>, sqlx::Error> {
        let Some(id) = row.try_get::<Option<Uuid>, _>("last_message_id")? else {
            return Ok(None);
        };
        Ok(Some(Self {
            id: MessageId::from_uuid(id),
            seq: row.try_get("last_message_seq")?,
            message: LastMessage {
                direction: word(row, "last_direction")?,
                preview: row.try_get("last_preview")?,
                at: instant(row, "last_at")?,
                author: json(row, "last_author")?,
                state: word(row, "last_state")?,
            },
        }))
    }
}

fn preview(text: Option<&String>) -> String {
    text.map(|text| text.chars().take(PREVIEW).collect())
        .unwrap_or_default()
}

/// The rows of a batch, as they were and as they become.
pub(crate) struct Chats {
    before: BTreeMap<ChatId, ChatRecord>,
    now: BTreeMap<ChatId, ChatRecord>,
}

/// Loads how far the rows reach, what the schema is for and the rows of some chats, all of one moment.
/// The transaction need not reach the disk: the rows can be made again, so losing the newest in a crash costs nothing.
pub(crate) fn load_sql() -> String {
    format!(
        "SELECT p.position AS reached, p.stage, p.committed, {COLUMNS_OF_C}
         FROM (SELECT position, stage, set_config('synchronous_commit', 'off', true) AS committed
               FROM {{read}}.progress) AS p
         LEFT JOIN {{read}}.chats AS c ON c.id = ANY($1)"
    )
}

/// Runs [`load_sql`].
pub(crate) async fn load(
    sql: &str,
    tx: &mut PgConnection,
    ids: Vec<Uuid>,
) -> Result<(Position, Stage, Chats), sqlx::Error> {
    let rows = sqlx::query(sql).bind(ids).fetch_all(tx).await?;
    let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let (reached, stage) = (Position(first.try_get("reached")?), word(first, "stage")?);
    let mut before = BTreeMap::new();
    for row in &rows {
        if row.try_get::<Option<Uuid>, _>("id")?.is_some() {
            let record = ChatRecord::read(row)?;
            before.insert(record.id, record);
        }
    }
    let now = before.clone();
    Ok((reached, stage, Chats { before, now }))
}

impl Chats {
    /// Takes one event into its row.
    pub(crate) fn fold(&mut self, step: &Step) -> Result<(), ConsumerError> {
        self.now
            .entry(step.chat_id)
            .or_insert_with(|| ChatRecord::new(step.chat_id))
            .fold(step)
    }

    /// What the batch takes from and adds to the counters.
    pub(crate) fn counter_changes(&self) -> impl Iterator<Item = (Held, Held)> {
        self.now
            .iter()
            .map(|(id, now)| (self.before.get(id).and_then(ChatRecord::share), now.share()))
    }

    /// Chats that got messages and have had more than are kept.
    pub(crate) fn over_the_limit(&self) -> Vec<Uuid> {
        self.now
            .iter()
            .filter(|(id, now)| {
                let before = self.before.get(id).map_or(0, |before| before.message_count);
                now.message_count > KEPT_MESSAGES && now.message_count > before
            })
            .map(|(id, _)| id.as_uuid())
            .collect()
    }

    /// Binds every row once, for [`WRITE`].
    pub(crate) fn bind<'q>(&'q self, query: Bound<'q>) -> Bound<'q> {
        let rows = self.now.values().collect::<Vec<_>>();
        let last = column(&rows, |r| r.last.as_ref());
        let message = column(&last, |last| last.map(|last| &last.message));
        query
            .bind(column(&rows, |r| r.id.as_uuid()))
            .bind(column(&rows, |r| r.channel_id.map(ChannelId::as_uuid)))
            .bind(column(&rows, |r| r.stage.word()))
            .bind(column(&rows, |r| r.contact_name.as_deref()))
            .bind(column(&rows, |r| r.contact_email.as_deref()))
            .bind(column(&rows, |r| r.contact_phone.as_deref()))
            .bind(column(&rows, |r| r.contact_verified))
            .bind(column(&rows, |r| r.handle.as_deref()))
            .bind(column(&rows, |r| r.page_url.as_deref()))
            .bind(column(&rows, |r| r.page_title.as_deref()))
            .bind(column(&rows, |r| r.locale.as_deref()))
            .bind(column(&rows, |r| r.unread))
            .bind(column(&rows, |r| r.unanswered))
            .bind(column(&last, |last| last.map(|last| last.id.as_uuid())))
            .bind(column(&last, |last| last.map(|last| last.seq)))
            .bind(column(&message, |m| m.map(|m| m.direction.word())))
            .bind(column(&message, |m| m.map(|m| m.preview.as_str())))
            .bind(column(&message, |m| m.map(|m| bound(m.at))))
            .bind(column(&message, |m| m.map(|m| Json(&m.author))))
            .bind(column(&message, |m| m.map(|m| m.state.word())))
            .bind(column(&rows, |r| r.opened_at.map(bound)))
            .bind(column(&rows, |r| r.last_activity.0))
            .bind(column(&rows, |r| r.last_activity_at.map(bound)))
            .bind(column(&rows, |r| r.archived_at.map(bound)))
            .bind(column(&rows, |r| r.archived_by.as_ref().map(Json)))
            .bind(column(&rows, |r| r.last_seq))
            .bind(column(&rows, |r| r.message_count))
            .bind(column(&rows, |r| r.changed.0))
    }
}

/// Writes rows as [`Chats::bind`] binds them.
pub(crate) const WRITE: &str = "chats_written AS (
    INSERT INTO {read}.chats AS c (id, channel_id, state, contact_name, contact_email, contact_phone, contact_verified,
        handle, page_url, page_title, locale, unread, unanswered, last_message_id, last_message_seq, last_direction,
        last_preview, last_at, last_author, last_state, opened_at, last_activity, last_activity_at, archived_at,
        archived_by, last_seq, message_count, changed)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::int4[], $13::bool[], $14::uuid[], $15::int8[],
        $16::text[], $17::text[], $18::timestamptz[], $19::jsonb[], $20::text[], $21::timestamptz[], $22::int8[],
        $23::timestamptz[], $24::timestamptz[], $25::jsonb[], $26::int8[], $27::int8[], $28::int8[])
    ON CONFLICT (id) DO UPDATE SET
        channel_id = excluded.channel_id, state = excluded.state, contact_name = excluded.contact_name,
        contact_email = excluded.contact_email, contact_phone = excluded.contact_phone,
        contact_verified = excluded.contact_verified, handle = excluded.handle, page_url = excluded.page_url,
        page_title = excluded.page_title, locale = excluded.locale, unread = excluded.unread,
        unanswered = excluded.unanswered, last_message_id = excluded.last_message_id,
        last_message_seq = excluded.last_message_seq, last_direction = excluded.last_direction,
        last_preview = excluded.last_preview, last_at = excluded.last_at, last_author = excluded.last_author,
        last_state = excluded.last_state, opened_at = excluded.opened_at, last_activity = excluded.last_activity,
        last_activity_at = excluded.last_activity_at, archived_at = excluded.archived_at,
        archived_by = excluded.archived_by, last_seq = excluded.last_seq, message_count = excluded.message_count,
        changed = excluded.changed)";

/// A web chat has no handle to show: the visitor's id goes on with their session, so it is theirs to know alone.
fn shown_handle(
    step: &Step,
    kind: ChannelKind,
    handle: &Personal<String>,
) -> Result<Option<String>, ConsumerError> {
    match kind {
        ChannelKind::WebChat => Ok(None),
        ChannelKind::Messenger
        | ChannelKind::Instagram
        | ChannelKind::WhatsApp
        | ChannelKind::Telegram
        | ChannelKind::Sms
        | ChannelKind::Email
        | ChannelKind::Call
        | ChannelKind::Voicemail
        | ChannelKind::GoogleBusiness
        | ChannelKind::Api
        | ChannelKind::Internal => Ok(opened(step, handle)?.cloned()),
    }
}
