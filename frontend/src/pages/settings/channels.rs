//! Settings > Chats: the channels, their widget code, who may answer. Must not hold the forms (see `channel_form`).

use leptos::prelude::*;

use super::Settings;
use super::access::Access;
use super::channel_form::ChannelForm;
use super::connect::Connect;
use super::rules::Rules;
use super::workspace::Workspace;
use crate::api::graphql::{AgentRole, Id};
use crate::api::queries::{Channel, Channels};
use crate::api::request::Ask;
use crate::api::workspace::{
    DisconnectChannel, DisconnectChannelInput, ReconnectChannel, ReconnectChannelInput,
    RenameChannel, RenameChannelInput,
};
use crate::i18n::{Key, t, tf};
use crate::remote::Remote;
use crate::session::{asking, store};
use crate::ui::confirm::Confirm;
use crate::ui::copy::Copy;
use crate::ui::icon::{Icon, icon};
use crate::ui::names;
use crate::ui::pencil::{Pencil, Typed};
use crate::ui::trouble::Trouble;

/// The form that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Adding {
    WebChat,
    Other,
}

/// The page.
#[component]
pub fn Chats() -> impl IntoView {
    let channels = RwSignal::new(Remote::<Vec<Channel>>::Loading);
    let adding = RwSignal::new(None::<Adding>);
    let ask = move || asking::ask(channels, async { Ok(Channels::ask(()).await?.channels) });
    ask();
    let done = Callback::new(move |changed: Channel| {
        adding.set(None);
        channels.update(|channels| {
            if let Some(channels) = channels.ready_mut() {
                match channels.iter_mut().find(|channel| channel.id == changed.id) {
                    Some(channel) => *channel = changed,
                    // Where one looks: what comes next stands in it.
                    None => channels.insert(0, changed),
                }
            }
        });
    });
    let administrator = store().is_administrator();
    view! {
        <Settings title=t(Key::SettingsChats)>
            <p class="lead">{t(Key::ChannelsLead)}</p>
            {administrator.then_some(move || match adding.get() {
                Some(Adding::WebChat) => view! { <ChannelForm done cancel=move || adding.set(None)/> }.into_any(),
                Some(Adding::Other) => view! { <Connect done cancel=move || adding.set(None)/> }.into_any(),
                None => view! {
                    <p class="form-acts">
                        <button type="button" class="button primary" data-testid="connect-web-chat" on:click=move |_| adding.set(Some(Adding::WebChat))>
                            {icon(Icon::Plus)} {t(Key::ChannelsConnect)}
                        </button>
                        <button type="button" class="button" data-testid="connect-other" on:click=move |_| adding.set(Some(Adding::Other))>
                            {icon(Icon::Plus)} {t(Key::ConnectOther)}
                        </button>
                    </p>
                }
                .into_any(),
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
            <Workspace/>
        </Settings>
    }
}

#[component]
fn Card(channel: Channel, administrator: bool, done: Callback<Channel>) -> impl IntoView {
    let editing = RwSignal::new(false);
    let state = match (&channel.sync_lost, channel.connected) {
        (Some(_), _) => Key::ChannelLost,
        (None, true) => Key::ChannelConnected,
        (None, false) => Key::ChannelDisconnected,
    };
    let works = channel.connected && channel.sync_lost.is_none();
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
    let (of_form, of_access, of_rules) = (channel.clone(), channel.clone(), channel.clone());
    let in_use = channel.connected || channel.sync_lost.is_some();
    let disconnect =
        (administrator && in_use).then(|| view! { <Disconnect channel=channel.clone() done/> });
    view! {
        <article class="card" data-testid="channel" data-channel-id=channel.id.inner().to_owned()>
            <header>
                <span class="badge large" data-kind=format!("{:?}", channel.kind)>{icon(Icon::of_channel(channel.kind))}</span>
                <h2>{channel.name.clone()}</h2>
                <span class="chip" class:ok=works class:warn=!works>{t(state)}</span>
                {can_edit.then(|| view! {
                    <button type="button" class="button" data-testid="edit-channel" aria-expanded=move || editing.get().to_string() on:click=move |_| editing.update(|editing| *editing = !*editing)>
                        {t(Key::ChannelEdit)}
                    </button>
                })}
            </header>
            <p class="note">{names::channel_kind(channel.kind)} {channel.page.clone().map(|page| format!(" · {page}"))}</p>
            {(administrator && channel.widget.is_none()).then(|| view! { <Name channel=channel.clone() done/> })}
            {(!works).then(|| view! { <Lost cause=channel.sync_lost.clone() id=channel.id.clone() done/> })}
            {move || if editing.get() {
                view! { <ChannelForm channel=of_form.clone() done cancel=move || editing.set(false)/> }.into_any()
            } else {
                ().into_any()
            }}
            {widget}
            {administrator.then(|| view! { <Rules channel=of_rules/> <Access channel=of_access/> })}
            {disconnect}
        </article>
    }
}

/// The name of a channel whose other settings are its messenger's.
#[component]
fn Name(channel: Channel, done: Callback<Channel>) -> impl IntoView {
    let (id, name) = (channel.id, channel.name);
    let save = Callback::new(move |(name, told): Typed| {
        let input = RenameChannelInput {
            channel_id: id.clone(),
            name,
        };
        let renamed = move |channel: Option<Channel>| {
            if let Some(channel) = channel {
                let _ = done.try_run(channel);
            }
        };
        asking::give_telling::<RenameChannel>(input, move |payload| renamed(payload.channel), told);
    });
    view! { <dl class="facts"><Pencil label=t(Key::ChannelName) value=Signal::derive(move || name.clone()) save testid="pencil-channel"/></dl> }
}

/// Takes a channel out of use, once its name was typed (A1).
#[component]
fn Disconnect(channel: Channel, done: Callback<Channel>) -> impl IntoView {
    let id = channel.id;
    let act = Callback::new(move |()| {
        let input = DisconnectChannelInput {
            channel_id: id.clone(),
        };
        asking::give::<DisconnectChannel>(input, move |payload| {
            if let Some(channel) = payload.channel {
                let _ = done.try_run(channel);
            }
        });
    });
    view! { <Confirm button=t(Key::ChannelDisconnect) question=t(Key::ChannelDisconnectAsk).to_owned() word=channel.name act testid="disconnect"/> }
}

/// A channel that has lost its messenger or was disconnected, and the way back for those who may take it (A1, A5).
#[component]
fn Lost(cause: Option<String>, id: Id, done: Callback<Channel>) -> impl IntoView {
    let lost = cause.is_some();
    let may = store().viewer().is_some_and(|viewer| match viewer.role {
        AgentRole::Administrator => true,
        AgentRole::Integrator | AgentRole::Bot => lost,
        AgentRole::Agent | AgentRole::Auditor => false,
    });
    let words = match cause {
        Some(cause) => tf(Key::ChannelLostWhy, &[("cause", &cause)]),
        None => t(Key::ChannelDisconnectedWhy).to_owned(),
    };
    let reconnect = move |_| {
        let input = ReconnectChannelInput {
            channel_id: id.clone(),
        };
        asking::give::<ReconnectChannel>(input, move |payload| {
            if let Some(channel) = payload.channel {
                let _ = done.try_run(channel);
            }
        });
    };
    view! {
        <p class="merged" data-testid="sync-lost">{words}</p>
        {may.then(|| view! { <button type="button" class="button" data-testid="reconnect" on:click=reconnect>{icon(Icon::Retry)} {t(Key::ChannelReconnect)}</button> })}
    }
}
