//! Settings > API tokens: make one with the scopes it needs, see it once, end it (P17). Must not keep a secret.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Settings;
use crate::api::fault::Fault;
use crate::api::graphql::{AgentName, AgentRole, Id};
use crate::api::people::Employees;
use crate::api::request::{Ask, Give};
use crate::api::tokens::{
    ApiToken, ApiTokenScope, ApiTokens, CreateApiToken, CreateApiTokenInput, RevokeApiToken,
    RevokeApiTokenInput,
};
use crate::i18n::{DateStyle, Key, date, t, tf};
use crate::pages::set_up::{general, words_for};
use crate::remote::Remote;
use crate::session::{asking, noticed, store};
use crate::ui::confirm::Confirm;
use crate::ui::copy::Copy;
use crate::ui::field::Field;
use crate::ui::icon::{Icon, icon};
use crate::ui::trouble::Trouble;

/// The tokens, and for whom one can be made.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    tokens: Vec<ApiToken>,
    holders: Vec<AgentName>,
}

async fn fetch() -> Result<Known, Fault> {
    let tokens = ApiTokens::ask(()).await?.api_tokens;
    let viewer = store().viewer();
    let administrator = store().is_administrator();
    let agents = Employees::ask(()).await?.agents;
    let holds = |role: AgentRole| {
        matches!(
            role,
            AgentRole::Bot | AgentRole::Integrator | AgentRole::Auditor
        )
    };
    let holders = agents
        .into_iter()
        .filter(|agent| agent.active && holds(agent.role))
        .filter(|agent| {
            administrator
                || agent.role == AgentRole::Integrator
                    && viewer
                        .as_ref()
                        .is_some_and(|viewer| viewer.agent.id == agent.id)
        })
        .map(|agent| AgentName {
            id: agent.id,
            name: agent.name,
        });
    Ok(Known {
        tokens,
        holders: holders.collect(),
    })
}

/// The page.
#[component]
pub fn Tokens() -> impl IntoView {
    let known = RwSignal::new(Remote::<Known>::Loading);
    let ask = move || asking::ask(known, fetch());
    ask();
    let adding = RwSignal::new(false);
    let secret = RwSignal::new(None::<String>);
    let done = Callback::new(move |made: String| {
        adding.set(false);
        secret.set(Some(made));
        ask();
    });
    let again = Callback::new(move |()| ask());
    let holders = Memo::new(move |_| {
        known
            .with(|known| known.ready().map(|known| known.holders.clone()))
            .unwrap_or_default()
    });
    view! {
        <Settings title=t(Key::SettingsTokens)>
            <p class="lead">{t(Key::TokensLead)}</p>
            {move || secret.get().map(|text| view! {
                <div class="secret" role="alert">
                    <p><strong>{t(Key::TokenOnce)}</strong></p>
                    <Copy text label=t(Key::TokenSecret) testid="token-secret"/>
                    <button type="button" class="button" on:click=move |_| secret.set(None)>{t(Key::TokenKept)}</button>
                </div>
            })}
            {move || match (adding.get(), holders.with(Vec::is_empty)) {
                (true, _) => view! { <Create holders=holders.get_untracked() done cancel=move || adding.set(false)/> }.into_any(),
                (false, true) => view! { <p class="note">{t(Key::TokensNoHolder)}</p> }.into_any(),
                (false, false) => view! {
                    <button type="button" class="button primary" data-testid="new-token" on:click=move |_| adding.set(true)>{icon(Icon::Plus)} {t(Key::TokensNew)}</button>
                }
                .into_any(),
            }}
            {move || match known.get() {
                Remote::Loading | Remote::Slow => ().into_any(),
                Remote::Failed(fault) => view! { <Trouble fault again=ask/> }.into_any(),
                Remote::Ready(known) if known.tokens.is_empty() => view! { <p class="empty-words">{t(Key::TokensNone)}</p> }.into_any(),
                Remote::Ready(known) => known.tokens.into_iter().map(|token| view! { <Card token again/> }).collect_view().into_any(),
            }}
        </Settings>
    }
}

