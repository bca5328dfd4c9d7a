//! What is on the desk of the open chat: what is being written and how, which message is acted on, who else is here.
//! Must not draw, nor ask the server.

use leptos::prelude::{RwSignal, Set, Update};

use crate::api::graphql::ChatViewer;

/// What the composer is for now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writing {
    /// A private note, not a message.
    pub note: bool,
    /// The message that is being answered.
    pub quote: Option<String>,
    /// The own message or note that is being changed.
    pub edit: Option<String>,
    /// Its text as it was changed, where that did not pass.
    pub unsent: Option<String>,
}

/// The menu of one message, and where it opens.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageMenu {
    /// Whose it is.
    pub message: String,
    /// Left and top of its button in the window, in pixels.
    pub at: (i32, i32),
    /// It opens upwards, for there is no room below.
    pub upwards: bool,
}

/// A message to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jump {
    /// Its chat.
    pub chat: String,
    /// It.
    pub message: String,
}

/// The desk. One chat is open at a time, so there is one.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What the composer is for.
    pub writing: RwSignal<Writing>,
    /// The message whose menu is open.
    pub menu: RwSignal<Option<MessageMenu>>,
    /// The message whose full record is shown.
    pub record: RwSignal<Option<String>>,
    /// The picture that is shown over the page: its file.
    pub picture: RwSignal<Option<String>>,
    /// How often a field of the chat's client was changed from beside its card.
    pub client_changed: RwSignal<u32>,
    /// Where to go as soon as it is here.
    pub jump: RwSignal<Option<Jump>>,
    /// What came behind this place is new to the reader.
    pub read_up_to: RwSignal<Option<i64>>,
    /// Now, in milliseconds since 1970, as of the last whole minute or so.
    pub now: RwSignal<f64>,
    /// Colleagues in the chat.
    pub viewers: RwSignal<Vec<ChatViewer>>,
}

impl Desk {
    /// An empty desk.
    pub fn new() -> Self {
        Self {
            writing: RwSignal::new(Writing::default()),
            menu: RwSignal::new(None),
            record: RwSignal::new(None),
            picture: RwSignal::new(None),
            client_changed: RwSignal::new(0),
            jump: RwSignal::new(None),
            read_up_to: RwSignal::new(None),
            now: RwSignal::new(crate::i18n::now()),
            viewers: RwSignal::new(Vec::new()),
        }
    }

    /// Another chat comes on it. Where to go stays: it may be why the chat is opened.
    pub fn clear(&self) {
        self.writing.set(Writing::default());
        self.menu.set(None);
        self.record.set(None);
        self.picture.set(None);
        self.read_up_to.set(None);
        self.viewers.set(Vec::new());
    }

    /// The next text answers this message.
    pub fn quote(&self, message: String) {
        self.writing.set(Writing {
            quote: Some(message),
            ..Writing::default()
        });
    }

    /// The composer changes this message or note.
    pub fn edit(&self, message: String, note: bool) {
        self.writing.set(Writing {
            note,
            edit: Some(message),
            ..Writing::default()
        });
    }

    /// Messages or notes.
    pub fn switch_to_note(&self, note: bool) {
        self.writing.update(|writing| {
            *writing = Writing {
                note,
                ..Writing::default()
            };
        });
    }
}
