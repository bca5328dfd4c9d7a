//! What each agent who looks may see, found out once for every change of the facts instead of once a socket and event.
//! Never keeps a scope beyond the facts that it was made of.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use hilo_domain::AgentId;
use hilo_read::ChannelScope;

use crate::facts::FactsFold;

/// The scopes of one state of the facts.
#[derive(Default)]
pub(super) struct Scopes(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Of these facts. They are kept alive, so that no others can come to lie where they are.
    fold: Option<Arc<FactsFold>>,
    of: HashMap<AgentId, Arc<ChannelScope>>,
}

impl Scopes {
    /// What an agent may see by these facts.
    pub(super) fn of(&self, fold: &Arc<FactsFold>, agent: AgentId) -> Arc<ChannelScope> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = known.fold.as_ref().is_some_and(|it| Arc::ptr_eq(it, fold));
        if !is_same {
            known.of.clear();
            known.fold = Some(Arc::clone(fold));
        }
        let scope = known.of.entry(agent);
        Arc::clone(scope.or_insert_with(|| Arc::new(fold.scope(agent))))
    }
}
