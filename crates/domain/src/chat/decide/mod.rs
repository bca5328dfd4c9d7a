//! The rules of a chat: a state, a command and facts in; events or a refusal out. Pure.
//! Only says which rule decides which command: the rules are in the files below.

mod access;
mod archive;
mod assign;
mod carry;
mod comments;
mod deliver;
mod drafts;
mod idle;
mod internal;
mod link;
mod marks;
mod messages;
mod notes;
mod read;
mod receive;
mod remove;
mod send;
mod snooze;
mod start;
mod undo;

pub(super) use access::against_writing;
pub use marks::{MOST_TAGS, TAG_LIMIT};
pub(super) use send::speaker;
pub use undo::is_undoable;

use super::command::{ChatCommand, ChatFacts};
use super::event::ChatEvent;
use super::refusal::ChatRefusal;
use super::state::Chat;

type Decision = Result<Vec<ChatEvent>, ChatRefusal>;

/// Decides a command. Repeating one that already took effect yields no event.
///
/// # Errors
/// The rule that stands against it.
pub fn decide(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Decision {
    match (&chat.internal, command) {
        (_, ChatCommand::Internal(command)) => internal::decide(chat, command, facts),
        (Some(internal), command) => internal::decide_common(chat, internal, command, facts),
        (None, command) => decide_any(chat, command, facts),
    }
}

/// Decides what is the same in every chat.
#[expect(clippy::too_many_lines, reason = "one arm a command")]
fn decide_any(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Decision {
    match command {
        command @ ChatCommand::ReceiveMessage { .. } => {
            receive::receive_message(chat, command, facts)
        }
        ChatCommand::EditReceivedMessage {
            message_id,
            text,
            at,
        } => receive::edit_received_message(chat, message_id, text, at),
        ChatCommand::DeleteReceivedMessage { message_id, at } => {
            receive::delete_received_message(chat, message_id, at)
        }
        ChatCommand::ReactToMessage {
            message_id, emoji, ..
        } => receive::react_to_message(chat, message_id, emoji),
        ChatCommand::DescribeContact {
            chat_id,
            description,
            verified,
        } => Ok(receive::describe_contact(chat_id, &description, verified)),
        ChatCommand::RecordPageView { page } => Ok(receive::record_page_view(chat, &page)),
        ChatCommand::RateChat { score, comment } => {
            receive::rate_chat(chat, score, comment.as_deref())
        }
        ChatCommand::EndChat { at } => Ok(archive::end_chat(chat, at)),
        command @ ChatCommand::SendMessage { .. } => send::send_message(chat, command, facts),
        ChatCommand::MarkChatRead { by } => read::mark_chat_read(chat, by, facts),
        ChatCommand::ArchiveChat { by, at } => archive::archive_chat(chat, by, at, facts),
        ChatCommand::ReopenChat { by, at } => archive::reopen_chat(chat, by, at, facts),
        ChatCommand::ReportDelivered { up_to_seq } => deliver::report_delivered(chat, up_to_seq),
        ChatCommand::ReportReadByContact { up_to_seq, at } => {
            deliver::report_read_by_contact(chat, up_to_seq, at)
        }
        ChatCommand::ReportFailed { message_id, cause } => {
            deliver::report_failed(chat, message_id, cause)
        }
        ChatCommand::StartSend {
            message_id,
            attempt,
            epoch,
            at,
        } => deliver::start_send(chat, message_id, attempt, epoch, at),
        ChatCommand::ReportSent {
            message_id,
            attempt,
            provider,
            at,
        } => deliver::report_sent(chat, message_id, attempt, provider, at),
        ChatCommand::ReportUncertain {
            message_id,
            attempt,
            at,
        } => deliver::report_uncertain(chat, message_id, attempt, at),
        ChatCommand::ReportReceipt { of, reached, at } => {
            deliver::report_receipt(chat, of, reached, at, facts)
        }
        ChatCommand::RetryMessage { message_id, by, at } => {
            deliver::retry_message(chat, message_id, by, at, facts)
        }
        command @ ChatCommand::StartChat { .. } => start::start_chat(chat, command, facts),
        ChatCommand::MarkChatUnread { by } => marks::mark_chat_unread(chat, by, facts),
        ChatCommand::StarChat { by, starred } => marks::star_chat(chat, by, starred, facts),
        ChatCommand::AddTags { by, tags } => marks::add_tags(chat, by, &tags, facts),
        ChatCommand::RemoveTags { by, tags } => marks::remove_tags(chat, by, &tags, facts),
        ChatCommand::Prioritize { by, priority } => marks::prioritize(chat, by, priority, facts),
        command @ ChatCommand::AddNote { .. } => notes::add_note(chat, command, facts),
        command @ ChatCommand::EditNote { .. } => notes::edit_note(chat, command, facts),
        ChatCommand::DeleteNote { note_id, by, at } => {
            notes::delete_note(chat, note_id, by, at, facts)
        }
        ChatCommand::EditSentMessage {
            message_id,
            text,
            by,
            at,
        } => messages::edit_sent_message(chat, message_id, text, (by, at), facts),
        ChatCommand::DeleteSentMessage { message_id, by, at } => {
            messages::delete_sent_message(chat, message_id, by, at, facts)
        }
        ChatCommand::ReactAsAgent {
            message_id,
            emoji,
            by,
        } => messages::react_as_agent(chat, message_id, emoji, by, facts),
        ChatCommand::SaveDraft {
            text,
            quotes,
            by,
            at,
        } => drafts::save_draft(chat, text, quotes, (by, at), facts),
        ChatCommand::DiscardDraft { by } => drafts::discard_draft(chat, by, facts),
        ChatCommand::DeleteChat { by, at } => remove::delete_chat(chat, by, at, facts),
        ChatCommand::BlockContact { by, blocked } => {
            remove::block_contact(chat, by, blocked, facts)
        }
        ChatCommand::LinkClient { client_id, by } => link::link_client(chat, client_id, by, facts),
        ChatCommand::LinkIfUnlinked { client_id, by } => match chat.client {
            None => link::link_client(chat, client_id, by, facts),
            Some(_) => Ok(Vec::new()),
        },
        ChatCommand::UnlinkClient { by } => link::unlink_client(chat, by, facts),
        ChatCommand::UndoActs { acts, by, at } => undo::undo_acts(chat, &acts, by, at, facts),
        ChatCommand::AssignChat { to, by, at } => assign::assign_chat(chat, to, by, at, facts),
        ChatCommand::TakeChat { by, at } => assign::assign_chat(chat, by, by, at, facts),
        ChatCommand::UnassignChat { by, at } => assign::unassign_chat(chat, by, at, facts),
        ChatCommand::DistributeChat {
            to,
            policy,
            candidates,
            at,
        } => assign::distribute_chat(chat, to, (policy, candidates), at, facts),
        ChatCommand::SnoozeChat { until, by, at } => {
            snooze::snooze_chat(chat, until, by, at, facts)
        }
        ChatCommand::UnsnoozeChat { by } => snooze::unsnooze_chat(chat, by, facts),
        ChatCommand::EndSnooze {
            rests_on,
            policy,
            at,
        } => Ok(snooze::end_snooze(chat, rests_on, policy, at)),
        ChatCommand::CloseIdleChat { policy, at } => {
            Ok(idle::close_idle_chat(chat, policy, at, facts))
        }
        ChatCommand::Internal(command) => internal::decide(chat, command, facts),
    }
}
