//! Given/when/then for aggregates, over cqrs-es' own test framework, and one fixed cast.
//! Tests only.

use std::fmt::Debug;

use cqrs_es::Aggregate;
use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::Timestamp;
use uuid::Uuid;

use crate::ids::{AgentId, ChannelId, ChatId, ClientId, ContactId, MessageId};

pub const CHAT: ChatId = ChatId::from_uuid(Uuid::from_u128(0xc1));
pub const CONTACT: ContactId = ContactId::of(CHAT);
pub const CHANNEL: ChannelId = ChannelId::from_uuid(Uuid::from_u128(0xc4a));
pub const ANA: AgentId = AgentId::from_uuid(Uuid::from_u128(0xa1));
pub const MAREK: AgentId = AgentId::from_uuid(Uuid::from_u128(0xa2));

pub const fn message(n: u128) -> MessageId {
    MessageId::from_uuid(Uuid::from_u128(0x1000 + n))
}

pub const fn client(n: u128) -> ClientId {
    ClientId::from_uuid(Uuid::from_u128(0xc000 + n))
}

/// A time of the story, in seconds after its beginning.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

pub fn given<A: Aggregate>(facts: A::Services, events: Vec<A::Event>) -> AggregateTestExecutor<A> {
    TestFramework::with(facts).given(events)
}

/// Folds events into a state from nothing.
pub fn fold<A: Aggregate>(events: &[A::Event]) -> A {
    let mut state = A::default();
    for event in events {
        state.apply(event.clone());
    }
    state
}

/// A state written and read back is the same, and shows no marker of personal content.
pub fn holds_nothing_personal<A: Aggregate + PartialEq + Debug>(state: &A, secrets: &[&str]) {
    let json = serde_json::to_string(state).unwrap();
    for marker in ["$personal", "$sealed", "$erased"].iter().chain(secrets) {
        assert!(!json.contains(marker), "the state holds {marker}");
    }
    assert_eq!(serde_json::from_str::<A>(&json).unwrap(), *state);
}
