//! What is refused before execution, and that refusing is cheap.

use std::time::{Duration, Instant};

use async_graphql::parser::parse_query;

use super::*;

fn refusal(document: &str) -> Option<String> {
    check(&parse_query(document).unwrap(), true).err()
}

fn nested(levels: usize) -> String {
    format!("{}a{}", "{a".repeat(levels - 1) + "{", "}".repeat(levels))
}

#[test]
fn twelve_levels_pass_and_thirteen_do_not() {
    assert_eq!(refusal(&nested(MAX_DEPTH)), None);
    assert_eq!(
        refusal(&nested(MAX_DEPTH + 1)).unwrap(),
        "The document has more than 12 levels of fields."
    );
    let deep = parse_query(nested(MAX_DEPTH + 1)).unwrap();
    assert!(check(&deep, false).is_ok(), "introspection is exempt");
}

#[test]
fn depth_looks_through_fragments() {
    let inner = nested(MAX_DEPTH);
    let document = format!("{{ a {{ ...F }} }} fragment F on Query {inner}");
    assert!(refusal(&document).unwrap().contains("levels"));
}

#[test]
fn aliases_are_counted_at_each_spread() {
    let aliases: String = (0..MAX_ALIASES).map(|n| format!("a{n}: b ")).collect();
    assert_eq!(refusal(&format!("{{ {aliases} }}")), None);
    assert!(refusal(&format!("{{ {aliases} z: b }}")).is_some());
    let spread = format!("{{ ...F x {{ ...F }} }} fragment F on Query {{ {aliases} }}");
    assert!(refusal(&spread).unwrap().contains("30 aliases"));
}

#[test]
fn a_sixth_directive_on_one_field_is_refused() {
    assert_eq!(refusal(&format!("{{ a {} }}", "@x ".repeat(5))), None);
    for document in [
        format!("{{ a {} }}", "@x ".repeat(6)),
        format!("{{ ... {} {{ a }} }}", "@x ".repeat(6)),
        format!("query Q {} {{ a }}", "@x ".repeat(6)),
        format!("{{ a }} fragment F on Query {{ b {} }}", "@x ".repeat(6)),
    ] {
        assert!(
            refusal(&document).unwrap().contains("directives"),
            "{document}"
        );
    }
}

#[test]
fn typename_counts_like_any_field() {
    let fields = "__typename ".repeat(MAX_SELECTIONS + 1);
    assert!(
        refusal(&format!("{{ {fields} }}"))
            .unwrap()
            .contains("selections")
    );
}

#[test]
fn doubling_fragments_are_refused_at_once() {
    let mut document = "{ ...F0 } fragment F40 on Query { a }".to_owned();
    for n in 0..40 {
        let next = n + 1;
        document += &format!(" fragment F{n} on Query {{ ...F{next} ...F{next} }}");
    }
    let started = Instant::now();
    assert!(refusal(&document).unwrap().contains("selections"));
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_fragment_that_spreads_itself_is_refused() {
    for document in [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { b { ...B } } fragment B on Query { ...A }",
        "{ a } fragment A on Query { ...B } fragment B on Query { ...A }",
    ] {
        assert!(
            refusal(document).unwrap().contains("spreads itself"),
            "{document}"
        );
    }
}

#[test]
fn introspection_is_told_from_everything_else() {
    let is_introspection = |text: &str| {
        let document = parse_query(text).unwrap();
        super::is_introspection(&document, operation(&document, None).unwrap())
    };
    assert!(is_introspection(
        "{ __schema { types { name } } __typename }"
    ));
    assert!(is_introspection(
        "query Q { ...F } fragment F on Query { __type(name: \"Chat\") { name } }"
    ));
    assert!(!is_introspection(
        "{ __schema { types { name } } chats { nodes { id } } }"
    ));
    assert!(!is_introspection(
        "{ ... on Query { chats { nodes { id } } } }"
    ));
    assert!(!is_introspection("{ ...Unknown }"));
}

#[test]
fn the_operation_is_found_by_name_and_never_guessed() {
    let document = parse_query("query A { a } mutation B { b }").unwrap();
    assert!(operation(&document, Some("B")).is_some());
    assert!(operation(&document, Some("C")).is_none());
    assert!(operation(&document, None).is_none());
    let single = parse_query("{ a }").unwrap();
    assert!(operation(&single, None).is_some());
    assert!(operation(&single, Some("A")).is_none());
}

#[test]
fn the_deepest_document_allowed_parses_on_a_small_stack() {
    let nested = "{a".repeat(super::super::MAX_NESTING) + &"}".repeat(super::super::MAX_NESTING);
    let lists = format!("{{a(b:{}1{})}}", "[".repeat(38), "]".repeat(38));
    let parse = move || (parse_query(nested).is_ok(), parse_query(lists).is_ok());
    let thread = std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(parse)
        .unwrap();
    assert_eq!(thread.join().unwrap(), (true, true));
}

#[test]
fn reading_the_schema_is_seen_wherever_it_hides() {
    let introspects = |text: &str| {
        check(&parse_query(text).unwrap(), true)
            .unwrap()
            .introspects
    };
    assert!(introspects("{ a: __schema { types { name } } }"));
    assert!(introspects(
        "{ x { ... { __type(name: \"A\") { name } } } }"
    ));
    assert!(introspects(
        "{ a } fragment F on Query { __schema { types { name } } }"
    ));
    assert!(!introspects("{ __typename a }"));
}

#[test]
fn fields_of_the_root_are_counted_through_fragments() {
    let count = |text: &str| {
        let document = parse_query(text).unwrap();
        root_fields(&document, operation(&document, None).unwrap())
    };
    assert_eq!(count("subscription { inbox { position } }"), 1);
    assert_eq!(count("subscription { a: inbox { x } b: inbox { x } }"), 2);
    assert_eq!(
        count("subscription { ...F ...F } fragment F on Subscription { inbox { x } }"),
        2
    );
    assert_eq!(count("subscription { ... { inbox { x } } }"), 1);
    assert_eq!(count("subscription { ...Unknown }"), 0);
}
