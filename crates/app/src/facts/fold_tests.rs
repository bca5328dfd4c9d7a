//! The fold of facts: given events of the journal, then who sees and may do what.

use hilo_domain::channel::{Transport, WidgetSettings};
use hilo_domain::chat::{ChatEvent, InternalMemberRemoval, InternalMembers, InternalOpening};
use hilo_domain::{ChatId, WorkspaceId};
use uuid::Uuid;

use super::*;

fn channel(n: u128) -> ChannelId {
    ChannelId::from_uuid(Uuid::from_u128(n))
}

fn agent(n: u128) -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(n))
}

fn widget(key: &str) -> WidgetSettings {
    WidgetSettings {
        key: key.to_owned(),
        ..WidgetSettings::default()
    }
}

fn connected(fold: &mut FactsFold, n: u128, key: &str) {
    let (channel_id, kind, name) = (channel(n), ChannelKind::WebChat, format!("Shop {n}"));
    let event = ChannelEvent::ChannelConnected {
        channel_id,
        kind,
        name,
        widget: Some(widget(key)),
        page: None,
        transport: Transport::Own,
        reports: None,
    };
    fold.channel_event(channel_id, &event);
}

fn added(fold: &mut FactsFold, n: u128, role: Role) {
    let agent_id = agent(n);
    let name = Personal::new(agent_id, format!("Agent {n}"));
    let email = Personal::new(agent_id, format!("a{n}@example.com"));
    fold.agent_event(
        agent_id,
        &AgentEvent::AgentAdded {
            agent_id,
            name,
            email,
            role,
        },
    );
}

fn sees(fold: &FactsFold, n: u128) -> Option<Vec<ChannelId>> {
    match fold.scope(agent(n)) {
        ChannelScope::All => None,
        ChannelScope::Only(channels) | ChannelScope::Audited(channels) => Some(channels),
    }
}

#[test]
fn an_agent_sees_granted_channels_and_an_administrator_all() {
    let mut fold = FactsFold::default();
    connected(&mut fold, 1, "one");
    connected(&mut fold, 2, "two");
    added(&mut fold, 10, Role::Agent);
    added(&mut fold, 11, Role::Administrator);
    assert_eq!(sees(&fold, 10), Some(vec![]));
    fold.channel_event(
        channel(2),
        &ChannelEvent::ChannelAccessGranted {
            agent_id: agent(10),
        },
    );
    assert_eq!(sees(&fold, 10), Some(vec![channel(2)]));
    assert_eq!(sees(&fold, 11), Some(vec![channel(1), channel(2)]));
    fold.channel_event(
        channel(2),
        &ChannelEvent::ChannelAccessRevoked {
            agent_id: agent(10),
        },
    );
    assert_eq!(sees(&fold, 10), Some(vec![]));
}

fn group(n: u128) -> GroupId {
    GroupId::from_uuid(Uuid::from_u128(n))
}

fn group_made(fold: &mut FactsFold, n: u128, chats: bool) {
    fold.workspace_event(&WorkspaceEvent::GroupCreated {
        group_id: group(n),
        name: format!("group {n}"),
        chats,
    });
}

fn joined(fold: &mut FactsFold, n: u128, of: u128) {
    let joined = AgentEvent::AgentJoinedGroup {
        group_id: group(of),
    };
    fold.agent_event(agent(n), &joined);
}

#[test]
fn a3_who_belongs_to_groups_has_chats_by_one_of_them_and_administrators_anyhow() {
    let mut fold = FactsFold::default();
    connected(&mut fold, 1, "one");
    for (id, role) in [
        (10, Role::Agent),
        (11, Role::Administrator),
        (12, Role::Auditor),
    ] {
        added(&mut fold, id, role);
    }
    group_made(&mut fold, 20, false);
    group_made(&mut fold, 21, true);
    let right = |fold: &FactsFold, id| {
        let facts = fold.chat_facts(channel(1), Some(agent(id)), &[]);
        facts.agent.unwrap().chats_right
    };
    assert!(right(&fold, 10), "in no group, the role says it");
    for id in [10, 11, 12] {
        joined(&mut fold, id, 20);
    }
    assert!(!right(&fold, 10));
    assert!(right(&fold, 11), "A4");
    for id in [10, 12] {
        joined(&mut fold, id, 21);
    }
    assert!(right(&fold, 10));
    assert!(
        !right(&fold, 12),
        "no group gives what the role does not have"
    );
    fold.workspace_event(&WorkspaceEvent::GroupDeleted {
        group_id: group(21),
    });
    assert!(!right(&fold, 10), "a group that is gone gives nothing");
}

#[test]
fn a2_a_channel_granted_to_a_group_is_seen_by_its_members_while_it_is_there() {
    let mut fold = FactsFold::default();
    connected(&mut fold, 1, "one");
    added(&mut fold, 10, Role::Agent);
    added(&mut fold, 11, Role::Agent);
    group_made(&mut fold, 20, true);
    joined(&mut fold, 10, 20);
    let granted = ChannelEvent::ChannelGrantedToGroup {
        group_id: group(20),
    };
    fold.channel_event(channel(1), &granted);
    assert_eq!(sees(&fold, 10), Some(vec![channel(1)]));
    assert_eq!(sees(&fold, 11), Some(vec![]));
    let who = |fold: &FactsFold| fold.who_can_answer(channel(1)).count();
    assert_eq!(who(&fold), 1);
    let deleted = WorkspaceEvent::GroupDeleted {
        group_id: group(20),
    };
    fold.workspace_event(&deleted);
    assert_eq!(sees(&fold, 10), Some(vec![]));
    assert_eq!(who(&fold), 0);
}

