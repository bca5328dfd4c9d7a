//! The row of filters above the list: what to look at first, who writes, the funnel, and below it what is on and how to
//! clear it (B7-B11, B14). Must not know how a condition is judged.

use leptos::prelude::*;

use super::knots;
use super::views::Views;
use crate::api::graphql::{ChatPriority, ChatState, ChatWriter, Counters};
use crate::i18n::{Key, number, t, tf};
use crate::session::asking::Asked;
use crate::session::inbox::narrow;
use crate::session::{bulk, directory, store};
use crate::state::filter::{Filter, PRIORITIES, Quick, WRITERS};
use crate::ui::drop::Drop;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, live};
use crate::ui::trouble::shown;

/// The row, and the line of what is on.
#[component]
pub(super) fn FilterRow() -> impl IntoView {
    let store = store();
    directory::want(false);
    let quick = Memo::new(move |_| store.filter.with(|filter| filter.quick));
    let writer = Memo::new(move |_| store.filter.with(|filter| filter.writer));
    let quick_words = Signal::derive(move || counted(quick.get()));
    let writer_words = Signal::derive(move || t(of_writer(writer.get())).to_owned());
    let label = |of: Key, words: Signal<String>| {
        Signal::derive(move || format!("{}: {}", t(of), words.get()))
    };
    let funnel = move || {
        store.filter.with(|filter| {
            let plain = Filter {
                quick: filter.quick,
                writer: filter.writer,
                ..Filter::of_state(filter.state)
            };
            *filter != plain
        })
    };
    view! {
        <div class="filters" role="group" aria-label=t(Key::FilterLabel)>
            <Drop shape=Icon::Unfold label=label(Key::FilterShow, quick_words) testid="filter-quick" words=quick_words lit=Signal::derive(move || quick.get() != Quick::All) content=Box::new(quicks)/>
            <Drop shape=Icon::People label=label(Key::FilterWriter, writer_words) testid="filter-writer" words=writer_words lit=Signal::derive(move || writer.get() != ChatWriter::Everyone) content=Box::new(writers)/>
            <Drop shape=Icon::Funnel label=t(Key::FilterMore) testid="filter-more" lit=Signal::derive(funnel) content=Box::new(conditions)/>
            <Called/>
            <Views/>
        </div>
        <On/>
    }
}

/// Who is mentioned where they have not looked yet goes there from here (P3).
#[component]
fn Called() -> impl IntoView {
    let store = store();
    let count = Memo::new(move |_| store.inbox.with(|inbox| inbox.counters().mentioned));
    let go = |_| {
        narrow(|filter| {
            *filter = Filter {
                quick: Quick::Mentions,
                ..Filter::default()
            };
        });
    };
    drawn(move || {
        let count = count.get();
        let there = store.filter.with(|filter| filter.quick == Quick::Mentions);
        (count > 0 && !there).then(|| {
            let words = format!("{}: {}", t(Key::FilterMentions), number(i64::from(count)));
            view! { <button type="button" class="chip on" data-testid="mentioned" aria-label=words.clone() title=words on:click=go>"@ " {number(i64::from(count))}</button> }
        })
    })
}

/// The word of a quick filter.
fn of_quick(quick: Quick) -> Key {
    match quick {
        Quick::All => Key::FilterAll,
        Quick::Unread => Key::FilterUnread,
        Quick::Unanswered => Key::FilterUnanswered,
        Quick::Mine => Key::FilterMine,
        Quick::Unassigned => Key::FilterUnassigned,
        Quick::Starred => Key::FilterStarred,
        Quick::Mentions => Key::FilterMentions,
        Quick::Recent => Key::FilterRecent,
        Quick::Snoozed => Key::FilterSnoozed,
    }
}

fn of_writer(writer: ChatWriter) -> Key {
    match writer {
        ChatWriter::Everyone => Key::FilterEveryone,
        ChatWriter::RegisteredClients => Key::FilterClients,
        ChatWriter::MyClients => Key::FilterMyClients,
        ChatWriter::Colleagues => Key::FilterColleagues,
    }
}

/// A quick filter with how many it would show, where that is kept: in the inbox, without other conditions.
fn counted(quick: Quick) -> String {
    let store = store();
    let words = t(of_quick(quick));
    let kept = store.filter.with(|filter| {
        let plain = Filter {
            quick: filter.quick,
            ..Filter::default()
        };
        *filter == plain
    });
    let of = |counters: &Counters| match quick {
        Quick::All => Some(counters.active),
        Quick::Unread => Some(counters.unread),
        Quick::Unanswered => Some(counters.unanswered),
        Quick::Mine => Some(counters.assigned_to_me),
        Quick::Unassigned => Some(counters.unassigned),
        Quick::Starred => Some(counters.starred),
        Quick::Mentions => Some(counters.mentioned),
        Quick::Snoozed => Some(counters.snoozed),
        Quick::Recent => None,
    };
    // Before the first answer nothing is counted.
    let known = store.inbox.with(|inbox| {
        let counters = inbox.counters();
        (!counters.position.0.is_empty()).then(|| of(counters))
    });
    match known.flatten().filter(|_| kept) {
        Some(count) => format!("{words} {}", number(i64::from(count))),
        None => words.to_owned(),
    }
}

