//! Reads `demo/conversations.json`: what was said, by whom and how long ago, and `demo/clients.json`: who of them is a
//! client. Words in, timed deeds out; pure.

use anyhow::{Context, bail};
use hilo_domain::attachment::{Card, Place};
use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::PageView;
use hilo_domain::client::ClientMark;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

const CONVERSATIONS: &str = include_str!("../../../demo/conversations.json");
const CLIENTS: &str = include_str!("../../../demo/clients.json");

/// One conversation with times.
#[derive(Debug)]
pub struct Chat {
    pub widget: Widget,
    pub locale: String,
    pub who: Option<Who>,
    /// The client that the contact is, by key.
    pub client: Option<String>,
    pub page: PageView,
    pub deeds: Vec<(Timestamp, Deed)>,
}

/// Where a conversation of the demo takes place: in one of its web chats, or under what the shop publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Widget {
    Shop,
    Courses,
    Social,
}

/// A contact who said who they are.
#[derive(Clone, Debug, Deserialize)]
pub struct Who {
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    #[serde(default)]
    pub verified: bool,
}

/// A client of the demo.
#[derive(Clone, Debug, Deserialize)]
pub struct Client {
    /// What conversations call them.
    pub key: String,
    pub first: String,
    pub last: String,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub address: Option<String>,
    pub mark: Option<ClientMark>,
    #[serde(default)]
    pub tags: Vec<String>,
    /// Who looks after them.
    pub owner: Option<Person>,
    /// Where they want no campaigns.
    #[serde(default)]
    pub quiet: Vec<ChannelKind>,
}

/// Somebody of the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    Admin,
    Ana,
    Marek,
}

/// What happens in a chat.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    ContactWrites(String),
    /// Under a publication, for everybody to read.
    ContactComments(String),
    /// A file of `files`, or what is written of a place or a card.
    ContactSends(Carried),
    ContactEdits(String),
    ContactTakesBack,
    ContactReacts(String),
    ContactHas,
    ContactSees,
    ContactLooksAt(PageView),
    ContactRates(u8, Option<String>),
    ContactLeaves,
    AgentReads(Person),
    /// A private note, with whom it mentions.
    AgentNotes(Person, Vec<Person>, String),
    AgentWrites(Person, String),
    /// The file's name, and what is written beside it.
    AgentSends(Person, String, String),
    AgentArchives(Person),
    AgentReopens(Person),
}

/// What a contact sends beside a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Carried {
    /// The file's name, and what is written beside it.
    File(String, String),
    Place(Place),
    Card(Card),
}

impl Carried {
    /// `place 40.4168 -3.7038 Puerta del Sol`, `card Nuria Sanz; +34 600 000 199`, or `elbow.png words`.
    fn parse(text: &str) -> anyhow::Result<Self> {
        let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
        Ok(match verb {
            "place" => {
                let mut parts = rest.splitn(3, ' ');
                let mut next = || parts.next().context("a place has degrees and a name");
                Self::Place(Place {
                    latitude: next()?.parse()?,
                    longitude: next()?.parse()?,
                    name: Some(next()?.to_owned()),
                    address: None,
                })
            }
            "card" => {
                let (name, phone) = rest.split_once("; ").context("a card has a number")?;
                Self::Card(Card {
                    name: Some(name.to_owned()),
                    phones: vec![phone.to_owned()],
                    ..Card::default()
                })
            }
            name => {
                file(name).with_context(|| format!("the demo has no file {name:?}"))?;
                Self::File(name.to_owned(), rest.to_owned())
            }
        })
    }
}

/// A file of the demo: its bytes, how long it plays in milliseconds, and whether it is a sticker.
pub fn file(name: &str) -> Option<(&'static [u8], Option<u64>, bool)> {
    let plain = |bytes: &'static [u8]| Some((bytes, None, false));
    match name {
        "colour.png" => plain(include_bytes!("../../../demo/files/colour.png")),
        "elbow.png" => plain(include_bytes!("../../../demo/files/elbow.png")),
        "measures.pdf" => plain(include_bytes!("../../../demo/files/measures.pdf")),
        "thanks.png" => Some((include_bytes!("../../../demo/files/thanks.png"), None, true)),
        "voice.wav" => Some((
            include_bytes!("../../../demo/files/voice.wav"),
            Some(7_000),
            false,
        )),
        _ => None,
    }
}

