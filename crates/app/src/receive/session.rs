//! Opens a visitor's session and reads its token back.

use hilo_channels::webchat::session::{Identity, SessionRequest};
use hilo_channels::webchat::{identity, token};
use hilo_domain::channel::FormField;
use hilo_domain::chat::{ChatCommand, ContactDescription};
use hilo_domain::{Actor, ChannelId, ids};
use hilo_journal::Dedupe;
use hilo_read::{ChannelScope, ChatRow};
use jiff::{SignedDuration, Timestamp};
use uuid::{Uuid, Version};

use super::{Visitor, VisitorError, command};
use crate::accounts::Peer;
use crate::{Act, App, Widget, clock};

/// An open session, to be told to the visitor's page.
#[derive(Clone, Debug)]
pub struct OpenedSession {
    /// To be sent again next time, so that the same chat is found.
    pub visitor_id: Uuid,
    /// Carries the session.
    pub token: String,
    /// When the token ends.
    pub expires_at: Timestamp,
    /// Number of the last item of the visitor's stream; 0 before the first.
    pub last_seq: i64,
    /// How the widget presents itself.
    pub settings: VisitorSettings,
}

/// What the widget shows before anybody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitorSettings {
    /// Heading: the widget's own, else the workspace's name.
    pub title: Option<String>,
    /// Words before the first message.
    pub greeting: Option<String>,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// What is asked before the first message.
    pub form: Vec<FormField>,
    /// The window tells what is being written.
    pub typing_preview: bool,
}

impl App {
    /// The widget of a key.
    ///
    /// # Errors
    /// `UnknownWidget`, once that is confirmed: it may have been made in another process a moment ago; `Unavailable`.
    pub async fn widget(&self, key: &str) -> Result<Widget, VisitorError> {
        match self.facts().widget(key) {
            Some(widget) => Ok(widget),
            None => {
                let widget = self.confirmed_facts().await?.widget(key);
                widget.ok_or(VisitorError::UnknownWidget)
            }
        }
    }

    /// How a widget presents itself.
    #[must_use]
    pub fn visitor_settings(&self, widget: &Widget) -> VisitorSettings {
        let settings = &widget.settings;
        VisitorSettings {
            title: settings
                .title
                .clone()
                .or_else(|| self.facts().workspace().map(|workspace| workspace.name)),
            greeting: settings.greeting.clone(),
            color: settings.color.clone(),
            form: settings.form.clone(),
            typing_preview: settings.typing_preview,
        }
    }

    /// Opens a session. A genuine identity decides who the visitor is; without one, the id of an earlier anonymous
    /// session does, or a new one is made.
    ///
    /// # Errors
    /// `IdentityInvalid`, `RateLimited`.
    pub async fn open_visitor_session(
        &self,
        widget: &Widget,
        request: SessionRequest,
        peer: &Peer,
    ) -> Result<OpenedSession, VisitorError> {
        let limited = |retry_after| VisitorError::RateLimited { retry_after };
        self.visitors().session(peer.ip).map_err(limited)?;
        let channel_id = widget.channel_id;
        let visitor_id = match &request.identity {
            Some(claimed) => self.verified_visitor(channel_id, claimed).await?,
            None => anonymous_visitor(request.visitor_id)?,
        };
        let expires_at = clock::now() + SignedDuration::from_secs(token::LIFETIME_SECONDS);
        let locale = request.locale;
        let visitor = Visitor::new(self.journal(), channel_id, visitor_id, locale, expires_at);
        if let Some(page) = request.page {
            let page = command::page_view(page);
            self.visitors().remember_page(visitor.chat_id, page);
        }
        let row = self.visitor_chat(&visitor).await?;
        if let Some(identity) = request.identity {
            self.describe_verified(&visitor, identity, row.as_ref())
                .await?;
        }
        let claims = token::Claims {
            channel_id: channel_id.as_uuid(),
            visitor_id,
            expires_at,
            locale: visitor.locale,
        };
        Ok(OpenedSession {
            visitor_id,
            token: token::encode(&claims, |bytes| self.token_mac(bytes)),
            expires_at,
            last_seq: row.map_or(0, |row| row.last_seq),
            settings: self.visitor_settings(widget),
        })
    }

