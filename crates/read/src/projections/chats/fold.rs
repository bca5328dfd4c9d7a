//! How each event of a chat changes its row. Mirrors what the chat's own state says; adds nothing to it.

use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::{ChatEvent, ContactDescription, PageView, Priority, Receipt, ReopenCause};
use hilo_domain::{Actor, AgentId, Assignee, MessageId, Personal};
use hilo_journal::{ConsumerError, Position};
use jiff::Timestamp;

use super::super::spoken::{Spoken, contact_seq, spoken};
use super::super::{Step, number, opened};
use super::record::{ChatRecord, ChatStage};
use crate::attached::AttachmentKind;
use crate::rows::{Direction, DraftRow, MentionRow, MessageState, OwnRow};

/// Longest preview of a message in the inbox, in characters.
const PREVIEW: usize = 140;
/// How many notes of a chat that mention an agent are kept for them.
const MENTIONS: usize = 5;

impl ChatRecord {
    /// Takes one event of the chat.
    pub(super) fn fold(&mut self, step: &Step) -> Result<(), ConsumerError> {
        self.take(step)?;
        if matches!(self.state, ChatStage::Active | ChatStage::Snoozed) {
            self.state = match self.snoozed {
                Some(_) => ChatStage::Snoozed,
                None => ChatStage::Active,
            };
        }
        Ok(())
    }

