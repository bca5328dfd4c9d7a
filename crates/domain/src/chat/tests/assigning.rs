//! Who answers a chat (F5-F7, A3, A4, A10): given, taken, given up, given out, and what that closes to others.

use super::*;
use crate::actor::Assignee;

fn start() -> [ChatEvent; 2] {
    [opened(), received(1, 1, 0)]
}

/// Facts of who acts and of whom the chat would go to.
fn between(by: AgentId, role: Role, to: AgentId) -> ChatFacts {
    ChatFacts {
        named: facts_of(to, Role::Agent, true).agent.into_iter().collect(),
        ..facts_of(by, role, true)
    }
}

fn assign(to: AgentId, by: AgentId) -> ChatCommand {
    ChatCommand::AssignChat { to, by, at: at(50) }
}

pub(super) fn distribute(to: AgentId) -> ChatCommand {
    ChatCommand::DistributeChat {
        to,
        policy: "assign_chat_when_opened".to_owned(),
        candidates: vec![ANA, MAREK],
        at: at(50),
    }
}

fn assigned(
    from: Option<AgentId>,
    to: Option<AgentId>,
    by: AgentId,
    cause: AssignmentCause,
) -> ChatEvent {
    ChatEvent::ChatAssigned {
        to: to.map(|id| Assignee::Agent { id }),
        from: from.map(|id| Assignee::Agent { id }),
        by: Actor::Agent { id: by },
        cause,
        candidates: Vec::new(),
        at: at(50),
    }
}

fn taken_by(agent: AgentId) -> ChatEvent {
    assigned(None, Some(agent), agent, AssignmentCause::Taken)
}

fn to_another(id: AgentId) -> ChatRefusal {
    let assignee = Assignee::Agent { id };
    ChatRefusal::AssignedToAnother { assignee }
}

/// Given to Ana, whatever the story was before.
fn of_ana() -> Vec<ChatEvent> {
    start().into_iter().chain([taken_by(ANA)]).collect()
}

#[test]
fn f6_an_unassigned_chat_can_be_taken_by_whoever_has_access() {
    for command in [
        ChatCommand::TakeChat {
            by: ANA,
            at: at(50),
        },
        assign(ANA, ANA),
    ] {
        with(between(ANA, Role::Agent, ANA), start())
            .when(command.clone())
            .then_expect_events(vec![taken_by(ANA)]);
        with(between(ANA, Role::Agent, ANA), of_ana())
            .when(command)
            .then_expect_events(vec![]);
    }
    with(facts_of(ANA, Role::Agent, false), start())
        .when(ChatCommand::TakeChat {
            by: ANA,
            at: at(50),
        })
        .then_expect_error(ChatRefusal::NoChannelAccess);
}

#[test]
fn f6_only_the_assignee_and_administrators_reassign() {
    let give = assigned(Some(ANA), Some(MAREK), ANA, AssignmentCause::ByHand);
    with(between(ANA, Role::Agent, MAREK), of_ana())
        .when(assign(MAREK, ANA))
        .then_expect_events(vec![give.clone()]);
    // Asked for again it is done already, though the chat is Ana's no more.
    with(between(ANA, Role::Agent, MAREK), of_ana())
        .and(vec![give.clone()])
        .when(assign(MAREK, ANA))
        .then_expect_events(vec![]);
    with(between(MAREK, Role::Agent, MAREK), of_ana())
        .when(assign(MAREK, MAREK))
        .then_expect_error(to_another(ANA));
    with(between(MAREK, Role::Administrator, MAREK), of_ana())
        .when(assign(MAREK, MAREK))
        .then_expect_events(vec![assigned(
            Some(ANA),
            Some(MAREK),
            MAREK,
            AssignmentCause::ByHand,
        )]);
}

/// Else only an administrator could free the chat of who left.
#[test]
fn f6_the_chat_of_who_was_deactivated_can_be_taken_but_not_given_away() {
    let left = |facts: ChatFacts| ChatFacts {
        deactivated: Arc::new([ANA].into()),
        ..facts
    };
    let take = ChatCommand::TakeChat {
        by: MAREK,
        at: at(50),
    };
    with(left(between(MAREK, Role::Agent, MAREK)), of_ana())
        .when(take.clone())
        .then_expect_events(vec![assigned(
            Some(ANA),
            Some(MAREK),
            MAREK,
            AssignmentCause::Taken,
        )]);
    let olga = AgentId::from_uuid(Uuid::from_u128(0xa3));
    with(left(between(MAREK, Role::Agent, olga)), of_ana())
        .when(assign(olga, MAREK))
        .then_expect_error(to_another(ANA));
    with(left(facts_of(MAREK, Role::Agent, false)), of_ana())
        .when(take)
        .then_expect_error(ChatRefusal::NoChannelAccess);
    with(left(between(MAREK, Role::Agent, MAREK)), of_ana())
        .when(send(MAREK, 12))
        .then_expect_error(to_another(ANA));
}

