//! What can go wrong with a request, apart from a refusal, and how it is told to people. Must not act on it.

use serde_json::Value;

use super::graphql::UserError;
use crate::i18n::{Key, t};

/// Why a request brought no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server was not reached, or not in time.
    Network,
    /// The session is over.
    SignedOut,
    /// There is no such thing, or this agent may not see it.
    NotFound,
    /// The role or the channel access does not allow it.
    Forbidden,
    /// Too many tries.
    RateLimited,
    /// The position asked for is of another journal: fetch anew.
    PositionUnknown,
    /// A rule said no; the words are the server's.
    Refused {
        /// Stable code of the refusal.
        code: String,
        /// For people.
        message: String,
        /// Input field it is about.
        field: Option<String>,
    },
    /// This program is of an older version than the server, which does not have what belongs to it any more.
    Outdated,
    /// The server failed.
    Server,
}

impl Fault {
    /// The fault behind an error's code.
    pub fn of_code(code: &str) -> Self {
        match code {
            "UNAUTHENTICATED" => Self::SignedOut,
            "NOT_FOUND" => Self::NotFound,
            "FORBIDDEN" => Self::Forbidden,
            "RATE_LIMITED" => Self::RateLimited,
            "POSITION_UNKNOWN" => Self::PositionUnknown,
            "UNAVAILABLE" => Self::Network,
            _ => Self::Server,
        }
    }

    /// The code of a fault, which `of_code` reads back; a refusal's own code is no fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignedOut => "UNAUTHENTICATED",
            Self::NotFound => "NOT_FOUND",
            Self::Forbidden => "FORBIDDEN",
            Self::RateLimited => "RATE_LIMITED",
            Self::PositionUnknown => "POSITION_UNKNOWN",
            Self::Network => "UNAVAILABLE",
            Self::Refused { .. } | Self::Outdated | Self::Server => "INTERNAL",
        }
    }

    /// Will the same request never pass as it is?
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. } | Self::NotFound | Self::Forbidden
        )
    }

    /// A refusal as it came.
    pub fn refusal(error: &Value) -> Self {
        let text = |name: &str| error.get(name).and_then(Value::as_str).map(str::to_owned);
        Self::Refused {
            code: text("code").unwrap_or_default(),
            message: text("message").unwrap_or_default(),
            field: text("field"),
        }
    }

    /// Does the same request pass by itself when the connection, or the session, is back?
    pub fn waits_for_connection(&self) -> bool {
        matches!(self, Self::Network | Self::SignedOut)
    }

    /// The first refusal of a payload, if there is one.
    pub fn refused(errors: &[UserError]) -> Result<(), Self> {
        errors.first().map_or(Ok(()), |error| {
            Err(Self::Refused {
                code: error.code.clone(),
                message: error.message.clone(),
                field: error.field.clone(),
            })
        })
    }

    /// May the same request be sent again with hope?
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Network | Self::Server | Self::RateLimited | Self::SignedOut
        )
    }

    /// What happened and what to do, in the reader's language; the server tells its refusals in it too.
    pub fn words(&self) -> String {
        match self {
            Self::Network => t(Key::FaultNetwork).to_owned(),
            Self::SignedOut => t(Key::FaultSignedOut).to_owned(),
            Self::NotFound => t(Key::FaultNotFound).to_owned(),
            Self::Forbidden => t(Key::FaultForbidden).to_owned(),
            Self::RateLimited => t(Key::FaultRateLimited).to_owned(),
            Self::Outdated => t(Key::FaultOutdated).to_owned(),
            Self::PositionUnknown | Self::Server => t(Key::FaultServer).to_owned(),
            Self::Refused { message, .. } => message.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_code_is_the_servers_fault() {
        assert_eq!(Fault::of_code("INTERNAL"), Fault::Server);
        assert_eq!(Fault::of_code("UNAUTHENTICATED"), Fault::SignedOut);
    }

    #[test]
    fn a_payload_without_errors_is_no_refusal() {
        assert_eq!(Fault::refused(&[]), Ok(()));
    }
}
