//! Chats as a small company has them, decided by the domain itself: what a journal is filled with before something is
//! measured on it.

use anyhow::{Result, anyhow};
use hilo_domain::agent::Role;
use hilo_domain::channel::{ChannelKind, ChannelRules};
use hilo_domain::chat::{
    AgentFact, ChannelFact, Chat, ChatCommand, ChatEvent, ChatFacts, ContactDescription, PageView,
    decide, evolve,
};
use hilo_domain::policy::Manner;
use hilo_domain::{AgentId, ChannelId, ChatId, MessageId, MessageText};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const CHANNELS: u128 = 20;
const AGENTS: u128 = 50;
const WORDS: &str = "Hola, quería preguntar si todavía tienen la lana merino en azul marino, \
    porque en la tienda solo vi la gris y necesito seis ovillos antes del viernes. ";

/// A chat being lived: each call of [`Life::next`] is one command further.
pub struct Life {
    /// The chat's id.
    pub id: ChatId,
    number: u128,
    state: Chat,
    step: u64,
    now: Timestamp,
}

impl Life {
    /// The chat of this number; its ids are made of that alone.
    pub fn new(number: u128) -> Self {
        Self {
            id: ChatId::from_uuid(Uuid::from_u128((0xc << 64) | scattered(number))),
            number,
            state: Chat::default(),
            step: 0,
            now: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 56),
        }
    }

    /// At least `count` further events.
    pub fn live(&mut self, count: usize) -> Result<Vec<ChatEvent>> {
        let mut events = Vec::new();
        while events.len() < count {
            let command = self.next()?;
            let decided = decide(&self.state, command, &self.facts());
            for event in decided.map_err(|refusal| anyhow!("the chat refuses: {refusal}"))? {
                evolve(&mut self.state, &event);
                events.push(event);
            }
        }
        Ok(events)
    }

    fn agent(&self) -> AgentId {
        AgentId::from_uuid(Uuid::from_u128((0xa << 64) | (self.number % AGENTS)))
    }

    fn channel(&self) -> ChannelId {
        ChannelId::from_uuid(Uuid::from_u128((0xb << 64) | (self.number % CHANNELS)))
    }

    fn facts(&self) -> ChatFacts {
        ChatFacts {
            channel: Some(ChannelFact {
                channel_id: self.channel(),
                kind: ChannelKind::WebChat,
                name: "Shop".to_owned(),
                connected: true,
                rules: ChannelRules::default(),
                reports: None,
                receives_comments: false,
            }),
            agent: Some(AgentFact {
                agent_id: self.agent(),
                role: Role::Administrator,
                active: true,
                chats_right: true,
                channel_access: true,
            }),
            named: Vec::new(),
            clients: Default::default(),
            deactivated: Default::default(),
            erased: Default::default(),
            auto_close_minutes: None,
            keep_unanswered_open: false,
        }
    }

    /// Mostly messages both ways, with the receipts and marks that come with them; now and then it is put away.
    fn next(&mut self) -> Result<ChatCommand> {
        self.step += 1;
        self.now += SignedDuration::from_secs(40);
        let (by, at, up_to_seq) = (self.agent(), self.now, self.state.contact_seq);
        let turn = self.step;
        Ok(match turn % 12 {
            2 if turn == 2 => ChatCommand::DescribeContact {
                chat_id: self.id,
                description: ContactDescription {
                    name: Some(format!("Lucía {}", self.number)),
                    email: Some(format!("lucia{}@example.com", self.number)),
                    ..ContactDescription::default()
                },
                verified: false,
            },
            3 => ChatCommand::MarkChatRead { by },
            4 | 6 | 9 => ChatCommand::SendMessage {
                message_id: self.message_id(),
                client_message_id: None,
                text: self.text()?,
                by,
                at,
                quotes: None,
                reply_to_comment: None,
                manner: Manner::default(),
                attachments: Vec::new(),
                template_id: None,
            },
            5 => ChatCommand::ReportDelivered { up_to_seq },
            7 => ChatCommand::ReportReadByContact { up_to_seq, at },
            11 if turn.is_multiple_of(3) => ChatCommand::ArchiveChat { by, at },
            _ => ChatCommand::ReceiveMessage {
                chat_id: self.id,
                message_id: self.message_id(),
                client_message_id: Some(self.message_id().as_uuid()),
                channel_id: self.channel(),
                channel_kind: ChannelKind::WebChat,
                handle: format!("visitor-{}", self.number),
                text: self.text()?,
                page: Some(PageView {
                    url: "https://shop.example/lana/merino".to_owned(),
                    title: Some("Lana merino".to_owned()),
                }),
                locale: Some("es".to_owned()),
                advert_until: None,
                comment: None,
                at,
                attachments: Vec::new(),
            },
        })
    }

    fn message_id(&self) -> MessageId {
        let unique = (self.number << 32) | u128::from(self.step);
        MessageId::from_uuid(Uuid::from_u128((0xd << 96) | scattered(unique)))
    }

    /// Ten to a hundred and forty characters.
    fn text(&self) -> Result<MessageText> {
        let length = 10 + usize::try_from(scattered(u128::from(self.step) + self.number) % 130)?;
        let words: String = WORDS.chars().take(length).collect();
        MessageText::parse(&words).map_err(|refusal| anyhow!("the text is refused: {refusal}"))
    }
}

/// Spreads numbers as random ids are spread.
const fn scattered(number: u128) -> u128 {
    let number = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (number ^ (number >> 29)) as u128
}
