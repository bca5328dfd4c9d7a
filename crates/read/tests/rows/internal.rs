//! Colleagues' chats among customers' ones (A13): the same rows whatever the batches, told as a query finds them.

use hilo_domain::chat::{ChatCommand, InternalCommand};
use hilo_domain::{AgentId, MessageText};

use crate::database::{dump, project, read_model};
use crate::history::{History, agent_id, chat_id};
use crate::live_changes::what_was_told_is_found;

/// A random history of six customers' chats and four of colleagues.
fn random_history(seed: u64, events: usize) -> History {
    let mut history = History::new(seed);
    while history.events.len() < events {
        match history.dice.below(2) {
            0 => history.live(6),
            _ => history.talk(),
        }
    }
    history
}

impl History {
    /// One random thing that colleagues do among themselves.
    fn talk(&mut self) {
        let n = self.dice.below(4);
        let (chat, direct) = (chat_id(100 + n), n < 2);
        let (by, other) = (self.somebody(), self.somebody());
        let at = self.now;
        let message_id = self.message_id();
        let known = self.states.get(&chat);
        let last = known.and_then(|state| state.recent.iter().last().map(|message| message.id));
        let title = (self.dice.below(3) > 0).then(|| format!("Equipo {}", self.dice.below(9)));
        let command = match self.dice.below(16) {
            0 | 1 => ChatCommand::Internal(InternalCommand::OpenInternalChat {
                chat_id: chat,
                direct,
                title: title.filter(|_| !direct),
                with: vec![other],
                by,
                at,
            }),
            2 => ChatCommand::Internal(InternalCommand::AddInternalMembers {
                members: vec![other],
                by,
                at,
            }),
            3 => ChatCommand::Internal(InternalCommand::RemoveInternalMember {
                agent_id: other,
                by,
                at,
            }),
            4 => ChatCommand::Internal(InternalCommand::RenameInternalChat { title, by, at }),
            5 => ChatCommand::Internal(InternalCommand::AuditInternalChat { by, at }),
            6 => ChatCommand::MarkChatRead { by },
            7 => ChatCommand::MarkChatUnread { by },
            8 => ChatCommand::ArchiveChat { by, at },
            9 => ChatCommand::StarChat { by, starred: true },
            10 => ChatCommand::ReactAsAgent {
                message_id: last.unwrap_or(message_id),
                emoji: Some("🎉".to_owned()),
                by,
            },
            11 => ChatCommand::SaveDraft {
                text: "entre nosotros".to_owned(),
                quotes: None,
                by,
                at,
            },
            _ => ChatCommand::Internal(InternalCommand::SendInternalMessage {
                message_id,
                client_message_id: None,
                text: MessageText::parse("entre nosotros").unwrap(),
                mentions: vec![other],
                by,
                at,
                quotes: last,
                attachments: Vec::new(),
            }),
        };
        self.command(chat, command);
    }

    fn somebody(&mut self) -> AgentId {
        agent_id(self.dice.below(5))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a13_rows_of_colleagues_chats_are_the_same_whatever_the_batches() {
    for seed in 1..=3 {
        let history = random_history(seed, 500);
        let mut dumps = Vec::new();
        for batch in [1, 7, 1000] {
            let (pool, model) = read_model().await;
            project(&pool, &model, &history.events, batch).await;
            dumps.push(dump(&pool, &model).await);
        }
        let [one, seven, all] = &dumps[..] else {
            panic!("three dumps")
        };
        for kind in ["members_added", "member_removed", "renamed", "audited"] {
            assert!(one.contains(kind), "seed {seed}: nobody was {kind}");
        }
        for (batch, other) in [(7, seven), (1000, all)] {
            let differing = one
                .lines()
                .zip(other.lines())
                .find(|(one, other)| one != other);
            assert_eq!(differing, None, "seed {seed}: batches of 1 and {batch}");
            assert_eq!(one.len(), other.len());
        }
    }
}

#[tokio::test]
async fn a13_what_the_projector_tells_of_colleagues_is_what_a_query_finds() {
    let (pool, model) = read_model().await;
    let mut history = random_history(5, 300);
    project(&pool, &model, &history.events, 64).await;
    let mut told = 0;
    for _ in 0..60 {
        let done = history.events.len();
        history.talk();
        history.live(6);
        if done == history.events.len() {
            continue;
        }
        let position = model.position().await.unwrap();
        project(&pool, &model, &history.events[done..], 100).await;
        told += usize::from(what_was_told_is_found(&model, position).await);
    }
    assert!(told > 30, "{told}");
}
