//! What each kind of channel can do, as data. A screen or a rule asks this table; nobody asks
//! "is it WhatsApp" in an `if`.

use hilo_domain::channel::ChannelKind;

/// What the other side lets us know and do. `None` as a limit: no limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The channel says when a message reached the contact's device.
    pub reports_delivered: bool,
    /// The channel says when the contact read a message.
    pub reports_read: bool,
    /// The contact can be told that an agent read the chat.
    pub shows_our_reading: bool,
    /// Each side can see that the other one is writing.
    pub shows_typing: bool,
    /// A contact's reaction to a message arrives.
    pub receives_reactions: bool,
    /// An edit that the contact makes arrives.
    pub receives_edits: bool,
    /// A deletion that the contact makes arrives.
    pub receives_deletions: bool,
    /// Longest outbound text in Unicode scalar values, never above the product's 1000.
    pub text_limit: Option<TextLimit>,
}

/// How a channel counts the length of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextLimit {
    /// Unicode scalar values.
    Characters(usize),
    /// Bytes of UTF-8 (Instagram).
    Bytes(usize),
}

const PRODUCT_LIMIT: Option<TextLimit> = Some(TextLimit::Characters(1000));

/// Nothing but plain text one way and the other: what a kind starts from.
const PLAIN: Capabilities = Capabilities {
    reports_delivered: false,
    reports_read: false,
    shows_our_reading: false,
    shows_typing: false,
    receives_reactions: false,
    receives_edits: false,
    receives_deletions: false,
    text_limit: PRODUCT_LIMIT,
};

/// The row of one kind.
pub const fn of(kind: ChannelKind) -> Capabilities {
    match kind {
        ChannelKind::WebChat => Capabilities {
            reports_delivered: true,
            reports_read: true,
            shows_our_reading: true,
            shows_typing: true,
            receives_reactions: true,
            receives_edits: true,
            receives_deletions: true,
            ..PLAIN
        },
        ChannelKind::Messenger => Capabilities {
            reports_delivered: true,
            reports_read: true,
            shows_our_reading: true,
            receives_edits: true,
            receives_deletions: true,
            ..PLAIN
        },
        ChannelKind::Instagram => Capabilities {
            reports_read: true,
            receives_edits: true,
            receives_deletions: true,
            text_limit: Some(TextLimit::Bytes(1000)),
            ..PLAIN
        },
        ChannelKind::WhatsApp => Capabilities {
            reports_delivered: true,
            reports_read: true,
            shows_our_reading: true,
            ..PLAIN
        },
        ChannelKind::Telegram => Capabilities {
            receives_edits: true,
            ..PLAIN
        },
        // An SMS is reported delivered only where the carrier says so.
        ChannelKind::Sms => Capabilities {
            reports_delivered: true,
            ..PLAIN
        },
        ChannelKind::Email => Capabilities {
            text_limit: None,
            ..PLAIN
        },
        ChannelKind::Call
        | ChannelKind::Voicemail
        | ChannelKind::GoogleBusiness
        | ChannelKind::Api
        | ChannelKind::Internal => PLAIN,
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
    }

    #[test]
    fn telegram_never_reports_reading() {
        assert!(!of(ChannelKind::Telegram).reports_read);
    }
}