#[component]
fn Card(token: ApiToken, again: Callback<()>) -> impl IntoView {
    let id = token.id;
    let revoke = Callback::new(move |()| {
        let input = RevokeApiTokenInput {
            token_id: id.clone(),
        };
        asking::give::<RevokeApiToken>(input, move |_| {
            let _ = again.try_run(());
        });
    });
    let used = match &token.last_used_at {
        Some(at) => tf(Key::TokenUsed, &[("when", &date(&at.0, DateStyle::Exact))]),
        None => t(Key::TokenUnused).to_owned(),
    };
    let alive = token.revoked_at.is_none();
    let revoked = token.revoked_at.map(|at| {
        let words = tf(
            Key::TokenRevoked,
            &[("when", &date(&at.0, DateStyle::Exact))],
        );
        view! { <span class="chip warn">{words}</span> }
    });
    let word = token.name.clone();
    view! {
        <article class="card" data-testid="token">
            <header>{icon(Icon::Key)}<h2>{token.name}</h2>{revoked}</header>
            <p class="note">{token.agent.map(|agent| agent.name)} " · " {used}</p>
            <p class="chips">{token.scopes.into_iter().map(|scope| view! { <span class="chip"><code>{scope.code()}</code></span> }).collect_view()}</p>
            {alive.then(|| view! { <p class="form-acts"><Confirm button=t(Key::TokenRevoke) question=t(Key::TokenRevokeAsk).to_owned() word act=revoke testid="revoke-token"/></p> })}
        </article>
    }
}

#[component]
fn Create(
    holders: Vec<AgentName>,
    done: Callback<String>,
    #[prop(into)] cancel: UnsyncCallback<()>,
) -> impl IntoView {
    let key = StoredValue::new(uuid::Uuid::new_v4().to_string());
    let name = RwSignal::new(String::new());
    let first = holders.first().map(|agent| agent.id.inner().to_owned());
    let holder = RwSignal::new(first.unwrap_or_default());
    let scopes = RwSignal::new(Vec::<ApiTokenScope>::new());
    let wrong = RwSignal::new(None::<Fault>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        wrong.set(None);
        let input = CreateApiTokenInput {
            idempotency_key: Some(Id::new(key.get_value())),
            agent_id: Id::new(holder.get_untracked()),
            name: name.get_untracked(),
            scopes: scopes.get_untracked(),
        };
        spawn_local(async move {
            match CreateApiToken::send(input).await {
                Ok(payload) => {
                    if let Some(secret) = payload.secret {
                        let _ = done.try_run(secret);
                    }
                }
                Err(fault) => {
                    noticed(&fault);
                    let _ = key.try_set_value(uuid::Uuid::new_v4().to_string());
                    let _ = wrong.try_set(Some(fault));
                }
            }
        });
    };
    let of = move |field: &'static str| Signal::derive(move || words_for(&wrong.get(), field));
    let line = move |scope: ApiTokenScope| {
        let toggle = move |_| {
            scopes.update(|scopes| {
                if scopes.contains(&scope) {
                    scopes.retain(|other| *other != scope);
                } else {
                    scopes.push(scope);
                }
            });
        };
        view! { <li><label class="tick-line"><input type="checkbox" data-testid="token-scope" prop:checked=move || scopes.with(|scopes| scopes.contains(&scope)) on:change=toggle/> <code>{scope.code()}</code></label></li> }
    };
    let option =
        |agent: AgentName| view! { <option value=agent.id.into_inner()>{agent.name}</option> };
    let other = move || {
        general(&wrong.get())
            .or_else(|| words_for(&wrong.get(), "scopes"))
            .or_else(|| words_for(&wrong.get(), "agentId"))
    };
    view! {
        <form class="card form" data-testid="token-form" on:submit=submit>
            <Field id="token-name" label=t(Key::TokenName) value=name focus=true autocomplete="off" testid="token-name" wrong=of("name")/>
            <div class="field"><label for="token-holder">{t(Key::TokenHolder)}</label><select id="token-holder" on:change=move |event| holder.set(event_target_value(&event))>{holders.into_iter().map(option).collect_view()}</select></div>
            <fieldset class="field"><legend>{t(Key::TokenScopes)}</legend><ul class="ticks">{ApiTokenScope::ALL.map(line).collect_view()}</ul></fieldset>
            {move || other().map(|words| view! { <p class="note wrong" role="alert">{words}</p> })}
            <p class="form-acts">
                <button type="submit" class="button primary" data-testid="token-submit">{t(Key::TokensCreate)}</button>
                <button type="button" class="button" on:click=move |_| cancel.run(())>{t(Key::Cancel)}</button>
            </p>
        </form>
    }
}
