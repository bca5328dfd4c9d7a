//! What a `/` or an `@` offers: templates with their fields filled in (P1), colleagues to name in a note (P3). Must not
//! touch the text by itself.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::chat_queries::{AgentsToAssign, OfChatVariables, RenderQuery, RenderVariables};
use crate::api::fault::Fault;
use crate::api::graphql::{ChannelKind, Id};
use crate::api::request::Ask;
use crate::api::templates::TemplatesQuery;
use crate::i18n::{Count, Key, lower, t, tn};
use crate::session::toasts;
use crate::state::token::Token;

/// The most that is offered at once.
const MOST: usize = 8;

/// Something that can be put in place of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its id: a template's or a colleague's.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it says.
    pub line: String,
}

/// What is offered now, for which token.
#[derive(Clone, Copy)]
pub struct Suggest {
    /// The token under the caret.
    pub token: RwSignal<Option<Token>>,
    /// Everything that could be offered; empty while it is not here.
    all: RwSignal<Vec<Offer>>,
    /// Which one the keys stand on.
    pub chosen: RwSignal<usize>,
    asked: RwSignal<bool>,
}

impl Suggest {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            token: RwSignal::new(None),
            all: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(0),
            asked: RwSignal::new(false),
        }
    }

    /// The token changed; what it could mean is fetched once.
    pub fn look(self, token: Option<Token>, fetch: impl FnOnce(Self)) {
        if self.token.get_untracked() != token {
            self.chosen.set(0);
            self.token.set(token);
        }
        if self.token.with_untracked(Option::is_some) && !self.asked.get_untracked() {
            self.asked.set(true);
            fetch(self);
        }
    }

    /// What fits the token, tracked.
    pub fn offers(self) -> Vec<Offer> {
        let Some(token) = self.token.get() else {
            return Vec::new();
        };
        let fits = |offer: &&Offer| {
            lower(&offer.name).contains(&token.word) || lower(&offer.line).contains(&token.word)
        };
        // Who begins so comes first.
        let begins = |offer: &Offer| lower(&offer.name).starts_with(&token.word);
        self.all.with(|all| {
            let (mut first, rest): (Vec<&Offer>, Vec<&Offer>) =
                all.iter().filter(fits).partition(|offer| begins(offer));
            first.extend(rest);
            first.into_iter().take(MOST).cloned().collect()
        })
    }

    /// The one that the keys stand on.
    pub fn current(self) -> Option<Offer> {
        let chosen = self.chosen.get_untracked();
        untrack(move || self.offers()).into_iter().nth(chosen)
    }

    /// Moves by one, around the ends.
    pub fn step(self, by: isize) {
        let count = untrack(move || self.offers()).len().cast_signed();
        if count > 0 {
            let next = (self.chosen.get_untracked().cast_signed() + by).rem_euclid(count);
            self.chosen.set(next.cast_unsigned());
        }
    }

    /// Offers nothing any more.
    pub fn close(self) {
        self.token.set(None);
    }

    /// Templates for a channel of this kind.
    pub fn fetch_templates(self, kind: ChannelKind) {
        spawn_local(async move {
            match TemplatesQuery::ask(()).await {
                Ok(answer) => {
                    let fits = |kinds: &[ChannelKind]| kinds.is_empty() || kinds.contains(&kind);
                    let offers = answer
                        .templates
                        .into_iter()
                        .filter(|template| fits(&template.channel_kinds))
                        .map(|template| Offer {
                            id: template.id.into_inner(),
                            name: template.name,
                            line: template.body.lines().next().unwrap_or_default().to_owned(),
                        });
                    let _ = self.all.try_set(offers.collect());
                }
                Err(fault) => self.failed(&fault),
            }
        });
    }

    /// Colleagues with access to a chat.
    pub fn fetch_colleagues(self, chat: String) {
        spawn_local(async move {
            let variables = OfChatVariables {
                chat_id: Id::new(chat),
            };
            match AgentsToAssign::ask(variables).await {
                Ok(answer) => {
                    let offers = answer.agents_to_assign.into_iter().map(|agent| Offer {
                        id: agent.id.into_inner(),
                        name: agent.name,
                        line: String::new(),
                    });
                    let _ = self.all.try_set(offers.collect());
                }
                Err(fault) => self.failed(&fault),
            }
        });
    }

    fn failed(self, fault: &Fault) {
        let _ = self.asked.try_set(false);
        toasts::fault(fault);
    }
}

/// A template as it would be sent in a chat, or why it cannot be filled in.
pub async fn render(chat: &str, template: Id) -> Result<String, String> {
    let variables = RenderVariables {
        chat_id: Id::new(chat),
        template_id: template,
    };
    let answer = RenderQuery::ask(variables)
        .await
        .map_err(|fault| fault.words())?;
    let rendered = answer.render_template;
    Fault::refused(&rendered.user_errors).map_err(|fault| fault.words())?;
    Ok(rendered.text.unwrap_or_default())
}

/// The list above the field.
#[component]
pub fn Offers(
    suggest: Suggest,
    label: Key,
    empty: Key,
    #[prop(into)] choose: Callback<Offer>,
) -> impl IntoView {
    move || {
        suggest.token.get()?;
        let offers = suggest.offers();
        if offers.is_empty() {
            return Some(view! { <p class="offers empty" role="status">{t(empty)}</p> }.into_any());
        }
        let said = tn(
            Count::OffersFound,
            i64::try_from(offers.len()).unwrap_or_default(),
        );
        let one = |(index, offer): (usize, Offer)| {
            let (name, line) = (offer.name.clone(), offer.line.clone());
            // The field keeps the focus.
            let press = move |event: web_sys::PointerEvent| {
                event.prevent_default();
                choose.run(offer.clone());
            };
            view! {
                <li id=format!("offer-{index}") role="option" class="offer" data-testid="offer" aria-selected=move || (suggest.chosen.get() == index).to_string() on:pointerdown=press>
                    <strong dir="auto">{name}</strong> <span dir="auto">{line}</span>
                </li>
            }
        };
        Some(
            view! {
                <ul id="offers" class="offers" role="listbox" aria-label=t(label)>{offers.into_iter().enumerate().map(one).collect_view()}</ul>
                <p class="unseen" role="status">{said}</p>
            }
            .into_any(),
        )
    }
}
