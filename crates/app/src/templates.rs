//! What agents and programs do with templates. Everybody's are the administrators' to write; everyone may have own ones,
//! which nobody else sees.

use futures_util::future::BoxFuture;
use hilo_domain::agent::Role;
use hilo_domain::client::ClientDetails;
use hilo_domain::template::{
    Filled, Template, TemplateCommand, TemplateContent, TemplateEvent, TemplateRefusal, Values,
    fill,
};
use hilo_domain::{ChannelId, ChatId, ClientId, TemplateId, ids};
use hilo_journal::{Committed, Dedupe, no_facts};
use hilo_read::ChatRow;
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::{AppError, Refusal};
use crate::facts::TemplateEntry;
use crate::{Act, Acted, App};

/// The answer for every template that is not there or another agent's own.
const NO_TEMPLATE: AppError = AppError::NotFound { what: "template" };

impl App {
    /// Everybody's templates and the caller's own, by name.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable` when the facts are behind.
    pub fn templates(&self, caller: &Caller) -> Result<Vec<TemplateEntry>, AppError> {
        authorize(caller, Operation::SeeTemplates)?;
        let facts = self.facts().snapshot()?;
        let mut all: Vec<_> = facts.templates().all_of(caller.agent_id).cloned().collect();
        all.sort_by_cached_key(|entry| (entry.content.name.to_lowercase(), entry.id));
        Ok(all)
    }

    /// One of them.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`.
    pub async fn template(
        &self,
        caller: &Caller,
        template: TemplateId,
    ) -> Result<TemplateEntry, AppError> {
        authorize(caller, Operation::SeeTemplates)?;
        let find = |facts: &crate::facts::FactsFold| {
            facts.templates().of(caller.agent_id, template).cloned()
        };
        self.sure(find).await?.ok_or(NO_TEMPLATE)
    }

    /// Writes a template once, however often the same key comes; `shared` = for everybody.
    ///
    /// # Errors
    /// `Forbidden` for a shared one of who is no administrator; a template's refusal; `IdempotencyConflict`.
    pub async fn create_template(
        &self,
        caller: &Caller,
        content: TemplateContent,
        shared: bool,
        idempotency_key: Uuid,
    ) -> Result<(TemplateId, Acted), AppError> {
        authorize(caller, Operation::ChangeTemplates)?;
        if shared && caller.role != Role::Administrator {
            return Err(Refusal::from(TemplateRefusal::TemplateIsShared).into());
        }
        let owner = (!shared).then_some(caller.agent_id);
        let scope = caller.dedupe_scope();
        let key = idempotency_key.as_bytes();
        let mac = self
            .journal()
            .lookup_mac("template", &[scope.as_bytes(), key]);
        let template = TemplateId::from_uuid(ids::from_mac(&mac));
        let typed = serde_json::to_vec(&(&content, shared)).unwrap_or_default();
        let act = Act::of(caller);
        let act = act.once(Dedupe {
            scope,
            key: key.to_vec(),
            content: typed,
        });
        let command = TemplateCommand::CreateTemplate {
            template_id: template,
            content,
            owner,
            by: act.actor.clone(),
            at: act.at,
        };
        let committed = self.execute_template(template, command, act).await?;
        Ok((template, self.acted(committed.position).await))
    }