/// One of several: the chosen one is marked, choosing closes the menu.
fn option(
    words: Signal<String>,
    chosen: Signal<bool>,
    close: Callback<()>,
    change: impl Fn(&mut Filter) + Copy + Send + 'static,
) -> AnyView {
    let choose = move |_| {
        close.run(());
        narrow(change);
    };
    view! { <button type="button" class="menu-item" data-testid="filter-option" aria-current=move || chosen.get().then_some("true") on:click=choose><span>{move || words.get()}</span></button> }
        .into_any()
}

fn quicks(close: Callback<()>) -> AnyView {
    let store = store();
    let one = |quick: Quick| {
        let words = Signal::derive(move || counted(quick));
        let chosen = Signal::derive(move || store.filter.with(|filter| filter.quick == quick));
        option(words, chosen, close, move |filter| filter.quick = quick)
    };
    let archived = store.view.get_untracked() == ChatState::Archived;
    let offered = Quick::ALL.into_iter();
    let in_inbox = |quick: &Quick| matches!(quick, Quick::Snoozed | Quick::Mentions);
    let offered = offered.filter(|quick| !(archived && in_inbox(quick)));
    offered.map(one).collect_view().into_any()
}

fn writers(close: Callback<()>) -> AnyView {
    let store = store();
    let one = |writer: ChatWriter| {
        let words = Signal::derive(move || {
            let words = t(of_writer(writer));
            let unread = store.inbox.with(|inbox| inbox.counters().colleagues.unread);
            if writer == ChatWriter::Colleagues && unread > 0 {
                format!("{words} {}", number(i64::from(unread)))
            } else {
                words.to_owned()
            }
        });
        let chosen = Signal::derive(move || store.filter.with(|filter| filter.writer == writer));
        option(words, chosen, close, move |filter| filter.writer = writer)
    };
    WRITERS.map(one).into_iter().collect_view().into_any()
}

/// Puts one in, or takes it out.
fn toggle<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if all.contains(&one) {
        all.retain(|other| *other != one);
    } else {
        all.push(one);
    }
}

/// A chip that is in or out.
fn chip(
    words: String,
    on: impl Fn(&Filter) -> bool + Send + Sync + 'static,
    change: impl Fn(&mut Filter) + Send + 'static,
) -> AnyView {
    let pressed = live(move || store().filter.with(|filter| on(filter)).to_string());
    view! { <button type="button" class="chip tag" data-testid="filter-chip" dir="auto" aria-pressed=pressed on:click=move |_| narrow(&change)>{words}</button> }
        .into_any()
}

fn group(words: Key, chips: AnyView) -> AnyView {
    view! { <div role="group" aria-label=t(words)><p class="menu-label">{t(words)}</p><div class="tag-choices">{chips}</div></div> }
        .into_any()
}

/// The funnel.
fn conditions(_: Callback<()>) -> AnyView {
    directory::want(true);
    let channels = drawn(move || {
        directory::several_channels().then(|| {
            let places = store().directory.with(|known| known.channels.clone());
            let one = |place: crate::api::directory::Place| {
                let id = place.id.into_inner();
                let same = id.clone();
                let count = store()
                    .directory
                    .with(|known| known.count(&id, store().view.get()));
                chip(
                    format!("{} {}", place.name, number(i64::from(count))),
                    move |filter| filter.channels.contains(&id),
                    move |filter| toggle(&mut filter.channels, same.clone()),
                )
            };
            group(
                Key::FilterChannels,
                places.into_iter().map(one).collect_view().into_any(),
            )
        })
    });
    let level = |priority: ChatPriority| {
        chip(
            knots::priority(priority).to_owned(),
            move |filter| filter.priorities.contains(&priority),
            move |filter| toggle(&mut filter.priorities, priority),
        )
    };
    let order = |oldest: bool, words: Key| {
        let pressed = live(move || {
            store()
                .filter
                .with(|filter| filter.oldest_first == oldest)
                .to_string()
        });
        view! { <button type="button" data-testid="filter-order" aria-pressed=pressed on:click=move |_| narrow(|filter| filter.oldest_first = oldest)>{t(words)}</button> }
    };
    view! {
        {channels}
        <Agent words=Key::FilterOwner of=|filter| &mut filter.owner testid="filter-owner"/>
        <Agent words=Key::FilterAssignee of=|filter| &mut filter.assignee testid="filter-assignee"/>
        <Tags/>
        {group(Key::HeaderPriority, PRIORITIES.map(level).into_iter().collect_view().into_any())}
        <div class="choice" role="group" aria-label=t(Key::FilterOrder)>
            {order(false, Key::FilterNewest)}
            {order(true, Key::FilterOldest)}
        </div>
    }
    .into_any()
}

