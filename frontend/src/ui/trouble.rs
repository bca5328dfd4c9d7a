//! What happened, what is kept, what to do: in place of what did not come.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::api::fault::Fault;
use crate::i18n::{Key, t};

/// A fault in words, with another try where that makes sense.
#[component]
pub fn Trouble(fault: Fault, #[prop(into)] again: UnsyncCallback<()>) -> impl IntoView {
    let hopeful = fault.may_pass();
    view! {
        <div class="trouble" role="alert">
            {icon(Icon::Unplugged)}
            <p>{fault.words()}</p>
            {hopeful.then(|| view! {
                <button type="button" class="button" on:click=move |_| again.run(())>{icon(Icon::Retry)} {t(Key::TryAgain)}</button>
            })}
        </div>
    }
}
