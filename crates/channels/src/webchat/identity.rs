//! Checks the site's signature over its user id. A wrong one is a refusal, never a fallback to the
//! claimed identity.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::session::Identity;

/// Whether `hash` is the lowercase hex HMAC-SHA256 of `user_id` under the widget's secret.
/// Compared in constant time.
pub fn is_genuine(identity: &Identity, secret: &[u8]) -> bool {
    let mut given = [0_u8; 32];
    let lowercase = !identity.hash.bytes().any(|byte| byte.is_ascii_uppercase());
    if !lowercase || hex::decode_to_slice(&identity.hash, &mut given).is_err() {
        return false;
    }
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return false;
    };
    mac.update(identity.user_id.as_bytes());
    mac.verify_slice(&given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"hilo-test-widget-identity-secret";
    const HASH: &str = "ef17b5770ea6e39c1509c87b12e7be30e99eba9828de8473522b4a9e860fe209";

    fn identity(user_id: &str, hash: &str) -> Identity {
        Identity {
            user_id: user_id.into(),
            name: None,
            email: None,
            phone: None,
            hash: hash.into(),
        }
    }

    #[test]
    fn the_sites_own_signature_is_genuine() {
        assert!(is_genuine(&identity("cust-4711", HASH), SECRET));
    }

    #[test]
    fn any_other_hash_user_or_secret_is_not() {
        assert!(!is_genuine(&identity("cust-4712", HASH), SECRET));
        assert!(!is_genuine(&identity("cust-4711", HASH), b"another"));
        assert!(!is_genuine(
            &identity("cust-4711", &HASH.to_uppercase()),
            SECRET
        ));
        assert!(!is_genuine(&identity("cust-4711", &HASH[..62]), SECRET));
        assert!(!is_genuine(&identity("cust-4711", ""), SECRET));
        assert!(!is_genuine(
            &identity("cust-4711", &format!("{HASH}00")),
            SECRET
        ));
    }
}
