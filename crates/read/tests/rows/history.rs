//! Histories of chats as the domain itself decides them, from a seed: the same seed, the same events.

use std::collections::BTreeMap;
use std::sync::Arc;

use hilo_domain::agent::Role;
use hilo_domain::attachment::{FileAttachment, FileDetails, FileKind, Place};
use hilo_domain::channel::{ChannelEvent, ChannelKind, ChannelRules};
use hilo_domain::chat::{
    AgentFact, ChannelFact, Chat, ChatCommand, ChatEvent, ChatFacts, ContactDescription,
    FailureCause, InternalCommand, PageView, Priority, UndoneAct, decide, evolve,
};
use hilo_domain::policy::Manner;
use hilo_domain::text::NoteText;
use hilo_domain::{
    AgentId, Attachment, ChannelId, ChatId, ContactId, FileId, MessageId, MessageText, Personal,
};
use hilo_journal::{Cause, Metadata, Position, RecordedEvent};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;

/// Numbers from a seed (xorshift).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Chats being lived, and everything that happened so far.
pub struct History {
    pub states: BTreeMap<ChatId, Chat>,
    pub events: Vec<RecordedEvent>,
    pub dice: Dice,
    /// When the next thing is done.
    pub now: Timestamp,
    /// Who was erased, and how often.
    pub erased: Arc<BTreeMap<ContactId, i32>>,
}

pub fn chat_id(n: u64) -> ChatId {
    ChatId::from_uuid(Uuid::from_u128(0xc000_0000 + u128::from(n)))
}

pub fn channel_id(n: u64) -> ChannelId {
    ChannelId::from_uuid(Uuid::from_u128(0xa000_0000 + u128::from(n)))
}

pub fn agent_id(n: u64) -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(0xb000_0000 + u128::from(n)))
}

/// What a message carries: some a picture and a place, others nothing; always the same for the same words.
fn carried(chat: ChatId, message: MessageId, text: &str) -> Vec<Attachment> {
    if !text.len().is_multiple_of(3) {
        return Vec::new();
    }
    let contact = ContactId::of(chat);
    let file = FileAttachment {
        file_id: FileId::from_uuid(message.as_uuid()),
        kind: FileKind::Image,
        media_type: "image/png".to_owned(),
        size: 1_234,
        details: Personal::new(
            contact,
            FileDetails {
                name: Some("personal name.png".to_owned()),
                width: Some(640),
                height: Some(480),
                duration_ms: None,
            },
        ),
    };
    let place = Place {
        latitude: 40.4,
        longitude: -3.7,
        name: Some("personal place".to_owned()),
        address: None,
    };
    vec![
        Attachment::File(file),
        Attachment::Place(Personal::new(contact, place)),
    ]
}

impl History {
    pub fn new(seed: u64) -> Self {
        let now = "2026-11-01T08:00:00Z".parse().unwrap();
        Self {
            states: BTreeMap::new(),
            events: Vec::new(),
            dice: Dice::new(seed),
            now,
            erased: Arc::default(),
        }
    }

