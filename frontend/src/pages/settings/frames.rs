//! Settings > Chats: the sites that may show the chats in a frame, and the code for them (A9). Must not judge a site: the
//! server does.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::fault::Fault;
use crate::api::request::Give;
use crate::api::workspace::{ChangeSwitches, SwitchesInput};
use crate::i18n::{Key, t};
use crate::pages::set_up::{general, words_for};
use crate::session::{noticed, store, toasts};
use crate::ui::copy::Copy;

/// The card's part. `known` are the sites as they are.
#[component]
pub fn Frames(known: Vec<String>) -> impl IntoView {
    let sites = RwSignal::new(known.join("\n"));
    let wrong = RwSignal::new(None::<Fault>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        wrong.set(None);
        let typed = sites.get_untracked();
        let origins = typed
            .split([',', '\n', ' '])
            .map(|line| line.trim().trim_end_matches('/').to_owned());
        let input = SwitchesInput {
            frame_origins: Some(origins.filter(|line| !line.is_empty()).collect()),
            ..SwitchesInput::default()
        };
        spawn_local(async move {
            match ChangeSwitches::send(input).await {
                Ok(payload) => {
                    if payload.settings.is_some() {
                        store().workspace.set(payload.settings);
                    }
                    toasts::say(t(Key::ChannelSaved).to_owned(), None);
                }
                Err(fault) => {
                    noticed(&fault);
                    let _ = wrong.try_set(Some(fault));
                }
            }
        });
    };
    let words = move || words_for(&wrong.get(), "frameOrigins");
    let code = || {
        let origin = window().location().origin().unwrap_or_default();
        format!("<iframe src=\"{origin}/embed\" title=\"Hilo\" allow=\"clipboard-write\"></iframe>")
    };
    let any = move || {
        store().workspace.with(|known| {
            known
                .as_ref()
                .is_some_and(|it| !it.frame_origins.is_empty())
        })
    };
    view! {
        <form class="frames" on:submit=submit>
            <h3>{t(Key::FramesTitle)}</h3>
            <div class="field">
                <label for="frames">{t(Key::FramesOrigins)}</label>
                <textarea id="frames" rows="2" data-testid="frames" placeholder="https://crm.example.com" aria-describedby="frames-note" aria-invalid=move || words().is_some().to_string() prop:value=move || sites.get() on:input=move |event| sites.set(event_target_value(&event))></textarea>
                <p class="note" id="frames-note" class:wrong=move || words().is_some()>{move || words().unwrap_or_else(|| t(Key::FramesHint).to_owned())}</p>
            </div>
            {move || general(&wrong.get()).map(|words| view! { <p class="note wrong" role="alert">{words}</p> })}
            <p class="form-acts"><button type="submit" class="button" data-testid="frames-save">{t(Key::Save)}</button></p>
            {move || any().then(|| view! { <Copy text=code() label=t(Key::FramesCode) testid="frames-code"/> })}
        </form>
    }
}
