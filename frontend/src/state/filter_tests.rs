//! Tests of the conditions of a list, and of the address that says them.

use super::*;
use crate::api::graphql::{AgentName, InternalChat, Snooze};
use crate::state::samples::{agent_actor, chat, client_of, mention, moment};

fn eye() -> Eye {
    Eye {
        me: "me".into(),
        since: moment(100).0,
    }
}

fn with(change: impl FnOnce(&mut Filter)) -> Filter {
    let mut filter = Filter::default();
    change(&mut filter);
    filter
}

fn every() -> Vec<Filter> {
    let mut all: Vec<Filter> = Quick::ALL
        .into_iter()
        .map(|quick| with(|it| it.quick = quick))
        .collect();
    all.extend(
        WRITERS
            .into_iter()
            .map(|writer| with(|it| it.writer = writer)),
    );
    all.push(Filter::of_state(ChatState::Archived));
    all.push(with(|it| {
        it.channels = vec!["one".into(), "two & three".into()]
    }));
    all.push(with(|it| it.tags = vec!["late".into(), "50 %".into()]));
    all.push(with(|it| {
        it.priorities = vec![ChatPriority::High, ChatPriority::Urgent]
    }));
    all.push(with(|it| it.owner = Some("ana".into())));
    all.push(with(|it| it.assignee = Some("ana".into())));
    all.push(with(|it| it.oldest_first = true));
    all
}

#[test]
fn b6_to_b14_an_address_keeps_every_condition() {
    for filter in every() {
        let path = if filter.state == ChatState::Archived {
            "/archived"
        } else {
            "/chats"
        };
        assert_eq!(Filter::read(path, &filter.query(false)), filter);
        assert_eq!(Filter::read("/chats/0b7e", &filter.query(true)), filter);
    }
    assert_eq!(
        Filter::read("/chats", "?show=nonsense&x&writer="),
        Filter::default()
    );
}

#[test]
fn b10_what_is_put_aside_is_shown_only_where_it_is_asked_for() {
    let mut aside = chat("a", ChatState::Active, 10, 10);
    aside.snooze = Some(Snooze { until: None });
    assert!(!Filter::default().matches(&aside, &eye()));
    let snoozed = with(|it| it.quick = Quick::Snoozed);
    assert!(snoozed.matches(&aside, &eye()));
    assert!(!snoozed.matches(&chat("b", ChatState::Active, 10, 10), &eye()));
    aside.state = ChatState::Archived;
    assert!(Filter::of_state(ChatState::Archived).matches(&aside, &eye()));
    assert_eq!(snoozed.in_state(ChatState::Archived).quick, Quick::All);
}

#[test]
fn p3_mentions_are_shown_wherever_their_chat_is() {
    let mentions = with(|it| it.quick = Quick::Mentions);
    let mut called = chat("a", ChatState::Archived, 10, 10);
    assert!(!mentions.matches(&called, &eye()));
    called.mention = Some(mention("n", true));
    assert!(mentions.matches(&called, &eye()));
    called.state = ChatState::Active;
    called.snooze = Some(Snooze { until: None });
    assert!(mentions.matches(&called, &eye()));
    assert_eq!(mentions.request().state, None);
    assert_eq!(mentions.request().mentioned, Some(true));
    assert_eq!(mentions.in_state(ChatState::Archived).quick, Quick::All);
}

#[test]
fn each_condition_takes_what_fulfils_it_and_nothing_else() {
    let plain = || {
        let mut row = chat("a", ChatState::Active, 10, 10);
        (row.unread_count, row.mark) = (0, ChatMark::None);
        row.assignee = Some(agent_actor("other"));
        row
    };
    type Case = (Filter, fn(&mut Chat));
    let cases: Vec<Case> = vec![
        (with(|it| it.quick = Quick::Unread), |row| {
            row.unread_count = 2
        }),
        (with(|it| it.quick = Quick::Unanswered), |row| {
            row.mark = ChatMark::Unanswered
        }),
        (with(|it| it.quick = Quick::Mine), |row| {
            row.assignee = Some(agent_actor("me"))
        }),
        (with(|it| it.quick = Quick::Unassigned), |row| {
            row.assignee = None
        }),
        (with(|it| it.quick = Quick::Starred), |row| {
            row.starred = true
        }),
        (with(|it| it.quick = Quick::Recent), |row| {
            row.last_activity_at = moment(100)
        }),
        (
            with(|it| it.writer = ChatWriter::RegisteredClients),
            |row| row.client = Some(client_of("other")),
        ),
        (with(|it| it.writer = ChatWriter::MyClients), |row| {
            row.client = Some(client_of("me"))
        }),
        (with(|it| it.writer = ChatWriter::Colleagues), |row| {
            let ana = AgentName {
                id: Id::new("ana"),
                name: "Ana".into(),
            };
            row.internal = Some(InternalChat {
                direct: true,
                title: None,
                members: vec![ana],
            });
        }),
        (with(|it| it.channels = vec!["other".into()]), |row| {
            row.channel.id = Id::new("other")
        }),
        (
            with(|it| it.tags = vec!["x".into(), "late".into()]),
            |row| row.tags = vec!["late".into()],
        ),
        (with(|it| it.priorities = vec![ChatPriority::High]), |row| {
            row.priority = ChatPriority::High
        }),
        (with(|it| it.owner = Some("ana".into())), |row| {
            row.client = Some(client_of("ana"))
        }),
        (with(|it| it.assignee = Some("ana".into())), |row| {
            row.assignee = Some(agent_actor("ana"))
        }),
    ];
    for (filter, change) in cases {
        let mut row = plain();
        assert!(!filter.matches(&row, &eye()), "{filter:?}");
        change(&mut row);
        assert!(filter.matches(&row, &eye()), "{filter:?}");
        row.state = ChatState::Archived;
        assert!(!filter.matches(&row, &eye()), "{filter:?}");
    }
}

#[test]
fn an_order_alone_leaves_nothing_out() {
    assert!(!with(|it| it.oldest_first = true).narrows());
    assert!(!Filter::of_state(ChatState::Archived).narrows());
    assert!(with(|it| it.quick = Quick::Unread).narrows());
}
