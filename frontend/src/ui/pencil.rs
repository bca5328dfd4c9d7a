//! A value with a pencil: shown as text, changed in place. Enter keeps it, Escape leaves it; what was refused stays, with
//! the reason. Must not know what it is.

use leptos::html::{Input, Textarea};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::focus;
use super::icon::{Icon, icon};
use crate::i18n::{Key, t, tf};
use crate::ui::live::{drawn, effect};

/// What was typed, and where to say how that went: nothing when it was taken, else why not.
pub type Typed = (String, Callback<Option<String>>);

/// How a value is shown where it is more than a text.
pub type Shows = Box<dyn Fn() -> AnyView + Send + Sync>;

/// One line, or several when `lines` is set.
#[component]
pub fn Pencil(
    label: &'static str,
    #[prop(into)] value: Signal<String>,
    save: Callback<Typed>,
    #[prop(optional)] lines: bool,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] shows: Option<Shows>,
    #[prop(optional)] testid: &'static str,
) -> impl IntoView {
    let editing = RwSignal::new(false);
    let shown = drawn(move || {
        let text = value.get();
        if text.is_empty() {
            view! { <span class="pencil-none">{t(Key::PencilNone)}</span> }.into_any()
        } else if let Some(shows) = &shows {
            view! { <span class="pencil-text">{shows()}</span> }.into_any()
        } else {
            view! { <span class="pencil-text" dir="auto">{text}</span> }.into_any()
        }
    });
    view! {
        <div class="pencil" data-testid=testid>
            <dt>{label}</dt>
            <dd>
                {move || if editing.get() {
                    view! { <Edit label value=value.get_untracked() save editing lines hint/> }.into_any()
                } else {
                    view! {
                        {shown.clone()}
                        <button type="button" class="button quiet square" aria-label=tf(Key::PencilEdit, &[("what", label)]) title=tf(Key::PencilEdit, &[("what", label)]) on:click=move |_| editing.set(true)>
                            {icon(Icon::Edit)}
                        </button>
                    }
                    .into_any()
                }}
            </dd>
        </div>
    }
}

#[component]
fn Edit(
    label: &'static str,
    value: String,
    save: Callback<Typed>,
    editing: RwSignal<bool>,
    lines: bool,
    hint: &'static str,
) -> impl IntoView {
    focus::returns();
    let before = value.clone();
    let text = RwSignal::new(value);
    let wrong = RwSignal::new(None::<String>);
    let told = Callback::new(move |why: Option<String>| {
        if why.is_none() {
            let _ = editing.try_set(false);
        }
        let _ = wrong.try_set(why);
    });
    let keep = move || {
        let now = text.get_untracked().trim().to_owned();
        if now == before {
            editing.set(false);
        } else {
            save.run((now, told));
        }
    };
    let enter = keep.clone();
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.is_composing() && (!lines || !event.shift_key()) => {
            event.prevent_default();
            enter();
        }
        "Escape" => {
            event.prevent_default();
            editing.set(false);
        }
        _ => {}
    };
    let input = move |event| text.set(event_target_value(&event));
    let field = if lines {
        let here: NodeRef<Textarea> = NodeRef::new();
        effect(move || {
            if let Some(field) = here.get() {
                let _ = field.focus();
            }
        });
        view! { <textarea node_ref=here rows="3" aria-label=label aria-invalid=move || wrong.get().is_some().to_string() prop:value=move || text.get() on:input=input on:keydown=key></textarea> }.into_any()
    } else {
        let here: NodeRef<Input> = NodeRef::new();
        effect(move || {
            if let Some(field) = here.get() {
                let _ = field.focus();
            }
        });
        view! { <input type="text" node_ref=here aria-label=label aria-invalid=move || wrong.get().is_some().to_string() prop:value=move || text.get() on:input=input on:keydown=key/> }.into_any()
    };
    view! {
        <span class="pencil-edit field">
            {field}
            {move || wrong.get().map(|why| view! { <span class="note wrong" role="alert">{why}</span> })}
            {(!hint.is_empty()).then(|| view! { <span class="note">{hint}</span> })}
            <span class="form-acts">
                <button type="button" class="button primary" data-testid="pencil-save" on:click=move |_| keep()>{t(Key::Save)}</button>
                <button type="button" class="button" on:click=move |_| editing.set(false)>{t(Key::Cancel)}</button>
            </span>
        </span>
    }
}
