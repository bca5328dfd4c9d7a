//! The rules of an agent: a state and a command in; events or a refusal out. Pure.

use std::collections::BTreeSet;

use super::command::AgentCommand;
use super::event::{AgentEvent, Role};
use super::refusal::AgentRefusal;
use super::state::{Agent, Employed};
use super::{tokens, views};
use crate::ids::GroupId;
use crate::personal::Personal;
use crate::text;
use crate::workspace::MOST_GROUPS;

const NAME_LIMIT: u32 = 80;
const EMAIL_LIMIT: usize = 254;

/// Decides a command. Repeating one that already took effect yields no event.
///
/// # Errors
/// The rule that stands against it.
pub fn decide(
    agent: &Agent,
    command: AgentCommand,
    _facts: &(),
) -> Result<Vec<AgentEvent>, AgentRefusal> {
    match command {
        AgentCommand::AddAgent {
            agent_id,
            name,
            email,
            role,
        } => {
            if agent.employed().is_some() {
                return Ok(Vec::new());
            }
            if role == Role::Bot {
                return Err(AgentRefusal::RoleInvalid);
            }
            let name = Personal::new(agent_id, valid_name(&name)?);
            let email = Personal::new(agent_id, valid_email(&email)?);
            Ok(vec![AgentEvent::AgentAdded {
                agent_id,
                name,
                email,
                role,
            }])
        }
        AgentCommand::RenameAgent { name } => {
            let name = Personal::new(employed(agent)?.agent_id, valid_name(&name)?);
            Ok(vec![AgentEvent::AgentRenamed { name }])
        }
        AgentCommand::ChangeAgentRole { role } => change_role(employed(agent)?, role),
        AgentCommand::SetAgentGroups { group_ids } => set_groups(employed(agent)?, &group_ids),
        AgentCommand::ChoosePresence { presence } => {
            let changed = employed(agent)?.presence != presence;
            Ok(changed
                .then_some(AgentEvent::AgentPresenceChosen { presence })
                .into_iter()
                .collect())
        }
        AgentCommand::DeactivateAgent => match agent {
            Agent::Unknown => Err(AgentRefusal::AgentNotFound),
            Agent::Active(_) => Ok(vec![AgentEvent::AgentDeactivated {}]),
            Agent::Inactive(_) => Ok(Vec::new()),
        },
        AgentCommand::ReactivateAgent => match agent {
            Agent::Unknown => Err(AgentRefusal::AgentNotFound),
            Agent::Active(_) => Ok(Vec::new()),
            Agent::Inactive(_) => Ok(vec![AgentEvent::AgentReactivated {}]),
        },
        AgentCommand::AddBot { agent_id, name } => {
            if agent.employed().is_some() {
                return Ok(Vec::new());
            }
            Ok(vec![AgentEvent::AgentAdded {
                agent_id,
                name: Personal::new(agent_id, valid_name(&name)?),
                email: Personal::new(agent_id, String::new()),
                role: Role::Bot,
            }])
        }
        AgentCommand::CreateApiToken { .. } | AgentCommand::RevokeApiToken { .. } => {
            tokens::decide(agent, command)
        }
        AgentCommand::SaveView { .. }
        | AgentCommand::RenameView { .. }
        | AgentCommand::DeleteView { .. } => views::decide(&employed(agent)?.views, command),
    }
}

fn change_role(agent: &Employed, role: Role) -> Result<Vec<AgentEvent>, AgentRefusal> {
    let changed = agent.role != role;
    if changed && (agent.role == Role::Bot || role == Role::Bot) {
        return Err(AgentRefusal::RoleInvalid);
    }
    Ok(changed
        .then_some(AgentEvent::AgentRoleChanged { role })
        .into_iter()
        .collect())
}

fn set_groups(
    agent: &Employed,
    group_ids: &BTreeSet<GroupId>,
) -> Result<Vec<AgentEvent>, AgentRefusal> {
    if group_ids.len() > MOST_GROUPS as usize {
        return Err(AgentRefusal::TooManyGroups { limit: MOST_GROUPS });
    }
    let joined = group_ids.difference(&agent.groups).copied();
    let left = agent.groups.difference(group_ids).copied();
    let joined = joined.map(|group_id| AgentEvent::AgentJoinedGroup { group_id });
    let left = left.map(|group_id| AgentEvent::AgentLeftGroup { group_id });
    Ok(joined.chain(left).collect())
}

pub(super) fn employed(agent: &Agent) -> Result<&Employed, AgentRefusal> {
    agent.employed().ok_or(AgentRefusal::AgentNotFound)
}

pub(super) fn valid_name(name: &str) -> Result<String, AgentRefusal> {
    let refusal = AgentRefusal::NameInvalid { limit: NAME_LIMIT };
    let name = text::attribute(name, usize::MAX).ok_or_else(|| refusal.clone())?;
    if name.chars().count() > NAME_LIMIT as usize {
        Err(refusal)
    } else {
        Ok(name)
    }
}

/// One `@` with something on both sides and no blanks; whether it exists only an e-mail can tell.
fn valid_email(email: &str) -> Result<String, AgentRefusal> {
    let email = email.trim();
    let plain =
        email.len() <= EMAIL_LIMIT && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    match email.split_once('@') {
        Some((local, domain))
            if plain && !local.is_empty() && !domain.is_empty() && !domain.contains('@') =>
        {
            Ok(email.to_owned())
        }
        Some(_) | None => Err(AgentRefusal::EmailInvalid),
    }
}
