//! Messages on their way: shown at once with a clock, kept until the server's own copy is here, in their order.
//! Must not send, nor touch the browser's storage.

use crate::api::fault::Fault;
use crate::api::graphql::{Message, SendPurpose};
use crate::state::{sorted, text};

/// The most messages that may be on their way; what is written beyond stays in the composer.
pub const LIMIT: usize = 100;

/// The first line of what is kept: another form of it is not read.
const FORM: &str = "3";
/// The form before it had no line for the files.
const FORM_BEFORE: &str = "2";
/// The first form had no line for the kind either: all was plain messages.
const FORM_FIRST: &str = "1";

/// What a text on its way is to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A message to the contact.
    Message {
        /// The message of the chat that it answers.
        quotes: Option<String>,
        /// For what it is written, past the time to answer.
        purpose: Option<SendPurpose>,
        /// Name and language of the approved template that it is.
        template: Option<(String, String)>,
    },
    /// A reply to this comment, for everybody to read (E3).
    Reply(String),
    /// A private note that names these colleagues.
    Note(Vec<String>),
}

impl Kind {
    /// A message without anything more.
    pub const PLAIN: Self = Self::Message {
        quotes: None,
        purpose: None,
        template: None,
    };

    fn written(&self) -> String {
        match self {
            Self::Reply(comment) => format!("reply|{comment}"),
            Self::Note(mentions) => format!("note|{}", mentions.join("|")),
            Self::Message {
                quotes,
                purpose,
                template,
            } => {
                let (name, language) = template.clone().unwrap_or_default();
                let quotes = quotes.clone().unwrap_or_default();
                let purpose = purpose.map_or("", purpose_word);
                format!("message|{quotes}|{purpose}|{name}|{language}")
            }
        }
    }

    fn read(written: &str) -> Option<Self> {
        let mut parts = written.split('|');
        let some = |part: &str| (!part.is_empty()).then(|| part.to_owned());
        match parts.next()? {
            "note" => Some(Self::Note(parts.filter_map(some).collect())),
            "reply" => Some(Self::Reply(some(parts.next()?)?)),
            "message" => {
                let quotes = some(parts.next()?);
                let purpose = purpose_of(parts.next()?);
                let template = some(parts.next()?).zip(some(parts.next()?));
                Some(Self::Message {
                    quotes,
                    purpose,
                    template,
                })
            }
            _ => None,
        }
    }
}

fn purpose_word(purpose: SendPurpose) -> &'static str {
    match purpose {
        SendPurpose::AccountUpdate => "account",
        SendPurpose::Campaign => "campaign",
        SendPurpose::ConfirmedEventUpdate => "event",
        SendPurpose::PostPurchaseUpdate => "purchase",
    }
}

fn purpose_of(word: &str) -> Option<SendPurpose> {
    match word {
        "account" => Some(SendPurpose::AccountUpdate),
        "campaign" => Some(SendPurpose::Campaign),
        "event" => Some(SendPurpose::ConfirmedEventUpdate),
        "purchase" => Some(SendPurpose::PostPurchaseUpdate),
        _ => None,
    }
}

/// A file that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Made here, for the time that it is carried to the server.
    pub key: String,
    /// What the server calls it; empty until it is there.
    pub id: String,
    /// As the agent calls it.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// A browser may draw it.
    pub picture: bool,
}

impl Carried {
    /// It is on the server.
    pub fn is_there(&self) -> bool {
        !self.id.is_empty()
    }

    /// As it is kept over a reload, in one line.
    pub fn written(&self) -> String {
        // What parts the entries must not stand in a name.
        let name = self.name.replace(['|', ';', '\n', '\r'], " ");
        let picture = if self.picture { "p" } else { "" };
        format!("{};{};{};{picture};{name}", self.key, self.id, self.size)
    }

    /// What `written` wrote; `None` for anything else.
    pub fn read(written: &str) -> Option<Self> {
        let mut parts = written.splitn(5, ';');
        let (key, id, size) = (parts.next()?, parts.next()?, parts.next()?);
        let (picture, name) = (parts.next()?, parts.next()?);
        let is_id = |id: &str| uuid::Uuid::try_parse(id).is_ok();
        let whole = is_id(key) && (id.is_empty() || is_id(id));
        whole.then_some(Self {
            key: key.to_owned(),
            id: id.to_owned(),
            name: name.to_owned(),
            size: size.parse().ok()?,
            picture: picture == "p",
        })
    }
}

