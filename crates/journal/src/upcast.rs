//! Brings stored events of older versions to today's shape while they are read. Never writes.

use cqrs_es::persist::{EventUpcaster, SerializedEvent};
use serde_json::Value;

/// The upcasters of a program, in the order in which they apply.
///
/// They see personal fields as marked values and must carry them over whole: sealed ones (`$sealed`) while state is
/// loaded, open ones (`$personal`, `$erased`) while the feed is read.
#[derive(Default)]
pub struct Upcasters(Vec<Box<dyn EventUpcaster>>);

impl Upcasters {
    /// No upcasters: every stored version is today's.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds one behind the others.
    #[must_use]
    pub fn then(mut self, upcaster: Box<dyn EventUpcaster>) -> Self {
        self.0.push(upcaster);
        self
    }

    /// Whether any of them changes events of a version: most are today's, and can be read as they are.
    pub(crate) fn concern(&self, event_type: &str, event_version: &str) -> bool {
        let mut all = self.0.iter();
        all.any(|upcaster| upcaster.can_upcast(event_type, event_version))
    }

    pub(crate) fn upcast(&self, event: SerializedEvent) -> SerializedEvent {
        self.0.iter().fold(event, |event, upcaster| {
            if upcaster.can_upcast(&event.event_type, &event.event_version) {
                upcaster.upcast(event)
            } else {
                event
            }
        })
    }
}

impl std::fmt::Debug for Upcasters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Upcasters").field(&self.0.len()).finish()
    }
}

/// The form upcasters work on; the metadata stays out of their reach.
pub(crate) fn serialized(event: &crate::StoredEvent, payload: Value) -> SerializedEvent {
    SerializedEvent::new(
        event.aggregate_id.clone(),
        usize::try_from(event.sequence).unwrap_or(usize::MAX),
        event.aggregate_type.clone(),
        event.event_type.clone(),
        event.event_version.clone(),
        payload,
        Value::Null,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use cqrs_es::persist::SemanticVersionEventUpcaster;
    use serde_json::json;

    #[test]
    fn upcasters_apply_in_order_and_only_to_their_versions() {
        let upcasters = Upcasters::none()
            .then(Box::new(SemanticVersionEventUpcaster::new(
                "named",
                "2",
                Box::new(|_| json!({"first": "a"})),
            )))
            .then(Box::new(SemanticVersionEventUpcaster::new(
                "named",
                "3",
                Box::new(|old| json!({"given": old["first"]})),
            )));
        let stored = |version: &str| {
            SerializedEvent::new(
                "1".into(),
                1,
                "person".into(),
                "named".into(),
                version.into(),
                json!({"first": "b"}),
                Value::Null,
            )
        };
        assert_eq!(upcasters.upcast(stored("1")).payload, json!({"given": "a"}));
        assert_eq!(upcasters.upcast(stored("2")).payload, json!({"given": "b"}));
        assert_eq!(upcasters.upcast(stored("3")).payload, json!({"first": "b"}));
        let concerned = ["1", "2", "3"].map(|version| upcasters.concern("named", version));
        assert_eq!(concerned, [true, true, false]);
        assert!(!upcasters.concern("renamed", "1"));
    }
}
