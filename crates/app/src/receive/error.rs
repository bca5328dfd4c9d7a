//! Why a visitor's whole request was turned away. What is wrong with one event of many is told beside that event.

use std::time::Duration;

use thiserror::Error;

use crate::error::AppError;

/// A request of a visitor that was not carried out.
#[derive(Debug, Error)]
pub enum VisitorError {
    /// No widget has this key.
    #[error("There is no such widget.")]
    UnknownWidget,
    /// The site's signature over the user id is wrong; nothing of the claim is used.
    #[error("The identity is not signed by this site.")]
    IdentityInvalid,
    /// The token is not ours, was changed, is of another widget, or is past its time.
    #[error("The session is not valid; open another one.")]
    TokenInvalid,
    /// Too much at once.
    #[error("Too many requests.")]
    RateLimited {
        /// When the next one may come.
        retry_after: Duration,
    },
    /// A rule, or a fault, as elsewhere.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<hilo_read::ReadError> for VisitorError {
    fn from(error: hilo_read::ReadError) -> Self {
        Self::App(error.into())
    }
}