#[test]
fn a_deactivated_or_unknown_agent_sees_nothing_until_let_in_again() {
    let mut fold = FactsFold::default();
    connected(&mut fold, 1, "one");
    added(&mut fold, 11, Role::Administrator);
    assert_eq!(sees(&fold, 99), Some(vec![]));
    fold.agent_event(agent(11), &AgentEvent::AgentDeactivated {});
    assert_eq!(sees(&fold, 11), Some(vec![]));
    fold.agent_event(agent(11), &AgentEvent::AgentReactivated {});
    assert_eq!(sees(&fold, 11), Some(vec![channel(1)]));
    fold.agent_event(
        agent(11),
        &AgentEvent::AgentRoleChanged { role: Role::Agent },
    );
    assert_eq!(sees(&fold, 11), Some(vec![]));
}

#[test]
fn chat_facts_say_whether_the_acting_agent_has_the_channel() {
    let mut fold = FactsFold::default();
    connected(&mut fold, 1, "one");
    added(&mut fold, 10, Role::Agent);
    let access = |fold: &FactsFold| {
        fold.chat_facts(channel(1), Some(agent(10)), &[])
            .agent
            .unwrap()
            .channel_access
    };
    assert!(!access(&fold));
    fold.channel_event(
        channel(1),
        &ChannelEvent::ChannelAccessGranted {
            agent_id: agent(10),
        },
    );
    assert!(access(&fold));
    assert_eq!(fold.chat_facts(channel(1), None, &[]).agent, None);
    assert_eq!(fold.chat_facts(channel(5), None, &[]).channel, None);
}

#[test]
fn a_widget_is_found_by_its_key_with_its_newest_settings() {
    let mut fold = FactsFold::default();
    connected(&mut fold, 1, "one");
    assert_eq!(fold.widget("one").unwrap().channel_id, channel(1));
    let settings = WidgetSettings {
        title: Some("Hola".to_owned()),
        ..widget("one")
    };
    fold.channel_event(
        channel(1),
        &ChannelEvent::WidgetConfigured {
            widget: settings.clone(),
        },
    );
    assert_eq!(fold.widget("one").unwrap().settings, settings);
    assert_eq!(fold.widget("two"), None);
    assert_eq!(fold.channels().count(), 1);
}

#[test]
fn the_workspace_appears_when_created_and_takes_its_new_name() {
    let mut fold = FactsFold::default();
    assert_eq!(fold.workspace(), None);
    let (name, language) = ("Taller".to_owned(), "es".to_owned());
    fold.workspace_event(&WorkspaceEvent::WorkspaceCreated {
        workspace_id: WorkspaceId::ONLY,
        name,
        language,
    });
    fold.workspace_event(&WorkspaceEvent::WorkspaceRenamed {
        name: "Taller Hilo".to_owned(),
    });
    assert_eq!(fold.workspace().unwrap().name, "Taller Hilo");
}

#[test]
fn a_renamed_agent_has_the_new_name() {
    let mut fold = FactsFold::default();
    added(&mut fold, 10, Role::Agent);
    let name = Personal::new(agent(10), "Ana".to_owned());
    fold.agent_event(agent(10), &AgentEvent::AgentRenamed { name });
    assert_eq!(fold.agent(agent(10)).unwrap().name, "Ana");
    assert_eq!(fold.agents().count(), 1);
}

#[test]
fn a13_colleagues_chats_are_their_members_alone_whatever_their_role() {
    let mut fold = FactsFold::default();
    connected(&mut fold, 1, "one");
    for (id, role) in [
        (10, Role::Agent),
        (11, Role::Agent),
        (12, Role::Administrator),
        (13, Role::Auditor),
    ] {
        added(&mut fold, id, role);
    }
    let (chat, at) = (
        ChatId::from_uuid(Uuid::from_u128(90)),
        jiff::Timestamp::UNIX_EPOCH,
    );
    let opened = ChatEvent::InternalChatOpened(InternalOpening {
        chat_id: chat,
        direct: false,
        title: None,
        members: vec![agent(10), agent(11)],
        by: agent(10),
        at,
    });
    let internal = |fold: &mut FactsFold, event: &ChatEvent| {
        Arc::make_mut(&mut fold.internal).apply(chat, event);
    };
    internal(&mut fold, &opened);
    assert_eq!(sees(&fold, 10), Some(vec![channel(90)]));
    assert_eq!(sees(&fold, 12), Some(vec![channel(1)]));
    assert_eq!(sees(&fold, 13), Some(vec![channel(1)]));
    let access = |fold: &FactsFold, id| {
        let facts = fold.chat_facts(channel(90), Some(agent(id)), &[]);
        facts.agent.unwrap().channel_access
    };
    assert_eq!(
        [10, 11, 12, 13].map(|id| access(&fold, id)),
        [true, true, false, false]
    );
    let added = ChatEvent::InternalMembersAdded(InternalMembers {
        members: vec![agent(12)],
        by: agent(10),
        at,
    });
    let removed = ChatEvent::InternalMemberRemoved(InternalMemberRemoval {
        agent_id: agent(10),
        by: agent(10),
        at,
    });
    internal(&mut fold, &added);
    internal(&mut fold, &removed);
    assert_eq!(sees(&fold, 10), Some(vec![]));
    assert_eq!(sees(&fold, 12), Some(vec![channel(1), channel(90)]));
    assert_eq!(
        fold.channels().count(),
        1,
        "no channel that customers write to"
    );
    // Who becomes an auditor belongs no more: their looks are recorded.
    let auditor = AgentEvent::AgentRoleChanged {
        role: Role::Auditor,
    };
    fold.agent_event(agent(12), &auditor);
    assert_eq!(sees(&fold, 12), Some(vec![channel(1)]));
}
