//! Erasing a contact or a client: everything they wrote, everything written to them and everything known of them, for good.

use std::time::Duration;

use hilo_domain::chat::ChatRefusal;
use hilo_domain::{ChannelId, ChatId, ClientId, ContactId, SubjectId};

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::clients::NO_CLIENT;
use crate::error::AppError;
use crate::{Act, Acted, App};

/// How long an answer waits for the keys to be gone. What takes longer goes on by itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// Keys that are closed in one act: each makes an event, and an append is not to grow with the number of chats.
const AT_ONCE: usize = 200;

/// What an erasure came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// From here on nothing of it is shown.
    pub acted: Acted,
    /// Whether it can be read nowhere any more. If not, a process still has to give up the keys, or to be found dead.
    pub done: bool,
}

impl App {
    /// Erases the contact of a chat. What they write from now on is theirs anew. Erasing again changes nothing.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `Unavailable`, after which it may have begun.
    pub async fn erase_contact(&self, caller: &Caller, chat: ChatId) -> Result<Erased, AppError> {
        authorize(caller, Operation::EraseContact)?;
        self.know_deleted(caller, chat).await?;
        let channel = self.visible(caller, chat).await?;
        if channel == ChannelId::of_internal(chat) {
            return Err(ChatRefusal::NotInInternalChat.into());
        }
        let subject = SubjectId::from(ContactId::of(chat));
        let context = Act::of(caller).context()?;
        let erasure = self
            .journal()
            .erase(&[subject.as_uuid()], &context, PATIENCE)
            .await?;
        // Whoever is told of it finds the chat closed to them.
        self.facts().snapshot_at_least(erasure.position).await?;
        Ok(Erased {
            acted: self.acted(erasure.position).await,
            done: erasure.done,
        })
    }

    /// Erases a client: its details, those of clients merged into it, and everything of the contacts linked to any of them
    /// now. What they write from now on is theirs anew. Erasing again changes nothing.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `Invalid` without the confirmation; `Unavailable`, after which it may have begun.
    pub async fn erase_client(
        &self,
        caller: &Caller,
        client: ClientId,
        confirmed: bool,
    ) -> Result<Erased, AppError> {
        authorize(caller, Operation::EraseClient)?;
        confirm(confirmed)?;
        // Links that are committed must be among the rows before these are asked.
        let head = self.journal().confirmed_head().await?;
        if self.acted(head).await.pending {
            return Err(AppError::Unavailable);
        }
        let (clients, chats) = self.read().client_subjects(client).await?.value;
        if clients.is_empty() {
            return Err(NO_CLIENT);
        }
        let contacts = chats.into_iter().map(ContactId::of).map(SubjectId::from);
        let subjects: Vec<_> = clients
            .into_iter()
            .map(SubjectId::from)
            .chain(contacts)
            .map(SubjectId::as_uuid)
            .collect();
        let context = Act::of(caller).context()?;
        let (mut position, mut done) = (head, true);
        for some in subjects.chunks(AT_ONCE) {
            let erasure = self.journal().erase(some, &context, PATIENCE).await?;
            position = position.max(erasure.position);
            done &= erasure.done;
        }
        self.facts().snapshot_at_least(position).await?;
        Ok(Erased {
            acted: self.acted(position).await,
            done,
        })
    }
}

/// What cannot be undone is asked twice.
pub(crate) fn confirm(confirmed: bool) -> Result<(), AppError> {
    match confirmed {
        true => Ok(()),
        false => Err(AppError::Invalid {
            field: "confirm",
            code: "NOT_CONFIRMED",
            message: "This cannot be undone: confirm it.".to_owned(),
            limit: None,
        }),
    }
}
