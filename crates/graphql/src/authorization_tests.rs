//! The closed loop: the table and the schema name the same fields, and each field is really guarded.

use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, TypeKind, TypeSystemDefinition};
use hilo_domain::AgentId;
use uuid::Uuid;

use super::*;
use crate::execute::tests::{answer_of, codes, stranger};

/// Fields of the root types, with their definitions, as the printed schema has them.
fn root_fields() -> Vec<(String, FieldDefinition)> {
    let document = parse_schema(crate::sdl()).unwrap();
    let mut fields = Vec::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(ty) = definition else {
            continue;
        };
        let name = ty.node.name.node.to_string();
        let TypeKind::Object(object) = ty.node.kind else {
            continue;
        };
        if ["Query", "Mutation", "Subscription"].contains(&name.as_str()) {
            fields.extend(
                object
                    .fields
                    .into_iter()
                    .map(|field| (name.clone(), field.node)),
            );
        }
    }
    fields
}

fn caller(role: Role) -> Caller {
    Caller {
        agent_id: AgentId::from_uuid(Uuid::nil()),
        role,
        session_id: Uuid::nil(),
    }
}

#[test]
fn the_table_names_every_field_of_the_root_types_once_and_no_other() {
    let fields = root_fields();
    let schema: BTreeSet<_> = fields
        .iter()
        .map(|(root, f)| (root.as_str(), f.name.node.as_str()))
        .collect();
    let table: BTreeSet<_> = TABLE
        .iter()
        .map(|(root, field, _)| (*root, *field))
        .collect();
    assert_eq!(
        table.len(),
        TABLE.len(),
        "a field stands twice in the table"
    );
    let missing: Vec<_> = schema.difference(&table).collect();
    let in_vain: Vec<_> = table.difference(&schema).collect();
    assert!(
        missing.is_empty() && in_vain.is_empty(),
        "missing {missing:?}, in vain {in_vain:?}"
    );
}

#[test]
fn an_unknown_field_is_for_administrators() {
    assert_eq!(rule("Query", "chats"), SignedIn);
    assert_eq!(rule("Mutation", "chats"), Administrator);
    assert_eq!(rule("Query", "secrets"), Administrator);
}

#[test]
fn who_may_follows_from_the_role() {
    let refused = |who, caller: Option<Caller>| allow(who, caller.as_ref()).err().map(|f| f.code);
    assert_eq!(refused(Public, None), None);
    assert_eq!(refused(SignedIn, None), Some(ErrorCode::Unauthenticated));
    assert_eq!(
        refused(Administrator, None),
        Some(ErrorCode::Unauthenticated)
    );
    assert_eq!(
        refused(Administrator, Some(caller(Role::Administrator))),
        None
    );
    for role in [Role::Agent, Role::Auditor, Role::Integrator] {
        assert_eq!(refused(SignedIn, Some(caller(role))), None);
        assert_eq!(
            refused(Administrator, Some(caller(role))),
            Some(ErrorCode::Forbidden)
        );
    }
}

/// A call of the field with values that are right for its arguments' types.
fn call(root: &str, field: &FieldDefinition) -> String {
    let value = |ty: &str| match ty.trim_end_matches('!') {
        "ID" | "String" => "\"x\"".to_owned(),
        input => input_value(input),
    };
    let required = field
        .arguments
        .iter()
        .filter(|argument| !argument.node.ty.node.nullable);
    let arguments: Vec<_> = required
        .map(|argument| {
            let ty = argument.node.ty.to_string();
            format!("{}: {}", argument.node.name, value(&ty))
        })
        .collect();
    let arguments = if arguments.is_empty() {
        String::new()
    } else {
        format!("({})", arguments.join(", "))
    };
    format!(
        "{} {{ {}{arguments} {{ __typename }} }}",
        root.to_lowercase(),
        field.name
    )
}

fn input_value(input: &str) -> String {
    let document = parse_schema(crate::sdl()).unwrap();
    let types = document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) if ty.node.name.node == input => Some(ty.node.kind),
            _ => None,
        });
    let Some(TypeKind::InputObject(object)) = types.last() else {
        panic!("no input {input}")
    };
    let fields = object
        .fields
        .iter()
        .filter(|field| !field.node.ty.node.nullable)
        .map(|field| {
            let value = match field.node.ty.to_string().trim_end_matches('!') {
                "ID" | "String" => "\"x\"",
                "Boolean" => "true",
                "AgentRole" => "AGENT",
                "[String!]" | "[ID!]" => "[]",
                other => panic!("no value for {other}"),
            };
            format!("{}: {value}", field.node.name)
        });
    format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
}

#[tokio::test]
async fn every_field_that_is_not_public_really_refuses_strangers() {
    for (root, field) in root_fields() {
        if rule(&root, &field.name.node) == Public {
            continue;
        }
        let query = call(&root, &field);
        let answer = answer_of(&query, stranger()).await;
        assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{query}: {answer}");
    }
}

#[tokio::test]
async fn every_field_for_administrators_really_refuses_agents() {
    for (root, field) in root_fields() {
        if rule(&root, &field.name.node) != Administrator {
            continue;
        }
        let query = call(&root, &field);
        let agent = Identity {
            caller: Some(caller(Role::Agent)),
            ..stranger()
        };
        let answer = answer_of(&query, agent).await;
        assert_eq!(codes(&answer), ["FORBIDDEN"], "{query}: {answer}");
    }
}
