//! One open socket: reads, writes, runs operations and keeps the time limits. One task; nothing of it outlives it.

use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::time::Duration;

use actix_web::web::Bytes;
use actix_ws::{
    AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Message, ProtocolError,
    Session,
};
use futures_util::stream::{self, BoxStream, StreamExt};
use futures_util::{FutureExt as _, Sink, future};
use hilo_app::SessionEnd;
use hilo_graphql::{ErrorCode, Event, GraphqlRequest, Pace, RequestContext};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_stream::StreamMap;

use super::super::graphql::bearer;
use super::outbox::Outbox;
use super::protocol::{Close, Protocol, Step, Token};

/// How long a client may take to introduce itself.
const INIT_TIME: Duration = Duration::from_secs(5);
/// How long a write may take before the client counts as too slow.
const SEND_TIME: Duration = Duration::from_secs(10);
/// How often an idle client is asked whether it lives.
const PING_EVERY: Duration = Duration::from_secs(20);
/// How long a client may be silent.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a close frame may wait for a slow reader.
const CLOSE_TIME: Duration = Duration::from_secs(30);

/// What an operation brings.
enum Brought {
    Event(Event),
    End,
}

/// What happened next.
enum Happened {
    Step(Step),
    Wrote,
    Brought(String, Brought),
    Tick,
    Gone,
}

/// An open socket.
pub struct Socket {
    session: Session,
    incoming: AggregatedMessageStream,
    /// Everything operations need, and who the client is as soon as that is known.
    context: RequestContext,
    /// Resolves when that session is over.
    session_end: Option<SessionEnd>,
    protocol: Protocol,
    operations: StreamMap<String, BoxStream<'static, Brought>>,
    outbox: Outbox,
    /// Tells operations that wait for it whether the outbox is nearly empty.
    has_room: watch::Sender<bool>,
    init_until: Instant,
    write_until: Instant,
    heard: Instant,
}

impl Socket {
    /// A socket that has just been opened, for whom `context` names.
    pub fn new(
        session: Session,
        incoming: AggregatedMessageStream,
        mut context: RequestContext,
    ) -> Self {
        let now = Instant::now();
        let has_room = watch::Sender::new(true);
        context.pace = Pace::of(has_room.subscribe());
        Self {
            session,
            incoming,
            session_end: context
                .identity
                .caller
                .map(|caller| context.app.session_end(&caller)),
            context,
            has_room,
            protocol: Protocol::new(),
            operations: StreamMap::new(),
            outbox: Outbox::default(),
            init_until: now + INIT_TIME,
            write_until: now + SEND_TIME,
            heard: now,
        }
    }

    /// Serves the socket until it is closed.
    pub async fn run(mut self) {
        let mut ticks = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let close = loop {
            let ticking = pin!(ticks.tick());
            let done = match self.next(ticking).await {
                Happened::Step(Step::Authorize(token)) => self.authorize(token).await,
                Happened::Step(step) => self.take(step),
                Happened::Wrote => Ok(()),
                Happened::Brought(id, brought) => self
                    .pass_on(&id, brought)
                    .and_then(|()| self.write_at_once()),
                Happened::Tick => self.tick(),
                Happened::Gone => return,
            };
            if let Err(close) = done {
                break close;
            }
            let has_room = self.outbox.is_nearly_empty();
            self.has_room
                .send_if_modified(|known| std::mem::replace(known, has_room) != has_room);
        };
        // Operations stop at once; the frame may have to wait for the client to read.
        drop(self.operations);
        drop(self.outbox);
        close_with(self.session, close);
    }

    /// The order matters: an ended session goes before everything, writing before reading, reading before working.
    async fn next(&mut self, ticking: Pin<&mut impl Future<Output = Instant>>) -> Happened {
        let is_writing = !self.outbox.is_empty();
        tokio::select! {
            biased;
            () = ended(self.session_end.as_ref()) => Happened::Step(Step::Close(Close::forbidden())),
            written = write(&mut self.session, &mut self.outbox), if is_writing => match written {
                Ok(()) => {
                    self.write_until = Instant::now() + SEND_TIME;
                    Happened::Wrote
                }
                Err(_) => Happened::Gone,
            },
            () = sleep_until(self.write_until), if is_writing => Happened::Step(Step::Close(Close::resync())),
            () = sleep_until(self.init_until), if self.protocol.awaits_init() => {
                Happened::Step(Step::Close(Close::init_timeout()))
            }
            received = self.incoming.next() => {
                self.heard = Instant::now();
                receive(&mut self.protocol, &mut self.outbox, received)
            }
            Some((id, brought)) = self.operations.next(), if !self.operations.is_empty() => {
                Happened::Brought(id, brought)
            }
            _ = ticking => Happened::Tick,
        }
    }

    fn take(&mut self, step: Step) -> Result<(), Close> {
        match step {
            Step::Nothing => Ok(()),
            Step::Close(close) => Err(close),
            Step::Send(text) => self.send(text),
            // Nobody begins with it twice; `run` takes it before.
            Step::Authorize(_) => Err(Close::forbidden()),
            Step::Start(id, request) => self.start(id, request),
            Step::Stop(id) => {
                self.operations.remove(&id);
                Ok(())
            }
        }
    }

