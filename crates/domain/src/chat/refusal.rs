//! Why a chat refuses a command: data for programs, words for people.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::actor::Assignee;
use crate::attachment::FileKind;
use crate::channel::capabilities::MessageAction;
use crate::policy::Purpose;

/// The rule that stopped a command on a chat.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChatRefusal {
    /// Nobody wrote here yet.
    #[error("There is no such chat.")]
    ChatNotFound,
    /// The acting agent is unknown or was deactivated.
    #[error("This agent is not active.")]
    AgentInactive,
    /// Neither the role nor a group gives the right to chats (A3).
    #[error("Your role or group does not include chats.")]
    NoChatsRight,
    /// The channel was not granted to the agent (A3).
    #[error("You have no access to this chat's channel.")]
    NoChannelAccess,
    /// Hilo cannot send through the channel now (A5).
    #[error("The channel is disconnected; connect it again under Settings > Chats.")]
    ChannelDisconnected,
    /// Not a message of this chat, or too old to be touched.
    #[error("There is no such message in this chat.")]
    MessageNotFound,
    /// Somebody else wrote it.
    #[error("Only its writer can change a message.")]
    NotOwnMessage,
    /// It was taken back.
    #[error("This message was deleted.")]
    MessageDeleted,
    /// Too late to change or take back.
    #[error("A message can be changed for {minutes} minutes only.")]
    EditWindowClosed {
        /// How long it could be.
        minutes: u32,
    },
    /// Not one emoji.
    #[error("A reaction is one emoji.")]
    EmojiInvalid,
    /// Not 1 to 5.
    #[error("A rating is a number from 1 to 5.")]
    ScoreOutOfRange,
    /// The comment of a rating is too long.
    #[error("The comment is {length} characters long; at most {limit} fit.")]
    CommentTooLong {
        /// The most that fits.
        limit: u32,
        /// What it had.
        length: u64,
    },
    /// A receipt for what was never shown.
    #[error("Nothing was sent after number {last}.")]
    SeqAhead {
        /// The last number given out.
        last: u64,
    },
    /// The time to answer is over, or the contact never wrote (D7).
    #[error("The time to answer here is over.")]
    ReplyWindowClosed {
        /// When it ended.
        until: Option<Timestamp>,
        /// What may be written all the same (D8).
        purposes: Vec<Purpose>,
        /// Where one can write by hand instead.
        link: Option<String>,
    },
    /// The company's rule: the channel only receives (D10).
    #[error("This channel only receives messages.")]
    ChannelReadOnly,
    /// The messenger lets only people write now.
    #[error("Only people may write here now; bots and rules had their time.")]
    HumansOnly,
    /// The messenger does not take this purpose here and now.
    #[error("The messenger does not let this purpose through here and now.")]
    PurposeNotAllowed {
        /// Which.
        purpose: Purpose,
    },
    /// Only an approved template is let through.
    #[error("Only a template that the messenger approved is let through here.")]
    TemplateRequired,
    /// The messenger knows no such template, or none at all.
    #[error("There is no such template on this messenger.")]
    TemplateNotAllowed,
    /// The channel's own limit (C9).
    #[error("The text has {length} {unit}; at most {limit} fit here.")]
    TextTooLong {
        /// The most that fits.
        limit: u32,
        /// What it had.
        length: u64,
        /// `characters` or `bytes`.
        unit: String,
    },
    /// Neither a text nor anything else.
    #[error("Write something or add a file.")]
    MessageEmpty,
    /// The channel sends no files (C16).
    #[error("No files can be sent on this channel.")]
    FilesNotTaken,
    /// More than the channel sends in one message.
    #[error("At most {limit} files fit into one message here.")]
    TooManyFiles {
        /// The most.
        limit: u32,
    },
    /// More bytes than the channel sends.
    #[error("This channel sends files of at most {limit} bytes.")]
    FileTooLarge {
        /// The most bytes, of one or of all together.
        limit: u64,
    },
    /// The channel sends other kinds of files.
    #[error("This channel sends no files of the kind {}.", kind.word())]
    FileKindNotTaken {
        /// Which.
        kind: FileKind,
    },
    /// The channel sends files without a text.
    #[error("Files go without a text here; send the text as a message of its own.")]
    CaptionNotTaken,
    /// It is on its way or arrived.
    #[error("Only a message that failed or is uncertain can be sent again.")]
    MessageNotFailed,
    /// It is being sent, or was.
    #[error("This attempt was started before.")]
    SendStartedBefore,
    /// The client asked for no campaigns on this kind of channel (G15).
    #[error("This client wants no campaigns here.")]
    DoNotDisturb,
    /// On this messenger the contact writes first (C10).
    #[error("On this messenger the contact has to write first.")]
    CannotStartChat,
    /// Not a number in international form (C11).
    #[error("This needs a mobile number in international form, such as +34600111222.")]
    MobileNumberNeeded,
    /// Not a label.
    #[error("A tag is a line of 1 to {limit} characters that can be seen.")]
    TagInvalid {
        /// The most characters that fit.
        limit: u32,
    },
    /// A chat has so many tags at most.
    #[error("A chat has at most {limit} tags.")]
    TooManyTags {
        /// The most.
        limit: u32,
    },
    /// A note names somebody who cannot read it.
    #[error("Somebody mentioned here has no access to this chat.")]
    MentionedWithoutAccess,
    /// A note names so many at most.
    #[error("A note mentions at most {limit} colleagues.")]
    TooManyMentions {
        /// The most.
        limit: u32,
    },
    /// A draft that nobody types.
    #[error("The draft is {length} characters long; at most {limit} fit.")]
    DraftTooLong {
        /// The most that fits.
        limit: u32,
        /// What it had.
        length: u64,
    },
    /// What is to be quoted is not a message of this chat, too old, or taken back (C6).
    #[error("There is no such message to quote in this chat.")]
    QuotedMessageNotFound,
    /// The channel was not told to take comments (E1).
    #[error("Comments are not received on this channel; switch them on under Settings > Chats.")]
    CommentsNotReceived,
    /// What is to be answered is no comment of this chat, or too old (E3).
    #[error("There is no such comment in this chat.")]
    CommentNotFound,
    /// What is to be answered was taken away (E3).
    #[error("This comment was removed; it cannot be replied to.")]
    CommentRemoved,
    /// Asked of a comment, or of a reply to one, what only messages have.
    #[error("A comment can be replied to; nothing else can be done with it here.")]
    OnlyReplyToComment,
    /// The channel has no such thing (C6).
    #[error("This channel cannot {action}.")]
    ChannelCannot {
        /// What was asked of it.
        action: MessageAction,
    },
    /// The contact was blocked (P21).
    #[error("This contact is blocked; unblock them to write.")]
    ContactBlocked,
    /// The contact was erased, and did not write since (N12).
    #[error("This contact was erased; nothing is known of them until they write again.")]
    ContactErased,
    /// What would be taken back was changed again (N6).
    #[error("This was changed since and cannot be undone any more.")]
    ChangedSince,
    /// Not one of the acts that can be taken back.
    #[error("This cannot be undone.")]
    NotUndoable,
    /// Somebody else answers the chat (F6, F7).
    #[error("This chat is assigned to another agent.")]
    AssignedToAnother {
        /// Who answers it.
        assignee: Assignee,
    },
    /// Who gives a chat away must have it (F6).
    #[error(
        "Take the chat first: only its assignee or an administrator can give it to somebody else."
    )]
    NotAssignee,
    /// The one to answer is unknown or was deactivated.
    #[error("This agent is not active and cannot answer the chat.")]
    AssigneeInactive,
    /// The one to answer has no right to chats (A3).
    #[error("This agent's role or group does not include chats.")]
    AssigneeWithoutChatsRight,
    /// The channel was not granted to the one to answer (A3).
    #[error("This agent has no access to the chat's channel.")]
    AssigneeWithoutChannelAccess,
    /// The client to link was deleted.
    #[error("There is no such client.")]
    ClientNotFound,
    /// A snooze until a time that is over, or too far ahead (P13).
    #[error("A snooze ends later than now and within a year.")]
    SnoozeTimeInvalid,
    /// Colleagues among themselves have no such thing (A13).
    #[error("This is for chats with customers, not among colleagues.")]
    NotInInternalChat,
    /// Somebody who cannot talk with colleagues: deactivated, without the right to chats, or a program.
    #[error("Members are active colleagues with the right to chats; programs cannot be one.")]
    MemberNotAllowed,
    /// A chat needs somebody else.
    #[error("Name at least one other colleague.")]
    MembersMissing,
    /// A chat of colleagues has so many members at most.
    #[error("A chat among colleagues has at most {limit} members.")]
    TooManyMembers {
        /// The most.
        limit: u32,
    },
    /// A chat between two stays as it is.
    #[error("Only a group has members that come and go, and a title.")]
    NotAGroup,
    /// Not a title.
    #[error("A title is a line of 1 to {limit} characters that can be seen.")]
    TitleInvalid {
        /// The most characters that fit.
        limit: u32,
    },
}

