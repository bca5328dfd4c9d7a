//! Writing in a chat.

use async_graphql::{Context, ID, InputObject, Object};
use hilo_app::{Acted, Recipient, Words};
use hilo_domain::policy::{Manner, Purpose, TemplateRef};
use hilo_domain::{ChatId, FileId, MessageId};
use uuid::Uuid;

use super::object::Message;
use crate::authorization::Allowed;
use crate::chat::composer::SendPurpose;
use crate::chat::object::Chat;
use crate::context::Asked;
use crate::error::{Failure, UserError, outcome};
use crate::payload::{self, chat_payload};
use crate::scalars::{Position, parse_id, parse_ids};

/// What to write, and where.
#[derive(InputObject)]
pub struct SendMessageInput {
    /// The chat's id.
    chat_id: ID,
    /// At most 1000 characters after trimming. This or `templateId`; neither is needed where files are sent.
    text: Option<String>,
    /// Files to send, at most 10: their ids as `POST /files?chat=` answered them.
    attachment_ids: Option<Vec<ID>>,
    /// The template to send instead, filled in for this chat: with its client, or its contact without one. Where the
    /// messenger takes approved texts only, the one behind the template is named to it.
    template_id: Option<ID>,
    /// A UUID the client makes once for this message: sending again with it sends nothing twice.
    client_message_id: ID,
    /// The message of this chat that it answers, where the channel can show that.
    quotes: Option<ID>,
    /// The comment of this chat to reply to, for everybody to read. At any time: a comment has no window. Text only, as
    /// long as `commentTextLimit` says.
    reply_to_comment: Option<ID>,
    /// Members named in it, at most 100; in chats among colleagues only.
    mentions: Option<Vec<ID>>,
    /// For what it is written, past the time to answer; without it a plain reply.
    purpose: Option<SendPurpose>,
    /// The approved template that it is, where the messenger asks for one.
    template: Option<MessageTemplateInput>,
}

/// A text that the messenger approved beforehand.
#[derive(InputObject)]
pub struct MessageTemplateInput {
    /// What the messenger calls it: a-z, 0-9 and `_`.
    name: String,
    /// Its language, such as `es` or `es_MX`.
    language: String,
}

/// Which message to send once more.
#[derive(InputObject)]
pub struct RetryMessageInput {
    /// The chat's id.
    chat_id: ID,
    /// The message's id.
    message_id: ID,
}

/// Whom to write to first, and what.
#[derive(InputObject)]
pub struct StartChatInput {
    /// The channel's id.
    channel_id: ID,
    /// What the messenger calls the contact: a number in international form, an address, a user name. This or `clientId`.
    handle: Option<String>,
    /// A client to write to, as they are called in a chat that they have on the channel, else by their number or address.
    /// The chat is linked to them unless it is linked already.
    client_id: Option<ID>,
    /// At most 1000 characters after trimming. This or `templateId`; neither is needed where files are sent.
    text: Option<String>,
    /// Files to send, at most 10: their ids as `POST /files?channel=` answered them.
    attachment_ids: Option<Vec<ID>>,
    /// The template to send instead, filled in for the client.
    template_id: Option<ID>,
    /// A UUID the client makes once for this message: asking again with it writes nothing twice.
    client_message_id: ID,
    /// For what it is written; without it a plain message.
    purpose: Option<SendPurpose>,
    /// The approved template that it is, where the messenger asks for one.
    template: Option<MessageTemplateInput>,
}

chat_payload!(
    /// What sending a message once more came to.
    RetryMessagePayload
);

fn manner(purpose: Option<SendPurpose>, template: Option<MessageTemplateInput>) -> Manner {
    Manner {
        purpose: purpose.map(Purpose::from),
        template: template.map(|template| TemplateRef {
            name: template.name,
            language: template.language,
        }),
    }
}

/// What a message says: one of the two, or nothing where files say it all.
fn words(text: Option<String>, template: Option<ID>, files: &[FileId]) -> Result<Words, Failure> {
    match (text, template) {
        (None, None) if !files.is_empty() => Ok(Words::Text(String::new())),
        (Some(text), None) => Ok(Words::Text(text)),
        (None, Some(template)) => Ok(Words::Template(parse_id(&template, "template")?)),
        (Some(_), Some(_)) | (None, None) => {
            Err(Failure::bad_input("text", "One of text and templateId."))
        }
    }
}

/// With whom a chat is started: one of the two.
fn recipient(handle: Option<String>, client: Option<ID>) -> Result<Recipient, Failure> {
    match (handle, client) {
        (Some(handle), None) => Ok(Recipient::Handle(handle)),
        (None, Some(client)) => Ok(Recipient::Client(parse_id(&client, "client")?)),
        (Some(_), Some(_)) | (None, None) => {
            Err(Failure::bad_input("handle", "One of handle and clientId."))
        }
    }
}

fn client_id(id: &ID) -> Result<Uuid, Failure> {
    Uuid::try_parse(id).map_err(|_| Failure::bad_input("clientMessageId", "Not a UUID."))
}

/// What sending a message came to.
pub struct SendMessagePayload {
    chat_id: ChatId,
    sent: Option<(MessageId, Acted)>,
    user_errors: Vec<UserError>,
}

/// What sending a message came to.
#[Object]
impl SendMessagePayload {
    /// The message; null when it was refused, or while `pending`.
    async fn message(&self, ctx: &Context<'_>) -> Result<Option<Message>, Failure> {
        let Some((id, _)) = self.sent else {
            return Ok(None);
        };
        message(ctx, self.chat_id, id).await
    }

