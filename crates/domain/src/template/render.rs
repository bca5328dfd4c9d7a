//! Fields of a template, `{{client.first_name}}` or `{{client.first_name|friend}}`, and what is put in their place.
//! What is put there is never read as a field again.

use std::fmt;

use super::refusal::TemplateRefusal;
use crate::text;

/// All fields there are.
pub const FIELDS: [&str; 7] = [
    "client.first_name",
    "client.last_name",
    "client.name",
    "client.phone",
    "client.email",
    "agent.name",
    "workspace.name",
];
/// Most characters of an unknown field that a refusal repeats.
const SHOWN: usize = 40;

/// What is known for the fields.
#[derive(Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the fields")]
pub struct Values {
    pub client_first_name: Option<String>,
    pub client_last_name: Option<String>,
    pub client_name: Option<String>,
    pub client_phone: Option<String>,
    pub client_email: Option<String>,
    pub agent_name: Option<String>,
    pub workspace_name: Option<String>,
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Values(..)")
    }
}

impl Values {
    fn of(&self, field: &str) -> Option<&str> {
        let value = match field {
            "client.first_name" => &self.client_first_name,
            "client.last_name" => &self.client_last_name,
            "client.name" => &self.client_name,
            "client.phone" => &self.client_phone,
            "client.email" => &self.client_email,
            "agent.name" => &self.agent_name,
            "workspace.name" => &self.workspace_name,
            _ => &None,
        };
        value.as_deref().filter(|value| text::shows(value))
    }
}

/// A piece of a template.
enum Piece<'b> {
    Text(&'b str),
    Field {
        name: &'b str,
        replacement: Option<&'b str>,
    },
}

/// A template filled in as far as anything is known.
#[derive(Clone, PartialEq, Eq)]
pub struct Filled {
    /// The text. A field of which nothing is known and that has no replacement stands in it as `{{client.first_name}}`.
    pub text: String,
    /// Those fields, in their order.
    pub missing: Vec<String>,
}

impl fmt::Debug for Filled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filled(missing {:?}, ..)", self.missing)
    }
}

impl Filled {
    /// The text, to be sent as it is.
    ///
    /// # Errors
    /// `TemplateFieldMissing` for the first field that is missing: a greeting without a name is not sent by accident.
    pub fn complete(self) -> Result<String, TemplateRefusal> {
        match self.missing.into_iter().next() {
            None => Ok(self.text),
            Some(field) => Err(TemplateRefusal::TemplateFieldMissing { field }),
        }
    }
}

/// Fills a template in.
///
/// # Errors
/// That the body is no template.
pub fn fill(body: &str, values: &Values) -> Result<Filled, TemplateRefusal> {
    let mut filled = Filled {
        text: String::with_capacity(body.len()),
        missing: Vec::new(),
    };
    for piece in pieces(body)? {
        match piece {
            Piece::Text(text) => filled.text.push_str(text),
            Piece::Field { name, replacement } => match values.of(name).or(replacement) {
                Some(value) => filled.text.push_str(value),
                None => {
                    filled.text.push_str(&format!("{{{{{name}}}}}"));
                    filled.missing.push(name.to_owned());
                }
            },
        }
    }
    Ok(filled)
}

/// Fills a template in to be sent as it is.
///
/// # Errors
/// As [`fill`] and [`Filled::complete`].
pub fn render(body: &str, values: &Values) -> Result<String, TemplateRefusal> {
    fill(body, values)?.complete()
}

/// Whether every field is one that there is.
pub(super) fn check(body: &str) -> Result<(), TemplateRefusal> {
    pieces(body).map(drop)
}

fn pieces(body: &str) -> Result<Vec<Piece<'_>>, TemplateRefusal> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while let Some((text, behind)) = rest.split_once("{{") {
        pieces.push(Piece::Text(text));
        let (inside, after) = behind
            .split_once("}}")
            .ok_or(TemplateRefusal::TemplateFieldOpen)?;
        let (name, replacement) = match inside.split_once('|') {
            Some((name, replacement)) => (name.trim(), Some(replacement.trim())),
            None => (inside.trim(), None),
        };
        if !FIELDS.contains(&name) {
            return Err(TemplateRefusal::TemplateFieldUnknown {
                field: name.chars().take(SHOWN).collect(),
                known: FIELDS.join(", "),
            });
        }
        pieces.push(Piece::Field { name, replacement });
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}
