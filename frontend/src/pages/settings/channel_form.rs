//! The form of a web chat: name, sites, title, greeting, colour, with a preview. Used for a new one and for a change.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::fault::Fault;
use crate::api::mutations::{
    ConfigureWidget, ConfigureWidgetInput, ConnectWebChat, ConnectWebChatInput,
};
use crate::api::queries::Channel;
use crate::api::request::Give;
use crate::i18n::{Key, t};
use crate::pages::set_up::{general, words_for};
use crate::session::{noticed, toasts};
use crate::ui::field::Field;

/// What the form holds.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    origins: RwSignal<String>,
    title: RwSignal<String>,
    greeting: RwSignal<String>,
    color: RwSignal<String>,
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
        }
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
        match channel {
            None => {
                let input = ConnectWebChatInput {
                    name,
                    origins,
                    title,
                    greeting,
                    color,
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

/// What the visitor will see.
#[component]
fn Preview(draft: Draft) -> impl IntoView {
    let or = |signal: RwSignal<String>, other: Key| {
        move || {
            Some(signal.get())
                .filter(|text| !text.trim().is_empty())
                .unwrap_or_else(|| t(other).to_owned())
        }
    };
    view! {
        <div class="widget-preview" aria-hidden="true">
            <p class="widget-head" style:background-color=move || draft.color.get()>{or(draft.title, Key::ChannelPreviewTitle)}</p>
            <p class="widget-greeting">{or(draft.greeting, Key::ChannelPreviewGreeting)}</p>
            <p class="widget-button" style:background-color=move || draft.color.get()></p>
        </div>
    }
}
