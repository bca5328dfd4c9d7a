//! Settings > Chats: the channels, their widget code, who may answer. Must not hold the forms (see `channel_form`).

use cynic::QueryBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Settings;
use super::access::Access;
use super::channel_form::ChannelForm;
use crate::api::http;
use crate::api::queries::{Channel, Channels};
use crate::i18n::{Key, t};
use crate::remote::Remote;
use crate::session::{grow_slow, noticed, store};
use crate::ui::copy::Copy;
use crate::ui::icon::{Icon, icon};
use crate::ui::names;
use crate::ui::trouble::Trouble;

/// The page.
#[component]
pub fn Chats() -> impl IntoView {
    let channels = RwSignal::new(Remote::<Vec<Channel>>::Loading);
    let adding = RwSignal::new(false);
    let ask = move || {
        let _ = channels.try_set(Remote::Loading);
        grow_slow(channels);
        spawn_local(async move {
            let answer = http::send(Channels::build(())).await;
            let _ = channels.try_set(match answer {
                Ok(found) => Remote::Ready(found.channels),
                Err(fault) => {
                    noticed(&fault);
                    Remote::Failed(fault)
                }
            });
        });
    };
    ask();
    let done = Callback::new(move |changed: Channel| {
        adding.set(false);
        channels.update(|channels| {
            if let Some(channels) = channels.ready_mut() {
                match channels.iter_mut().find(|channel| channel.id == changed.id) {
                    Some(channel) => *channel = changed,
                    None => channels.push(changed),
                }
            }
        });
    });
    let administrator = store().is_administrator();
    view! {
        <Settings title=t(Key::SettingsChats)>
            <p class="lead">{t(Key::ChannelsLead)}</p>
            {administrator.then_some(move || if adding.get() {
                view! { <ChannelForm done cancel=move || adding.set(false)/> }.into_any()
            } else {
                view! {
                    <button type="button" class="button primary" data-testid="connect-web-chat" on:click=move |_| adding.set(true)>
                        {icon(Icon::Plus)} {t(Key::ChannelsConnect)}
                    </button>
                }
                .into_any()
            })}
            {move || match channels.get() {
                Remote::Loading => ().into_any(),
                Remote::Slow => view! { <div class="row-skeletons" aria-hidden="true"><i></i><i></i></div> }.into_any(),
                Remote::Failed(fault) => view! { <Trouble fault again=ask/> }.into_any(),
                Remote::Ready(found) if found.is_empty() => view! { <p class="empty-words">{t(Key::ChannelsNone)}</p> }.into_any(),
                Remote::Ready(found) => {
                    found.into_iter().map(|channel| view! { <Card channel administrator done/> }).collect_view().into_any()
                }
            }}
        </Settings>
    }
}

#[component]
fn Card(channel: Channel, administrator: bool, done: Callback<Channel>) -> impl IntoView {
    let editing = RwSignal::new(false);
    let state = if channel.connected {
        Key::ChannelConnected
    } else {
        Key::ChannelDisconnected
    };
    let widget = channel.widget.clone().map(|widget| {
        view! {
            <h3>{t(Key::ChannelCode)}</h3>
            <p class="note">{t(Key::ChannelCodeHint)}</p>
            <Copy text=widget.code label=t(Key::ChannelCode) testid="widget-code"/>
            <h3>{t(Key::ChannelOrigins)}</h3>
            <ul class="origins">{widget.origins.into_iter().map(|origin| view! { <li><code>{origin}</code></li> }).collect_view()}</ul>
        }
    });
    let can_edit = administrator && channel.widget.is_some();
    let (of_form, of_access) = (channel.clone(), channel.clone());
    view! {
        <article class="card" data-testid="channel" data-channel-id=channel.id.inner().to_owned()>
            <header>
                <span class="badge large" data-kind=format!("{:?}", channel.kind)>{icon(Icon::of_channel(channel.kind))}</span>
                <h2>{channel.name.clone()}</h2>
                <span class="chip" class:ok=channel.connected>{t(state)}</span>
                {can_edit.then(|| view! {
                    <button type="button" class="button" data-testid="edit-channel" aria-expanded=move || editing.get().to_string() on:click=move |_| editing.update(|editing| *editing = !*editing)>
                        {t(Key::ChannelEdit)}
                    </button>
                })}
            </header>
            <p class="note">{names::channel_kind(channel.kind)}</p>
            {move || if editing.get() {
                view! { <ChannelForm channel=of_form.clone() done cancel=move || editing.set(false)/> }.into_any()
            } else {
                ().into_any()
            }}
            {widget}
            {administrator.then(|| view! { <Access channel=of_access/> })}
        </article>
    }
}
