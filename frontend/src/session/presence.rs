//! Who of the colleagues can be reached, live (P9), and how this agent wants to be seen. Must not draw.

use std::cell::RefCell;
use std::collections::HashMap;

use leptos::prelude::{Set, Update};

use super::{asking, noticed, store};
use crate::api::fault::Fault;
use crate::api::http;
use crate::api::live::{self, Incoming, Subscription};
use crate::api::people::{
    AgentPresence, Presence, PresenceChoice, PresenceSubscription, SetPresence, SetPresenceInput,
};
use crate::api::request::Ask;

/// How each colleague is, by id.
pub type Colleagues = HashMap<String, Presence>;

thread_local! {
    static FEED: RefCell<Option<Subscription>> = const { RefCell::new(None) };
}

/// Listens; for as long as it does, this agent counts as here.
pub fn start() {
    let start = || PresenceSubscription::body(());
    let feed = live::subscribe(start, |incoming| match incoming {
        Incoming::Next(payload) => {
            let told = http::data_of(payload).and_then(http::read::<PresenceSubscription>);
            if let Ok(told) = told {
                store()
                    .colleagues
                    .update(|known| take(known, told.presence));
            }
        }
        Incoming::Ended(Fault::SignedOut) => noticed(&Fault::SignedOut),
        Incoming::Resync | Incoming::Ended(_) => again(),
    });
    FEED.set(Some(feed));
}

/// Stops listening.
pub fn stop() {
    drop(FEED.take());
    store().colleagues.set(Colleagues::new());
}

fn again() {
    let restart = || {
        FEED.with_borrow(|feed| feed.as_ref().map(Subscription::id))
            .into_iter()
            .for_each(live::restart);
    };
    leptos::prelude::set_timeout(restart, std::time::Duration::from_secs(3));
}

/// Takes in who changed; who is not named stays as they are.
pub fn take(known: &mut Colleagues, told: Vec<AgentPresence>) {
    for one in told {
        if let Some(agent) = one.agent {
            known.insert(agent.id.into_inner(), one.presence);
        }
    }
}

/// Says how this agent wants to be seen.
pub fn choose(presence: PresenceChoice) {
    asking::give::<SetPresence>(SetPresenceInput { presence }, |payload| {
        let mine = store().viewer().map(|viewer| viewer.agent.id.into_inner());
        if let (Some(id), Some(now)) = (mine, payload.presence) {
            store().colleagues.update(|known| {
                known.insert(id, now);
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::{AgentName, Id};

    fn told(id: &str, presence: Presence) -> AgentPresence {
        let agent = AgentName {
            id: Id::new(id),
            name: id.to_owned(),
        };
        AgentPresence {
            agent: Some(agent),
            presence,
        }
    }

    #[test]
    fn p9_a_change_of_one_leaves_the_others() {
        let mut known = Colleagues::new();
        take(
            &mut known,
            vec![told("ana", Presence::Online), told("jan", Presence::Away)],
        );
        take(&mut known, vec![told("ana", Presence::Offline)]);
        assert_eq!(known.get("ana"), Some(&Presence::Offline));
        assert_eq!(known.get("jan"), Some(&Presence::Away));
    }
}
