//! One chat's unsent text on its way to the server and back (F8-F10): saved one at a time, the last one wins, and what
//! another device saved is taken in only where nothing is being written here. Must not know a clock.

/// A text and the message it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// As typed.
    pub text: String,
    /// The message it answers.
    pub quotes: Option<String>,
}

impl Text {
    /// Nothing that can be seen was typed.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// What to tell the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Keep this.
    Save(Text),
    /// There is none any more.
    Discard,
}

/// A draft as this client knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    here: Text,
    server: Text,
    asking: Option<Text>,
    posting: bool,
    /// Where the journal stood when the server told what it has.
    as_of: i64,
}

impl Draft {
    /// From what the server has, and what was typed here and not saved there.
    pub fn open(server: Text, as_of: i64, unsaved: Option<Text>) -> Self {
        let here = unsaved
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| server.clone());
        Self {
            here,
            server,
            asking: None,
            posting: false,
            as_of,
        }
    }

    /// What is in the field.
    pub fn here(&self) -> &Text {
        &self.here
    }

    /// Something was typed.
    pub fn typed(&mut self, text: Text) {
        self.here = text;
    }

    /// Is it on the server as it is here?
    pub fn is_saved(&self) -> bool {
        self.asking.is_none() && self.same(&self.server)
    }

    fn same(&self, other: &Text) -> bool {
        self.here == *other || self.here.is_empty() && other.is_empty()
    }

    /// What to tell the server now; nothing while it is being told something, or has it all.
    pub fn next(&mut self) -> Option<Step> {
        if self.asking.is_some() || self.same(&self.server) {
            return None;
        }
        self.asking = Some(self.here.clone());
        if self.here.is_empty() {
            Some(Step::Discard)
        } else {
            Some(Step::Save(self.here.clone()))
        }
    }

    /// The server has answered; with where the journal stood when it had taken it.
    pub fn told(&mut self, taken: Option<i64>) {
        if let (Some(asked), Some(as_of)) = (self.asking.take(), taken) {
            self.server = asked;
            self.as_of = self.as_of.max(as_of);
        }
    }

    /// A message goes out that was written before what is here: with it the server discards what it has, and that is no
    /// news from elsewhere.
    pub fn posting(&mut self) {
        self.posting = true;
    }

    /// The message is there, or was refused.
    pub fn posted(&mut self, taken: bool) {
        self.posting = false;
        if taken {
            self.server = Text::default();
        }
    }

    /// The server tells what it has. What came from elsewhere goes into the field if that is as it was saved; what it
    /// told before the last answer, kept somewhere since, is no news.
    pub fn heard(&mut self, server: Text, as_of: i64) -> bool {
        if self.asking.is_some() || as_of < self.as_of || server == self.server {
            return false;
        }
        self.as_of = as_of;
        let ours = self.posting && server.is_empty();
        let clean = !ours && self.same(&self.server);
        self.server = server;
        let adopts = clean && !self.same(&self.server);
        if adopts {
            self.here = self.server.clone();
        }
        adopts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text {
            text: text.into(),
            quotes: None,
        }
    }

    #[test]
    fn f10_what_another_device_saved_is_there() {
        let draft = Draft::open(text("Hola"), 1, None);
        assert_eq!(draft.here(), &text("Hola"));
        assert!(draft.is_saved());
    }

    #[test]
    fn what_was_typed_here_and_not_saved_comes_first() {
        let mut draft = Draft::open(text("old"), 1, Some(text("new")));
        assert_eq!(draft.next(), Some(Step::Save(text("new"))));
    }

    #[test]
    fn it_is_told_one_at_a_time_and_the_last_one_wins() {
        let mut draft = Draft::default();
        draft.typed(text("a"));
        assert_eq!(draft.next(), Some(Step::Save(text("a"))));
        draft.typed(text("ab"));
        assert_eq!(draft.next(), None);
        draft.told(Some(2));
        assert_eq!(draft.next(), Some(Step::Save(text("ab"))));
        draft.told(None);
        assert_eq!(draft.next(), Some(Step::Save(text("ab"))), "asked again");
        draft.told(Some(2));
        assert_eq!(draft.next(), None);
        draft.typed(text("  "));
        assert_eq!(draft.next(), Some(Step::Discard));
    }

    #[test]
    fn a_draft_from_elsewhere_never_writes_over_what_is_typed_here() {
        let mut draft = Draft::open(text("a"), 1, None);
        assert!(draft.heard(text("b"), 3));
        assert_eq!(draft.here(), &text("b"));
        draft.typed(text("mine"));
        assert!(!draft.heard(text("c"), 4));
        assert_eq!(draft.here(), &text("mine"));
        assert_eq!(draft.next(), Some(Step::Save(text("mine"))));
    }

    /// A list that was read before the draft was saved says that there is none.
    #[test]
    fn f8_what_the_server_said_before_is_no_news() {
        let mut draft = Draft::open(Text::default(), 5, None);
        draft.typed(text("half"));
        assert!(matches!(draft.next(), Some(Step::Save(_))));
        draft.told(Some(9));
        assert!(!draft.heard(Text::default(), 5));
        assert_eq!(draft.here(), &text("half"));
        assert!(draft.heard(Text::default(), 12));
    }

    /// A message waits some seconds before it goes out (P14); what is written meanwhile is another text.
    #[test]
    fn f8_p14_what_is_written_after_a_message_is_not_discarded_with_it() {
        for told_first in [true, false] {
            let mut draft = Draft::default();
            draft.typed(text("next"));
            assert_eq!(draft.next(), Some(Step::Save(text("next"))));
            draft.told(Some(2));
            draft.posting();
            if told_first {
                assert!(!draft.heard(Text::default(), 3));
            }
            draft.posted(true);
            assert!(!draft.heard(Text::default(), 3));
            assert_eq!(draft.here(), &text("next"));
            assert_eq!(draft.next(), Some(Step::Save(text("next"))), "kept anew");
        }
        let mut draft = Draft::open(text("sent from another device"), 1, None);
        assert!(draft.heard(Text::default(), 3));
        assert!(draft.here().is_empty());
    }

    #[test]
    fn what_was_sent_meanwhile_is_discarded_though_its_saving_was_under_way() {
        let mut draft = Draft::default();
        draft.typed(text("Hola"));
        assert!(matches!(draft.next(), Some(Step::Save(_))));
        draft.typed(text(""));
        draft.told(Some(2));
        assert_eq!(draft.next(), Some(Step::Discard));
    }
}
