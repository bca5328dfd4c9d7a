//! The agent's rules, command by command, and as a property over random stories.

use cqrs_es::test::AggregateTestExecutor;
use proptest::prelude::*;

use super::*;
use crate::personal::Personal;
use crate::scenario::*;

fn story(events: impl IntoIterator<Item = AgentEvent>) -> AggregateTestExecutor<Agent> {
    given::<Agent>((), events.into_iter().collect())
}

fn add(name: &str, email: &str) -> AgentCommand {
    AgentCommand::AddAgent {
        agent_id: ANA,
        name: name.to_owned(),
        email: email.to_owned(),
        role: Role::Agent,
    }
}

fn added() -> AgentEvent {
    AgentEvent::AgentAdded {
        agent_id: ANA,
        name: Personal::new(ANA, "Ana".to_owned()),
        email: Personal::new(ANA, "ana@demo.hilo.example".to_owned()),
        role: Role::Agent,
    }
}

mod groups {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ids::GroupId;
    use crate::workspace::MOST_GROUPS;

    fn group(n: u128) -> GroupId {
        GroupId::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn belong(groups: impl IntoIterator<Item = u128>) -> AgentCommand {
        AgentCommand::SetAgentGroups {
            group_ids: groups.into_iter().map(group).collect::<BTreeSet<_>>(),
        }
    }

    fn joined(n: u128) -> AgentEvent {
        AgentEvent::AgentJoinedGroup { group_id: group(n) }
    }

    #[test]
    fn somebody_joins_and_leaves_what_differs_and_nothing_else() {
        story([added()])
            .when(belong([1, 2]))
            .then_expect_events(vec![joined(1), joined(2)]);
        story([added(), joined(1), joined(2)])
            .when(belong([2, 3]))
            .then_expect_events(vec![
                joined(3),
                AgentEvent::AgentLeftGroup { group_id: group(1) },
            ]);
        story([added(), joined(1)])
            .when(belong([1]))
            .then_expect_events(vec![]);
    }

    #[test]
    fn nobody_belongs_to_more_groups_than_there_are() {
        story([added()])
            .when(belong(0..=u128::from(MOST_GROUPS)))
            .then_expect_error(AgentRefusal::TooManyGroups { limit: MOST_GROUPS });
        story([])
            .when(belong([1]))
            .then_expect_error(AgentRefusal::AgentNotFound);
    }
}

mod choose_presence {
    use super::*;

    #[test]
    fn p9_somebody_says_how_they_want_to_be_seen() {
        let choose = |presence| AgentCommand::ChoosePresence { presence };
        let away = AgentEvent::AgentPresenceChosen {
            presence: PresenceChoice::Away,
        };
        story([added()])
            .when(choose(PresenceChoice::Away))
            .then_expect_events(vec![away.clone()]);
        story([added(), away])
            .when(choose(PresenceChoice::Away))
            .then_expect_events(vec![]);
        story([added()])
            .when(choose(PresenceChoice::Automatic))
            .then_expect_events(vec![]);
        story([])
            .when(choose(PresenceChoice::Away))
            .then_expect_error(AgentRefusal::AgentNotFound);
    }
}

/// P5.
mod views {
    use super::*;

    fn save(name: &str, query: &str) -> AgentCommand {
        let (name, query) = (name.to_owned(), query.to_owned());
        AgentCommand::SaveView { name, query }
    }

    fn rename(name: &str, to: &str) -> AgentCommand {
        let (name, to) = (name.to_owned(), to.to_owned());
        AgentCommand::RenameView { name, to }
    }

    fn saved(name: &str, query: &str) -> AgentEvent {
        let (name, query) = (name.to_owned(), query.to_owned());
        AgentEvent::AgentViewSaved { name, query }
    }

    #[test]
    fn p5_filters_are_kept_under_a_name_until_others_are() {
        story([added()])
            .when(save(" Mine ", "quick=mine"))
            .then_expect_events(vec![saved("Mine", "quick=mine")]);
        story([added(), saved("Mine", "quick=mine")])
            .when(save("Mine", "quick=mine"))
            .then_expect_events(vec![]);
        story([added(), saved("Mine", "quick=mine")])
            .when(save("Mine", ""))
            .then_expect_events(vec![saved("Mine", "")]);
        story([])
            .when(save("Mine", ""))
            .then_expect_error(AgentRefusal::AgentNotFound);
    }

