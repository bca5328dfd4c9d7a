//! Variables the client left out where they are the whole value of an argument: they count as null.
//! The library knows an argument may be absent when it resolves a field, but not when it weighs one. Inside input
//! objects nothing is touched: there, left out and null say different things.

use std::collections::HashSet;

use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::{ConstValue, Value};

/// Gives null to each nullable variable that has no default, was not given, and is an argument as it stands. The
/// document stays as it is, so that it is validated as it was written.
pub fn fill(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &mut Variables,
) {
    let omitted: Vec<_> = operation
        .variable_definitions
        .iter()
        .map(|definition| &definition.node)
        .filter(|definition| definition.default_value.is_none())
        .filter(|definition| definition.var_type.node.nullable)
        .map(|definition| &definition.name.node)
        .filter(|name| !variables.contains_key(*name))
        .collect();
    if omitted.is_empty() {
        return;
    }
    let mut arguments = HashSet::new();
    collect(&operation.selection_set.node, &mut arguments);
    for fragment in document.fragments.values() {
        collect(&fragment.node.selection_set.node, &mut arguments);
    }
    for name in omitted {
        if arguments.contains(name) {
            variables.insert(name.clone(), ConstValue::Null);
        }
    }
}

/// The variables that are whole values of arguments.
fn collect<'a>(selections: &'a SelectionSet, found: &mut HashSet<&'a Name>) {
    for Positioned { node, .. } in &selections.items {
        match node {
            Selection::Field(field) => {
                let values = field.node.arguments.iter().map(|(_, value)| &value.node);
                found.extend(values.filter_map(|value| match value {
                    Value::Variable(name) => Some(name),
                    _ => None,
                }));
                collect(&field.node.selection_set.node, found);
            }
            Selection::InlineFragment(inline) => {
                collect(&inline.node.selection_set.node, found);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}
