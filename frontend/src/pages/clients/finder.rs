//! Clients found as one types, by name, address or number; what failed can be tried again. Must not know what is done with
//! the one that is chosen.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::clients::{Client, FindClients, FindClientsVariables};
use crate::api::fault::Fault;
use crate::api::request::Ask;
use crate::remote::Remote;
use crate::session::{asking::Asked, noticed};
use crate::ui::trouble::shown;

/// The most that is sent of what was typed.
const LONGEST: usize = 200;

/// What is typed and who was found.
#[derive(Clone, Copy)]
pub struct Finder {
    /// As typed.
    pub typed: RwSignal<String>,
    found: Asked<Vec<Client>>,
}

impl Finder {
    /// Nothing was typed yet.
    pub fn new() -> Self {
        let typed = RwSignal::new(String::new());
        let known = RwSignal::new(Remote::Ready(Vec::new()));
        let again = Callback::new(move |()| ask(typed, known));
        Self {
            typed,
            found: Asked { known, again },
        }
    }

    /// Something was typed; it is looked for at a pause.
    pub fn input(self, event: &web_sys::Event) {
        let text = event_target_value(event);
        self.typed.set(text.clone());
        let soon = move || {
            if self.typed.try_get_untracked() == Some(text) {
                ask(self.typed, self.found.known);
            }
        };
        set_timeout(soon, Duration::from_millis(180));
    }

    /// Those who were found.
    pub fn list(self, line: impl Fn(Client) -> AnyView + Send + Sync + 'static) -> AnyView {
        shown(self.found, move |found: &Vec<Client>| {
            found.iter().cloned().map(&line).collect_view().into_any()
        })
        .into_any()
    }
}

fn ask(typed: RwSignal<String>, known: RwSignal<Remote<Vec<Client>>>) {
    let text = typed.get_untracked();
    let words: String = text.trim().chars().take(LONGEST).collect();
    if words.is_empty() {
        return known.set(Remote::Ready(Vec::new()));
    }
    spawn_local(async move {
        let answer = find(words).await;
        // Only the answer to what stands there now counts.
        if typed.try_get_untracked() == Some(text) {
            let _ = known.try_set(answer.map_or_else(Remote::Failed, Remote::Ready));
        }
    });
}

async fn find(text: String) -> Result<Vec<Client>, Fault> {
    let answer = FindClients::ask(FindClientsVariables { text }).await;
    let hits = answer.inspect_err(noticed)?.search_clients.nodes;
    Ok(hits.into_iter().map(|hit| hit.client).collect())
}
