//! Writing to contacts beside the plain answer: what the composer shows, a message of some purpose, once more, first.

use hilo_domain::channel::ChannelKind;
use hilo_domain::channel::capabilities::Starts;
use hilo_domain::chat::{
    Chat, ChatCommand, ChatEvent, ChatFacts, ChatRefusal, Composer, InternalCommand, Origin, Seat,
    composer,
};
use hilo_domain::client::{parse_email, parse_phone};
use hilo_domain::policy::{self, Manner, TemplateRef};
use hilo_domain::text;
use hilo_domain::{
    AgentId, Attachment, ChannelId, ChatId, ClientId, FileId, MessageId, MessageText, TemplateId,
};
use hilo_journal::{Committed, Dedupe};
use hilo_read::{ChannelScope, ChatRow, Page};
use jiff::Timestamp;
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::{AppError, Refusal};
use crate::facts::ChannelEntry;
use crate::files::{Claim, Claimed, WantedFile};
use crate::templates::Addressee;
use crate::{Act, Acted, App, clock};

/// Longest handle of a contact, in bytes.
const HANDLE: usize = 320;

/// What a message says.
#[derive(Clone)]
pub enum Words {
    /// This.
    Text(String),
    /// A template, filled in for whom it is sent to (H9).
    Template(TemplateId),
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Whom a chat is started with.
#[derive(Clone)]
pub enum Recipient {
    /// Whom the messenger calls so.
    Handle(String),
    /// A client, by what is known of them (C10).
    Client(ClientId),
}

/// A chat to be started (C10).
#[derive(Clone)]
pub struct StartChat {
    /// Where.
    pub channel_id: ChannelId,
    /// With whom.
    pub with: Recipient,
    /// The first message.
    pub words: Words,
    /// As what it is sent.
    pub manner: Manner,
    /// Files that the caller uploaded for the channel (C16).
    pub files: Vec<FileId>,
    /// Makes it start once.
    pub client_message_id: Uuid,
}

/// A message to be sent.
#[derive(Clone)]
pub struct Outgoing {
    /// What it says; an empty text where its files say it.
    pub words: Words,
    /// The message of this chat that it answers.
    pub quotes: Option<MessageId>,
    /// The comment of this chat that it answers for everybody to read (E3).
    pub reply_to_comment: Option<MessageId>,
    /// Members named in it, among colleagues.
    pub mentions: Vec<AgentId>,
    /// As what it is sent.
    pub manner: Manner,
    /// Files that the caller uploaded for this chat (C16).
    pub files: Vec<FileId>,
    /// Makes it sent once.
    pub client_message_id: Uuid,
}

/// What a message answers, the contact alone or a comment, and what it carries.
type Told = (Option<MessageId>, Option<MessageId>, Vec<Attachment>);

/// A message as it goes out.
struct Worded {
    text: MessageText,
    manner: Manner,
    template_id: Option<TemplateId>,
}

impl App {
    /// What the caller meets where they would write, now.
    #[must_use]
    pub fn composer(&self, caller: &Caller, chat: &ChatRow) -> Composer {
        let by = caller.agent_id;
        let facts = self
            .facts()
            .latest()
            .chat_facts(chat.channel_id, Some(by), &[]);
        composer(&seat(chat, &facts), by, &facts, clock::now())
    }

    /// The channel of a chat that the caller may see.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn channel_of_chat(
        &self,
        caller: &Caller,
        chat: ChatId,
    ) -> Result<ChannelEntry, AppError> {
        let channel = self.visible(caller, chat).await?;
        let entry = self.sure(|facts| facts.channel(channel).cloned()).await?;
        entry.ok_or(AppError::NotFound { what: "channel" })
    }

    /// Sends a failed or uncertain message once more (P15).
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn retry_message(
        &self,
        caller: &Caller,
        chat: ChatId,
        message_id: MessageId,
    ) -> Result<Acted, AppError> {
        let command = |by, at| ChatCommand::RetryMessage { message_id, by, at };
        self.act_on_chat(caller, Operation::RetryMessage, chat, command)
            .await
    }

    /// Sends a message once, however often the same `client_message_id` comes. Among colleagues it may name members.
    ///
    /// # Errors
    /// `NotFound` for the chat or the template; a text's, template's or chat's refusal; `IdempotencyConflict` when the id
    /// came with other content.
    pub async fn send_message(
        &self,
        caller: &Caller,
        chat: ChatId,
        (words, quotes, mentions): (impl Into<Words>, Option<MessageId>, Vec<AgentId>),
        manner: Manner,
        client_message_id: Uuid,
    ) -> Result<(MessageId, Acted), AppError> {
        let outgoing = Outgoing {
            words: words.into(),
            quotes,
            reply_to_comment: None,
            mentions,
            manner,
            files: Vec::new(),
            client_message_id,
        };
        self.send(caller, chat, outgoing).await
    }

