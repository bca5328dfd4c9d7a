//! Chats and messages for the tests of this folder.

use crate::api::graphql::*;

pub fn at(position: i64) -> Position {
    Position(format!("{position}@00000000"))
}

pub fn moment(second: i64) -> DateTime {
    DateTime(format!(
        "2026-11-20T10:{:02}:{:02}Z",
        second / 60,
        second % 60
    ))
}

pub fn contact_actor() -> Actor {
    Actor {
        kind: ActorKind::Contact,
        agent: None,
        name: None,
    }
}

pub fn agent_actor(name: &str) -> Actor {
    let agent = AgentName {
        id: Id::new(name),
        name: name.to_owned(),
    };
    Actor {
        kind: ActorKind::Agent,
        agent: Some(agent),
        name: Some(name.to_owned()),
    }
}

pub fn chat(id: &str, state: ChatState, activity: i64, position: i64) -> Chat {
    Chat {
        id: Id::new(id),
        channel: ChatChannel {
            id: Id::new("channel"),
            kind: ChannelKind::WebChat,
            name: "Shop".into(),
            page: None,
            connected: true,
            capabilities: ChannelCapabilities {
                quotes: true,
                sends_reactions: true,
                sends_edits: true,
                sends_deletions: true,
                sends_media: true,
                segments: false,
                text_limit: None,
                text_unit: TextUnit::Characters,
                comment_text_limit: None,
            },
        },
        contact: Contact {
            id: Id::new(id),
            name: None,
            handle: None,
            email: None,
            phone: None,
            verified: false,
            locale: None,
            page: None,
        },
        state,
        mark: ChatMark::Unread,
        unread_count: 1,
        last_message: None,
        opened_at: moment(0),
        last_activity: at(activity),
        last_activity_at: moment(activity),
        archived_at: None,
        archived_by: None,
        assignee: None,
        blocked: false,
        client: None,
        composer: Composer {
            state: ComposerState::Open,
            reason: None,
            assigned_to: None,
            link: None,
            reply_until: None,
            purposes: Vec::new(),
            templates: false,
        },
        draft: None,
        priority: ChatPriority::Normal,
        snooze: None,
        starred: false,
        mention: None,
        internal: None,
        tags: Vec::new(),
        position: at(position),
    }
}

/// A note by Ana that mentions the reader.
pub fn mention(id: &str, seen: bool) -> Mention {
    Mention {
        message_id: Id::new(id),
        by: agent_actor("Ana"),
        at: moment(10),
        text: Some("look".to_owned()),
        seen,
    }
}

pub fn message(id: &str, direction: Direction, position: i64) -> Message {
    let inbound = direction == Direction::Inbound;
    Message {
        id: Id::new(id),
        client_message_id: None,
        position: at(position),
        direction,
        author: if inbound {
            contact_actor()
        } else {
            agent_actor("Ana")
        },
        text: Some(format!("text of {id}")),
        erased: false,
        state: if inbound {
            MessageState::Received
        } else {
            MessageState::Queued
        },
        failure: None,
        sent_at: moment(position),
        delivered_at: None,
        read_at: None,
        edited_at: None,
        deleted_at: None,
        reactions: Vec::new(),
        tick: if inbound { Tick::None } else { Tick::Clock },
        accepted_at: None,
        attempt: 1,
        quotes: None,
        comment: None,
        reply_to_comment: None,
        mentions: Vec::new(),
        terms: None,
        attachments: Vec::new(),
        places: Vec::new(),
        cards: Vec::new(),
    }
}

pub fn page_info(has_more: bool) -> PageInfo {
    PageInfo {
        has_next_page: has_more,
        has_previous_page: has_more,
        start_cursor: Some("start".into()),
        end_cursor: Some("end".into()),
    }
}

pub fn counters(position: i64, unread: i32) -> Counters {
    Counters {
        position: at(position),
        unread,
        ..Counters::default()
    }
}

pub fn client_of(owner: &str) -> ChatClient {
    ChatClient {
        id: Id::new("client"),
        name: None,
        mark: None,
        do_not_disturb: Vec::new(),
        owner: Some(ClientOwner { id: Id::new(owner) }),
    }
}
