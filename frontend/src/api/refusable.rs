//! What all commands have in common: an input, a payload, and the refusals in it. Must not know any of them.

use cynic::Operation;
use serde::{Serialize, de::DeserializeOwned};

use super::{fault::Fault, http};

/// The document of a command.
pub trait Command: DeserializeOwned {
    /// What is asked.
    type Input;
    /// What it came to.
    type Payload;
    /// Its variables.
    type Variables: Serialize;
    /// The request.
    fn operation(input: Self::Input) -> Operation<Self, Self::Variables>;
    /// What it came to, or the first refusal.
    ///
    /// # Errors
    /// When a rule said no.
    fn payload(self) -> Result<Self::Payload, Fault>;
}

/// Sends a command.
///
/// # Errors
/// When there is no answer, or a rule said no.
pub async fn send<C: Command>(input: C::Input) -> Result<C::Payload, Fault> {
    http::send(C::operation(input)).await?.payload()
}

/// `command!(Document, Input, Variables, field, Payload)`.
macro_rules! command {
    ($document:ident, $input:ident, $variables:ident, $field:ident, $payload:ident) => {
        impl super::refusable::Command for $document {
            type Input = $input;
            type Payload = $payload;
            type Variables = $variables;
            fn operation(input: $input) -> cynic::Operation<Self, $variables> {
                <Self as cynic::MutationBuilder<$variables>>::build($variables { input })
            }
            fn payload(self) -> Result<$payload, super::fault::Fault> {
                super::fault::Fault::refused(&self.$field.user_errors).map(|()| self.$field)
            }
        }
    };
}
pub(super) use command;
