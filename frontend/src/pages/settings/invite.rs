//! The form that invites a colleague, and who was invited. Must not send the invitation: a person does.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::fault::Fault;
use crate::api::graphql::{AgentRole, ChannelName, Id};
use crate::api::mutations::{InviteAgent, InviteAgentInput};
use crate::api::queries::Invitation;
use crate::api::request::Give;
use crate::i18n::{DateStyle, Key, date, t, tf};
use crate::pages::set_up::{general, words_for};
use crate::ui::copy::Copy;
use crate::ui::field::Field;
use crate::ui::names;

/// Somebody who was invited and has not come yet.
#[component]
pub fn Invited(invitation: Invitation) -> impl IntoView {
    let until = tf(
        Key::EmployeesInvitedUntil,
        &[("when", &date(&invitation.expires_at.0, DateStyle::Exact))],
    );
    let email = invitation.email.clone();
    view! {
        <div class="card" data-testid="invitation" data-email=email>
            <header><h2>{invitation.name}</h2><span class="chip">{names::role(invitation.role)}</span></header>
            <p class="note">{invitation.email} " · " {until}</p>
            {invitation.url.map(|url| view! {
                <p>{t(Key::EmployeesLink)}</p>
                <Copy text=url label=t(Key::EmployeesLink) testid="invitation-url"/>
            })}
        </div>
    }
}

/// The form.
#[component]
pub fn Invite(
    channels: Vec<ChannelName>,
    done: Callback<Invitation>,
    #[prop(into)] cancel: UnsyncCallback<()>,
) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let role = RwSignal::new(AgentRole::Agent);
    let chosen = RwSignal::new(
        channels
            .iter()
            .map(|channel| channel.id.clone())
            .collect::<Vec<Id>>(),
    );
    let wrong = RwSignal::new(None::<Fault>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        wrong.set(None);
        let input = InviteAgentInput {
            email: email.get_untracked(),
            name: name.get_untracked(),
            role: role.get_untracked(),
            channel_ids: Some(chosen.get_untracked()),
        };
        spawn_local(async move {
            match InviteAgent::send(input).await.map(|done| done.invitation) {
                Ok(Some(invitation)) => drop(done.try_run(invitation)),
                Ok(None) => {}
                Err(fault) => drop(wrong.try_set(Some(fault))),
            }
        });
    };
    let of = move |field: &'static str| Signal::derive(move || words_for(&wrong.get(), field));
    view! {
        <form class="card form" data-testid="invite-form" on:submit=submit>
            <h2>{t(Key::EmployeesInvite)}</h2>
            <Field id="invite-name" label=t(Key::FieldName) value=name testid="invite-name" autocomplete="off" focus=true wrong=of("name")/>
            <Field id="invite-email" label=t(Key::FieldEmail) kind="email" value=email testid="invite-email" autocomplete="off" wrong=of("email")/>
            <Roles role/>
            <Channels channels chosen/>
            {move || general(&wrong.get()).map(|words| view! { <p class="note wrong" role="alert">{words}</p> })}
            <p class="form-acts">
                <button type="submit" class="button primary" data-testid="invite-submit">{t(Key::EmployeesCreateLink)}</button>
                <button type="button" class="button" on:click=move |_| cancel.run(())>{t(Key::Cancel)}</button>
            </p>
        </form>
    }
}

/// What an agent may do.
#[component]
pub fn Roles(role: RwSignal<AgentRole>) -> impl IntoView {
    let choice = move |which: AgentRole| {
        view! {
            <button type="button" aria-pressed=move || (role.get() == which).to_string() on:click=move |_| role.set(which)>{names::role(which)}</button>
        }
    };
    let all = [
        AgentRole::Agent,
        AgentRole::Administrator,
        AgentRole::Auditor,
        AgentRole::Integrator,
    ];
    view! {
        <div class="field">
            <span class="label">{t(Key::FieldRole)}</span>
            <div class="choice" role="group" aria-label=t(Key::FieldRole)>{all.map(choice).collect_view()}</div>
        </div>
    }
}

#[component]
fn Channels(channels: Vec<ChannelName>, chosen: RwSignal<Vec<Id>>) -> impl IntoView {
    let line = move |channel: ChannelName| {
        let (is_in, id) = (channel.id.clone(), channel.id);
        let toggle = move |_| {
            chosen.update(|chosen| {
                if chosen.contains(&id) {
                    chosen.retain(|other| *other != id);
                } else {
                    chosen.push(id.clone());
                }
            });
        };
        view! {
            <li><label class="person"><input type="checkbox" prop:checked=move || chosen.with(|chosen| chosen.contains(&is_in)) on:change=toggle/> {channel.name}</label></li>
        }
    };
    (!channels.is_empty()).then(|| {
        view! {
            <fieldset class="field">
                <legend>{t(Key::EmployeesChannels)}</legend>
                <ul class="people">{channels.into_iter().map(line).collect_view()}</ul>
            </fieldset>
        }
    })
}
