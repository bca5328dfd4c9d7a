//! The live socket (graphql-transport-ws): one for the page, kept alive, resumed where it stopped. Knows no screen:
//! who subscribes says how to start again and takes in what comes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::prelude::{
    TimeoutHandle, set_interval, set_timeout, set_timeout_with_handle, window,
    window_event_listener_untyped,
};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::{backoff, fault::Fault, json};
use crate::i18n::now;

/// How the socket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Connection {
    /// Not wanted: nobody is signed in.
    #[default]
    Idle,
    /// Being opened for the first time.
    Connecting,
    /// Open and acknowledged.
    Open,
    /// It was open, or could not be opened; tries go on.
    Lost,
}

/// What a subscriber is told.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// A result: `{"data": {...}}`.
    Next(Value),
    /// The server refused or ended the subscription.
    Ended(Fault),
    /// Too much was missed: fetch anew, then `restart`.
    Resync,
}

/// What the page does when the socket changes.
#[derive(Clone, Copy)]
pub struct Listener {
    /// The connection's state changed.
    pub changed: fn(Connection),
    /// The server ended the socket for want of a session or a right; `retry` opens it again.
    pub refused: fn(),
}

struct Subscriber {
    start: Rc<dyn Fn() -> Value>,
    on: Rc<dyn Fn(Incoming)>,
    operation: Option<String>,
    paused: bool,
}

#[derive(Default)]
struct Hub {
    listener: Option<Listener>,
    socket: Option<WebSocket>,
    state: Connection,
    acknowledged: bool,
    attempt: u32,
    retry: Option<TimeoutHandle>,
    opened_at: f64,
    heard_at: f64,
    pinged_at: Option<f64>,
    subscribers: BTreeMap<u32, Subscriber>,
    last_id: u32,
}

struct Callbacks {
    open: Closure<dyn Fn(web_sys::Event)>,
    message: Closure<dyn Fn(MessageEvent)>,
    close: Closure<dyn Fn(CloseEvent)>,
}

thread_local! {
    static HUB: RefCell<Hub> = RefCell::default();
    // Made once and reused for every socket: a callback is never dropped while it runs.
    static CALLBACKS: Callbacks = Callbacks {
        open: Closure::new(opened),
        message: Closure::new(heard),
        close: Closure::new(closed),
    };
}

/// Silence after which the server is asked for a sign of life, and how long it may take, in milliseconds.
const SILENCE: f64 = 20_000.0;
const PATIENCE: f64 = 8_000.0;
const TICK: Duration = Duration::from_secs(4);

#[derive(Serialize)]
struct Out<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Value>,
}

/// A subscription; dropping it ends it.
#[derive(Debug)]
pub struct Subscription(u32);

impl Drop for Subscription {
    fn drop(&mut self) {
        HUB.with_borrow_mut(|hub| {
            if let Some(operation) = hub
                .subscribers
                .remove(&self.0)
                .and_then(|gone| gone.operation)
            {
                send(
                    hub,
                    &Out {
                        kind: "complete",
                        id: Some(&operation),
                        payload: None,
                    },
                );
            }
        });
    }
}

/// Prepares the socket for the life of the page.
pub fn install(listener: Listener) {
    HUB.with_borrow_mut(|hub| hub.listener = Some(listener));
    set_interval(tick, TICK);
    let _ = window_event_listener_untyped("online", |_| reconnect_now());
    let _ = window_event_listener_untyped("offline", |_| lose());
    let _ = window_event_listener_untyped("pageshow", |_| wake());
    if let Some(document) = window().document() {
        let wake = Closure::<dyn Fn()>::new(wake);
        let _ = document
            .add_event_listener_with_callback("visibilitychange", wake.as_ref().unchecked_ref());
        wake.forget();
    }
}

/// Opens the socket if it is not open.
pub fn connect() {
    let wanted = HUB.with_borrow(|hub| hub.socket.is_none() && hub.retry.is_none());
    if wanted {
        enter(Connection::Connecting);
        dial();
    }
}

/// Opens the socket again after a while, unless that is under way.
pub fn retry() {
    let wanted = HUB.with_borrow(|hub| {
        hub.socket.is_none() && hub.retry.is_none() && hub.state == Connection::Lost
    });
    if wanted {
        schedule();
    }
}

/// Closes the socket for good: nobody is signed in.
pub fn disconnect() {
    hang_up();
    HUB.with_borrow_mut(|hub| {
        hub.attempt = 0;
        if let Some(retry) = hub.retry.take() {
            retry.clear();
        }
    });
    enter(Connection::Idle);
}

