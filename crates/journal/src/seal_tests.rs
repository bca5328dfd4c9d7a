//! What sealing must hold for any JSON: it comes back, it hides, and it stays in its place.

use proptest::prelude::*;

use super::*;

const PLACE: Place<'static> = Place {
    aggregate_type: "chat",
    aggregate_id: "a|b",
    sequence: 3,
};

fn key(seed: u8) -> Arc<Key> {
    Arc::new(zeroize::Zeroizing::new([seed; 32]))
}

fn subject(seed: u8) -> Uuid {
    Uuid::from_bytes([seed; 16])
}

fn sealing_keys() -> HashMap<Uuid, SealingKey> {
    (0..4)
        .map(|seed| {
            (
                subject(seed),
                SealingKey {
                    generation: 1,
                    key: key(seed),
                },
            )
        })
        .collect()
}

fn opening_keys() -> HashMap<KeyId, Arc<Key>> {
    (0..4).map(|seed| ((subject(seed), 1), key(seed))).collect()
}

/// The payload as it is stored.
fn stored(payload: &Value) -> Value {
    let text = payload.to_string();
    let fields = inspect(&text).unwrap();
    let sealed = seal(&text, &fields, PLACE, &sealing_keys()).unwrap();
    serde_json::from_str(&sealed).unwrap()
}

fn personal(of: u8, value: Value) -> Value {
    json!({ "$personal": { "subject": subject(of), "value": value } })
}

#[test]
fn places_of_fields_are_json_pointers() {
    let payload = json!({"a": {"": [0, {"b/c": {}}]}, "~d": {"~1/": {}}, "e": {}});
    let mut places = Vec::new();
    walk(&payload, &mut String::new(), &mut |pointer, _| {
        places.push(pointer.to_owned());
        Ok(Walk::Into)
    })
    .unwrap();
    places.sort_unstable();
    let expected = ["", "/a", "/a//1", "/a//1/b~1c", "/e", "/~0d", "/~0d/~01~1"];
    assert_eq!(places, expected);
}

/// JSON without marks.
fn plain() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[^\0]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z~/\" ]{0,5}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// JSON with personal fields anywhere, some of whose values look like marks themselves.
fn payload() -> impl Strategy<Value = Value> {
    let field = (0..4u8, plain(), any::<bool>()).prop_map(|(of, value, nested)| {
        let value = if nested { personal(of, value) } else { value };
        personal(of, value)
    });
    let leaf = prop_oneof![field, plain()];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z~/]{1,5}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_payload_comes_back_as_it_was(original in payload()) {
        let mut stored = stored(&original);
        prop_assert!(!stored.to_string().contains("$personal"));
        open(&mut stored, PLACE, &opening_keys()).unwrap();
        prop_assert_eq!(stored, original);
    }

    #[test]
    fn without_keys_the_rest_stays_and_the_personal_fields_are_erased(original in payload()) {
        let mut sealed = stored(&original);
        let fields = inspect(&original.to_string()).unwrap();
        let subjects: Vec<_> = fields.into_iter().map(|field| field.subject).collect();
        let needed_subjects: Vec<_> = needed(&sealed).into_iter().map(|(subject, _)| subject).collect();
        prop_assert_eq!(needed_subjects, subjects);
        open(&mut sealed, PLACE, &HashMap::new()).unwrap();
        let mut expected = original;
        rewrite(&mut expected, &mut String::new(), &mut |_, object| {
            Ok(object.get(PERSONAL).map(|it| json!({ "$erased": { "subject": it["subject"] } })))
        }).unwrap();
        prop_assert_eq!(sealed, expected);
    }
}

#[test]
fn a_sealed_field_opens_in_no_other_place() {
    let said = json!({ "type": "said", "data": { "a": personal(1, json!("x")), "b": 1 } });
    let mut sealed = stored(&said);
    for other in [
        Place {
            sequence: 4,
            ..PLACE
        },
        Place {
            aggregate_id: "a",
            ..PLACE
        },
        Place {
            aggregate_type: "chat|a",
            ..PLACE
        },
    ] {
        assert!(matches!(
            open(&mut sealed.clone(), other, &opening_keys()),
            Err(JournalError::Tampered { .. })
        ));
    }
    sealed["data"]["b"] = sealed["data"]["a"].take();
    assert!(open(&mut sealed, PLACE, &opening_keys()).is_err());
}

#[test]
fn nul_characters_are_refused_wherever_they_hide() {
    for bad in [
        json!({ "data": { "text": "a\0b" } }),
        json!({ "data": { "a\0": 1 } }),
        json!([personal(1, json!({ "deep": ["\0"] }))]),
    ] {
        assert!(
            matches!(inspect(&bad.to_string()), Err(JournalError::Nul { .. })),
            "{bad}"
        );
    }
}

#[test]
fn new_events_carry_no_marks_but_whole_personal_ones() {
    for bad in [
        json!({ "$personal": { "subject": "not a uuid", "value": 1 } }),
        json!({ "$personal": { "subject": subject(1) } }),
        json!({ "$personal": { "subject": subject(1), "value": 1 }, "other": 1 }),
        json!({ "a": [{ "$sealed": {} }] }),
        json!({ "$erased": { "subject": subject(1) } }),
    ] {
        assert!(
            matches!(inspect(&bad.to_string()), Err(JournalError::Mark { .. })),
            "{bad}"
        );
    }
}
