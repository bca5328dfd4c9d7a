//! What the account rules say no to. Words never tell whether an e-mail address is known.

use thiserror::Error;

use super::password::{PASSWORD_MAX, PASSWORD_MIN};

/// Refusals of sign-in, passwords, invitations, set-up and widget keys.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AccountRefusal {
    /// Unknown address, wrong password, deactivated, or a demo account from afar: one answer for all.
    #[error("The e-mail address or the password is wrong.")]
    WrongCredentials,
    /// Changing a password needs the present one.
    #[error("The current password is wrong.")]
    CurrentPasswordWrong,
    /// Fewer characters than allowed.
    #[error("A password needs at least {PASSWORD_MIN} characters.")]
    PasswordTooShort,
    /// More characters than allowed.
    #[error("A password has at most {PASSWORD_MAX} characters.")]
    PasswordTooLong,
    /// Not of the form `someone@example.com`.
    #[error("This is not an e-mail address.")]
    EmailInvalid,
    /// Somebody has that address already.
    #[error("Somebody with this e-mail address is here already.")]
    EmailTaken,
    /// Empty after trimming.
    #[error("A name is needed.")]
    NameEmpty,
    /// More than 80 characters, or characters that are none.
    #[error("A name has at most {NAME_MAX} characters.")]
    NameTooLong,
    /// The set-up token is unknown, spent or too old.
    #[error("The set-up token is not valid. Start Hilo again for a new one.")]
    SetUpTokenInvalid,
    /// There is a workspace already.
    #[error("Hilo is set up already.")]
    AlreadySetUp,
    /// The invitation is unknown, used, withdrawn or too old.
    #[error("This invitation is no longer valid. Ask for a new one.")]
    InvitationInvalid,
    /// Another widget has that key.
    #[error("This widget key is in use already.")]
    WidgetKeyTaken,
    /// Somebody must be left who can administer.
    #[error("This is the last administrator.")]
    LastAdministrator,
}

/// Characters of a person's or workspace's name.
pub const NAME_MAX: usize = 80;

impl AccountRefusal {
    /// SCREAMING_SNAKE code of the wire.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongCredentials => "WRONG_CREDENTIALS",
            Self::CurrentPasswordWrong => "CURRENT_PASSWORD_WRONG",
            Self::PasswordTooShort => "PASSWORD_TOO_SHORT",
            Self::PasswordTooLong => "PASSWORD_TOO_LONG",
            Self::EmailInvalid => "EMAIL_INVALID",
            Self::EmailTaken => "EMAIL_TAKEN",
            Self::NameEmpty => "NAME_EMPTY",
            Self::NameTooLong => "NAME_TOO_LONG",
            Self::SetUpTokenInvalid => "SET_UP_TOKEN_INVALID",
            Self::AlreadySetUp => "ALREADY_SET_UP",
            Self::InvitationInvalid => "INVITATION_INVALID",
            Self::WidgetKeyTaken => "WIDGET_KEY_TAKEN",
            Self::LastAdministrator => "LAST_ADMINISTRATOR",
        }
    }

    /// The input field it is about, as the API names it.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::CurrentPasswordWrong => Some("current"),
            Self::PasswordTooShort | Self::PasswordTooLong => Some("password"),
            Self::EmailInvalid | Self::EmailTaken => Some("email"),
            Self::NameEmpty | Self::NameTooLong => Some("name"),
            Self::SetUpTokenInvalid | Self::InvitationInvalid => Some("token"),
            Self::WidgetKeyTaken => Some("key"),
            Self::WrongCredentials | Self::AlreadySetUp | Self::LastAdministrator => None,
        }
    }

    /// The limit that was passed.
    #[must_use]
    pub fn limit(&self) -> Option<i64> {
        match self {
            Self::PasswordTooShort => i64::try_from(PASSWORD_MIN).ok(),
            Self::PasswordTooLong => i64::try_from(PASSWORD_MAX).ok(),
            Self::NameTooLong => i64::try_from(NAME_MAX).ok(),
            _ => None,
        }
    }
}
