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
        credential: hilo_app::Credential::Session { id: Uuid::nil() },
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
    assert_eq!(rule("Query", "chats"), Scoped(ChatsRead));
    assert_eq!(rule("Mutation", "chats"), Administrator);
    assert_eq!(rule("Query", "secrets"), Administrator);
}

#[test]
fn who_may_follows_from_the_role() {
    let refused = |who, caller: Option<Caller>| allow(who, caller.as_ref()).err().map(|f| f.code);
    assert_eq!(refused(Public, None), None);
    assert_eq!(refused(SignedIn, None), Some(ErrorCode::Unauthenticated));
    assert_eq!(refused(Known, None), Some(ErrorCode::Unauthenticated));
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
        assert_eq!(refused(Known, Some(caller(role))), None);
        assert_eq!(
            refused(Administrator, Some(caller(role))),
            Some(ErrorCode::Forbidden)
        );
    }
}

#[test]
fn a_program_may_what_its_token_says_whatever_its_owner_is() {
    let program = |scopes: &[Scope]| Caller {
        credential: hilo_app::Credential::Token {
            id: hilo_domain::TokenId::from_uuid(Uuid::nil()),
            scopes: scopes.iter().copied().collect(),
        },
        ..caller(Role::Integrator)
    };
    let refused = |who, scopes: &[Scope]| allow(who, Some(&program(scopes))).is_err();
    assert!(!refused(Public, &[]) && !refused(Known, &[]));
    for who in [
        Scoped(ChatsRead),
        AdministratorOr(ChatsRead),
        AuditorOr(ChatsRead),
    ] {
        assert!(refused(who, &[]) && refused(who, &[ChatsWrite, JournalRead]));
        assert!(!refused(who, &[ChatsRead]));
    }
    // What is for people no scope opens.
    for who in [SignedIn, Administrator] {
        assert!(refused(who, &Scope::ALL));
    }
    assert!(allow(AuditorOr(JournalRead), Some(&caller(Role::Administrator))).is_err());
    assert!(allow(AuditorOr(JournalRead), Some(&caller(Role::Auditor))).is_ok());
    assert!(allow(AdministratorOr(ChannelsManage), Some(&caller(Role::Agent))).is_err());
}

/// A call of the field with values that are right for its arguments' types.
fn call(root: &str, field: &FieldDefinition) -> String {
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
    let selection = match field.ty.node.to_string().as_str() {
        "Position!" => "",
        _ => " { __typename }",
    };
    format!(
        "{} {{ {}{arguments}{selection} }}",
        root.to_lowercase(),
        field.name
    )
}

/// A value of a type as the schema writes it, such as `[ID!]!`.
fn value(ty: &str) -> String {
    match ty.trim_end_matches('!') {
        "ID" | "String" => "\"x\"".to_owned(),
        "Boolean" => "true".to_owned(),
        "Int" => "1".to_owned(),
        "Position" => "\"1\"".to_owned(),
        "DateTime" => "\"2026-11-21T12:00:00Z\"".to_owned(),
        list if list.starts_with('[') => "[]".to_owned(),
        named => value_of_named(named),
    }
}

fn value_of_named(name: &str) -> String {
    let document = parse_schema(crate::sdl()).unwrap();
    let types = document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) if ty.node.name.node == name => Some(ty.node),
            _ => None,
        });
    let ty = types.last().unwrap_or_else(|| panic!("no type {name}"));
    let is_one_of = ty.directives.iter().any(|it| it.node.name.node == "oneOf");
    match ty.kind {
        TypeKind::Enum(values) => values.values.first().unwrap().node.value.to_string(),
        TypeKind::InputObject(object) => {
            let fields = object.fields.iter().map(|field| &field.node);
            let needed = fields.enumerate().filter(|(at, field)| match is_one_of {
                true => *at == 0,
                false => !field.ty.node.nullable,
            });
            let fields = needed
                .map(|(_, field)| format!("{}: {}", field.name, value(&field.ty.to_string())));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        other => panic!("no value for {name}: {other:?}"),
    }
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
        if !matches!(
            rule(&root, &field.name.node),
            Administrator | AdministratorOr(_)
        ) {
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
