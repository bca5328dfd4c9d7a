//! The thread as rows to draw: days, acts, messages grouped by speaker. Must not know how they look.

use std::ops::Range;
use std::sync::Arc;

use super::outbox::Outgoing;
use super::thread::Thread;
use crate::api::graphql::{Actor, ActorKind, ChatAct, Direction, Message};

/// Messages of one speaker within this time stand together, in seconds.
const TOGETHER: i64 = 300;

/// Which row it is, for keyed drawing. It stays the same while the row's content may change.
pub type RowKey = u64;

/// One row of the thread.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "few rows are on their way, and no row is kept for long"
)]
pub enum Row {
    /// A new day; any moment of it.
    Day(String),
    /// From here on it is new.
    New,
    /// A knot on the line.
    Act(Arc<ChatAct>),
    /// A message that the server has.
    Message {
        /// It.
        message: Arc<Message>,
        /// The first of its group: the speaker is named.
        first: bool,
        /// The last of its group: the time is shown.
        last: bool,
        /// The time of reading stands under it.
        read_line: bool,
        /// The message that it answers, where it is here.
        quoted: Option<Arc<Message>>,
    },
    /// A message on its way.
    Outgoing(Outgoing),
}

impl Row {
    /// Which row this is.
    pub fn key(&self) -> RowKey {
        match self {
            Self::Day(day) => hash(b'd', day),
            Self::New => hash(b'n', ""),
            Self::Act(act) => hash(b'a', &act.position.0),
            Self::Message { message, .. } => hash(b'm', message.id.inner()),
            Self::Outgoing(outgoing) => hash(b'o', &outgoing.client_id),
        }
    }

    /// Is all that changes in a message whether it is the last of its group? Then which it is, and whether it is now.
    pub fn only_last<'a>(&self, now: &'a Self) -> Option<(&'a str, bool)> {
        let (
            Self::Message { last: before, .. },
            Self::Message {
                message,
                last: after,
                ..
            },
        ) = (self, now)
        else {
            return None;
        };
        let mut alike = now.clone();
        if let Self::Message { last, .. } = &mut alike {
            *last = *before;
        }
        (before != after && *self == alike).then_some((message.id.inner(), *after))
    }
}

/// FNV-1a. Of the hundreds of rows of a thread no two share one of 2^64 values.
fn hash(kind: u8, text: &str) -> RowKey {
    let bytes = std::iter::once(kind).chain(text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What was not touched is the same in memory, so that most rows are compared at a glance.
fn same<T: PartialEq>(one: &Arc<T>, other: &Arc<T>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Day(one), Self::Day(other)) => one == other,
            (Self::New, Self::New) => true,
            (Self::Act(one), Self::Act(other)) => same(one, other),
            (Self::Outgoing(one), Self::Outgoing(other)) => one == other,
            (
                Self::Message {
                    message,
                    first,
                    last,
                    read_line,
                    quoted,
                },
                Self::Message {
                    message: message_of_other,
                    first: first_of_other,
                    last: last_of_other,
                    read_line: read_line_of_other,
                    quoted: quoted_of_other,
                },
            ) => {
                let quoted_alike = match (quoted, quoted_of_other) {
                    (Some(one), Some(other)) => same(one, other),
                    (None, None) => true,
                    _ => false,
                };
                quoted_alike
                    && [first, last, read_line]
                        == [first_of_other, last_of_other, read_line_of_other]
                    && same(message, message_of_other)
            }
            _ => false,
        }
    }
}

/// Lays a thread out. Messages of the contact behind `read_up_to` are new to the reader. `day_of` gives the reader's
/// calendar day of a moment: its first second since 1970, and that of the next day.
pub fn rows(
    thread: &Thread,
    outgoing: &[Outgoing],
    read_up_to: Option<i64>,
    day_of: &dyn Fn(&str) -> Range<i64>,
) -> Vec<Row> {
    let read = thread.last_read().map(|message| message.id.clone());
    let mut acts = thread.acts().peekable();
    let mut shown = Shown::new(day_of);
    let mut new_from = read_up_to;
    for message in thread.messages() {
        let place = message.position.number();
        while let Some(act) = acts.next_if(|act| act.position.number() < place) {
            shown.put(&act.at.0, Row::Act(act.clone()));
        }
        let is_new = |from: &i64| message.direction == Direction::Inbound && place > *from;
        if new_from.as_ref().is_some_and(is_new) {
            new_from = None;
            shown.rows.push(Row::New);
        }
        let quotes = message.answered();
        let row = Row::Message {
            message: message.clone(),
            first: true,
            last: true,
            read_line: read.as_ref() == Some(&message.id),
            quoted: quotes.and_then(|id| thread.message(id.inner())),
        };
        shown.put(&message.sent_at.0, row);
    }
    for act in acts {
        shown.put(&act.at.0, Row::Act(act.clone()));
    }
    for outgoing in outgoing {
        shown.put(&outgoing.at, Row::Outgoing(outgoing.clone()));
    }
    shown.rows
}

