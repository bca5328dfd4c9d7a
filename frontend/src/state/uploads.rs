//! Files on their way to the server: what may go, how far each came, and what waits to be sent with the next message of a
//! chat. Must not touch the browser.

use super::files::{LARGEST, MOST};
use super::outbox::Carried;
use crate::api::fault::Fault;

/// How many go at once; the server takes five of one agent.
pub const AT_ONCE: usize = 3;

/// How far a file came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Others go first.
    Waiting,
    /// So many hundredths are there.
    Going(u8),
    /// It is there, with this id.
    Done(String),
    /// It did not pass.
    Failed(Fault),
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Made here.
    pub key: String,
    /// The chat it is for.
    pub chat: String,
    /// As the agent calls it.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// A browser may draw it.
    pub picture: bool,
    /// How far it came.
    pub progress: Progress,
    /// It goes with a message that was sent already; no longer in the composer.
    pub sent: bool,
}

impl Upload {
    /// As it goes with a message.
    pub fn carried(&self) -> Carried {
        let id = match &self.progress {
            Progress::Done(id) => id.clone(),
            _ => String::new(),
        };
        Carried {
            id,
            key: self.key.clone(),
            name: self.name.clone(),
            size: self.size,
            picture: self.picture,
        }
    }
}

/// Why a file cannot be attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// There is nothing in it.
    Empty(String),
    /// More bytes than a file may have.
    TooLarge(String),
    /// More files than a message carries.
    TooMany,
}

/// All files on their way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Uploads {
    all: Vec<Upload>,
}

impl Uploads {
    /// May a file be attached to the next message of a chat?
    ///
    /// # Errors
    /// When it is empty or too large, or there are as many as fit already.
    pub fn judge(&self, chat: &str, name: &str, size: u64) -> Result<(), NotTaken> {
        if size == 0 {
            Err(NotTaken::Empty(name.to_owned()))
        } else if size > LARGEST {
            Err(NotTaken::TooLarge(name.to_owned()))
        } else if self.of_chat(chat).count() >= MOST {
            Err(NotTaken::TooMany)
        } else {
            Ok(())
        }
    }

    /// Takes a file in.
    pub fn add(&mut self, upload: Upload) {
        self.all.push(upload);
    }

    /// What waits in the composer of a chat.
    pub fn of_chat<'a>(&'a self, chat: &'a str) -> impl Iterator<Item = &'a Upload> {
        self.all
            .iter()
            .filter(move |upload| upload.chat == chat && !upload.sent)
    }

    /// One file.
    pub fn find(&self, key: &str) -> Option<&Upload> {
        self.all.iter().find(|upload| upload.key == key)
    }

    /// Which may begin now.
    pub fn begin(&mut self) -> Vec<String> {
        let going = |upload: &&Upload| matches!(upload.progress, Progress::Going(_));
        let free = AT_ONCE.saturating_sub(self.all.iter().filter(going).count());
        let waiting = self
            .all
            .iter_mut()
            .filter(|upload| upload.progress == Progress::Waiting);
        let begun = waiting.take(free).map(|upload| {
            upload.progress = Progress::Going(0);
            upload.key.clone()
        });
        begun.collect()
    }

    /// A file came so far.
    pub fn came(&mut self, key: &str, progress: Progress) {
        if let Some(upload) = self.all.iter_mut().find(|upload| upload.key == key) {
            upload.progress = progress;
        }
    }

    /// Those that waited for a connection only wait for their turn again.
    pub fn resume(&mut self) {
        for upload in &mut self.all {
            if matches!(&upload.progress, Progress::Failed(fault) if fault.waits_for_connection()) {
                upload.progress = Progress::Waiting;
            }
        }
    }

    /// Takes a file out.
    pub fn remove(&mut self, key: &str) {
        self.all.retain(|upload| upload.key != key);
    }

    /// What waits in a composer goes with a message; files that are there already are on their way no more.
    pub fn take(&mut self, chat: &str) -> Vec<Upload> {
        let taken: Vec<Upload> = self.of_chat(chat).cloned().collect();
        self.all.retain(|upload| {
            let there = matches!(upload.progress, Progress::Done(_));
            upload.chat != chat || upload.sent || !there
        });
        for upload in &mut self.all {
            upload.sent |= upload.chat == chat;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(key: &str) -> Upload {
        Upload {
            key: key.into(),
            chat: "chat".into(),
            name: format!("{key}.pdf"),
            size: 10,
            picture: false,
            progress: Progress::Waiting,
            sent: false,
        }
    }

    fn of(keys: &[&str]) -> Uploads {
        let mut uploads = Uploads::default();
        keys.iter().for_each(|key| uploads.add(upload(key)));
        uploads
    }

    fn waiting(uploads: &Uploads) -> Vec<&str> {
        let keys = uploads.of_chat("chat").map(|upload| upload.key.as_str());
        keys.collect()
    }

    #[test]
    fn limits_are_told_before_anything_goes() {
        let uploads = of(&["a"; MOST]);
        let name = || "a.pdf".to_owned();
        assert_eq!(uploads.judge("other", "a.pdf", LARGEST), Ok(()));
        assert_eq!(
            uploads.judge("other", "a.pdf", LARGEST + 1),
            Err(NotTaken::TooLarge(name()))
        );
        assert_eq!(
            uploads.judge("other", "a.pdf", 0),
            Err(NotTaken::Empty(name()))
        );
        assert_eq!(uploads.judge("chat", "a.pdf", 1), Err(NotTaken::TooMany));
    }

    #[test]
    fn few_go_at_once_and_the_next_begins_when_one_is_there() {
        let mut uploads = of(&["a", "b", "c", "d", "e"]);
        assert_eq!(uploads.begin(), ["a", "b", "c"]);
        assert!(uploads.begin().is_empty());
        uploads.came("b", Progress::Done("file".into()));
        assert_eq!(uploads.begin(), ["d"]);
        uploads.remove("a");
        assert_eq!(uploads.begin(), ["e"]);
    }

    #[test]
    fn what_failed_for_the_connection_goes_on_by_itself_and_nothing_else_does() {
        let mut uploads = of(&["a", "b"]);
        uploads.came("a", Progress::Failed(Fault::Network));
        uploads.came("b", Progress::Failed(Fault::Server));
        uploads.resume();
        assert_eq!(uploads.begin(), ["a"]);
    }

    #[test]
    fn what_is_sent_leaves_the_composer_and_goes_on_in_the_background() {
        let mut uploads = of(&["a", "b"]);
        uploads.came("a", Progress::Done("file".into()));
        uploads.begin();
        let taken = uploads.take("chat");
        assert_eq!(taken.len(), 2);
        assert!(waiting(&uploads).is_empty());
        assert_eq!(uploads.find("a"), None, "it is there");
        assert!(uploads.find("b").is_some_and(|upload| upload.sent));
        uploads.add(upload("c"));
        assert_eq!(waiting(&uploads), ["c"]);
    }
}
