//! What is refused before anything runs, and how errors look. Runs without an application: nothing here reaches it.

use std::net::{IpAddr, Ipv4Addr};

use async_graphql::Variables;
use hilo_app::{Caller, Peer};
use hilo_domain::AgentId;
use hilo_domain::agent::Role;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::*;
use crate::language::Language;

pub fn stranger() -> Identity {
    Identity {
        caller: None,
        peer: Peer {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            loopback: true,
        },
        user_agent: None,
        language: Language::En,
        request_id: Uuid::nil(),
    }
}

fn agent() -> Identity {
    let agent_id = AgentId::from_uuid(Uuid::nil());
    let caller = Caller {
        agent_id,
        role: Role::Agent,
        credential: hilo_app::Credential::Session { id: Uuid::nil() },
    };
    Identity {
        caller: Some(caller),
        ..stranger()
    }
}

/// Runs a document as the handlers do, but without an application behind it.
pub async fn answer_of(query: &str, identity: Identity) -> Json {
    let request = GraphqlRequest {
        query: query.to_owned(),
        ..GraphqlRequest::default()
    };
    let finished = match prepare(request, &identity) {
        Err(error) => Finished::of(Response::from_errors(vec![error]), None),
        Ok(prepared) => {
            let kind = prepared.kind;
            let mut responses = prepared.schema.execute_stream(prepared.request);
            Finished::of(responses.next().await.unwrap(), Some(kind))
        }
    };
    serde_json::from_str(&finished.body()).unwrap()
}

