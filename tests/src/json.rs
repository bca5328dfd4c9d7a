//! Reading JSON by path without panics. A path that is not there reads as null, empty or zero.

use serde_json::Value;

/// Access by JSON pointer, such as `/data/chat/state`.
pub trait At {
    /// The value there, or null.
    fn at(&self, pointer: &str) -> &Value;

    /// The text there, or "".
    fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    /// The whole number there, or -1.
    fn number(&self, pointer: &str) -> i64 {
        self.at(pointer).as_i64().unwrap_or(-1)
    }

    /// The list there, or an empty one.
    fn list(&self, pointer: &str) -> &[Value] {
        self.at(pointer).as_array().map_or(&[], Vec::as_slice)
    }
}

impl At for Value {
    fn at(&self, pointer: &str) -> &Value {
        self.pointer(pointer).unwrap_or(&Value::Null)
    }
}
