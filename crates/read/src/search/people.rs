//! Which parts of a contact match what was typed, and whether they do at all: the index knows shortened forms only,
//! and those of two words may agree where the words are far apart.

use super::distance::is_near;
use super::highlight::Range;
use super::lexemes::{self, Person};
use super::query::Typed;
use super::words::{Word, words};

/// What of a contact, of the client behind it or of a colleague was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactField {
    /// The contact's name.
    Name,
    /// What the channel calls them.
    Handle,
    /// The contact's e-mail address.
    Email,
    /// The contact's phone number.
    Phone,
    /// The client's name.
    ClientName,
    /// One of the client's e-mail addresses.
    ClientEmail,
    /// One of the client's phone numbers.
    ClientPhone,
    /// The name of a colleague who belongs to the chat (A13).
    Colleague,
}

/// How a part is written, and so how it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// In words.
    Words,
    /// As an e-mail address.
    Address,
    /// As a phone number.
    Number,
    /// In words or as a phone number.
    Either,
}

impl ContactField {
    pub(crate) const fn written(self) -> Written {
        match self {
            Self::Name | Self::ClientName | Self::Colleague => Written::Words,
            Self::Email | Self::ClientEmail => Written::Address,
            Self::Phone | Self::ClientPhone => Written::Number,
            Self::Handle => Written::Either,
        }
    }
}

/// Where in a part of a contact something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactMatch {
    /// Which part.
    pub field: ContactField,
    /// What it says.
    pub text: String,
    /// The places in it, in order.
    pub ranges: Vec<Range>,
}

/// How well a contact matches; the better, the smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Match {
    /// By whole words, or by number or address.
    Whole,
    /// A word goes on.
    Beginning,
    /// A word was mistyped.
    Near,
}

/// How well and where a contact matches; None where it does not.
pub(crate) fn matches(person: &Person<'_>, typed: &Typed) -> Option<(Match, Vec<ContactMatch>)> {
    let fields = person.worded();
    let fields = fields.map(|(field, text)| (field, text, words(text).collect::<Vec<_>>()));
    let fields = fields.collect::<Vec<_>>();
    let mut worst = Match::Whole;
    let found = typed.words.iter().enumerate().all(|(at, asked)| {
        let is_open = typed.is_open && at + 1 == typed.words.len();
        let best = fields
            .iter()
            .flat_map(|(_, _, words)| words)
            .filter_map(|word: &Word| fits(asked, is_open, word))
            .min();
        worst = worst.max(best.unwrap_or(Match::Near));
        best.is_some()
    });
    let mut places = Vec::new();
    if found {
        for (field, text, words) in &fields {
            let ranges = words.iter().filter(|word| {
                typed.words.iter().enumerate().any(|(at, asked)| {
                    let is_open = typed.is_open && at + 1 == typed.words.len();
                    fits(asked, is_open, word).is_some_and(|fit| fit <= worst)
                })
            });
            let ranges = ranges.map(|word| Range {
                start: word.start,
                end: word.end,
            });
            let ranges = ranges.collect::<Vec<_>>();
            if !ranges.is_empty() {
                places.push(ContactMatch {
                    field: *field,
                    text: (*text).to_owned(),
                    ranges,
                });
            }
        }
    }
    let number = number(person, typed);
    if let Some(number) = number {
        worst = Match::Whole;
        places.push(number);
    }
    (!places.is_empty()).then_some((worst, places))
}

fn fits(asked: &str, is_open: bool, word: &Word) -> Option<Match> {
    if word.folded == asked {
        Some(Match::Whole)
    } else if is_open && word.folded.starts_with(asked) {
        Some(Match::Beginning)
    } else {
        let long = asked.chars().count() >= super::distance::SHORTEST;
        (long && is_near(asked, &word.folded)).then_some(Match::Near)
    }
}

/// The part of the contact's number that was typed, however either is written.
fn number(person: &Person<'_>, typed: &Typed) -> Option<ContactMatch> {
    let asked = typed.number()?;
    person.numbers().find_map(|(field, text)| {
        let at = lexemes::digits(text).find(asked)?;
        let places = text.chars().enumerate().filter(|(_, c)| c.is_ascii_digit());
        let mut places = places.map(|(place, _)| place).skip(at).take(asked.len());
        let start = places.next()?;
        let end = places.last().unwrap_or(start) + 1;
        Some(ContactMatch {
            field,
            text: text.to_owned(),
            ranges: vec![Range { start, end }],
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eva() -> Person<'static> {
        Person::new([
            (ContactField::Name, Some("Eva González Ruiz")),
            (ContactField::Handle, Some("@evita.g")),
            (ContactField::Email, Some("Eva.Gonzalez@example.com")),
            (ContactField::Phone, Some("+34 600 12 34 56")),
        ])
    }

    type Places = Vec<(ContactField, usize, usize)>;

    fn found(typed: &str) -> Option<(Match, Places)> {
        let (how, places) = matches(&eva(), &Typed::read(typed).unwrap())?;
        let places = places.iter().flat_map(|place| {
            let ranges = place.ranges.iter();
            ranges
                .map(|range| (place.field, range.start, range.end))
                .collect::<Vec<_>>()
        });
        Some((how, places.collect()))
    }

    #[test]
    fn names_are_found_whole_begun_and_mistyped() {
        use ContactField::{Email, Handle, Name};
        let whole = vec![(Name, 4, 12), (Email, 4, 12)];
        assert_eq!(found("gonzalez "), Some((Match::Whole, whole.clone())));
        assert_eq!(found("gonza").unwrap().0, Match::Beginning);
        assert_eq!(found("gonsalez "), Some((Match::Near, whole)));
        assert_eq!(found("ruiz eva ").unwrap().0, Match::Whole);
        assert_eq!(found("evita").unwrap().1, [(Handle, 1, 6)]);
        assert_eq!(found("gonsales "), None, "two typos");
        assert_eq!(found("eva perez "), None, "every word must be there");
    }

    #[test]
    fn numbers_are_found_however_they_are_written() {
        let end = vec![(ContactField::Phone, 4, 10)];
        assert_eq!(found("60012"), Some((Match::Whole, end.clone())));
        assert_eq!(found("600-1 2"), Some((Match::Whole, end)));
        assert_eq!(found("0034600"), None);
        assert_eq!(found("600"), None, "too few digits");
    }
}
