//! The knots on the line in words: who did what to the chat. Must not draw.

use crate::api::graphql::{ActKind, ChatAct, ChatPriority, Contact};
use crate::i18n::{DateStyle, Key, date, t, tf};
use crate::ui::names;

/// What was done, by whom.
pub fn words(act: &ChatAct, contact: &Contact) -> String {
    let who = names::actor(&act.actor, contact);
    let detail = act.detail.as_deref().unwrap_or_default();
    let plain = |key: Key| tf(key, &[("who", &who)]);
    match act.kind {
        ActKind::Opened => plain(Key::ActOpened),
        ActKind::Archived => plain(Key::ActArchived),
        ActKind::Reopened => plain(Key::ActReopened),
        ActKind::AgentJoined => plain(Key::ActJoined),
        ActKind::Rated => rated(&who, detail),
        ActKind::Blocked => plain(Key::ActBlocked),
        ActKind::Unblocked => plain(Key::ActUnblocked),
        ActKind::MarkedUnread => plain(Key::ActMarkedUnread),
        ActKind::UnreadMarkRemoved => plain(Key::ActUnreadRemoved),
        ActKind::Prioritized => {
            let now = detail.lines().next().unwrap_or_default();
            let level =
                priority_of(now).map_or_else(|| now.to_owned(), |it| priority(it).to_owned());
            tf(Key::ActPrioritized, &[("who", &who), ("level", &level)])
        }
        ActKind::Reassigned => reassigned(act, &who),
        ActKind::Snoozed if detail.is_empty() => plain(Key::ActSnoozedReply),
        ActKind::Snoozed => {
            let when = date(detail, DateStyle::Exact);
            tf(Key::ActSnoozed, &[("who", &who), ("when", &when)])
        }
        ActKind::Unsnoozed => match detail {
            "time" => t(Key::ActUnsnoozedTime).to_owned(),
            "reply" => t(Key::ActUnsnoozedReply).to_owned(),
            _ => plain(Key::ActUnsnoozed),
        },
        ActKind::Tagged => tf(Key::ActTagged, &[("who", &who), ("tags", &list(detail))]),
        ActKind::Untagged => tf(Key::ActUntagged, &[("who", &who), ("tags", &list(detail))]),
        ActKind::MembersAdded => tf(
            Key::ActMembersAdded,
            &[("who", &who), ("names", &members(act))],
        ),
        ActKind::MemberRemoved if left(act) => plain(Key::ActMemberLeft),
        ActKind::MemberRemoved => tf(
            Key::ActMemberRemoved,
            &[("who", &who), ("names", &members(act))],
        ),
        ActKind::Renamed => plain(Key::ActRenamed),
        ActKind::Audited => plain(Key::ActAudited),
        ActKind::Deleted => plain(Key::ActDeleted),
        ActKind::Other => plain(Key::ActOther),
    }
}

