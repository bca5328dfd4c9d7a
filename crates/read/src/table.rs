//! Tables whose rows are loaded, changed and stored whole: each column is named once, and what every statement says of it
//! follows from its type. Knows no table, and never what a value means.

use std::collections::BTreeMap;

use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::{CommentPlace, Priority, SendWarning};
use hilo_domain::client::ClientDetails;
use hilo_domain::policy::Terms;
use hilo_domain::{Actor, AgentId, ChannelId, ChatId, ClientId, MessageId, TemplateId};
use hilo_journal::Position;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use uuid::Uuid;

use crate::attached::AttachmentRow;
use crate::columns::bound;
use crate::projections::store::Bound;
use crate::rows::{OwnRow, ReactionRow};

/// A type that a column can have. `Option` of one is the same column with NULL.
pub(crate) trait Stored: Sized {
    /// Type of the column in SQL.
    const SQL: &'static str;

    /// Binds the values of many rows as one array.
    fn bind<'q>(values: impl Iterator<Item = &'q Self>, query: Bound<'q>) -> Bound<'q>
    where
        Self: 'q;

    /// Reads it back.
    fn read(row: &PgRow, column: &str) -> Result<Self, sqlx::Error>;

    /// The value as it is read back.
    #[must_use]
    fn kept(self) -> Self {
        self
    }
}

/// A type as the driver's, with the way there and the way back.
macro_rules! stored {
    ($($type:ty as $sql:literal: $to:expr, $driver:ty => $from:expr $(, kept as $kept:expr)?;)+) => {$(
        impl $crate::table::Stored for $type {
            const SQL: &'static str = $sql;

            fn bind<'q>(values: impl Iterator<Item = &'q Self>, query: Bound<'q>) -> Bound<'q> {
                query.bind(values.map($to).collect::<Vec<_>>())
            }

            fn read(row: &PgRow, column: &str) -> Result<Self, sqlx::Error> {
                row.try_get::<$driver, _>(column).map($from)
            }
            $(
                fn kept(self) -> Self {
                    $kept(self)
                }
            )?
        }

        impl $crate::table::Stored for Option<$type> {
            const SQL: &'static str = $sql;

            fn bind<'q>(values: impl Iterator<Item = &'q Self>, query: Bound<'q>) -> Bound<'q> {
                query.bind(values.map(|value| value.as_ref().map($to)).collect::<Vec<_>>())
            }

            fn read(row: &PgRow, column: &str) -> Result<Self, sqlx::Error> {
                Ok(row.try_get::<Option<$driver>, _>(column)?.map($from))
            }

            fn kept(self) -> Self {
                self.map($crate::table::Stored::kept)
            }
        }
    )+};
}

stored! {
    bool as "bool": |value| *value, bool => |value| value;
    i32 as "int4": |value| *value, i32 => |value| value;
    i64 as "int8": |value| *value, i64 => |value| value;
    String as "text": |value| value.as_str(), String => |value| value;
    Uuid as "uuid": |value| *value, Uuid => |value| value;
    AgentId as "uuid": |value| value.as_uuid(), Uuid => AgentId::from_uuid;
    ChannelId as "uuid": |value| value.as_uuid(), Uuid => ChannelId::from_uuid;
    ChatId as "uuid": |value| value.as_uuid(), Uuid => ChatId::from_uuid;
    MessageId as "uuid": |value| value.as_uuid(), Uuid => MessageId::from_uuid;
    Position as "int8": |value| value.0, i64 => Position;
    Timestamp as "timestamptz": |value| bound(*value), jiff_sqlx::Timestamp => jiff_sqlx::Timestamp::to_jiff, kept as microseconds;
    ClientId as "uuid": |value| value.as_uuid(), Uuid => ClientId::from_uuid;
    TemplateId as "uuid": |value| value.as_uuid(), Uuid => TemplateId::from_uuid;
    Vec<SendWarning> as "jsonb": Json, Json<Vec<SendWarning>> => |value| value.0;
    ClientDetails as "jsonb": Json, Json<ClientDetails> => |value| value.0;
    Vec<ChannelKind> as "jsonb": Json, Json<Vec<ChannelKind>> => |value| value.0;
    Actor as "jsonb": Json, Json<Actor> => |value| value.0;
    CommentPlace as "jsonb": Json, Json<CommentPlace> => |value| value.0;
    Terms as "jsonb": Json, Json<Terms> => |value| value.0;
    Vec<AttachmentRow> as "jsonb": Json, Json<Vec<AttachmentRow>> => |value| value.0;
    Vec<ReactionRow> as "jsonb": Json, Json<Vec<ReactionRow>> => |value| value.0;
    Vec<String> as "jsonb": Json, Json<Vec<String>> => |value| value.0;
    Vec<AgentId> as "jsonb": Json, Json<Vec<AgentId>> => |value| value.0;
    BTreeMap<AgentId, OwnRow> as "jsonb": Json, Json<BTreeMap<AgentId, OwnRow>> => |value| value.0;
    Priority as "int2": |value| rank(*value), i16 => priority;
}