    /// A token in the first message counts before the cookie that the socket was opened with.
    async fn authorize(&mut self, token: Option<Token>) -> Result<(), Close> {
        if let Some(Token(token)) = token {
            let caller = bearer::caller(&self.context.app, &token).await;
            let caller = caller.map_err(|failure| match failure.code {
                ErrorCode::Unauthenticated => Close::forbidden(),
                ErrorCode::RateLimited => Close::too_often(),
                _ => Close::unavailable(),
            })?;
            self.session_end = Some(self.context.app.session_end(&caller));
            self.context.identity.caller = Some(caller);
        }
        if self.context.identity.caller.is_none() {
            return Err(Close::forbidden());
        }
        let acknowledgement = self.protocol.acknowledge();
        self.send(acknowledgement)
    }

    fn start(&mut self, id: String, request: GraphqlRequest) -> Result<(), Close> {
        let context = self.context.clone();
        let events = hilo_graphql::subscribe(request, context).map(Brought::Event);
        let with_end = events.chain(stream::once(future::ready(Brought::End)));
        self.operations.insert(id, with_end.boxed());
        Ok(())
    }

    fn pass_on(&mut self, id: &str, brought: Brought) -> Result<(), Close> {
        let text = match brought {
            Brought::Event(event) => self.protocol.tell(id, event),
            Brought::End => {
                self.operations.remove(id);
                self.protocol.end(id)
            }
        };
        text.map_or(Ok(()), |text| self.send(text))
    }

    fn tick(&mut self) -> Result<(), Close> {
        if self.heard.elapsed() > SILENCE {
            return Err(Close::away());
        }
        self.mark_writing();
        self.outbox
            .push_control(Message::Ping(Bytes::new()))
            .map_err(|_| Close::resync())
    }

    fn send(&mut self, text: String) -> Result<(), Close> {
        self.mark_writing();
        self.outbox.push_text(text).map_err(|_| Close::resync())
    }

    /// Writes what fits now, without another round of everything else that is waited for.
    fn write_at_once(&mut self) -> Result<(), Close> {
        while !self.outbox.is_empty() {
            match write(&mut self.session, &mut self.outbox).now_or_never() {
                Some(Ok(())) => self.write_until = Instant::now() + SEND_TIME,
                Some(Err(_)) => return Err(Close::away()),
                None => break,
            }
        }
        Ok(())
    }

    /// The clock of a write starts when there is something to write.
    fn mark_writing(&mut self) {
        if self.outbox.is_empty() {
            self.write_until = Instant::now() + SEND_TIME;
        }
    }
}

fn receive(
    protocol: &mut Protocol,
    outbox: &mut Outbox,
    received: Option<Result<AggregatedMessage, ProtocolError>>,
) -> Happened {
    let step = match received {
        None => return Happened::Gone,
        // Answered, or the client waits for the answer before it opens another socket.
        Some(Ok(AggregatedMessage::Close(reason))) => {
            let code = reason.map(|reason| reason.code.into());
            Step::Close(Close::goodbye(code))
        }
        Some(Ok(AggregatedMessage::Text(text))) => protocol.receive(&text),
        Some(Ok(AggregatedMessage::Binary(_))) => Step::Close(Close::invalid("binary")),
        Some(Ok(AggregatedMessage::Pong(_))) => Step::Nothing,
        Some(Ok(AggregatedMessage::Ping(payload))) => {
            match outbox.push_control(Message::Pong(payload)) {
                Ok(()) => Step::Nothing,
                Err(_) => Step::Close(Close::resync()),
            }
        }
        Some(Err(ProtocolError::Io(fault))) if fault.kind() == ErrorKind::InvalidData => {
            Step::Close(Close::not_utf8())
        }
        // Continuations over the limit come as an IO error, frames over the limit as an overflow.
        Some(Err(ProtocolError::Overflow | ProtocolError::Io(_))) => Step::Close(Close::too_big()),
        Some(Err(_)) => Step::Close(Close::invalid("not a WebSocket frame")),
    };
    Happened::Step(step)
}

/// Writes one message as soon as there is room. Safe to drop: nothing is taken before there is.
async fn write(session: &mut Session, outbox: &mut Outbox) -> Result<(), actix_ws::Closed> {
    future::poll_fn(|task| Pin::new(&mut *session).poll_ready(task)).await?;
    match outbox.pop() {
        Some(message) => Pin::new(session).start_send(message),
        None => Ok(()),
    }
}

async fn ended(session_end: Option<&SessionEnd>) {
    match session_end {
        Some(session_end) => session_end.ended().await,
        None => future::pending().await,
    }
}

/// Sends the close frame, in a task of its own.
pub fn close_with(session: Session, close: Close) {
    let reason = CloseReason {
        code: CloseCode::Other(close.code),
        description: Some(close.reason),
    };
    actix_web::rt::spawn(async move {
        // A client that never reads never hears it; then the connection just ends.
        drop(timeout(CLOSE_TIME, session.close(Some(reason))).await);
    });
}
