//! Arguments whose variable the client left out, taken out of the document before it runs.
//! The specification treats them so; the library does when it resolves a field, but not when it weighs one.

use std::collections::HashSet;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value;

/// Takes out the arguments that are a variable which is declared without a default and not given.
pub fn drop_arguments(
    document: &mut ExecutableDocument,
    operation_name: Option<&str>,
    given: &Variables,
) {
    let operation = match &mut document.operations {
        DocumentOperations::Single(operation) => Some(operation),
        DocumentOperations::Multiple(operations) => {
            operation_name.and_then(|name| operations.get_mut(name))
        }
    };
    let Some(operation) = operation else { return };
    let omitted = omitted(&operation.node, given);
    if omitted.is_empty() {
        return;
    }
    drop_in(&mut operation.node.selection_set.node, &omitted);
    for fragment in document.fragments.values_mut() {
        drop_in(&mut fragment.node.selection_set.node, &omitted);
    }
}

fn omitted(operation: &OperationDefinition, given: &Variables) -> HashSet<Name> {
    operation
        .variable_definitions
        .iter()
        .map(|definition| &definition.node)
        .filter(|definition| definition.default_value.is_none())
        .map(|definition| &definition.name.node)
        .filter(|name| !given.contains_key(*name))
        .cloned()
        .collect()
}

fn drop_in(selections: &mut SelectionSet, omitted: &HashSet<Name>) {
    for Positioned { node, .. } in &mut selections.items {
        match node {
            Selection::Field(field) => {
                field.node.arguments.retain(|(_, value)| {
                    !matches!(&value.node, Value::Variable(name) if omitted.contains(name))
                });
                drop_in(&mut field.node.selection_set.node, omitted);
            }
            Selection::InlineFragment(fragment) => {
                drop_in(&mut fragment.node.selection_set.node, omitted);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}
