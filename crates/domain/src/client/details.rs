//! What is known of a client: names, phone numbers, e-mail addresses, a postal address. Keeps what people typed beside
//! the normal form that numbers and addresses are found by. Debug prints none of it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::ClientRefusal;
use crate::text;

/// Most characters of a first or last name.
const NAME_LIMIT: u32 = 80;
/// Most characters of a postal address.
const ADDRESS_LIMIT: u32 = 500;
/// Most phone numbers of a client, and most e-mail addresses.
const MOST: usize = 10;
/// Most bytes of an e-mail address (RFC 5321).
const EMAIL_LIMIT: usize = 254;
/// Fewest and most digits of a phone number (E.164 allows 15).
const DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// A telephone number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// As it was typed.
    pub typed: String,
    /// `+` and digits with the country code, where it was typed with one (E.164).
    pub e164: Option<String>,
}

/// An e-mail address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// As it was typed.
    pub typed: String,
    /// In small letters: what it is found by.
    pub normal: String,
}

/// Everything known of a client.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientDetails {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Phone numbers, the preferred one first.
    pub phones: Vec<Phone>,
    /// E-mail addresses, the preferred one first.
    pub emails: Vec<Email>,
    /// Postal address; may have several lines.
    pub address: Option<String>,
}

/// New values of some details. None = as it was, empty = taken away.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailsChange {
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// All phone numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phones: Option<Vec<Phone>>,
    /// All e-mail addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emails: Option<Vec<Email>>,
    /// Postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Details as somebody typed them. None = not said, empty = taken away.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DetailsInput {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// All phone numbers.
    pub phones: Option<Vec<String>>,
    /// All e-mail addresses.
    pub emails: Option<Vec<String>>,
    /// Postal address.
    pub address: Option<String>,
}

macro_rules! hidden {
    ($($type:ident)+) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($type), "(..)"))
            }
        }
    )+};
}
hidden!(Phone Email ClientDetails DetailsChange DetailsInput);

impl DetailsChange {
    /// Cleans and checks what was typed.
    pub(super) fn parse(input: &DetailsInput) -> Result<Self, ClientRefusal> {
        Ok(Self {
            first_name: input.first_name.as_deref().map(name).transpose()?,
            last_name: input.last_name.as_deref().map(name).transpose()?,
            phones: all(
                input.phones.as_deref(),
                parse_phone,
                ClientRefusal::PhoneInvalid,
            )?,
            emails: all(
                input.emails.as_deref(),
                parse_email,
                ClientRefusal::ClientEmailInvalid,
            )?,
            address: input.address.as_deref().map(address).transpose()?,
        })
    }

    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ClientDetails {
    /// Takes new values in.
    pub fn change(&mut self, change: &DetailsChange) {
        let said = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        if let Some(name) = &change.first_name {
            self.first_name = said(name);
        }
        if let Some(name) = &change.last_name {
            self.last_name = said(name);
        }
        if let Some(phones) = &change.phones {
            self.phones.clone_from(phones);
        }
        if let Some(emails) = &change.emails {
            self.emails.clone_from(emails);
        }
        if let Some(address) = &change.address {
            self.address = said(address);
        }
    }

    /// First and last name as they are shown; None for somebody without a name (C4).
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let parts = [self.first_name.as_deref(), self.last_name.as_deref()];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Some(name).filter(|name| !name.is_empty())
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The digits of a text that may be a phone number, without the 00 of an international call.
#[must_use]
pub fn phone_digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00") {
        Some(international) if !text.trim_start().starts_with('+') => international.to_owned(),
        Some(_) | None => digits,
    }
}

/// Reads a phone number: digits with the signs that people put between them.
#[must_use]
pub fn parse_phone(text: &str) -> Option<Phone> {
    let typed = text::attribute(text, 40)?;
    let shape = typed
        .chars()
        .enumerate()
        .all(|(at, c)| c.is_ascii_digit() || (c == '+' && at == 0) || " .-/()\u{a0}".contains(c));
    let digits = phone_digits(&typed);
    if !shape || typed.len() < text.trim().len() || !DIGITS.contains(&digits.len()) {
        return None;
    }
    let international = typed.starts_with('+') || typed.starts_with("00");
    // No country code begins with a zero.
    let e164 = (international && !digits.starts_with('0')).then(|| format!("+{digits}"));
    Some(Phone { typed, e164 })
}

/// Whether a text can be dialled.
#[must_use]
pub fn is_phone(text: &str) -> bool {
    parse_phone(text).is_some()
}

/// Reads an e-mail address: one `@` with something on both sides and no blanks; whether it exists only an e-mail can tell.
#[must_use]
pub fn parse_email(text: &str) -> Option<Email> {
    let typed = text.trim();
    let plain =
        typed.len() <= EMAIL_LIMIT && !typed.chars().any(|c| c.is_whitespace() || c.is_control());
    let (local, domain) = typed.split_once('@')?;
    let whole = !local.is_empty() && !domain.is_empty() && !domain.contains('@');
    (plain && whole).then(|| Email {
        typed: typed.to_owned(),
        normal: typed.to_lowercase(),
    })
}

fn all<T: PartialEq>(
    typed: Option<&[String]>,
    parse: impl Fn(&str) -> Option<T>,
    refusal: ClientRefusal,
) -> Result<Option<Vec<T>>, ClientRefusal> {
    let Some(typed) = typed else { return Ok(None) };
    if typed.len() > MOST {
        return Err(ClientRefusal::DetailsTooMany { limit: MOST as u32 });
    }
    let mut kept = Vec::new();
    for text in typed.iter().filter(|text| !text.trim().is_empty()) {
        let parsed = parse(text).ok_or_else(|| refusal.clone())?;
        if !kept.contains(&parsed) {
            kept.push(parsed);
        }
    }
    Ok(Some(kept))
}

fn name(typed: &str) -> Result<String, ClientRefusal> {
    let name = text::attribute(typed, usize::MAX).unwrap_or_default();
    match name.chars().count() > NAME_LIMIT as usize {
        true => Err(ClientRefusal::ClientNameTooLong { limit: NAME_LIMIT }),
        false => Ok(name),
    }
}

fn address(typed: &str) -> Result<String, ClientRefusal> {
    let lines = typed.lines();
    let lines = lines.filter_map(|line| text::attribute(line, usize::MAX));
    let address = lines.collect::<Vec<_>>().join("\n");
    match address.chars().count() > ADDRESS_LIMIT as usize {
        true => Err(ClientRefusal::AddressTooLong {
            limit: ADDRESS_LIMIT,
        }),
        false => Ok(address),
    }
}