    /// The same, with files (C16).
    ///
    /// # Errors
    /// As [`App::send_message`]; `Invalid` for a file that is not there, not the caller's, or another message's.
    pub async fn send(
        &self,
        caller: &Caller,
        chat: ChatId,
        outgoing: Outgoing,
    ) -> Result<(MessageId, Acted), AppError> {
        authorize(caller, Operation::SendMessage)?;
        let channel = self.visible(caller, chat).await?;
        let Outgoing { words, quotes, .. } = &outgoing;
        let mut content = content_of(chat, words, *quotes, &outgoing.manner);
        let mentioned = outgoing.mentions.iter().map(|id| id.as_uuid());
        let carried = outgoing.files.iter().map(|id| id.as_uuid());
        content.extend(mentioned.chain(carried).flat_map(Uuid::into_bytes));
        if let Some(comment) = outgoing.reply_to_comment {
            content.push(1);
            content.extend(comment.as_uuid().as_bytes());
        }
        let dedupe = Dedupe {
            scope: caller.dedupe_scope(),
            key: outgoing.client_message_id.as_bytes().to_vec(),
            content,
        };
        let message_id = self.message_id(chat, outgoing.client_message_id);
        let act = Act::of(caller).once(dedupe.clone());
        let place = (channel, chat, message_id);
        let composed = self.compose(caller, place, outgoing, act.at).await;
        let (command, claimed) = match composed {
            Ok(composed) => composed,
            Err(error) => {
                let committed = self.first_answer(chat, &dedupe, error).await?;
                return Ok((message_id, self.acted(committed.position).await));
            }
        };
        let sent = self.execute_chat(chat, channel, command, act).await;
        let committed = self.unless_refused(&claimed, sent).await?;
        Ok((message_id, self.acted(committed.position).await))
    }

    /// The command that sends a message, with the files that it has from here on.
    async fn compose(
        &self,
        caller: &Caller,
        (channel_id, chat_id, message_id): (ChannelId, ChatId, MessageId),
        outgoing: Outgoing,
        at: Timestamp,
    ) -> Result<(ChatCommand, Claimed), AppError> {
        let Outgoing {
            words,
            quotes,
            reply_to_comment,
            mentions,
            manner,
            files,
            client_message_id,
        } = outgoing;
        let worded = match words {
            Words::Text(text) => Worded::plain(&text, manner, &files)?,
            Words::Template(template) => {
                let row = self.chat(caller, chat_id).await?.value;
                let of = Addressee::Chat(&row);
                self.worded(caller, template, channel_id, of, manner)
                    .await?
            }
        };
        let is_internal = channel_id == ChannelId::of_internal(chat_id);
        if !is_internal && !mentions.is_empty() {
            return Err(ChatRefusal::MentionedWithoutAccess.into());
        }
        if is_internal && reply_to_comment.is_some() {
            return Err(ChatRefusal::NotInInternalChat.into());
        }
        let place = (channel_id, chat_id, message_id);
        let mut claimed = self.claim_uploads(caller, place, files).await?;
        let attachments = std::mem::take(&mut claimed.attachments);
        let ids = (message_id, client_message_id);
        let by = caller.agent_id;
        let command = match is_internal {
            true => ChatCommand::Internal(InternalCommand::SendInternalMessage {
                message_id,
                client_message_id: Some(client_message_id),
                text: worded.text,
                mentions,
                by,
                at,
                quotes,
                attachments,
            }),
            false => worded.command(ids, (quotes, reply_to_comment, attachments), (by, at)),
        };
        Ok((command, claimed))
    }

    /// Gives files that the caller uploaded to a message.
    async fn claim_uploads(
        &self,
        caller: &Caller,
        (channel_id, chat_id, message_id): (ChannelId, ChatId, MessageId),
        files: Vec<FileId>,
    ) -> Result<Claimed, AppError> {
        let claim = Claim {
            channel_id,
            chat_id,
            message_id,
            uploaded_by: caller.dedupe_scope(),
            field: "attachmentIds",
        };
        let files: Vec<_> = files.into_iter().map(WantedFile::plain).collect();
        self.claim_files(&claim, &files).await
    }

    /// What the same request was answered before it became impossible, such as by the end of its template; else why it
    /// is.
    async fn first_answer(
        &self,
        chat: ChatId,
        dedupe: &Dedupe,
        now: AppError,
    ) -> Result<Committed<ChatEvent>, AppError> {
        let of = chat.to_string();
        let earlier = self.journal().earlier::<Chat>(&of, dedupe).await?;
        earlier.ok_or(now)
    }

