//! What each kind of channel can do, as data. A screen or a rule asks this table; nobody asks
//! "is it WhatsApp" in an `if`. Says nothing about when one may write: that is `policy.rs`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::event::{ChannelKind, Reports};
use crate::attachment::FileKind;

/// What the other side lets us know and do. `None` as a limit: no limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The channel says when a message reached the contact's device.
    pub reports_delivered: bool,
    /// The channel says when the contact read a message (D3).
    pub reports_read: bool,
    /// The contact can be told that an agent read the chat (D6).
    pub shows_our_reading: bool,
    /// Each side can see that the other one is writing.
    pub shows_typing: bool,
    /// A contact's reaction to a message arrives.
    pub receives_reactions: bool,
    /// An agent's reaction reaches the contact.
    pub sends_reactions: bool,
    /// An edit that the contact makes arrives.
    pub receives_edits: bool,
    /// A change of an agent's message reaches the contact.
    pub sends_edits: bool,
    /// A deletion that the contact makes arrives.
    pub receives_deletions: bool,
    /// An agent's message can be taken back from the contact.
    pub sends_deletions: bool,
    /// A message can quote another one.
    pub quotes: bool,
    /// Files arrive.
    pub receives_media: bool,
    /// What files can be sent; none without (C16).
    pub files: Option<FileLimit>,
    /// Comments under publications can be received here (E1); the longest reply to one, never above 1000 characters.
    pub comments: Option<TextLimit>,
    /// Whether an agent can write first (C10).
    pub starts: Starts,
    /// Longest outbound text, never above the product's 1000 characters (C9).
    pub text_limit: Option<TextLimit>,
    /// The text goes out in segments that the agent should see counted (SMS).
    pub segments: bool,
    /// As what its entries are shown (C7).
    pub medium: Medium,
}

/// As what an entry of a chat is shown (C7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A message of a messenger.
    Message,
    /// A text message of the telephone network.
    Sms,
    /// An e-mail.
    Email,
    /// A telephone call.
    Call,
    /// A message on the answering machine.
    Voicemail,
    /// A private note, on whatever channel.
    Note,
    /// A comment under a publication, or a public reply to one.
    Comment,
}

/// What files a channel sends, in bytes; without a number none of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLimit {
    /// Pictures that a browser draws.
    pub image: Option<u64>,
    /// Sounds.
    pub audio: Option<u64>,
    /// Films.
    pub video: Option<u64>,
    /// Everything else.
    pub document: Option<u64>,
    /// All files of one message.
    pub together: u64,
    /// A text can go with them.
    pub caption: bool,
    /// Files of one message.
    pub most: u32,
}

/// The largest file of all (MiB): what an upload may have.
const PRODUCT_FILE: u64 = 25 * MIB;
const MIB: u64 = 1024 * 1024;

/// Whatever can be uploaded.
const ANY_FILES: FileLimit = FileLimit {
    image: Some(PRODUCT_FILE),
    audio: Some(PRODUCT_FILE),
    video: Some(PRODUCT_FILE),
    document: Some(PRODUCT_FILE),
    together: 10 * PRODUCT_FILE,
    caption: true,
    most: 10,
};

impl FileLimit {
    /// The most bytes of a file; none where files of its kind are not sent.
    #[must_use]
    pub const fn bytes_of(&self, kind: FileKind) -> Option<u64> {
        match kind {
            FileKind::Image => self.image,
            FileKind::Audio => self.audio,
            FileKind::Video => self.video,
            FileKind::Document => self.document,
            // Agents send pictures; stickers only come in.
            FileKind::Sticker => None,
        }
    }
}

/// How a channel counts the length of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextLimit {
    /// Unicode scalar values.
    Characters(u32),
    /// Bytes of UTF-8 (Instagram).
    Bytes(u32),
}

impl TextLimit {
    /// The most that fits, in its own unit.
    #[must_use]
    pub const fn most(self) -> u32 {
        match self {
            Self::Characters(most) | Self::Bytes(most) => most,
        }
    }

    /// How long a text is, in the limit's own unit.
    #[must_use]
    pub fn length_of(self, text: &str) -> usize {
        match self {
            Self::Characters(_) => text.chars().count(),
            Self::Bytes(_) => text.len(),
        }
    }

    /// Whether a text fits.
    #[must_use]
    pub fn fits(self, text: &str) -> bool {
        self.length_of(text) <= self.most() as usize
    }
}

/// Whom an agent can write to first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starts {
    /// Nobody: the contact has to write first.
    Never,
    /// Whoever has a handle there.
    Handle,
    /// Whoever has a mobile number (C11).
    MobileNumber,
}

/// What is done to a message besides reading it, where the channel can (C6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageAction {
    /// Answer it with its text above.
    Quote,
    /// Put the company's reaction on it.
    React,
    /// Change what it says, for the contact too.
    Edit,
    /// Take it back from the contact.
    Delete,
    /// Send it once more (P15).
    Retry,
    /// Answer the comment for everybody to read (E3).
    ReplyToComment,
}

