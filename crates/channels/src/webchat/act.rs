//! What a visitor did, one variant an event type of the contract. Checks shapes and lengths;
//! whether the act is allowed now is decided by the chat.

use hilo_domain::text::{MessageText, TextRefusal};
use uuid::Uuid;

use super::field::{DictionaryLimits, FieldRefusal, Fields};
use super::session::{Page, parse_page};

/// Every event type of the contract.
pub const TYPES: [&str; 12] = [
    "message.text",
    "message.attachment",
    "message.audio",
    "message.edit",
    "message.delete",
    "reaction",
    "read",
    "typing",
    "page_view",
    "form.submit",
    "rating",
    "end",
];

/// Longest audio, in milliseconds.
const AUDIO_LIMIT_MS: u64 = 300_000;
/// Largest upload, in bytes.
const UPLOAD_LIMIT: u64 = 20 * 1024 * 1024;
const FORM_LIMITS: DictionaryLimits = DictionaryLimits {
    entries: 20,
    label: 64,
    text: 1000,
};

/// One act of a visitor.
#[derive(Clone, PartialEq, Eq)]
pub enum VisitorAct {
    /// Wrote a text. At most 1000 characters, and so at most 4000 bytes of UTF-8.
    MessageText {
        /// Trimmed and checked.
        text: MessageText,
    },
    /// Sent a file or a sound that was uploaded before.
    MessageFile {
        /// The upload.
        upload_id: String,
        /// What is said with it; may be nothing.
        caption: MessageText,
        /// How long it plays, in milliseconds.
        duration_ms: Option<u64>,
    },
    /// Changed an own message.
    MessageEdit {
        /// The event id the message was sent with.
        client_message_id: Uuid,
        /// The new text.
        text: MessageText,
    },
    /// Took an own message back.
    MessageDelete {
        /// The event id the message was sent with.
        client_message_id: Uuid,
    },
    /// Set or took a reaction.
    Reaction {
        /// Which message.
        message_id: Uuid,
        /// `None` takes it away.
        emoji: Option<String>,
    },
    /// Has seen everything up to here.
    Read {
        /// Number in the visitor's own stream.
        up_to_seq: u64,
    },
    /// Began or stopped writing; never stored.
    Typing {
        /// Writing now.
        active: bool,
        /// What stands in the field, if the widget shows it.
        preview: Option<String>,
    },
    /// Went to another page.
    PageView {
        /// Where to.
        page: Page,
    },
    /// Filled in a form: a claim, not a proof.
    FormSubmit(Form),
    /// Judged the conversation.
    Rating {
        /// As sent; the chat knows the allowed range.
        score: u8,
        /// In the visitor's words.
        comment: Option<String>,
    },
    /// Closed the chat.
    End,
}

/// What a visitor wrote into a form.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// At most 100 characters.
    pub name: Option<String>,
    /// At most 254 characters.
    pub email: Option<String>,
    /// At most 32 characters.
    pub phone: Option<String>,
    /// The form's own fields.
    pub fields: Vec<(String, String)>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Form(..)")
    }
}

impl std::fmt::Debug for VisitorAct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl VisitorAct {
    /// The event type, without what was said.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MessageText { .. } => "message.text",
            Self::MessageFile { .. } => "message.file",
            Self::MessageEdit { .. } => "message.edit",
            Self::MessageDelete { .. } => "message.delete",
            Self::Reaction { .. } => "reaction",
            Self::Read { .. } => "read",
            Self::Typing { .. } => "typing",
            Self::PageView { .. } => "page_view",
            Self::FormSubmit(_) => "form.submit",
            Self::Rating { .. } => "rating",
            Self::End => "end",
        }
    }

    /// Whether the act is a message, which counts against the visitor's rate.
    pub fn is_message(&self) -> bool {
        matches!(self, Self::MessageText { .. } | Self::MessageFile { .. })
    }
}