/// Subscribes. `start` makes the operation with the position known at that moment; it is asked again on every reconnect.
pub fn subscribe(
    start: impl Fn() -> Value + 'static,
    on: impl Fn(Incoming) + 'static,
) -> Subscription {
    let id = HUB.with_borrow_mut(|hub| {
        hub.last_id += 1;
        let subscriber = Subscriber {
            start: Rc::new(start),
            on: Rc::new(on),
            operation: None,
            paused: false,
        };
        hub.subscribers.insert(hub.last_id, subscriber);
        hub.last_id
    });
    begin(id);
    Subscription(id)
}

impl Subscription {
    /// The number that `restart` takes.
    pub fn id(&self) -> u32 {
        self.0
    }
}

/// Starts a subscription anew, from the position known now.
pub fn restart(id: u32) {
    HUB.with_borrow_mut(|hub| {
        let old = hub.subscribers.get_mut(&id).and_then(|subscriber| {
            subscriber.paused = false;
            subscriber.operation.take()
        });
        if let Some(operation) = old {
            send(
                hub,
                &Out {
                    kind: "complete",
                    id: Some(&operation),
                    payload: None,
                },
            );
        }
    });
    begin(id);
}

fn begin(id: u32) {
    let start = HUB.with_borrow(|hub| {
        let subscriber = hub.subscribers.get(&id)?;
        let ready = hub.acknowledged && !subscriber.paused && subscriber.operation.is_none();
        ready.then(|| subscriber.start.clone())
    });
    let Some(start) = start else { return };
    let payload = start();
    HUB.with_borrow_mut(|hub| {
        hub.last_id += 1;
        let operation = hub.last_id.to_string();
        send(
            hub,
            &Out {
                kind: "subscribe",
                id: Some(&operation),
                payload: Some(payload),
            },
        );
        if let Some(subscriber) = hub.subscribers.get_mut(&id) {
            subscriber.operation = Some(operation);
        }
    });
}

