//! Templates: everybody's and the agent's own, to write, change and take away (H9). Must not fill one in for a client.

mod form;

use leptos::prelude::*;

use crate::api::graphql::ChannelKind;
use crate::api::graphql::Id;
use crate::api::request::Ask;
use crate::api::templates::{DeleteTemplate, DeleteTemplateInput, Template, TemplatesQuery};
use crate::i18n::{Key, lower, t};
use crate::remote::Remote;
use crate::session::{asking, store, toasts};
use crate::state::sorted;
use crate::ui::confirm::Confirm;
use crate::ui::icon::{Icon, icon};
use crate::ui::names;
use crate::ui::trouble::Trouble;
use form::TemplateForm;

/// The page.
#[component]
pub fn Templates() -> impl IntoView {
    let known = RwSignal::new(Remote::<Vec<Template>>::Loading);
    let ask = move || {
        asking::ask(known, async {
            Ok(TemplatesQuery::ask(()).await?.templates)
        });
    };
    ask();
    let adding = RwSignal::new(false);
    let done = Callback::new(move |changed: Template| {
        adding.set(false);
        known.update(|known| {
            if let Some(known) = known.ready_mut() {
                known.retain(|template| template.id != changed.id);
                sorted::put(known, changed, &|one, other| {
                    lower(&one.name) < lower(&other.name)
                });
            }
        });
    });
    let gone = Callback::new(move |id: Id| {
        known.update(|known| {
            if let Some(known) = known.ready_mut() {
                known.retain(|template| template.id != id);
            }
        });
    });
    view! {
        <main id="main" class="section">
            <header class="page-head">
                <h1>{t(Key::TemplatesTitle)}</h1>
                <button type="button" class="button primary" data-testid="new-template" on:click=move |_| adding.set(true)>{icon(Icon::Plus)} {t(Key::TemplatesNew)}</button>
            </header>
            <p class="lead">{t(Key::TemplatesLead)}</p>
            {move || adding.get().then(|| view! { <TemplateForm done cancel=move || adding.set(false)/> })}
            {move || match known.get() {
                Remote::Loading => ().into_any(),
                Remote::Slow => view! { <div class="row-skeletons" aria-hidden="true"><i></i><i></i></div> }.into_any(),
                Remote::Failed(fault) => view! { <Trouble fault again=ask/> }.into_any(),
                Remote::Ready(all) if all.is_empty() && !adding.get() => view! {
                    <div class="empty-words"><i class="thread-line still"></i><p>{t(Key::TemplatesNone)}</p></div>
                }
                .into_any(),
                Remote::Ready(all) => all.into_iter().map(|template| view! { <Card template done gone/> }).collect_view().into_any(),
            }}
        </main>
    }
}

#[component]
fn Card(template: Template, done: Callback<Template>, gone: Callback<Id>) -> impl IntoView {
    let editing = RwSignal::new(false);
    let shared = template.owner.is_none();
    let mine = store().viewer().is_some_and(|viewer| {
        template
            .owner
            .as_ref()
            .is_some_and(|owner| owner.id == viewer.agent.id)
    });
    // Shared ones are the administrators' to change.
    let may = mine || shared && store().is_administrator();
    let id = template.id.clone();
    let delete = Callback::new(move |()| {
        let template_id = id.clone();
        let input = DeleteTemplateInput {
            template_id: template_id.clone(),
        };
        asking::give::<DeleteTemplate>(input, move |_| {
            toasts::say(t(Key::TemplateDeleted).to_owned(), None);
            let _ = gone.try_run(template_id.clone());
        });
    });
    let whose = if shared {
        Key::TemplateShared
    } else {
        Key::TemplateOwn
    };
    let (of_form, word) = (template.clone(), template.name.clone());
    let acts = may.then(|| {
        view! {
            <p class="form-acts">
                <button type="button" class="button" data-testid="edit-template" on:click=move |_| editing.set(true)>{icon(Icon::Edit)} {t(Key::ChannelEdit)}</button>
                <Confirm button=t(Key::TemplateDelete) question=t(Key::TemplateDeleteAsk).to_owned() word act=delete testid="delete-template"/>
            </p>
        }
    });
    view! {
        <article class="card" data-testid="template">
            <header>
                {icon(Icon::Template)}
                <h2 dir="auto">{template.name}</h2>
                {kinds(&template.channel_kinds)}
                {template.approved.map(|it| view! { <span class="chip ok" title=format!("{} · {}", it.name, it.language)>{t(Key::TemplateApproved)}</span> })}
                <span class="chip">{t(whose)}</span>
            </header>
            <p class="template-body" dir="auto">{template.body}</p>
            {acts}
            {move || editing.get().then(|| view! { <TemplateForm template=of_form.clone() done cancel=move || editing.set(false)/> })}
        </article>
    }
}

fn kinds(kinds: &[ChannelKind]) -> impl IntoView + use<> {
    kinds
        .iter()
        .map(|kind| view! { <span class="chip">{names::channel_kind(*kind)}</span> })
        .collect_view()
}