pub(crate) fn parse_act(kind: &str, data: &Fields<'_>) -> Result<VisitorAct, FieldRefusal> {
    Ok(match kind {
        "message.text" => VisitorAct::MessageText { text: text(data)? },
        "message.attachment" => attachment(data)?,
        "message.audio" => audio(data)?,
        "message.edit" => VisitorAct::MessageEdit {
            client_message_id: id(data, "client_message_id")?,
            text: text(data)?,
        },
        "message.delete" => VisitorAct::MessageDelete {
            client_message_id: id(data, "client_message_id")?,
        },
        "reaction" => VisitorAct::Reaction {
            message_id: id(data, "message_id")?,
            emoji: data.text("emoji", 32)?,
        },
        "read" => VisitorAct::Read {
            up_to_seq: data.required("up_to_seq", data.whole_number("up_to_seq")?)?,
        },
        "typing" => typing(data)?,
        "page_view" => VisitorAct::PageView {
            page: parse_page(data)?,
        },
        "form.submit" => form(data)?,
        "rating" => rating(data)?,
        "end" => VisitorAct::End,
        _ => {
            return Err(FieldRefusal::invalid(
                "type",
                "one of the known event types",
            ));
        }
    })
}

fn id(data: &Fields<'_>, key: &str) -> Result<Uuid, FieldRefusal> {
    data.required(key, data.uuid(key)?)
}

fn text(data: &Fields<'_>) -> Result<MessageText, FieldRefusal> {
    let text = data.required("text", data.raw_text("text")?)?;
    message_text(data, "text", text)
}

fn message_text(data: &Fields<'_>, key: &str, text: &str) -> Result<MessageText, FieldRefusal> {
    let field = data.name(key);
    MessageText::parse(text).map_err(|refusal| match refusal {
        TextRefusal::TextHasNul => FieldRefusal::nul(&field),
        TextRefusal::TextEmpty => FieldRefusal {
            code: "empty",
            message: format!("{field} has nothing to read in it."),
            field,
            limit: None,
        },
        TextRefusal::TextTooLong { limit, .. } => {
            FieldRefusal::too_long(&field, usize::try_from(limit).unwrap_or(1000), "characters")
        }
    })
}

fn attachment(data: &Fields<'_>) -> Result<VisitorAct, FieldRefusal> {
    let upload_id = data.required("upload_id", data.text("upload_id", 100)?)?;
    data.required("filename", data.text("filename", 255)?)?;
    data.required("mime", data.text("mime", 127)?)?;
    let caption = match data.raw_text("caption")? {
        Some(caption) if !caption.trim().is_empty() => message_text(data, "caption", caption)?,
        Some(_) | None => MessageText::none(),
    };
    within(data, "size", UPLOAD_LIMIT, "bytes")?;
    Ok(VisitorAct::MessageFile {
        upload_id,
        caption,
        duration_ms: None,
    })
}

fn audio(data: &Fields<'_>) -> Result<VisitorAct, FieldRefusal> {
    let upload_id = data.required("upload_id", data.text("upload_id", 100)?)?;
    let duration_ms = within(data, "duration_ms", AUDIO_LIMIT_MS, "milliseconds")?;
    Ok(VisitorAct::MessageFile {
        upload_id,
        caption: MessageText::none(),
        duration_ms: Some(duration_ms),
    })
}

fn within(data: &Fields<'_>, key: &str, limit: u64, unit: &str) -> Result<u64, FieldRefusal> {
    let number = data.required(key, data.whole_number(key)?)?;
    if number > limit {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        return Err(FieldRefusal::too_long(&data.name(key), limit, unit));
    }
    Ok(number)
}

fn typing(data: &Fields<'_>) -> Result<VisitorAct, FieldRefusal> {
    let active = match data.raw_text("state")? {
        Some("start") => true,
        Some("stop") => false,
        _ => return Err(FieldRefusal::invalid(&data.name("state"), "start or stop")),
    };
    Ok(VisitorAct::Typing {
        active,
        preview: data.text("preview", 1000)?,
    })
}