/// The rows so far: one look at each moment tells the day and who stands together.
struct Shown<'a> {
    rows: Vec<Row>,
    day_of: &'a dyn Fn(&str) -> Range<i64>,
    today: Range<i64>,
    last: i64,
}

impl<'a> Shown<'a> {
    fn new(day_of: &'a dyn Fn(&str) -> Range<i64>) -> Self {
        Self {
            rows: Vec::new(),
            day_of,
            today: 0..0,
            last: 0,
        }
    }

    fn put(&mut self, moment: &str, mut row: Row) {
        let at = seconds(moment).unwrap_or_default();
        if self.today.contains(&at) {
            self.join(&mut row, at);
        } else {
            self.today = (self.day_of)(moment);
            // The line of what is new stands below the day that it begins with.
            let new = self.rows.pop_if(|row| matches!(row, Row::New));
            self.rows.push(Row::Day(moment.to_owned()));
            self.rows.extend(new);
        }
        self.last = at;
        self.rows.push(row);
    }

    /// Joins neighbours of one speaker: the earlier one loses its time, the later one its name.
    fn join(&mut self, row: &mut Row, at: i64) {
        if let (
            Some(Row::Message {
                message: one, last, ..
            }),
            Row::Message {
                message: other,
                first,
                ..
            },
        ) = (self.rows.last_mut(), row)
            && same_speaker(one, other)
            && (at - self.last).abs() <= TOGETHER
        {
            *last = false;
            *first = false;
        }
    }
}

fn same_speaker(one: &Message, other: &Message) -> bool {
    one.direction == other.direction && who(&one.author) == who(&other.author)
}

fn who(actor: &Actor) -> (ActorKind, Option<&str>) {
    (
        actor.kind,
        actor.agent.as_ref().map(|agent| agent.id.inner()),
    )
}

