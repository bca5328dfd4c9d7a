//! The height of the composer's field. Knows nothing of what is written.

use leptos::html::Textarea;
use leptos::prelude::*;

/// The field is as high as its text, up to 40 % of the pane (the style sheet's limit). Browsers that know how do it by
/// themselves; in the others it is measured after every key.
pub(super) fn grow_with_text(field: NodeRef<Textarea>, follow: impl Fn() + 'static) {
    const BY_ITSELF: &str = "field-sizing";
    Effect::new(move |by_itself: Option<bool>| {
        if by_itself == Some(true) {
            return true;
        }
        follow();
        let Some(field) = field.get() else {
            return false;
        };
        let style = web_sys::HtmlElement::style(&field);
        let _ = style.set_property(BY_ITSELF, "content");
        let knows = style.get_property_value(BY_ITSELF);
        if knows.is_ok_and(|value| !value.is_empty()) {
            return true;
        }
        request_animation_frame(move || {
            let style = web_sys::HtmlElement::style(&field);
            let _ = style.set_property("height", "auto");
            let _ = style.set_property("height", &format!("{}px", field.scroll_height() + 2));
        });
        false
    });
}
