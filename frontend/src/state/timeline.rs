//! The thread as rows to draw: days, acts, messages grouped by speaker. Must not know how they look.

use std::sync::Arc;

use super::outbox::Outgoing;
use super::thread::Thread;
use crate::api::graphql::{Actor, ActorKind, ChatAct, Direction, Message};

/// Messages of one speaker within this time stand together, in seconds.
const TOGETHER: i64 = 300;

/// One row of the thread. Its key stays the same while its content may change.
#[derive(Clone, Debug, PartialEq)]
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
    /// Which row this is, for keyed drawing.
    pub fn key(&self) -> String {
        match self {
            Self::Day(day) => format!("d{day}"),
            Self::New => "new".to_owned(),
            Self::Act(act) => format!("a{}", act.position.number()),
            Self::Message { message, .. } => format!("m{}", message.id.inner()),
            Self::Outgoing(outgoing) => format!("o{}", outgoing.client_id),
        }
    }
}

/// Lays a thread out. Messages of the contact behind `read_up_to` are new to the reader. `day_of` gives the reader's
/// calendar day of a moment, for equality only.
pub fn rows(
    thread: &Thread,
    outgoing: &[Outgoing],
    read_up_to: Option<i64>,
    day_of: &dyn Fn(&str) -> String,
) -> Vec<Row> {
    let read = thread.last_read().map(|message| message.id.clone());
    let mut acts = thread.acts().peekable();
    let mut rows: Vec<Row> = Vec::new();
    let mut new_from = read_up_to;
    for message in thread.messages() {
        while let Some(act) = acts.next_if(|act| act.position.number() < message.position.number())
        {
            rows.push(Row::Act(act.clone()));
        }
        let is_new = |place: &i64| {
            message.direction == Direction::Inbound && message.position.number() > *place
        };
        if new_from.as_ref().is_some_and(is_new) {
            new_from = None;
            rows.push(Row::New);
        }
        let read_line = read.as_ref() == Some(&message.id);
        let quotes = message.quotes.as_ref();
        rows.push(Row::Message {
            message: message.clone(),
            first: true,
            last: true,
            read_line,
            quoted: quotes.and_then(|id| thread.message(id.inner())),
        });
    }
    rows.extend(acts.cloned().map(Row::Act));
    rows.extend(outgoing.iter().cloned().map(Row::Outgoing));
    group(&mut rows);
    with_days(rows, day_of)
}

/// Joins neighbours of one speaker: the earlier one loses its time, the later one its name.
fn group(rows: &mut [Row]) {
    for index in 1..rows.len() {
        let (before, after) = rows.split_at_mut(index);
        if let (
            Some(Row::Message {
                message: one, last, ..
            }),
            Some(Row::Message {
                message: other,
                first,
                ..
            }),
        ) = (before.last_mut(), after.first_mut())
            && same_speaker(one, other)
            && seconds(&other.sent_at.0)
                .zip(seconds(&one.sent_at.0))
                .is_some_and(|(b, a)| (b - a).abs() <= TOGETHER)
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

fn with_days(rows: Vec<Row>, day_of: &dyn Fn(&str) -> String) -> Vec<Row> {
    let mut shown = Vec::with_capacity(rows.len() + 8);
    let mut today = String::new();
    for row in rows {
        let at = match &row {
            Row::Message { message, .. } => message.sent_at.0.clone(),
            Row::Act(act) => act.at.0.clone(),
            Row::Outgoing(outgoing) => outgoing.at.clone(),
            Row::Day(_) | Row::New => {
                shown.push(row);
                continue;
            }
        };
        let day = day_of(&at);
        if day != today {
            today = day;
            // The line of what is new stands below the day that it begins with.
            let new = shown.pop_if(|row| *row == Row::New);
            shown.push(Row::Day(at));
            shown.extend(new);
        }
        shown.push(row);
    }
    shown
}

/// Seconds of an RFC 3339 moment in UTC, on a calendar of equal months: good for differences of minutes.
fn seconds(moment: &str) -> Option<i64> {
    let mut numbers = moment
        .get(..19)?
        .split(['-', 'T', ':'])
        .map(|part| part.parse::<i64>().ok());
    let mut total = 0;
    for size in [1, 12, 31, 24, 60, 60] {
        total = total * size + numbers.next()??;
    }
    Some(total)
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

    fn utc(moment: &str) -> String {
        moment.chars().take(10).collect()
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
