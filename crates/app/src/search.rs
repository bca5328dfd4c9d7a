//! Search as agents use it: in the chats of the caller's channels, nowhere else (A2).

use hilo_domain::ChannelId;
use hilo_read::{ChatHit, ChatSearch, ClientHit, Found, FoundKey, MessageHit, MessageSearch, Read};

use crate::App;
use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;

/// Longest text that may be searched for, in characters.
pub const LONGEST_SEARCH: usize = 200;

impl App {
    /// Messages that hold what was typed (B12).
    ///
    /// # Errors
    /// `Invalid` for a text that is too long or an impossible page; `Unavailable`.
    pub async fn search_messages(
        &self,
        caller: &Caller,
        search: &MessageSearch,
        first: usize,
        after: Option<FoundKey>,
    ) -> Result<Found<MessageHit>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        fits(&search.text)?;
        let scope = self.scope(caller)?;
        let mut found = self
            .read()
            .search_messages(&scope, search, first, after)
            .await?;
        let seen = found.rows.into_iter().map(|(key, mut hit)| {
            hit.chat = hit.chat.seen_by(caller.agent_id);
            (key, hit)
        });
        found.rows = seen.collect();
        Ok(found)
    }

    /// Chats that are found by name, handle, e-mail address or phone number of their contact or client, or by a
    /// colleague's name (B13, A13).
    ///
    /// # Errors
    /// As [`App::search_messages`].
    pub async fn search_chats(
        &self,
        caller: &Caller,
        text: &str,
        channel_ids: Option<&[ChannelId]>,
        first: usize,
    ) -> Result<Read<Vec<ChatHit>>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        fits(text)?;
        let scope = self.scope(caller)?;
        let search = ChatSearch {
            text: text.to_owned(),
            channel_ids: channel_ids.map(<[ChannelId]>::to_vec),
            first,
            colleagues: self.facts().snapshot()?.colleagues(caller.agent_id),
        };
        let mut found = self.read().search_chats(&scope, &search).await?;
        let seen = found.value.into_iter().map(|mut hit| {
            hit.chat = hit.chat.seen_by(caller.agent_id);
            hit
        });
        found.value = seen.collect();
        Ok(found)
    }
}

impl App {
    /// Clients that are found by name, e-mail address or phone number (G1, G12).
    ///
    /// # Errors
    /// As [`App::search_messages`].
    pub async fn search_clients(
        &self,
        caller: &Caller,
        text: &str,
        first: usize,
    ) -> Result<Read<Vec<ClientHit>>, AppError> {
        authorize(caller, Operation::SeeClients)?;
        fits(text)?;
        Ok(self.read().search_clients(text, first).await?)
    }
}

fn fits(text: &str) -> Result<(), AppError> {
    if text.chars().nth(LONGEST_SEARCH).is_none() {
        return Ok(());
    }
    Err(AppError::Invalid {
        field: "text",
        code: "TOO_LONG",
        message: format!("`text` can have at most {LONGEST_SEARCH} characters."),
        limit: i64::try_from(LONGEST_SEARCH).ok(),
    })
}