#[derive(Deserialize)]
struct Written {
    r#in: Widget,
    ago: String,
    lang: String,
    who: Option<Who>,
    client: Option<String>,
    page: (String, String),
    talk: Vec<String>,
}

impl Widget {
    pub fn word(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Courses => "courses",
            Self::Social => "social",
        }
    }

    fn site(self) -> &'static str {
        match self {
            Self::Shop => "https://www.taller-hilo.example",
            Self::Courses => "https://cursos.taller-hilo.example",
            Self::Social => "https://social.example/taller.hilo",
        }
    }

    fn page(self, path: &str, title: &str) -> PageView {
        PageView {
            url: format!("{}{path}", self.site()),
            title: Some(title.to_owned()),
        }
    }
}

impl Person {
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Ana => "ana",
            Self::Marek => "marek",
        }
    }

    fn parse(word: &str) -> anyhow::Result<Self> {
        match word {
            "admin" => Ok(Self::Admin),
            "ana" => Ok(Self::Ana),
            "marek" => Ok(Self::Marek),
            _ => bail!("nobody of the demo is called {word:?}"),
        }
    }
}

impl Deed {
    /// Whether it moves the chat to the top of the list.
    pub fn is_activity(&self) -> bool {
        match self {
            Self::ContactWrites(_)
            | Self::ContactComments(_)
            | Self::ContactSends(_)
            | Self::ContactLeaves
            | Self::AgentWrites(..)
            | Self::AgentSends(..)
            | Self::AgentArchives(_)
            | Self::AgentReopens(_) => true,
            Self::ContactEdits(_)
            | Self::ContactTakesBack
            | Self::ContactReacts(_)
            | Self::ContactHas
            | Self::ContactSees
            | Self::ContactLooksAt(_)
            | Self::ContactRates(..)
            | Self::AgentNotes(..)
            | Self::AgentReads(_) => false,
        }
    }

    /// `c: words`, `ana: words`, `note: ana @marek words`, `archive: ana`, `seen`...
    fn parse(text: &str, widget: Widget) -> anyhow::Result<Self> {
        let (verb, rest) = text.split_once(": ").unwrap_or((text, ""));
        Ok(match verb {
            "c" => Self::ContactWrites(rest.to_owned()),
            "comments" => Self::ContactComments(rest.to_owned()),
            "sends" => Self::ContactSends(Carried::parse(rest)?),
            "gives" => {
                let (person, rest) = rest.split_once(' ').context("somebody gives a file")?;
                let (name, words) = rest.split_once(' ').unwrap_or((rest, ""));
                file(name).with_context(|| format!("the demo has no file {name:?}"))?;
                Self::AgentSends(Person::parse(person)?, name.to_owned(), words.to_owned())
            }
            "note" => {
                let (person, mut words) = rest.split_once(' ').context("a note has words")?;
                let mut mentions = Vec::new();
                while let Some((named, left)) = words.split_once(' ')
                    && let Some(named) = named.strip_prefix('@')
                {
                    mentions.push(Person::parse(named)?);
                    words = left;
                }
                Self::AgentNotes(Person::parse(person)?, mentions, words.to_owned())
            }
            "edit" => Self::ContactEdits(rest.to_owned()),
            "delete" => Self::ContactTakesBack,
            "react" => Self::ContactReacts(rest.to_owned()),
            "delivered" => Self::ContactHas,
            "seen" => Self::ContactSees,
            "page" => {
                let (path, title) = rest.split_once(' ').context("a page has a title")?;
                Self::ContactLooksAt(widget.page(path, title))
            }
            "rate" => {
                let (score, comment) = rest.split_once(' ').unwrap_or((rest, ""));
                let comment = (!comment.is_empty()).then(|| comment.to_owned());
                Self::ContactRates(score.parse()?, comment)
            }
            "end" => Self::ContactLeaves,
            "read" => Self::AgentReads(Person::parse(rest)?),
            "archive" => Self::AgentArchives(Person::parse(rest)?),
            "reopen" => Self::AgentReopens(Person::parse(rest)?),
            person => Self::AgentWrites(Person::parse(person)?, rest.to_owned()),
        })
    }

