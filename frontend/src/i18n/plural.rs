//! Plural rules of the four languages for whole numbers (Unicode CLDR, cardinal). Must not know any text.

use super::Locale;

/// A plural form, in the order of the generated tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// 1 message.
    One,
    /// 2 wiadomości.
    Few,
    /// 5 wiadomości.
    Many,
    /// All else.
    Other,
}

/// The form that `count` takes in `locale`.
pub fn form(locale: Locale, count: i64) -> Form {
    let n = count.unsigned_abs();
    match locale {
        Locale::En | Locale::Es if n == 1 => Form::One,
        Locale::En | Locale::Es => Form::Other,
        Locale::Fr if n < 2 => Form::One,
        Locale::Fr => Form::Other,
        Locale::Pl if n == 1 => Form::One,
        Locale::Pl if (2..=4).contains(&(n % 10)) && !(12..=14).contains(&(n % 100)) => Form::Few,
        Locale::Pl => Form::Many,
    }
}
