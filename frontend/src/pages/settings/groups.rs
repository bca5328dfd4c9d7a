//! Groups of agents: each gives the right to chats or not, and can be let into channels (A4). Must not know who is in it.

use leptos::prelude::*;

use super::employees::told;
use crate::api::graphql::Id;
use crate::api::people::{
    CreateGroup, CreateGroupInput, DeleteGroup, DeleteGroupInput, Group, UpdateGroup,
    UpdateGroupInput,
};
use crate::i18n::{Key, t};
use crate::session::asking;
use crate::ui::confirm::Confirm;
use crate::ui::icon::{Icon, icon};
use crate::ui::pencil::{Pencil, Typed};

/// The card.
#[component]
pub fn Groups(groups: Vec<Group>, again: Callback<()>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let key = StoredValue::new(uuid::Uuid::new_v4().to_string());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let input = CreateGroupInput {
            idempotency_key: Id::new(key.get_value()),
            name: name.get_untracked(),
            chats: true,
        };
        key.set_value(uuid::Uuid::new_v4().to_string());
        told::<CreateGroup>(input, again);
    };
    view! {
        <section class="card" aria-labelledby="groups-title" data-testid="groups">
            <h2 id="groups-title">{t(Key::GroupsTitle)}</h2>
            <p class="note">{t(Key::GroupsHint)}</p>
            <ul>{groups.into_iter().map(|group| view! { <Line group again/> }).collect_view()}</ul>
            <form class="inline" on:submit=submit>
                <input type="text" required aria-label=t(Key::ChannelName) placeholder=t(Key::ChannelName) data-testid="group-name" prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event))/>
                <button type="submit" class="button" data-testid="group-create">{icon(Icon::Plus)} {t(Key::GroupsCreate)}</button>
            </form>
        </section>
    }
}

#[component]
fn Line(group: Group, again: Callback<()>) -> impl IntoView {
    let id = StoredValue::new(group.id);
    let chats = group.chats;
    let of = move |name: Option<String>, chats: Option<bool>| UpdateGroupInput {
        group_id: id.get_value(),
        name,
        chats,
    };
    let switch = move |_| told::<UpdateGroup>(of(None, Some(!chats)), again);
    let rename = Callback::new(move |(name, tell): Typed| {
        let done = move |_| {
            let _ = again.try_run(());
        };
        asking::give_telling::<UpdateGroup>(of(Some(name), None), done, tell);
    });
    let delete = Callback::new(move |()| {
        let input = DeleteGroupInput {
            group_id: id.get_value(),
        };
        told::<DeleteGroup>(input, again);
    });
    let shown = group.name.clone();
    view! {
        <li data-testid="group">
            <dl><Pencil label=t(Key::GroupWord) value=Signal::derive(move || shown.clone()) save=rename/></dl>
            <label class="tick-line"><input type="checkbox" prop:checked=chats on:change=switch/> {t(Key::GroupChats)}</label>
            <Confirm button=t(Key::TemplateDelete) question=t(Key::GroupDeleteAsk).to_owned() word=group.name act=delete testid="delete-group"/>
        </li>
    }
}
