//! What a channel narrows beyond its messenger's own rules: reading only, hours to answer in (A8, D3); and whether it
//! takes comments (E1). Must not know
//! the messenger's rules.

use leptos::prelude::*;

use crate::api::queries::Channel;
use crate::api::workspace::{
    SetChannelRules, SetChannelRulesInput, SwitchComments, SwitchCommentsInput,
};
use crate::i18n::{Key, t};
use crate::session::{asking, toasts};

/// The folded part of a channel's card.
#[component]
pub fn Rules(channel: Channel) -> impl IntoView {
    let read_only = RwSignal::new(channel.rules.read_only);
    let hours = RwSignal::new(
        channel
            .rules
            .reply_hours
            .map(|hours| hours.to_string())
            .unwrap_or_default(),
    );
    let comments = RwSignal::new(channel.receives_comments);
    let has_comments = channel.capabilities.comments;
    let id = StoredValue::new(channel.id);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(channel_id) = id.try_get_value() else {
            return;
        };
        let switch = SwitchCommentsInput {
            channel_id: channel_id.clone(),
            receive: has_comments && comments.get_untracked(),
        };
        let input = SetChannelRulesInput {
            channel_id,
            read_only: read_only.get_untracked(),
            reply_hours: hours.get_untracked().trim().parse().ok(),
        };
        asking::give::<SetChannelRules>(input, move |_| {
            asking::give::<SwitchComments>(switch.clone(), |_| {
                toasts::say(t(Key::ChannelSaved).to_owned(), None);
            });
        });
    };
    view! {
        <details class="access">
            <summary data-testid="channel-rules">{t(Key::RulesTitle)}</summary>
            <form on:submit=submit>
                <label class="tick-line"><input type="checkbox" data-testid="rules-read-only" prop:checked=move || read_only.get() on:change=move |event| read_only.set(event_target_checked(&event))/> {t(Key::RulesReadOnly)}</label>
                <p class="setting"><label>{t(Key::RulesHours)} " " <input type="number" min="1" max="8760" data-testid="rules-hours" prop:value=move || hours.get() on:input=move |event| hours.set(event_target_value(&event))/></label></p>
                <p class="note">{t(Key::RulesHoursHint)}</p>
                {has_comments.then(|| view! {
                    <label class="tick-line"><input type="checkbox" data-testid="rules-comments" prop:checked=move || comments.get() on:change=move |event| comments.set(event_target_checked(&event))/> {t(Key::RulesComments)}</label>
                })}
                <p class="form-acts"><button type="submit" class="button" data-testid="rules-save">{t(Key::Save)}</button></p>
            </form>
        </details>
    }
}