    /// Lets the domain decide a command and records what it yields; a refusal yields nothing.
    pub fn command(&mut self, chat: ChatId, command: ChatCommand) {
        self.now += SignedDuration::new(1_234, 567_000_789);
        let state = self.states.entry(chat).or_default();
        let by = match &command {
            ChatCommand::SendMessage { by, .. }
            | ChatCommand::MarkChatRead { by }
            | ChatCommand::ArchiveChat { by, .. }
            | ChatCommand::ReopenChat { by, .. }
            | ChatCommand::SnoozeChat { by, .. }
            | ChatCommand::UnsnoozeChat { by }
            | ChatCommand::MarkChatUnread { by }
            | ChatCommand::StarChat { by, .. }
            | ChatCommand::AddTags { by, .. }
            | ChatCommand::RemoveTags { by, .. }
            | ChatCommand::Prioritize { by, .. }
            | ChatCommand::BlockContact { by, .. }
            | ChatCommand::AddNote { by, .. }
            | ChatCommand::EditNote { by, .. }
            | ChatCommand::DeleteNote { by, .. }
            | ChatCommand::EditSentMessage { by, .. }
            | ChatCommand::DeleteSentMessage { by, .. }
            | ChatCommand::ReactAsAgent { by, .. }
            | ChatCommand::SaveDraft { by, .. }
            | ChatCommand::DiscardDraft { by }
            | ChatCommand::UndoActs { by, .. }
            | ChatCommand::LinkClient { by, .. }
            | ChatCommand::UnlinkClient { by }
            | ChatCommand::DeleteChat { by, .. }
            | ChatCommand::TakeChat { by, .. }
            | ChatCommand::UnassignChat { by, .. } => Some(*by),
            ChatCommand::Internal(
                InternalCommand::OpenInternalChat { by, .. }
                | InternalCommand::AddInternalMembers { by, .. }
                | InternalCommand::RemoveInternalMember { by, .. }
                | InternalCommand::RenameInternalChat { by, .. }
                | InternalCommand::SendInternalMessage { by, .. },
            ) => Some(*by),
            _ => None,
        };
        let auditor = match &command {
            ChatCommand::Internal(InternalCommand::AuditInternalChat { by, .. }) => Some(*by),
            _ => None,
        };
        let fact = |agent_id, role| AgentFact {
            agent_id,
            role,
            active: true,
            chats_right: true,
            channel_access: true,
        };
        let linking = matches!(
            command,
            ChatCommand::LinkClient { .. } | ChatCommand::UnlinkClient { .. }
        );
        let channel = state.channel_id().filter(|_| linking);
        let facts = ChatFacts {
            channel: Some(ChannelFact {
                channel_id: channel.unwrap_or(channel_id(0)),
                kind: ChannelKind::WebChat,
                name: "Shop".to_owned(),
                connected: true,
                rules: ChannelRules::default(),
                reports: None,
                receives_comments: false,
            }),
            agent: by
                .map(|agent| fact(agent, Role::Administrator))
                .or(auditor.map(|agent| fact(agent, Role::Auditor))),
            named: (0..5)
                .map(|n| fact(agent_id(n), Role::Administrator))
                .collect(),
            erased: Arc::clone(&self.erased),
            auto_close_minutes: Some(1),
            ..ChatFacts::default()
        };
        for event in decide(state, command, &facts).unwrap_or_default() {
            evolve(state, &event);
            let position = i64::try_from(self.events.len()).unwrap() + 1;
            self.events.push(recorded(chat, position, self.now, &event));
        }
    }

    pub fn receive(&mut self, chat: ChatId, channel: ChannelId, text: &str) -> MessageId {
        let message_id = self.message_id();
        let at = self.now;
        self.command(
            chat,
            ChatCommand::ReceiveMessage {
                chat_id: chat,
                message_id,
                client_message_id: Some(message_id.as_uuid()),
                channel_id: channel,
                channel_kind: ChannelKind::WebChat,
                handle: format!("visitor-{chat}"),
                text: MessageText::parse(text).unwrap(),
                page: Some(PageView {
                    url: "https://shop.example/".to_owned(),
                    title: Some("Shop".to_owned()),
                }),
                locale: Some("es".to_owned()),
                advert_until: None,
                comment: None,
                at,
                attachments: carried(chat, message_id, text),
            },
        );
        message_id
    }

    pub fn send(&mut self, chat: ChatId, by: AgentId, text: &str) -> MessageId {
        let message_id = self.message_id();
        let at = self.now;
        let text = MessageText::parse(text).unwrap();
        self.command(
            chat,
            ChatCommand::SendMessage {
                message_id,
                client_message_id: None,
                text,
                by,
                at,
                quotes: None,
                reply_to_comment: None,
                manner: Manner::default(),
                attachments: Vec::new(),
                template_id: None,
            },
        );
        message_id
    }

    /// Something of another stream, which makes no row but takes a position.
    pub fn elsewhere(&mut self) {
        let position = i64::try_from(self.events.len()).unwrap() + 1;
        let mut event = recorded(
            chat_id(0),
            position,
            self.now,
            &ChatEvent::ChatRated {
                score: 1,
                comment: None,
            },
        );
        event.aggregate_type = "template".to_owned();
        self.events.push(event);
    }

    /// Lets an agent into a channel.
    pub fn grant(&mut self, channel: ChannelId, agent_id: AgentId) {
        self.elsewhere();
        let event = self.events.last_mut().unwrap();
        event.aggregate_type = "channel".to_owned();
        event.aggregate_id = channel.to_string();
        event.payload =
            serde_json::to_value(ChannelEvent::ChannelAccessGranted { agent_id }).unwrap();
        event.event_type = "channel_access_granted".to_owned();
    }

