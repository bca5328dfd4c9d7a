//! What time does to chats: snoozes that are over (P13) and chats where nothing happens (A10).

use hilo_domain::chat::ChatCommand;
use hilo_read::DueChat;
use jiff::{SignedDuration, Timestamp};

use crate::database::{project, read_model};
use crate::history::{History, agent_id, channel_id, chat_id};

fn ids(due: &[DueChat]) -> Vec<hilo_domain::ChatId> {
    due.iter().map(|due| due.chat_id).collect()
}

#[tokio::test]
async fn p13_snoozes_come_up_in_the_order_of_their_ends_and_open_ended_ones_never() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let start: Timestamp = "2026-11-02T00:00:00Z".parse().unwrap();
    let hour = SignedDuration::from_hours(1);
    for (n, hours) in [(1, Some(3)), (2, Some(1)), (3, None), (4, Some(2))] {
        history.receive(chat_id(n), channel_id(0), "hola");
        let snooze = ChatCommand::SnoozeChat {
            until: hours.map(|hours| start + hour * hours),
            by: agent_id(0),
            at: start,
        };
        history.command(chat_id(n), snooze);
    }
    project(&pool, &model, &history.events, 100).await;
    assert_eq!(model.ended_snoozes(start, None).await.unwrap(), []);
    let two = model.ended_snoozes(start + hour * 2, None).await.unwrap();
    assert_eq!(ids(&two), [chat_id(2), chat_id(4)]);
    assert_eq!(two[0].at, start + hour);
    assert_eq!(two[0].channel_id, channel_id(0));
    let all = model.ended_snoozes(start + hour * 3, Some(two[1])).await;
    assert_eq!(ids(&all.unwrap()), [chat_id(1)]);
}

#[tokio::test]
async fn a10_only_active_chats_that_are_not_snoozed_are_idle() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let later: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    for n in 1..=250 {
        history.receive(chat_id(n), channel_id(0), "hola");
    }
    let by = agent_id(0);
    history.command(chat_id(1), ChatCommand::ArchiveChat { by, at: later });
    let snooze = ChatCommand::SnoozeChat {
        until: None,
        by,
        at: later,
    };
    history.command(chat_id(2), snooze);
    project(&pool, &model, &history.events, 100).await;
    let first = model.idle_chats(later, true, None).await.unwrap();
    assert_eq!(first.len(), 200);
    let rest = model.idle_chats(later, true, first.last().copied()).await;
    let found = ids(&[first.clone(), rest.unwrap()].concat());
    assert_eq!(found, (3..=250).map(chat_id).collect::<Vec<_>>());
    let before = first[0].at - SignedDuration::from_micros(1);
    assert_eq!(model.idle_chats(before, true, None).await.unwrap(), []);
    // Those that wait for an answer are left out where that is wanted.
    assert_eq!(model.idle_chats(later, false, None).await.unwrap(), []);
    history.send(chat_id(7), agent_id(0), "ya va");
    project(&pool, &model, &history.events, 100).await;
    let answered = model.idle_chats(later, false, None).await.unwrap();
    assert_eq!(ids(&answered), [chat_id(7)]);
}
