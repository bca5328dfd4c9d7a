//! In place of the field: why no message can be written, and the way out as a button (A5, D7-D9, F7). Must not judge.

use leptos::prelude::*;

use super::super::record;
use crate::api::fault::Fault;
use crate::api::graphql::{ChannelKind, Id, OfferedPurpose, SendMeans, SendPurpose};
use crate::api::request::Ask;
use crate::api::templates::{Template, TemplateCategory, TemplatesQuery};
use crate::i18n::{Key, t, tf};
use crate::route::Route;
use crate::session::asking::Asked;
use crate::session::{act, sending, store, toasts};
use crate::state::access::Access;
use crate::state::outbox::Kind;
use crate::state::text;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::drawn;
use crate::ui::trouble::shown;
use leptos::task::spawn_local;

/// The reason and the ways out.
#[component]
pub fn Locked(id: String, access: Access) -> impl IntoView {
    let (shape, words) = reason(&access);
    let note = move |_| store().desk.switch_to_note(true);
    let ways = ways_out(&id, access);
    let why = words.clone();
    let _ = super::attach::dropping(move |_| toasts::alert(why.clone()));
    view! {
        <div class="composer locked" data-testid="composer-locked">
            <p class="locked-why" role="status">{icon(shape)} <span>{words}</span></p>
            <div class="locked-ways">
                {ways}
                {(!untrack(super::among_colleagues)).then(|| view! { <button type="button" class="button" data-testid="note-mode" on:click=note>{icon(Icon::Note)} {t(Key::ComposerNote)}</button> })}
            </div>
        </div>
    }
}

fn reason(access: &Access) -> (Icon, String) {
    let plain = |key: Key| t(key).to_owned();
    match access {
        Access::Assigned(Some(who)) => (Icon::Assign, tf(Key::LockedAssigned, &[("who", who)])),
        Access::Assigned(None) => (Icon::Assign, plain(Key::LockedAssignedOther)),
        Access::Blocked => (Icon::Block, plain(Key::LockedBlocked)),
        Access::Erased => (Icon::Block, plain(Key::LockedErased)),
        Access::NoRight => (Icon::Block, plain(Key::LockedNoRight)),
        Access::SyncLost => (Icon::Unplugged, plain(Key::RefusalChannelDisconnected)),
        Access::ReadOnly => (Icon::Eye, plain(Key::LockedReadOnly)),
        Access::CommentsOnly => (Icon::Chats, plain(Key::LockedComments)),
        Access::WindowClosed { .. } => (Icon::Clock, plain(Key::LockedWindow)),
        Access::Open | Access::Closed => (Icon::Clock, plain(Key::LockedClosed)),
    }
}

