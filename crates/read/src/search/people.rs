//! Which parts of a contact match what was typed, and whether they do at all: the index knows shortened forms only,
//! and those of two words may agree where the words are far apart.

use super::distance::is_near;
use super::highlight::Range;
use super::lexemes::{self, Person};
use super::query::Typed;
use super::words::{Word, words};

/// What of a contact was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactField {
    /// The name.
    Name,
    /// What the channel calls them.
    Handle,
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
}

/// Where in a part of a contact something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactMatch {
    /// Which part.
    pub field: ContactField,
    /// The places, in order.
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
    let fields = [
        (ContactField::Name, person.name),
        (ContactField::Handle, person.handle),
        (ContactField::Email, person.email),
    ];
    let fields =
        fields.map(|(field, text)| (field, text.map(|text| words(text).collect::<Vec<_>>())));
    let all = || fields.iter().filter_map(|(_, words)| words.as_ref());
    let mut worst = Match::Whole;
    let found = typed.words.iter().enumerate().all(|(at, asked)| {
        let is_open = typed.is_open && at + 1 == typed.words.len();
        let best = all()
            .flatten()
            .filter_map(|word: &Word| fits(asked, is_open, word))
            .min();
        worst = worst.max(best.unwrap_or(Match::Near));
        best.is_some()
    });
    let mut places = Vec::new();
    if found {
        for (field, words) in &fields {
            let ranges = words.iter().flatten().filter(|word| {
                typed.words.iter().enumerate().any(|(at, asked)| {
                    let is_open = typed.is_open && at + 1 == typed.words.len();
                    fits(asked, is_open, word).is_some_and(|fit| fit <= worst)
                })
            });
            let ranges = ranges.map(|word| Range {
                start: word.start,
                end: word.end,
            });
            push(&mut places, *field, ranges.collect());
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

fn push(places: &mut Vec<ContactMatch>, field: ContactField, ranges: Vec<Range>) {
    if !ranges.is_empty() {
        places.push(ContactMatch { field, ranges });
    }
}

/// The part of the contact's number that was typed, however either is written.
fn number(person: &Person<'_>, typed: &Typed) -> Option<ContactMatch> {
    let asked = typed.number()?;
    let fields = [
        (ContactField::Phone, person.phone),
        (ContactField::Handle, person.handle),
    ];
    fields.into_iter().find_map(|(field, text)| {
        let text = text?;
        let at = lexemes::digits(text).find(asked)?;
        let places = text.chars().enumerate().filter(|(_, c)| c.is_ascii_digit());
        let mut places = places.map(|(place, _)| place).skip(at).take(asked.len());
        let start = places.next()?;
        let end = places.last().unwrap_or(start) + 1;
        Some(ContactMatch {
            field,
            ranges: vec![Range { start, end }],
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVA: Person<'_> = Person {
        name: Some("Eva González Ruiz"),
        handle: Some("@evita.g"),
        email: Some("Eva.Gonzalez@example.com"),
        phone: Some("+34 600 12 34 56"),
    };

    type Places = Vec<(ContactField, usize, usize)>;

    fn found(typed: &str) -> Option<(Match, Places)> {
        let (how, places) = matches(&EVA, &Typed::read(typed).unwrap())?;
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
