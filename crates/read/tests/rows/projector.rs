//! Events in, rows out: whatever the batches, and true to what the domain says.

use hilo_domain::chat::{ChatCommand, ChatEvent, Stage};
use hilo_domain::{Personal, SubjectId};
use hilo_journal::ConsumerError;
use hilo_read::{
    ActKind, AgentCounters, ChannelScope, ChatFilter, ChatState, Counted, CountersRow,
    MessageState, Page, ReadModel,
};

use crate::database::{database, dump, project, read_model};
use crate::history::{History, agent_id, channel_id, chat_id, recorded};

fn random_history(seed: u64, acts: usize) -> History {
    let mut history = History::new(seed);
    for _ in 0..acts {
        history.live(9);
    }
    history
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_the_same_whatever_the_size_of_the_batches() {
    for seed in 1..=3 {
        let history = random_history(seed, 700);
        let mut dumps = Vec::new();
        for batch in [1, 7, 1000] {
            let (pool, model) = read_model().await;
            project(&pool, &model, &history.events, batch).await;
            dumps.push(dump(&pool, &model).await);
        }
        assert!(dumps[0].lines().count() > 300);
        assert_eq!(dumps[0], dumps[1], "seed {seed}: batches of 1 and 7");
        assert_eq!(dumps[0], dumps[2], "seed {seed}: batches of 1 and 1000");
    }
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "all that is counted, beside one walk over the states"
)]
async fn marks_and_counters_are_what_the_domain_says() {
    let (pool, model) = read_model().await;
    let mut history = random_history(11, 900);
    let (by, at) = (agent_id(1), "2026-11-01T09:00:00Z".parse().unwrap());
    history.command(chat_id(3), ChatCommand::DeleteChat { by, at });
    let until = None;
    history.command(chat_id(6), ChatCommand::SnoozeChat { until, by, at });
    history.receive(chat_id(12), channel_id(0), "hola");
    history.command(chat_id(12), ChatCommand::TakeChat { by, at });
    let starred = true;
    history.command(chat_id(12), ChatCommand::StarChat { by, starred });
    project(&pool, &model, &history.events, 64).await;
    let mut expected = std::collections::BTreeMap::<_, [i64; 8]>::new();
    let mut of_agents = std::collections::BTreeMap::<_, [i64; 2]>::new();
    let (mut deleted, mut anew) = (0, 0);
    let mut tagged = std::collections::BTreeMap::<String, i64>::new();
    for (id, state) in &history.states {
        let row = model.chat(&ChannelScope::All, *id).await.unwrap();
        let Some(origin) = state.origin() else {
            assert!(row.is_none(), "an unopened chat is shown");
            continue;
        };
        let counts = expected.entry(origin.channel_id).or_default();
        if matches!(state.stage, Stage::Deleted(_)) {
            assert!(row.is_none(), "a deleted chat is shown");
            counts[7] += 1;
            deleted += 1;
            continue;
        }
        let row = row.unwrap().value;
        anew += usize::from(row.hidden.0 > 0);
        let archived = matches!(state.stage, Stage::Archived(_));
        assert_eq!(row.state == ChatState::Archived, archived);
        assert_eq!(i64::from(row.unread), i64::try_from(state.unread).unwrap());
        assert_eq!(row.unanswered, state.unanswered);
        assert_eq!(row.snooze, state.snooze);
        assert_eq!(row.last_seq, i64::try_from(state.contact_seq).unwrap());
        assert_eq!(row.tags, state.tags.keys().cloned().collect::<Vec<_>>());
        assert_eq!((row.priority, row.blocked), (state.priority, state.blocked));
        for (agent, own) in &row.own {
            assert_eq!(own.starred, state.starred_by.contains(agent));
            assert_eq!(own.draft.is_some(), state.drafts.contains(agent));
            // One whose note was taken back, or changed, may wait in the state alone.
            assert!(!own.is_called() || state.mentioned.contains(agent));
        }
        let owners = state.starred_by.union(&state.drafts);
        assert!(owners.into_iter().all(|agent| row.own.contains_key(agent)));
        for tag in state.tags.keys() {
            *tagged.entry(tag.clone()).or_default() += 1;
        }
        if archived {
            counts[1] += 1;
        } else if state.snooze.is_some() {
            counts[5] += 1;
        } else {
            let assignee = state.assignee.map(hilo_domain::Assignee::id);
            counts[6] += i64::from(assignee.is_none());
            let of = |agent| (origin.channel_id, agent);
            if let Some(agent) = assignee {
                of_agents.entry(of(agent)).or_insert([0; 2])[0] += 1;
            }
            for agent in &state.starred_by {
                of_agents.entry(of(*agent)).or_insert([0; 2])[1] += 1;
            }
            counts[0] += 1;
            counts[2] += i64::from(state.unread > 0);
            counts[3] += i64::from(state.unread == 0 && state.unanswered);
            counts[4] += i64::try_from(state.unread).unwrap();
        }
    }
    let tags = model.tags(&ChannelScope::All).await.unwrap().value;
    let tags = tags.into_iter().map(|row| (row.tag, row.chats));
    assert!(!tagged.is_empty());
    assert_eq!(tags.collect::<std::collections::BTreeMap<_, _>>(), tagged);
    assert!(deleted > 0 && anew > 0, "{deleted} deleted, {anew} anew");
    let counters = model
        .counters(&ChannelScope::Audited((0..3).map(channel_id).collect()))
        .await;
    let counters = counters.unwrap().value.channels;
    let counted = counters.iter().map(|c| {
        (
            c.channel_id,
            [
                c.active,
                c.archived,
                c.unread,
                c.unanswered,
                c.unread_messages,
                c.snoozed,
                c.unassigned,
                c.deleted,
            ],
        )
    });
    assert_eq!(
        counted.collect::<std::collections::BTreeMap<_, _>>(),
        expected
    );
    assert!(!of_agents.is_empty());
    for agent in (0..3).map(agent_id) {
        let own = model.counted(&ChannelScope::All, agent).await.unwrap();
        let own = own.value.own.into_iter();
        let own = own.map(|it| (it.channel_id, [it.assigned, it.starred]));
        let expected = of_agents.iter().filter(|((_, whose), _)| *whose == agent);
        let expected = expected.map(|((channel, _), counts)| (*channel, *counts));
        assert_eq!(own.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
}

/// A2: nobody learns of channels they do not see, of colleagues' stars, or of deleted chats.
#[test]
fn counters_are_told_as_far_as_the_viewer_may_know() {
    let channel = |n, active, deleted| hilo_read::ChannelCounters {
        channel_id: channel_id(n),
        active,
        archived: 0,
        unread: 0,
        unanswered: 0,
        unread_messages: 0,
        snoozed: 0,
        unassigned: active,
        deleted,
    };
    let own = |n, agent| AgentCounters {
        channel_id: channel_id(n),
        agent_id: agent_id(agent),
        assigned: 0,
        starred: 1,
        mentioned: 0,
    };
    let all = Counted {
        channels: CountersRow {
            channels: vec![channel(0, 1, 1), channel(1, 0, 2), channel(2, 3, 0)],
        },
        own: vec![own(0, 1), own(0, 2), own(2, 1)],
    };
    let mine = all.within(
        &ChannelScope::Only(vec![channel_id(0), channel_id(1)]),
        agent_id(1),
    );
    assert_eq!(mine.channels.channels, [channel(0, 1, 0)]);
    assert_eq!(mine.own, [own(0, 1)]);
    let auditor = all.within(
        &ChannelScope::Audited((0..3).map(channel_id).collect()),
        agent_id(3),
    );
    assert_eq!(auditor.channels, all.channels);
    assert!(auditor.own.is_empty());
}

#[tokio::test]
async fn the_contacts_items_have_no_gap_and_end_where_the_domain_says() {
    let (pool, model) = read_model().await;
    let history = random_history(5, 600);
    project(&pool, &model, &history.events, 50).await;
    for (id, state) in &history.states {
        let items = model.contact_items(*id, 0, 10_000).await.unwrap();
        let numbers = items.iter().map(|item| item.seq).collect::<Vec<_>>();
        assert_eq!(
            numbers,
            (1..=i64::try_from(state.contact_seq).unwrap()).collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn only_the_newest_500_messages_are_kept() {
    let mut history = History::new(1);
    let chat = chat_id(1);
    for n in 0..620 {
        history.receive(chat, channel_id(0), &format!("message {n}"));
    }
    let mut dumps = Vec::new();
    for batch in [100, 1000] {
        let (pool, model) = read_model().await;
        project(&pool, &model, &history.events, batch).await;
        let page = Page {
            first: Some(1),
            ..Page::default()
        };
        let oldest = model
            .messages(&ChannelScope::All, chat, page)
            .await
            .unwrap();
        assert_eq!(oldest.rows[0].1.text.as_deref(), Some("message 120"));
        dumps.push(dump(&pool, &model).await);
    }
    assert_eq!(dumps[0], dumps[1]);
    assert_eq!(
        dumps[0]
            .lines()
            .filter(|line| line.starts_with("messages "))
            .count(),
        500
    );
}

#[tokio::test]
async fn states_of_a_message_only_go_forward() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let chat = chat_id(1);
    history.receive(chat, channel_id(0), "hola");
    let sent = history.send(chat, agent_id(1), "buenos días");
    let seq = history.states[&chat].contact_seq;
    let at = "2026-11-02T10:00:00Z".parse().unwrap();
    history.command(
        chat,
        ChatCommand::ReportReadByContact { up_to_seq: seq, at },
    );
    // A receipt that came late, past the domain's guard: the rows hold by themselves.
    let position = i64::try_from(history.events.len()).unwrap() + 1;
    let late = ChatEvent::MessageDelivered {
        receipt: hilo_domain::chat::Receipt::UpTo { seq },
    };
    history.events.push(recorded(chat, position, at, &late));
    project(&pool, &model, &history.events, 1).await;
    let message = model
        .message(&ChannelScope::All, chat, sent)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(message.state, MessageState::Read);
    assert_eq!(message.read_at, Some(at));
    let row = model
        .chat(&ChannelScope::All, chat)
        .await
        .unwrap()
        .unwrap()
        .value;
    assert_eq!(row.last_message.unwrap().state, MessageState::Read);
}

#[tokio::test]
async fn an_archived_chat_shows_when_and_by_whom_and_writing_opens_it_again() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let chat = chat_id(1);
    history.receive(chat, channel_id(0), "hola");
    let at = "2026-11-02T10:00:00Z".parse().unwrap();
    history.command(
        chat,
        ChatCommand::ArchiveChat {
            by: agent_id(2),
            at,
        },
    );
    project(&pool, &model, &history.events, 10).await;
    let row = model
        .chat(&ChannelScope::All, chat)
        .await
        .unwrap()
        .unwrap()
        .value;
    assert_eq!(
        (row.state, row.archived_at),
        (ChatState::Archived, Some(at))
    );
    assert_eq!(
        row.archived_by,
        Some(hilo_domain::Actor::Agent { id: agent_id(2) })
    );

    let done = history.events.len();
    history.receive(chat, channel_id(0), "otra vez");
    project(&pool, &model, &history.events[done..], 10).await;
    let row = model
        .chat(&ChannelScope::All, chat)
        .await
        .unwrap()
        .unwrap()
        .value;
    assert_eq!(
        (row.state, row.archived_at, row.archived_by),
        (ChatState::Active, None, None)
    );
    let acts = model.acts(&ChannelScope::All, chat).await.unwrap().value;
    let acts = acts
        .iter()
        .map(|act| (act.kind, act.detail.as_deref()))
        .collect::<Vec<_>>();
    let expected = [
        (ActKind::Opened, Some("web_chat")),
        (ActKind::Archived, None),
        (ActKind::Reopened, Some("contact_wrote")),
    ];
    assert_eq!(acts, expected);
}

#[tokio::test]
async fn what_was_edited_or_taken_back_is_gone_from_every_row() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let chat = chat_id(1);
    let edited = history.receive(chat, channel_id(0), "first words");
    let deleted = history.receive(chat, channel_id(0), "secret words");
    let at = "2026-11-01T08:10:00Z".parse().unwrap();
    let text = hilo_domain::MessageText::parse("second words").unwrap();
    history.command(
        chat,
        ChatCommand::EditReceivedMessage {
            message_id: edited,
            text,
            at,
        },
    );
    history.command(
        chat,
        ChatCommand::DeleteReceivedMessage {
            message_id: deleted,
            at,
        },
    );
    project(&pool, &model, &history.events, 2).await;
    let rows = dump(&pool, &model).await;
    assert!(!rows.contains("first words") && !rows.contains("secret words"));
    assert!(rows.contains("second words"));
}

#[tokio::test]
async fn an_erased_value_becomes_null_and_the_message_says_so() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let chat = chat_id(1);
    let id = history.receive(chat, channel_id(0), "personal words");
    let subject = SubjectId::from_uuid(chat.as_uuid());
    for event in &mut history.events {
        let erased = match event.decode::<ChatEvent>().unwrap() {
            ChatEvent::MessageReceived {
                message_id,
                client_message_id,
                contact_seq,
                at,
                ..
            } => ChatEvent::MessageReceived {
                message_id,
                client_message_id,
                text: Personal::Erased { subject },
                contact_seq,
                at,
                attachments: Vec::new(),
                comment: None,
            },
            ChatEvent::ChatOpened {
                chat_id,
                channel_id,
                channel_kind,
                contact_id,
                locale,
                at,
                by,
                ..
            } => {
                let handle = Personal::Erased { subject };
                let page = Some(Personal::Erased { subject });
                ChatEvent::ChatOpened {
                    chat_id,
                    channel_id,
                    channel_kind,
                    contact_id,
                    handle,
                    page,
                    locale,
                    at,
                    by,
                }
            }
            other => other,
        };
        event.payload = serde_json::to_value(erased).unwrap();
    }
    project(&pool, &model, &history.events, 10).await;
    let message = model
        .message(&ChannelScope::All, chat, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((message.text, message.erased), (None, true));
    let row = model
        .chat(&ChannelScope::All, chat)
        .await
        .unwrap()
        .unwrap()
        .value;
    assert_eq!(
        (row.handle, row.page_url, row.last_message.unwrap().preview),
        (None, None, String::new())
    );
}

/// Who knows the id of an anonymous visitor can go on as that visitor.
#[tokio::test]
async fn the_id_of_a_web_chats_visitor_is_not_shown() {
    let (pool, model) = read_model().await;
    let mut history = History::new(5);
    let (chat, channel) = (chat_id(1), channel_id(1));
    history.receive(chat, channel, "hola");
    project(&pool, &model, &history.events, 10).await;
    let row = model.chat(&ChannelScope::All, chat).await.unwrap().unwrap();
    assert_eq!(row.value.handle, None);
    assert!(
        !dump(&pool, &model)
            .await
            .contains(&format!("visitor-{chat}"))
    );
}

#[tokio::test]
async fn an_event_that_came_before_changes_nothing_and_a_gap_stops_the_projector() {
    let (pool, model) = read_model().await;
    let history = random_history(2, 80);
    project(&pool, &model, &history.events, 10).await;
    let before = dump(&pool, &model).await;
    project(&pool, &model, &history.events, 30).await;
    assert_eq!(dump(&pool, &model).await, before);

    let mut ahead = history.events.last().unwrap().clone();
    ahead.position.0 += 2;
    let mut tx = pool.begin().await.unwrap();
    let refused = model.projector().handle(&mut tx, &[ahead]).await;
    assert!(matches!(refused, Err(ConsumerError::Poison(_))));
}

#[tokio::test]
async fn an_event_that_cannot_be_read_stops_the_projector_without_quoting_it() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    history.receive(chat_id(1), channel_id(0), "secret words");
    history.events[1].payload["data"]["contact_seq"] = "secret words".into();
    let mut tx = pool.begin().await.unwrap();
    let refused = model
        .projector()
        .handle(&mut tx, &history.events)
        .await
        .unwrap_err();
    assert!(matches!(&refused, ConsumerError::Poison(text) if !text.contains("secret")));
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_share_one_schema() {
    let pool = database().await;
    let starts = (0..8)
        .map(|_| tokio::spawn(ReadModel::attach(pool.clone())))
        .collect::<Vec<_>>();
    let mut names = std::collections::BTreeSet::new();
    for start in starts {
        names.insert(start.await.unwrap().unwrap().name().to_owned());
    }
    assert_eq!(names.len(), 1);
    let all = ReadModel::attach(pool).await.unwrap();
    let chats = all
        .chats(&ChannelScope::All, ChatFilter::default(), Page::default())
        .await
        .unwrap();
    assert!(chats.rows.is_empty());
}

#[tokio::test]
async fn changes_tell_whose_access_changed() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    history.receive(chat_id(1), channel_id(0), "hola");
    history.grant(channel_id(0), agent_id(1));
    let granted = hilo_journal::Position(i64::try_from(history.events.len()).unwrap());
    history.receive(chat_id(1), channel_id(0), "otra vez");
    project(&pool, &model, &history.events, 2).await;
    let before = hilo_journal::Position(granted.0 - 1);
    let changes = model.changes(before, 100).await.unwrap();
    assert_eq!(changes.access, [(agent_id(1).as_uuid(), granted)]);
    assert!(model.changes(granted, 100).await.unwrap().access.is_empty());
}