fn ways_out(id: &str, access: Access) -> AnyView {
    match access {
        Access::SyncLost if store().is_administrator() => view! {
            <a class="button primary" data-inner href=Route::SettingsChats.path()>{t(Key::ComposerReconnect)}</a>
        }
        .into_any(),
        Access::Blocked => {
            let id = id.to_owned();
            let unblock = move |_| act::act(id.clone(), act::Act::Block(false));
            view! { <button type="button" class="button" on:click=unblock>{t(Key::HeaderUnblock)}</button> }.into_any()
        }
        Access::WindowClosed {
            link,
            purposes,
            templates,
        } => view! {
            {link.map(|link| view! {
                <a class="button primary" href=link target="_blank" rel="noopener noreferrer" data-testid="open-messenger">{t(Key::LockedOpenMessenger)}</a>
            })}
            <Purposes id=id.to_owned() purposes templates/>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// The purposes that are let through (D8), each with its warning (D9), or the templates that are.
#[component]
fn Purposes(id: String, purposes: Vec<OfferedPurpose>, templates: bool) -> impl IntoView {
    let by = |means: SendMeans| -> Vec<SendPurpose> {
        let offered = purposes.iter();
        let offered = offered.filter(|offered| offered.means == Some(means));
        offered.map(|offered| offered.purpose).collect()
    };
    let (by_tag, by_template) = (by(SendMeans::Tag), by(SendMeans::Template));
    let tags = (!by_tag.is_empty()).then(|| view! { <Tagged id=id.clone() purposes=by_tag/> });
    let approved = if by_template.is_empty() {
        templates.then(|| view! { <Approved id=id.clone() purpose=None/> }.into_any())
    } else {
        Some(view! { <ByTemplate id=id.clone() purposes=by_template/> }.into_any())
    };
    view! { {tags} {approved} }
}

/// One of the purposes, as a button each.
fn choices(purposes: Vec<SendPurpose>, chosen: RwSignal<Option<SendPurpose>>) -> AnyView {
    let one = |purpose: SendPurpose| {
        view! {
            <button type="button" class="button" data-testid="purpose" aria-pressed=move || (chosen.get() == Some(purpose)).to_string() on:click=move |_| chosen.set(Some(purpose))>
                {record::purpose(purpose)}
            </button>
        }
    };
    view! {
        <div class="purposes" role="group" aria-labelledby="purposes-title">
            <span id="purposes-title" class="note">{t(Key::LockedPurposes)}</span>
            {purposes.into_iter().map(one).collect_view()}
        </div>
    }
    .into_any()
}

fn warning() -> AnyView {
    view! { <p class="warning" role="alert">{icon(Icon::Info)} {t(Key::PurposeWarning)}</p> }
        .into_any()
}

/// A purpose first, then a template that the messenger has approved.
#[component]
fn ByTemplate(id: String, purposes: Vec<SendPurpose>) -> impl IntoView {
    let chosen = RwSignal::new(None::<SendPurpose>);
    let form = drawn(move || {
        let purpose = chosen.get()?;
        let id = id.clone();
        Some(
            view! { <div class="purpose-form">{warning()} <Approved id purpose=Some(purpose)/></div> },
        )
    });
    view! { {choices(purposes, chosen)} {form} }
}

#[component]
fn Tagged(id: String, purposes: Vec<SendPurpose>) -> impl IntoView {
    let chosen = RwSignal::new(None::<SendPurpose>);
    let text = RwSignal::new(String::new());
    let refused = RwSignal::new(false);
    let send =
        StoredValue::new(
            move |purpose: SendPurpose| match text::parse(&text.get_untracked()) {
                Ok(words) => {
                    let kind = Kind::Message {
                        quotes: None,
                        purpose: Some(purpose),
                        template: None,
                    };
                    if sending::send(&id, words, kind, false) {
                        text.set(String::new());
                        chosen.set(None);
                    } else {
                        toasts::fault(&Fault::Network);
                    }
                }
                Err(_) => refused.set(true),
            },
        );
    let form = drawn(move || {
        let purpose = chosen.get()?;
        let submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            send.with_value(|send| send(purpose));
        };
        Some(view! {
            <form class="purpose-form" on:submit=submit>
                {warning()}
                <textarea rows="2" dir="auto" aria-label=record::purpose(purpose) aria-invalid=move || refused.get().to_string() prop:value=move || text.get() on:input=move |event| { refused.set(false); text.set(event_target_value(&event)); }></textarea>
                <button type="submit" class="button primary">{t(Key::ComposerSend)}</button>
            </form>
        })
    });
    view! {
        {choices(purposes, chosen)}
        {form}
    }
}

/// Fills a template in and sends it.
fn fill(chat: String, template: Id, kind: Kind) {
    spawn_local(async move {
        match super::suggest::render(&chat, template.clone()).await {
            Ok(text) => {
                if !sending::send(&chat, text.trim(), kind, false) {
                    toasts::fault(&Fault::Network);
                }
            }
            Err(fault) => toasts::failed(&fault, move || {
                fill(chat.clone(), template.clone(), kind.clone());
            }),
        }
    });
}

/// Whether a template is made for this messenger, and approved for such a purpose: the three updates are no campaigns.
fn suits(template: &Template, kind: Option<ChannelKind>, purpose: Option<SendPurpose>) -> bool {
    let kinds = &template.channel_kinds;
    let here = kinds.is_empty() || kind.is_none_or(|kind| kinds.contains(&kind));
    let category = template.approved.as_ref().map(|it| it.category);
    here && category.is_some_and(|it| purpose.is_none() || it == TemplateCategory::Utility)
}

/// Templates that the messenger has approved.
#[component]
fn Approved(id: String, purpose: Option<SendPurpose>) -> impl IntoView {
    let asked = Asked::later(async || Ok(TemplatesQuery::ask(()).await?.templates));
    let open = RwSignal::new(false);
    let look = move || {
        open.set(true);
        asked.again.run(());
    };
    // Who has chosen a purpose is looking for them.
    if purpose.is_some() {
        look();
    }
    let id = StoredValue::new(id);
    let kind = untrack(super::head).map(|chat| chat.channel.kind);
    let choose = move |template: &Template| {
        let kind = Kind::Message {
            quotes: None,
            purpose,
            template: template
                .approved
                .as_ref()
                .map(|approved| (approved.name.clone(), approved.language.clone())),
        };
        fill(id.get_value(), template.id.clone(), kind);
    };
    let list = move |all: &Vec<Template>| {
        let fits = |it: &&Template| suits(it, kind, purpose);
        let all: Vec<Template> = all.iter().filter(fits).cloned().collect();
        if all.is_empty() {
            return view! { <p class="note">{t(Key::LockedNoTemplates)} " " <a data-inner href=Route::Templates.path()>{t(Key::TemplatesTitle)}</a></p> }.into_any();
        }
        let one = |template: Template| {
            let (words, body) = (template.name.clone(), template.body.clone());
            let whole = body.clone();
            view! { <button type="button" class="button approved" data-testid="approved" title=whole on:click=move |_| choose(&template)>{words} <span class="note" dir="auto">{body}</span></button> }
        };
        view! { <div class="purposes">{all.into_iter().map(one).collect_view()}</div> }.into_any()
    };
    view! {
        {purpose.is_none().then(|| view! { <button type="button" class="button" data-testid="approved-templates" on:click=move |_| look()>{icon(Icon::Template)} {t(Key::LockedTemplates)}</button> })}
        {move || open.get().then(|| shown(asked, list))}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::templates::ApprovedTemplate;

    fn template(kinds: &[ChannelKind], approved: Option<TemplateCategory>) -> Template {
        let approved = approved.map(|category| ApprovedTemplate {
            name: "order_sent".into(),
            language: "es".into(),
            category,
        });
        Template {
            id: Id::new("t"),
            name: "Sent".into(),
            body: "Sent.".into(),
            channel_kinds: kinds.to_vec(),
            owner: None,
            approved,
        }
    }

    #[test]
    fn d8_past_the_window_only_what_would_pass_is_offered() {
        let whatsapp = Some(ChannelKind::Whatsapp);
        let utility = Some(TemplateCategory::Utility);
        let marketing = Some(TemplateCategory::Marketing);
        let update = Some(SendPurpose::AccountUpdate);
        let of = |kinds: &[ChannelKind], approved, purpose| {
            suits(&template(kinds, approved), whatsapp, purpose)
        };
        assert!(of(&[], utility, None));
        assert!(of(&[ChannelKind::Whatsapp], marketing, None));
        assert!(!of(&[ChannelKind::Sms], utility, None), "of another kind");
        assert!(!of(&[], None, None), "not approved");
        assert!(of(&[], utility, update));
        assert!(!of(&[], marketing, update), "a campaign is no update");
    }
}