    #[test]
    fn p5_names_and_queries_have_limits() {
        for name in ["", "  ", &"é".repeat(61)] {
            story([added()])
                .when(save(name, ""))
                .then_expect_error(AgentRefusal::ViewNameInvalid { limit: 60 });
        }
        story([added()])
            .when(save(&"é".repeat(60), &"q".repeat(4_000)))
            .then_expect_events(vec![saved(&"é".repeat(60), &"q".repeat(4_000))]);
        for query in [&*"q".repeat(4_001), "a=1\nb=2"] {
            story([added()])
                .when(save("Mine", query))
                .then_expect_error(AgentRefusal::ViewQueryInvalid { limit: 4_000 });
        }
    }

    #[test]
    fn p5_there_are_fifty_and_a_known_one_can_change() {
        let full = || {
            let all = (0..50).map(|n| saved(&n.to_string(), ""));
            std::iter::once(added()).chain(all).collect::<Vec<_>>()
        };
        story(full())
            .when(save("one more", ""))
            .then_expect_error(AgentRefusal::TooManyViews { limit: 50 });
        story(full())
            .when(save("7", "quick=mine"))
            .then_expect_events(vec![saved("7", "quick=mine")]);
    }

    #[test]
    fn p5_a_view_gets_a_name_that_no_other_has_and_is_forgotten_once() {
        let two = || [added(), saved("a", "x=1"), saved("b", "")];
        let renamed = || AgentEvent::AgentViewRenamed {
            name: "a".to_owned(),
            to: "c".to_owned(),
        };
        let delete = |name: &str| AgentCommand::DeleteView {
            name: name.to_owned(),
        };
        story(two())
            .when(rename("a", " c "))
            .then_expect_events(vec![renamed()]);
        story(two())
            .when(rename("a", "a"))
            .then_expect_events(vec![]);
        story(two())
            .when(rename("a", "b"))
            .then_expect_error(AgentRefusal::ViewNameTaken);
        story(two())
            .when(rename("z", "c"))
            .then_expect_error(AgentRefusal::ViewNotFound);
        story(two().into_iter().chain([renamed()]))
            .when(save("c", "x=1"))
            .then_expect_events(vec![]);
        story(two().into_iter().chain([renamed()]))
            .when(delete("a"))
            .then_expect_events(vec![]);
        story(two())
            .when(delete("b"))
            .then_expect_events(vec![AgentEvent::AgentViewDeleted {
                name: "b".to_owned(),
            }]);
    }
}

mod add_agent {
    use super::*;

    #[test]
    fn somebody_is_let_in_once() {
        let command = add(" Ana ", " ana@demo.hilo.example ");
        story([])
            .when(command.clone())
            .then_expect_events(vec![added()]);
        story([added()]).when(command).then_expect_events(vec![]);
    }

    #[test]
    fn a_name_is_needed_and_has_a_limit() {
        for name in ["", " \u{7} ", "\u{2060}", &"x".repeat(81)] {
            story([])
                .when(add(name, "a@b"))
                .then_expect_error(AgentRefusal::NameInvalid { limit: 80 });
        }
        assert!(
            story([])
                .when(add(&"x".repeat(80), "a@b"))
                .inspect_result()
                .is_ok()
        );
    }

    #[test]
    fn an_address_has_one_at_sign_and_no_blanks() {
        let long = format!("{}@b", "a".repeat(254));
        for email in ["", "ana", "@", "a@", "@b", "a@b@c", "a b@c", "a\0@b", &long] {
            story([])
                .when(add("Ana", email))
                .then_expect_error(AgentRefusal::EmailInvalid);
        }
    }
}

mod rename_agent {
    use super::*;

    #[test]
    fn only_who_was_added_can_be_renamed() {
        let command = AgentCommand::RenameAgent {
            name: "Ana María".to_owned(),
        };
        story([])
            .when(command.clone())
            .then_expect_error(AgentRefusal::AgentNotFound);
        story([added()])
            .when(command)
            .then_expect_events(vec![AgentEvent::AgentRenamed {
                name: Personal::new(ANA, "Ana María".to_owned()),
            }]);
        story([added()])
            .when(AgentCommand::RenameAgent {
                name: " ".to_owned(),
            })
            .then_expect_error(AgentRefusal::NameInvalid { limit: 80 });
    }
}

mod change_agent_role {
    use super::*;

