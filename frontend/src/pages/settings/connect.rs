//! The form that connects a channel which a program feeds: its kind, name and account. Must not know the web chat.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::fault::Fault;
use crate::api::graphql::{ChannelKind, Id};
use crate::api::queries::Channel;
use crate::api::request::Give;
use crate::api::workspace::{ConnectChannel, ConnectChannelInput};
use crate::i18n::{Key, t};
use crate::pages::set_up::{general, words_for};
use crate::session::noticed;
use crate::ui::field::Field;
use crate::ui::names;

/// The kinds that programs connect.
const KINDS: [ChannelKind; 9] = [
    ChannelKind::Whatsapp,
    ChannelKind::Messenger,
    ChannelKind::Instagram,
    ChannelKind::Telegram,
    ChannelKind::Sms,
    ChannelKind::Email,
    ChannelKind::Call,
    ChannelKind::Voicemail,
    ChannelKind::Api,
];

/// The form.
#[component]
pub fn Connect(done: Callback<Channel>, #[prop(into)] cancel: UnsyncCallback<()>) -> impl IntoView {
    let key = StoredValue::new(uuid::Uuid::new_v4().to_string());
    let kind = RwSignal::new(ChannelKind::Whatsapp);
    let [name, page] = [(); 2].map(|()| RwSignal::new(String::new()));
    let wrong = RwSignal::new(None::<Fault>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        wrong.set(None);
        let input = ConnectChannelInput {
            idempotency_key: Id::new(key.get_value()),
            kind: kind.get_untracked(),
            name: name.get_untracked(),
            page: Some(page.get_untracked().trim().to_owned()).filter(|page| !page.is_empty()),
        };
        spawn_local(async move {
            match ConnectChannel::send(input).await {
                Ok(payload) => {
                    if let Some(channel) = payload.channel {
                        let _ = done.try_run(channel);
                    }
                }
                Err(fault) => {
                    noticed(&fault);
                    let _ = key.try_set_value(uuid::Uuid::new_v4().to_string());
                    let _ = wrong.try_set(Some(fault));
                }
            }
        });
    };
    let choose = move |event| {
        let chosen = event_target_value(&event);
        let found = KINDS.iter().find(|kind| format!("{kind:?}") == chosen);
        kind.set(found.copied().unwrap_or(ChannelKind::Api));
    };
    let option = |kind: ChannelKind| view! { <option value=format!("{kind:?}")>{names::channel_kind(kind)}</option> };
    let of = move |field: &'static str| Signal::derive(move || words_for(&wrong.get(), field));
    view! {
        <form class="card form" data-testid="connect-form" on:submit=submit>
            <h2>{t(Key::ConnectTitle)}</h2>
            <p class="note">{t(Key::ConnectHint)}</p>
            <div class="field">
                <label for="connect-kind">{t(Key::ConnectKind)}</label>
                <select id="connect-kind" data-testid="connect-kind" on:change=choose>{KINDS.map(option).collect_view()}</select>
            </div>
            <Field id="connect-name" label=t(Key::ChannelName) hint=t(Key::ChannelNameHint) value=name autocomplete="off" testid="connect-name" wrong=of("name")/>
            <Field id="connect-page" label=t(Key::ConnectPage) hint=t(Key::ConnectPageHint) value=page optional=true autocomplete="off" testid="connect-page" wrong=of("page")/>
            {move || general(&wrong.get()).map(|words| view! { <p class="note wrong" role="alert">{words}</p> })}
            <p class="form-acts">
                <button type="submit" class="button primary" data-testid="connect-submit">{t(Key::ConnectButton)}</button>
                <button type="button" class="button" on:click=move |_| cancel.run(())>{t(Key::Cancel)}</button>
            </p>
        </form>
    }
}
