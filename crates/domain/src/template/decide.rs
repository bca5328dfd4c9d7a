//! The rules of a template: a state and a command in; events or a refusal out. Pure.

use super::command::TemplateCommand;
use super::event::{ApprovedTemplate, TemplateContent, TemplateEvent};
use super::refusal::TemplateRefusal;
use super::render;
use super::state::{Made, Template};
use crate::actor::Actor;
use crate::policy::TemplateRef;
use crate::text;

/// Most characters of a name, and of what a provider calls it.
const NAME_LIMIT: u32 = 80;
/// Most characters of a text. A message has a limit of its own when it is sent.
const BODY_LIMIT: u32 = 4000;

/// Decides a command. Repeating one that already took effect yields no event.
///
/// # Errors
/// The rule that stands against it.
pub fn decide(
    template: &Template,
    command: TemplateCommand,
    _facts: &(),
) -> Result<Vec<TemplateEvent>, TemplateRefusal> {
    match command {
        TemplateCommand::CreateTemplate {
            template_id,
            content,
            owner,
            by,
            at,
        } => match template {
            Template::Unknown => Ok(vec![TemplateEvent::TemplateCreated {
                template_id,
                content: valid(content)?,
                owner,
                by,
                at,
            }]),
            Template::Present(_) | Template::Deleted => Ok(Vec::new()),
        },
        TemplateCommand::ChangeTemplate {
            content,
            by,
            administrator,
        } => {
            let made = changeable(template, &by, administrator)?;
            let content = valid(content)?;
            let changed = made.content != content;
            Ok(changed
                .then_some(TemplateEvent::TemplateChanged { content, by })
                .into_iter()
                .collect())
        }
        TemplateCommand::DeleteTemplate { by, administrator } => {
            if *template == Template::Deleted {
                return Ok(Vec::new());
            }
            changeable(template, &by, administrator)?;
            Ok(vec![TemplateEvent::TemplateDeleted { by }])
        }
    }
}

/// One's own is one's own to change, everybody's is the administrators'. Another agent's own is not there for others.
fn changeable<'t>(
    template: &'t Template,
    by: &Actor,
    administrator: bool,
) -> Result<&'t Made, TemplateRefusal> {
    let Template::Present(made) = template else {
        return Err(TemplateRefusal::TemplateNotFound);
    };
    match made.owner {
        Some(owner) if *by == (Actor::Agent { id: owner }) => Ok(made),
        Some(_) => Err(TemplateRefusal::TemplateNotFound),
        None if administrator => Ok(made),
        None => Err(TemplateRefusal::TemplateIsShared),
    }
}

fn valid(content: TemplateContent) -> Result<TemplateContent, TemplateRefusal> {
    let name = text::attribute(&content.name, usize::MAX);
    let name = name.filter(|name| name.chars().count() <= NAME_LIMIT as usize);
    let name = name.ok_or(TemplateRefusal::TemplateNameInvalid { limit: NAME_LIMIT })?;
    let body = content.body.trim();
    let fits =
        text::shows(body) && !body.contains('\0') && body.chars().count() <= BODY_LIMIT as usize;
    if !fits {
        return Err(TemplateRefusal::TemplateBodyInvalid { limit: BODY_LIMIT });
    }
    render::check(body)?;
    let mut channel_kinds = Vec::new();
    for kind in content.channel_kinds {
        if !channel_kinds.contains(&kind) {
            channel_kinds.push(kind);
        }
    }
    Ok(TemplateContent {
        name,
        body: body.to_owned(),
        channel_kinds,
        approved: content.approved.map(valid_approval).transpose()?,
    })
}

fn valid_approval(approved: ApprovedTemplate) -> Result<ApprovedTemplate, TemplateRefusal> {
    let refusal = TemplateRefusal::TemplateApprovalInvalid { limit: NAME_LIMIT };
    let word = |text: &str| {
        text::attribute(text, usize::MAX)
            .filter(|text| text.chars().count() <= NAME_LIMIT as usize)
            .ok_or_else(|| refusal.clone())
    };
    let known = TemplateRef {
        name: word(&approved.name)?,
        language: word(&approved.language)?,
    };
    // What cannot be sent under that name is refused here, not when somebody wants to send it.
    if !known.is_well_formed() {
        return Err(refusal);
    }
    Ok(ApprovedTemplate {
        name: known.name,
        language: known.language,
        category: approved.category,
    })
}
