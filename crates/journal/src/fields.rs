//! Finds the personal fields in the JSON text of a new event, in one pass and without taking the text apart. Only says where
//! they are; what may not be stored, and why, is said by `seal`.

use std::borrow::Cow;
use std::ops::Range;

use uuid::Uuid;

use crate::seal::{ERASED, PERSONAL, SEALED, below};

/// A personal field that is still open.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its JSON pointer (RFC 6901).
    pub pointer: String,
    pub subject: Uuid,
    /// Where the object that carries the mark stands.
    pub object: Range<usize>,
    /// Where the value inside stands.
    pub value: Range<usize>,
}

/// The personal fields of a text as serde_json writes it, in their order. Nothing where the text holds a NUL character or a
/// mark that a new event must not carry, or was not written by serde_json.
pub(crate) fn find(text: &str) -> Option<Vec<Field>> {
    let mut scan = Scan {
        text,
        at: 0,
        pointer: String::new(),
        fields: Vec::new(),
    };
    scan.value()?;
    (scan.at == text.len()).then_some(scan.fields)
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    pointer: String,
    fields: Vec<Field>,
}

impl<'a> Scan<'a> {
    fn value(&mut self) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(),
            b'[' => self.array(),
            _ => self.past(),
        }
    }

    fn object(&mut self) -> Option<()> {
        let start = self.at;
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        let mut alone = true;
        loop {
            let name = self.name()?;
            self.take(b':')?;
            if [PERSONAL, SEALED, ERASED].contains(&&*name) {
                return (alone && name == PERSONAL).then(|| self.marked(start))?;
            }
            self.below(&name)?;
            if self.take(b'}').is_some() {
                return Some(());
            }
            self.take(b',')?;
            alone = false;
        }
    }

    /// Goes on behind the mark of the object that begins at `start`.
    fn marked(&mut self, start: usize) -> Option<()> {
        let (mut subject, mut value) = (None, None);
        self.take(b'{')?;
        loop {
            let name = self.name()?;
            self.take(b':')?;
            match &*name {
                "subject" if subject.is_none() => subject = Some(self.name()?.parse().ok()?),
                "value" if value.is_none() => {
                    let from = self.at;
                    self.past()?;
                    value = Some(from..self.at);
                }
                _ => return None,
            }
            if self.take(b'}').is_some() {
                break;
            }
            self.take(b',')?;
        }
        self.take(b'}')?;
        self.fields.push(Field {
            pointer: self.pointer.clone(),
            subject: subject?,
            object: start..self.at,
            value: value?,
        });
        Some(())
    }

    fn array(&mut self) -> Option<()> {
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        for number in 0_usize.. {
            self.below(&number.to_string())?;
            if self.take(b']').is_some() {
                return Some(());
            }
            self.take(b',')?;
        }
        None
    }

    fn below(&mut self, name: &str) -> Option<()> {
        let mut pointer = std::mem::take(&mut self.pointer);
        let found = below(&mut pointer, name, |pointer| {
            std::mem::swap(pointer, &mut self.pointer);
            let found = self.value();
            std::mem::swap(pointer, &mut self.pointer);
            found
        });
        self.pointer = pointer;
        found
    }

    /// Goes past a value without looking for marks in it.
    fn past(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => drop(self.string()?),
                byte => {
                    match byte {
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth = depth.checked_sub(1)?,
                        _ => {}
                    }
                    self.at += 1;
                }
            }
            if depth == 0 && matches!(self.peek(), None | Some(b',' | b'}' | b']')) {
                return Some(());
            }
        }
    }

    /// A string as it is meant.
    fn name(&mut self) -> Option<Cow<'a, str>> {
        let from = self.at;
        let inside = self.string()?;
        if !inside.contains('\\') {
            return Some(Cow::Borrowed(inside));
        }
        let quoted = self.text.get(from..self.at)?;
        serde_json::from_str(quoted).ok().map(Cow::Owned)
    }

    /// A string as it is written, without its quotes; nothing when a NUL character is in it.
    fn string(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let from = self.at;
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            let inside = self.text.get(from..self.at)?;
            if self.take(b'"').is_some() {
                return Some(inside);
            }
            if self.text.get(self.at..)?.starts_with("\\u0000") {
                return None;
            }
            // The backslash and what it stands before, which is never more than one byte of what matters here.
            self.at += 2;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SUBJECT: &str = "00000000-0000-0000-0000-000000000005";

    fn pointers(text: &str) -> Option<Vec<String>> {
        Some(find(text)?.into_iter().map(|it| it.pointer).collect())
    }

    #[test]
    fn fields_are_found_where_they_are() {
        let open = json!({ "$personal": { "subject": SUBJECT, "value": { "a": ["}", "\\\""] } } });
        let text =
            json!({ "b/c": [1, open, {}], "~": { "": open }, "d\"": open, "e": [], "f": null })
                .to_string();
        let fields = find(&text).unwrap();
        let mut found: Vec<_> = fields.iter().map(|it| it.pointer.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, ["/b~1c/1", "/d\"", "/~0/"]);
        for field in fields {
            assert_eq!(&text[field.object], open.to_string());
            assert_eq!(&text[field.value], r#"{"a":["}","\\\""]}"#);
            assert_eq!(field.subject.to_string(), SUBJECT);
        }
    }

    #[test]
    fn marks_are_names_and_nothing_else() {
        let words = json!({ "a": "$personal", "b": ["$sealed", "\\u0000"], "$": 1 }).to_string();
        assert_eq!(pointers(&words), Some(Vec::new()));
    }

    #[test]
    fn what_is_cut_off_is_nothing() {
        let open = json!([{ "$personal": { "subject": SUBJECT, "value": "a\\" } }]).to_string();
        assert!(find(&open).is_some());
        for end in 0..open.len() {
            assert_eq!(find(&open[..end]), None, "{}", &open[..end]);
        }
        assert_eq!(find(&(open + "]")), None);
    }
}
