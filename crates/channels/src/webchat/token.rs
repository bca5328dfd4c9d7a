//! The visitor's token: claims and a MAC over them, so that no process keeps sessions. The key
//! stays with the caller, who gives the MAC as a function.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// How long a token lives, in seconds.
pub const LIFETIME_SECONDS: i64 = 12 * 60 * 60;

const VERSION: u8 = 1;
const CLAIMS: usize = 1 + 16 + 16 + 8;
const MAC: usize = 32;
const LONGEST_LOCALE: usize = 35;

/// What a token says: this visitor, in this channel, until then, in that language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The channel the widget belongs to.
    pub channel_id: Uuid,
    /// Whose chat it opens.
    pub visitor_id: Uuid,
    /// After this second it is worth nothing.
    pub expires_at: Timestamp,
    /// The language the visitor's page asked for.
    pub locale: Option<String>,
}

/// Writes claims and their MAC as one URL-safe word.
pub fn encode(claims: &Claims, mac: impl Fn(&[u8]) -> [u8; MAC]) -> String {
    let mut bytes = Vec::with_capacity(CLAIMS + LONGEST_LOCALE + MAC);
    bytes.push(VERSION);
    bytes.extend_from_slice(claims.channel_id.as_bytes());
    bytes.extend_from_slice(claims.visitor_id.as_bytes());
    bytes.extend_from_slice(&claims.expires_at.as_second().to_be_bytes());
    bytes.extend_from_slice(claims.locale.as_deref().unwrap_or_default().as_bytes());
    let seal = mac(&bytes);
    bytes.extend_from_slice(&seal);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a token back; `None` when it is not ours, was changed, or is past its time.
pub fn decode(token: &str, now: Timestamp, mac: impl Fn(&[u8]) -> [u8; MAC]) -> Option<Claims> {
    if token.len() > 2 * (CLAIMS + LONGEST_LOCALE + MAC) {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (said, seal) = bytes.split_at_checked(bytes.len().checked_sub(MAC)?)?;
    if !bool::from(mac(said).as_slice().ct_eq(seal)) {
        return None;
    }
    let (version, rest) = said.split_first()?;
    let (channel_id, rest) = rest.split_first_chunk::<16>()?;
    let (visitor_id, rest) = rest.split_first_chunk::<16>()?;
    let (expires_at, locale) = rest.split_first_chunk::<8>()?;
    let expires_at = Timestamp::from_second(i64::from_be_bytes(*expires_at)).ok()?;
    if *version != VERSION || expires_at <= now {
        return None;
    }
    let locale = std::str::from_utf8(locale).ok()?;
    Some(Claims {
        channel_id: Uuid::from_bytes(*channel_id),
        visitor_id: Uuid::from_bytes(*visitor_id),
        expires_at,
        locale: (!locale.is_empty()).then(|| locale.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mac(bytes: &[u8]) -> [u8; 32] {
        use sha2::{Digest as _, Sha256};
        Sha256::new()
            .chain_update(b"key")
            .chain_update(bytes)
            .finalize()
            .into()
    }

    fn claims() -> Claims {
        Claims {
            channel_id: Uuid::from_u128(1),
            visitor_id: Uuid::from_u128(2),
            expires_at: Timestamp::from_second(1_000).unwrap(),
            locale: Some("es-ES".into()),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_token_gives_its_claims_back_until_it_expires() {
        let token = encode(&claims(), mac);
        assert_eq!(decode(&token, at(999), mac), Some(claims()));
        assert_eq!(decode(&token, at(1_000), mac), None);
    }

    #[test]
    fn a_token_of_another_key_or_with_a_changed_letter_is_nothing() {
        let token = encode(&claims(), mac);
        assert_eq!(decode(&token, at(0), |_| [0; 32]), None);
        for index in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(decode(&changed, at(0), mac), None, "{index}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_not_a_token_is_nothing(text in ".{0,300}") {
            prop_assert_eq!(decode(&text, at(0), mac), None);
        }
    }
}