    #[test]
    fn a_new_role_counts_and_the_same_role_is_no_news() {
        let change = |role| AgentCommand::ChangeAgentRole { role };
        story([added()])
            .when(change(Role::Auditor))
            .then_expect_events(vec![AgentEvent::AgentRoleChanged {
                role: Role::Auditor,
            }]);
        story([added()])
            .when(change(Role::Agent))
            .then_expect_events(vec![]);
        story([])
            .when(change(Role::Agent))
            .then_expect_error(AgentRefusal::AgentNotFound);
    }
}

mod deactivate_and_reactivate_agent {
    use super::*;

    #[test]
    fn an_agent_is_shut_out_and_let_in_again() {
        let (out, back) = (
            AgentEvent::AgentDeactivated {},
            AgentEvent::AgentReactivated {},
        );
        let deactivate = AgentCommand::DeactivateAgent;
        let reactivate = AgentCommand::ReactivateAgent;
        story([added()])
            .when(deactivate.clone())
            .then_expect_events(vec![out.clone()]);
        story([added(), out.clone()])
            .when(deactivate.clone())
            .then_expect_events(vec![]);
        story([added(), out])
            .when(reactivate.clone())
            .then_expect_events(vec![back]);
        story([added()])
            .when(reactivate.clone())
            .then_expect_events(vec![]);
        story([])
            .when(deactivate)
            .then_expect_error(AgentRefusal::AgentNotFound);
        story([])
            .when(reactivate)
            .then_expect_error(AgentRefusal::AgentNotFound);
    }
}

fn command() -> impl Strategy<Value = AgentCommand> {
    let role = prop::sample::select(vec![Role::Administrator, Role::Agent, Role::Auditor]);
    prop_oneof![
        Just(add("Ana", "ana@demo.hilo.example")),
        "[a-zé]{0,3}".prop_map(|name| AgentCommand::RenameAgent { name }),
        role.prop_map(|role| AgentCommand::ChangeAgentRole { role }),
        Just(AgentCommand::DeactivateAgent),
        Just(AgentCommand::ReactivateAgent),
    ]
}

proptest! {
    #[test]
    fn an_agent_keeps_its_promises(commands in prop::collection::vec(command(), 0..30)) {
        let mut agent = Agent::default();
        let mut journal = Vec::new();
        for command in commands {
            let Ok(events) = decide(&agent, command.clone(), &()) else { continue };
            for event in events {
                evolve(&mut agent, &event);
                journal.push(event);
            }
            // A name is not kept in the state, so a repeated renaming is caught by its dedupe key.
            if !matches!(command, AgentCommand::RenameAgent { .. }) {
                prop_assert_eq!(decide(&agent, command, &()), Ok(Vec::new()));
            }
        }
        prop_assert_eq!(agent.employed().is_some(), !journal.is_empty());
        prop_assert_eq!(&fold::<Agent>(&journal), &agent);
        holds_nothing_personal(&agent, &["Ana", "demo.hilo"]);
    }
}

mod tokens {
    use jiff::{SignedDuration, Timestamp};
    use uuid::Uuid;

    use super::*;
    use crate::TokenId;

    const TOKEN: TokenId = TokenId::from_uuid(Uuid::from_u128(0xaa));
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn somebody(role: Role) -> AgentEvent {
        AgentEvent::AgentAdded {
            agent_id: ANA,
            name: Personal::new(ANA, "Ana".to_owned()),
            email: Personal::new(ANA, String::new()),
            role,
        }
    }

    fn create(scopes: &[Scope], by_administrator: bool) -> AgentCommand {
        AgentCommand::CreateApiToken {
            token_id: TOKEN,
            name: " Shop ".to_owned(),
            scopes: scopes.iter().copied().collect(),
            expires_at: None,
            by_administrator,
            at: NOW,
        }
    }

    fn created(scopes: &[Scope]) -> AgentEvent {
        AgentEvent::ApiTokenCreated {
            token_id: TOKEN,
            name: "Shop".to_owned(),
            scopes: scopes.iter().copied().collect(),
            expires_at: None,
        }
    }

    #[test]
    fn a_bot_gets_a_token_and_loses_it_once() {
        let scopes = [Scope::ChatsRead, Scope::ChatsWrite];
        let bot = somebody(Role::Bot);
        story([bot.clone()])
            .when(create(&scopes, true))
            .then_expect_events(vec![created(&scopes)]);
        story([bot.clone(), created(&scopes)])
            .when(create(&scopes, true))
            .then_expect_events(vec![]);
        let revoke = AgentCommand::RevokeApiToken { token_id: TOKEN };
        story([bot.clone(), created(&scopes)])
            .when(revoke.clone())
            .then_expect_events(vec![AgentEvent::ApiTokenRevoked { token_id: TOKEN }]);
        story([bot]).when(revoke).then_expect_events(vec![]);
    }

