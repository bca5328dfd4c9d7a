//! What time does: snoozes end (P13) and idle chats close (A10). Each process asks the read model once a second what is
//! due, and gives the command; the chat decides whether it still is. Decides nothing and remembers nothing that counts.
//!
//! Every process does so, without a lease: a chat that another process closed is closed, and a snooze that it ended is
//! over, so the second command yields no event. A key to recognise repetitions by would do harm: a chat that is not due
//! yet because of a setting must be asked again.

use std::collections::HashMap;
use std::time::Duration;

use hilo_domain::chat::ChatCommand;
use hilo_domain::{Actor, ChatId};
use hilo_read::DueChat;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::error::AppError;
use crate::{Act, App, clock};

/// Who ends snoozes, as it stands in events.
const ENDS_SNOOZES: &str = "end_snooze_when_due";
/// Who closes idle chats.
const CLOSES_CHATS: &str = "close_chat_when_idle";

/// How often the read model is asked, give or take a quarter: processes shall not all ask at once.
const EVERY: Duration = Duration::from_secs(1);
/// How long a chat that was asked about is left alone: the read model may lag, or count activity otherwise.
const LEFT_ALONE: Duration = Duration::from_secs(30);

/// Chats asked about, each with when.
type Asked = HashMap<ChatId, Instant>;

/// One of the things time does.
#[derive(Clone, Copy)]
enum Timer {
    EndSnooze,
    /// After so many minutes; those that wait for an answer too, or not.
    CloseIdleChat {
        minutes: u32,
        unanswered: bool,
    },
}

/// Runs the timers until `stop`.
pub(crate) async fn run(app: App, stop: CancellationToken) {
    let mut snoozes = Asked::new();
    let mut idle = Asked::new();
    while stop
        .run_until_cancelled(tokio::time::sleep(pause()))
        .await
        .is_some()
    {
        let ran = async {
            let facts = app.facts().snapshot()?;
            Timer::EndSnooze.run(&app, &mut snoozes, &stop).await?;
            if let Some(minutes) = facts.auto_close_minutes() {
                let unanswered = !facts.keep_unanswered_open();
                let timer = Timer::CloseIdleChat {
                    minutes,
                    unanswered,
                };
                timer.run(&app, &mut idle, &stop).await?;
            }
            Ok::<(), AppError>(())
        };
        match ran.await {
            // The next second tries again; why has been said where it happened.
            Ok(()) | Err(AppError::Unavailable) => {}
            Err(error) => tracing::error!(%error, "the timers do not run"),
        }
    }
}

impl Timer {
    /// Gives the command for all that is due.
    async fn run(
        self,
        app: &App,
        asked: &mut Asked,
        stop: &CancellationToken,
    ) -> Result<(), AppError> {
        asked.retain(|_, when| when.elapsed() < LEFT_ALONE);
        let mut behind = None;
        loop {
            let due = self.due(app, behind).await?;
            let Some(last) = due.last().copied() else {
                return Ok(());
            };
            for chat in due {
                if stop.is_cancelled() {
                    return Ok(());
                }
                if asked.contains_key(&chat.chat_id) {
                    continue;
                }
                match self.act(app, chat).await {
                    Ok(()) => {}
                    Err(AppError::Unavailable) => return Err(AppError::Unavailable),
                    // One chat must not hold up the others.
                    Err(error) => {
                        tracing::error!(%error, chat.id = %chat.chat_id, "a timer failed")
                    }
                }
                asked.insert(chat.chat_id, Instant::now());
            }
            behind = Some(last);
        }
    }

    async fn due(self, app: &App, behind: Option<DueChat>) -> Result<Vec<DueChat>, AppError> {
        let now = clock::now();
        let due = match self {
            Self::EndSnooze => app.read().ended_snoozes(now, behind).await?,
            Self::CloseIdleChat {
                minutes,
                unanswered,
            } => {
                let idle = SignedDuration::from_mins(i64::from(minutes));
                let since = now.checked_sub(idle).unwrap_or(Timestamp::UNIX_EPOCH);
                app.read().idle_chats(since, unanswered, behind).await?
            }
        };
        Ok(due)
    }

    async fn act(self, app: &App, chat: DueChat) -> Result<(), AppError> {
        let name = match self {
            Self::EndSnooze => ENDS_SNOOZES,
            Self::CloseIdleChat { .. } => CLOSES_CHATS,
        };
        let policy = name.to_owned();
        let by = Actor::Policy {
            name: policy.clone(),
        };
        let act = Act::by(by).because_of(chat.position);
        let command = match self {
            Self::EndSnooze => ChatCommand::EndSnooze {
                rests_on: chat.at,
                policy,
                at: act.at,
            },
            Self::CloseIdleChat { .. } => ChatCommand::CloseIdleChat { policy, at: act.at },
        };
        app.execute_chat(chat.chat_id, chat.channel_id, command, act)
            .await?;
        Ok(())
    }
}

/// Until the next time, random.
fn pause() -> Duration {
    let [byte] = clock::random_bytes::<1>().unwrap_or([128]);
    EVERY.mul_f64(0.75 + f64::from(byte) / 512.0)
}
