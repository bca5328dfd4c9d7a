//! Settings > Employees: who works here with role, groups and presence, who is invited, bots and groups. Only
//! administrators change anything.

use leptos::prelude::*;

use super::Settings;
use super::groups::Groups;
use super::invite::{Invite, Invited};
use crate::api::fault::Fault;
use crate::api::graphql::{AgentRole, ChannelName, Id};
use crate::api::people::{
    CreateBot, CreateBotInput, DeactivateAgent, DeactivateAgentInput, Employee,
    Employees as EmployeesQuery, Group, Groups as GroupsQuery, Invitations, ReactivateAgent,
    ReactivateAgentInput, UpdateAgent, UpdateAgentInput,
};
use crate::api::queries::Invitation;
use crate::api::request::{Ask, Give};
use crate::i18n::{Key, t, tf};
use crate::remote::Remote;
use crate::session::{asking, store, toasts};
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, icon};
use crate::ui::names;
use crate::ui::presence::PresenceDot;
use crate::ui::trouble::Trouble;

/// What the page knows.
#[derive(Clone, Debug, PartialEq)]
struct People {
    agents: Vec<Employee>,
    channels: Vec<ChannelName>,
    groups: Vec<Group>,
    invitations: Vec<Invitation>,
}

async fn fetch() -> Result<People, Fault> {
    let everybody = EmployeesQuery::ask(()).await?;
    let (groups, invitations) = if store().is_administrator() {
        let groups = GroupsQuery::ask(()).await?.groups;
        (groups, Invitations::ask(()).await?.invitations)
    } else {
        Default::default()
    };
    Ok(People {
        agents: everybody.agents,
        channels: everybody.channels,
        groups,
        invitations,
    })
}

