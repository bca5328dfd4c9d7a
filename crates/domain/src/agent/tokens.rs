//! The rules of API tokens (P17): who may have one, with which scopes, for how long. Knows no secret.

use jiff::{SignedDuration, Timestamp};

use super::command::AgentCommand;
use super::decide::{employed, valid_name};
use super::event::AgentEvent;
use super::refusal::AgentRefusal;
use super::scope::{Scope, Scopes};
use super::state::{Agent, Employed};

/// Living tokens of one agent.
const MOST: u32 = 50;
/// The longest a token with an end lasts, in days.
const LONGEST: u32 = 3_650;

/// Decides commands about tokens; others yield nothing.
pub(super) fn decide(
    agent: &Agent,
    command: AgentCommand,
) -> Result<Vec<AgentEvent>, AgentRefusal> {
    match command {
        AgentCommand::CreateApiToken {
            token_id,
            name,
            scopes,
            expires_at,
            by_administrator,
            at,
        } => {
            let owner = employed(agent)?;
            if owner.tokens.contains_key(&token_id) {
                return Ok(Vec::new());
            }
            let Agent::Active(_) = agent else {
                return Err(AgentRefusal::AgentDeactivated);
            };
            may_have(owner, scopes, by_administrator)?;
            valid_end(expires_at, at)?;
            let living = owner.tokens.values();
            let living = living.filter(|end| end.is_none_or(|end| end > at));
            if living.count() >= MOST as usize {
                return Err(AgentRefusal::TooManyTokens { limit: MOST });
            }
            Ok(vec![AgentEvent::ApiTokenCreated {
                token_id,
                name: valid_name(&name)?,
                scopes,
                expires_at,
            }])
        }
        AgentCommand::RevokeApiToken { token_id } => {
            let is_there = employed(agent)?.tokens.contains_key(&token_id);
            let revoked = is_there.then_some(AgentEvent::ApiTokenRevoked { token_id });
            Ok(revoked.into_iter().collect())
        }
        AgentCommand::AddAgent { .. }
        | AgentCommand::RenameAgent { .. }
        | AgentCommand::ChangeAgentRole { .. }
        | AgentCommand::DeactivateAgent
        | AgentCommand::ReactivateAgent
        | AgentCommand::AddBot { .. }
        | AgentCommand::SetAgentGroups { .. }
        | AgentCommand::ChoosePresence { .. }
        | AgentCommand::SaveView { .. }
        | AgentCommand::RenameView { .. }
        | AgentCommand::DeleteView { .. } => Ok(Vec::new()),
    }
}

fn may_have(owner: &Employed, scopes: Scopes, by_administrator: bool) -> Result<(), AgentRefusal> {
    if !Scope::ALL
        .into_iter()
        .any(|scope| owner.role.may_hold(scope))
    {
        return Err(AgentRefusal::TokenNotAllowed);
    }
    if scopes.is_empty() {
        return Err(AgentRefusal::ScopesEmpty);
    }
    let refused = scopes.iter().find(|scope| {
        !owner.role.may_hold(*scope) || (scope.is_for_administrators_to_give() && !by_administrator)
    });
    match refused {
        Some(scope) => Err(AgentRefusal::ScopeNotAllowed {
            scope: scope.name().to_owned(),
        }),
        None => Ok(()),
    }
}

fn valid_end(expires_at: Option<Timestamp>, at: Timestamp) -> Result<(), AgentRefusal> {
    let Some(end) = expires_at else { return Ok(()) };
    let lasts = end.duration_since(at);
    let longest = SignedDuration::from_hours(24 * i64::from(LONGEST));
    if lasts > SignedDuration::ZERO && lasts <= longest {
        Ok(())
    } else {
        Err(AgentRefusal::ExpiryInvalid { limit: LONGEST })
    }
}