    /// One random thing in one of `chats` chats on one of three channels.
    pub fn live(&mut self, chats: u64) {
        let n = self.dice.below(chats);
        let chat = chat_id(n);
        let by = agent_id(self.dice.below(3));
        let at = self.now;
        let known = self
            .states
            .get(&chat)
            .map(|state| state.recent.iter().map(|m| m.id).collect::<Vec<_>>());
        let known = known.unwrap_or_default();
        let some = usize::try_from(self.dice.below(known.len().max(1) as u64)).unwrap();
        let message_id = known
            .get(known.len().saturating_sub(1 + some.min(3)))
            .copied();
        let up_to_seq = self.states.get(&chat).map_or(0, |state| {
            state.contact_seq.saturating_sub(some.min(4) as u64)
        });
        match self.dice.below(28) {
            0..=5 => drop(self.receive(
                chat,
                channel_id(n % 3),
                &format!("hola {}", self.events.len()),
            )),
            6..=9 => drop(self.send(chat, by, &format!("¡Buenos días! {}", self.events.len()))),
            10 => self.command(chat, ChatCommand::MarkChatRead { by }),
            11 => self.command(chat, ChatCommand::ArchiveChat { by, at }),
            12 => self.command(chat, ChatCommand::ReopenChat { by, at }),
            13 => self.command(chat, ChatCommand::ReportDelivered { up_to_seq }),
            14 => self.command(chat, ChatCommand::ReportReadByContact { up_to_seq, at }),
            15 => self.about_a_message(chat, message_id, at),
            16 => self.command(
                chat,
                ChatCommand::RateChat {
                    score: 4,
                    comment: Some("bien".to_owned()),
                },
            ),
            17 => self.describe(chat),
            18 => self.command(chat, ChatCommand::EndChat { at }),
            19..=22 => self.mark(chat, by),
            23..=24 => self.write_aside(chat, by, message_id),
            25 => self.snooze(chat, by, at),
            26 => self.let_time_pass(chat, at),
            _ => self.elsewhere(),
        }
    }

    /// Some mark on a chat; now and then the last act is taken back, or the chat deleted, but never the first one.
    fn mark(&mut self, chat: ChatId, by: AgentId) {
        let at = self.now;
        let tags = vec![["vip", "new", "Garantía"][self.dice.below(3) as usize].to_owned()];
        let yes = self.dice.below(2) == 0;
        let command = match self.dice.below(9) {
            0 if chat != chat_id(0) && self.dice.below(3) == 0 => {
                ChatCommand::DeleteChat { by, at }
            }
            0 => ChatCommand::MarkChatUnread { by },
            1 => ChatCommand::StarChat { by, starred: yes },
            2 | 3 => ChatCommand::AddTags { by, tags },
            4 => ChatCommand::RemoveTags { by, tags },
            5 => ChatCommand::Prioritize {
                by,
                priority: if yes { Priority::Urgent } else { Priority::Low },
            },
            6 if self.dice.below(4) == 0 => ChatCommand::BlockContact { by, blocked: yes },
            6 => ChatCommand::BlockContact { by, blocked: false },
            _ => self.undo_of_the_last_act(chat, by),
        };
        self.command(chat, command);
    }

    fn undo_of_the_last_act(&mut self, chat: ChatId, by: AgentId) -> ChatCommand {
        let last =
            self.events.iter().rev().find(|event| {
                event.aggregate_id == chat.to_string() && event.aggregate_type == "chat"
            });
        let version = self.states.get(&chat).map_or(0, |state| state.version);
        let acts = last.map(|event| UndoneAct {
            sequence: version,
            event: event.decode().unwrap(),
        });
        ChatCommand::UndoActs {
            acts: acts.into_iter().collect(),
            by,
            at: self.now,
        }
    }