    /// How long people take before they do it, give or take.
    fn usual_pause(&self, before: Option<&Self>) -> SignedDuration {
        let contact_spoke = matches!(before, Some(Self::ContactWrites(_) | Self::ContactSends(_)));
        SignedDuration::from_secs(match self {
            Self::ContactWrites(_) | Self::ContactSends(_) if contact_spoke => 35,
            Self::ContactWrites(_) | Self::ContactSends(_) => 95,
            Self::AgentWrites(..) | Self::AgentSends(..) if contact_spoke => 120,
            Self::AgentWrites(..) | Self::AgentSends(..) => 45,
            Self::AgentArchives(_) => 300,
            Self::ContactHas | Self::ContactLooksAt(_) => 5,
            Self::ContactComments(_)
            | Self::AgentNotes(..)
            | Self::ContactEdits(_)
            | Self::ContactTakesBack
            | Self::ContactReacts(_)
            | Self::ContactSees
            | Self::ContactRates(..)
            | Self::ContactLeaves
            | Self::AgentReads(_)
            | Self::AgentReopens(_) => 30,
        })
    }
}

/// All conversations, with times counted back from `now`, by the time of what last moved them.
pub fn read(now: Timestamp) -> anyhow::Result<Vec<Chat>> {
    let written: Vec<Written> = serde_json::from_str(CONVERSATIONS)?;
    let mut chats = written
        .into_iter()
        .enumerate()
        .map(|(index, chat)| timed(chat, index, now).with_context(|| format!("chat {index}")))
        .collect::<anyhow::Result<Vec<Chat>>>()?;
    chats.sort_by_key(last_activity);
    Ok(chats)
}

/// All clients.
pub fn clients() -> anyhow::Result<Vec<Client>> {
    Ok(serde_json::from_str(CLIENTS)?)
}

fn last_activity(chat: &Chat) -> Option<Timestamp> {
    let mut activities = chat.deeds.iter().filter(|(_, deed)| deed.is_activity());
    activities.next_back().map(|(at, _)| *at)
}

fn timed(written: Written, index: usize, now: Timestamp) -> anyhow::Result<Chat> {
    let widget = written.r#in;
    let mut at = begin(&written.ago, now)?;
    let mut deeds: Vec<(Timestamp, Deed)> = Vec::new();
    for (line, text) in written.talk.iter().enumerate() {
        let (pause, text) = match text.strip_prefix('+') {
            Some(rest) => {
                let (pause, rest) = rest.split_once(' ').context("a pause and a deed")?;
                (Some(duration(pause)?), rest)
            }
            None => (None, text.as_str()),
        };
        let deed = Deed::parse(text, widget)?;
        let before = deeds.last().map(|(_, deed)| deed);
        if before.is_some() {
            let usual = deed.usual_pause(before);
            // Nobody is a clockwork; the same in every attempt.
            let wobble = SignedDuration::from_secs(((index * 7 + line * 13) % 23) as i64);
            at = at + pause.unwrap_or(usual) + wobble;
        }
        deeds.push((at.min(now), deed));
    }
    Ok(Chat {
        page: widget.page(&written.page.0, &written.page.1),
        widget,
        locale: written.lang,
        who: written.who,
        client: written.client,
        deeds,
    })
}

/// `21d 09:12` = that many days ago at that time of day; `35m`, `4h` = that long ago.
fn begin(ago: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    let Some((days, clock)) = ago.split_once(' ') else {
        return Ok(now - duration(ago)?);
    };
    let clock: jiff::civil::Time = clock.parse()?;
    let day = (now - duration(days)?)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    Ok(day
        .to_datetime(clock)
        .to_zoned(jiff::tz::TimeZone::UTC)?
        .timestamp())
}