/// The page.
#[component]
pub fn Employees() -> impl IntoView {
    let people = RwSignal::new(Remote::<People>::Loading);
    let ask = move || asking::ask(people, fetch());
    ask();
    view! {
        <Settings title=t(Key::SettingsEmployees)>
            {move || match people.get() {
                Remote::Loading => ().into_any(),
                Remote::Slow => view! { <div class="row-skeletons" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any(),
                Remote::Failed(fault) => view! { <Trouble fault again=ask/> }.into_any(),
                Remote::Ready(found) => view! { <Known found again=Callback::new(move |()| ask())/> }.into_any(),
            }}
        </Settings>
    }
}

#[component]
fn Known(found: People, again: Callback<()>) -> impl IntoView {
    let administrator = store().is_administrator();
    let inviting = RwSignal::new(false);
    let invitations = RwSignal::new(found.invitations);
    let channels = StoredValue::new(found.channels);
    let groups = StoredValue::new(found.groups.clone());
    let done = Callback::new(move |invitation: Invitation| {
        inviting.set(false);
        invitations.update(|invitations| {
            invitations.retain(|other| other.id != invitation.id);
            invitations.insert(0, invitation);
        });
    });
    let invite = move || {
        if inviting.get() {
            view! { <Invite channels=channels.get_value() done cancel=move || inviting.set(false)/> }
                .into_any()
        } else {
            view! {
                <button type="button" class="button primary" data-testid="invite" on:click=move |_| inviting.set(true)>
                    {icon(Icon::Plus)} {t(Key::EmployeesInvite)}
                </button>
            }
            .into_any()
        }
    };
    view! {
        {administrator.then_some(invite)}
        {move || invitations.get().into_iter().map(|invitation| view! { <Invited invitation/> }).collect_view()}
        <ul class="people card" data-testid="employees">
            {found.agents.into_iter().map(|agent| view! { <Person agent groups again/> }).collect_view()}
        </ul>
        {administrator.then(|| view! { <Bot again/> <Groups groups=found.groups again/> })}
    }
}

#[component]
fn Person(agent: Employee, groups: StoredValue<Vec<Group>>, again: Callback<()>) -> impl IntoView {
    let editing = RwSignal::new(false);
    let own = store()
        .viewer()
        .is_some_and(|viewer| viewer.agent.id == agent.id);
    let id = agent.id.inner().to_owned();
    let label = tf(Key::PencilEdit, &[("what", &agent.name)]);
    let edited = agent.clone();
    let edit = store().is_administrator().then(|| {
        view! {
            <button type="button" class="button quiet square" data-testid="edit-employee" data-email=agent.email.clone() aria-label=label aria-expanded=move || editing.get().to_string() on:click=move |_| editing.update(|open| *open = !*open)>
                {icon(Icon::Edit)}
            </button>
        }
    });
    view! {
        <li>
            <div class="person" data-testid="employee">
                <Avatar id=id.clone() name=agent.name.clone()/>
                <span><strong><PresenceDot id/> {agent.name.clone()}</strong><span>{agent.email.clone()}</span></span>
                {agent.groups.iter().map(|group| view! { <span class="chip">{group.name.clone()}</span> }).collect_view()}
                <span class="chip">{names::role(agent.role)}</span>
                {(!agent.active).then(|| view! { <span class="chip warn">{t(Key::EmployeesInactive)}</span> })}
                {edit}
            </div>
            {move || editing.get().then(|| view! { <Edit agent=edited.clone() groups own again/> })}
        </li>
    }
}

#[component]
fn Edit(
    agent: Employee,
    groups: StoredValue<Vec<Group>>,
    own: bool,
    again: Callback<()>,
) -> impl IntoView {
    let name = RwSignal::new(agent.name);
    let role = RwSignal::new(agent.role);
    let member = RwSignal::new(
        agent
            .groups
            .into_iter()
            .map(|group| group.id)
            .collect::<Vec<Id>>(),
    );
    let (bot, active) = (agent.role == AgentRole::Bot, agent.active);
    let id = StoredValue::new(agent.id);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let input = UpdateAgentInput {
            agent_id: id.get_value(),
            name: Some(name.get_untracked()),
            role: (!bot && !own).then(|| role.get_untracked()),
            group_ids: (!bot).then(|| member.get_untracked()),
        };
        told::<UpdateAgent>(input, again);
    };
    let switch = move |_| {
        let agent_id = id.get_value();
        if active {
            told::<DeactivateAgent>(DeactivateAgentInput { agent_id }, again);
        } else {
            told::<ReactivateAgent>(ReactivateAgentInput { agent_id }, again);
        }
    };
    let words = if active {
        Key::EmployeeDeactivate
    } else {
        Key::EmployeeReactivate
    };
    let line = move |group: Group| {
        let (here, toggled) = (group.id.clone(), group.id);
        let toggle = move |_| {
            member.update(|member| {
                if member.contains(&toggled) {
                    member.retain(|other| *other != toggled);
                } else {
                    member.push(toggled.clone());
                }
            });
        };
        view! { <li><label class="tick-line"><input type="checkbox" prop:checked=move || member.with(|member| member.contains(&here)) on:change=toggle/> {group.name}</label></li> }
    };
    view! {
        <form class="card form" data-testid="employee-form" on:submit=save>
            <label class="field"><span class="label">{t(Key::FieldName)}</span><input type="text" data-testid="employee-name" prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event))/></label>
            {(!bot && !own).then(|| view! { <super::invite::Roles role/> })}
            {(!bot && !groups.with_value(Vec::is_empty)).then(|| view! { <fieldset class="field"><legend>{t(Key::GroupsTitle)}</legend><ul class="ticks">{groups.get_value().into_iter().map(line).collect_view()}</ul></fieldset> })}
            <p class="form-acts">
                <button type="submit" class="button primary" data-testid="employee-save">{t(Key::Save)}</button>
                {(!own).then(|| view! { <button type="button" class="button" class:danger=active data-testid="employee-switch" on:click=switch>{t(words)}</button> })}
            </p>
        </form>
    }
}

/// Says how it went and shows everybody anew.
pub(super) fn told<C: Give>(input: C::Input, again: Callback<()>) {
    let done = move |_| {
        toasts::say(t(Key::ChannelSaved).to_owned(), None);
        let _ = again.try_run(());
    };
    asking::give::<C>(input, done);
}

#[component]
fn Bot(again: Callback<()>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let key = StoredValue::new(uuid::Uuid::new_v4().to_string());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let input = CreateBotInput {
            idempotency_key: Some(Id::new(key.get_value())),
            name: name.get_untracked(),
            channel_ids: None,
        };
        key.set_value(uuid::Uuid::new_v4().to_string());
        told::<CreateBot>(input, again);
    };
    view! {
        <section class="card" aria-labelledby="bots-title">
            <h2 id="bots-title">{t(Key::BotsTitle)}</h2>
            <p class="note">{t(Key::BotsHint)}</p>
            <form class="inline" on:submit=submit>
                <input type="text" required aria-label=t(Key::ChannelName) placeholder=t(Key::ChannelName) data-testid="bot-name" prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event))/>
                <button type="submit" class="button" data-testid="bot-create">{icon(Icon::Bot)} {t(Key::BotsCreate)}</button>
            </form>
        </section>
    }
}
