//! The filters an agent keeps under names (P5): the rules of them, and what they come to. Must not know what a filter says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::command::AgentCommand;
use super::event::AgentEvent;
use super::refusal::AgentRefusal;
use crate::text;

/// Characters of a name.
const NAME_LIMIT: u32 = 60;
/// Bytes of a query.
const QUERY_LIMIT: u32 = 4_000;
/// Views of one agent.
const MOST_VIEWS: u32 = 50;

/// Somebody's views: filters as the query of an address, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Views(BTreeMap<String, String>);

impl Views {
    /// Name and query of each, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter();
        pairs.map(|(name, query)| (name.as_str(), query.as_str()))
    }

    /// Folds one event; those about other things change nothing.
    pub fn take_in(&mut self, event: &AgentEvent) {
        match event {
            AgentEvent::AgentViewSaved { name, query } => {
                self.0.insert(name.clone(), query.clone());
            }
            AgentEvent::AgentViewRenamed { name, to } => {
                if let Some(query) = self.0.remove(name) {
                    self.0.insert(to.clone(), query);
                }
            }
            AgentEvent::AgentViewDeleted { name } => drop(self.0.remove(name)),
            _ => {}
        }
    }
}

/// Decides a command about views; other commands are none of its business.
pub(super) fn decide(
    views: &Views,
    command: AgentCommand,
) -> Result<Vec<AgentEvent>, AgentRefusal> {
    let views = &views.0;
    match command {
        AgentCommand::SaveView { name, query } => {
            let name = valid_name(&name)?;
            if query.len() > QUERY_LIMIT as usize || query.chars().any(char::is_control) {
                return Err(AgentRefusal::ViewQueryInvalid { limit: QUERY_LIMIT });
            }
            match views.get(&name) {
                Some(known) if *known == query => Ok(Vec::new()),
                None if views.len() >= MOST_VIEWS as usize => {
                    Err(AgentRefusal::TooManyViews { limit: MOST_VIEWS })
                }
                Some(_) | None => Ok(vec![AgentEvent::AgentViewSaved { name, query }]),
            }
        }
        AgentCommand::RenameView { name, to } => {
            let to = valid_name(&to)?;
            if !views.contains_key(&name) {
                return Err(AgentRefusal::ViewNotFound);
            }
            if name == to {
                return Ok(Vec::new());
            }
            if views.contains_key(&to) {
                return Err(AgentRefusal::ViewNameTaken);
            }
            Ok(vec![AgentEvent::AgentViewRenamed { name, to }])
        }
        AgentCommand::DeleteView { name } => {
            let known = views.contains_key(&name);
            let deleted = known.then_some(AgentEvent::AgentViewDeleted { name });
            Ok(deleted.into_iter().collect())
        }
        _ => Ok(Vec::new()),
    }
}

fn valid_name(name: &str) -> Result<String, AgentRefusal> {
    let refusal = AgentRefusal::ViewNameInvalid { limit: NAME_LIMIT };
    let name = text::attribute(name, usize::MAX).ok_or_else(|| refusal.clone())?;
    if name.chars().count() > NAME_LIMIT as usize {
        Err(refusal)
    } else {
        Ok(name)
    }
}