    #[expect(clippy::too_many_lines, reason = "one arm an event")]
    fn take(&mut self, step: &Step) -> Result<(), ConsumerError> {
        self.changed = step.position;
        if own_matter(&step.event).is_none() {
            self.shared_changed = step.position;
        }
        if let Some(seq) = contact_seq(&step.event) {
            self.last_seq = seq;
        }
        if let Some(spoken) = spoken(step) {
            self.show_last(step, spoken)?;
        }
        self.snooze_by(step);
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
                if self.state == ChatStage::Deleted {
                    self.begin_anew();
                }
                self.state = ChatStage::Active;
                self.channel_id = Some(*channel_id);
                self.handle = shown_handle(step, *channel_kind, handle)?;
                if let Some(page) = page {
                    self.show_page(step, page)?;
                }
                self.channel_kind = word_of(*channel_kind);
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
            ChatEvent::MessageReceived { at, comment, .. } => {
                match comment {
                    Some(_) => self.commented = true,
                    None => self.last_inbound_at = self.last_inbound_at.max(Some(*at)),
                }
                if self.blocked {
                    return Ok(());
                }
                self.unread = self.unread.saturating_add(1);
                self.unanswered = true;
            }
            ChatEvent::MessageQueued { .. } => self.unanswered = false,
            ChatEvent::MessageEdited {
                message_id, text, ..
            } => {
                let text = opened(step, text)?;
                self.change_last(*message_id, |row| row.last_preview = Some(preview(text)));
            }
            ChatEvent::MessageDeleted { message_id, .. } => {
                self.change_last(*message_id, |row| {
                    (row.last_preview, row.last_kind) = (Some(String::new()), None);
                });
            }
            ChatEvent::ReplyWindowChanged { window } => {
                self.window_standard_until = Some(window.standard_until);
                self.window_until = Some(window.until);
                self.window_policy = Some(window.policy.clone());
            }
            ChatEvent::ChatRead { .. } => self.unread = 0,
            ChatEvent::ChatArchived { by, at, .. } => {
                self.state = ChatStage::Archived;
                self.archived_at = Some(*at);
                self.archived_by = Some(by.clone());
                self.resumes_activity = Some(self.last_activity);
                self.resumes_activity_at = self.last_activity_at;
                self.active_at(step.position, *at);
            }
            ChatEvent::ChatReopened { at, cause, .. } => {
                self.state = ChatStage::Active;
                self.archived_at = None;
                self.archived_by = None;
                let resumed = (
                    self.resumes_activity.take(),
                    self.resumes_activity_at.take(),
                );
                match resumed {
                    // As if it had never been put away: back to its place in the list (N6).
                    (Some(position), Some(at)) if *cause == ReopenCause::Undone => {
                        self.active_at(position, at);
                    }
                    _ => self.active_at(step.position, *at),
                }
            }
            ChatEvent::ChatMarkedUnread { .. } => self.unread = self.unread.max(1),
            ChatEvent::ChatUnreadMarkRemoved { .. } => self.unread = 0,
            ChatEvent::ChatAssigned { to, .. } => self.assign(*to),
            ChatEvent::ChatLinked { client_id, .. } => self.linked_client_id = Some(*client_id),
            ChatEvent::ChatUnlinked { .. } => self.linked_client_id = None,
            ChatEvent::ChatTagged { tags, .. } => {
                self.tags.extend_from_slice(tags);
                self.tags.sort_unstable();
                self.tags.dedup();
            }
            ChatEvent::ChatUntagged { tags, .. } => self.tags.retain(|tag| !tags.contains(tag)),
            ChatEvent::ChatPrioritized { priority, .. } => self.priority = *priority,
            ChatEvent::ChatDeleted { at, .. } => self.delete(step.position, *at),
            ChatEvent::ContactBlocked { .. } => self.blocked = true,
            ChatEvent::ContactUnblocked { .. } => self.blocked = false,
            ChatEvent::ContactReturned { handle, .. } => {
                self.contact_erased = false;
                if self.messenger().is_some() {
                    self.handle = opened(step, handle)?.cloned();
                }
            }
            ChatEvent::ChatStarred { by } => self.star(step, *by, true),
            ChatEvent::ChatUnstarred { by } => self.star(step, *by, false),
            ChatEvent::DraftSaved {
                by,
                text,
                quotes,
                at,
            } => {
                let draft = opened(step, text)?.map(|text| DraftRow {
                    text: text.clone(),
                    quotes: *quotes,
                    at: *at,
                });
                self.own(step, *by).draft = draft;
            }
            ChatEvent::DraftDiscarded { by } => self.own(step, *by).draft = None,
            ChatEvent::NoteAdded { .. }
            | ChatEvent::NoteEdited { .. }
            | ChatEvent::NoteDeleted { .. }
            | ChatEvent::MentionsSeen { .. } => self.mention_by(step)?,
            event if event.is_internal() => self.fold_internal(step)?,
            other => self.deliver(other),
        }
        Ok(())
    }

    /// Who is mentioned in a note, and who has seen it (P3).
    fn mention_by(&mut self, step: &Step) -> Result<(), ConsumerError> {
        match &step.event {
            ChatEvent::NoteAdded {
                note_id,
                text,
                mentions,
                by,
                at,
            } => {
                let text = opened(step, text)?;
                self.mention(step, mentions, &mention(*note_id, by, *at, text));
            }
            ChatEvent::NoteEdited {
                note_id,
                text,
                mentions,
                at,
                by,
            } => {
                let text = opened(step, text)?;
                let known = self.own.values().flat_map(|own| &own.mentions);
                let known = known.filter(|it| it.note_id == *note_id);
                let writer = known.map(|it| &it.by).next().or(by.as_ref()).cloned();
                self.forget_mentions(step, *note_id, |agent| !mentions.contains(&agent));
                if let Some(writer) = writer {
                    self.mention(step, mentions, &mention(*note_id, &writer, *at, text));
                }
            }
            ChatEvent::NoteDeleted { note_id, .. } => {
                self.forget_mentions(step, *note_id, |_| true);
            }
            ChatEvent::MentionsSeen { by } => {
                let mentions = &mut self.own(step, *by).mentions;
                mentions.iter_mut().for_each(|it| it.seen = true);
            }
            _of_other_matters => {}
        }
        Ok(())
    }

    /// Nobody is told of what they wrote themselves. Who was mentioned in the note before has seen it or not, as it was.
    fn mention(&mut self, step: &Step, agents: &[AgentId], row: &MentionRow) {
        let writer = row.by.agent_id();
        for agent in agents.iter().filter(|agent| Some(**agent) != writer) {
            let mentions = &mut self.own(step, *agent).mentions;
            match mentions.iter_mut().find(|it| it.note_id == row.note_id) {
                Some(known) => known.text.clone_from(&row.text),
                None => mentions.push(row.clone()),
            }
            if mentions.len() > MENTIONS {
                mentions.remove(0);
            }
        }
    }

    fn forget_mentions(&mut self, step: &Step, note: MessageId, of: impl Fn(AgentId) -> bool) {
        for (agent, own) in &mut self.own {
            if of(*agent) && own.mentions.iter().any(|it| it.note_id == note) {
                own.mentions.retain(|it| it.note_id != note);
                own.changed = step.position.0;
            }
        }
    }

    fn snooze_by(&mut self, step: &Step) {
        match &step.event {
            ChatEvent::ChatSnoozed { until, .. } => {
                (self.snoozed, self.snoozed_until) = (Some(step.position), *until);
            }
            ChatEvent::ChatUnsnoozed { .. } | ChatEvent::ChatDeleted { .. } => {
                (self.snoozed, self.snoozed_until) = (None, None);
            }
            _ => {}
        }
    }

    /// What the chat's own state forgets then is nothing for agents any more, whatever comes later (H4).
    fn delete(&mut self, position: Position, at: Timestamp) {
        self.state = ChatStage::Deleted;
        self.hidden = position;
        (self.unread, self.unanswered) = (0, false);
        self.commented = false;
        (self.archived_at, self.archived_by) = (None, None);
        (self.resumes_activity, self.resumes_activity_at) = (None, None);
        self.tags.clear();
        self.priority = Priority::default();
        self.starred_by.clear();
        self.own.retain(|_, own| own.member.is_some());
        for own in self.own.values_mut() {
            (own.starred, own.draft) = (false, None);
            own.mentions.clear();
        }
        self.active_at(position, at);
    }

    /// The contact writes in a deleted chat: of its messages nothing is shown any more.
    fn begin_anew(&mut self) {
        self.message_count = 0;
        (self.last_message_id, self.last_message_seq) = (None, None);
        (self.last_direction, self.last_preview, self.last_kind) = (None, None, None);
        (self.last_at, self.last_author, self.last_state) = (None, None, None);
        (self.page_url, self.page_title) = (None, None);
    }

    fn assign(&mut self, to: Option<Assignee>) {
        self.assignee_id = to.map(Assignee::id);
        self.assignee_bot = matches!(to, Some(Assignee::Bot { .. }));
    }

    pub(super) fn own(&mut self, step: &Step, agent: AgentId) -> &mut OwnRow {
        let own = self.own.entry(agent).or_default();
        own.changed = step.position.0;
        own
    }

    fn star(&mut self, step: &Step, agent: AgentId, starred: bool) {
        self.own(step, agent).starred = starred;
        self.starred_by.retain(|by| *by != agent);
        if starred {
            self.starred_by.push(agent);
            self.starred_by.sort_unstable();
        }
    }

    /// How far the last message came.
    fn deliver(&mut self, event: &ChatEvent) {
        match event {
            ChatEvent::MessageDelivered { receipt } => {
                self.receipt(receipt, MessageState::Delivered)
            }
            ChatEvent::MessageReadByContact { receipt, .. } => {
                self.receipt(receipt, MessageState::Read)
            }
            ChatEvent::MessageFailed { message_id, .. } => {
                self.change_last(*message_id, |row| row.forward_last(MessageState::Failed));
            }
            ChatEvent::MessageSent { message_id, .. } => {
                self.change_last(*message_id, |row| row.forward_last(MessageState::Sent));
            }
            ChatEvent::MessageUncertain { message_id, .. } => {
                self.change_last(*message_id, |row| row.forward_last(MessageState::Uncertain));
            }
            ChatEvent::MessageRetried { message_id, .. } => {
                self.change_last(*message_id, |row| {
                    row.last_state = Some(MessageState::Queued)
                });
            }
            _ => {}
        }
    }

    pub(super) fn active_at(&mut self, position: Position, at: Timestamp) {
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
        self.last_message_id = Some(spoken.id);
        self.last_message_seq = Some(spoken.seq);
        self.last_direction = Some(direction);
        self.last_preview = Some(preview(opened(step, spoken.text)?));
        self.last_kind = AttachmentKind::first(spoken.attachments);
        self.last_at = Some(spoken.at);
        self.last_author = Some(spoken.author);
        self.last_state = Some(state);
        // A blocked contact does not come to the top (P21).
        if !(self.blocked && direction == Direction::Inbound) {
            self.active_at(step.position, spoken.at);
        }
        Ok(())
    }

    fn change_last(&mut self, id: MessageId, change: impl FnOnce(&mut Self)) {
        if self.last_message_id == Some(id) {
            change(self);
        }
    }

    pub(super) fn receipt(&mut self, receipt: &Receipt, reached: MessageState) {
        let covered = match receipt {
            Receipt::UpTo { seq } => {
                let last = self.last_message_seq;
                last.is_some_and(|last| last <= number(*seq))
                    && self.last_state != Some(MessageState::Failed)
            }
            Receipt::Messages { ids } => {
                self.last_message_id.is_some_and(|last| ids.contains(&last))
            }
        };
        if covered {
            self.forward_last(reached);
        }
    }

    fn forward_last(&mut self, reached: MessageState) {
        self.last_state = self.last_state.map(|state| state.forward(reached));
    }
}