fn dial() {
    let location = window().location();
    let secure = location
        .protocol()
        .is_ok_and(|protocol| protocol == "https:");
    let host = location.host().unwrap_or_default();
    let address = format!("{}://{host}/graphql", if secure { "wss" } else { "ws" });
    let Ok(socket) = WebSocket::new_with_str(&address, "graphql-transport-ws") else {
        return schedule();
    };
    CALLBACKS.with(|callbacks| {
        socket.set_onopen(Some(callbacks.open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(callbacks.message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(callbacks.close.as_ref().unchecked_ref()));
    });
    HUB.with_borrow_mut(|hub| {
        hub.socket = Some(socket);
        hub.opened_at = now();
    });
}

fn opened(_: web_sys::Event) {
    HUB.with_borrow_mut(|hub| {
        hub.heard_at = now();
        send(
            hub,
            &Out {
                kind: "connection_init",
                id: None,
                payload: None,
            },
        );
    });
}

fn heard(event: MessageEvent) {
    HUB.with_borrow_mut(|hub| {
        hub.heard_at = now();
        hub.pinged_at = None;
    });
    let Some(text) = event.data().as_string() else {
        return;
    };
    let Some(mut message) = json::parse(&text) else {
        return;
    };
    let payload = message.get_mut("payload").map(Value::take);
    let payload = payload.unwrap_or_default();
    let word = |name: &str| message.get(name).and_then(Value::as_str);
    let id = word("id");
    match word("type").unwrap_or_default() {
        "connection_ack" => acknowledged(),
        "ping" => HUB.with_borrow_mut(|hub| {
            send(
                hub,
                &Out {
                    kind: "pong",
                    id: None,
                    payload: None,
                },
            )
        }),
        "next" => tell(id, Incoming::Next(payload), false),
        "error" => {
            let code = payload
                .pointer("/0/extensions/code")
                .and_then(Value::as_str)
                .unwrap_or_default();
            tell(id, Incoming::Ended(Fault::of_code(code)), true);
        }
        "complete" => tell(id, Incoming::Ended(Fault::Server), true),
        _ => {}
    }
}

fn acknowledged() {
    let ids: Vec<u32> = HUB.with_borrow_mut(|hub| {
        hub.acknowledged = true;
        hub.attempt = 0;
        hub.subscribers.keys().copied().collect()
    });
    ids.into_iter().for_each(begin);
    enter(Connection::Open);
}

fn tell(operation: Option<&str>, incoming: Incoming, over: bool) {
    let on = HUB.with_borrow_mut(|hub| {
        let subscriber = hub
            .subscribers
            .values_mut()
            .find(|subscriber| subscriber.operation.as_deref() == operation)?;
        if over {
            subscriber.operation = None;
            subscriber.paused = true;
        }
        Some(subscriber.on.clone())
    });
    if let (Some(on), Some(_)) = (on, operation) {
        on(incoming);
    }
}

fn closed(event: CloseEvent) {
    let ours = HUB.with_borrow(|hub| {
        hub.socket
            .as_ref()
            .is_some_and(|socket| event.target().as_ref() == Some(socket.as_ref()))
    });
    if !ours {
        return;
    }
    hang_up();
    match event.code() {
        4401 | 4403 => {
            let listener = HUB.with_borrow(|hub| hub.listener);
            enter(Connection::Lost);
            if let Some(listener) = listener {
                (listener.refused)();
            }
        }
        4008 => {
            let all: Vec<_> = HUB.with_borrow_mut(|hub| {
                hub.attempt = 0;
                hub.subscribers
                    .values_mut()
                    .for_each(|subscriber| subscriber.paused = true);
                hub.subscribers
                    .values()
                    .map(|subscriber| subscriber.on.clone())
                    .collect()
            });
            all.iter().for_each(|on| on(Incoming::Resync));
            enter(Connection::Lost);
            schedule();
        }
        _ => {
            enter(Connection::Lost);
            schedule();
        }
    }
}

/// Forgets the socket without waiting for it: a dead one may never say that it closed.
fn hang_up() {
    HUB.with_borrow_mut(|hub| {
        if let Some(socket) = hub.socket.take() {
            socket.set_onopen(None);
            socket.set_onmessage(None);
            socket.set_onclose(None);
            let _ = socket.close();
        }
        hub.acknowledged = false;
        hub.pinged_at = None;
        hub.subscribers
            .values_mut()
            .for_each(|subscriber| subscriber.operation = None);
    });
}

fn lose() {
    if HUB.with_borrow(|hub| hub.state != Connection::Idle) {
        hang_up();
        enter(Connection::Lost);
        schedule();
    }
}

fn schedule() {
    HUB.with_borrow_mut(|hub| {
        if let Some(retry) = hub.retry.take() {
            retry.clear();
        }
        let wait = backoff::wait(hub.attempt, js_sys::Math::random());
        hub.attempt = hub.attempt.saturating_add(1);
        let wait = Duration::from_millis(u64::from(wait.unsigned_abs()));
        hub.retry = set_timeout_with_handle(retry_due, wait).ok();
    });
}

fn retry_due() {
    let dialing = HUB.with_borrow_mut(|hub| {
        hub.retry = None;
        hub.socket.is_none() && hub.state != Connection::Idle
    });
    if dialing {
        dial();
    }
}

fn reconnect_now() {
    let lost = HUB.with_borrow_mut(|hub| {
        let lost = hub.state == Connection::Lost;
        if lost && let Some(retry) = hub.retry.take() {
            retry.clear();
        }
        hub.attempt = 0;
        lost
    });
    if lost {
        hang_up();
        dial();
    }
}

/// The page is looked at again: a sleeping machine may have lost its connection without a word.
fn wake() {
    let state = HUB.with_borrow(|hub| hub.state);
    match state {
        Connection::Lost => reconnect_now(),
        Connection::Open => HUB.with_borrow_mut(ping),
        Connection::Idle | Connection::Connecting => {}
    }
}

fn ping(hub: &mut Hub) {
    if hub.pinged_at.is_none() {
        hub.pinged_at = Some(now());
        send(
            hub,
            &Out {
                kind: "ping",
                id: None,
                payload: None,
            },
        );
    }
}

fn tick() {
    let dead = HUB.with_borrow_mut(|hub| {
        if hub.socket.is_none() {
            return false;
        }
        if hub.acknowledged && now() - hub.heard_at > SILENCE {
            ping(hub);
        }
        let silent = hub.pinged_at.is_some_and(|at| now() - at > PATIENCE);
        let stuck = !hub.acknowledged && now() - hub.opened_at > PATIENCE;
        silent || stuck
    });
    if dead {
        lose();
    }
}

fn send(hub: &Hub, message: &Out<'_>) {
    if let (Some(socket), Ok(tree)) = (&hub.socket, serde_json::to_value(message))
        && socket.ready_state() == WebSocket::OPEN
    {
        let _ = socket.send_with_str(&json::text(&tree));
    }
}

fn enter(state: Connection) {
    let listener = HUB.with_borrow_mut(|hub| {
        // While tries go on after a loss, it stays a loss until the socket is open.
        let still =
            hub.state == state || hub.state == Connection::Lost && state == Connection::Connecting;
        if still {
            return None;
        }
        hub.state = state;
        hub.listener
    });
    if let Some(listener) = listener {
        // Out of the socket's callback, so that nobody is called while the hub is in use.
        set_timeout(move || (listener.changed)(state), Duration::ZERO);
    }
}
