//! A labelled input with its hint and its error. Must not know what it asks for.

use leptos::html::Input;
use leptos::prelude::*;

use super::focus;

/// One line of a form. `wrong` holds the error to show under it.
#[component]
pub fn Field(
    id: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] autocomplete: &'static str,
    #[prop(optional)] testid: &'static str,
    #[prop(optional)] optional: bool,
    #[prop(optional)] focus: bool,
    #[prop(optional)] minlength: u32,
    #[prop(optional, into)] wrong: Signal<Option<String>>,
) -> impl IntoView {
    let note = format!("{id}-note");
    let described = note.clone();
    let here = NodeRef::<Input>::new();
    // The browser's `autofocus` counts only while a page loads.
    if focus {
        focus::returns();
        focus::soon(move || here.get_untracked());
    }
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                node_ref=here
                id=id
                name=id
                type=kind
                autocomplete=autocomplete
                data-testid=testid
                required=!optional
                autofocus=focus
                minlength=(minlength > 0).then_some(minlength)
                aria-describedby=described
                aria-invalid=move || wrong.get().is_some().to_string()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p class="note" id=note class:wrong=move || wrong.get().is_some()>
                {move || wrong.get().unwrap_or_else(|| hint.to_owned())}
            </p>
        </div>
    }
}