    /// Notes, drafts, and what agents do to messages.
    fn write_aside(&mut self, chat: ChatId, by: AgentId, message_id: Option<MessageId>) {
        let at = self.now;
        let words = format!("entre nosotros {}", self.events.len());
        let note_id = self.message_id();
        let known = self.states.get(&chat).and_then(|state| state.notes.back());
        let known = known.map_or(note_id, |note| note.id);
        let message_id = message_id.unwrap_or(note_id);
        let command = match self.dice.below(7) {
            0 | 1 => ChatCommand::AddNote {
                note_id,
                text: NoteText::parse(&words).unwrap(),
                mentions: Vec::new(),
                by,
                at,
            },
            2 => ChatCommand::DeleteNote {
                note_id: known,
                by,
                at,
            },
            3 => ChatCommand::SaveDraft {
                text: words,
                quotes: None,
                by,
                at,
            },
            4 => ChatCommand::DiscardDraft { by },
            5 => ChatCommand::EditSentMessage {
                message_id,
                text: MessageText::parse(&words).unwrap(),
                by,
                at,
            },
            _ => ChatCommand::ReactAsAgent {
                message_id,
                emoji: Some("🎉".to_owned()),
                by,
            },
        };
        self.command(chat, command);
    }

    fn about_a_message(&mut self, chat: ChatId, message_id: Option<MessageId>, at: Timestamp) {
        let Some(message_id) = message_id else { return };
        match self.dice.below(4) {
            0 => self.command(
                chat,
                ChatCommand::EditReceivedMessage {
                    message_id,
                    text: MessageText::parse("corrected").unwrap(),
                    at,
                },
            ),
            1 => self.command(chat, ChatCommand::DeleteReceivedMessage { message_id, at }),
            2 => {
                let emoji = [Some("👍".to_owned()), Some("🎉".to_owned()), None];
                let emoji = emoji[usize::try_from(self.dice.below(3)).unwrap()].clone();
                self.command(
                    chat,
                    ChatCommand::ReactToMessage {
                        message_id,
                        emoji,
                        at,
                    },
                );
            }
            _ => self.command(
                chat,
                ChatCommand::ReportFailed {
                    message_id,
                    cause: FailureCause {
                        code: "provider_down".to_owned(),
                    },
                },
            ),
        }
    }

    fn snooze(&mut self, chat: ChatId, by: AgentId, at: Timestamp) {
        let until = match self.dice.below(3) {
            0 => return self.command(chat, ChatCommand::UnsnoozeChat { by }),
            1 => None,
            _ => Some(at + SignedDuration::from_hours(1)),
        };
        self.command(chat, ChatCommand::SnoozeChat { until, by, at });
    }

    fn let_time_pass(&mut self, chat: ChatId, at: Timestamp) {
        let snooze = self.states.get(&chat).and_then(|state| state.snooze);
        let policy = "a_rule".to_owned();
        match snooze.and_then(|snooze| snooze.until) {
            Some(rests_on) => self.command(
                chat,
                ChatCommand::EndSnooze {
                    rests_on,
                    policy,
                    at: rests_on,
                },
            ),
            None => self.command(chat, ChatCommand::CloseIdleChat { policy, at }),
        }
    }

    fn describe(&mut self, chat: ChatId) {
        let description = ContactDescription {
            name: Some(format!("Lucía {}", self.dice.below(9))),
            email: (self.dice.below(2) == 0).then(|| "lucia@example.com".to_owned()),
            ..ContactDescription::default()
        };
        let verified = self.dice.below(4) == 0;
        self.command(
            chat,
            ChatCommand::DescribeContact {
                chat_id: chat,
                description,
                verified,
            },
        );
        let page = PageView {
            url: format!("https://shop.example/{}", self.dice.below(5)),
            title: None,
        };
        self.command(chat, ChatCommand::RecordPageView { page });
    }

    pub fn message_id(&mut self) -> MessageId {
        let high = u128::from(self.dice.below(u64::MAX)) << 64;
        MessageId::from_uuid(Uuid::from_u128(
            high | u128::from(self.dice.below(u64::MAX)),
        ))
    }
}

/// An event as the feed hands it over.
pub fn recorded(chat: ChatId, position: i64, at: Timestamp, event: &ChatEvent) -> RecordedEvent {
    let payload = serde_json::to_value(event).unwrap();
    RecordedEvent {
        position: Position(position),
        recorded_at: at,
        aggregate_type: "chat".to_owned(),
        aggregate_id: chat.to_string(),
        sequence: u64::try_from(position).unwrap(),
        event_type: payload["type"].as_str().unwrap().to_owned(),
        event_version: "1".to_owned(),
        payload,
        metadata: Metadata {
            actor: json!({"kind": "system"}),
            cause: Cause::Request("test".to_owned()),
            correlation_id: Uuid::nil(),
            occurred_at: at,
        },
    }
}
