//! Words of text columns as enums, and small helpers to bind and read them.
//! An unknown word is a decoding error, never a default.

use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{ColumnIndex, Row};

/// An enum that is stored as one of a few words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The word it is stored as.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::columns::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    other => Err($crate::columns::UnknownWord(stringify!($name), other.to_owned())),
                }
            }
        }

        impl $crate::table::Stored for $name {
            const SQL: &'static str = "text";

            fn bind<'q>(
                values: impl Iterator<Item = &'q Self>,
                query: $crate::projections::store::Bound<'q>,
            ) -> $crate::projections::store::Bound<'q> {
                query.bind(values.map(|value| value.word()).collect::<Vec<_>>())
            }

            fn read(row: &sqlx::postgres::PgRow, column: &str) -> Result<Self, sqlx::Error> {
                $crate::columns::word(row, column)
            }
        }

        impl $crate::table::Stored for Option<$name> {
            const SQL: &'static str = "text";

            fn bind<'q>(
                values: impl Iterator<Item = &'q Self>,
                query: $crate::projections::store::Bound<'q>,
            ) -> $crate::projections::store::Bound<'q> {
                query.bind(values.map(|value| value.map($name::word)).collect::<Vec<_>>())
            }

            fn read(row: &sqlx::postgres::PgRow, column: &str) -> Result<Self, sqlx::Error> {
                $crate::columns::optional_word(row, column)
            }
        }
    };
}
pub(crate) use words;

/// A column held a word that its enum does not know.
#[derive(Debug, thiserror::Error)]
#[error("{0} has no word {1:?}")]
pub struct UnknownWord(pub(crate) &'static str, pub(crate) String);

/// Reads a column of words.
pub(crate) fn word<T>(row: &PgRow, column: &str) -> Result<T, sqlx::Error>
where
    T: std::str::FromStr<Err = UnknownWord>,
{
    decoded(column, row.try_get::<&str, _>(column)?.parse())
}

/// Reads a nullable column of words.
pub(crate) fn optional_word<T>(row: &PgRow, column: &str) -> Result<Option<T>, sqlx::Error>
where
    T: std::str::FromStr<Err = UnknownWord>,
{
    row.try_get::<Option<&str>, _>(column)?
        .map(|word| decoded(column, word.parse()))
        .transpose()
}

/// Reads an instant.
pub(crate) fn instant(row: &PgRow, column: &str) -> Result<jiff::Timestamp, sqlx::Error> {
    Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff())
}

/// Reads a JSON column.
pub(crate) fn json<T, I>(row: &PgRow, column: I) -> Result<T, sqlx::Error>
where
    T: serde::de::DeserializeOwned + 'static,
    I: ColumnIndex<PgRow>,
{
    Ok(row.try_get::<sqlx::types::Json<T>, _>(column)?.0)
}

/// One column of many rows, to be bound as an array.
pub(crate) fn column<'r, R, T>(
    rows: impl IntoIterator<Item = &'r R>,
    value: impl FnMut(&'r R) -> T,
) -> Vec<T>
where
    R: 'r,
{
    rows.into_iter().map(value).collect()
}

/// An instant as the driver binds it.
pub(crate) fn bound(at: jiff::Timestamp) -> jiff_sqlx::Timestamp {
    at.to_sqlx()
}

fn decoded<T>(column: &str, value: Result<T, UnknownWord>) -> Result<T, sqlx::Error> {
    value.map_err(|source| sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: source.into(),
    })
}
