//! Folds a batch while the one before it is still being written, for whoever has many to take: PostgreSQL need not wait
//! for us, nor we for it. The rows are those that one batch after the other makes.

use std::collections::BTreeMap;

use hilo_journal::{ConsumerError, Position};
use sqlx::PgConnection;
use uuid::Uuid;

use super::batch::Part;
use super::{Statements, Taken, chats, messages, poison, store};
use crate::schema::Stage;

/// What a part of a batch has made of the rows, not written yet.
pub(crate) struct Ahead {
    rows: store::Rows,
    span: (Position, Position),
    /// Chats of which old messages go when it is written.
    over: Vec<Uuid>,
}

impl Ahead {
    /// Whether what comes next can be folded before it is written: nothing changes with it but its own rows.
    pub(crate) const fn is_known(&self) -> bool {
        self.over.is_empty()
    }
}

impl Statements {
    /// Folds a part behind `from`. The rows reach there, or will once `before` is written, which may be under way on
    /// another connection.
    pub(crate) async fn fold_ahead(
        &self,
        conn: &mut PgConnection,
        part: &Part,
        from: Position,
        before: Option<&Ahead>,
    ) -> Result<Ahead, ConsumerError> {
        let before = before.map(|before| &before.rows);
        let (left, unknown) = match before {
            Some(before) => before.chats.left(part.chats()),
            None => (BTreeMap::new(), part.chats()),
        };
        let (_, _, chats) = chats::load(&self.load, conn, unknown).await?;
        let rows = self.fold(conn, chats.with(left), part, before).await?;
        Ok(Ahead {
            over: rows.chats.over_the_limit(),
            rows,
            span: (from, part.last),
        })
    }

    /// Writes what was folded, in the caller's transaction.
    pub(crate) async fn write_ahead(
        &self,
        tx: &mut PgConnection,
        Ahead { rows, span, over }: &Ahead,
    ) -> Result<Taken, ConsumerError> {
        let (reached, stage, _) = chats::load(&self.load, tx, Vec::new()).await?;
        if stage == Stage::Retired {
            return Ok(Taken::Retired);
        }
        if reached != span.0 {
            let why = format!("what was folded begins at {}", span.0);
            return Err(poison(reached, &why));
        }
        rows.items.blank(&self.schema, tx).await?;
        match store::write(&self.write, tx, rows, *span, None).await? {
            None => self.overtaken(tx).await,
            Some(_) => {
                messages::prune(&self.schema, tx, over).await?;
                Ok(Taken::All)
            }
        }
    }
}
