//! Who belongs to a chat among colleagues: taking in, taking out, leaving, and what a group is called (A13). Must not decide
//! who may.

use std::sync::Arc;

use leptos::prelude::*;

use crate::api::graphql::{AgentName, Chat, Id, InternalChat};
use crate::api::starting::{
    AddInternalChatMembers, AddInternalChatMembersInput, RemoveInternalChatMember,
    RemoveInternalChatMemberInput, RenameInternalChat, RenameInternalChatInput,
};
use crate::i18n::{Key, t, tf};
use crate::route::Route;
use crate::session::{act, asking, directory, store};
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::drawn;
use crate::ui::pencil::{Pencil, Typed};
use crate::ui::presence::PresenceDot;

type Known = Memo<Option<(String, InternalChat)>>;

/// The part of the details that is about the members of a chat.
#[component]
pub(super) fn Members(of: Memo<Option<Arc<Chat>>>) -> impl IntoView {
    let known: Known = Memo::new(move |_| {
        of.with(|chat| {
            let chat = chat.as_ref()?;
            let internal = chat.internal.clone()?;
            Some((chat.id.inner().to_owned(), internal))
        })
    });
    let group = Memo::new(move |_| known.with(|it| it.as_ref().is_some_and(|(_, it)| !it.direct)));
    let title = Signal::derive(move || {
        known.with(|it| {
            it.as_ref()
                .and_then(|(_, it)| it.title.clone())
                .unwrap_or_default()
        })
    });
    let rename = Callback::new(move |(typed, told): Typed| {
        let Some((chat, _)) = known.get_untracked() else {
            return;
        };
        let input = RenameInternalChatInput {
            chat_id: Id::new(chat),
            title: Some(typed).filter(|title| !title.is_empty()),
        };
        asking::give_telling::<RenameInternalChat>(input, |payload| act::take(payload.chat), told);
    });
    let rows = drawn(move || {
        let members = known.get().map(|(_, it)| it.members).unwrap_or_default();
        members
            .into_iter()
            .map(|it| member(it, known))
            .collect_view()
    });
    view! {
        <section class="details-client" aria-label=t(Key::MembersTitle) data-testid="members">
            <h3>{t(Key::MembersTitle)}</h3>
            {move || group.get().then(|| view! { <dl class="facts"><Pencil label=t(Key::NewGroupName) value=title save=rename testid="pencil-group"/></dl> })}
            <ul class="members">{rows}</ul>
            {move || group.get().then(|| view! { <Add known/> })}
        </section>
    }
}

fn member(agent: AgentName, known: Known) -> impl IntoView {
    let me = store()
        .viewer()
        .is_some_and(|viewer| viewer.agent.id == agent.id);
    let group = known.with_untracked(|it| it.as_ref().is_some_and(|(_, it)| !it.direct));
    let id = agent.id.inner().to_owned();
    let label = if me {
        t(Key::MembersLeave).to_owned()
    } else {
        tf(Key::MembersRemove, &[("who", &agent.name)])
    };
    let leaving = agent.id.clone();
    let remove = move |_| {
        let Some((chat, _)) = known.get_untracked() else {
            return;
        };
        let input = RemoveInternalChatMemberInput {
            chat_id: Id::new(chat.clone()),
            agent_id: leaving.clone(),
        };
        asking::give::<RemoveInternalChatMember>(input, move |_| {
            if me {
                let store = store();
                store.go(Route::List(store.view.get_untracked()));
                store.inbox.update(|inbox| inbox.remove(&chat));
            }
        });
    };
    view! {
        <li class="member" data-testid="member">
            <span class="person-face"><Avatar id=id.clone() name=agent.name.clone()/><PresenceDot id/></span>
            <span dir="auto">{agent.name}</span>
            {group.then(|| view! { <button type="button" class="button quiet square small" data-testid="member-remove" aria-label=label.clone() title=label on:click=remove>{icon(if me { Icon::Leave } else { Icon::Close })}</button> })}
        </li>
    }
}

/// One more.
#[component]
fn Add(known: Known) -> impl IntoView {
    directory::want(true);
    let add = move |event| {
        let agent = event_target_value(&event);
        let Some((chat, _)) = known.get_untracked().filter(|_| !agent.is_empty()) else {
            return;
        };
        let input = AddInternalChatMembersInput {
            chat_id: Id::new(chat),
            agent_ids: vec![Id::new(agent)],
        };
        asking::give::<AddInternalChatMembers>(input, |payload| act::take(payload.chat));
    };
    let options = drawn(move || {
        let members = known.get().map(|(_, it)| it.members).unwrap_or_default();
        let people = store().directory.with(|known| known.people());
        let others = people
            .into_iter()
            .filter(|it| !members.iter().any(|member| member.id == it.id));
        others
            .map(|it| view! { <option value=it.id.into_inner()>{it.name}</option> })
            .collect_view()
    });
    view! {
        <label class="new-line-field">{t(Key::MembersAdd)}
            <select data-testid="member-add" prop:value="" on:change=add>
                <option value="">"—"</option>
                {options}
            </select>
        </label>
    }
}
