//! What a view works out anew as what it reads changes, as one type for all that answer the same: a closure has a type of
//! its own, and each would bring its own copy of all that draws it. Must not know what is drawn.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;

/// A closure of a view.
pub type Live<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

/// A value, for an attribute.
pub fn live<T: 'static>(value: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Arc::new(Mutex::new(value))
}

/// A part of a view.
pub fn drawn<V: IntoAny>(mut draw: impl FnMut() -> V + Send + 'static) -> Live<AnyView> {
    Arc::new(Mutex::new(move || draw().into_any()))
}

/// Runs at once and each time what it reads changes.
pub fn effect(run: impl FnMut() + 'static) {
    start(Box::new(run));
}

fn start(run: Box<dyn FnMut()>) {
    Effect::new(run);
}
