//! A small aggregate: counts up to a limit given from outside, and takes notes about people.

use std::sync::Arc;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use hilo_journal::{FactSource, Fixed};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    pub count: u64,
    pub notes: u64,
    pub closed: bool,
    /// Shows whether an open personal value ever reached a kept state.
    pub saw_open: bool,
}

#[derive(Clone)]
pub enum Command {
    Add(u64),
    Note { about: Uuid, text: String },
    Close,
    Reopen,
    Panic,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Personal {
    #[serde(rename = "$personal")]
    Open { subject: Uuid, value: Value },
    #[serde(rename = "$sealed")]
    Sealed(Value),
    #[serde(rename = "$erased")]
    Erased { subject: Uuid },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "added")]
    Added { by: u64 },
    #[serde(rename = "noted")]
    Noted {
        text: Personal,
        copies: Vec<Personal>,
    },
    #[serde(rename = "closed")]
    Closed {},
    #[serde(rename = "reopened")]
    Reopened {},
}

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        match self {
            Self::Added { .. } => "added",
            Self::Noted { .. } => "noted",
            Self::Closed {} => "closed",
            Self::Reopened {} => "reopened",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    #[error("the tally is closed")]
    Closed,
    #[error("more than {limit}")]
    OverLimit { limit: u64 },
}

/// The most a tally may count to.
#[derive(Clone)]
pub struct Limit(pub u64);

impl Aggregate for Tally {
    const TYPE: &'static str = "tally";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = Limit;

    async fn handle(
        &mut self,
        command: Command,
        limit: &Limit,
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        match command {
            Command::Add(_) | Command::Note { .. } if self.closed => return Err(Refusal::Closed),
            Command::Add(by) if self.count + by > limit.0 => {
                return Err(Refusal::OverLimit { limit: limit.0 });
            }
            // One event for each, so that a command of several events is at hand.
            Command::Add(by) => {
                for _ in 0..by {
                    sink.write(Event::Added { by: 1 }, self).await;
                }
            }
            Command::Note { about, text } => {
                let open = Personal::Open {
                    subject: about,
                    value: Value::from(text),
                };
                let copies = vec![open.clone()];
                sink.write(Event::Noted { text: open, copies }, self).await;
            }
            Command::Close if self.closed => {}
            Command::Close => sink.write(Event::Closed {}, self).await,
            Command::Reopen => sink.write(Event::Reopened {}, self).await,
            Command::Panic => panic!("as asked"),
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Added { by } => self.count += by,
            Event::Noted { text, .. } => {
                self.notes += 1;
                self.saw_open |= matches!(text, Personal::Open { .. });
            }
            Event::Closed {} => self.closed = true,
            Event::Reopened {} => self.closed = false,
        }
    }
}

pub fn no_limit() -> Arc<dyn FactSource<Limit>> {
    limit(u64::MAX)
}

pub fn limit(limit: u64) -> Arc<dyn FactSource<Limit>> {
    Arc::new(Fixed(Limit(limit)))
}
