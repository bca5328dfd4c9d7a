//! The form of a web chat: name, sites, title, greeting, colour, what it asks first, with a preview. Used for a new one and
//! for a change.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::fault::Fault;
use crate::api::mutations::{
    ConfigureWidget, ConfigureWidgetInput, ConnectWebChat, ConnectWebChatInput,
    WidgetFormFieldInput,
};
use crate::api::queries::{Channel, WidgetFormFieldKind};
use crate::api::request::Give;
use crate::i18n::{Key, t};
use crate::pages::set_up::{general, words_for};
use crate::session::{noticed, toasts};
use crate::ui::field::Field;
use crate::ui::live::drawn;

/// What can be asked before a chat, in the order in which it is.
const ASKS: [(WidgetFormFieldKind, Key, &str); 4] = [
    (WidgetFormFieldKind::Name, Key::FieldName, "ask-name"),
    (WidgetFormFieldKind::Email, Key::FieldEmail, "ask-email"),
    (WidgetFormFieldKind::Phone, Key::DetailsPhone, "ask-phone"),
    (
        WidgetFormFieldKind::Question,
        Key::AskQuestion,
        "ask-question",
    ),
];
/// What a field of [`ASKS`] can be, as its control says it: not asked, optional, required.
const STRICT: [(&str, Key); 3] = [
    ("", Key::AskNo),
    ("optional", Key::AskOptional),
    ("required", Key::AskRequired),
];

/// What the form holds.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    origins: RwSignal<String>,
    title: RwSignal<String>,
    greeting: RwSignal<String>,
    color: RwSignal<String>,
    /// For each of [`ASKS`] one of [`STRICT`].
    asks: RwSignal<[&'static str; 4]>,
    typing_preview: RwSignal<bool>,
}

impl Draft {
    fn of(channel: Option<&Channel>) -> Self {
        let widget = channel.and_then(|channel| channel.widget.as_ref());
        let text = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
        Self {
            name: text(channel.map(|channel| channel.name.clone())),
            origins: text(widget.map(|widget| widget.origins.join("\n"))),
            title: text(widget.and_then(|widget| widget.title.clone())),
            greeting: text(widget.and_then(|widget| widget.greeting.clone())),
            color: RwSignal::new(
                widget
                    .and_then(|widget| widget.color.clone())
                    .unwrap_or_else(|| "#0f766e".to_owned()),
            ),
            asks: RwSignal::new(ASKS.map(|(kind, ..)| {
                let mut form = widget.into_iter().flat_map(|widget| &widget.form);
                match form.find(|field| field.asks == kind) {
                    None => "",
                    Some(field) if field.required => "required",
                    Some(_) => "optional",
                }
            })),
            typing_preview: RwSignal::new(widget.is_some_and(|widget| widget.typing_preview)),
        }
    }

    fn form(self) -> Vec<WidgetFormFieldInput> {
        let asked = ASKS.into_iter().zip(self.asks.get_untracked());
        asked
            .filter(|(_, strict)| !strict.is_empty())
            .map(|((asks, ..), strict)| WidgetFormFieldInput {
                asks,
                required: strict == "required",
            })
            .collect()
    }

