//! What happened, what is kept, what to do: in place of what did not come.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::api::fault::Fault;
use crate::i18n::{Key, t};
use crate::remote::Remote;
use crate::session::asking::Asked;

/// A fault in words, with another try where that makes sense.
#[component]
pub fn Trouble(fault: Fault, #[prop(into)] again: UnsyncCallback<()>) -> impl IntoView {
    let hopeful = fault.may_pass();
    view! {
        <div class="trouble" role="alert" data-testid="trouble">
            {icon(Icon::Unplugged)}
            <p>{fault.words()}</p>
            {hopeful.then(|| view! {
                <button type="button" class="button" data-testid="try-again" on:click=move |_| again.run(())>{icon(Icon::Retry)} {t(Key::TryAgain)}</button>
            })}
        </div>
    }
}

/// What was asked for as it is drawn; until it is here that it takes long, or why it did not come and another try.
pub fn shown<T: Send + Sync + 'static>(
    asked: Asked<T>,
    draw: impl Fn(&T) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    move || {
        asked.known.with(|known| match known {
            Remote::Loading => ().into_any(),
            Remote::Slow => view! { <p class="note">{t(Key::StateLoading)}</p> }.into_any(),
            Remote::Failed(fault) => {
                let fault = fault.clone();
                view! { <Trouble fault again=move || asked.again.run(())/> }.into_any()
            }
            Remote::Ready(it) => draw(it),
        })
    }
}
