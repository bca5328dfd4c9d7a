//! Erasing a contact: everything they wrote, everything written to them and everything known of them, for good.

use std::time::Duration;

use hilo_domain::{ChatId, ContactId, SubjectId};

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::{Act, Acted, App};

/// How long an answer waits for the keys to be gone. What takes longer goes on by itself.
const PATIENCE: Duration = Duration::from_secs(2);

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
        self.visible(caller, chat).await?;
        let subject = SubjectId::from(ContactId::of(chat));
        let context = Act::of(caller).context()?;
        let erasure = self
            .journal()
            .erase(&[subject.as_uuid()], &context, PATIENCE)
            .await?;
        Ok(Erased {
            acted: self.acted(erasure.position).await,
            done: erasure.done,
        })
    }
}
