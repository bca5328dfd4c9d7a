//! Icons: strokes on a 24 by 24 grid. Decoration only; the word stands beside it or in a label.

use leptos::prelude::*;

use crate::api::graphql::ChannelKind;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Archive,
    Back,
    Check,
    Checks,
    Clock,
    Close,
    Copy,
    Cross,
    Down,
    Keyboard,
    Leave,
    Panel,
    Plus,
    Reopen,
    Send,
    Settings,
    Chats,
    People,
    Verified,
    Web,
    Widen,
    Phone,
    Mail,
    Retry,
    Unplugged,
    Tag,
    Unread,
    Template,
    Edit,
    Search,
    Key,
    Bot,
    Assign,
    Block,
    Dots,
    Emoji,
    Flag,
    Info,
    Moon,
    Note,
    Quote,
    Star,
    Trash,
    Eye,
    Unfold,
    Funnel,
    Bookmark,
    Clip,
    File,
    Play,
    Pause,
    Place,
    Save,
    Program,
    Sms,
    Voicemail,
    Messenger,
    Instagram,
    Whatsapp,
    Telegram,
}

impl Icon {
    /// The channel's badge.
    pub fn of_channel(kind: ChannelKind) -> Self {
        match kind {
            ChannelKind::WebChat | ChannelKind::GoogleBusiness => Self::Web,
            ChannelKind::Api => Self::Program,
            ChannelKind::Email => Self::Mail,
            ChannelKind::Sms => Self::Sms,
            ChannelKind::Call => Self::Phone,
            ChannelKind::Voicemail => Self::Voicemail,
            ChannelKind::Messenger => Self::Messenger,
            ChannelKind::Instagram => Self::Instagram,
            ChannelKind::Whatsapp => Self::Whatsapp,
            ChannelKind::Telegram => Self::Telegram,
            ChannelKind::Internal => Self::People,
            ChannelKind::Other => Self::Chats,
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table with a line for each icon")]
    fn strokes(self) -> &'static str {
        match self {
            Self::Archive => "M4 4h16v4H4z M5.5 8v11.5h13V8 M10 12h4",
            Self::Back => "M15 5l-7 7 7 7",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Checks => "M2 12.5l4.5 4.5L16 7.5 M11.5 16.5l.5.5L21.5 7.5",
            Self::Clock => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z M12 7.5V12l3 2",
            Self::Close => "M6 6l12 12 M18 6L6 18",
            Self::Copy => "M9 9h11v11H9z M15 9V4H4v11h5",
            Self::Cross => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z M9 9l6 6 M15 9l-6 6",
            Self::Down => "M12 5v14 M6 13l6 6 6-6",
            Self::Keyboard => "M3 7h18v10H3z M7 10.5h.01 M12 10.5h.01 M17 10.5h.01 M8 14h8",
            Self::Leave => "M14 4H5v16h9 M10 12h11 M17 8l4 4-4 4",
            Self::Panel => "M3 5h18v14H3z M15 5v14",
            Self::Plus => "M12 5v14 M5 12h14",
            Self::Reopen => "M4 11a8 8 0 1 1 2.3 6.5 M4 5v6h6",
            Self::Send => "M4 12l16-8-5.5 16-3-6.5z M11.5 13.5L20 4",
            Self::Settings => "M4 7h9 M17 7h3 M15 5v4 M4 17h3 M11 17h9 M9 15v4",
            Self::Chats => "M4 5h16v11H11l-4.5 4V16H4z",
            Self::People => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z M2.5 20c.5-4 3-6 6.500-6s6 2 6.500 6 M16 4.500a3.300 3.300 0 0 1 0 6.200 M18 14.500c2 .8 3.200 2.600 3.500 5.500"
            }
            Self::Verified => {
                "M12 3l7 3v6c0 4.500-3 7.500-7 9-4-1.500-7-4.500-7-9V6z M9 12l2.200 2.200L15.500 10"
            }
            Self::Web => {
                "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17z M3.500 12h17 M12 3.500c5 5.500 5 11.500 0 17 M12 3.500c-5 5.500-5 11.500 0 17"
            }
            Self::Widen => "M14 4h6v6 M20 4l-7 7 M10 20H4v-6 M4 20l7-7",
            Self::Program => "M8 7l-5 5 5 5 M16 7l5 5-5 5",
            Self::Sms => {
                "M4 5h16v11H11l-4.5 4V16H4z M8.500 10.500h.01 M12 10.500h.01 M15.500 10.500h.01"
            }
            Self::Voicemail => {
                "M6.500 8.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z M17.500 8.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z M6.500 15.500h11"
            }
            Self::Messenger => {
                "M12 3.500c-5 0-8.500 3.500-8.500 8 0 2.500 1 4.500 3 6v3l3-1.500c5.500 1 11-2 11-7.500 0-4.500-3.500-8-8.500-8z M7.500 13l3-3 3 2.500 3-3"
            }
            Self::Instagram => {
                "M8 4h8a4 4 0 0 1 4 4v8a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z M12 8.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z M16.500 7.500h.01"
            }
            Self::Whatsapp => {
                "M4 20l1-4a8.500 8.500 0 1 1 3 3z M9 8c0 4 3 7 7 7l.500-2-2-1-1 1-2.500-2.500 1-1-1-2z"
            }
            Self::Telegram => "M3 11.500L21 4l-3 16-6-4.500-3 3v-5L18 7.500",
            Self::Phone => {
                "M6 3.500h4l1.500 5-2.500 1.500a12 12 0 0 0 5 5l1.500-2.500 5 1.500v4c0 1-1 2-2 2A15.500 15.500 0 0 1 4 5.500c0-1 1-2 2-2z"
            }
            Self::Mail => "M3 6h18v12H3z M3 7l9 6.500L21 7",
            Self::Tag => "M4 4h8l8 8-8 8-8-8z M8.5 8.5h.01",
            Self::Unread => {
                "M3 7h11 M3 7v11h18v-7 M3 7.5l9 6.5 5-3.500 M19 3.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z"
            }
            Self::Template => "M5 3.500h14v17H5z M8.500 8h7 M8.500 12h7 M8.500 16h4",
            Self::Edit => "M4 20l1-4.500L16 4.500l3.500 3.500L8.500 19z M13.500 7l3.500 3.500",
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z M15.5 15.5L20.5 20.5",
            Self::Key => "M8 9a4 4 0 1 0 0 8 4 4 0 0 0 0-8z M11 11l9-7 M17 6.500l2.500 3",
            Self::Bot => {
                "M5 8h14v11H5z M12 4v4 M9.500 12.500v1.500 M14.500 12.500v1.500 M2.500 12v4 M21.500 12v4"
            }
            Self::Retry => "M20 11a8 8 0 1 0-2.300 6.500 M20 5v6h-6",
            Self::Assign => {
                "M4 12a8 8 0 0 1 13.7-5.600L20 9 M20 4v5h-5 M20 12a8 8 0 0 1-13.7 5.600L4 15 M4 20v-5h5"
            }
            Self::Block => "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17z M6 6l12 12",
            Self::Dots => {
                "M5 12a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0 M11.500 12a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0 M18 12a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0"
            }
            Self::Emoji => {
                "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17z M8.500 14.500c1.500 2.300 5.500 2.300 7 0 M9 9.500h.01 M15 9.500h.01"
            }
            Self::Flag => "M5 21V4h13l-2.500 4.500L18 13H5",
            Self::Info => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z M12 11v5.5 M12 7.5h.01",
            Self::Moon => "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
            Self::Note => "M5 4h14v11l-5 5H5z M14 20v-5h5",
            Self::Quote => "M10 6l-6 5.500L10 17v-3.500c5 0 8 1.500 10 5 0-6-3.500-9-10-9z",
            Self::Star => {
                "M12 3.800l2.500 5.300 5.700.8-4.100 4.100 1 5.800-5.100-2.800-5.100 2.800 1-5.800L3.800 9.900l5.700-.8z"
            }
            Self::Trash => {
                "M4 6.500h16 M9 6V4h6v2 M6.500 6.500L7.500 20h9l1-13.500 M10 10.500v6 M14 10.500v6"
            }
            Self::Eye => {
                "M2.500 12c4.500-7.500 14.500-7.500 19 0-4.500 7.500-14.500 7.500-19 0z M12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z"
            }
            Self::Unfold => "M6 9l6 6 6-6",
            Self::Funnel => "M4 5h16l-6 7.500v6l-4 2v-8z",
            Self::Bookmark => "M6.500 4h11v16L12 16l-5.500 4z",
            Self::Clip => "M19 12l-7 7a5 5 0 0 1-7-7l8-8a3 3 0 0 1 5 5l-8 8a2 2 0 0 1-2-2l7-7",
            Self::File => "M6 3.500h8l4.500 4.500v12.500H6z M13.500 3.500V8.500h5",
            Self::Play => "M7.500 5l11 7-11 7z",
            Self::Pause => "M8 5v14 M16 5v14",
            Self::Place => "M12 21c-9-11-7-17 0-17s9 6 0 17z M12 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
            Self::Save => "M12 4v11 M7 10.500l5 5 5-5 M4.500 20h15",
            Self::Unplugged => {
                "M4 4l16 16 M8.500 8.500L6 11a5 5 0 0 0 7 7l2.500-2.500 M12 6l1-1a5 5 0 0 1 6.500 6.500l-1.500 1.500"
            }
        }
    }
}

/// Draws an icon.
pub fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.strokes()></path>
        </svg>
    }
}
