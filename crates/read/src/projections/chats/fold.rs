//! How each event of a chat changes its row. Mirrors what the chat's own state says; adds nothing to it.

use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::{ChatEvent, ContactDescription, PageView, Receipt};
use hilo_domain::{Assignee, MessageId, Personal};
use hilo_journal::{ConsumerError, Position};
use jiff::Timestamp;

use super::super::spoken::{Spoken, contact_seq, spoken};
use super::super::{Step, number, opened};
use super::record::{ChatRecord, ChatStage};
use crate::rows::MessageState;

/// Longest preview of a message in the inbox, in characters.
const PREVIEW: usize = 140;

impl ChatRecord {
    /// Takes one event of the chat.
    pub(super) fn fold(&mut self, step: &Step) -> Result<(), ConsumerError> {
        self.changed = step.position;
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
                self.state = ChatStage::Active;
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
                self.change_last(*message_id, |row| row.last_preview = Some(preview(text)));
            }
            ChatEvent::MessageDeleted { message_id, .. } => {
                self.change_last(*message_id, |row| row.last_preview = Some(String::new()));
            }
            ChatEvent::MessageDelivered { receipt } => {
                self.receipt(receipt, MessageState::Delivered)
            }
            ChatEvent::MessageReadByContact { receipt, .. } => {
                self.receipt(receipt, MessageState::Read)
            }
            ChatEvent::MessageFailed { message_id, .. } => self.change_last(*message_id, |row| {
                if row.last_state == Some(MessageState::Queued) {
                    row.last_state = Some(MessageState::Failed);
                }
            }),
            ChatEvent::ChatRead { .. } => self.unread = 0,
            ChatEvent::ChatArchived { by, at, .. } => {
                self.state = ChatStage::Archived;
                self.archived_at = Some(*at);
                self.archived_by = Some(by.clone());
                self.active_at(step.position, *at);
            }
            ChatEvent::ChatReopened { at, .. } => {
                self.state = ChatStage::Active;
                self.archived_at = None;
                self.archived_by = None;
                self.active_at(step.position, *at);
            }
            ChatEvent::ChatMarkedUnread { .. } => self.unread = self.unread.max(1),
            ChatEvent::ChatUnreadMarkRemoved { .. } => self.unread = 0,
            ChatEvent::ChatAssigned { to, .. } => self.assign(*to),
            _ => {}
        }
        Ok(())
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

    fn assign(&mut self, to: Option<Assignee>) {
        self.assignee_id = to.map(Assignee::id);
        self.assignee_bot = matches!(to, Some(Assignee::Bot { .. }));
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
        self.last_message_id = Some(spoken.id);
        self.last_message_seq = Some(spoken.seq);
        self.last_direction = Some(direction);
        self.last_preview = Some(preview(opened(step, spoken.text)?));
        self.last_at = Some(spoken.at);
        self.last_author = Some(spoken.author);
        self.last_state = Some(state);
        self.active_at(step.position, spoken.at);
        Ok(())
    }

    fn change_last(&mut self, id: MessageId, change: impl FnOnce(&mut Self)) {
        if self.last_message_id == Some(id) {
            change(self);
        }
    }

    fn receipt(&mut self, Receipt::UpTo { seq }: &Receipt, reached: MessageState) {
        if self
            .last_message_seq
            .is_some_and(|last| last <= number(*seq))
        {
            self.last_state = self.last_state.map(|state| state.forward(reached));
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

fn preview(text: Option<&String>) -> String {
    text.map(|text| text.chars().take(PREVIEW).collect())
        .unwrap_or_default()
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
