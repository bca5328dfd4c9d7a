//! Plays the demo's conversations: each deed becomes the commands that real people would have caused.

use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};
use hilo_app::{Act, App};
use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::{Chat as ChatState, ChatCommand, CommentPlace, ContactDescription};
use hilo_domain::ids::from_mac;
use hilo_domain::policy::Manner;
use hilo_domain::text::NoteText;
use hilo_domain::{
    Actor, Attachment, ChannelId, ChatId, ContactId, MessageId, MessageText, Personal,
};
use hilo_journal::Dedupe;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::script::{self, Carried, Chat, Deed, Person, Widget};

/// Chats that are played at once: the journal writes what comes together in one go.
const AT_ONCE: usize = 16;

/// Plays all chats. Given in the order of their last activity, they end in that order: the list of the inbox is
/// sorted by the journal's order, not by clocks.
pub async fn all(app: &App, chats: Vec<Chat>) -> anyhow::Result<()> {
    let plays: Vec<Play> = chats
        .into_iter()
        .enumerate()
        .map(|(number, chat)| Play::new(app, number, chat))
        .collect();
    let ends: Vec<(Play, usize)> = stream::iter(plays)
        .map(|play| async move {
            let end = play.last_activity();
            let play = play.until(end).await?;
            anyhow::Ok((play, end))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    for (play, end) in ends {
        play.from(end).await?;
    }
    Ok(())
}

/// One chat on its way.
struct Play {
    app: App,
    number: usize,
    chat: Chat,
    channel: ChannelId,
    id: ChatId,
    handle: String,
    last_inbound: Option<MessageId>,
    last_outbound: Option<MessageId>,
}

impl Play {
    fn new(app: &App, number: usize, chat: Chat) -> Self {
        let channel = super::channel_id(app, chat.widget);
        let visitor = super::id(app, &["visitor", &number.to_string()]);
        let channel_bytes = channel.as_uuid();
        let parts: [&[u8]; 2] = [channel_bytes.as_bytes(), visitor.as_bytes()];
        let mac = app.journal().lookup_mac("chat", &parts);
        Self {
            app: app.clone(),
            number,
            channel,
            id: ChatId::from_uuid(from_mac(&mac)),
            handle: match chat.widget {
                Widget::Social => "@hilos_de_berta".to_owned(),
                Widget::Shop | Widget::Courses => visitor.to_string(),
            },
            chat,
            last_inbound: None,
            last_outbound: None,
        }
    }

    fn last_activity(&self) -> usize {
        let is_activity = |(_, deed): &(Timestamp, Deed)| deed.is_activity();
        self.chat.deeds.iter().rposition(is_activity).unwrap_or(0)
    }

    async fn until(mut self, end: usize) -> anyhow::Result<Self> {
        self.introduce().await?;
        self.range(0, end).await?;
        Ok(self)
    }

    async fn from(mut self, begin: usize) -> anyhow::Result<()> {
        self.range(begin, usize::MAX).await?;
        self.link().await
    }

    /// Who answers has seen which client it is (G1).
    async fn link(&self) -> anyhow::Result<()> {
        let (Some(key), Some((at, _))) = (&self.chat.client, self.chat.deeds.last()) else {
            return Ok(());
        };
        let by = super::agent_id(&self.app, Person::Ana);
        let client_id = super::clients::id(&self.app, key);
        let link = ChatCommand::LinkClient { client_id, by };
        self.act("linked", self.agent(Person::Ana), *at, link).await
    }

    async fn range(&mut self, begin: usize, end: usize) -> anyhow::Result<()> {
        let deeds = self.chat.deeds.clone();
        let wanted = deeds.into_iter().enumerate().skip(begin);
        for (step, (at, deed)) in wanted.take_while(|(step, _)| *step < end) {
            self.play(step, at, deed)
                .await
                .with_context(|| format!("demo chat {}, line {step}", self.number))?;
        }
        Ok(())
    }

    /// What the form before the chat, or the shop's own sign-in, said about the contact.
    async fn introduce(&self) -> anyhow::Result<()> {
        let (Some(who), Some((at, _))) = (&self.chat.who, self.chat.deeds.first()) else {
            return Ok(());
        };
        let command = ChatCommand::DescribeContact {
            chat_id: self.id,
            description: ContactDescription {
                name: Some(who.name.clone()),
                email: Some(who.email.clone()),
                phone: who.phone.clone(),
                ..ContactDescription::default()
            },
            verified: who.verified,
        };
        self.act("introduced", self.contact(), *at, command).await
    }

    async fn play(&mut self, step: usize, at: Timestamp, deed: Deed) -> anyhow::Result<()> {
        let by = |person| super::agent_id(&self.app, person);
        let inbound = || self.last_inbound.context("nothing was written yet");
        let (actor, command) = match deed {
            Deed::ContactWrites(text) => return self.ask(step, at, &text, None).await,
            Deed::ContactComments(text) => return self.comment(step, at, &text).await,
            Deed::ContactSends(carried) => {
                let text = match &carried {
                    Carried::File(_, words) => words.clone(),
                    Carried::Place(_) | Carried::Card(_) => String::new(),
                };
                return self.ask(step, at, &text, Some(carried)).await;
            }
            Deed::AgentWrites(person, text) => {
                return self.answer(step, at, person, (&text, None)).await;
            }
            Deed::AgentSends(person, file, text) => {
                return self.answer(step, at, person, (&text, Some(&file))).await;
            }
            Deed::ContactSees => return self.see(step, at).await,
            Deed::ContactHas => {
                let up_to_seq = self.last_seq().await?;
                (self.contact(), ChatCommand::ReportDelivered { up_to_seq })
            }
            Deed::ContactEdits(text) => {
                let (message_id, text) = (inbound()?, MessageText::parse(&text)?);
                let edit = ChatCommand::EditReceivedMessage {
                    message_id,
                    text,
                    at,
                };
                (self.contact(), edit)
            }
            Deed::ContactTakesBack => {
                let message_id = inbound()?;
                (
                    self.contact(),
                    ChatCommand::DeleteReceivedMessage { message_id, at },
                )
            }
            Deed::ContactReacts(emoji) => {
                self.see(step, at).await?;
                let message_id = self.last_outbound.context("nothing was answered yet")?;
                let emoji = Some(emoji);
                (
                    self.contact(),
                    ChatCommand::ReactToMessage {
                        message_id,
                        emoji,
                        at,
                    },
                )
            }
            Deed::ContactLooksAt(page) => (self.contact(), ChatCommand::RecordPageView { page }),
            Deed::ContactRates(score, comment) => {
                (self.contact(), ChatCommand::RateChat { score, comment })
            }
            Deed::ContactLeaves => (self.contact(), ChatCommand::EndChat { at }),
            Deed::AgentNotes(person, mentions, text) => {
                let note = self.note(step, at, (person, &mentions), text)?;
                (self.agent(person), note)
            }
            Deed::AgentReads(person) => (
                self.agent(person),
                ChatCommand::MarkChatRead { by: by(person) },
            ),
            Deed::AgentArchives(person) => (
                self.agent(person),
                ChatCommand::ArchiveChat { by: by(person), at },
            ),
            Deed::AgentReopens(person) => (
                self.agent(person),
                ChatCommand::ReopenChat { by: by(person), at },
            ),
        };
        self.act(&step.to_string(), actor, at, command).await
    }

    /// A note begins with whom it names.
    fn note(
        &self,
        step: usize,
        at: Timestamp,
        (person, mentions): (Person, &[Person]),
        text: String,
    ) -> anyhow::Result<ChatCommand> {
        let by = |person: &Person| super::agent_id(&self.app, *person);
        let named = mentions.iter().map(|it| format!("@{} ", super::name(*it)));
        let text = named.chain([text]).collect::<String>();
        Ok(ChatCommand::AddNote {
            note_id: self.message(step).1,
            text: NoteText::parse(&text)?,
            mentions: mentions.iter().map(by).collect(),
            by: by(&person),
            at,
        })
    }

    /// Who writes has the window open: what the agents wrote before was seen.
    async fn ask(
        &mut self,
        step: usize,
        at: Timestamp,
        text: &str,
        carried: Option<Carried>,
    ) -> anyhow::Result<()> {
        if self.last_outbound.is_some() {
            self.see(step, at - SignedDuration::from_secs(10)).await?;
        }
        let (client_message_id, message_id) = self.message(step);
        let contact = ContactId::of(self.id);
        let attachments = match carried {
            None => Vec::new(),
            Some(Carried::Place(place)) => vec![Attachment::Place(Personal::new(contact, place))],
            Some(Carried::Card(card)) => vec![Attachment::Card(Personal::new(contact, card))],
            Some(Carried::File(name, _)) => self.file(message_id, &name).await?,
        };
        let command = ChatCommand::ReceiveMessage {
            chat_id: self.id,
            message_id,
            client_message_id: Some(client_message_id),
            channel_id: self.channel,
            channel_kind: ChannelKind::WebChat,
            handle: self.handle.clone(),
            text: words(text)?,
            page: Some(self.chat.page.clone()),
            locale: Some(self.chat.locale.clone()),
            advert_until: None,
            comment: None,
            at,
            attachments,
        };
        self.last_inbound = Some(message_id);
        self.act(&step.to_string(), self.contact(), at, command)
            .await
    }

    /// Under a publication, which the conversation's page names (E2).
    async fn comment(&mut self, step: usize, at: Timestamp, text: &str) -> anyhow::Result<()> {
        let (client_message_id, message_id) = self.message(step);
        let command = ChatCommand::ReceiveMessage {
            chat_id: self.id,
            message_id,
            client_message_id: Some(client_message_id),
            channel_id: self.channel,
            channel_kind: ChannelKind::Instagram,
            handle: self.handle.clone(),
            text: words(text)?,
            page: None,
            locale: Some(self.chat.locale.clone()),
            advert_until: None,
            comment: Some(CommentPlace {
                comment_id: format!("{}-{step}", self.number),
                post_id: self.number.to_string(),
                parent_id: None,
                permalink: Some(self.chat.page.url.clone()),
                post_text: self.chat.page.title.clone(),
            }),
            at,
            attachments: Vec::new(),
        };
        self.last_inbound = Some(message_id);
        self.act(&step.to_string(), self.contact(), at, command)
            .await
    }

    /// Who answers has read the question.
    async fn answer(
        &mut self,
        step: usize,
        at: Timestamp,
        person: Person,
        (text, file): (&str, Option<&str>),
    ) -> anyhow::Result<()> {
        let by = super::agent_id(&self.app, person);
        let read_at = at - SignedDuration::from_secs(20);
        let read = ChatCommand::MarkChatRead { by };
        self.act(&format!("{step} read"), self.agent(person), read_at, read)
            .await?;
        let (client_message_id, message_id) = self.message(step);
        let attachments = match file {
            None => Vec::new(),
            Some(name) => self.file(message_id, name).await?,
        };
        let command = ChatCommand::SendMessage {
            message_id,
            client_message_id: Some(client_message_id),
            text: words(text)?,
            by,
            at,
            quotes: None,
            reply_to_comment: None,
            manner: Manner::default(),
            attachments,
            template_id: None,
        };
        self.last_outbound = Some(message_id);
        self.act(&step.to_string(), self.agent(person), at, command)
            .await
    }

    /// A file of the demo as this message carries it.
    async fn file(&self, message: MessageId, name: &str) -> anyhow::Result<Vec<Attachment>> {
        let (bytes, duration, sticker) = script::file(name).context("the demo has no such file")?;
        let place = (self.id, message);
        let file = self
            .app
            .file_for_message(self.channel, place, (name, bytes), (duration, sticker))
            .await?;
        Ok(vec![file])
    }

    async fn see(&self, step: usize, at: Timestamp) -> anyhow::Result<()> {
        let up_to_seq = self.last_seq().await?;
        let command = ChatCommand::ReportReadByContact { up_to_seq, at };
        self.act(&format!("{step} seen"), self.contact(), at, command)
            .await
    }

    async fn last_seq(&self) -> anyhow::Result<u64> {
        let (chat, _) = self
            .app
            .journal()
            .load::<ChatState>(&self.id.to_string())
            .await?;
        Ok(chat.contact_seq)
    }

    async fn act(
        &self,
        what: &str,
        actor: Actor,
        at: Timestamp,
        command: ChatCommand,
    ) -> anyhow::Result<()> {
        // The same key in every attempt: what a broken-off one did is not done again.
        let key = format!("{} {what}", self.number).into_bytes();
        let once = Dedupe {
            scope: "demo".to_owned(),
            content: key.clone(),
            key,
        };
        let act = Act::by(actor).at(at).once(once);
        self.app
            .execute_chat(self.id, self.channel, command, act)
            .await?;
        Ok(())
    }

    fn message(&self, step: usize) -> (Uuid, MessageId) {
        let parts = ["message", &self.number.to_string(), &step.to_string()];
        let client_message_id = super::id(&self.app, &parts);
        (
            client_message_id,
            self.app.message_id(self.id, client_message_id),
        )
    }

    fn contact(&self) -> Actor {
        Actor::Contact {
            id: ContactId::of(self.id),
        }
    }

    fn agent(&self, person: Person) -> Actor {
        Actor::Agent {
            id: super::agent_id(&self.app, person),
        }
    }
}

/// What is written beside a file may be nothing.
fn words(text: &str) -> anyhow::Result<MessageText> {
    Ok(match text {
        "" => MessageText::none(),
        text => MessageText::parse(text)?,
    })
}
