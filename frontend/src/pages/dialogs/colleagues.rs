//! A chat with colleagues: whom, found by name, and what a group is called (A13). Must not know how it is shown.

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::message::land;
use crate::api::directory::Person;
use crate::api::fault::Fault;
use crate::api::graphql::Id;
use crate::api::request::Give;
use crate::api::starting::{OpenInternalChat, OpenInternalChatInput};
use crate::i18n::{Key, t};
use crate::session::{directory, noticed, store};
use crate::state::commands::plain;
use crate::ui::avatar::Avatar;
use crate::ui::focus;
use crate::ui::live::drawn;
use crate::ui::presence::PresenceDot;

/// The form.
#[component]
pub(super) fn Colleagues() -> impl IntoView {
    let store = store();
    directory::want(true);
    let [sought, title] = [(); 2].map(|()| RwSignal::new(String::new()));
    let chosen = RwSignal::new(Vec::<String>::new());
    let wrong = RwSignal::new(None::<Fault>);
    let key = uuid::Uuid::new_v4().to_string();
    let field = NodeRef::<Input>::new();
    focus::soon(move || field.get_untracked());
    let group = Memo::new(move |_| chosen.with(|all| all.len() > 1));
    let open = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let title = title.get_untracked().trim().to_owned();
        let named = group.get_untracked() && !title.is_empty();
        let input = OpenInternalChatInput {
            agent_ids: chosen.with_untracked(|all| all.iter().map(Id::new).collect()),
            title: named.then_some(title),
            idempotency_key: group.get_untracked().then(|| Id::new(&key)),
        };
        spawn_local(async move {
            match OpenInternalChat::send(input).await {
                Ok(payload) => land(payload.chat),
                Err(fault) => {
                    noticed(&fault);
                    let _ = wrong.try_set(Some(fault));
                }
            }
        });
    };
    let person = move |person: Person| {
        let id = StoredValue::new(person.id.into_inner());
        let on = move || chosen.with(|all| all.contains(&id.get_value()));
        let switch = move |_| {
            let id = id.get_value();
            chosen.update(|all| {
                if all.contains(&id) {
                    all.retain(|other| *other != id);
                } else {
                    all.push(id);
                }
            });
        };
        view! {
            <button type="button" class="menu-item" data-testid="colleague" aria-pressed=move || on().to_string() on:click=switch>
                <span class="person-face"><Avatar id=id.get_value() name=person.name.clone()/><PresenceDot id=id.get_value()/></span>
                <span dir="auto">{person.name}</span>
            </button>
        }
    };
    let people = drawn(move || {
        let words = plain(&sought.get());
        let people = store.directory.with(|known| known.people());
        let fits = people.into_iter().filter(|it| {
            plain(&it.name).contains(&words)
                // Untracked: a row that is drawn anew loses the focus.
                || chosen.with_untracked(|all| all.iter().any(|id| id == it.id.inner()))
        });
        let rows: Vec<_> = fits.map(person).collect();
        if rows.is_empty() {
            view! { <p class="note" role="status">{t(Key::NewNobody)}</p> }.into_any()
        } else {
            rows.into_iter().collect_view().into_any()
        }
    });
    view! {
        <form class="form" on:submit=open>
            <input type="search" node_ref=field autofocus=true dir="auto" data-testid="find-colleague" aria-label=t(Key::NewFindColleague) placeholder=t(Key::NewFindColleague) on:input=move |event| sought.set(event_target_value(&event))/>
            <div class="new-people" role="group" aria-label=t(Key::FilterColleagues)>{people}</div>
            {move || group.get().then(|| view! {
                <label class="new-line-field">{t(Key::NewGroupName)}
                    <input type="text" dir="auto" maxlength="80" data-testid="group-name" prop:value=move || title.get() on:input=move |event| title.set(event_target_value(&event))/>
                </label>
            })}
            {move || wrong.get().map(|fault| view! { <p class="note wrong" role="alert">{fault.words()}</p> })}
            <p class="form-acts"><button type="submit" class="button primary" data-testid="open-colleagues" disabled=move || chosen.with(Vec::is_empty)>{t(Key::NewOpen)}</button></p>
        </form>
    }
}