    /// Lets a template say something else.
    ///
    /// # Errors
    /// `NotFound`; a template's refusal.
    pub async fn change_template(
        &self,
        caller: &Caller,
        template: TemplateId,
        content: TemplateContent,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ChangeTemplates)?;
        self.template(caller, template).await?;
        let act = Act::of(caller);
        let command = TemplateCommand::ChangeTemplate {
            content,
            by: act.actor.clone(),
            administrator: caller.role == Role::Administrator,
        };
        let committed = self.execute_template(template, command, act).await?;
        Ok(self.acted(committed.position).await)
    }

    /// Takes a template away.
    ///
    /// # Errors
    /// `NotFound`; a template's refusal.
    pub async fn delete_template(
        &self,
        caller: &Caller,
        template: TemplateId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ChangeTemplates)?;
        self.template(caller, template).await?;
        let act = Act::of(caller);
        let command = TemplateCommand::DeleteTemplate {
            by: act.actor.clone(),
            administrator: caller.role == Role::Administrator,
        };
        let committed = self.execute_template(template, command, act).await?;
        Ok(self.acted(committed.position).await)
    }

    /// A template as it would be sent in a chat: with the client's name, or the contact's where there is no client.
    ///
    /// # Errors
    /// `NotFound` for either; `TEMPLATE_NOT_FOR_CHANNEL`.
    pub async fn render_template(
        &self,
        caller: &Caller,
        template: TemplateId,
        chat: ChatId,
    ) -> Result<Filled, AppError> {
        let template = self.template(caller, template).await?;
        let chat = self.chat(caller, chat).await?.value;
        let (channel, of) = (chat.channel_id, Addressee::Chat(&chat));
        self.fill_in(caller, &template.content, channel, of).await
    }

    /// The text of a template as it is sent to somebody through a channel.
    pub(crate) async fn filled_in(
        &self,
        caller: &Caller,
        content: &TemplateContent,
        channel: ChannelId,
        of: Addressee<'_>,
    ) -> Result<String, AppError> {
        let filled = self.fill_in(caller, content, channel, of).await?;
        Ok(filled.complete().map_err(Refusal::from)?)
    }

    async fn fill_in(
        &self,
        caller: &Caller,
        content: &TemplateContent,
        channel: ChannelId,
        of: Addressee<'_>,
    ) -> Result<Filled, AppError> {
        let facts = self.facts().snapshot()?;
        let kinds = &content.channel_kinds;
        let kind = facts.channel(channel).map(|channel| channel.kind);
        if !kinds.is_empty() && !kind.is_some_and(|kind| kinds.contains(&kind)) {
            return Err(Refusal::from(TemplateRefusal::TemplateNotForChannel).into());
        }
        let mut values = Values {
            agent_name: facts.agent(caller.agent_id).map(|agent| agent.name.clone()),
            workspace_name: facts.workspace().map(|workspace| workspace.name.clone()),
            ..Values::default()
        };
        let linked = match of {
            Addressee::Client(client) => Some(client),
            Addressee::Chat(chat) => chat.client.as_ref().map(|client| client.id),
            Addressee::Stranger => None,
        };
        let linked = match linked {
            Some(client) => self.read().client(client).await?,
            None => None,
        };
        match (linked, of) {
            (Some(client), _) => of_client(&mut values, client.value.details),
            (None, Addressee::Chat(chat)) => of_contact(&mut values, chat),
            (None, Addressee::Client(_) | Addressee::Stranger) => {}
        }
        Ok(fill(&content.body, &values).map_err(Refusal::from)?)
    }

    /// Executes a command on a template and waits for this process's facts to have it. Checks no caller.
    ///
    /// # Errors
    /// The template's refusal; `IdempotencyConflict`; `Unavailable`.
    pub fn execute_template(
        &self,
        template: TemplateId,
        command: TemplateCommand,
        act: Act,
    ) -> BoxFuture<'_, Result<Committed<TemplateEvent>, AppError>> {
        Box::pin(async move {
            let committed = self
                .journal()
                .execute::<Template>(&template.to_string(), command, no_facts(), act.context()?)
                .await?;
            self.facts().snapshot_at_least(committed.position).await?;
            Ok(committed)
        })
    }
}

/// Of whom a template speaks.
#[derive(Clone, Copy)]
pub(crate) enum Addressee<'a> {
    /// The client of a chat, or its contact where there is none.
    Chat(&'a ChatRow),
    /// A client.
    Client(ClientId),
    /// Somebody of whom nothing is known.
    Stranger,
}

fn of_client(values: &mut Values, details: ClientDetails) {
    values.client_name = details.name();
    values.client_first_name = details.first_name;
    values.client_last_name = details.last_name;
    values.client_phone = details.phones.into_iter().next().map(|phone| phone.typed);
    values.client_email = details.emails.into_iter().next().map(|email| email.typed);
}

fn of_contact(values: &mut Values, chat: &ChatRow) {
    let name = chat.contact_name.clone();
    let (first, last) = name
        .as_deref()
        .and_then(|name| name.split_once(' '))
        .map_or((name.clone(), None), |(first, last)| {
            (Some(first.to_owned()), Some(last.to_owned()))
        });
    values.client_first_name = first;
    values.client_last_name = last;
    values.client_name = name;
    values.client_phone.clone_from(&chat.contact_phone);
    values.client_email.clone_from(&chat.contact_email);
}
