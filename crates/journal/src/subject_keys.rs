//! The data keys of personal content, one a subject and generation, wrapped by the master key. Keeps few of them open.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Row;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::head::Head;
use crate::kept::{Kept, Limits};
use crate::keys::{KEY, Key, MasterKey, random};
use crate::processes::Trust;
use crate::seal::{KeyId, SealingKey};
use crate::{JournalError, Pool};

/// Keys that stay open in memory; they are wiped as they leave.
const OPEN: Limits = Limits {
    capacity: 10_000,
    idle: OPEN_FOR,
};
/// How long an open key is used before its row is asked again.
const OPEN_FOR: Duration = Duration::from_secs(60);
/// How often making a key is tried when others make the same.
const TRIES: usize = 5;

#[derive(Clone)]
pub(crate) struct SubjectKeys {
    pool: Pool,
    master: MasterKey,
    head: Arc<Head>,
    newest: Open<Uuid, SealingKey>,
    by_id: Open<KeyId, Arc<Key>>,
    trust: Trust,
}

/// Open keys, each usable as long as no generation was closed and no history lost since it was looked up.
struct Open<I, K>(Arc<Mutex<Kept<I, Known<K>>>>);

impl<I, K> Clone for Open<I, K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[derive(Clone)]
struct Known<K> {
    key: K,
    when: When,
    looked_up: Instant,
}

/// The count of closings and the era known before a key was looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
struct When {
    closings: i64,
    era: u64,
}

impl<I: Eq + Hash, K: Clone> Open<I, K> {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Kept::new(OPEN))))
    }

    fn get(&self, id: &I, when: When) -> Option<K> {
        let now = Instant::now();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, gone) = kept.get(id, now)?;
        drop(kept);
        drop(gone);
        let fresh = now.duration_since(known.looked_up) < OPEN_FOR;
        (fresh && known.when == when).then_some(known.key)
    }

    fn insert(&self, id: I, key: K, when: When) {
        let looked_up = Instant::now();
        let known = Known {
            key,
            when,
            looked_up,
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let gone = kept.insert(id, known, looked_up);
        drop(kept);
        drop(gone);
    }

    fn forget(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clear();
    }
}

impl SubjectKeys {
    pub(crate) fn new(pool: Pool, master: MasterKey, head: Arc<Head>, trust: Trust) -> Self {
        Self {
            pool,
            head,
            trust,
            master,
            newest: Open::new(),
            by_id: Open::new(),
        }
    }

    /// The keys to seal new content of `subjects` with, made where there is none yet.
    ///
    /// A key is committed before the first event sealed with it is sent. `closings` is the count of closed generations
    /// as it was known before: a key looked up under another count is looked up again.
    pub(crate) async fn for_sealing(
        &self,
        subjects: impl Iterator<Item = Uuid>,
        closings: i64,
    ) -> Result<HashMap<Uuid, SealingKey>, JournalError> {
        let era = self.head.era();
        let when = When { closings, era };
        let mut keys = HashMap::with_capacity(1);
        for subject in subjects {
            if keys.contains_key(&subject) {
                continue;
            }
            let key = match self.newest.get(&subject, when) {
                Some(key) => key,
                None => {
                    let key = self.find_or_make(subject).await?;
                    // Whoever seals with it is read soon.
                    let opens = (subject, key.generation);
                    self.by_id.insert(opens, Arc::clone(&key.key), when);
                    self.newest.insert(subject, key.clone(), when);
                    key
                }
            };
            keys.insert(subject, key);
        }
        Ok(keys)
    }

    /// Forgets every open key: those that may not be used any more are wiped at once rather than in time.
    pub(crate) fn forget(&self) {
        self.newest.forget();
        self.by_id.forget();
    }