pub fn codes(answer: &Json) -> Vec<&str> {
    let errors = answer["errors"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    errors
        .iter()
        .map(|e| e["extensions"]["code"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn typename_answers_anybody() {
    assert_eq!(
        answer_of("{ __typename }", stranger()).await,
        json!({"data": {"__typename": "Query"}})
    );
}

#[tokio::test]
async fn wrong_documents_have_no_data_and_the_code_bad_user_input() {
    for query in [
        "",
        "{",
        "# nothing",
        "fragment F on Query { __typename }",
        "{ nothing }",
        "{ chat { id } }",
        "query A { __typename } query B { __typename }",
        "subscription { __typename }",
        "subscription { a: inbox { position } b: inbox { position } }",
        "{ ...F } fragment F on Query { ...F }",
    ] {
        let answer = answer_of(query, agent()).await;
        assert_eq!(
            codes(&answer).first(),
            Some(&"BAD_USER_INPUT"),
            "{query}: {answer}"
        );
        assert!(answer.get("data").is_none(), "{query}: {answer}");
    }
}

#[tokio::test]
async fn a_syntax_error_says_where() {
    let answer = answer_of("{\n  a(", agent()).await;
    assert_eq!(answer["errors"][0]["locations"][0]["line"], 2);
}

#[tokio::test]
async fn a_field_that_fails_has_a_path_and_data_is_null() {
    let answer = answer_of("{ chats { nodes { id } } }", stranger()).await;
    assert_eq!(codes(&answer), ["UNAUTHENTICATED"]);
    assert_eq!(answer["errors"][0]["path"], json!(["chats"]));
    assert_eq!(answer.get("data"), Some(&Json::Null));
}

#[tokio::test]
async fn strangers_cannot_read_the_schema_and_get_no_suggestions() {
    for query in [
        "{ __schema { types { name } } }",
        "{ t: __type(name: \"Chat\") { name } }",
    ] {
        let answer = answer_of(query, stranger()).await;
        assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{answer}");
        assert!(answer.get("data").is_none());
        assert_eq!(codes(&answer_of(query, agent()).await), Vec::<&str>::new());
    }
    let misspelt = "{ chatz { nodes { id } } }";
    assert!(
        !answer_of(misspelt, stranger())
            .await
            .to_string()
            .contains("Did you mean")
    );
    assert!(
        answer_of(misspelt, agent())
            .await
            .to_string()
            .contains("Did you mean")
    );
}

#[tokio::test]
async fn agents_read_the_schema_as_deep_as_tools_do_but_nothing_else_that_deep() {
    let deep = |inner: &str| {
        format!(
            "{{ __schema {{ types {{ fields {{ type {} }} }} }} {inner} }}",
            {
                let levels = 12;
                "{ ofType ".repeat(levels) + "{ name }" + &"}".repeat(levels)
            }
        )
    };
    assert_eq!(
        codes(&answer_of(&deep(""), agent()).await),
        Vec::<&str>::new()
    );
    let strange = answer_of(&deep(""), stranger()).await;
    assert_eq!(codes(&strange), ["UNAUTHENTICATED"], "{strange}");
    let mixed = answer_of(&deep("viewer { role }"), agent()).await;
    assert_eq!(codes(&mixed), ["BAD_USER_INPUT"]);
    assert!(mixed.to_string().contains("12 levels"), "{mixed}");
}

#[tokio::test]
async fn what_lists_cost_is_limited_and_what_the_pages_need_passes() {
    let thread = "{ chat(id: \"x\") { id state messages(last: 100) { nodes { id clientMessageId position direction \
        author { kind name agent { id name } } text erased state failure sentAt deliveredAt readAt editedAt deletedAt \
        reactions { emoji by { kind name } } } pageInfo { hasPreviousPage startCursor } position } \
        acts { position kind actor { kind name } detail at } } }";
    let answer = answer_of(thread, agent()).await;
    assert!(!answer.to_string().contains("too complex"), "{answer}");
    let usual = "{ chats { nodes { id messages { nodes { id text state sentAt } } } } }";
    let answer = answer_of(usual, agent()).await;
    assert!(!answer.to_string().contains("too complex"), "{answer}");
    let greedy = "{ chats(first: 100) { nodes { messages(first: 100) { nodes { id } } } } }";
    let answer = answer_of(greedy, agent()).await;
    assert!(answer.to_string().contains("too complex"), "{answer}");
    assert!(answer.get("data").is_none());
}

#[tokio::test]
async fn aliases_directives_and_tokens_are_limited() {
    let aliases: String = (0..31).map(|n| format!("a{n}: __typename ")).collect();
    let directives = "@include(if: true) ".repeat(6);
    for (query, word) in [
        (format!("{{ {aliases} }}"), "aliases"),
        (format!("{{ __typename {directives} }}"), "directives"),
        (
            "{ ".to_owned() + &"__typename ".repeat(2_000) + "}",
            "tokens",
        ),
        ("{a".repeat(5_000), "nests"),
    ] {
        let answer = answer_of(&query, agent()).await;
        assert_eq!(codes(&answer), ["BAD_USER_INPUT"]);
        assert!(answer.to_string().contains(word), "{answer}");
    }
}

#[tokio::test]
async fn a_refused_bomb_costs_little() {
    let mut doubling = "{ ...F0 } fragment F30 on Query { __typename }".to_owned();
    for n in 0..30 {
        let next = n + 1;
        doubling += &format!(" fragment F{n} on Query {{ ...F{next} ...F{next} }}");
    }
    let overlapping = format!("{{ {} }}", "chats { nodes { id } } ".repeat(280));
    for bomb in [doubling, overlapping] {
        let started = Instant::now();
        assert_eq!(
            codes(&answer_of(&bomb, stranger()).await).first(),
            Some(&"BAD_USER_INPUT")
        );
        // Without optimisation and beside other tests; a real bomb would take minutes.
        assert!(
            started.elapsed() < Duration::from_secs(2),
            "{:?}",
            started.elapsed()
        );
    }
}

/// Standard clients declare every variable and send those they have.
#[tokio::test]
async fn optional_variables_may_be_left_out() {
    let query = "query Q($first: Int, $after: String) { ...list chats(first: $first, after: $after) { nodes { id } } }
        fragment list on Query { more: chats(last: 1, before: $after) { nodes { id } } }";
    let request = GraphqlRequest {
        query: query.to_owned(),
        variables: Variables::from_json(json!({"first": 2})),
        ..GraphqlRequest::default()
    };
    let prepared = prepare(request, &agent()).unwrap();
    let response = prepared.schema.execute(prepared.request).await;
    let refused = response.errors.iter().any(|error| error.path.is_empty());
    assert!(!refused, "{:?}", response.errors);
}

/// What is validated is the document, whichever of its variables are given.
#[tokio::test]
async fn left_out_variables_are_validated_all_the_same() {
    for query in [
        "subscription I($after: Position) { inbox(after: $after) { position } }",
        "query Q($after: String) { chats(first: 1, after: $after) { nodes { id } } }",
        "query Q($state: ChatState) { chats(first: 1, filter: { state: $state }) { nodes { id } } }",
    ] {
        let request = GraphqlRequest {
            query: query.to_owned(),
            ..GraphqlRequest::default()
        };
        let prepared = prepare(request, &agent()).unwrap();
        let response = prepared
            .schema
            .execute_stream(prepared.request)
            .next()
            .await;
        let errors = response.unwrap().errors;
        // Nothing stands behind the schema here: the first field fails, the request does not.
        assert!(
            errors.iter().all(|error| !error.path.is_empty()),
            "{errors:?}"
        );
    }
    for wrong in [
        "query Q($unused: Int) { viewer { role } }",
        "query Q($id: ID!) { chat(id: $id) { id } }",
    ] {
        let answer = answer_of(wrong, agent()).await;
        assert_eq!(codes(&answer), ["BAD_USER_INPUT"], "{wrong}: {answer}");
    }
}

#[tokio::test]
async fn wrong_variables_are_the_requests_fault() {
    let request = GraphqlRequest {
        query: "query Q($first: Int) { chats(first: $first) { nodes { id } } }".to_owned(),
        operation_name: Some("Q".to_owned()),
        variables: Variables::from_json(json!({"first": "many"})),
    };
    let prepared = prepare(request, &agent()).unwrap();
    let finished = Finished::of(
        prepared.schema.execute(prepared.request).await,
        Some(OperationType::Query),
    );
    let answer: Json = serde_json::from_str(&finished.body()).unwrap();
    assert!(
        codes(&answer).iter().all(|code| *code == "BAD_USER_INPUT"),
        "{answer}"
    );
    assert!(
        !codes(&answer).is_empty() && answer.get("data").is_none(),
        "{answer}"
    );
}

#[tokio::test]
async fn a_subscription_that_cannot_start_is_an_error_and_not_a_result() {
    let request = GraphqlRequest {
        query: "subscription { inbox { position } }".into(),
        ..Default::default()
    };
    let prepared = prepare(request, &stranger()).unwrap();
    let response = prepared
        .schema
        .execute_stream(prepared.request)
        .next()
        .await
        .unwrap();
    let event = Finished::of(response, Some(OperationType::Subscription)).event();
    let Event::Error(errors) = event else {
        panic!("{event:?}")
    };
    assert!(errors.contains("UNAUTHENTICATED"), "{errors}");
}

/// What is read side by side with it must not move it: the position is the one the request came with.
#[tokio::test]
async fn the_position_of_a_request_is_the_one_it_began_with() {
    let began: hilo_journal::Cursor = "1042@3f2a9c1b".parse().unwrap();
    let request = GraphqlRequest {
        query: "{ again: position __typename position }".into(),
        ..Default::default()
    };
    let prepared = prepare(request, &agent()).unwrap();
    let response = prepared
        .schema
        .execute(prepared.request.data(Began(began)))
        .await;
    let answer: Json = serde_json::from_str(&Finished::of(response, None).body()).unwrap();
    let expected =
        json!({"again": "1042@3f2a9c1b", "__typename": "Query", "position": "1042@3f2a9c1b"});
    assert_eq!(answer["data"], expected, "{answer}");
}
