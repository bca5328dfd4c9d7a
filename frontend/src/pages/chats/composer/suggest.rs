//! What a `/` or an `@` offers: templates with their fields filled in (P1), colleagues to name in a note (P3). Must not
//! touch the text by itself.

use leptos::prelude::*;

use super::head;
use crate::api::chat_queries::{
    AgentsToAssign, OfChatVariables, RenderQuery, RenderVariables, RenderedTemplate,
};
use crate::api::fault::Fault;
use crate::api::graphql::{ChannelKind, Id};
use crate::api::request::Ask;
use crate::api::templates::TemplatesQuery;
use crate::i18n::{Count, Key, lower, t, tn};
use crate::session::asking::Asked;
use crate::state::token::Token;
use crate::ui::live::drawn;
use crate::ui::trouble::shown;

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
    /// Everything that could be offered.
    all: Asked<Vec<Offer>>,
    /// Which one the keys stand on.
    pub chosen: RwSignal<usize>,
    wanted: RwSignal<bool>,
}

impl Suggest {
    fn new(all: Asked<Vec<Offer>>) -> Self {
        Self {
            token: RwSignal::new(None),
            all,
            chosen: RwSignal::new(0),
            wanted: RwSignal::new(false),
        }
    }

    /// The token changed; what it could mean is fetched once.
    pub fn look(self, token: Option<Token>) {
        if self.token.get_untracked() != token {
            self.chosen.set(0);
            self.token.set(token);
        }
        if self.token.with_untracked(Option::is_some) && !self.wanted.get_untracked() {
            self.wanted.set(true);
            self.all.again.run(());
        }
    }

    /// Is a token under the caret whose meaning is not here yet? After a failure it is asked for again.
    pub fn waits(self) -> bool {
        let open = self.token.with_untracked(Option::is_some);
        if open && self.all.known.with_untracked(|all| all.fault().is_some()) {
            self.all.again.run(());
        }
        open && self.all.known.with_untracked(|all| all.ready().is_none())
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
        self.all.known.with(|all| {
            let all = all.ready().map_or(&[][..], Vec::as_slice);
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

    /// Templates for the channel of the open chat.
    pub fn templates() -> Self {
        Self::new(Asked::later(async || {
            let kind = untrack(head).map(|chat| chat.channel.kind);
            let fits = |kinds: &[ChannelKind]| {
                kinds.is_empty() || kind.is_none_or(|kind| kinds.contains(&kind))
            };
            let templates = TemplatesQuery::ask(()).await?.templates.into_iter();
            let offers = templates
                .filter(|template| fits(&template.channel_kinds))
                .map(|template| Offer {
                    id: template.id.into_inner(),
                    name: template.name,
                    line: template.body.lines().next().unwrap_or_default().to_owned(),
                });
            Ok(offers.collect())
        }))
    }

    /// Colleagues with access to a chat.
    pub fn colleagues(chat: &str) -> Self {
        let chat_id = Id::new(chat);
        Self::new(Asked::later(move || {
            let answer = AgentsToAssign::ask(OfChatVariables {
                chat_id: chat_id.clone(),
            });
            async {
                let agents = answer.await?.agents_to_assign.into_iter();
                let offers = agents.map(|agent| Offer {
                    id: agent.id.into_inner(),
                    name: agent.name,
                    line: String::new(),
                });
                Ok(offers.collect())
            }
        }))
    }
}

/// A template as it would be sent in a chat, or why it cannot be filled in.
pub async fn render(chat: &str, template: Id) -> Result<String, Fault> {
    let rendered = rendered(chat, template).await?;
    Fault::refused(&rendered.user_errors)?;
    Ok(rendered.text.unwrap_or_default())
}

/// A template to be completed: what is not known of the client is left in it.
pub async fn with_gaps(chat: &str, template: Id) -> Result<String, Fault> {
    let rendered = rendered(chat, template).await?;
    match rendered.text_with_gaps {
        Some(text) => Ok(text),
        None => Fault::refused(&rendered.user_errors).map(|()| String::new()),
    }
}

async fn rendered(chat: &str, template: Id) -> Result<RenderedTemplate, Fault> {
    let variables = RenderVariables {
        chat_id: Id::new(chat),
        template_id: template,
    };
    Ok(RenderQuery::ask(variables).await?.render_template)
}

/// The list above the field.
#[component]
pub fn Offers(
    suggest: Suggest,
    label: Key,
    empty: Key,
    #[prop(into)] choose: Callback<Offer>,
) -> impl IntoView {
    drawn(move || {
        suggest.token.get()?;
        if suggest.all.known.with(|all| all.ready().is_none()) {
            let why = shown(suggest.all, |_: &Vec<Offer>| ().into_any());
            return Some(view! { <div class="offers empty">{why}</div> }.into_any());
        }
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
    })
}