#[test]
fn f6_what_is_nobodys_is_taken_before_it_is_given_away() {
    with(between(ANA, Role::Agent, MAREK), start())
        .when(assign(MAREK, ANA))
        .then_expect_error(ChatRefusal::NotAssignee);
    with(between(ANA, Role::Administrator, MAREK), start())
        .when(assign(MAREK, ANA))
        .then_expect_events(vec![assigned(
            None,
            Some(MAREK),
            ANA,
            AssignmentCause::ByHand,
        )]);
}

#[test]
fn a3_who_cannot_answer_is_not_given_a_chat_and_the_refusal_names_what_is_missing() {
    let lacking = |change: fn(&mut AgentFact)| {
        let mut facts = between(ANA, Role::Agent, MAREK);
        change(&mut facts.named[0]);
        facts
    };
    for (facts, refusal) in [
        (
            lacking(|agent| agent.active = false),
            ChatRefusal::AssigneeInactive,
        ),
        (
            lacking(|agent| agent.chats_right = false),
            ChatRefusal::AssigneeWithoutChatsRight,
        ),
        (
            lacking(|agent| agent.channel_access = false),
            ChatRefusal::AssigneeWithoutChannelAccess,
        ),
        (
            between(ANA, Role::Agent, ANA),
            ChatRefusal::AssigneeInactive,
        ),
    ] {
        with(facts, of_ana())
            .when(assign(MAREK, ANA))
            .then_expect_error(refusal);
    }
}

#[test]
fn a4_an_administrator_is_given_any_chat() {
    let mut facts = between(ANA, Role::Agent, MAREK);
    let marek = &mut facts.named[0];
    (marek.role, marek.channel_access) = (Role::Administrator, false);
    with(facts, of_ana())
        .when(assign(MAREK, ANA))
        .then_expect_events(vec![assigned(
            Some(ANA),
            Some(MAREK),
            ANA,
            AssignmentCause::ByHand,
        )]);
}

#[test]
fn a3_a_group_without_chats_closes_them_whatever_the_role_says() {
    let mut facts = facts();
    facts.agent.as_mut().unwrap().chats_right = false;
    with(facts, start())
        .when(send(ANA, 12))
        .then_expect_error(ChatRefusal::NoChatsRight);
}

#[test]
fn f6_giving_a_chat_up_opens_it_to_everyone_again() {
    let give_up = |by| ChatCommand::UnassignChat { by, at: at(50) };
    let given_up = assigned(Some(ANA), None, ANA, AssignmentCause::ByHand);
    story(of_ana())
        .when(give_up(ANA))
        .then_expect_events(vec![given_up.clone()]);
    story(of_ana())
        .and(vec![given_up])
        .when(give_up(ANA))
        .then_expect_events(vec![]);
    with(facts_of(MAREK, Role::Agent, true), of_ana())
        .when(give_up(MAREK))
        .then_expect_error(to_another(ANA));
}

#[test]
fn f7_the_former_assignee_cannot_write_and_the_refusal_says_who_can() {
    let story = of_ana()
        .into_iter()
        .chain([assigned(
            Some(ANA),
            Some(MAREK),
            ANA,
            AssignmentCause::ByHand,
        )])
        .collect::<Vec<_>>();
    with(facts_of(ANA, Role::Agent, true), story.clone())
        .when(send(ANA, 12))
        .then_expect_error(to_another(MAREK));
    for (by, role) in [(MAREK, Role::Agent), (ANA, Role::Administrator)] {
        with(facts_of(by, role, true), story.clone())
            .when(send(by, 12))
            .then_expect_events(vec![joined(by, 2), queued_by(by, 12, 3)]);
    }
}