    /// Those of the wanted keys that still exist. One that is kept is only used while the others wait for this process
    /// before they destroy a key; one that is closed is never kept.
    pub(crate) async fn for_opening(
        &self,
        wanted: &[KeyId],
    ) -> Result<HashMap<KeyId, Arc<Key>>, JournalError> {
        let mut keys = HashMap::with_capacity(wanted.len());
        let when = When {
            closings: self.head.closings(),
            era: self.head.era(),
        };
        let trusted = self.trust.holds();
        let (mut subjects, mut generations) = (Vec::new(), Vec::new());
        for id in wanted {
            match self.by_id.get(id, when) {
                Some(key) if trusted => drop(keys.insert(*id, key)),
                Some(_) | None => {
                    subjects.push(id.0);
                    generations.push(id.1);
                }
            }
        }
        if subjects.is_empty() {
            return Ok(keys);
        }
        let rows = sqlx::query(
            // One row after the other: while the table is young its plan would read it whole.
            "SELECT k.* FROM unnest($1::uuid[], $2::integer[]) AS wanted(subject, generation) CROSS JOIN LATERAL (
                 SELECT subject, generation, wrapped, closed_at IS NOT NULL AS closed FROM subject_keys
                 WHERE subject = wanted.subject AND generation = wanted.generation AND wrapped IS NOT NULL
                 OFFSET 0) AS k",
        )
        .bind(&subjects)
        .bind(&generations)
        .fetch_all(&self.pool)
        .await
        .map_err(JournalError::database("reading keys"))?;
        for row in rows {
            let doing = "reading a key's columns";
            let id = (
                row.try_get("subject")
                    .map_err(JournalError::database(doing))?,
                row.try_get("generation")
                    .map_err(JournalError::database(doing))?,
            );
            let wrapped: Vec<u8> = row
                .try_get("wrapped")
                .map_err(JournalError::database(doing))?;
            let key = Arc::new(self.unwrap(id, &wrapped)?);
            if !row
                .try_get::<bool, _>("closed")
                .map_err(JournalError::database(doing))?
            {
                self.by_id.insert(id, Arc::clone(&key), when);
            }
            keys.insert(id, key);
        }
        Ok(keys)
    }

    /// The newest key of a subject that is not closed; one is made where there is none. Asks once where nobody else makes
    /// one at the same time and no generation was closed before.
    async fn find_or_make(&self, subject: Uuid) -> Result<SealingKey, JournalError> {
        let mut generation = 1;
        for _ in 0..TRIES {
            let fresh = Zeroizing::new(random::<KEY>()?);
            let wrapped = self
                .master
                .wrap(&key_place(&(subject, generation)).each(), &*fresh)?;
            let newest = sqlx::query_as::<_, (i32, Option<Vec<u8>>, bool)>(
                "WITH newest AS MATERIALIZED (
                     SELECT generation, wrapped, closed_at IS NOT NULL AS closed FROM subject_keys
                     WHERE subject = $1 ORDER BY generation DESC LIMIT 1),
                 made AS (
                     INSERT INTO subject_keys (subject, generation, wrapped) SELECT $1, $2, $3
                     WHERE NOT EXISTS (SELECT FROM newest WHERE generation >= $2)
                     ON CONFLICT DO NOTHING RETURNING generation, wrapped)
                 SELECT generation, wrapped, false FROM made
                 UNION ALL SELECT generation, wrapped, closed FROM newest
                 ORDER BY generation DESC LIMIT 1",
            )
            .bind(subject)
            .bind(generation)
            .bind(wrapped)
            .fetch_optional(&self.pool)
            .await
            .map_err(JournalError::database("finding or making a subject's key"))?;
            match newest {
                Some((generation, Some(wrapped), false)) => {
                    let key = Arc::new(self.unwrap((subject, generation), &wrapped)?);
                    return Ok(SealingKey { generation, key });
                }
                Some((closed, _, _)) => generation = closed + 1,
                // Whoever comes second finds the key of whoever came first in the next round.
                None => {}
            }
        }
        Err(JournalError::Contended)
    }

    fn unwrap(&self, id: KeyId, wrapped: &[u8]) -> Result<Key, JournalError> {
        self.master
            .unwrap_key(&key_place(&id).each(), wrapped)
            .ok_or_else(|| JournalError::Tampered {
                what: format!("key {} of subject {}", id.1, id.0),
            })
    }
}

/// What a subject's key is bound to when it is wrapped.
pub(crate) struct KeyPlace([u8; 16], [u8; 4]);

pub(crate) fn key_place((subject, generation): &KeyId) -> KeyPlace {
    KeyPlace(*subject.as_bytes(), generation.to_be_bytes())
}

impl KeyPlace {
    pub(crate) fn each(&self) -> [&[u8]; 3] {
        [b"subject", &self.0, &self.1]
    }
}
