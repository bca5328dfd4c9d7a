//! The form of a template: name, text with fields to insert, kinds of channels, whose it is, and how it will read. Must
//! not decide what a valid template is; the server does.

use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::fault::Fault;
use crate::api::graphql::{ChannelKind, Id};
use crate::api::request::Give;
use crate::api::templates::{
    ApprovedTemplateInput, ChangeTemplate, ChangeTemplateInput, CreateTemplate,
    CreateTemplateInput, Template, TemplateCategory, TemplateContentInput, TemplatePayload,
};
use crate::i18n::{Key, t, tf};
use crate::pages::set_up::{general, words_for};
use crate::session::{noticed, store, toasts};
use crate::state::template::{FIELDS, Piece, Problem, preview};
use crate::ui::field::Field;
use crate::ui::live::live;
use crate::ui::names;

const KINDS: [ChannelKind; 7] = [
    ChannelKind::WebChat,
    ChannelKind::Whatsapp,
    ChannelKind::Sms,
    ChannelKind::Email,
    ChannelKind::Messenger,
    ChannelKind::Instagram,
    ChannelKind::Telegram,
];

#[derive(Clone, Copy)]
struct Draft {
    key: StoredValue<String>,
    name: RwSignal<String>,
    body: RwSignal<String>,
    kinds: RwSignal<Vec<ChannelKind>>,
    shared: RwSignal<bool>,
    /// What the messenger calls it and in which language; without a name it was not approved.
    approved: [RwSignal<String>; 2],
    /// As it was; updates are what is sent once the time to answer is over.
    category: TemplateCategory,
}

impl Draft {
    fn of(template: Option<&Template>) -> Self {
        let approved = template.and_then(|it| it.approved.clone());
        let category = approved
            .as_ref()
            .map_or(TemplateCategory::Utility, |it| it.category);
        let (name, language) = approved
            .map(|it| (it.name, it.language))
            .unwrap_or_default();
        Self {
            key: StoredValue::new(uuid::Uuid::new_v4().to_string()),
            name: RwSignal::new(template.map(|it| it.name.clone()).unwrap_or_default()),
            body: RwSignal::new(template.map(|it| it.body.clone()).unwrap_or_default()),
            kinds: RwSignal::new(
                template
                    .map(|it| it.channel_kinds.clone())
                    .unwrap_or_default(),
            ),
            shared: RwSignal::new(template.is_some_and(|it| it.owner.is_none())),
            approved: [name, language].map(RwSignal::new),
            category,
        }
    }

    fn approval(self) -> Option<ApprovedTemplateInput> {
        let [name, language] = self.approved.map(|it| it.get_untracked().trim().to_owned());
        (!name.is_empty() || !language.is_empty()).then_some(ApprovedTemplateInput {
            name,
            language,
            category: self.category,
        })
    }

    async fn send(self, template: Option<Id>) -> Result<TemplatePayload, Fault> {
        let content = TemplateContentInput {
            name: self.name.get_untracked(),
            body: self.body.get_untracked(),
            channel_kinds: Some(self.kinds.get_untracked()),
            approved: self.approval(),
        };
        match template {
            Some(template_id) => {
                ChangeTemplate::send(ChangeTemplateInput {
                    template_id,
                    content,
                })
                .await
            }
            None => {
                let input = CreateTemplateInput {
                    idempotency_key: Id::new(self.key.get_value()),
                    shared: self.shared.get_untracked(),
                    content,
                };
                CreateTemplate::send(input).await
            }
        }
    }
}

/// The form, empty or with a template in it.
#[component]
pub fn TemplateForm(
    #[prop(optional, into)] template: Option<Template>,
    done: Callback<Template>,
    #[prop(into)] cancel: UnsyncCallback<()>,
) -> impl IntoView {
    let draft = Draft::of(template.as_ref());
    let new = template.is_none();
    let id = StoredValue::new(template.map(|template| template.id));
    let wrong = RwSignal::new(None::<Fault>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        wrong.set(None);
        spawn_local(async move {
            match draft.send(id.get_value()).await {
                Ok(payload) => {
                    toasts::say(t(Key::ChannelSaved).to_owned(), None);
                    if let Some(template) = payload.template {
                        let _ = done.try_run(template);
                    }
                }
                Err(fault) => {
                    noticed(&fault);
                    let _ = draft.key.try_set_value(uuid::Uuid::new_v4().to_string());
                    let _ = wrong.try_set(Some(fault));
                }
            }
        });
    };
    let of = move |field: &'static str| Signal::derive(move || words_for(&wrong.get(), field));
    let shared = (new && store().is_administrator()).then(|| {
        view! {
            <label class="tick-line"><input type="checkbox" data-testid="template-shared" prop:checked=move || draft.shared.get() on:change=move |event| draft.shared.set(event_target_checked(&event))/> {t(Key::TemplateShare)}</label>
        }
    });
    view! {
        <form class="card form" data-testid="template-form" on:submit=submit>
            <h2>{t(if new { Key::TemplatesNew } else { Key::TemplateEdit })}</h2>
            <Field id="template-name" label=t(Key::ChannelName) value=draft.name focus=true autocomplete="off" testid="template-name" wrong=of("name")/>
            <Body draft wrong=of("body")/>
            <fieldset class="field">
                <legend>{t(Key::TemplateKinds)}</legend>
                <ul class="ticks">{KINDS.map(|kind| kind_line(draft, kind)).collect_view()}</ul>
            </fieldset>
            <Approved draft wrong=of("approved")/>
            {shared}
            {move || general(&wrong.get()).map(|words| view! { <p class="note wrong" role="alert">{words}</p> })}
            <p class="form-acts">
                <button type="submit" class="button primary" data-testid="template-submit">{t(Key::Save)}</button>
                <button type="button" class="button" on:click=move |_| cancel.run(())>{t(Key::Cancel)}</button>
            </p>
        </form>
    }
}