fn form(data: &Fields<'_>) -> Result<VisitorAct, FieldRefusal> {
    Ok(VisitorAct::FormSubmit(Form {
        name: data.text("name", 100)?,
        email: data.text("email", 254)?,
        phone: data.text("phone", 32)?,
        fields: data.dictionary("fields", FORM_LIMITS)?,
    }))
}

fn rating(data: &Fields<'_>) -> Result<VisitorAct, FieldRefusal> {
    let given = data.required("score", data.value("score"))?;
    let expected = "a whole number from 1 to 5";
    let score = given
        .as_u64()
        .and_then(|score| u8::try_from(score).ok())
        .filter(|score| (1..=5).contains(score))
        .ok_or_else(|| FieldRefusal::invalid(&data.name("score"), expected))?;
    Ok(VisitorAct::Rating {
        score,
        comment: data.text("comment", 1000)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn parse(kind: &str, data: Value) -> Result<VisitorAct, FieldRefusal> {
        parse_act(kind, &Fields::new(data.as_object().unwrap(), "data."))
    }

    fn refusal(kind: &str, data: Value) -> (&'static str, String, Option<i64>) {
        let refused = parse(kind, data).unwrap_err();
        (refused.code, refused.field, refused.limit)
    }

    #[test]
    fn a_thousand_characters_pass_and_one_more_is_refused() {
        let long = "😀".repeat(1000);
        assert_eq!(long.len(), 4000);
        assert!(parse("message.text", json!({"text": format!("  {long}\n")})).is_ok());
        assert_eq!(
            refusal("message.text", json!({"text": format!("{long}x")})),
            ("too_long", "data.text".into(), Some(1000))
        );
    }

    #[test]
    fn a_text_without_anything_to_read_or_with_nul_is_refused() {
        for blank in ["", "  \n\t", "\u{200b}\u{2066}"] {
            assert_eq!(
                refusal("message.text", json!({"text": blank})).0,
                "empty",
                "{blank:?}"
            );
        }
        assert_eq!(refusal("message.text", json!({"text": "a\u{0}b"})).0, "nul");
        assert_eq!(refusal("message.text", json!({"text": 1})).0, "invalid");
        assert_eq!(refusal("message.text", json!({})).0, "missing");
    }

    #[test]
    fn limits_of_the_other_types_are_named() {
        let audio = json!({"upload_id": "u", "duration_ms": 300_001});
        assert_eq!(
            refusal("message.audio", audio),
            ("too_long", "data.duration_ms".into(), Some(300_000))
        );
        assert_eq!(refusal("rating", json!({"score": 6})).1, "data.score");
        assert_eq!(refusal("rating", json!({"score": 0})).1, "data.score");
        for wrong in [json!(4.5), json!("5"), json!(-1), json!([])] {
            let refused = parse("rating", json!({"score": wrong})).unwrap_err();
            assert!(refused.message.contains("from 1 to 5"), "{refused}");
        }
        assert_eq!(refusal("typing", json!({"state": "maybe"})).1, "data.state");
        assert_eq!(
            refusal("read", json!({"up_to_seq": -1})).1,
            "data.up_to_seq"
        );
        assert_eq!(
            refusal("page_view", json!({"url": "ftp://x"})).1,
            "data.url"
        );
        let many: serde_json::Map<_, _> = (0..21).map(|n| (n.to_string(), json!("x"))).collect();
        assert_eq!(refusal("form.submit", json!({"fields": many})).2, Some(20));
        assert_eq!(
            refusal("form.submit", json!({"fields": {"a": 1}})).1,
            "data.fields"
        );
        assert_eq!(
            refusal("message.edit", json!({"text": "x"})).1,
            "data.client_message_id"
        );
    }

    #[test]
    fn an_absent_or_null_emoji_takes_the_reaction_away() {
        let id = Uuid::from_u128(7);
        let none = VisitorAct::Reaction {
            message_id: id,
            emoji: None,
        };
        assert_eq!(
            parse("reaction", json!({"message_id": id, "emoji": null})),
            Ok(none.clone())
        );
        assert_eq!(parse("reaction", json!({"message_id": id})), Ok(none));
    }
}
