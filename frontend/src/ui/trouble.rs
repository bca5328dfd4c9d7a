//! What happened, what is kept, what to do: in place of what did not come.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::icon::{Icon, icon};
use crate::api::fault::Fault;
use crate::api::live::Connection;
use crate::i18n::{Key, t};
use crate::remote::Remote;
use crate::session::{asking::Asked, store};
use crate::ui::live::{drawn, effect};

/// A fault in words, with another try where that makes sense.
#[component]
pub fn Trouble(fault: Fault, #[prop(into)] again: UnsyncCallback<()>) -> impl IntoView {
    let hopeful = fault.may_pass();
    // What a cut line kept away comes by itself when the line is back.
    let cut = fault == Fault::Network;
    let outdated = fault == Fault::Outdated;
    let connection = store().connection;
    let before = StoredValue::new(connection.get_untracked());
    effect(move || {
        let now = connection.get();
        let back = now == Connection::Open && before.get_value() != now;
        before.set_value(now);
        if cut && back {
            again.run(());
        }
    });
    let press = move |event: web_sys::MouseEvent| {
        // The button goes; the focus stays in the menu it was in, for its keys.
        let button: Option<Element> = event.current_target().and_then(|it| it.dyn_into().ok());
        let menu = button.and_then(|button| button.closest(".dropped").ok().flatten());
        if let Some(menu) = menu.and_then(|menu| menu.dyn_into::<HtmlElement>().ok()) {
            let _ = menu.focus();
        }
        again.run(());
    };
    view! {
        <div class="trouble" role="alert" data-testid="trouble">
            {icon(Icon::Unplugged)}
            <p>{fault.words()}</p>
            {hopeful.then(|| view! {
                <button type="button" class="button" data-testid="try-again" on:click=press>{icon(Icon::Retry)} {t(Key::TryAgain)}</button>
            })}
            {outdated.then(|| view! { <a class="button" href="" data-testid="reload">{icon(Icon::Retry)} {t(Key::PanicReload)}</a> })}
        </div>
    }
}

/// What was asked for as it is drawn; until it is here that it takes long, or why it did not come and another try.
pub fn shown<T: Send + Sync + 'static>(
    asked: Asked<T>,
    draw: impl Fn(&T) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    drawn(move || {
        asked.known.with(|known| match known {
            Remote::Loading => ().into_any(),
            Remote::Slow => view! { <p class="note">{t(Key::StateLoading)}</p> }.into_any(),
            Remote::Failed(fault) => {
                let fault = fault.clone();
                view! { <Trouble fault again=move || asked.again.run(())/> }.into_any()
            }
            Remote::Ready(it) => draw(it),
        })
    })
}
