//! Where an agent writes: grows, counts near the limit, keeps drafts. The rule for texts is `state::text`.

use std::time::Duration;

use leptos::html::Textarea;
use leptos::{ev, prelude::*};
use web_sys::KeyboardEvent;

use crate::api::fault::Fault;
use crate::api::graphql::ChatState;
use crate::i18n::{Count, Key, number, t, tf, tn};
use crate::route::Route;
use crate::session::{memory, sending, store, toasts};
use crate::state::text::{self, COUNT_FROM, LIMIT, Refusal};
use crate::ui::icon::{Icon, icon};

/// The composer of the open chat, or the reason why there is none.
#[component]
pub fn Composer(id: String) -> impl IntoView {
    let store = store();
    let connected = Memo::new(move |_| {
        store.thread.with(|open| {
            open.thread
                .ready()
                .is_none_or(|thread| thread.chat().channel.connected)
        })
    });
    move || {
        if connected.get() {
            view! { <Field id=id.clone()/> }.into_any()
        } else {
            view! { <Locked/> }.into_any()
        }
    }
}

/// A channel without connection takes no messages (A5).
#[component]
fn Locked() -> impl IntoView {
    let way_out = store().is_administrator().then(|| {
        view! { <a class="button" data-inner href=Route::SettingsChats.path()>{t(Key::ComposerReconnect)}</a> }
    });
    view! { <div class="composer locked" role="status">{icon(Icon::Unplugged)} <p>{t(Key::RefusalChannelDisconnected)}</p> {way_out}</div> }
}

#[component]
fn Field(id: String) -> impl IntoView {
    let store = store();
    let draft = ArcRwSignal::new(memory::draft(&id));
    let refused = RwSignal::new(false);
    let field: NodeRef<Textarea> = NodeRef::new();
    keep_draft(&id, draft.clone());
    sending::compose(&id, draft.clone());
    grow_with_text(field, draft.clone());
    let send = {
        let (id, draft) = (id.clone(), draft.clone());
        move || match text::parse(&draft.get_untracked()) {
            Ok(text) => {
                if !sending::send(&id, text) {
                    return toasts::fault(&Fault::Network);
                }
                sending::stopped_typing(&id);
                memory::keep_draft(&id, "");
                draft.set(String::new());
                refused.set(false);
                focus_later(field);
            }
            Err(Refusal::Empty) => focus_later(field),
            Err(Refusal::TooLong(_) | Refusal::Nul) => refused.set(true),
        }
    };
    let typed = {
        let (id, draft) = (id.clone(), draft.clone());
        move |event| {
            draft.set(event_target_value(&event));
            refused.set(false);
            sending::typing(&id);
        }
    };
    let left = {
        let id = id.clone();
        move |_| sending::stopped_typing(&id)
    };
    let pressed = {
        let send = send.clone();
        move |event: KeyboardEvent| {
            if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                event.prevent_default();
                send();
            }
        }
    };
    let archived = Memo::new(move |_| {
        store.thread.with(|open| {
            open.thread
                .ready()
                .is_some_and(|thread| thread.chat().state == ChatState::Archived)
        })
    });
    let hint = move || {
        t(if archived.get() {
            Key::ComposerReopens
        } else {
            Key::ComposerHint
        })
    };
    let value = draft.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <form class="composer" on:submit=submit>
            <Note draft=draft.clone() refused/>
            <div class="composer-line">
                <textarea
                    node_ref=field
                    rows="1"
                    data-testid="composer"
                    dir="auto"
                    aria-label=t(Key::ComposerLabel)
                    aria-describedby="composer-note"
                    placeholder=hint
                    prop:value=move || value.get()
                    on:input=typed
                    on:keydown=pressed
                    on:blur=left
                ></textarea>
                <button type="submit" class="button primary square" data-testid="send" title=t(Key::ComposerSendTitle) aria-label=t(Key::ComposerSend)>
                    {icon(Icon::Send)}
                </button>
            </div>
        </form>
    }
}

/// The line above the field: how much is left, or why it cannot be sent.
#[component]
fn Note(draft: ArcRwSignal<String>, refused: RwSignal<bool>) -> impl IntoView {
    let length = Memo::new(move |_| draft.with(|draft| draft.trim().chars().count()));
    let has_nul = move || refused.get() && length.get() <= LIMIT;
    let words = move || {
        let length = length.get();
        let over = i64::try_from(length.saturating_sub(LIMIT)).unwrap_or_default();
        if over > 0 {
            tn(Count::ComposerTooLong, over)
        } else if has_nul() {
            t(Key::ComposerNul).to_owned()
        } else if length >= COUNT_FROM {
            let shown = |count: usize| number(i64::try_from(count).unwrap_or_default());
            tf(
                Key::ComposerCount,
                &[("n", &shown(length)), ("limit", &shown(LIMIT))],
            )
        } else {
            String::new()
        }
    };
    view! {
        <p id="composer-note" class="composer-note" data-testid="composer-note" aria-live="polite" class:wrong={move || length.get() > LIMIT || has_nul()}>
            {words}
        </p>
    }
}

/// Drafts are kept at a pause in typing and on leaving (F8), never per key.
fn keep_draft(id: &str, draft: ArcRwSignal<String>) {
    let saved = {
        let id = id.to_owned();
        let draft = draft.clone();
        move || memory::keep_draft(&id, &draft.get_untracked())
    };
    let pause = debounce(Duration::from_millis(400), {
        let saved = saved.clone();
        move |()| saved()
    });
    let mut pause = pause;
    Effect::new(move |before: Option<()>| {
        draft.track();
        if before.is_some() {
            pause(());
        }
    });
    let hidden = window_event_listener(ev::pagehide, {
        let saved = saved.clone();
        move |_| saved()
    });
    let id = id.to_owned();
    on_cleanup(move || {
        sending::close_composer(&id);
        saved();
        hidden.remove();
    });
}

/// The field is as high as its text, up to 40 % of the pane (the style sheet's limit).
fn grow_with_text(field: NodeRef<Textarea>, draft: ArcRwSignal<String>) {
    Effect::new(move || {
        draft.track();
        let Some(field) = field.get() else { return };
        request_animation_frame(move || {
            let style = web_sys::HtmlElement::style(&field);
            let _ = style.set_property("height", "auto");
            let _ = style.set_property("height", &format!("{}px", field.scroll_height() + 2));
        });
    });
}

fn focus_later(field: NodeRef<Textarea>) {
    request_animation_frame(move || {
        if let Some(field) = field.try_get_untracked().flatten() {
            let _ = field.focus();
        }
    });
}