impl fmt::Display for MessageAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quote => "quote a message",
            Self::React => "carry a reaction of yours",
            Self::Edit => "change a message that was sent",
            Self::Delete => "take a message back",
            Self::Retry => "send a message once more",
            Self::ReplyToComment => "take a reply to a comment",
        })
    }
}

impl Capabilities {
    /// Whether this can be done to a message here; sending once more can be everywhere.
    #[must_use]
    pub const fn can(&self, action: MessageAction) -> bool {
        match action {
            MessageAction::Quote => self.quotes,
            MessageAction::React => self.sends_reactions,
            MessageAction::Edit => self.sends_edits,
            MessageAction::Delete => self.sends_deletions,
            MessageAction::Retry => true,
            MessageAction::ReplyToComment => self.comments.is_some(),
        }
    }
}

const PRODUCT_LIMIT: Option<TextLimit> = Some(TextLimit::Characters(1000));

/// Nothing but plain text one way and the other: what a kind starts from.
const PLAIN: Capabilities = Capabilities {
    reports_delivered: false,
    reports_read: false,
    shows_our_reading: false,
    shows_typing: false,
    receives_reactions: false,
    sends_reactions: false,
    receives_edits: false,
    sends_edits: false,
    receives_deletions: false,
    sends_deletions: false,
    quotes: false,
    receives_media: false,
    files: None,
    comments: None,
    starts: Starts::Never,
    text_limit: PRODUCT_LIMIT,
    segments: false,
    medium: Medium::Message,
};

/// Both ends are ours, so everything is told.
const BOTH_ENDS: Capabilities = Capabilities {
    reports_delivered: true,
    reports_read: true,
    shows_our_reading: true,
    shows_typing: true,
    receives_reactions: true,
    sends_reactions: true,
    receives_edits: true,
    sends_edits: true,
    receives_deletions: true,
    sends_deletions: true,
    quotes: true,
    receives_media: true,
    files: Some(ANY_FILES),
    ..PLAIN
};

/// What Meta's and Telegram's messengers have in common.
const MESSENGER: Capabilities = Capabilities {
    receives_reactions: true,
    sends_reactions: true,
    quotes: true,
    receives_media: true,
    files: Some(ANY_FILES),
    ..PLAIN
};

/// The row of one kind.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table: one entry a kind")]
pub const fn of(kind: ChannelKind) -> Capabilities {
    match kind {
        ChannelKind::WebChat => BOTH_ENDS,
        // What is stored is with the colleagues: there is no way on which it could be.
        ChannelKind::Internal => Capabilities {
            reports_delivered: false,
            ..BOTH_ENDS
        },
        ChannelKind::Messenger => Capabilities {
            reports_delivered: true,
            reports_read: true,
            shows_our_reading: true,
            shows_typing: true,
            receives_edits: true,
            receives_deletions: true,
            comments: PRODUCT_LIMIT,
            // A text cannot share a message with files: it has to be one of its own.
            files: Some(FileLimit {
                caption: false,
                ..ANY_FILES
            }),
            ..MESSENGER
        },
        ChannelKind::Instagram => Capabilities {
            reports_read: true,
            receives_edits: true,
            receives_deletions: true,
            comments: Some(TextLimit::Characters(300)),
            text_limit: Some(TextLimit::Bytes(1000)),
            files: Some(FileLimit {
                image: Some(8 * MIB),
                caption: false,
                ..ANY_FILES
            }),
            ..MESSENGER
        },
        ChannelKind::WhatsApp => Capabilities {
            reports_delivered: true,
            reports_read: true,
            shows_our_reading: true,
            shows_typing: true,
            starts: Starts::MobileNumber,
            files: Some(FileLimit {
                image: Some(5 * MIB),
                audio: Some(16 * MIB),
                video: Some(16 * MIB),
                most: 1,
                ..ANY_FILES
            }),
            ..MESSENGER
        },
        ChannelKind::Telegram => Capabilities {
            shows_typing: true,
            receives_edits: true,
            sends_edits: true,
            sends_deletions: true,
            files: Some(FileLimit {
                image: Some(10 * MIB),
                most: 1,
                ..ANY_FILES
            }),
            ..MESSENGER
        },
        // An SMS is reported delivered only where the carrier says so.
        ChannelKind::Sms => Capabilities {
            reports_delivered: true,
            receives_media: true,
            files: Some(FileLimit {
                together: 5 * MIB,
                ..ANY_FILES
            }),
            starts: Starts::MobileNumber,
            segments: true,
            medium: Medium::Sms,
            ..PLAIN
        },
        ChannelKind::Email => Capabilities {
            quotes: true,
            receives_media: true,
            files: Some(FileLimit {
                together: PRODUCT_FILE,
                ..ANY_FILES
            }),
            starts: Starts::Handle,
            text_limit: None,
            medium: Medium::Email,
            ..PLAIN
        },
        ChannelKind::Call => Capabilities {
            starts: Starts::MobileNumber,
            medium: Medium::Call,
            ..PLAIN
        },
        // What an integrator's messenger can do is told by what the integrator reports.
        ChannelKind::Api => Capabilities {
            reports_delivered: true,
            reports_read: true,
            receives_media: true,
            files: Some(ANY_FILES),
            comments: PRODUCT_LIMIT,
            starts: Starts::Handle,
            ..PLAIN
        },
        ChannelKind::Voicemail => Capabilities {
            medium: Medium::Voicemail,
            ..PLAIN
        },
        ChannelKind::GoogleBusiness => PLAIN,
    }
}