fn members(act: &ChatAct) -> String {
    let names = act.members.iter().map(|member| member.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

/// Is who went the one who did it?
fn left(act: &ChatAct) -> bool {
    let actor = act.actor.agent.as_ref().map(|agent| &agent.id);
    act.members.iter().all(|member| Some(&member.id) == actor)
}

fn list(lines: &str) -> String {
    lines.lines().collect::<Vec<_>>().join(", ")
}

fn rated(who: &str, detail: &str) -> String {
    let (score, comment) = detail.split_once('\n').unwrap_or((detail, ""));
    let words = tf(Key::ActRated, &[("who", who), ("score", score)]);
    if comment.is_empty() {
        words
    } else {
        format!("{words} · {comment}")
    }
}

fn reassigned(act: &ChatAct, who: &str) -> String {
    let actor = act.actor.agent.as_ref().map(|agent| &agent.id);
    match &act.assignee {
        Some(to) if Some(&to.id) == actor => tf(Key::ActTaken, &[("who", who)]),
        Some(to) => tf(Key::ActAssigned, &[("who", who), ("to", &to.name)]),
        None => tf(Key::ActUnassigned, &[("who", who)]),
    }
}

fn priority_of(word: &str) -> Option<ChatPriority> {
    match word.to_ascii_lowercase().as_str() {
        "low" => Some(ChatPriority::Low),
        "normal" => Some(ChatPriority::Normal),
        "high" => Some(ChatPriority::High),
        "urgent" => Some(ChatPriority::Urgent),
        _ => None,
    }
}

/// A priority in a word.
pub fn priority(priority: ChatPriority) -> &'static str {
    t(match priority {
        ChatPriority::Low => Key::PriorityLow,
        ChatPriority::Normal => Key::PriorityNormal,
        ChatPriority::High => Key::PriorityHigh,
        ChatPriority::Urgent => Key::PriorityUrgent,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::{Actor, ActorKind};
    use crate::state::samples::{agent_actor, at, chat, moment};

    fn said(kind: ActKind, detail: &str, assignee: Option<&str>) -> String {
        of_members(kind, detail, assignee, &[])
    }

    fn of_members(kind: ActKind, detail: &str, assignee: Option<&str>, members: &[&str]) -> String {
        crate::i18n::set_current(crate::i18n::Locale::En);
        let agent = assignee.and_then(|name| agent_actor(name).agent);
        let members = members.iter();
        let act = ChatAct {
            position: at(1),
            kind,
            actor: agent_actor("Ana"),
            assignee: agent,
            detail: Some(detail.to_owned()),
            members: members.filter_map(|name| agent_actor(name).agent).collect(),
            at: moment(1),
        };
        let chat = chat("chat", crate::api::graphql::ChatState::Active, 1, 1);
        words(&act, &chat.contact)
    }

    #[test]
    fn c5_a10_rules_are_called_by_what_they_do() {
        crate::i18n::set_current(crate::i18n::Locale::En);
        let chat = chat("chat", crate::api::graphql::ChatState::Active, 1, 1);
        let archived = |rule: &str| {
            let actor = Actor {
                kind: ActorKind::Policy,
                agent: None,
                name: Some(rule.to_owned()),
            };
            let act = ChatAct {
                position: at(1),
                kind: ActKind::Archived,
                actor,
                assignee: None,
                detail: None,
                members: Vec::new(),
                at: moment(1),
            };
            words(&act, &chat.contact)
        };
        assert_eq!(
            archived("close_chat_when_idle"),
            "Automatic closing archived the chat"
        );
        assert_eq!(
            archived("assign_chat_when_opened"),
            "Automatic distribution archived the chat"
        );
        assert_eq!(archived("one_of_tomorrow"), "A rule archived the chat");
    }

    #[test]
    fn c5_every_act_says_who_did_what() {
        assert_eq!(
            said(ActKind::Reassigned, "", Some("Ana")),
            "Ana took the chat"
        );
        assert_eq!(
            said(ActKind::Reassigned, "", Some("Marek")),
            "Ana assigned the chat to Marek"
        );
        assert_eq!(said(ActKind::Reassigned, "", None), "Ana gave the chat up");
        assert_eq!(
            said(ActKind::Tagged, "repair\nwarranty", None),
            "Ana tagged the chat: repair, warranty"
        );
        assert_eq!(
            said(ActKind::Prioritized, "urgent\nnormal", None),
            "Ana set the priority to urgent"
        );
        assert_eq!(
            said(ActKind::Rated, "5\nVery kind", None),
            "Ana rated the chat: 5 · Very kind"
        );
        assert_eq!(
            said(ActKind::Unsnoozed, "time", None),
            "Back: its time has come"
        );
        let gone = |names: &[&str]| of_members(ActKind::MemberRemoved, "", None, names);
        assert_eq!(gone(&["Marek"]), "Ana took Marek out");
        assert_eq!(gone(&["Ana"]), "Ana left");
        assert_eq!(
            of_members(ActKind::MembersAdded, "", None, &["Marek", "Irene"]),
            "Ana brought in Marek, Irene"
        );
    }
}
