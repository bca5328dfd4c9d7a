//! Dates and numbers as the reader's language writes them, by the browser's `Intl`. Must not run outside a browser
//! (native tests get plain stand-ins).

#[cfg(target_arch = "wasm32")]
use {
    js_sys::{Array, Date, Intl, Object, Reflect},
    wasm_bindgen::{JsCast, JsValue},
};

/// How much of a moment to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateStyle {
    /// `14:05` today, `Tue 14:05` this week, the date before.
    Short,
    /// `14:05`.
    Time,
    /// The day as a heading: `Tuesday, 18 November`.
    Day,
    /// A moment to come: `14:05` today, `Tue 14:05` within a week, else the date and the time.
    Coming,
    /// Everything, for tooltips.
    Exact,
}

/// Now, in milliseconds since 1970.
#[cfg(target_arch = "wasm32")]
pub fn now() -> f64 {
    Date::now()
}

/// A moment (RFC 3339) in milliseconds since 1970; 0 for what is none.
#[cfg(target_arch = "wasm32")]
pub fn millis(moment: &str) -> f64 {
    let at = Date::parse(moment);
    if at.is_nan() { 0.0 } else { at }
}

/// A moment in milliseconds since 1970 as RFC 3339 in UTC.
#[cfg(target_arch = "wasm32")]
pub fn moment(millis: f64) -> String {
    let at = Date::new(&JsValue::from_f64(millis));
    if at.get_time().is_nan() {
        return String::new();
    }
    at.to_iso_string().into()
}

/// The reader's calendar day of a moment (RFC 3339), comparable for equality only.
#[cfg(target_arch = "wasm32")]
pub fn day_key(moment: &str) -> String {
    String::from(Date::new(&JsValue::from_str(moment)).to_date_string())
}

/// A moment (RFC 3339) in words.
#[cfg(target_arch = "wasm32")]
pub fn date(moment: &str, style: DateStyle) -> String {
    let at = Date::new(&JsValue::from_str(moment));
    if at.get_time().is_nan() {
        return String::new();
    }
    let now = Date::new_0();
    let today = at.to_date_string() == now.to_date_string();
    let recent = (now.get_time() - at.get_time()).abs() < 6.0 * 86_400_000.0;
    let same_year = at.get_full_year() == now.get_full_year();
    let time: &[(&str, &str)] = &[
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("hourCycle", "h23"),
    ];
    let options: Vec<(&str, &str)> = match style {
        DateStyle::Time => time.to_vec(),
        DateStyle::Short | DateStyle::Coming if today => time.to_vec(),
        DateStyle::Coming if !recent => [&[("day", "numeric"), ("month", "short")], time].concat(),
        DateStyle::Short | DateStyle::Coming if recent => [&[("weekday", "short")], time].concat(),
        DateStyle::Short if same_year => vec![("day", "numeric"), ("month", "short")],
        DateStyle::Short | DateStyle::Coming => {
            vec![("day", "numeric"), ("month", "short"), ("year", "numeric")]
        }
        DateStyle::Day if same_year => {
            vec![("weekday", "long"), ("day", "numeric"), ("month", "long")]
        }
        DateStyle::Day => vec![
            ("weekday", "long"),
            ("day", "numeric"),
            ("month", "long"),
            ("year", "numeric"),
        ],
        DateStyle::Exact => [
            &[
                ("weekday", "short"),
                ("day", "numeric"),
                ("month", "long"),
                ("year", "numeric"),
            ],
            time,
        ]
        .concat(),
    };
    let bag = Object::new();
    for (name, value) in options {
        let _ = Reflect::set(&bag, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let format = Intl::DateTimeFormat::new(&language(), &bag).format();
    let shown = format
        .call1(&JsValue::UNDEFINED, at.unchecked_ref())
        .ok()
        .and_then(|text| text.as_string());
    shown.unwrap_or_default()
}

/// A whole number with the language's separators.
#[cfg(target_arch = "wasm32")]
pub fn number(value: i64) -> String {
    decimal(value as f64)
}

/// A number as the language writes it, with at most three decimals.
#[cfg(target_arch = "wasm32")]
pub fn decimal(value: f64) -> String {
    let format = Intl::NumberFormat::new(&language(), &Object::new()).format();
    let shown = format
        .call1(&JsValue::UNDEFINED, &JsValue::from_f64(value))
        .ok();
    shown.and_then(|text| text.as_string()).unwrap_or_default()
}

/// English is written with the 24-hour clock and the day first, as the other three are.
#[cfg(target_arch = "wasm32")]
fn language() -> Array {
    let tag = match super::current() {
        super::Locale::En => "en-GB",
        other => other.tag(),
    };
    Array::of1(&JsValue::from_str(tag))
}

/// Outside a browser there is no clock here.
#[cfg(not(target_arch = "wasm32"))]
pub fn now() -> f64 {
    0.0
}

/// Outside a browser moments are not read.
#[cfg(not(target_arch = "wasm32"))]
pub fn millis(_moment: &str) -> f64 {
    0.0
}

/// Outside a browser moments are not written.
#[cfg(not(target_arch = "wasm32"))]
pub fn moment(_millis: f64) -> String {
    String::new()
}

/// Outside a browser: the day in UTC.
#[cfg(not(target_arch = "wasm32"))]
pub fn day_key(moment: &str) -> String {
    moment.chars().take(10).collect()
}

/// Outside a browser: the moment as it is.
#[cfg(not(target_arch = "wasm32"))]
pub fn date(moment: &str, _style: DateStyle) -> String {
    moment.to_owned()
}

/// Outside a browser: plain digits.
#[cfg(not(target_arch = "wasm32"))]
pub fn number(value: i64) -> String {
    value.to_string()
}

/// Outside a browser: plain digits.
#[cfg(not(target_arch = "wasm32"))]
pub fn decimal(value: f64) -> String {
    value.to_string()
}