/// The row of one channel: its kind's, with what its own messenger reports. A messenger may report less than its kind can;
/// only of a generic one, of which the kind knows nothing, may it be more.
#[must_use]
pub const fn of_channel(kind: ChannelKind, reports: Option<Reports>) -> Capabilities {
    let row = of(kind);
    let Some(reports) = reports else {
        return row;
    };
    let is_generic = matches!(kind, ChannelKind::Api);
    Capabilities {
        reports_delivered: reports.delivered && (is_generic || row.reports_delivered),
        reports_read: reports.read && (is_generic || row.reports_read),
        ..row
    }
}

/// How an SMS goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// How many are sent and paid.
    pub count: u32,
    /// Whether a character outside GSM-7 made it UCS-2, where fewer fit.
    pub unicode: bool,
}

/// Counts the segments of an SMS: GSM-7 holds 160 in one and 153 in each of several, UCS-2 70 and 67.
#[must_use]
pub fn segments(text: &str) -> Segments {
    let septets = text
        .chars()
        .try_fold(0_usize, |sum, c| Some(sum + gsm_septets(c)?));
    let (length, one, each) = match septets {
        Some(septets) => (septets, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    let count = if length <= one {
        1
    } else {
        length.div_ceil(each)
    };
    Segments {
        count: u32::try_from(count).unwrap_or(u32::MAX),
        unicode: septets.is_none(),
    }
}

/// The places a character takes in the default alphabet of GSM 03.38; none if it is not in it.
fn gsm_septets(c: char) -> Option<usize> {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
    const EXTENDED: &str = "^{}\\[~]|€\u{c}";
    if c.is_ascii_alphanumeric() || BASIC.contains(c) {
        Some(1)
    } else if EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_web_chat_reports_everything_because_both_ends_are_ours() {
        let web = of(ChannelKind::WebChat);
        assert!(web.reports_delivered && web.reports_read && web.shows_our_reading);
        assert_eq!(web.text_limit, Some(TextLimit::Characters(1000)));
    }

    #[test]
    fn instagram_counts_bytes_and_never_reports_delivery() {
        let instagram = of(ChannelKind::Instagram);
        assert!(!instagram.reports_delivered);
        assert_eq!(instagram.text_limit, Some(TextLimit::Bytes(1000)));
        let limit = TextLimit::Bytes(4);
        assert!(limit.fits("łł") && !limit.fits("łłl"));
        assert!(TextLimit::Characters(3).fits("łłl"));
    }

    #[test]
    fn telegram_and_sms_never_report_reading() {
        assert!(!of(ChannelKind::Telegram).reports_read);
        assert!(!of(ChannelKind::Sms).reports_read);
    }

    #[test]
    fn one_polish_letter_makes_an_sms_longer() {
        let of = |text: &str| {
            let found = segments(text);
            (found.count, found.unicode)
        };
        assert_eq!(of(&"a".repeat(160)), (1, false));
        assert_eq!(of(&"a".repeat(161)), (2, false));
        assert_eq!(of(&"a".repeat(307)), (3, false));
        assert_eq!(of(&"{".repeat(80)), (1, false));
        assert_eq!(of(&"{".repeat(81)), (2, false));
        assert_eq!(of(&"ł".repeat(70)), (1, true));
        assert_eq!(of(&"ł".repeat(71)), (2, true));
        assert_eq!(of("ñ à é"), (1, false));
        assert!(segments("á").unicode && segments("🙂").unicode);
    }

    #[derive(serde::Deserialize)]
    struct Vector {
        text: String,
        times: Option<usize>,
        count: u32,
        unicode: bool,
    }

    #[test]
    fn c11_the_golden_vectors_of_segments_hold() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/golden/sms_segments.json"
        );
        let vectors: Vec<Vector> =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for Vector {
            text,
            times,
            count,
            unicode,
        } in vectors
        {
            let text = text.repeat(times.unwrap_or(1));
            assert_eq!(segments(&text), Segments { count, unicode }, "{text:?}");
        }
    }
}