fn kind_line(draft: Draft, kind: ChannelKind) -> impl IntoView {
    let here = live(move || draft.kinds.with(|kinds| kinds.contains(&kind)));
    let switch = move |_| {
        draft.kinds.update(|kinds| {
            if kinds.contains(&kind) {
                kinds.retain(|other| *other != kind);
            } else {
                kinds.push(kind);
            }
        });
    };
    view! { <li><label class="tick-line"><input type="checkbox" prop:checked=here on:change=switch/> {names::channel_kind(kind)}</label></li> }
}

/// The messenger's own template behind it (D8): what is sent once the time to answer is over.
#[component]
fn Approved(draft: Draft, wrong: Signal<Option<String>>) -> impl IntoView {
    let [name, language] = draft.approved;
    view! {
        <details class="approval" open=!name.with_untracked(String::is_empty)>
            <summary data-testid="template-approval">{t(Key::TemplateApproved)}</summary>
            <p class="note">{t(Key::TemplateApprovedHint)}</p>
            <Field id="approved-name" label=t(Key::TemplateApprovedName) value=name optional=true autocomplete="off" testid="approved-name" wrong=wrong/>
            <Field id="approved-language" label=t(Key::MenuLanguage) value=language optional=true autocomplete="off" testid="approved-language"/>
        </details>
    }
}

#[component]
fn Body(draft: Draft, wrong: Signal<Option<String>>) -> impl IntoView {
    let field: NodeRef<Textarea> = NodeRef::new();
    let insert = move |name: &str| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        // The browser's own insertion keeps its undo.
        let _ = field.focus();
        let (from, to) = (field.selection_start(), field.selection_end());
        let written = format!("{{{{{name}}}}}");
        if let (Ok(Some(from)), Ok(Some(to))) = (from, to) {
            let _ = field.set_range_text_with_start_and_end(&written, from, to);
            let end = from + u32::try_from(written.len()).unwrap_or_default();
            let _ = field.set_selection_range(end, end);
            draft.body.set(field.value());
        }
    };
    let button = move |(name, _): (&'static str, &'static str)| {
        view! { <button type="button" class="chip" data-testid="insert-field" on:click=move |_| insert(name)>{field_words(name)}</button> }
    };
    view! {
        <div class="form-columns">
            <div class="field">
                <label for="template-body">{t(Key::TemplateBody)}</label>
                <textarea id="template-body" node_ref=field rows="6" required data-testid="template-body" aria-describedby="template-body-note" aria-invalid=move || wrong.get().is_some().to_string() prop:value=move || draft.body.get() on:input=move |event| draft.body.set(event_target_value(&event))></textarea>
                <p class="note" id="template-body-note" class:wrong=move || wrong.get().is_some()>{move || wrong.get().unwrap_or_else(|| t(Key::TemplateBodyHint).to_owned())}</p>
                <div class="chips" role="group" aria-label=t(Key::TemplateFields)>{FIELDS.map(button).collect_view()}</div>
            </div>
            <div>
                <h3>{t(Key::TemplatePreview)}</h3>
                <p class="template-preview bubble" dir="auto" data-testid="template-preview">{move || shown(&draft.body.get())}</p>
            </div>
        </div>
    }
}

fn shown(body: &str) -> AnyView {
    let store = store();
    let agent = store.viewer().map(|viewer| viewer.agent.name);
    let workspace = store
        .boot
        .with_untracked(|boot| boot.ready().and_then(|boot| boot.workspace.name.clone()));
    let known = [
        ("agent.name", agent.unwrap_or_default()),
        ("workspace.name", workspace.unwrap_or_default()),
    ];
    match preview(body, &known) {
        Ok(pieces) => pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.into_any(),
                Piece::Filled(text) => view! { <mark>{text}</mark> }.into_any(),
            })
            .collect_view()
            .into_any(),
        Err(Problem::Open) => {
            view! { <span class="wrong">{t(Key::TemplateFieldOpen)}</span> }.into_any()
        }
        Err(Problem::Unknown(name)) => {
            view! { <span class="wrong">{tf(Key::TemplateFieldUnknown, &[("name", &name)])}</span> }
                .into_any()
        }
    }
}

fn field_words(name: &str) -> &'static str {
    t(match name {
        "client.first_name" => Key::ClientFirstName,
        "client.last_name" => Key::ClientLastName,
        "client.name" => Key::TemplateFieldName,
        "client.phone" => Key::DetailsPhone,
        "client.email" => Key::DetailsEmail,
        "agent.name" => Key::TemplateFieldAgent,
        _ => Key::FieldWorkspace,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::templates::ApprovedTemplate;

    #[test]
    fn d8_h9_what_the_messenger_approved_stays_approved_when_the_text_changes() {
        let approved = ApprovedTemplate {
            name: "order_sent".into(),
            language: "es".into(),
            category: TemplateCategory::Marketing,
        };
        let template = Template {
            id: Id::new("t"),
            name: "Enviado".into(),
            body: "Enviado.".into(),
            channel_kinds: Vec::new(),
            owner: None,
            approved: Some(approved),
        };
        Owner::new().with(|| {
            let kept = Draft::of(Some(&template)).approval();
            let expected = ApprovedTemplateInput {
                name: "order_sent".into(),
                language: "es".into(),
                category: TemplateCategory::Marketing,
            };
            assert_eq!(kept, Some(expected));
            assert_eq!(Draft::of(None).approval(), None, "a new one is not");
        });
    }
}
