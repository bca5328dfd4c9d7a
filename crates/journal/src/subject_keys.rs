//! The data keys of personal content, one a subject and generation, wrapped by the master key. Keeps few of them open.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use sqlx::Row;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::head::Head;
use crate::keys::{KEY, Key, MasterKey, random};
use crate::processes::Trust;
use crate::seal::{KeyId, SealingKey};
use crate::{JournalError, Pool};

/// How many keys stay open in memory; they are wiped as they leave.
const OPEN_KEYS: u64 = 10_000;
/// How long an open key is used before its row is asked again.
const OPEN_FOR: Duration = Duration::from_secs(60);
/// How often making a key is tried when others make the same.
const TRIES: usize = 5;

#[derive(Clone)]
pub(crate) struct SubjectKeys {
    pool: Pool,
    master: MasterKey,
    head: Arc<Head>,
    newest: Cache<Uuid, Known<SealingKey>>,
    by_id: Cache<KeyId, Known<Arc<Key>>>,
    trust: Trust,
}

/// A key as it was found: usable as long as no generation was closed since and no history lost.
#[derive(Clone)]
struct Known<K> {
    key: K,
    /// The count and the era known before the key was looked up.
    closings: i64,
    era: u64,
}

impl<K> Known<K> {
    fn holds(&self, closings: i64, era: u64) -> bool {
        (self.closings, self.era) == (closings, era)
    }
}

impl SubjectKeys {
    pub(crate) fn new(pool: Pool, master: MasterKey, head: Arc<Head>, trust: Trust) -> Self {
        Self {
            pool,
            head,
            trust,
            master,
            newest: Cache::builder()
                .max_capacity(OPEN_KEYS)
                .time_to_live(OPEN_FOR)
                .build(),
            by_id: Cache::builder()
                .max_capacity(OPEN_KEYS)
                .time_to_live(OPEN_FOR)
                .build(),
        }
    }

    /// The keys to seal new content of `subjects` with, made where there is none yet.
    ///
    /// A key is committed before the first event sealed with it is sent. `closings` is the count of closed generations
    /// as it was known before: a key looked up under another count is looked up again.
    pub(crate) async fn for_sealing(
        &self,
        subjects: &[Uuid],
        closings: i64,
    ) -> Result<HashMap<Uuid, SealingKey>, JournalError> {
        let era = self.head.era();
        let mut keys = HashMap::with_capacity(subjects.len());
        for subject in subjects {
            let key = match self.newest.get(subject).await {
                Some(known) if known.holds(closings, era) => known.key,
                Some(_) | None => {
                    let key = self.find_or_make(*subject).await?;
                    let newest = Known {
                        key: key.clone(),
                        closings,
                        era,
                    };
                    // Whoever seals with it is read soon.
                    let opens = Known {
                        key: Arc::clone(&key.key),
                        closings,
                        era,
                    };
                    self.by_id.insert((*subject, key.generation), opens).await;
                    self.newest.insert(*subject, newest).await;
                    key
                }
            };
            keys.insert(*subject, key);
        }
        Ok(keys)
    }

    /// Forgets every open key: those that may not be used any more are wiped at once rather than in time.
    pub(crate) fn forget(&self) {
        self.newest.invalidate_all();
        self.by_id.invalidate_all();
    }

    /// Those of the wanted keys that still exist. One that is kept is only used while the others wait for this process
    /// before they destroy a key; one that is closed is never kept.
    pub(crate) async fn for_opening(
        &self,
        wanted: &[KeyId],
    ) -> Result<HashMap<KeyId, Arc<Key>>, JournalError> {
        let mut keys = HashMap::with_capacity(wanted.len());
        let (closings, era) = (self.head.closings(), self.head.era());
        let trusted = self.trust.holds();
        let (mut subjects, mut generations) = (Vec::new(), Vec::new());
        for id in wanted {
            match self.by_id.get(id).await {
                Some(known) if trusted && known.holds(closings, era) => {
                    drop(keys.insert(*id, known.key));
                }
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
                let known = Known {
                    key: Arc::clone(&key),
                    closings,
                    era,
                };
                self.by_id.insert(id, known).await;
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
