//! Fields of a template and how it reads when they are filled: the server's rule, for the preview. The server fills in
//! what is sent.

/// All fields there are, with how a value could look.
pub const FIELDS: [(&str, &str); 7] = [
    ("client.first_name", "Lucía"),
    ("client.last_name", "Romero"),
    ("client.name", "Lucía Romero"),
    ("client.phone", "+34 600 123 456"),
    ("client.email", "lucia@example.com"),
    ("agent.name", ""),
    ("workspace.name", ""),
];

/// Why a text cannot be a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A field that does not end.
    Open,
    /// No such field.
    Unknown(String),
}

/// A piece of the preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As written.
    Text(String),
    /// What stands in place of a field.
    Filled(String),
}

/// The text with its fields filled: by the value known for a field, else by its replacement, else by its name.
pub fn preview(body: &str, known: &[(&str, String)]) -> Result<Vec<Piece>, Problem> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while let Some((text, behind)) = rest.split_once("{{") {
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        let (inside, after) = behind.split_once("}}").ok_or(Problem::Open)?;
        let (name, replacement) = match inside.split_once('|') {
            Some((name, replacement)) => (name.trim(), Some(replacement.trim())),
            None => (inside.trim(), None),
        };
        let (_, sample) = FIELDS
            .iter()
            .find(|(field, _)| *field == name)
            .ok_or_else(|| Problem::Unknown(name.to_owned()))?;
        let value = known
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty());
        let sample = Some(*sample).filter(|sample| !sample.is_empty());
        let filled = value.or(sample).or(replacement).unwrap_or(name);
        pieces.push(Piece::Filled(filled.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

/// A field that stands in a text to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Where it begins, in UTF-16 units.
    pub start: usize,
    /// Behind its last character, in UTF-16 units.
    pub end: usize,
    /// As it stands there.
    pub words: String,
}

/// The first field at or behind a place in UTF-16 units, else the first of all.
pub fn gap(text: &str, from: usize) -> Option<Gap> {
    let units = |text: &str| text.encode_utf16().count();
    let found = text.match_indices("{{").filter_map(|(at, _)| {
        let (before, here) = text.split_at(at);
        let inside = here.strip_prefix("{{")?.split_once("}}")?.0;
        let name = inside.split('|').next()?.trim();
        let known = FIELDS.iter().any(|(field, _)| *field == name);
        let start = units(before);
        let words = format!("{{{{{inside}}}}}");
        known.then(|| Gap {
            start,
            end: start + units(&words),
            words,
        })
    });
    let all: Vec<Gap> = found.collect();
    let behind = all.iter().find(|gap| gap.start >= from);
    behind.or(all.first()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p1_a_field_that_nobody_filled_in_is_found() {
        let text = "Hej 🧶 {{client.name}}, {{ client.phone|x }} {{client.age}} {{";
        let at = |from| gap(text, from).map(|gap| (gap.start, gap.end, gap.words));
        let first = Some((7, 22, "{{client.name}}".to_owned()));
        assert_eq!(at(0), first);
        assert_eq!(at(7), first);
        assert_eq!(at(8), Some((24, 44, "{{ client.phone|x }}".to_owned())));
        assert_eq!(at(60), first, "none behind it");
        assert_eq!(gap("{{client.age}} {{client.name", 0), None);
    }

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn filled(text: &str) -> Piece {
        Piece::Filled(text.to_owned())
    }

    #[test]
    fn h9_a_preview_fills_the_fields() {
        let known = [("agent.name", "Ana".to_owned())];
        assert_eq!(
            preview(
                "Hola {{client.first_name|amigo}}, soy {{ agent.name }}.",
                &known
            ),
            Ok(vec![
                text("Hola "),
                filled("Lucía"),
                text(", soy "),
                filled("Ana"),
                text("."),
            ])
        );
        assert_eq!(
            preview("{{workspace.name|we}}", &[]),
            Ok(vec![filled("we")]),
            "nothing known: the replacement"
        );
    }

    #[test]
    fn h9_what_is_no_field_is_told() {
        assert_eq!(preview("Hola {{client.name", &[]), Err(Problem::Open));
        assert_eq!(
            preview("{{client.age}}", &[]),
            Err(Problem::Unknown("client.age".to_owned()))
        );
        assert_eq!(preview("a }} { b", &[]), Ok(vec![text("a }} { b")]));
        assert_eq!(preview("", &[]), Ok(Vec::new()));
    }
}