    fn origins(self) -> Vec<String> {
        let text = self.origins.get_untracked();
        let lines = text
            .split([',', '\n', ' '])
            .map(|line| line.trim().trim_end_matches('/'));
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    async fn send(self, channel: Option<Channel>) -> Result<Option<Channel>, Fault> {
        let some = |signal: RwSignal<String>| {
            Some(signal.get_untracked().trim().to_owned()).filter(|text| !text.is_empty())
        };
        let (name, origins) = (self.name.get_untracked(), self.origins());
        let (title, greeting, color) = (some(self.title), some(self.greeting), some(self.color));
        let form = Some(self.form());
        let typing_preview = Some(self.typing_preview.get_untracked());
        match channel {
            None => {
                let input = ConnectWebChatInput {
                    name,
                    origins,
                    title,
                    greeting,
                    color,
                    form,
                    typing_preview,
                };
                Ok(ConnectWebChat::send(input).await?.channel)
            }
            Some(channel) => {
                let input = ConfigureWidgetInput {
                    channel_id: channel.id,
                    name: Some(name),
                    origins: Some(origins),
                    title: Some(title.unwrap_or_default()),
                    greeting: Some(greeting.unwrap_or_default()),
                    color,
                    form,
                    typing_preview,
                };
                Ok(ConfigureWidget::send(input).await?.channel)
            }
        }
    }
}

/// The form. Without `channel` it makes a new web chat.
#[component]
pub fn ChannelForm(
    #[prop(optional)] channel: Option<Channel>,
    done: Callback<Channel>,
    #[prop(into)] cancel: UnsyncCallback<()>,
) -> impl IntoView {
    let draft = Draft::of(channel.as_ref());
    let wrong = RwSignal::new(None::<Fault>);
    let is_new = channel.is_none();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        wrong.set(None);
        let channel = channel.clone();
        spawn_local(async move {
            match draft.send(channel).await {
                Ok(Some(changed)) => {
                    toasts::say(t(Key::ChannelSaved).to_owned(), None);
                    let _ = done.try_run(changed);
                    // A changed channel closes its form; a new one is closed by the page.
                    if !is_new {
                        let _ = cancel.try_run(());
                    }
                }
                Ok(None) => drop(cancel.try_run(())),
                Err(fault) => {
                    noticed(&fault);
                    let _ = wrong.try_set(Some(fault));
                }
            }
        });
    };
    let of = move |field: &'static str| Signal::derive(move || words_for(&wrong.get(), field));
    view! {
        <form class="card form" data-testid="channel-form" on:submit=submit>
            <h2>{t(if is_new { Key::ChannelsConnect } else { Key::ChannelEdit })}</h2>
            <div class="form-columns">
                <div>
                    <Field id="channel-name" label=t(Key::ChannelName) hint=t(Key::ChannelNameHint) value=draft.name testid="channel-name" focus=true wrong=of("name")/>
                    <Origins value=draft.origins wrong=of("origins")/>
                    <Field id="channel-title" label=t(Key::ChannelTitle) value=draft.title optional=true testid="channel-title" wrong=of("title")/>
                    <Field id="channel-greeting" label=t(Key::ChannelGreeting) value=draft.greeting optional=true testid="channel-greeting" wrong=of("greeting")/>
                    <Field id="channel-color" label=t(Key::ChannelColor) kind="color" value=draft.color optional=true testid="channel-color" wrong=of("color")/>
                    <Asks draft/>
                </div>
                <Preview draft/>
            </div>
            {move || general(&wrong.get()).map(|words| view! { <p class="note wrong" role="alert">{words}</p> })}
            <p class="form-acts">
                <button type="submit" class="button primary" data-testid="channel-save">{t(if is_new { Key::ChannelCreate } else { Key::Save })}</button>
                <button type="button" class="button" on:click=move |_| cancel.run(())>{t(Key::Cancel)}</button>
            </p>
        </form>
    }
}

#[component]
fn Origins(value: RwSignal<String>, wrong: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="channel-origins">{t(Key::ChannelOrigins)}</label>
            <textarea
                id="channel-origins"
                rows="2"
                required=true
                data-testid="channel-origins"
                placeholder="https://www.example.com"
                aria-describedby="channel-origins-note"
                aria-invalid=move || wrong.get().is_some().to_string()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
            <p class="note" id="channel-origins-note" class:wrong=move || wrong.get().is_some()>
                {move || wrong.get().unwrap_or_else(|| t(Key::ChannelOriginsHint).to_owned())}
            </p>
        </div>
    }
}

/// What visitors are asked before they write, and whether agents read along.
#[component]
fn Asks(draft: Draft) -> impl IntoView {
    let line = move |(at, (_, words, id)): (usize, (WidgetFormFieldKind, Key, &'static str))| {
        let here = move || draft.asks.with(|asks| asks.get(at).copied());
        let choose = move |event| {
            let chosen = event_target_value(&event);
            let strict = STRICT.iter().find(|(value, _)| *value == chosen);
            draft.asks.update(|asks| {
                if let (Some(place), Some((value, _))) = (asks.get_mut(at), strict) {
                    *place = value;
                }
            });
        };
        let option = move |(value, words): (&'static str, Key)| view! { <option value=value selected=move || here() == Some(value)>{t(words)}</option> };
        view! {
            <div class="setting"><label for=id>{t(words)}</label><select id=id data-testid=id on:change=choose>{STRICT.map(option).collect_view()}</select></div>
        }
    };
    view! {
        <fieldset class="field asks">
            <legend>{t(Key::AskTitle)}</legend>
            <p class="note">{t(Key::AskHint)}</p>
            {ASKS.into_iter().enumerate().map(line).collect_view()}
        </fieldset>
        <label class="tick-line"><input type="checkbox" data-testid="typing-preview" prop:checked=move || draft.typing_preview.get() on:change=move |event| draft.typing_preview.set(event_target_checked(&event))/> {t(Key::AskTyping)}</label>
    }
}

/// What the visitor will see.
#[component]
fn Preview(draft: Draft) -> impl IntoView {
    let or = |signal: RwSignal<String>, other: Key| {
        drawn(move || {
            Some(signal.get())
                .filter(|text| !text.trim().is_empty())
                .unwrap_or_else(|| t(other).to_owned())
        })
    };
    view! {
        <div class="widget-preview" aria-hidden="true">
            <p class="widget-head" style:background-color=move || draft.color.get()>{or(draft.title, Key::ChannelPreviewTitle)}</p>
            <p class="widget-greeting">{or(draft.greeting, Key::ChannelPreviewGreeting)}</p>
            {move || draft.asks.with(|asks| ASKS.into_iter().zip(*asks).filter(|(_, strict)| !strict.is_empty()).map(|((_, words, _), strict)| view! {
                <p class="widget-ask">{t(words)} {(strict == "required").then_some(" *")}</p>
            }).collect_view())}
            <p class="widget-button" style:background-color=move || draft.color.get()></p>
        </div>
    }
}
