//! Small and capital letters by the browser: Rust's own tables of them are ten kilobytes to load. Must not run outside a
//! browser (native tests get Rust's).

#[cfg(target_arch = "wasm32")]
use js_sys::{JsString, RegExp};

/// A text in small letters.
#[cfg(target_arch = "wasm32")]
pub fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

/// A text in capitals.
#[cfg(target_arch = "wasm32")]
pub fn upper(text: &str) -> String {
    JsString::from(text).to_upper_case().into()
}

/// Is it a letter or a digit of any script?
#[cfg(target_arch = "wasm32")]
pub fn is_word(letter: char) -> bool {
    thread_local! {
        static WORD: RegExp = RegExp::new(r"[\p{Alphabetic}\p{N}]", "u");
    }
    if letter.is_ascii() {
        return letter.is_ascii_alphanumeric();
    }
    WORD.with(|word| word.test(letter.encode_utf8(&mut [0; 4])))
}

/// A text in small letters.
#[cfg(not(target_arch = "wasm32"))]
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// A text in capitals.
#[cfg(not(target_arch = "wasm32"))]
pub fn upper(text: &str) -> String {
    text.to_uppercase()
}

/// Is it a letter or a digit of any script?
#[cfg(not(target_arch = "wasm32"))]
pub fn is_word(letter: char) -> bool {
    letter.is_alphanumeric()
}
