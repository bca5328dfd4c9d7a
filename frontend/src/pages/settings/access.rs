//! Of one channel, what only administrators see: who may answer, and the secret that proves a visitor's identity.

use leptos::prelude::*;

use crate::api::graphql::{Agent, AgentRole, Id};
use crate::api::mutations::{
    GrantChannelAccess, GrantChannelAccessInput, RevokeChannelAccess, RevokeChannelAccessInput,
};
use crate::api::people::Group;
use crate::api::queries::{Channel, ChannelAdministration, ChannelVariables};
use crate::api::request::Ask;
use crate::api::workspace::{
    GrantChannelToGroup, GrantChannelToGroupInput, RevokeChannelFromGroup,
    RevokeChannelFromGroupInput,
};
use crate::i18n::{Key, t};
use crate::remote::Remote;
use crate::session::asking;
use crate::ui::avatar::Avatar;
use crate::ui::copy::Copy;
use crate::ui::icon::{Icon, icon};
use crate::ui::names;
use crate::ui::trouble::Trouble;

/// The folded part of a channel's card; asked for when it is opened.
#[component]
pub fn Access(channel: Channel) -> impl IntoView {
    let known = RwSignal::new(Remote::<ChannelAdministration>::Loading);
    let id = StoredValue::new(channel.id);
    let ask = move || {
        if let Some(id) = id.try_get_value() {
            asking::ask(known, ChannelAdministration::ask(ChannelVariables { id }));
        }
    };
    view! {
        <details class="access" on:toggle=move |_| ask()>
            <summary data-testid="channel-access">{t(Key::ChannelAccess)}</summary>
            {move || match known.get() {
                Remote::Loading | Remote::Slow => ().into_any(),
                Remote::Failed(fault) => view! { <Trouble fault again=ask/> }.into_any(),
                Remote::Ready(found) => view! { <Known found id/> }.into_any(),
            }}
        </details>
    }
}

#[component]
fn Known(found: ChannelAdministration, id: StoredValue<Id>) -> impl IntoView {
    let allowed: Vec<Id> = found
        .channel
        .agents
        .into_iter()
        .map(|agent| agent.id)
        .collect();
    let of_channel: Vec<Id> = found
        .channel
        .groups
        .into_iter()
        .map(|group| group.id)
        .collect();
    let groups = found
        .groups
        .into_iter()
        .map(|group| {
            let has_access = of_channel.contains(&group.id);
            view! { <GroupLine group has_access channel=id/> }
        })
        .collect_view();
    let lines = found
        .agents
        .into_iter()
        .filter(|agent| agent.active)
        .map(|agent| {
            let has_access = allowed.contains(&agent.id);
            view! { <Line agent has_access channel=id/> }
        });
    let secret = found.channel.widget.map(|widget| {
        view! {
            <details>
                <summary>{t(Key::ChannelSecret)}</summary>
                <p class="note">{t(Key::ChannelSecretHint)}</p>
                <Copy text=widget.identity_secret label=t(Key::ChannelSecret) testid="identity-secret"/>
            </details>
        }
    });
    view! {
        <ul class="people">{lines.collect_view()}</ul>
        <ul class="people" aria-label=t(Key::GroupsTitle)>{groups}</ul>
        {secret}
    }
}

#[component]
fn Line(agent: Agent, has_access: bool, channel: StoredValue<Id>) -> impl IntoView {
    // Administrators answer everywhere, whatever the list says (A4).
    let always = agent.role == AgentRole::Administrator;
    let allowed = RwSignal::new(has_access || always);
    let who = agent.id.clone();
    let toggle = move |_| {
        let (agent_id, wanted) = (who.clone(), !allowed.get_untracked());
        allowed.set(wanted);
        let Some(channel_id) = channel.try_get_value() else {
            return;
        };
        let back = move || {
            let _ = allowed.try_set(!wanted);
        };
        if wanted {
            let input = GrantChannelAccessInput {
                channel_id,
                agent_id,
            };
            asking::give_or::<GrantChannelAccess>(input, on(allowed, wanted), back);
        } else {
            let input = RevokeChannelAccessInput {
                channel_id,
                agent_id,
            };
            asking::give_or::<RevokeChannelAccess>(input, on(allowed, wanted), back);
        }
    };
    view! {
        <li>
            <label class="person">
                <input type="checkbox" disabled=always data-testid="access" data-email=agent.email.clone() prop:checked=move || allowed.get() on:change=toggle/>
                <Avatar id=agent.id.inner().to_owned() name=agent.name.clone()/>
                <span><strong>{agent.name.clone()}</strong><span>{if always { t(Key::ChannelAccessAlways) } else { names::role(agent.role) }}</span></span>
            </label>
        </li>
    }
}

#[component]
fn GroupLine(group: Group, has_access: bool, channel: StoredValue<Id>) -> impl IntoView {
    let allowed = RwSignal::new(has_access);
    let which = group.id;
    let toggle = move |_| {
        let (group_id, wanted) = (which.clone(), !allowed.get_untracked());
        let Some(channel_id) = channel.try_get_value() else {
            return;
        };
        allowed.set(wanted);
        let back = move || {
            let _ = allowed.try_set(!wanted);
        };
        if wanted {
            let input = GrantChannelToGroupInput {
                channel_id,
                group_id,
            };
            asking::give_or::<GrantChannelToGroup>(input, on(allowed, wanted), back);
        } else {
            let input = RevokeChannelFromGroupInput {
                channel_id,
                group_id,
            };
            asking::give_or::<RevokeChannelFromGroup>(input, on(allowed, wanted), back);
        }
    };
    view! {
        <li>
            <label class="person">
                <input type="checkbox" data-testid="group-access" prop:checked=move || allowed.get() on:change=toggle/>
                {icon(Icon::People)}
                <span><strong>{group.name}</strong><span>{t(Key::GroupWord)}</span></span>
            </label>
        </li>
    }
}

/// It was taken, at this try or a later one.
fn on<T>(allowed: RwSignal<bool>, wanted: bool) -> impl Fn(T) {
    move |_| {
        let _ = allowed.try_set(wanted);
    }
}
