//! Channels and colleagues by name, for what is chosen among them. Must not draw.

use std::cell::Cell;

use leptos::prelude::{Set, With};
use leptos::task::spawn_local;

use super::{store, toasts};
use crate::api::directory::{DirectoryQuery, Person, Place};
use crate::api::graphql::{AgentRole, ChannelKind, ChatState};
use crate::api::request::Ask;
use crate::i18n::{Key, t};

/// Who and what there is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directory {
    /// The channels the reader may see, colleagues' own not among them.
    pub channels: Vec<Place>,
    /// Those who work here.
    pub agents: Vec<Person>,
    /// By a channel's id, chats in the inbox and in the archive as they were when it was asked.
    pub counts: Vec<(String, i32, i32)>,
}

thread_local! {
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

impl Directory {
    /// Colleagues one can talk to: people who work here, without the reader.
    pub fn people(&self) -> Vec<Person> {
        let me = store().viewer().map(|viewer| viewer.agent.id);
        let human = |it: &Person| !matches!(it.role, AgentRole::Bot | AgentRole::Integrator);
        let others = self.agents.iter().filter(|it| it.active && human(it));
        others
            .filter(|it| Some(&it.id) != me.as_ref())
            .cloned()
            .collect()
    }

    /// How many chats a channel has in a box.
    pub fn count(&self, channel: &str, state: ChatState) -> i32 {
        let found = self.counts.iter().find(|(id, ..)| id == channel);
        found.map_or(0, |(_, active, archived)| match state {
            ChatState::Active => *active,
            ChatState::Archived => *archived,
        })
    }

    /// An agent's name, empty where they are not known.
    pub fn agent(&self, id: &str) -> String {
        let found = self.agents.iter().find(|it| it.id.inner() == id);
        found.map(|it| it.name.clone()).unwrap_or_default()
    }

    /// A channel's name; the word for one where it is not known.
    pub fn channel(&self, id: &str) -> String {
        let found = self.channels.iter().find(|it| it.id.inner() == id);
        found.map_or_else(|| t(Key::DetailsChannel).to_owned(), |it| it.name.clone())
    }
}

/// Asks, once for the life of the page; `again` because somebody may have come since.
pub fn want(again: bool) {
    if ASKED.replace(true) && !again {
        return;
    }
    spawn_local(async {
        match DirectoryQuery::ask(()).await {
            Ok(answer) => store().directory.set(Directory {
                channels: answer
                    .channels
                    .into_iter()
                    .filter(|it| it.kind != ChannelKind::Internal)
                    .collect(),
                agents: answer.agents,
                counts: (answer.counters.channels.into_iter())
                    .map(|it| (it.channel_id.into_inner(), it.active, it.archived))
                    .collect(),
            }),
            Err(fault) => {
                ASKED.set(false);
                toasts::failed(&fault, || want(true));
            }
        }
    });
}

/// Another agent may see others.
pub fn forget() {
    ASKED.set(false);
    store().directory.set(Directory::default());
}

/// May the reader choose among channels (B7)?
pub fn several_channels() -> bool {
    store().directory.with(|known| known.channels.len() > 1)
}