    /// Writes to who may never have written, once however often the same `client_message_id` comes (C10, C11). Started
    /// with a client, the chat is linked to them unless it is linked already.
    ///
    /// # Errors
    /// `NotFound` for a channel that is not the caller's, a client or a template; a text's or chat's refusal; that chats
    /// are switched off; `IdempotencyConflict`.
    pub async fn start_chat(
        &self,
        caller: &Caller,
        start: StartChat,
    ) -> Result<(ChatId, MessageId, Acted), AppError> {
        authorize(caller, Operation::StartChat)?;
        let channel = self.channel(caller, start.channel_id).await?;
        self.unless_chats_are_off().await?;
        let (handle, client) = match start.with {
            Recipient::Handle(handle) => (handle, None),
            Recipient::Client(client) => (
                self.handle_of(caller, &channel, client).await?,
                Some(client),
            ),
        };
        let handle = cleaned(&handle, &channel)?;
        let chat_id = self.chat_of_handle(channel.id, &handle);
        let message_id = self.message_id(chat_id, start.client_message_id);
        let mut content = content_of(chat_id, &start.words, None, &start.manner);
        let carried = start.files.iter().map(|id| id.as_uuid());
        content.extend(carried.flat_map(Uuid::into_bytes));
        let dedupe = Dedupe {
            scope: caller.dedupe_scope(),
            key: start.client_message_id.as_bytes().to_vec(),
            content,
        };
        let act = Act::of(caller).once(dedupe.clone());
        let worded = match start.words {
            Words::Text(text) => Worded::plain(&text, start.manner, &start.files),
            Words::Template(template) => {
                let of = client.map_or(Addressee::Stranger, Addressee::Client);
                self.worded(caller, template, channel.id, of, start.manner)
                    .await
            }
        };
        let place = (channel.id, chat_id, message_id);
        let composed = match worded {
            Ok(worded) => {
                let claimed = self.claim_uploads(caller, place, start.files).await;
                claimed.map(|claimed| (worded, claimed))
            }
            Err(error) => Err(error),
        };
        let (worded, mut claimed) = match composed {
            Ok(composed) => composed,
            Err(error) => {
                let committed = self.first_answer(chat_id, &dedupe, error).await?;
                return Ok((chat_id, message_id, self.acted(committed.position).await));
            }
        };
        let ids = (message_id, start.client_message_id);
        let carried = (None, None, std::mem::take(&mut claimed.attachments));
        let message = worded.command(ids, carried, (caller.agent_id, act.at));
        let further = act.further();
        let command = ChatCommand::StartChat {
            chat_id,
            channel_id: channel.id,
            channel_kind: channel.kind,
            handle,
            message: Box::new(message),
            at: act.at,
        };
        let started = self.execute_chat(chat_id, channel.id, command, act).await;
        let committed = self.unless_refused(&claimed, started).await?;
        let mut position = committed.position;
        if let Some(client_id) = client.filter(|_| !committed.repeated) {
            let by = caller.agent_id;
            let link = ChatCommand::LinkIfUnlinked { client_id, by };
            let linked = self
                .execute_chat(chat_id, channel.id, link, further)
                .await?;
            position = position.max(linked.position);
        }
        Ok((chat_id, message_id, self.acted(position).await))
    }

    /// A template as it goes out to somebody. Where the messenger takes approved texts only, the one behind it is named.
    async fn worded(
        &self,
        caller: &Caller,
        template: TemplateId,
        channel: ChannelId,
        of: Addressee<'_>,
        mut manner: Manner,
    ) -> Result<Worded, AppError> {
        let entry = self.template(caller, template).await?;
        let text = self.filled_in(caller, &entry.content, channel, of).await?;
        let kind = self.facts().channel(channel).map(|channel| channel.kind);
        let is_taken =
            kind.is_some_and(|kind| policy::takes_templates(kind, manner.purpose, clock::now()));
        if let Some(approved) = entry.content.approved.filter(|_| is_taken) {
            manner.template.get_or_insert(TemplateRef {
                name: approved.name,
                language: approved.language,
            });
        }
        Ok(Worded {
            text: MessageText::parse(&text)?,
            manner,
            template_id: Some(template),
        })
    }

