//! The language of the interface: the first one comes with the page, another one when it is chosen. Must know no text.

use js_sys::{Array, Reflect};
use leptos::prelude::{GetUntracked, Set, document, window};
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{memory, store, toasts};
use crate::api::fault::Fault;
use crate::i18n::{self, Locale};

/// Speaks the language whose words `boot.js` has loaded.
pub fn begin() {
    let locale = store().locale.get_untracked();
    let list = Reflect::get(&window(), &"hiloWords".into());
    learn(locale, list.unwrap_or_default());
    i18n::set_current(locale);
}

/// Speaks another language, and remembers it.
pub fn speak(locale: Locale) {
    spawn_local(async move {
        if !i18n::knows(locale) {
            match fetch(locale).await {
                Ok(list) => learn(locale, list),
                Err(_) => return toasts::failed(&Fault::Network, move || speak(locale)),
            }
        }
        memory::keep_locale(locale);
        store().locale.set(locale);
    });
}

fn learn(locale: Locale, list: JsValue) {
    let list: Array = list.dyn_into().unwrap_or_default();
    let words = list.iter().map(|word| word.as_string().unwrap_or_default());
    i18n::learn(locale, words.collect());
}

async fn fetch(locale: Locale) -> Result<JsValue, JsValue> {
    let script = document().query_selector("script[data-program]")?;
    let attribute = format!("data-words-{}", locale.tag());
    let address = script.and_then(|script| script.get_attribute(&attribute));
    let address = address.ok_or("no address")?;
    let response = JsFuture::from(window().fetch_with_str(&address)).await?;
    let response: web_sys::Response = response.dyn_into()?;
    JsFuture::from(response.json()?).await
}
