//! The printed schema: the committed file is it, and every part of it says what it is.

use std::path::Path;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition,
};

#[test]
fn the_committed_schema_is_what_the_code_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema.graphql");
    let printed = crate::sdl();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &printed).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap();
    assert!(
        committed == printed,
        "schema.graphql differs from the code: run this test with UPDATE=1 and commit"
    );
}

#[test]
fn every_type_field_argument_and_value_is_described() {
    let mut bare = Vec::new();
    for definition in parse_schema(crate::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(ty) = definition else {
            continue;
        };
        let name = ty.node.name.node.to_string();
        bare.extend(ty.node.description.is_none().then(|| name.clone()));
        match ty.node.kind {
            TypeKind::Object(object) => {
                for field in object.fields {
                    bare.extend(undescribed(&name, &field.node));
                }
            }
            TypeKind::InputObject(input) => {
                bare.extend(
                    input
                        .fields
                        .iter()
                        .filter_map(|f| undescribed_input(&name, &f.node)),
                );
            }
            TypeKind::Enum(values) => {
                let values = values
                    .values
                    .iter()
                    .filter(|value| value.node.description.is_none());
                bare.extend(values.map(|value| format!("{name}.{}", value.node.value)));
            }
            TypeKind::Scalar | TypeKind::Interface(_) | TypeKind::Union(_) => {}
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

fn undescribed(ty: &str, field: &FieldDefinition) -> Vec<String> {
    let name = format!("{ty}.{}", field.name);
    let arguments = field
        .arguments
        .iter()
        .filter_map(|argument| undescribed_input(&name, &argument.node));
    let own = field.description.is_none().then(|| name.clone());
    arguments.chain(own).collect()
}

fn undescribed_input(of: &str, input: &InputValueDefinition) -> Option<String> {
    input
        .description
        .is_none()
        .then(|| format!("{of}.{}", input.name))
}

/// What is there once already when it is asked for again, without a key.
const ONCE_BY_NATURE: [&str; 2] = ["addChatTags", "addInternalChatMembers"];

#[test]
fn every_mutation_that_makes_something_takes_a_key_to_do_it_once() {
    let mut fields = Vec::new();
    let mut inputs = std::collections::BTreeMap::new();
    for definition in parse_schema(crate::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(ty) = definition else {
            continue;
        };
        match ty.node.kind {
            TypeKind::Object(object) if ty.node.name.node == "Mutation" => fields = object.fields,
            TypeKind::InputObject(input) => {
                let names = input.fields.into_iter();
                let names = names.map(|field| field.node.name.node.to_string());
                inputs.insert(ty.node.name.node.to_string(), names.collect::<Vec<_>>());
            }
            _ => {}
        }
    }
    let makes = |name: &str| {
        let verbs = ["create", "invite", "connect", "add", "start", "send"];
        verbs.iter().any(|verb| name.starts_with(verb)) && !ONCE_BY_NATURE.contains(&name)
    };
    let made: Vec<_> = fields
        .iter()
        .filter(|field| makes(field.node.name.node.as_str()))
        .collect();
    assert!(made.len() >= 10, "{made:?}");
    for field in made {
        let input = field.node.arguments[0].node.ty.to_string();
        let keys = &inputs[input.trim_end_matches('!')];
        let is_keyed = keys
            .iter()
            .any(|key| key == "idempotencyKey" || key == "clientMessageId");
        assert!(is_keyed, "{} takes no key", field.node.name.node);
    }
}

#[test]
fn the_schema_is_printed_the_same_every_time() {
    assert_eq!(crate::sdl(), crate::sdl());
}
