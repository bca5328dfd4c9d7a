//! `GET /widget/v1/{key}/stream`: server-sent events for a page that reads them with `fetch`, its token in a header.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, StreamExt as _};
use hilo_app::receive::Shown;
use hilo_app::{App, Cursor};
use hilo_journal::Position;
use serde_json::{Map, Value, json};
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use super::door::{Door, Trouble};
use super::events::{item, number};
use crate::state::AppState;

/// A line that says nothing, so that a dead connection is noticed at both ends.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Names the epoch in which the numbers of the stream were given.
const EPOCH: &str = "hilo-epoch";
/// What the page has is not what is here: it must forget it and ask from the beginning. Ends the stream.
const RESYNC: &str = "data: {\"type\":\"resync\",\"data\":{}}\n\n";
/// Before the first number.
pub(super) const BEGINNING: Cursor = Cursor {
    epoch: Uuid::nil(),
    position: Position::START,
};

pub(super) async fn follow(
    request: HttpRequest,
    state: Data<AppState>,
    key: Path<String>,
    query: Query<Map<String, Value>>,
) -> HttpResponse {
    match Door::of(&request, state, &key).await {
        Err(refused) => *refused,
        Ok(door) => door.answer(followed(&request, &door, &query).await),
    }
}

async fn followed(
    request: &HttpRequest,
    door: &Door,
    query: &Map<String, Value>,
) -> Result<HttpResponse, Trouble> {
    let visitor = door.visitor(request)?;
    let app = &door.state.app;
    let reached = reached(request, query)?;
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((EPOCH, epoch(app)))
        // Proxies that gather answers would hold a message back.
        .insert_header(("X-Accel-Buffering", "no"));
    if !app.knows_what_the_page_has(&visitor, reached).await? {
        return Ok(response.body(RESYNC));
    }
    let after = u64::try_from(reached.position.0).unwrap_or_default();
    let shown = app.visitor_stream(&visitor, after)?;
    Ok(response.streaming(with_heartbeat(shown).map(Ok::<_, Infallible>)))
}

/// What a page may write behind the number it names, after an `@`: 8 hexadecimal digits.
pub(super) fn epoch(app: &App) -> String {
    format!("{:08x}", app.journal().epoch().as_fields().0)
}

/// From `Last-Event-ID`, or `?last_event_id=` where a header cannot be set; from the beginning without.
fn reached(request: &HttpRequest, query: &Map<String, Value>) -> Result<Cursor, Trouble> {
    let given = match request.headers().get("last-event-id") {
        Some(value) => value.to_str().ok().map(str::to_owned),
        None => match query.get("last_event_id") {
            Some(value) => value.as_str().map(str::to_owned),
            None => return Ok(BEGINNING),
        },
    };
    given.as_deref().and_then(number).ok_or(Trouble::Parameter {
        field: "Last-Event-ID",
    })
}

fn with_heartbeat(shown: impl Stream<Item = Shown>) -> impl Stream<Item = Bytes> {
    let mut clock = tokio::time::interval(HEARTBEAT);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once and opens the stream for proxies and browsers.
    let beats = futures_util::stream::unfold(clock, |mut clock| async move {
        clock.tick().await;
        Some((Some(Bytes::from_static(b": \n\n")), clock))
    });
    let end = futures_util::stream::once(std::future::ready(None));
    let items = shown.map(|shown| Some(written(&shown))).chain(end);
    futures_util::stream::select(beats, items)
        .take_while(|bytes| std::future::ready(bytes.is_some()))
        .filter_map(std::future::ready)
}

/// Only what has a number gets an `id`, so that a reconnecting page never names a line that cannot come again.
pub(super) fn written(shown: &Shown) -> Bytes {
    match shown {
        Shown::Item(kept) => format!("id: {}\ndata: {}\n\n", kept.seq, item(kept)).into(),
        Shown::Typing(data) => {
            let typing = json!({"type": "typing", "data": data});
            format!("data: {typing}\n\n").into()
        }
    }
}
