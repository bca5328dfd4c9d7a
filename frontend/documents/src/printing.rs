//! What makes a type a document, and how its text is printed while the SPA is built. Must know no document.

use std::collections::HashSet;

use cynic::queries::{OperationType, build_executable_document};
use serde::Serialize;

use crate::reading::Read;

/// A query, subscription or mutation: the type is its answer.
pub trait Operation: Read + 'static {
    /// What it is asked with.
    type Variables: Serialize;
}

/// A mutation of one field with one input, which answers what was done or refuses.
pub trait Command: 'static {
    /// What is asked.
    type Input: Serialize;
    /// What came of it. One type for all that answer alike: less to load than one for each.
    type Payload: Read + 'static;
}

/// A document in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The path of its type.
    pub path: &'static str,
    /// Its text, in one line and with no blank too many.
    pub text: String,
}

impl Printed {
    /// Prints one.
    pub(crate) fn new<Q: cynic::QueryFragment, V: cynic::QueryVariables>(
        path: &'static str,
        kind: OperationType,
    ) -> Self {
        let name = Q::name();
        let text = build_executable_document::<Q, V>(kind, name.as_deref(), HashSet::new(), None);
        // Spaces in a text of the document are its own; none has a text.
        let text = if text.contains('"') {
            text
        } else {
            tight(&text)
        };
        Self { path, text }
    }
}

/// Blanks only where two words meet: all documents are part of what a browser loads first.
fn tight(text: &str) -> String {
    let is_of_word = |it: char| it.is_alphanumeric() || it == '_';
    let mut tight = String::with_capacity(text.len());
    for piece in text.split_whitespace() {
        if tight.ends_with(is_of_word) && piece.starts_with(is_of_word) {
            tight.push(' ');
        }
        tight.push_str(piece);
    }
    tight
}

/// Lists the documents of a file:
///
/// ```text
/// documents! {
///     query Boot(());
///     subscription InboxSubscription(InboxVariables);
///     command StarChat(StarChatVariables, StarChatInput) -> Done;
/// }
/// ```
macro_rules! documents {
    ($($kind:ident $name:ident($variables:ty $(, $input:ty)?) $(-> $payload:ty)?;)*) => {
        $(documents!(@is $kind $name $variables $(, $input)? $(, $payload)?);)*

        /// The documents of this file.
        pub(crate) fn printed() -> Vec<$crate::Printed> {
            vec![$($crate::Printed::new::<$name, $variables>(
                concat!(module_path!(), "::", stringify!($name)),
                documents!(@kind $kind),
            )),*]
        }
    };
    (@is command $name:ident $variables:ty, $input:ty, $payload:ty) => {
        impl $crate::Command for $name {
            type Input = $input;
            type Payload = $payload;
        }
    };
    (@is $kind:ident $name:ident $variables:ty) => {
        impl $crate::Operation for $name {
            type Variables = $variables;
        }
    };
    (@kind query) => { cynic::queries::OperationType::Query };
    (@kind subscription) => { cynic::queries::OperationType::Subscription };
    (@kind mutation) => { cynic::queries::OperationType::Mutation };
    (@kind command) => { cynic::queries::OperationType::Mutation };
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_document_is_printed_once_and_in_one_line() {
        let printed = crate::printed();
        let mut paths: Vec<_> = printed.iter().map(|document| document.path).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), printed.len());
        for document in &printed {
            assert!(!document.text.contains(['\n', '"']), "{document:?}");
        }
        let star = printed
            .iter()
            .find(|document| document.path == "hilo_documents::chat_commands::StarChat")
            .unwrap();
        let head = "mutation StarChat($input:StarChatInput!){starChat(input:$input){chat{id ";
        assert!(star.text.starts_with(head), "{}", star.text);
    }
}
