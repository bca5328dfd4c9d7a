//! What cannot be taken back asks for a word to be typed first. Must not do it.

use leptos::html::Input;
use leptos::prelude::*;

use super::focus;
use crate::i18n::{Key, t, tf};
use crate::ui::live::drawn;

/// A button that unfolds the question; the act runs only after the word was typed.
#[component]
pub fn Confirm(
    button: &'static str,
    question: String,
    word: String,
    act: Callback<()>,
    #[prop(optional)] testid: &'static str,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let field = NodeRef::<Input>::new();
    let wanted = StoredValue::new(word.clone());
    let question = StoredValue::new(question);
    let matches = move || wanted.with_value(|word| typed.with(|typed| typed.trim() == word));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if matches() {
            open.set(false);
            act.run(());
        }
    };
    drawn(move || {
        if open.get() {
            focus::returns();
            focus::soon(move || field.get_untracked());
            let ask = tf(Key::ConfirmType, &[("word", &word)]);
            view! {
                <form class="confirm" data-testid=testid on:submit=submit>
                    <p>{question.get_value()}</p>
                    <label>{ask.clone()} <input type="text" autocomplete="off" node_ref=field prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/></label>
                    <span class="form-acts">
                        <button type="submit" class="button danger" disabled=move || !matches()>{button}</button>
                        <button type="button" class="button" on:click=move |_| open.set(false)>{t(Key::Cancel)}</button>
                    </span>
                </form>
            }
            .into_any()
        } else {
            view! {
                <button type="button" class="button danger" data-testid=format!("{testid}-open") on:click=move |_| { typed.set(String::new()); open.set(true); }>{button}</button>
            }
            .into_any()
        }
    })
}