impl ChatRefusal {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ChatNotFound => "CHAT_NOT_FOUND",
            Self::AgentInactive => "AGENT_INACTIVE",
            Self::NoChatsRight => "NO_CHATS_RIGHT",
            Self::NoChannelAccess => "NO_CHANNEL_ACCESS",
            Self::ChannelDisconnected => "CHANNEL_DISCONNECTED",
            Self::MessageNotFound => "MESSAGE_NOT_FOUND",
            Self::NotOwnMessage => "NOT_OWN_MESSAGE",
            Self::MessageDeleted => "MESSAGE_DELETED",
            Self::EditWindowClosed { .. } => "EDIT_WINDOW_CLOSED",
            Self::EmojiInvalid => "EMOJI_INVALID",
            Self::ScoreOutOfRange => "SCORE_OUT_OF_RANGE",
            Self::CommentTooLong { .. } => "COMMENT_TOO_LONG",
            Self::SeqAhead { .. } => "SEQ_AHEAD",
            Self::ReplyWindowClosed { .. } => "REPLY_WINDOW_CLOSED",
            Self::ChannelReadOnly => "CHANNEL_READ_ONLY",
            Self::HumansOnly => "HUMANS_ONLY",
            Self::PurposeNotAllowed { .. } => "PURPOSE_NOT_ALLOWED",
            Self::TemplateRequired => "TEMPLATE_REQUIRED",
            Self::TemplateNotAllowed => "TEMPLATE_NOT_ALLOWED",
            Self::TextTooLong { .. } => "TEXT_TOO_LONG",
            Self::MessageEmpty => "MESSAGE_EMPTY",
            Self::FilesNotTaken => "FILES_NOT_TAKEN",
            Self::TooManyFiles { .. } => "TOO_MANY_FILES",
            Self::FileTooLarge { .. } => "FILE_TOO_LARGE",
            Self::FileKindNotTaken { .. } => "FILE_KIND_NOT_TAKEN",
            Self::CaptionNotTaken => "CAPTION_NOT_TAKEN",
            Self::MessageNotFailed => "MESSAGE_NOT_FAILED",
            Self::SendStartedBefore => "SEND_STARTED_BEFORE",
            Self::DoNotDisturb => "DO_NOT_DISTURB",
            Self::CannotStartChat => "CANNOT_START_CHAT",
            Self::MobileNumberNeeded => "MOBILE_NUMBER_NEEDED",
            Self::TagInvalid { .. } => "TAG_INVALID",
            Self::TooManyTags { .. } => "TOO_MANY_TAGS",
            Self::MentionedWithoutAccess => "MENTIONED_WITHOUT_ACCESS",
            Self::TooManyMentions { .. } => "TOO_MANY_MENTIONS",
            Self::DraftTooLong { .. } => "DRAFT_TOO_LONG",
            Self::QuotedMessageNotFound => "QUOTED_MESSAGE_NOT_FOUND",
            Self::CommentsNotReceived => "COMMENTS_NOT_RECEIVED",
            Self::CommentNotFound => "COMMENT_NOT_FOUND",
            Self::CommentRemoved => "COMMENT_REMOVED",
            Self::OnlyReplyToComment => "ONLY_REPLY_TO_COMMENT",
            Self::ChannelCannot { .. } => "CHANNEL_CANNOT",
            Self::ContactBlocked => "CONTACT_BLOCKED",
            Self::ContactErased => "CONTACT_ERASED",
            Self::ChangedSince => "CHANGED_SINCE",
            Self::NotUndoable => "NOT_UNDOABLE",
            Self::AssignedToAnother { .. } => "ASSIGNED_TO_ANOTHER",
            Self::NotAssignee => "NOT_ASSIGNEE",
            Self::AssigneeInactive => "ASSIGNEE_INACTIVE",
            Self::AssigneeWithoutChatsRight => "ASSIGNEE_WITHOUT_CHATS_RIGHT",
            Self::AssigneeWithoutChannelAccess => "ASSIGNEE_WITHOUT_CHANNEL_ACCESS",
            Self::ClientNotFound => "CLIENT_NOT_FOUND",
            Self::SnoozeTimeInvalid => "SNOOZE_TIME_INVALID",
            Self::NotInInternalChat => "NOT_IN_INTERNAL_CHAT",
            Self::MemberNotAllowed => "MEMBER_NOT_ALLOWED",
            Self::MembersMissing => "MEMBERS_MISSING",
            Self::TooManyMembers { .. } => "TOO_MANY_MEMBERS",
            Self::NotAGroup => "NOT_A_GROUP",
            Self::TitleInvalid { .. } => "TITLE_INVALID",
        }
    }

    /// The input field that is wrong, if one is.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::ChatNotFound => Some("chatId"),
            Self::ClientNotFound => Some("clientId"),
            Self::MessageNotFound
            | Self::NotOwnMessage
            | Self::MessageDeleted
            | Self::EditWindowClosed { .. } => Some("messageId"),
            Self::EmojiInvalid => Some("emoji"),
            Self::ScoreOutOfRange => Some("score"),
            Self::CommentTooLong { .. } => Some("comment"),
            Self::SeqAhead { .. } => Some("upToSeq"),
            Self::PurposeNotAllowed { .. } | Self::DoNotDisturb => Some("purpose"),
            Self::TemplateRequired | Self::TemplateNotAllowed => Some("template"),
            Self::TextTooLong { .. } | Self::MessageEmpty | Self::CaptionNotTaken => Some("text"),
            Self::FilesNotTaken
            | Self::TooManyFiles { .. }
            | Self::FileTooLarge { .. }
            | Self::FileKindNotTaken { .. } => Some("attachmentIds"),
            Self::MessageNotFailed | Self::SendStartedBefore => Some("messageId"),
            Self::CannotStartChat => Some("channelId"),
            Self::MobileNumberNeeded => Some("handle"),
            Self::ReplyWindowClosed { .. } | Self::ChannelReadOnly | Self::HumansOnly => None,
            Self::TagInvalid { .. } | Self::TooManyTags { .. } => Some("tags"),
            Self::MentionedWithoutAccess | Self::TooManyMentions { .. } => Some("mentions"),
            Self::DraftTooLong { .. } => Some("text"),
            Self::QuotedMessageNotFound => Some("quotes"),
            Self::CommentsNotReceived => Some("comment"),
            Self::CommentNotFound | Self::CommentRemoved => Some("replyToComment"),
            Self::AssigneeInactive
            | Self::AssigneeWithoutChatsRight
            | Self::AssigneeWithoutChannelAccess => Some("agentId"),
            Self::SnoozeTimeInvalid => Some("until"),
            Self::MemberNotAllowed | Self::MembersMissing | Self::TooManyMembers { .. } => {
                Some("agentIds")
            }
            Self::NotInInternalChat | Self::NotAGroup => Some("chatId"),
            Self::TitleInvalid { .. } => Some("title"),
            _ => None,
        }
    }

    /// The limit that was passed, if one was.
    #[must_use]
    pub const fn limit(&self) -> Option<i64> {
        match self {
            Self::EditWindowClosed { minutes } => Some(*minutes as i64),
            Self::CommentTooLong { limit, .. } => Some(*limit as i64),
            Self::SeqAhead { last } => Some(*last as i64),
            Self::TagInvalid { limit }
            | Self::TooManyTags { limit }
            | Self::TooManyMentions { limit }
            | Self::TooManyMembers { limit }
            | Self::TitleInvalid { limit }
            | Self::DraftTooLong { limit, .. } => Some(*limit as i64),
            Self::ScoreOutOfRange => Some(5),
            Self::TextTooLong { limit, .. } | Self::TooManyFiles { limit } => Some(*limit as i64),
            Self::FileTooLarge { limit } => Some(*limit as i64),
            Self::ReplyWindowClosed { .. }
            | Self::ChannelReadOnly
            | Self::HumansOnly
            | Self::PurposeNotAllowed { .. }
            | Self::TemplateRequired
            | Self::TemplateNotAllowed
            | Self::MessageNotFailed
            | Self::SendStartedBefore
            | Self::DoNotDisturb
            | Self::CannotStartChat
            | Self::MobileNumberNeeded => None,
            _ => None,
        }
    }
}