/// A message that this client sent and has not seen back.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// The chat it is for.
    pub chat: String,
    /// Made here; the server tells it back, and a second sending with it has no effect.
    pub client_id: String,
    /// What it is to become.
    pub kind: Kind,
    /// The text, trimmed; empty where the files say all.
    pub text: String,
    /// What goes with it.
    pub files: Vec<Carried>,
    /// When it was sent, RFC 3339.
    pub at: String,
    /// Why it did not pass; `None` while on its way.
    pub fault: Option<Fault>,
    /// It was handed to the network, and no answer is here.
    pub posted: bool,
    /// It waits some seconds, so that it can be taken back (P14).
    pub held: bool,
}

impl Outgoing {
    /// As it is kept over a reload: form, chat, time, code of the failure that a person is to look at, kind, files, text.
    /// That it is held is not kept: after a reload it goes.
    pub fn written(&self) -> String {
        let code = self.fault.as_ref().map_or("", Fault::code);
        let code = if self.goes_by_itself() { "" } else { code };
        let files: Vec<String> = self.files.iter().map(Carried::written).collect();
        [
            FORM,
            &self.chat,
            &self.at,
            code,
            &self.kind.written(),
            &files.join("|"),
            &self.text,
        ]
        .join("\n")
    }

    /// What `written` wrote; `None` for anything else.
    pub fn read(client_id: &str, written: &str) -> Option<Self> {
        let mut parts = written.splitn(5, '\n');
        let (form, chat, at) = (parts.next()?, parts.next()?, parts.next()?);
        let (code, rest) = (parts.next()?, parts.next()?);
        let (kind, rest) = match form {
            FORM_FIRST => (Kind::PLAIN, rest),
            _ => {
                let (kind, rest) = rest.split_once('\n')?;
                (Kind::read(kind)?, rest)
            }
        };
        let (files, text) = match form {
            FORM_FIRST | FORM_BEFORE => ("", rest),
            _ => rest.split_once('\n')?,
        };
        let files = files.split('|').filter(|file| !file.is_empty());
        let files: Vec<Carried> = files.map(Carried::read).collect::<Option<_>>()?;
        let is_note = matches!(kind, Kind::Note(_));
        let text = if is_note {
            text::note(text)
        } else if files.is_empty() || !text.is_empty() {
            text::parse(text)
        } else {
            Ok(text)
        };
        let is_id = |id: &str| uuid::Uuid::try_parse(id).is_ok();
        let whole = [FORM, FORM_BEFORE, FORM_FIRST].contains(&form)
            && is_id(chat)
            && is_id(client_id)
            && !at.is_empty();
        Some(Self {
            chat: chat.to_owned(),
            client_id: client_id.to_owned(),
            kind,
            text: text.ok().filter(|_| whole)?.to_owned(),
            at: at.to_owned(),
            fault: (!code.is_empty()).then(|| Fault::of_code(code)),
            files,
            posted: false,
            held: false,
        })
    }

    /// It waits for a connection (or a session) only, and needs nobody to look at it.
    fn goes_by_itself(&self) -> bool {
        matches!(self.fault, None | Some(Fault::Network | Fault::SignedOut))
    }
}

/// What is on its way for one agent, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    agent: String,
    waiting: Vec<Outgoing>,
}

impl Outbox {
    /// Takes in what was kept for an agent; what is on its way for another one is none of theirs.
    pub fn open(&mut self, agent: &str, mut kept: Vec<Outgoing>) {
        if self.agent != agent {
            self.waiting.clear();
            agent.clone_into(&mut self.agent);
        }
        kept.retain(|outgoing| self.find(&outgoing.client_id).is_none());
        for outgoing in kept {
            sorted::put(&mut self.waiting, outgoing, &|one, other| one.at < other.at);
        }
        self.waiting.truncate(LIMIT);
    }

    /// Whose messages these are.
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// All of them.
    pub fn all(&self) -> &[Outgoing] {
        &self.waiting
    }

    /// One of them.
    pub fn find(&self, client_id: &str) -> Option<&Outgoing> {
        self.waiting
            .iter()
            .find(|outgoing| outgoing.client_id == client_id)
    }

    /// Puts a message on its way; `false` when there are too many already.
    pub fn push(&mut self, outgoing: Outgoing) -> bool {
        let room = self.waiting.len() < LIMIT;
        if room {
            self.waiting.push(outgoing);
        }
        room
    }