    #[test]
    fn who_works_by_hand_gets_none() {
        for role in [Role::Administrator, Role::Agent] {
            story([somebody(role)])
                .when(create(&[Scope::ChatsRead], true))
                .then_expect_error(AgentRefusal::TokenNotAllowed);
        }
        story([somebody(Role::Bot), AgentEvent::AgentDeactivated {}])
            .when(create(&[Scope::ChatsRead], true))
            .then_expect_error(AgentRefusal::AgentDeactivated);
        story([])
            .when(create(&[Scope::ChatsRead], true))
            .then_expect_error(AgentRefusal::AgentNotFound);
    }

    #[test]
    fn a_scope_is_refused_by_role_and_by_who_gives_it() {
        let refused = |role, scope: Scope, by_administrator| {
            story([somebody(role)])
                .when(create(&[Scope::ChatsRead, scope], by_administrator))
                .then_expect_error(AgentRefusal::ScopeNotAllowed {
                    scope: scope.name().to_owned(),
                });
        };
        refused(Role::Integrator, Scope::ChatsWrite, true);
        refused(Role::Integrator, Scope::JournalRead, false);
        refused(Role::Integrator, Scope::ChannelsManage, false);
        refused(Role::Bot, Scope::JournalRead, true);
        story([somebody(Role::Integrator)])
            .when(create(&[Scope::JournalRead], true))
            .then_expect_events(vec![created(&[Scope::JournalRead])]);
        story([somebody(Role::Integrator)])
            .when(create(&[], true))
            .then_expect_error(AgentRefusal::ScopesEmpty);
    }

    #[test]
    fn an_end_lies_ahead_and_not_further_than_ten_years() {
        let with_end = |hours| match create(&[Scope::ChatsRead], true) {
            AgentCommand::CreateApiToken {
                token_id,
                name,
                scopes,
                by_administrator,
                at,
                ..
            } => AgentCommand::CreateApiToken {
                token_id,
                name,
                scopes,
                expires_at: Some(NOW + SignedDuration::from_hours(hours)),
                by_administrator,
                at,
            },
            other => other,
        };
        for hours in [-1, 0, 24 * 3_650 + 1] {
            story([somebody(Role::Bot)])
                .when(with_end(hours))
                .then_expect_error(AgentRefusal::ExpiryInvalid { limit: 3_650 });
        }
        assert!(
            story([somebody(Role::Bot)])
                .when(with_end(24 * 3_650))
                .inspect_result()
                .is_ok()
        );
    }

    #[test]
    fn fifty_tokens_are_enough_and_those_that_are_over_do_not_count() {
        let many = |expires_at| {
            let tokens = (0..50).map(move |n| AgentEvent::ApiTokenCreated {
                token_id: TokenId::from_uuid(Uuid::from_u128(1_000 + n)),
                name: "x".to_owned(),
                scopes: [Scope::ChatsRead].into_iter().collect(),
                expires_at,
            });
            std::iter::once(somebody(Role::Bot)).chain(tokens)
        };
        story(many(None))
            .when(create(&[Scope::ChatsRead], true))
            .then_expect_error(AgentRefusal::TooManyTokens { limit: 50 });
        story(many(Some(NOW)))
            .when(create(&[Scope::ChatsRead], true))
            .then_expect_events(vec![created(&[Scope::ChatsRead])]);
    }

    #[test]
    fn a_person_does_not_become_a_bot_nor_a_bot_a_person() {
        let change = |role| AgentCommand::ChangeAgentRole { role };
        for (is, to) in [(Role::Agent, Role::Bot), (Role::Bot, Role::Agent)] {
            story([somebody(is)])
                .when(change(to))
                .then_expect_error(AgentRefusal::RoleInvalid);
        }
        let add = AgentCommand::AddAgent {
            agent_id: ANA,
            name: "Ana".to_owned(),
            email: "a@b".to_owned(),
            role: Role::Bot,
        };
        story([])
            .when(add)
            .then_expect_error(AgentRefusal::RoleInvalid);
        let bot = AgentCommand::AddBot {
            agent_id: ANA,
            name: " Ana ".to_owned(),
        };
        story([])
            .when(bot)
            .then_expect_events(vec![somebody(Role::Bot)]);
    }
}