#[test]
fn f7_a_bot_that_has_the_chat_closes_it_to_agents() {
    let bot = Assignee::Bot { id: MAREK };
    let given = ChatEvent::ChatAssigned {
        to: Some(bot),
        from: None,
        by: Actor::System,
        cause: AssignmentCause::ByHand,
        candidates: Vec::new(),
        at: at(50),
    };
    let refusal = ChatRefusal::AssignedToAnother { assignee: bot };
    story(start())
        .and(vec![given])
        .when(send(ANA, 12))
        .then_expect_error(refusal);
}

/// A reaction reaches the contact as words do: it is the assignee's too.
#[test]
fn f7_nobody_but_the_assignee_reacts() {
    let react = ChatCommand::ReactAsAgent {
        message_id: message(1),
        emoji: Some("👍".to_owned()),
        by: MAREK,
    };
    with(facts_of(MAREK, Role::Agent, true), of_ana())
        .when(react)
        .then_expect_error(to_another(ANA));
}

#[test]
fn f7_after_closing_the_assignee_resumes_and_nobody_else_does() {
    let closed: Vec<_> = of_ana().into_iter().chain([archived(2)]).collect();
    let reopened = ChatEvent::ChatReopened {
        by: Actor::Agent { id: ANA },
        cause: ReopenCause::AgentWrote,
        at: at(100),
    };
    story(closed.clone())
        .when(send(ANA, 12))
        .then_expect_events(vec![reopened, joined(ANA, 3), queued(12, 4)]);
    with(facts_of(MAREK, Role::Agent, true), closed)
        .when(send(MAREK, 12))
        .then_expect_error(to_another(ANA));
}

#[test]
fn a10_a_rule_gives_out_what_is_active_and_nobodys_and_says_whom_it_chose_among() {
    let facts = || ChatFacts {
        agent: None,
        ..between(ANA, Role::Agent, MAREK)
    };
    let given = ChatEvent::ChatAssigned {
        to: Some(Assignee::Agent { id: MAREK }),
        from: None,
        by: Actor::Policy {
            name: "assign_chat_when_opened".to_owned(),
        },
        cause: AssignmentCause::Distribution,
        candidates: vec![ANA, MAREK],
        at: at(50),
    };
    with(facts(), start())
        .when(distribute(MAREK))
        .then_expect_events(vec![given]);
    with(facts(), of_ana())
        .when(distribute(MAREK))
        .then_expect_events(vec![]);
    with(facts(), start())
        .and(vec![archived(2)])
        .when(distribute(MAREK))
        .then_expect_events(vec![]);
    let mut without = facts();
    without.named[0].channel_access = false;
    with(without, start())
        .when(distribute(MAREK))
        .then_expect_error(ChatRefusal::AssigneeWithoutChannelAccess);
    with(facts(), [])
        .when(distribute(MAREK))
        .then_expect_error(ChatRefusal::ChatNotFound);
}

#[test]
fn n6_who_gave_a_chat_away_takes_that_back_until_somebody_gives_it_on() {
    let given = assigned(Some(ANA), Some(MAREK), ANA, AssignmentCause::ByHand);
    let story: Vec<_> = of_ana().into_iter().chain([given.clone()]).collect();
    let undo = |by| ChatCommand::UndoActs {
        acts: vec![UndoneAct {
            sequence: 4,
            event: given.clone(),
        }],
        by,
        at: at(50),
    };
    let back = assigned(Some(MAREK), Some(ANA), ANA, AssignmentCause::Undone);
    with(between(ANA, Role::Agent, ANA), story.clone())
        .when(undo(ANA))
        .then_expect_events(vec![back]);
    // Somebody else, who neither gave it nor has it.
    let olga = AgentId::from_uuid(Uuid::from_u128(0xa3));
    with(between(olga, Role::Agent, ANA), story.clone())
        .when(undo(olga))
        .then_expect_error(to_another(MAREK));
    // Ana may no longer answer it.
    let mut without = between(ANA, Role::Agent, ANA);
    without.named[0].channel_access = false;
    with(without, story.clone())
        .when(undo(ANA))
        .then_expect_error(ChatRefusal::AssigneeWithoutChannelAccess);
    with(between(ANA, Role::Agent, ANA), story)
        .and(vec![assigned(
            Some(MAREK),
            None,
            MAREK,
            AssignmentCause::ByHand,
        )])
        .when(undo(ANA))
        .then_expect_error(ChatRefusal::ChangedSince);
}
