//! Dates and numbers as the reader's language writes them, by the browser's `Intl`. Must not run outside a browser
//! (native tests get plain stand-ins).

#[cfg(target_arch = "wasm32")]
use {
    js_sys::{Array, Date, Function, Intl, Object, Reflect},
    std::cell::RefCell,
    wasm_bindgen::{JsCast, JsValue},
};

use std::ops::Range;

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

/// The reader's calendar day of a moment (RFC 3339): from its first second since 1970 to that of the next day.
#[cfg(target_arch = "wasm32")]
pub fn day(moment: &str) -> Range<i64> {
    day_of(&Date::new(&JsValue::from_str(moment)))
}

#[cfg(target_arch = "wasm32")]
fn day_of(at: &Date) -> Range<i64> {
    let midnight = |after: i32| {
        let date = at.get_date().cast_signed() + after;
        let (year, month) = (at.get_full_year(), at.get_month().cast_signed());
        let day = Date::new_with_year_month_day(year, month, date);
        (day.get_time() / 1_000.0) as i64
    };
    midnight(0)..midnight(1)
}

/// The parts of a date that are shown together.
#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy)]
enum Parts {
    Time,
    WeekdayTime,
    DayTime,
    Day,
    DayYear,
    LongDay,
    LongDayYear,
    Exact,
}

#[cfg(target_arch = "wasm32")]
const WITH_YEAR: [(&str, &str); 4] = [
    ("weekday", "long"),
    ("day", "numeric"),
    ("month", "long"),
    ("year", "numeric"),
];

#[cfg(target_arch = "wasm32")]
impl Parts {
    fn of(style: DateStyle, at: &Date) -> Self {
        let now = Date::new_0();
        let seconds = (at.get_time() / 1_000.0) as i64;
        let today = || day_of(&now).contains(&seconds);
        let recent = (now.get_time() - at.get_time()).abs() < 6.0 * 86_400_000.0;
        let same_year = || at.get_full_year() == now.get_full_year();
        match style {
            DateStyle::Time => Self::Time,
            DateStyle::Exact => Self::Exact,
            DateStyle::Day if same_year() => Self::LongDay,
            DateStyle::Day => Self::LongDayYear,
            DateStyle::Short | DateStyle::Coming if recent && today() => Self::Time,
            DateStyle::Short | DateStyle::Coming if recent => Self::WeekdayTime,
            DateStyle::Coming => Self::DayTime,
            DateStyle::Short if same_year() => Self::Day,
            DateStyle::Short => Self::DayYear,
        }
    }

    /// The options of the browser's formatter.
    fn options(self) -> Object {
        let (date, time): (&[(&str, &str)], bool) = match self {
            Self::Time => (&[], true),
            Self::WeekdayTime => (&[("weekday", "short")], true),
            Self::DayTime => (&[("day", "numeric"), ("month", "short")], true),
            Self::Day => (&[("day", "numeric"), ("month", "short")], false),
            Self::DayYear => (
                &[("day", "numeric"), ("month", "short"), ("year", "numeric")],
                false,
            ),
            Self::LongDay => (WITH_YEAR.split_at(3).0, false),
            Self::LongDayYear => (&WITH_YEAR, false),
            Self::Exact => (WITH_YEAR.split_at(1).1, true),
        };
        let clock: &[(&str, &str)] = &[
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            ("hourCycle", "h23"),
        ];
        let bag = Object::new();
        let set = |name: &str, value: &str| {
            let _ = Reflect::set(&bag, &JsValue::from_str(name), &JsValue::from_str(value));
        };
        date.iter().for_each(|(name, value)| set(name, value));
        if time {
            clock.iter().for_each(|(name, value)| set(name, value));
        }
        if matches!(self, Self::Exact) {
            set("weekday", "short");
        }
        bag
    }
}

/// The browser's formatters of one language: making one costs as much as a hundred dates written with it.
#[cfg(target_arch = "wasm32")]
#[derive(Default)]
struct Formats {
    language: super::Locale,
    of_dates: [Option<Function>; 8],
    of_numbers: Option<Function>,
}

#[cfg(target_arch = "wasm32")]
thread_local! {
    static FORMATS: RefCell<Formats> = RefCell::default();
}

#[cfg(target_arch = "wasm32")]
fn formatted(
    value: &JsValue,
    slot: impl FnOnce(&mut Formats) -> Option<&mut Option<Function>>,
    make: impl FnOnce() -> Function,
) -> String {
    let format = FORMATS.with_borrow_mut(|formats| {
        if formats.language != super::current() {
            *formats = Formats {
                language: super::current(),
                ..Formats::default()
            };
        }
        slot(formats).map(|slot| slot.get_or_insert_with(make).clone())
    });
    let shown = format.and_then(|format| format.call1(&JsValue::UNDEFINED, value).ok());
    shown.and_then(|text| text.as_string()).unwrap_or_default()
}

/// A moment (RFC 3339) in words.
#[cfg(target_arch = "wasm32")]
pub fn date(moment: &str, style: DateStyle) -> String {
    let at = Date::new(&JsValue::from_str(moment));
    if at.get_time().is_nan() {
        return String::new();
    }
    let parts = Parts::of(style, &at);
    formatted(
        &at,
        |formats| formats.of_dates.get_mut(parts as usize),
        || Intl::DateTimeFormat::new(&language(), &parts.options()).format(),
    )
}

/// A whole number with the language's separators.
#[cfg(target_arch = "wasm32")]
pub fn number(value: i64) -> String {
    // Below a thousand there is nothing to separate.
    if (0..1_000).contains(&value) {
        return value.to_string();
    }
    decimal(value as f64)
}

/// A number as the language writes it, with at most three decimals.
#[cfg(target_arch = "wasm32")]
pub fn decimal(value: f64) -> String {
    formatted(
        &JsValue::from_f64(value),
        |formats| Some(&mut formats.of_numbers),
        || Intl::NumberFormat::new(&language(), &Object::new()).format(),
    )
}

/// The name of a language by its tag (BCP 47), as the reader's language has it; the tag itself where it has none.
#[cfg(target_arch = "wasm32")]
pub fn language_name(tag: &str) -> String {
    let options = Object::new();
    let set = |name: &str, value: &str| Reflect::set(&options, &name.into(), &value.into());
    let named = || {
        set("type", "language")?;
        set("languageDisplay", "standard")?;
        let names = Intl::DisplayNames::new(&language(), &options);
        let of: Function = Reflect::get(&names, &"of".into())?.dyn_into()?;
        // It throws at what is no tag.
        of.call1(&names, &tag.replace('_', "-").into())
    };
    let name = named().ok().and_then(|name: JsValue| name.as_string());
    name.unwrap_or_else(|| tag.to_owned())
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

/// Outside a browser there is one day.
#[cfg(not(target_arch = "wasm32"))]
pub fn day(_moment: &str) -> Range<i64> {
    i64::MIN..i64::MAX
}

/// Outside a browser: the moment as it is.
#[cfg(not(target_arch = "wasm32"))]
pub fn date(moment: &str, _style: DateStyle) -> String {
    moment.to_owned()
}

/// Outside a browser: the tag.
#[cfg(not(target_arch = "wasm32"))]
pub fn language_name(tag: &str) -> String {
    tag.to_owned()
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
