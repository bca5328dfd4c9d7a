//! JSON text and trees. What is common (plain texts, whole numbers) is read here in one pass; what is rare goes to the
//! browser's own reader and quoting, whose tables are not loaded a second time. Must not know what the trees mean.

use js_sys::JSON;
use serde_json::{Map, Number, Value};
use wasm_bindgen::JsValue;

/// Reads a text; `None` when it is not JSON.
pub fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value()?;
    reader.blank();
    reader.byte().is_none().then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        self.take(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
    }

    /// All bytes of a kind from here on. They end at a byte of ASCII, which is never the middle of a letter.
    fn take(&mut self, of_kind: fn(u8) -> bool) -> &'a str {
        let from = self.at;
        while self.byte().is_some_and(of_kind) {
            self.at += 1;
        }
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn eat(&mut self, wanted: u8) -> bool {
        self.blank();
        let here = self.byte() == Some(wanted);
        self.at += usize::from(here);
        here
    }

    fn value(&mut self) -> Option<Value> {
        self.blank();
        match self.byte()? {
            b'"' => self.string().map(Value::String),
            b'[' => {
                let mut list = Vec::new();
                self.members(b']', |reader| {
                    list.push(reader.value()?);
                    Some(())
                })?;
                Some(Value::Array(list))
            }
            b'{' => {
                let mut fields = Map::new();
                self.members(b'}', |reader| {
                    reader.blank();
                    let name = reader.string()?;
                    let value = reader.eat(b':').then(|| reader.value())??;
                    fields.insert(name, value);
                    Some(())
                })?;
                Some(Value::Object(fields))
            }
            b'a'..=b'z' => match self.take(|byte| byte.is_ascii_lowercase()) {
                "null" => Some(Value::Null),
                "true" => Some(Value::Bool(true)),
                "false" => Some(Value::Bool(false)),
                _ => None,
            },
            _ => self.number(),
        }
    }

    /// What stands between two brackets, with commas between.
    fn members(&mut self, end: u8, mut one: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.eat(end) {
            return Some(());
        }
        loop {
            one(self)?;
            if self.eat(end) {
                return Some(());
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let from = self.at;
        if !self.eat(b'"') {
            return None;
        }
        let plain = self.take(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
        if self.eat_here(b'"') {
            return Some(plain.to_owned());
        }
        while self.eat_here(b'\\') {
            self.at += 1;
            self.take(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
        }
        let whole = self
            .eat_here(b'"')
            .then(|| self.text.get(from..self.at))??;
        match rare(whole)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn eat_here(&mut self, wanted: u8) -> bool {
        let here = self.byte() == Some(wanted);
        self.at += usize::from(here);
        here
    }

    fn number(&mut self) -> Option<Value> {
        let digits =
            self.take(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
        match digits.parse::<i64>() {
            Ok(whole) => Some(Value::Number(whole.into())),
            Err(_) => rare(digits),
        }
    }
}

/// A text with escapes, a fraction.
#[cfg(target_arch = "wasm32")]
fn rare(text: &str) -> Option<Value> {
    let value = JSON::parse(text).ok()?;
    match value.as_string() {
        Some(text) => Some(Value::String(text)),
        None => Some(Value::Number(Number::from_f64(value.as_f64()?)?)),
    }
}

/// Outside a browser there is another reader.
#[cfg(not(target_arch = "wasm32"))]
fn rare(text: &str) -> Option<Value> {
    let value = serde_json::from_str(text).ok()?;
    match value {
        Value::Number(number) => Number::from_f64(number.as_f64()?).map(Value::Number),
        Value::String(_) => Some(value),
        _ => None,
    }
}

/// Writes a tree as text.
pub fn text(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => out.push_str(&whole.to_string()),
            None => quote(&number.as_f64().unwrap_or_default().into(), out),
        },
        Value::String(text) => quote(&text.into(), out),
        Value::Array(list) => {
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(entries) => {
            out.push('{');
            for (index, (key, item)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quote(&key.into(), out);
                out.push(':');
                write(item, out);
            }
            out.push('}');
        }
    }
}

fn quote(value: &JsValue, out: &mut String) {
    let quoted = JSON::stringify(value).ok().map(String::from);
    out.push_str(quoted.as_deref().unwrap_or("null"));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for tree in [
            json!(null),
            json!([]),
            json!({}),
            json!([
                true,
                false,
                null,
                0,
                -7,
                9_007_199_254_740_993_i64,
                0.25,
                -1.5e300
            ]),
            json!({"": "", "a b": "ć \u{1f600}", "text": "a \"b\" \\ \n\t/ \u{7} c", "\n": ["\\", "\"", "\\\""]}),
            json!({"data": {"chats": [{"id": "c1", "tags": ["x"]}, {"id": "c2", "tags": []}]}}),
        ] {
            let (short, long) = (tree.to_string(), serde_json::to_string_pretty(&tree));
            assert_eq!(parse(&short).as_ref(), Some(&tree), "{short}");
            assert_eq!(parse(&long.unwrap()).as_ref(), Some(&tree), "{short}");
        }
        assert_eq!(
            parse(r#" "\u0141\ud83d\ude00" "#),
            Some(json!("Ł\u{1f600}"))
        );
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            " ",
            "{",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "\"",
            "\"a",
            "\"\\\"",
            "\"\\x\"",
            "\"a\nb\"",
            "nul",
            "nulls",
            "-",
            "1.",
            "--1",
            "1 1",
            "<html>",
            "{\"a\":1}}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        let text = "{\"a\":[1,{\"b\":\"ć\"}]}";
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            assert_eq!(parse(&text[..end]), None, "cut at {end}");
        }
    }
}
