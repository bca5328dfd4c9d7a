//! What the command bar offers: the acts that make sense now, and what the server finds for the words typed. Must not
//! draw.

use std::cell::Cell;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{bulk, noticed, store};
use crate::api::chat_queries::{AgentsToAssign, OfChatVariables};
use crate::api::clients::{ClientFilter, Clients, ClientsVariables};
use crate::api::fault::Fault;
use crate::api::graphql::{Colleague, Id};
use crate::api::request::Ask;
use crate::api::search::{FindChats, SearchVariables};
use crate::i18n::{DateStyle, Key, date, t};
use crate::state::commands::{Choice, Line, Mode};
use crate::state::snooze;
use crate::ui::keys::table::{Act, TABLE, shown};
use crate::ui::{keys, names};

thread_local! {
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

/// The lines that need no server.
pub fn known(mode: &Mode) -> Vec<Line> {
    match mode {
        Mode::Everything => acts(),
        Mode::Assign(_) => vec![line(
            t(Key::BarNobody).to_owned(),
            String::new(),
            Choice::Assign(None),
        )],
        Mode::Tag(_) => Vec::new(),
        Mode::Snooze(_) => snoozes(),
    }
}

fn line(words: String, beside: String, choice: Choice) -> Line {
    Line {
        words,
        beside,
        choice,
    }
}

fn acts() -> Vec<Line> {
    let usable = |act: Act| {
        keys::valid(act)
            && !matches!(
                act,
                Act::Next
                    | Act::Previous
                    | Act::First
                    | Act::Last
                    | Act::PageUp
                    | Act::PageDown
                    | Act::Open
                    | Act::Back
                    | Act::CommandBar
            )
    };
    TABLE
        .iter()
        .filter(|binding| usable(binding.act))
        .map(|binding| {
            let caps = binding
                .keys
                .first()
                .map(|keys| shown(keys, keys::on_apple()));
            line(
                t(binding.words).to_owned(),
                caps.unwrap_or_default().join(" "),
                Choice::Act(binding.act),
            )
        })
        .collect()
}

fn snoozes() -> Vec<Line> {
    let mut lines = vec![line(
        t(Key::SnoozeReply).to_owned(),
        String::new(),
        Choice::Snooze(None),
    )];
    let times = snooze::times(snooze::Clock::now());
    lines.extend(times.into_iter().map(|(words, minutes)| {
        let moment = snooze::moment(minutes);
        line(
            t(words).to_owned(),
            date(&moment, DateStyle::Short),
            Choice::Snooze(Some(moment)),
        )
    }));
    lines
}

/// Asks anew after it did not come.
pub fn again(mode: &Mode, typed: String, into: RwSignal<Vec<Line>>) {
    match mode {
        Mode::Everything => look_for(typed, into),
        Mode::Assign(_) | Mode::Tag(_) | Mode::Snooze(_) => begin(mode, into),
    }
}

/// What the bar needs once, when it opens.
pub fn begin(mode: &Mode, into: RwSignal<Vec<Line>>) {
    let ticket = next();
    match mode.clone() {
        Mode::Assign(chats) => spawn_local(async move {
            let Some(chat_id) = chats.first().map(Id::new) else {
                return;
            };
            let found = AgentsToAssign::ask(OfChatVariables { chat_id }).await;
            let lines = found.map(|found| {
                let agent = |agent: Colleague| {
                    let choice = Choice::Assign(Some((agent.id.into_inner(), agent.name.clone())));
                    line(agent.name, String::new(), choice)
                };
                found.agents_to_assign.into_iter().map(agent).collect()
            });
            put(ticket, into, lines);
        }),
        Mode::Tag(_) => spawn_local(async move {
            let lines = bulk::known_tags().await.map(|tags| {
                let tag = |tag: String| line(tag.clone(), String::new(), Choice::Tag(tag));
                tags.into_iter().map(tag).collect()
            });
            put(ticket, into, lines);
        }),
        Mode::Everything | Mode::Snooze(_) => {}
    }
}

/// Asks the server for chats and clients, once the typing has paused.
pub fn look_for(typed: String, into: RwSignal<Vec<Line>>) {
    let ticket = next();
    if typed.trim().chars().count() < 2 {
        into.set(Vec::new());
        return;
    }
    let ask = move || {
        if ASKED.get() == ticket {
            spawn_local(async move {
                put(ticket, into, search(typed).await);
            });
        }
    };
    set_timeout(ask, std::time::Duration::from_millis(120));
}

async fn search(typed: String) -> Result<Vec<Line>, Fault> {
    let text = typed.trim().chars().take(200).collect::<String>();
    let chats = FindChats::ask(SearchVariables { text: text.clone() }).await?;
    let filter = ClientFilter {
        name_prefix: Some(text),
    };
    let variables = ClientsVariables {
        filter,
        after: None,
        first: 6,
    };
    let clients = Clients::ask(variables).await?;
    let mut lines = Vec::new();
    for hit in chats.search_chats.nodes {
        let beside = hit.chat.channel.name.clone();
        let choice = Choice::Chat(hit.chat.id.inner().to_owned());
        lines.push(line(names::contact(&hit.chat.contact), beside, choice));
    }
    for client in clients.clients.nodes {
        let choice = Choice::Client(client.id.inner().to_owned());
        lines.push(line(
            names::client(&client),
            t(Key::BarClient).to_owned(),
            choice,
        ));
    }
    Ok(lines)
}

fn next() -> u32 {
    ASKED.set(ASKED.get().wrapping_add(1));
    ASKED.get()
}

fn put(ticket: u32, into: RwSignal<Vec<Line>>, lines: Result<Vec<Line>, Fault>) {
    if ASKED.get() != ticket {
        return;
    }
    match lines {
        Ok(lines) => drop(into.try_set(lines)),
        Err(fault) => {
            noticed(&fault);
            let beside = if fault.may_pass() {
                t(Key::TryAgain)
            } else {
                ""
            };
            let line = line(fault.words(), beside.to_owned(), Choice::Again);
            store().said.set(line.words.clone());
            let _ = into.try_set(vec![line]);
        }
    }
}