/// One agent of all, or any.
#[component]
fn Agent(
    words: Key,
    of: fn(&mut Filter) -> &mut Option<String>,
    testid: &'static str,
) -> impl IntoView {
    let store = store();
    let choose = move |event| {
        let id = event_target_value(&event);
        narrow(|filter| *of(filter) = (!id.is_empty()).then_some(id));
    };
    let chosen = move || {
        let mut filter = store.filter.get();
        of(&mut filter).take()
    };
    let options = drawn(move || {
        let agents = store.directory.with(|known| known.agents.clone());
        let one = |agent: crate::api::directory::Person| {
            let id = agent.id.into_inner();
            let same = id.clone();
            view! { <option value=id selected=move || chosen().as_deref() == Some(same.as_str())>{agent.name}</option> }
        };
        agents
            .into_iter()
            .filter(|it| it.active)
            .map(one)
            .collect_view()
    });
    view! {
        <label class="filter-agent">{t(words)}
            <select data-testid=testid on:change=choose>
                <option value="" selected=move || chosen().is_none()>{t(Key::FilterAnybody)}</option>
                {options}
            </select>
        </label>
    }
}

#[component]
fn Tags() -> impl IntoView {
    let one = |tag: String| {
        let (same, words) = (tag.clone(), tag.clone());
        chip(
            words,
            move |filter| filter.tags.contains(&tag),
            move |filter| toggle(&mut filter.tags, same.clone()),
        )
    };
    shown(Asked::new(bulk::known_tags), move |tags: &Vec<String>| {
        if tags.is_empty() {
            return ().into_any();
        }
        let chips = tags.iter().take(40).cloned().map(one);
        group(Key::HeaderTags, chips.collect_view().into_any())
    })
}

/// The way out of one condition.
type WayOut = Box<dyn Fn(&mut Filter) + Send>;

/// What is on, each with its way out (B10).
#[component]
fn On() -> impl IntoView {
    let on = |words: String, change: WayOut| {
        let label = tf(Key::FilterRemove, &[("what", &words)]);
        view! { <button type="button" class="chip on" dir="auto" data-testid="filter-on" aria-label=label.clone() title=label on:click=move |_| narrow(&*change)>{words} {icon(Icon::Close)}</button> }
    };
    let chips = move |filter: &Filter| {
        let mut all: Vec<(String, WayOut)> = Vec::new();
        if filter.quick != Quick::All {
            all.push((
                t(of_quick(filter.quick)).to_owned(),
                Box::new(|it| it.quick = Quick::All),
            ));
        }
        if filter.writer != ChatWriter::Everyone {
            let words = t(of_writer(filter.writer)).to_owned();
            all.push((words, Box::new(|it| it.writer = ChatWriter::Everyone)));
        }
        store().directory.with(|known| {
            for id in filter.channels.clone() {
                let name = known.channel(&id);
                all.push((
                    name,
                    Box::new(move |it| toggle(&mut it.channels, id.clone())),
                ));
            }
            if let Some(owner) = &filter.owner {
                let words = format!("{}: {}", t(Key::FilterOwner), known.agent(owner));
                all.push((words, Box::new(|it| it.owner = None)));
            }
            if let Some(assignee) = &filter.assignee {
                let words = format!("{}: {}", t(Key::FilterAssignee), known.agent(assignee));
                all.push((words, Box::new(|it| it.assignee = None)));
            }
        });
        for tag in filter.tags.clone() {
            all.push((
                tag.clone(),
                Box::new(move |it| toggle(&mut it.tags, tag.clone())),
            ));
        }
        for level in filter.priorities.clone() {
            let words = knots::priority(level).to_owned();
            all.push((words, Box::new(move |it| toggle(&mut it.priorities, level))));
        }
        if filter.oldest_first {
            let words = t(Key::FilterOldest).to_owned();
            all.push((words, Box::new(|it| it.oldest_first = false)));
        }
        all
    };
    let clear = |_| narrow(|filter| *filter = Filter::of_state(filter.state));
    drawn(move || {
        let all = store().filter.with(chips);
        (!all.is_empty()).then(|| {
            view! {
                <div class="filters-on" role="group" aria-label=t(Key::FilterOn)>
                    {all.into_iter().map(|(words, change)| on(words, change)).collect_view()}
                    <button type="button" class="link" data-testid="filter-clear" on:click=clear>{t(Key::FilterClear)}</button>
                </div>
            }
        })
    })
}
