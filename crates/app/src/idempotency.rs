//! Doing something once, however often it is asked for: keys that callers choose, and the ids made of them.
//!
//! A mutation that creates something takes an `idempotencyKey`. The same key with the same content is answered as the
//! first time; with other content it is `IDEMPOTENCY_CONFLICT`. Keys of different callers, and of different mutations,
//! never meet. What is created gets [`App::id_for`], so that a repetition reaches the same stream, and the command goes
//! with [`Act::idempotent`].

use hilo_domain::ids;
use hilo_journal::Dedupe;
use serde_json::Value;
use uuid::Uuid;

use crate::accounts::Caller;
use crate::clock;
use crate::{Act, App};

impl Act {
    /// The same act, done once for this key of the caller's. `mutation` is its name in the API; `content` is everything
    /// the caller asked for, and nothing that was made here: a list, whose order every build writes alike. Without a
    /// key, the act as it is.
    #[must_use]
    pub fn idempotent(
        self,
        caller: &Caller,
        mutation: &'static str,
        key: Option<Uuid>,
        content: &Value,
    ) -> Self {
        let Some(key) = key else { return self };
        self.once(Dedupe {
            scope: caller.dedupe_scope(),
            key: [mutation.as_bytes(), b":", key.as_bytes()].concat(),
            content: content.to_string().into_bytes(),
        })
    }

    /// The same act for a second command of the same request: the key belongs to the first.
    #[must_use]
    pub fn further(&self) -> Self {
        Self {
            dedupe: None,
            ..self.clone()
        }
    }
}

impl App {
    /// The id of what a mutation creates: always the same for the same key of the same caller, else a new one.
    #[must_use]
    pub fn id_for(&self, caller: &Caller, mutation: &'static str, key: Option<Uuid>) -> Uuid {
        key.map_or_else(clock::new_id, |key| {
            let scope = caller.dedupe_scope();
            let parts = [scope.as_bytes(), mutation.as_bytes(), key.as_bytes()];
            ids::from_mac(&self.journal().lookup_mac("idempotent id", &parts))
        })
    }
}
