//! `POST /widget/v1/{key}/events` and `/ack`: what a visitor did and what their page has; `GET .../events?after=`: the
//! long poll for those who cannot read a stream.

use std::time::Duration;

use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt as _;
use hilo_app::receive::{EventResult, EventStatus, Shown, VisitorError, VisitorItem};
use hilo_app::{AppError, Cursor};
use hilo_channels::webchat::event::parse_events;
use hilo_channels::webchat::session::parse_acknowledgement;
use serde_json::{Map, Value, json};

use super::door::{self, Door, Trouble};
use super::stream::{BEGINNING, epoch};
use crate::state::AppState;

/// How long a poll waits for something to tell.
const PATIENCE: Duration = Duration::from_secs(25);

pub(super) async fn receive(
    request: HttpRequest,
    state: Data<AppState>,
    key: Path<String>,
    payload: Payload,
) -> HttpResponse {
    match Door::of(&request, state, &key).await {
        Err(refused) => *refused,
        Ok(door) => door.answer(received(&request, &door, payload).await),
    }
}

async fn received(
    request: &HttpRequest,
    door: &Door,
    payload: Payload,
) -> Result<HttpResponse, Trouble> {
    let visitor = door.visitor(request)?;
    let events = parse_events(&door::body(payload).await?)?;
    let app = door.state.app.clone();
    let receiving = async move { app.receive_visitor_events(&visitor, events).await };
    let results = door.state.aside(receiving).await;
    let results = results.unwrap_or(Err(VisitorError::App(AppError::Unavailable)))?;
    let results: Vec<_> = results.iter().map(result).collect();
    Ok(HttpResponse::Ok().json(json!({ "results": results })))
}

/// Fields that say nothing are left out.
fn result(result: &EventResult) -> Value {
    let (status, error) = match &result.status {
        EventStatus::Accepted => ("accepted", None),
        EventStatus::Duplicate => ("duplicate", None),
        EventStatus::Rejected(error) => ("rejected", Some(error)),
    };
    let error = error.map(|error| {
        without_nulls(json!({
            "code": error.code,
            "message": error.message,
            "field": error.field,
            "limit": error.limit,
            "retry_after": error.retry_after,
        }))
    });
    let mut answer = without_nulls(json!({
        "status": status,
        "error": error,
        "seq": result.seq,
        "message_id": result.message_id,
    }));
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("client_event_id".to_owned(), json!(result.client_event_id));
    }
    answer
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .collect::<Map<_, _>>(),
        ),
        other => other,
    }
}

pub(super) async fn acknowledge(
    request: HttpRequest,
    state: Data<AppState>,
    key: Path<String>,
    payload: Payload,
) -> HttpResponse {
    match Door::of(&request, state, &key).await {
        Err(refused) => *refused,
        Ok(door) => door.answer(acknowledged(&request, &door, payload).await),
    }
}

async fn acknowledged(
    request: &HttpRequest,
    door: &Door,
    payload: Payload,
) -> Result<HttpResponse, Trouble> {
    let visitor = door.visitor(request)?;
    let seq = parse_acknowledgement(&door::body(payload).await?)?;
    door.state.app.acknowledge(&visitor, seq).await?;
    Ok(HttpResponse::Ok().json(json!({ "seq": seq })))
}

pub(super) async fn poll(
    request: HttpRequest,
    state: Data<AppState>,
    key: Path<String>,
    query: Query<Map<String, Value>>,
) -> HttpResponse {
    match Door::of(&request, state, &key).await {
        Err(refused) => *refused,
        Ok(door) => door.answer(polled(&request, &door, &query).await),
    }
}

async fn polled(
    request: &HttpRequest,
    door: &Door,
    query: &Map<String, Value>,
) -> Result<HttpResponse, Trouble> {
    let visitor = door.visitor(request)?;
    let after = match query.get("after").and_then(Value::as_str) {
        None => BEGINNING,
        Some(after) => number(after).ok_or(Trouble::Parameter { field: "after" })?,
    };
    let app = &door.state.app;
    let epoch = epoch(app);
    if !app.knows_what_the_page_has(&visitor, after).await? {
        let answer = json!({"events": [], "last_seq": 0, "epoch": epoch, "resync": true});
        return Ok(HttpResponse::Ok().json(answer));
    }
    let after = u64::try_from(after.position.0).unwrap_or_default();
    let mut items = app.visitor_items(&visitor, after).await?;
    if items.is_empty() {
        let stream = app.visitor_stream(&visitor, after)?;
        let mut coming = std::pin::pin!(stream.filter_map(|shown| {
            std::future::ready(match shown {
                Shown::Item(item) => Some(item),
                Shown::Typing(_) => None,
            })
        }));
        let came = tokio::time::timeout(PATIENCE, coming.next()).await;
        items = came.ok().flatten().into_iter().collect();
    }
    let last = items.last().map(|item| item.seq);
    Ok(HttpResponse::Ok().json(json!({
        "events": items.iter().map(item).collect::<Vec<_>>(),
        "last_seq": last.unwrap_or(i64::try_from(after).unwrap_or(i64::MAX)),
        "epoch": epoch,
    })))
}

/// `{seq, type, data}`, as the stream writes it too.
pub(super) fn item(item: &VisitorItem) -> Value {
    json!({"seq": item.seq, "type": item.kind, "data": item.data})
}

/// A number of the stream out of an address or a header, with or without the epoch it was given in.
pub(super) fn number(text: &str) -> Option<Cursor> {
    text.trim().parse().ok()
}