/// Seconds since 1970 of an RFC 3339 moment in UTC, the fraction left out.
fn seconds(moment: &str) -> Option<i64> {
    let number = |from: usize, to: usize| moment.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let time = number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
    // Years begin in March here, so that the day that is sometimes there is the last one.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469;
    Some(days * 86_400 + time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::{ActKind, ChatState, DateTime, Id};
    use crate::api::queries::{MessageConnection, ThreadChat};
    use crate::state::outbox::Kind;
    use crate::state::samples::{agent_actor, at, chat, message, moment, page_info};

    fn thread(messages: Vec<Message>, acts: Vec<ChatAct>) -> Thread {
        let messages = MessageConnection {
            nodes: messages,
            page_info: page_info(false),
            position: at(900),
        };
        Thread::new(ThreadChat {
            head: chat("chat", ChatState::Active, 9, 900),
            messages,
            acts,
        })
    }

    fn picture(rows: &[Row]) -> Vec<String> {
        let draw = |row: &Row| match row {
            Row::Day(_) => "day".to_owned(),
            Row::New => "new".to_owned(),
            Row::Act(_) => "act".to_owned(),
            Row::Message {
                message,
                first,
                last,
                ..
            } => {
                format!(
                    "{}{}{}",
                    if *first { "(" } else { "" },
                    message.id.inner(),
                    if *last { ")" } else { "" }
                )
            }
            Row::Outgoing(outgoing) => format!("~{}", outgoing.client_id),
        };
        rows.iter().map(draw).collect()
    }

    fn utc(moment: &str) -> Range<i64> {
        let midnight = seconds(&format!("{}T00:00:00Z", &moment[..10])).unwrap();
        midnight..midnight + 86_400
    }

    #[test]
    fn seconds_are_those_since_1970() {
        for (moment, known) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1999-12-31T23:59:59.9Z", 946_684_799),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("2026-11-20T10:00:01.25Z", 1_795_168_801),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
        ] {
            assert_eq!(seconds(moment), Some(known), "{moment}");
        }
        assert_eq!(seconds("yesterday"), None);
    }

    #[test]
    fn rows_are_the_same_while_their_messages_say_the_same() {
        let shown = |text: &str| {
            let mut one = message("a", Direction::Inbound, 4);
            one.text = Some(text.to_owned());
            rows(&thread(vec![one], Vec::new()), &[], None, &utc)
        };
        assert_eq!(shown("Hola"), shown("Hola"), "apart in memory");
        assert_ne!(shown("Hola"), shown("Adiós"));
        let keys = |rows: &[Row]| rows.iter().map(Row::key).collect::<Vec<_>>();
        assert_eq!(keys(&shown("Hola")), keys(&shown("Adiós")));
        assert_ne!(hash(b'm', "1"), hash(b'a', "1"));
    }

    #[test]
    fn a_message_that_is_followed_by_another_differs_only_in_that() {
        let shown = |texts: &[&str]| {
            let of = |(text, second): (&&str, i64)| {
                let mut one = message(&format!("m{second}"), Direction::Inbound, second);
                one.text = Some((*text).to_owned());
                one
            };
            let messages = texts.iter().zip(1..).map(of).collect();
            rows(&thread(messages, Vec::new()), &[], None, &utc).remove(1)
        };
        let (alone, followed) = (shown(&["Hola"]), shown(&["Hola", "Adiós"]));
        assert_eq!(alone.only_last(&followed), Some(("m1", false)));
        assert_eq!(followed.only_last(&alone), Some(("m1", true)));
        assert_eq!(alone.only_last(&alone), None);
        assert_eq!(alone.only_last(&shown(&["Hey", "Adiós"])), None);
        assert_eq!(Row::New.only_last(&followed), None);
    }

    #[test]
    fn messages_of_one_speaker_within_five_minutes_stand_together() {
        let messages = [
            ("a", Direction::Inbound, 1),
            ("b", Direction::Inbound, 200),
            ("c", Direction::Outbound, 210),
            ("d", Direction::Outbound, 600),
        ]
        .map(|(id, direction, second)| message(id, direction, second));
        let rows = rows(&thread(messages.to_vec(), Vec::new()), &[], None, &utc);
        assert_eq!(picture(&rows), ["day", "(a", "b)", "(c)", "(d)"]);
    }

    #[test]
    fn an_act_parts_a_group_and_stands_in_its_place() {
        let act = ChatAct {
            position: at(5),
            kind: ActKind::Archived,
            actor: agent_actor("Ana"),
            assignee: None,
            detail: None,
            members: Vec::new(),
            at: moment(5),
        };
        let messages = vec![
            message("a", Direction::Inbound, 4),
            message("b", Direction::Inbound, 6),
        ];
        let rows = rows(&thread(messages, vec![act]), &[], None, &utc);
        assert_eq!(picture(&rows), ["day", "(a)", "act", "(b)"]);
    }

    #[test]
    fn each_day_has_its_line_and_what_is_on_its_way_comes_last() {
        let mut second = message("b", Direction::Inbound, 9);
        second.sent_at = DateTime("2026-11-21T00:00:01.5Z".into());
        let outgoing = Outgoing {
            chat: "chat".into(),
            client_id: "o".into(),
            kind: Kind::PLAIN,
            text: "Hola".into(),
            files: Vec::new(),
            at: "2026-11-21T00:01:00Z".into(),
            fault: None,
            posted: true,
            held: false,
        };
        let rows = rows(
            &thread(
                vec![message("a", Direction::Inbound, 4), second],
                Vec::new(),
            ),
            &[outgoing],
            None,
            &utc,
        );
        assert_eq!(picture(&rows), ["day", "(a)", "day", "(b)", "~o"]);
    }

    #[test]
    fn what_is_new_begins_below_its_day_and_before_the_contacts_first_message() {
        let mut second = message("c", Direction::Inbound, 9);
        second.sent_at = DateTime("2026-11-21T00:00:01Z".into());
        let messages = vec![
            message("a", Direction::Inbound, 4),
            message("b", Direction::Outbound, 6),
            second,
        ];
        let shown = rows(&thread(messages, Vec::new()), &[], Some(5), &utc);
        assert_eq!(picture(&shown), ["day", "(a)", "(b)", "day", "new", "(c)"]);
    }

    #[test]
    fn an_answer_shows_what_it_quotes_where_that_is_here() {
        let mut answer = message("b", Direction::Outbound, 6);
        answer.quotes = Some(Id::new("a"));
        let mut other = message("c", Direction::Outbound, 7);
        other.quotes = Some(Id::new("too old"));
        let messages = vec![message("a", Direction::Inbound, 4), answer, other];
        let shown = rows(&thread(messages, Vec::new()), &[], None, &utc);
        let quoted: Vec<Option<String>> = shown
            .iter()
            .filter_map(|row| match row {
                Row::Message { quoted, .. } => Some(quoted),
                _ => None,
            })
            .map(|quoted| quoted.as_ref().map(|message| message.id.inner().to_owned()))
            .collect();
        assert_eq!(quoted, [None, Some("a".to_owned()), None]);
    }
}