    /// Who a token speaks for, in this widget.
    ///
    /// # Errors
    /// `TokenInvalid`.
    pub fn visitor(&self, token: &str, widget: &Widget) -> Result<Visitor, VisitorError> {
        let claims = token::decode(token, clock::now(), |bytes| self.token_mac(bytes))
            .filter(|claims| claims.channel_id == widget.channel_id.as_uuid())
            .ok_or(VisitorError::TokenInvalid)?;
        Ok(Visitor::new(
            self.journal(),
            widget.channel_id,
            claims.visitor_id,
            claims.locale,
            claims.expires_at,
        ))
    }

    fn token_mac(&self, bytes: &[u8]) -> [u8; 32] {
        self.journal().lookup_mac("visitor_token", &[bytes])
    }

    /// The chat's row, if the chat was opened: a deleted one is deleted for agents, not for the visitor.
    pub(super) async fn visitor_chat(
        &self,
        visitor: &Visitor,
    ) -> Result<Option<ChatRow>, VisitorError> {
        let found = self
            .read()
            .chats_by_ids(
                &ChannelScope::Audited(vec![visitor.channel_id]),
                &[visitor.chat_id],
            )
            .await?;
        Ok(found.into_iter().next())
    }

    async fn verified_visitor(
        &self,
        channel_id: ChannelId,
        claimed: &Identity,
    ) -> Result<Uuid, VisitorError> {
        let secret = self.identity_secret(channel_id).await?;
        let genuine = secret.is_some_and(|secret| identity::is_genuine(claimed, &secret));
        if !genuine {
            return Err(VisitorError::IdentityInvalid);
        }
        let parts = [
            channel_id.as_uuid().into_bytes().to_vec(),
            claimed.user_id.clone().into_bytes(),
        ];
        let parts = parts.each_ref().map(Vec::as_slice);
        Ok(ids::from_mac(&self.journal().lookup_mac("visitor", &parts)))
    }

    /// Stores what the site says about its user, once for each new thing it says.
    async fn describe_verified(
        &self,
        visitor: &Visitor,
        identity: Identity,
        row: Option<&ChatRow>,
    ) -> Result<(), VisitorError> {
        let Identity {
            name, email, phone, ..
        } = identity;
        let is_news = |said: &Option<String>, known: Option<&String>| {
            said.is_some() && said.as_ref() != known
        };
        let known = row.is_some_and(|row| {
            row.contact_verified
                && !is_news(&name, row.contact_name.as_ref())
                && !is_news(&email, row.contact_email.as_ref())
                && !is_news(&phone, row.contact_phone.as_ref())
        });
        if known || (name.is_none() && email.is_none() && phone.is_none()) {
            return Ok(());
        }
        let content = format!("{name:?}\n{email:?}\n{phone:?}").into_bytes();
        let mut act = Act::by(Actor::Contact {
            id: visitor.contact_id(),
        });
        // Before the chat is there, its row cannot say what is known: the same words count once.
        if row.is_none() {
            act = act.once(Dedupe {
                scope: format!("identity:{}", visitor.chat_id),
                key: content.clone(),
                content,
            });
        }
        let command = ChatCommand::DescribeContact {
            chat_id: visitor.chat_id,
            description: ContactDescription {
                name,
                email,
                phone,
                ..ContactDescription::default()
            },
            verified: true,
        };
        self.execute_chat(visitor.chat_id, visitor.channel_id, command, act)
            .await?;
        Ok(())
    }
}

/// An anonymous id is random (version 4). Any other, above all one made from a verified identity, is not taken on
/// the visitor's word.
fn anonymous_visitor(earlier: Option<Uuid>) -> Result<Uuid, VisitorError> {
    match earlier.filter(|id| id.get_version() == Some(Version::Random)) {
        Some(id) => Ok(id),
        None => Ok(uuid::Builder::from_random_bytes(clock::random_bytes::<16>()?).into_uuid()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anonymous_id_stays_and_a_verified_one_is_not_taken_on_trust() {
        let own = Uuid::new_v4();
        assert_eq!(anonymous_visitor(Some(own)).unwrap(), own);
        let verified = ids::from_mac(&[7; 32]);
        let fresh = anonymous_visitor(Some(verified)).unwrap();
        assert_ne!(fresh, verified);
        assert_eq!(fresh.get_version(), Some(Version::Random));
        assert_ne!(anonymous_visitor(None).unwrap(), fresh);
    }
}
