//! How people, channels and roles are called in the reader's language. Must not draw.

use crate::api::clients::Client;
use crate::api::graphql::{
    Actor, ActorKind, AgentRole, AttachmentKind, ChannelKind, Chat, Contact, InternalChat, Message,
};
use crate::i18n::{Key, decimal, t, tf};
use crate::session::store;
use crate::state::files::{self, Size};

/// What a contact calls themselves, else their handle; who hides both is an unknown client (C4).
pub fn contact(contact: &Contact) -> String {
    let known = [&contact.name, &contact.phone, &contact.handle];
    let seen = |name: &&str| !name.trim().is_empty();
    let name = known.into_iter().flatten().map(String::as_str).find(seen);
    name.unwrap_or(t(Key::ContactUnknown)).trim().to_owned()
}

/// A client's name, else a phone number or an address to know them by.
pub fn client(client: &Client) -> String {
    let known = client
        .name
        .clone()
        .or_else(|| client.phones.first().map(|phone| phone.typed.clone()))
        .or_else(|| client.emails.first().cloned());
    known.unwrap_or_else(|| t(Key::ClientsNameless).to_owned())
}

/// Who a chat is with: its client's name, else what the contact calls themselves, else their handle (C1, C4).
pub fn of_chat(chat: &Chat) -> String {
    let face = face(chat);
    if face.is_empty() {
        t(Key::ContactUnknown).to_owned()
    } else {
        face
    }
}

/// The same, empty where nothing is known.
pub fn face(chat: &Chat) -> String {
    if let Some(internal) = &chat.internal {
        return among(internal);
    }
    let client = chat.client.as_ref().and_then(|client| client.name.clone());
    let contact = &chat.contact;
    let known = [
        client,
        contact.name.clone(),
        contact.phone.clone(),
        contact.handle.clone(),
    ];
    let seen = |name: &String| !name.trim().is_empty();
    known.into_iter().flatten().find(seen).unwrap_or_default()
}

/// A chat among colleagues: its title, else who is in it beside the reader (A13).
fn among(internal: &InternalChat) -> String {
    let me = store().viewer().map(|viewer| viewer.agent.id);
    let others = internal.members.iter();
    let others = others.filter(|member| Some(&member.id) != me.as_ref());
    let names: Vec<&str> = others.map(|member| member.name.as_str()).collect();
    match &internal.title {
        Some(title) => title.clone(),
        None if names.is_empty() => t(Key::ColleaguesAlone).to_owned(),
        None => names.join(", "),
    }
}

/// Everybody in a chat among colleagues.
pub fn members(internal: &InternalChat) -> String {
    let names = internal.members.iter().map(|member| member.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

/// Who did something; the contact's own name is known by the chat.
pub fn actor(actor: &Actor, of: &Contact) -> String {
    match actor.kind {
        ActorKind::Agent | ActorKind::Bot => {
            let name = actor
                .agent
                .as_ref()
                .map(|agent| agent.name.clone())
                .or_else(|| actor.name.clone());
            name.unwrap_or_else(|| t(Key::ActorAgent).to_owned())
        }
        ActorKind::Contact => contact(of),
        ActorKind::Policy => t(match actor.name.as_deref() {
            Some("close_chat_when_idle") => Key::ActorClosing,
            Some("assign_chat_when_opened") => Key::ActorDistribution,
            _ => Key::ActorRule,
        })
        .to_owned(),
        ActorKind::Integration => actor
            .name
            .clone()
            .unwrap_or_else(|| t(Key::ActorRule).to_owned()),
        ActorKind::System => "Hilo".to_owned(),
    }
}

/// What an agent may do, in a word.
pub fn role(role: AgentRole) -> &'static str {
    t(match role {
        AgentRole::Administrator => Key::RoleAdministrator,
        AgentRole::Agent => Key::RoleAgent,
        AgentRole::Auditor => Key::RoleAuditor,
        AgentRole::Integrator => Key::RoleIntegrator,
        AgentRole::Bot => Key::RoleBot,
    })
}

/// What a channel is, in a word. Messengers keep their names.
pub fn channel_kind(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::WebChat => t(Key::KindWebChat),
        ChannelKind::Messenger => "Messenger",
        ChannelKind::Instagram => "Instagram",
        ChannelKind::Whatsapp => "WhatsApp",
        ChannelKind::Telegram => "Telegram",
        ChannelKind::Sms => "SMS",
        ChannelKind::Email => t(Key::KindEmail),
        ChannelKind::Call => t(Key::KindCall),
        ChannelKind::Voicemail => t(Key::KindVoicemail),
        ChannelKind::GoogleBusiness => "Google Business",
        ChannelKind::Api => "API",
        ChannelKind::Internal => t(Key::KindInternal),
        ChannelKind::Other => t(Key::KindOther),
    }
}

/// What a message carries, in a word.
pub fn carried(kind: AttachmentKind) -> &'static str {
    t(match kind {
        AttachmentKind::Audio => Key::FileAudio,
        AttachmentKind::Card => Key::FileCard,
        AttachmentKind::Image => Key::FileImage,
        AttachmentKind::Place => Key::FilePlace,
        AttachmentKind::Sticker => Key::FileSticker,
        AttachmentKind::Video => Key::FileVideo,
        AttachmentKind::Document | AttachmentKind::Other => Key::FileDocument,
    })
}

/// What a message says, in the list or a notice; what it carries, where that says all.
pub fn said(text: &str, attachment: Option<AttachmentKind>) -> String {
    match attachment.filter(|_| text.trim().is_empty()) {
        Some(kind) => carried(kind).to_owned(),
        None => text.to_owned(),
    }
}

/// A size in words: `48 kB`.
pub fn size(bytes: f64) -> String {
    let (key, count) = match files::size(bytes) {
        Size::Kilo(count) => (Key::FileKilo, count),
        Size::Mega(count) => (Key::FileMega, count),
    };
    tf(key, &[("n", &decimal(count))])
}

/// What a message says, or what stands in its place.
pub fn gist(message: &Message) -> String {
    let text = message.text.as_deref().map(str::trim);
    let file = message.attachments.first().map(|file| file.kind);
    let place = || message.places.first().map(|_| AttachmentKind::Place);
    let card = || message.cards.first().map(|_| AttachmentKind::Card);
    match text.filter(|text| !text.is_empty()) {
        Some(text) => text.to_owned(),
        None if message.erased => t(Key::MessageErased).to_owned(),
        None => match file.or_else(place).or_else(card) {
            Some(kind) => carried(kind).to_owned(),
            None => t(Key::MessageDeleted).to_owned(),
        },
    }
}
