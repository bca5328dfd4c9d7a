//! When the program fails, the page says so and offers to start again. Must not use anything that may have failed.

use std::sync::atomic::{AtomicBool, Ordering};

use web_sys::{Document, Element};

use crate::i18n::{Key, t};

/// What fails after the first time fails because of it: that is neither told nor shown again.
static FALLEN: AtomicBool = AtomicBool::new(false);

/// Shows a banner instead of a dead page.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        web_sys_error(&info.to_string());
        if FALLEN.swap(true, Ordering::Relaxed) {
            return;
        }
        // The words of a failure may quote what somebody wrote; where it was does not.
        if let (Some(place), Some(window)) = (info.location(), web_sys::window()) {
            let place = place.to_string();
            let _ = window
                .navigator()
                .send_beacon_with_opt_str("/page-failures", Some(&place));
        }
        let _ = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| show(&document));
    }));
}

fn web_sys_error(words: &str) {
    let console = js_sys::Reflect::get(&js_sys::global(), &"console".into());
    let error = console
        .as_ref()
        .ok()
        .and_then(|console| js_sys::Reflect::get(console, &"error".into()).ok());
    if let Some(error) = error.map(js_sys::Function::from) {
        let _ = error.call1(&wasm_bindgen::JsValue::UNDEFINED, &words.into());
    }
}

fn show(document: &Document) -> Option<()> {
    let banner: Element = document.create_element("div").ok()?;
    banner.set_class_name("fallen");
    banner.set_attribute("role", "alert").ok()?;
    banner.set_text_content(Some(t(Key::PanicWords)));
    let reload = document.create_element("a").ok()?;
    reload.set_attribute("href", "").ok()?;
    reload.set_class_name("button primary");
    reload.set_text_content(Some(t(Key::PanicReload)));
    banner.append_child(&reload).ok()?;
    document.body()?.append_child(&banner).ok()?;
    Some(())
}