    /// The chat as it is now; null when it was refused, and while `pending` where no row shows it yet.
    async fn chat(&self, ctx: &Context<'_>) -> Result<Option<Chat>, Failure> {
        payload::chat(ctx, self.chat_id, self.acted()).await
    }

    /// Where it stands in the journal; null when it was refused.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        payload::position(ctx, self.acted())
    }

    /// Whether it is sent, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.acted().is_some_and(|acted| acted.pending)
    }

    /// Why it was refused; empty when it was sent.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

impl SendMessagePayload {
    fn acted(&self) -> Option<Acted> {
        self.sent.map(|(_, acted)| acted)
    }
}

/// A payload with `message`, of a command on one message that is there.
macro_rules! message_payload {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        pub struct $name {
            chat_id: hilo_domain::ChatId,
            message_id: hilo_domain::MessageId,
            acted: Option<hilo_app::Acted>,
            user_errors: Vec<crate::error::UserError>,
        }

        impl $name {
            /// What the command came to, on this message.
            pub fn of(
                (chat_id, message_id): (hilo_domain::ChatId, hilo_domain::MessageId),
                (acted, user_errors): crate::error::Outcome<hilo_app::Acted>,
            ) -> Self {
                Self { chat_id, message_id, acted, user_errors }
            }
        }

        $(#[doc = $doc])+
        #[async_graphql::Object]
        impl $name {
            /// The message as it is now; null when it was refused, or while `pending`.
            async fn message(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Result<Option<crate::message::object::Message>, crate::error::Failure> {
                match self.acted {
                    Some(_) => crate::message::mutation::message(ctx, self.chat_id, self.message_id).await,
                    None => Ok(None),
                }
            }

            /// The chat as it is now; null when it was refused, and while `pending` where no row shows it yet.
            async fn chat(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Result<Option<crate::chat::object::Chat>, crate::error::Failure> {
                crate::payload::chat(ctx, self.chat_id, self.acted).await
            }

            /// Where it stands in the journal; null when it was refused.
            fn position(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Result<Option<crate::scalars::Position>, crate::error::Failure> {
                crate::payload::position(ctx, self.acted)
            }

            /// Whether it is done, but queries may not show it yet.
            fn pending(&self) -> bool {
                self.acted.is_some_and(|acted| acted.pending)
            }

            /// Why it was refused; empty when it was done.
            fn user_errors(&self) -> &[crate::error::UserError] {
                &self.user_errors
            }
        }
    };
}
pub(super) use message_payload;

/// A message of a chat that the caller may see, while it is kept.
pub(super) async fn message(
    ctx: &Context<'_>,
    chat: ChatId,
    id: MessageId,
) -> Result<Option<Message>, Failure> {
    let found = ctx.app()?.message(ctx.caller()?, chat, id).await?;
    Ok(found.map(Message))
}

/// Fields of Mutation about messages.
#[derive(Default)]
pub struct MessageMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl MessageMutation {
    /// Sends a text to the contact, or to the colleagues of an internal chat. Writing in a closed chat opens it again.
    async fn send_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write, and where.")] input: SendMessageInput,
    ) -> Result<SendMessagePayload, Failure> {
        let chat_id = parse_id(&input.chat_id, "chat")?;
        let client_id = client_id(&input.client_message_id)?;
        let manner = manner(input.purpose, input.template);
        let quotes = input
            .quotes
            .map(|id| parse_id(&id, "message"))
            .transpose()?;
        let reply_to_comment = input
            .reply_to_comment
            .map(|id| parse_id(&id, "message"))
            .transpose()?;
        let mentions = parse_ids(&input.mentions.unwrap_or_default(), "agent")?;
        let files = parse_ids(&input.attachment_ids.unwrap_or_default(), "file")?;
        let outgoing = hilo_app::Outgoing {
            words: words(input.text, input.template_id, &files)?,
            quotes,
            reply_to_comment,
            mentions,
            manner,
            files,
            client_message_id: client_id,
        };
        let sent = ctx.app()?.send(ctx.caller()?, chat_id, outgoing).await;
        let (sent, user_errors) = outcome(sent)?;
        Ok(SendMessagePayload {
            chat_id,
            sent,
            user_errors,
        })
    }

    /// Sends a message once more that failed, or of which nobody knows. It is judged as a new one is.
    async fn retry_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message.")] input: RetryMessageInput,
    ) -> Result<RetryMessagePayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let message = parse_id(&input.message_id, "message")?;
        let retried = ctx.app()?.retry_message(ctx.caller()?, id, message).await;
        Ok(RetryMessagePayload::of(id, outcome(retried)?))
    }

    /// Writes to somebody who may never have written, where the messenger allows that. Where they have a chat already
    /// it is a message in it.
    async fn start_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to write to, and what.")] input: StartChatInput,
    ) -> Result<SendMessagePayload, Failure> {
        let files = parse_ids(&input.attachment_ids.unwrap_or_default(), "file")?;
        let start = hilo_app::StartChat {
            channel_id: parse_id(&input.channel_id, "channel")?,
            with: recipient(input.handle, input.client_id)?,
            words: words(input.text, input.template_id, &files)?,
            manner: manner(input.purpose, input.template),
            files,
            client_message_id: client_id(&input.client_message_id)?,
        };
        let started = ctx.app()?.start_chat(ctx.caller()?, start).await;
        let (started, user_errors) = outcome(started)?;
        Ok(SendMessagePayload {
            chat_id: started.map_or(ChatId::from_uuid(Uuid::nil()), |(chat, ..)| chat),
            sent: started.map(|(_, message, acted)| (message, acted)),
            user_errors,
        })
    }
}
