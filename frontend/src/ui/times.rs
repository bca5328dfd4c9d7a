//! Times say exactly when while they are pointed at. Must not draw them.

use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

use crate::i18n::{DateStyle, date};

/// Puts the exact moment into the tooltip of the time that is pointed at: hundreds are drawn, and few are asked.
pub fn tell_exactly(event: &PointerEvent) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let time = target.and_then(|it| it.closest("time[datetime]").ok().flatten());
    if let Some(time) = time
        && let Some(at) = time.get_attribute("datetime")
    {
        let _ = time.set_attribute("title", &date(&at, DateStyle::Exact));
    }
}