    /// What a channel's messenger calls a client: as in a chat that they have there, else by what is known of them.
    async fn handle_of(
        &self,
        caller: &Caller,
        channel: &ChannelEntry,
        client: ClientId,
    ) -> Result<String, AppError> {
        let known = self.client(caller, client).await?.value.details;
        let there = ChannelScope::Only(vec![channel.id]);
        let page = Page {
            first: Some(1),
            ..Page::default()
        };
        let chats = self.read().client_chats(&there, client, page).await?;
        let mut handles = chats.rows.into_iter().filter_map(|(_, chat)| chat.handle);
        if let Some(handle) = handles.next() {
            return Ok(handle);
        }
        let found = match (channel.capabilities().starts, channel.kind) {
            (Starts::MobileNumber, _) => {
                let mut numbers = known.phones.into_iter().filter_map(|phone| phone.e164);
                let number = numbers.next();
                return Ok(number.ok_or(Refusal::from(ChatRefusal::MobileNumberNeeded))?);
            }
            (Starts::Never, _) => {
                return Err(Refusal::from(ChatRefusal::CannotStartChat).into());
            }
            (Starts::Handle, ChannelKind::Email) => {
                let mut addresses = known.emails.into_iter().map(|email| email.normal);
                addresses.next()
            }
            (Starts::Handle, _) => None,
        };
        found.ok_or_else(|| AppError::Invalid {
            field: "clientId",
            code: "CLIENT_HANDLE_UNKNOWN",
            message: "Nothing is known by which this client can be written to here.".to_owned(),
            limit: None,
        })
    }
}

impl Worded {
    /// No text is needed where files say it all.
    fn plain(text: &str, manner: Manner, files: &[FileId]) -> Result<Self, AppError> {
        let text = match text.trim().is_empty() && !files.is_empty() {
            true => MessageText::none(),
            false => MessageText::parse(text)?,
        };
        Ok(Self {
            text,
            manner,
            template_id: None,
        })
    }

    fn command(
        self,
        (message_id, client_message_id): (MessageId, Uuid),
        (quotes, reply_to_comment, attachments): Told,
        (by, at): (AgentId, Timestamp),
    ) -> ChatCommand {
        ChatCommand::SendMessage {
            message_id,
            client_message_id: Some(client_message_id),
            text: self.text,
            by,
            at,
            quotes,
            reply_to_comment,
            manner: self.manner,
            template_id: self.template_id,
            attachments,
        }
    }
}

/// A handle as it is stored. People write numbers with spaces and signs between.
fn cleaned(handle: &str, channel: &ChannelEntry) -> Result<String, AppError> {
    let typed = handle.trim();
    let handle = match channel.capabilities().starts {
        Starts::MobileNumber => {
            let number = parse_phone(typed).and_then(|phone| phone.e164);
            Some(number.unwrap_or_else(|| typed.to_owned()))
        }
        Starts::Handle if channel.kind == ChannelKind::Email => {
            parse_email(typed).map(|email| email.normal)
        }
        Starts::Never | Starts::Handle => Some(typed.to_owned()),
    };
    let fits = |handle: &String| {
        handle.len() <= HANDLE && text::shows(handle) && !handle.contains(char::is_control)
    };
    handle.filter(fits).ok_or_else(|| AppError::Invalid {
        field: "handle",
        code: "FIELD_INVALID",
        message: format!(
            "handle is one line of 1 to {HANDLE} bytes; an address where the channel is e-mail."
        ),
        limit: i64::try_from(HANDLE).ok(),
    })
}

/// A chat as who would write in it must know it.
pub(crate) fn seat<'a>(chat: &'a ChatRow, facts: &ChatFacts) -> Seat<'a> {
    let kind = facts.channel.as_ref().map(|channel| channel.kind);
    Seat {
        origin: Origin {
            chat_id: chat.id,
            contact_id: chat.contact_id,
            channel_id: chat.channel_id,
            // A channel that is not known here cannot be sent through; of what kind it is does not matter then.
            channel_kind: kind.unwrap_or(ChannelKind::Api),
        },
        assignee: chat.assignee,
        blocked: chat.blocked,
        erased: chat.contact_erased,
        client: chat.client.as_ref().map(|client| client.id),
        window: chat.window.as_ref(),
        last_inbound_at: chat.last_inbound_at,
        commented: chat.commented,
    }
}

/// What makes two sends under one key the same.
fn content_of(chat: ChatId, words: &Words, quotes: Option<MessageId>, manner: &Manner) -> Vec<u8> {
    let mut content = chat.as_uuid().as_bytes().to_vec();
    content.extend(
        quotes
            .map(MessageId::as_uuid)
            .iter()
            .flat_map(|id| id.as_bytes()),
    );
    match words {
        Words::Text(text) => content.extend(text.trim().as_bytes()),
        // What it will say depends on what is known then.
        Words::Template(template) => {
            content.push(0);
            content.extend(template.as_uuid().as_bytes());
        }
    }
    if *manner != Manner::default() {
        content.push(0);
        content.extend(serde_json::to_vec(manner).unwrap_or_default());
    }
    content
}
