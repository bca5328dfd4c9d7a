//! JSON text and trees, with the browser's own reader and quoting: a second one would be loaded for nothing, its
//! tables for fractions most of all. Must not know what the trees mean.

use js_sys::{Array, JSON, Object};
use serde_json::{Map, Number, Value};
use wasm_bindgen::{JsCast, JsValue};

/// Whole numbers up to here are exact in JavaScript.
const EXACT: f64 = 9_007_199_254_740_991.0;

/// Reads a text; `None` when it is not JSON.
pub fn parse(text: &str) -> Option<Value> {
    JSON::parse(text).ok().map(|value| tree(&value))
}

fn tree(value: &JsValue) -> Value {
    if let Some(text) = value.as_string() {
        Value::String(text)
    } else if let Some(flag) = value.as_bool() {
        Value::Bool(flag)
    } else if let Some(number) = value.as_f64() {
        number_of(number)
    } else if let Some(list) = value.dyn_ref::<Array>() {
        Value::Array(list.iter().map(|item| tree(&item)).collect())
    } else if let Some(object) = value.dyn_ref::<Object>() {
        // One by one: building a map at once sorts it first, which is a whole sort to load.
        let mut fields = Map::new();
        for pair in Object::entries(object).iter() {
            let pair: Array = pair.unchecked_into();
            if let Some(name) = pair.get(0).as_string() {
                fields.insert(name, tree(&pair.get(1)));
            }
        }
        Value::Object(fields)
    } else {
        Value::Null
    }
}

fn number_of(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= EXACT {
        Value::Number(Number::from(number as i64))
    } else {
        Number::from_f64(number).map_or(Value::Null, Value::Number)
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
