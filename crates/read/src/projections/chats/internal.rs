//! How the events of a chat of colleagues change its row (A13): who belongs to it, and what each has not read.

use hilo_domain::AgentId;
use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::{ChatEvent, Receipt};
use hilo_domain::{ChannelId, Personal};
use hilo_journal::ConsumerError;

use super::super::{Step, number, opened};
use super::fold::word_of;
use super::record::{ChatRecord, ChatStage};
use crate::rows::{MemberRow, MessageState};

impl ChatRecord {
    pub(super) fn fold_internal(&mut self, step: &Step) -> Result<(), ConsumerError> {
        match &step.event {
            ChatEvent::InternalChatOpened(opening) => {
                self.state = ChatStage::Active;
                self.channel_id = Some(ChannelId::of_internal(opening.chat_id));
                self.channel_kind = word_of(ChannelKind::Internal);
                self.direct = opening.direct;
                self.opened_at = Some(opening.at);
                self.active_at(step.position, opening.at);
                self.entitle(step, opening.title.as_ref())?;
                self.add(step, &opening.members, 0);
            }
            ChatEvent::InternalMembersAdded(added) => self.add(step, &added.members, self.last_seq),
            ChatEvent::InternalMemberRemoved(removed) => {
                self.own(step, removed.agent_id).member = None;
            }
            ChatEvent::InternalChatRenamed(renamed) => {
                self.entitle(step, renamed.title.as_ref())?;
            }
            ChatEvent::InternalMessageSent(message) => {
                let seq = number(message.contact_seq);
                for (id, own) in &mut self.own {
                    let Some(member) = &mut own.member else {
                        continue;
                    };
                    *member = match *id == message.by {
                        true => read_up_to(seq),
                        false => MemberRow {
                            unread: member.unread.saturating_add(1),
                            ..*member
                        },
                    };
                }
                self.all_have_read(message.read_by_all_seq);
            }
            ChatEvent::InternalChatRead(reading) => {
                let seq = number(reading.up_to_seq);
                self.member(step, reading.by, |_| read_up_to(seq));
                self.all_have_read(reading.read_by_all_seq);
            }
            ChatEvent::InternalChatMarkedUnread { by } => {
                self.member(step, *by, |member| MemberRow {
                    unread: member.unread.max(1),
                    ..member
                });
            }
            _of_other_matters => {}
        }
        // Whether anybody has something unread: the list of those looks at no other chats.
        let members = self.own.values().filter_map(|own| own.member);
        self.unread = members.map(|member| member.unread).max().unwrap_or(0);
        Ok(())
    }

    fn entitle(
        &mut self,
        step: &Step,
        title: Option<&Personal<String>>,
    ) -> Result<(), ConsumerError> {
        let title = title.map(|title| opened(step, title)).transpose()?;
        self.contact_name = title.flatten().cloned();
        Ok(())
    }

    fn add(&mut self, step: &Step, agents: &[AgentId], seq: i64) {
        for agent in agents {
            let own = self.own(step, *agent);
            own.member = own.member.or(Some(read_up_to(seq)));
        }
    }

    fn member(&mut self, step: &Step, by: AgentId, change: impl FnOnce(MemberRow) -> MemberRow) {
        let own = self.own(step, by);
        own.member = own.member.map(change);
    }

    fn all_have_read(&mut self, seq: Option<u64>) {
        if let Some(seq) = seq {
            self.receipt(&Receipt::UpTo { seq }, MessageState::Read);
        }
    }
}

const fn read_up_to(seq: i64) -> MemberRow {
    MemberRow {
        unread: 0,
        read_up_to: seq,
    }
}