    /// The next message of a chat to hand to the network: one at a time, so that they arrive in their order.
    pub fn next(&mut self, chat: &str) -> Option<Outgoing> {
        let busy = |outgoing: &Outgoing| outgoing.chat == chat && outgoing.posted;
        if self.waiting.iter().any(busy) {
            return None;
        }
        let next = self
            .waiting
            .iter_mut()
            .find(|outgoing| outgoing.chat == chat && outgoing.fault.is_none())
            .filter(|outgoing| !outgoing.held && outgoing.files.iter().all(Carried::is_there))?;
        next.posted = true;
        Some(next.clone())
    }

    /// Marks a message as not passed. Without a connection those behind it do not pass either: none overtakes it.
    pub fn fail(&mut self, client_id: &str, fault: &Fault) {
        let Some(failed) = self.find(client_id).cloned() else {
            return;
        };
        for outgoing in &mut self.waiting {
            let itself = outgoing.client_id == client_id;
            if itself {
                outgoing.posted = false;
            }
            let behind = outgoing.chat == failed.chat && outgoing.fault.is_none();
            let cut = matches!(fault, Fault::Network | Fault::SignedOut);
            if itself || cut && behind {
                outgoing.fault = Some(fault.clone());
            }
        }
    }

    /// A file is there; the chat whose message it goes with.
    pub fn uploaded(&mut self, key: &str, id: &str) -> Option<String> {
        let outgoing = self.carrying(key)?;
        let file = outgoing.files.iter_mut().find(|file| file.key == key)?;
        id.clone_into(&mut file.id);
        Some(outgoing.chat.clone())
    }

    /// A file did not pass: a person is to look at the message that it goes with, and those behind it go on.
    pub fn lost(&mut self, key: &str, fault: &Fault) -> Option<String> {
        let outgoing = self.carrying(key)?;
        outgoing.fault = Some(fault.clone());
        Some(outgoing.chat.clone())
    }

    fn carrying(&mut self, key: &str) -> Option<&mut Outgoing> {
        let carries = |outgoing: &&mut Outgoing| outgoing.files.iter().any(|file| file.key == key);
        self.waiting.iter_mut().find(carries)
    }

    /// The server has it and cannot show it yet: asking again, by sending it again, changes nothing.
    pub fn ask_again(&mut self, client_id: &str) {
        for outgoing in &mut self.waiting {
            outgoing.posted &= outgoing.client_id != client_id;
        }
    }

    /// Puts a failed message on its way again.
    pub fn retry(&mut self, client_id: &str) {
        for outgoing in &mut self.waiting {
            if outgoing.client_id == client_id {
                outgoing.fault = None;
            }
        }
    }

    /// The time to take it back is over; the chat it is for.
    pub fn release(&mut self, client_id: &str) -> Option<String> {
        let held = |outgoing: &&mut Outgoing| outgoing.client_id == client_id && outgoing.held;
        let outgoing = self.waiting.iter_mut().find(held)?;
        outgoing.held = false;
        Some(outgoing.chat.clone())
    }

    /// Takes a held message back; it, if it was held still.
    pub fn take_back(&mut self, client_id: &str) -> Option<Outgoing> {
        let held = |outgoing: &Outgoing| outgoing.client_id == client_id && outgoing.held;
        let place = self.waiting.iter().position(held)?;
        Some(self.waiting.remove(place))
    }

    /// Puts those on their way again that waited for a connection only; the chats they are for.
    pub fn resume(&mut self) -> Vec<String> {
        let mut chats = Vec::new();
        for outgoing in &mut self.waiting {
            if outgoing.goes_by_itself() && !outgoing.posted {
                outgoing.fault = None;
                if !chats.contains(&outgoing.chat) {
                    chats.push(outgoing.chat.clone());
                }
            }
        }
        chats
    }

    /// Another tab of the same agent took a message out; one that is on the wire here waits for its answer.
    pub fn gone_elsewhere(&mut self, client_id: &str) {
        self.waiting
            .retain(|outgoing| outgoing.posted || outgoing.client_id != client_id);
    }

    /// Takes a message out: it arrived, was refused, or the agent gave it up.
    pub fn remove(&mut self, client_id: &str) {
        self.waiting
            .retain(|outgoing| outgoing.client_id != client_id);
    }

    /// Takes out what the server has told back.
    pub fn settle(&mut self, messages: &[Message]) {
        for id in messages
            .iter()
            .filter_map(|message| message.client_message_id.as_ref())
        {
            self.remove(id.inner());
        }
    }

    /// What is on its way in one chat.
    pub fn of_chat(&self, chat: &str) -> Vec<Outgoing> {
        let of_chat = self.waiting.iter().filter(|outgoing| outgoing.chat == chat);
        of_chat.cloned().collect()
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
