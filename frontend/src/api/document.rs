//! One way to send a command of the schema. Must hold no command.

/// `sent!(Document, Input, Variables, field, Payload)`: `Document::send(input)` sends it, and a refusal is a fault.
macro_rules! sent {
    ($document:ident, $input:ident, $variables:ident, $field:ident, $payload:ident) => {
        impl $document {
            /// Sends it.
            ///
            /// # Errors
            /// When there is no answer, or a rule said no.
            pub async fn send(input: $input) -> Result<$payload, crate::api::fault::Fault> {
                let operation =
                    <Self as cynic::MutationBuilder<$variables>>::build($variables { input });
                let answer = crate::api::http::send(operation).await?;
                crate::api::fault::Fault::refused(&answer.$field.user_errors)?;
                Ok(answer.$field)
            }
        }
    };
}

pub(super) use sent;
