//! The envelope of visitor events: one object, `{events: [...]}` or an array. Each event of a batch
//! is judged alone; only a body that cannot be read at all is refused as a whole.

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::{Uuid, Version};

use super::act::{VisitorAct, parse_act};
use super::field::{FieldRefusal, Fields};
use super::session::{BodyRefusal, parse_json};

/// Most events a request may carry.
pub const BATCH_LIMIT: usize = 50;

/// One event that can be acted on.
#[derive(Clone, PartialEq, Eq)]
pub struct VisitorEvent {
    /// The visitor's own id for it, version 4 or 7: sending it again has no second effect.
    pub client_event_id: Uuid,
    /// When the visitor's clock says it happened; untrusted.
    pub sent_at: Option<Timestamp>,
    /// What happened.
    pub act: VisitorAct,
    /// Canonical bytes of type and data: the same event again has the same bytes.
    pub content: Vec<u8>,
}

impl std::fmt::Debug for VisitorEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.act, self.client_event_id)
    }
}

/// One event that was refused, with its id as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedEvent {
    /// `None` when there was no readable id.
    pub client_event_id: Option<String>,
    /// Why.
    pub refusal: FieldRefusal,
}

/// Reads a request body into events, in their order.
pub fn parse_events(body: &[u8]) -> Result<Vec<Result<VisitorEvent, RefusedEvent>>, BodyRefusal> {
    let value = parse_json(body)?;
    let events: &[Value] = match &value {
        Value::Array(events) => events,
        Value::Object(map) => match map.get("events") {
            None => std::slice::from_ref(&value),
            Some(Value::Array(events)) => events,
            Some(_) => return Err(FieldRefusal::invalid("events", "an array").into()),
        },
        _ => return Err(FieldRefusal::invalid("body", "an object or an array").into()),
    };
    if events.len() > BATCH_LIMIT {
        return Err(BodyRefusal::TooManyEvents { limit: BATCH_LIMIT });
    }
    Ok(events.iter().map(parse_event).collect())
}

fn parse_event(event: &Value) -> Result<VisitorEvent, RefusedEvent> {
    let Value::Object(map) = event else {
        return Err(RefusedEvent {
            client_event_id: None,
            refusal: FieldRefusal::invalid("event", "an object"),
        });
    };
    read_event(map).map_err(|refusal| RefusedEvent {
        client_event_id: map
            .get("client_event_id")
            .and_then(Value::as_str)
            .map(|id| id.chars().take(64).collect()),
        refusal,
    })
}

fn read_event(map: &Map<String, Value>) -> Result<VisitorEvent, FieldRefusal> {
    let fields = Fields::new(map, "");
    let id = fields.required("client_event_id", fields.uuid("client_event_id")?)?;
    if !matches!(id.get_version(), Some(Version::Random | Version::SortRand)) {
        let expected = "a UUID of version 4 or 7";
        return Err(FieldRefusal::invalid("client_event_id", expected));
    }
    let kind = fields.required("type", fields.raw_text("type")?)?;
    let sent_at = match fields.raw_text("sent_at")? {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|_| FieldRefusal::invalid("sent_at", "an ISO 8601 time"))?,
        ),
    };
    let nothing = Map::new();
    let data = match fields.value("data") {
        None => &nothing,
        Some(Value::Object(data)) => data,
        Some(_) => return Err(FieldRefusal::invalid("data", "an object")),
    };
    Ok(VisitorEvent {
        client_event_id: id,
        sent_at,
        act: parse_act(kind, &Fields::new(data, "data."))?,
        content: canonical(kind, data),
    })
}

/// Type and data with sorted keys, so that two spellings of one event are one.
fn canonical(kind: &str, data: &Map<String, Value>) -> Vec<u8> {
    let mut out = format!("{}\n", kind.len()).into_bytes();
    out.extend_from_slice(kind.as_bytes());
    write_map(data, &mut out);
    out
}

fn write_map(map: &Map<String, Value>, out: &mut Vec<u8>) {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    out.push(b'{');
    for (key, value) in entries {
        out.extend_from_slice(Value::from(key.as_str()).to_string().as_bytes());
        out.push(b':');
        write_value(value, out);
        out.push(b',');
    }
    out.push(b'}');
}

fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(map) => write_map(map, out),
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                write_value(item, out);
                out.push(b',');
            }
            out.push(b']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.extend_from_slice(value.to_string().as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const ID: &str = "77717e14-11a0-4c22-a142-e0ffba11512b";

    fn parse(body: &Value) -> Vec<Result<VisitorEvent, RefusedEvent>> {
        parse_events(body.to_string().as_bytes()).unwrap()
    }

    fn refusal(event: Value) -> (&'static str, String, Option<i64>) {
        let refused = parse(&event).remove(0).unwrap_err().refusal;
        (refused.code, refused.field, refused.limit)
    }

    fn event(kind: &str, data: Value) -> Value {
        json!({"client_event_id": ID, "type": kind, "data": data})
    }

    #[test]
    fn each_event_of_a_batch_is_judged_alone() {
        let good = event("end", json!({}));
        let results = parse(&json!({"events": [good, 7, event("message.text", json!({}))]}));
        assert!(results[0].is_ok());
        assert_eq!(results[1].as_ref().unwrap_err().client_event_id, None);
        let last = results[2].as_ref().unwrap_err();
        assert_eq!(last.client_event_id.as_deref(), Some(ID));
        assert_eq!(last.refusal.field, "data.text");
    }

    #[test]
    fn the_envelope_is_checked_field_by_field() {
        let with = |key: &str, value: Value| {
            let mut event = event("end", json!({}));
            event[key] = value;
            refusal(event)
        };
        assert_eq!(with("client_event_id", json!("x")).1, "client_event_id");
        let v1 = "2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d";
        assert_eq!(with("client_event_id", json!(v1)).0, "invalid");
        assert_eq!(with("client_event_id", Value::Null).0, "missing");
        assert_eq!(with("type", json!("message.video")).1, "type");
        assert_eq!(with("sent_at", json!("yesterday")).1, "sent_at");
        assert_eq!(with("data", json!([])).1, "data");
    }

    #[test]
    fn fifty_events_pass_and_fifty_one_are_refused() {
        let batch = |count: usize| json!({"events": vec![event("end", json!({})); count]});
        assert_eq!(parse(&batch(50)).len(), 50);
        assert_eq!(
            parse_events(batch(51).to_string().as_bytes()),
            Err(BodyRefusal::TooManyEvents { limit: 50 })
        );
    }

    #[test]
    fn unknown_fields_are_ignored_and_key_order_does_not_count() {
        let one = parse(&event("reaction", json!({"message_id": ID, "emoji": "👍"})));
        let body = format!(
            r#"{{"data":{{"emoji":"👍","message_id":"{ID}"}},"new":1,"type":"reaction","client_event_id":"{ID}"}}"#
        );
        let other = parse_events(body.as_bytes()).unwrap();
        assert_eq!(one, other);
    }

    #[test]
    fn another_type_or_other_data_is_other_content() {
        let content = |kind: &str, data: Value| {
            parse(&event(kind, data))[0]
                .as_ref()
                .unwrap()
                .content
                .clone()
        };
        assert_ne!(
            content("message.text", json!({"text": "a"})),
            content("message.text", json!({"text": "b"}))
        );
        assert_ne!(content("end", json!({})), content("end", json!({"x": 1})));
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(|number| json!(number)),
            ".{0,12}".prop_map(Value::from),
            Just(json!(ID)),
        ];
        leaf.prop_recursive(4, 48, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((known_key(), inner), 0..6)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    fn known_key() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("events".to_owned()),
            Just("client_event_id".to_owned()),
            Just("type".to_owned()),
            Just("sent_at".to_owned()),
            Just("data".to_owned()),
            Just("text".to_owned()),
            Just("fields".to_owned()),
            ".{0,6}",
        ]
    }

    fn known_type() -> impl Strategy<Value = &'static str> {
        prop::sample::select(super::super::act::TYPES.to_vec())
    }

    proptest! {
        #[test]
        fn random_json_never_panics(value in json_value()) {
            let _ = parse_events(value.to_string().as_bytes());
            let _ = super::super::session::parse_session(value.to_string().as_bytes());
        }

        #[test]
        fn random_data_of_a_known_type_never_panics(kind in known_type(), data in json_value()) {
            let _ = parse(&event(kind, data));
        }

        #[test]
        fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_events(&bytes);
        }
    }
}
