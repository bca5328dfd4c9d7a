//! Until when a chat can be put aside with one choice. Must not know a browser, apart from its clock.

use crate::i18n::Key;

/// The hour at which a day begins.
const MORNING: u32 = 9;
const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

/// The reader's time of day and week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Minutes since midnight.
    pub minute: u32,
    /// Days since Monday.
    pub weekday: u32,
}

impl Clock {
    /// As the browser tells it.
    #[cfg(target_arch = "wasm32")]
    pub fn now() -> Self {
        let now = js_sys::Date::new_0();
        Self {
            minute: now.get_hours() * HOUR + now.get_minutes(),
            weekday: (now.get_day() + 6) % 7,
        }
    }

    /// Outside a browser: Monday midnight.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn now() -> Self {
        Self {
            minute: 0,
            weekday: 0,
        }
    }
}

/// The choices and how many minutes from now they are.
pub fn times(now: Clock) -> Vec<(Key, u32)> {
    let morning_after = |days: u32| days * DAY + MORNING * HOUR - now.minute.min(DAY);
    let mut times = vec![(Key::SnoozeHour, HOUR)];
    if now.minute + 3 * HOUR < 22 * HOUR {
        times.push((Key::SnoozeLater, 3 * HOUR));
    }
    times.push((Key::SnoozeTomorrow, morning_after(1)));
    // On Sunday tomorrow is Monday already.
    if now.weekday < 6 {
        times.push((Key::SnoozeMonday, morning_after(7 - now.weekday)));
    }
    times
}

/// The moment so many minutes from now (RFC 3339, whole minutes).
#[cfg(target_arch = "wasm32")]
pub fn moment(minutes: u32) -> String {
    let at = js_sys::Date::now() + f64::from(minutes) * 60_000.0;
    let whole = (at / 60_000.0).floor() * 60_000.0;
    js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(whole))
        .to_iso_string()
        .into()
}

/// Outside a browser: the number itself.
#[cfg(not(target_arch = "wasm32"))]
pub fn moment(minutes: u32) -> String {
    minutes.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(weekday: u32, hour: u32) -> Vec<(Key, u32)> {
        times(Clock {
            minute: hour * HOUR,
            weekday,
        })
    }

    #[test]
    fn p13_tomorrow_and_monday_are_in_the_morning() {
        let times = at(2, 15);
        assert!(times.contains(&(Key::SnoozeTomorrow, 18 * HOUR)));
        assert!(times.contains(&(Key::SnoozeMonday, 4 * DAY + 18 * HOUR)));
        assert!(times.contains(&(Key::SnoozeLater, 3 * HOUR)));
    }

    #[test]
    fn p13_late_in_the_evening_there_is_no_later_today() {
        assert!(
            !at(2, 21)
                .iter()
                .any(|(words, _)| *words == Key::SnoozeLater)
        );
    }

    #[test]
    fn p13_on_sunday_monday_is_tomorrow() {
        assert!(
            !at(6, 10)
                .iter()
                .any(|(words, _)| *words == Key::SnoozeMonday)
        );
    }
}
