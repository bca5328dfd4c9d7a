//! Who shares the selection of what is told, and who never does.

use std::sync::atomic::AtomicUsize;

use async_graphql::Value;
use hilo_app::ColleagueCounters;
use hilo_domain::ChannelId;
use hilo_journal::Cursor;
use hilo_read::Counted;
use uuid::Uuid;

use super::*;

const DRAFTS: &str = "subscription { inbox { chats { id draft { text } } } }";

fn channel(number: u128) -> ChannelId {
    ChannelId::from_uuid(Uuid::from_u128(number))
}

fn agent(number: u128) -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(number))
}

fn asked(query: &str, role: Role, own: Option<AgentId>) -> Asked {
    Asked {
        query: query.to_owned(),
        operation_name: None,
        variables: "{}".to_owned(),
        role,
        scopes: None,
        own,
    }
}

/// What is told of one position to who sees these channels.
fn told(scope: ChannelScope, position: i64, own: Option<AgentId>) -> Told {
    Told::Inbox(InboxChange {
        position: Cursor {
            epoch: Uuid::nil(),
            position: Position(position),
        },
        behind: Position(position - 1),
        scope: Arc::new(scope),
        chats: Vec::new(),
        removed: Vec::new(),
        counters: Counted::default(),
        colleagues: ColleagueCounters::default(),
        own,
        resync: false,
    })
}

fn only(numbers: &[u128]) -> ChannelScope {
    ChannelScope::Only(numbers.iter().copied().map(channel).collect())
}

/// Executions that say the how manyth selection it is.
fn counting() -> Arc<Begin> {
    let made = Arc::new(AtomicUsize::new(0));
    Arc::new(move |fed: FedData| {
        let mut fed = lock(&fed.0.0).take().unwrap();
        let made = Arc::clone(&made);
        let told = stream::poll_fn(move |task| fed.poll_recv(task));
        told.map(move |_| Response::new(Value::from(made.fetch_add(1, Ordering::AcqRel) + 1)))
            .boxed()
    })
}

async fn result(part: &Part, told: Told) -> String {
    let finish = |response: Response| Ok(response.data.to_string().into());
    part.result(told, finish)
        .await
        .unwrap()
        .unwrap()
        .to_string()
}

#[tokio::test]
async fn who_asked_the_same_and_sees_the_same_gets_the_same_bytes() {
    let (executions, begin) = (Executions::default(), counting());
    let asked = asked("subscription { inbox { resync } }", Role::Agent, None);
    let tell = || told(only(&[1, 2]), 7, None);
    let one = executions.of(&asked, &tell(), None, &begin);
    let other = executions.of(&asked, &tell(), None, &begin);
    assert!(Arc::ptr_eq(&one.0, &other.0));
    assert_eq!(result(&one, tell()).await, "1");
    assert_eq!(result(&other, tell()).await, "1", "selected once");
    assert_eq!(result(&other, told(only(&[1, 2]), 8, None)).await, "2");
}

#[tokio::test]
async fn two_scopes_never_share_a_selection_also_not_when_one_becomes_the_other() {
    let (executions, begin) = (Executions::default(), counting());
    let asked = asked("subscription { inbox { resync } }", Role::Agent, None);
    let tell = |channels: &[u128]| told(only(channels), 7, None);
    let both = executions.of(&asked, &tell(&[1, 2]), None, &begin);
    let one = executions.of(&asked, &tell(&[1]), None, &begin);
    let all = executions.of(&asked, &told(ChannelScope::All, 7, None), None, &begin);
    assert!(!Arc::ptr_eq(&both.0, &one.0) && !Arc::ptr_eq(&both.0, &all.0));
    assert_eq!(result(&both, tell(&[1, 2])).await, "1");
    assert_eq!(result(&one, tell(&[1])).await, "2");
    // A socket whose agent lost a channel leaves the selection that it had a part in.
    let narrowed = executions.of(&asked, &tell(&[1]), Some(both), &begin);
    assert!(Arc::ptr_eq(&narrowed.0, &one.0));
    let widened = executions.of(&asked, &tell(&[1, 2]), Some(one), &begin);
    assert!(!Arc::ptr_eq(&narrowed.0, &widened.0));
}

#[test]
fn roles_and_what_is_each_agents_own_share_no_execution() {
    let (executions, begin) = (Executions::default(), counting());
    let of = |asked: &Asked| executions.of(asked, &told(only(&[1]), 7, None), None, &begin);
    let asks = [
        asked(DRAFTS, Role::Agent, Some(agent(1))),
        asked(DRAFTS, Role::Agent, Some(agent(2))),
        asked(DRAFTS, Role::Administrator, Some(agent(1))),
        asked("subscription { inbox { resync } }", Role::Agent, None),
    ];
    let parts = asks.iter().map(of).collect::<Vec<_>>();
    for (n, part) in parts.iter().enumerate() {
        let others = parts.iter().skip(n + 1);
        assert!(others.into_iter().all(|it| !Arc::ptr_eq(&it.0, &part.0)));
    }
}

#[tokio::test]
async fn what_is_told_because_of_ones_own_matters_is_not_given_to_others() {
    let (executions, begin) = (Executions::default(), counting());
    let asked = asked("subscription { inbox { resync } }", Role::Agent, None);
    let tell = |own| told(only(&[1]), 7, own);
    let one = executions.of(&asked, &tell(None), None, &begin);
    let other = executions.of(&asked, &tell(None), None, &begin);
    assert_eq!(result(&one, tell(Some(agent(1)))).await, "1");
    assert_eq!(result(&other, tell(None)).await, "2");
}
