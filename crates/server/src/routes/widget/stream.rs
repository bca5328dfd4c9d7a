//! `GET /widget/v1/{key}/stream`: server-sent events for a page that reads them with `fetch`, its token in a header.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, StreamExt as _};
use hilo_app::receive::Shown;
use serde_json::{Map, Value, json};
use tokio::time::MissedTickBehavior;

use super::door::{Door, Trouble};
use super::events::{item, whole};
use crate::state::AppState;

/// A line that says nothing, so that a dead connection is noticed at both ends.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) async fn follow(
    request: HttpRequest,
    state: Data<AppState>,
    key: Path<String>,
    query: Query<Map<String, Value>>,
) -> HttpResponse {
    match Door::of(&request, state, &key) {
        Err(refused) => *refused,
        Ok(door) => door.answer(followed(&request, &door, &query)),
    }
}

fn followed(
    request: &HttpRequest,
    door: &Door,
    query: &Map<String, Value>,
) -> Result<HttpResponse, Trouble> {
    let visitor = door.visitor(request)?;
    let after = after(request, query)?;
    let shown = door.state.app.visitor_stream(&visitor, after)?;
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Proxies that gather answers would hold a message back.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(with_heartbeat(shown).map(Ok::<_, Infallible>)))
}

/// From `Last-Event-ID`, or `?last_event_id=` where a header cannot be set; from the beginning without.
fn after(request: &HttpRequest, query: &Map<String, Value>) -> Result<u64, Trouble> {
    let given = match request.headers().get("last-event-id") {
        Some(value) => value.to_str().ok().map(str::to_owned),
        None => match query.get("last_event_id") {
            Some(value) => value.as_str().map(str::to_owned),
            None => return Ok(0),
        },
    };
    given.as_deref().and_then(whole).ok_or(Trouble::Parameter {
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