/// A priority as a number that sorts.
pub(crate) const fn rank(priority: Priority) -> i16 {
    match priority {
        Priority::Low => 0,
        Priority::Normal => 1,
        Priority::High => 2,
        Priority::Urgent => 3,
    }
}

/// The way back from [`rank`]; only its numbers are ever stored.
const fn priority(rank: i16) -> Priority {
    match rank {
        0 => Priority::Low,
        2 => Priority::High,
        3 => Priority::Urgent,
        _ => Priority::Normal,
    }
}

/// An instant as it is read back.
pub(crate) fn microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// Columns of the table under another name.
pub(crate) fn of(alias: &str, columns: &str) -> String {
    let named = columns
        .split(", ")
        .map(|column| format!("{alias}.{column}"));
    named.collect::<Vec<_>>().join(", ")
}

/// The struct of a table's rows, one line a column: `key` names the row, `once` never changes, `changing` does.
/// With `begins empty` a row can begin with nothing known. Makes of it the lists of columns, the statement that stores rows, its values and the way back.
macro_rules! table {
    (
        $(#[$doc:meta])* $vis:vis struct $row:ident in $table:literal {
            key { $key0:ident: $key0_type:ty $(, $key:ident: $key_type:ty)* $(,)? }
            once { $($(#[$once_doc:meta])* $once:ident: $once_type:ty,)* }
            changing { $($(#[$column_doc:meta])* $column:ident: $column_type:ty,)+ }
        }
        begins empty
    ) => {
        $crate::table::table! {
            $(#[$doc])* $vis struct $row in $table {
                key { $key0: $key0_type $(, $key: $key_type)* }
                once { $($(#[$once_doc])* $once: $once_type,)* }
                changing { $($(#[$column_doc])* $column: $column_type,)+ }
            }
        }

        impl $row {
            /// A row that nothing is known of yet.
            pub(crate) fn begin($key0: $key0_type $(, $key: $key_type)*) -> Self {
                Self {
                    $key0,
                    $($key,)*
                    $($once: Default::default(),)*
                    $($column: Default::default(),)+
                }
            }
        }
    };
    (
        $(#[$doc:meta])* $vis:vis struct $row:ident in $table:literal {
            key { $key0:ident: $key0_type:ty $(, $key:ident: $key_type:ty)* $(,)? }
            once { $($(#[$once_doc:meta])* $once:ident: $once_type:ty,)* }
            changing { $($(#[$column_doc:meta])* $column:ident: $column_type:ty,)+ }
        }
    ) => {
        $(#[$doc])*
        $vis struct $row {
            $vis $key0: $key0_type,
            $($vis $key: $key_type,)*
            $($(#[$once_doc])* $vis $once: $once_type,)*
            $($(#[$column_doc])* $vis $column: $column_type,)+
        }

        impl $row {
            /// Columns that [`Self::read`] needs.
            pub(crate) const COLUMNS: &'static str = concat!(
                stringify!($key0) $(, ", ", stringify!($key))* $(, ", ", stringify!($once))* $(, ", ", stringify!($column))+
            );

            /// Reads a row of [`Self::COLUMNS`].
            pub(crate) fn read(row: &sqlx::postgres::PgRow) -> Result<Self, sqlx::Error> {
                use $crate::table::Stored;
                Ok(Self {
                    $key0: Stored::read(row, stringify!($key0))?,
                    $($key: Stored::read(row, stringify!($key))?,)*
                    $($once: Stored::read(row, stringify!($once))?,)*
                    $($column: Stored::read(row, stringify!($column))?,)+
                })
            }

            /// The row as it is read back.
            #[must_use]
            pub(crate) fn kept(self) -> Self {
                use $crate::table::Stored;
                Self {
                    $key0: Stored::kept(self.$key0),
                    $($key: Stored::kept(self.$key),)*
                    $($once: Stored::kept(self.$once),)*
                    $($column: Stored::kept(self.$column),)+
                }
            }

            /// Stores rows as [`Self::bind`] binds them: new ones whole, of others what changes. Part of a WITH.
            pub(crate) fn write() -> String {
                use $crate::table::Stored;
                let types = [
                    <$key0_type as Stored>::SQL,
                    $(<$key_type as Stored>::SQL,)*
                    $(<$once_type as Stored>::SQL,)*
                    $(<$column_type as Stored>::SQL,)+
                ];
                let values = types.iter().zip(1..).map(|(sql, number)| format!("${number}::{sql}[]"));
                format!(
                    concat!(
                        $table, "_written AS (INSERT INTO {{read}}.", $table,
                        " ({}) SELECT * FROM unnest({}) ON CONFLICT (",
                        stringify!($key0) $(, ", ", stringify!($key))*, ") DO UPDATE SET {})",
                    ),
                    Self::COLUMNS,
                    values.collect::<Vec<_>>().join(", "),
                    [$(concat!(stringify!($column), " = excluded.", stringify!($column))),+].join(", "),
                )
            }

            /// Binds every row once, for [`Self::write`].
            pub(crate) fn bind<'q>(
                rows: &[&'q Self],
                query: $crate::projections::store::Bound<'q>,
            ) -> $crate::projections::store::Bound<'q> {
                use $crate::table::Stored;
                let query = Stored::bind(rows.iter().map(|row| &row.$key0), query);
                $(let query = Stored::bind(rows.iter().map(|row| &row.$key), query);)*
                $(let query = Stored::bind(rows.iter().map(|row| &row.$once), query);)*
                $(let query = Stored::bind(rows.iter().map(|row| &row.$column), query);)+
                query
            }
        }
    };
}
pub(crate) use table;

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(dead_code, reason = "the statements are looked at, no row is made")]
    mod sample {
        use super::*;

        table! {
            pub(super) struct Sample in "samples" {
                key { chat_id: ChatId, id: MessageId }
                once { position: Position, }
                changing { text: Option<String>, reactions: Vec<ReactionRow>, }
            }
        }
    }

    #[test]
    fn every_statement_says_the_same_of_a_column() {
        use sample::Sample;

        assert_eq!(Sample::COLUMNS, "chat_id, id, position, text, reactions");
        assert_eq!(
            of("s", Sample::COLUMNS),
            "s.chat_id, s.id, s.position, s.text, s.reactions"
        );
        assert_eq!(
            Sample::write(),
            "samples_written AS (INSERT INTO {read}.samples (chat_id, id, position, text, reactions) \
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::text[], $5::jsonb[]) \
             ON CONFLICT (chat_id, id) DO UPDATE SET text = excluded.text, reactions = excluded.reactions)"
        );
    }
}