/// Whose own matter an event is: nobody else is told of it.
const fn own_matter(event: &ChatEvent) -> Option<AgentId> {
    match event {
        ChatEvent::ChatStarred { by }
        | ChatEvent::ChatUnstarred { by }
        | ChatEvent::DraftSaved { by, .. }
        | ChatEvent::DraftDiscarded { by }
        | ChatEvent::MentionsSeen { by }
        | ChatEvent::InternalChatMarkedUnread { by } => Some(*by),
        // Where all have read now, the writers see it.
        ChatEvent::InternalChatRead(reading) if reading.read_by_all_seq.is_none() => {
            Some(reading.by)
        }
        _ => None,
    }
}

impl MessageState {
    /// The further of two states (D2): what arrived cannot have failed. One that came in stays as it is.
    pub(crate) fn forward(self, reached: Self) -> Self {
        if self.rank() < reached.rank() && self != Self::Received {
            reached
        } else {
            self
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Received | Self::Queued => 0,
            Self::Uncertain => 1,
            Self::Sent => 2,
            Self::Failed => 3,
            Self::Delivered => 4,
            Self::Read => 5,
        }
    }
}

pub(super) fn word_of(kind: ChannelKind) -> Option<String> {
    let word = serde_json::to_value(kind).ok()?;
    word.as_str().map(str::to_owned)
}

fn preview(text: Option<&String>) -> String {
    text.map(|text| begin(text)).unwrap_or_default()
}

fn begin(text: &str) -> String {
    text.chars().take(PREVIEW).collect()
}

fn mention(note_id: MessageId, by: &Actor, at: Timestamp, text: Option<&String>) -> MentionRow {
    MentionRow {
        note_id,
        by: by.clone(),
        at,
        text: text.map(|text| begin(text)),
        seen: false,
    }
}

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