/// `2d`, `13h`, `40m`.
fn duration(text: &str) -> anyhow::Result<SignedDuration> {
    let seconds =
        |text: &str, unit: i64| -> anyhow::Result<i64> { Ok(text.parse::<i64>()? * unit) };
    let seconds = if let Some(days) = text.strip_suffix('d') {
        seconds(days, 86_400)?
    } else if let Some(hours) = text.strip_suffix('h') {
        seconds(hours, 3_600)?
    } else if let Some(minutes) = text.strip_suffix('m') {
        seconds(minutes, 60)?
    } else {
        bail!("{text:?} is no length of time")
    };
    Ok(SignedDuration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use hilo_domain::MessageText;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T03:00:00Z".parse().unwrap()
    }

    #[test]
    fn there_are_about_sixty_chats_in_four_languages_and_two_other_scripts() {
        let chats = read(now()).unwrap();
        let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
        for chat in &chats {
            *languages.entry(&chat.locale).or_default() += 1;
        }
        assert!((58..=66).contains(&chats.len()), "{}", chats.len());
        for language in ["en", "es", "fr", "pl"] {
            assert!(languages.get(language).unwrap() >= &10, "{languages:?}");
        }
        assert!(languages.contains_key("ar") && languages.contains_key("he"));
    }

    #[test]
    fn nothing_lies_in_the_future_or_goes_back_in_time() {
        for chat in read(now()).unwrap() {
            let times: Vec<Timestamp> = chat.deeds.iter().map(|(at, _)| *at).collect();
            assert!(
                times.is_sorted() && times.last() <= Some(&now()),
                "{chat:?}"
            );
        }
    }

    #[test]
    fn chats_come_in_the_order_of_their_last_activity() {
        assert!(read(now()).unwrap().is_sorted_by_key(last_activity));
    }

    #[test]
    fn every_text_is_one_that_hilo_takes() {
        for chat in read(now()).unwrap() {
            for (_, deed) in &chat.deeds {
                if let Deed::ContactWrites(text)
                | Deed::ContactComments(text)
                | Deed::ContactEdits(text)
                | Deed::AgentWrites(_, text) = deed
                {
                    assert!(MessageText::parse(text).is_ok(), "{text}");
                }
            }
        }
    }

    #[test]
    fn addresses_are_nobodys() {
        for who in read(now()).unwrap().into_iter().filter_map(|chat| chat.who) {
            assert!(
                ["@example.com", "@example.net", "@example.org"]
                    .iter()
                    .any(|end| who.email.ends_with(end)),
                "{}",
                who.email
            );
        }
    }

    #[test]
    fn every_client_has_a_chat_and_some_are_marked_and_looked_after() {
        let clients = clients().unwrap();
        let named: BTreeSet<String> = read(now())
            .unwrap()
            .into_iter()
            .filter_map(|chat| chat.client)
            .collect();
        let known: BTreeSet<String> = clients.iter().map(|it| it.key.clone()).collect();
        assert_eq!(named, known);
        let count = |of: fn(&Client) -> bool| clients.iter().filter(|it| of(it)).count();
        assert!(count(|it| it.mark == Some(ClientMark::Vip)) > 1);
        assert!(count(|it| it.mark == Some(ClientMark::Bad)) > 0);
        assert!(count(|it| it.owner.is_none()) > 0);
        for owner in [Person::Admin, Person::Ana, Person::Marek] {
            assert!(clients.iter().any(|it| it.owner == Some(owner)));
        }
    }

    #[test]
    fn every_kind_of_deed_is_there() {
        let kinds: BTreeSet<String> = read(now())
            .unwrap()
            .iter()
            .flat_map(|chat| &chat.deeds)
            .map(|(_, deed)| format!("{deed:?}").split('(').next().unwrap().to_owned())
            .collect();
        assert_eq!(kinds.len(), 17, "{kinds:?}");
    }

    #[test]
    fn lines_that_make_no_sense_are_refused() {
        for line in [
            "boris: hello",
            "archive: boris",
            "page: /x",
            "rate: many",
            "sends: nothing.png",
            "sends: place here",
            "gives: ana nothing.png",
            "note: ana @boris look",
        ] {
            assert!(Deed::parse(line, Widget::Shop).is_err(), "{line}");
        }
        assert!(duration("3 weeks").is_err());
    }
}
