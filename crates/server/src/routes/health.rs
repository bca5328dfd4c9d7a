//! `/healthz` (the process answers), `/readyz` (it can do its work), `/metrics` (Prometheus).
//! Never tells anything about a chat or a person.

use std::time::Duration;

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Responder};
use hilo_journal::{ConsumerHealth, Health};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;

use crate::peer;
use crate::state::AppState;

/// R12: the truth within five seconds, so the answer must be there sooner.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// Registers the three addresses.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz))
        .route("/metrics", web::get().to(metrics));
}

async fn healthz() -> impl Responder {
    "ok\n"
}

/// 200 when the database answers, events can be stored, no consumer of this program has stopped and the facts follow the journal; else 503,
/// with the same words.
async fn readyz(state: Data<AppState>) -> HttpResponse {
    let health = health(&state).await;
    let has_facts = state.app.facts().snapshot().is_ok();
    let has_stopped = |consumer: &ConsumerHealth| consumer.ours && consumer.stopped.is_some();
    let is_ready = health.database
        && health.appender
        && has_facts
        && !health.consumers.iter().any(has_stopped);
    let consumers: Vec<_> = health
        .consumers
        .iter()
        .map(|consumer| {
            json!({
                "name": consumer.name,
                "position": consumer.position.0,
                "lag": health.head.0.saturating_sub(consumer.position.0),
                // Why is in the log: the reason may quote what could not be read.
                "stopped": consumer.stopped.is_some(),
            })
        })
        .collect();
    let body = json!({
        "ready": is_ready,
        "database": health.database,
        "appender": health.appender,
        "adopted": state.app.journal().is_adopted(),
        "facts": has_facts,
        "head": health.head.0,
        "consumers": consumers,
    });
    if is_ready {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}

/// For a scraper that asks directly; whoever comes through a proxy is no scraper of ours.
async fn metrics(
    request: HttpRequest,
    state: Data<AppState>,
    handle: Option<Data<PrometheusHandle>>,
) -> HttpResponse {
    let Some(handle) = handle.filter(|_| !peer::is_relayed(request.headers())) else {
        return HttpResponse::NotFound().body("not found\n");
    };
    let health = health(&state).await;
    metrics::gauge!("hilo_database_up").set(f64::from(u8::from(health.database)));
    metrics::gauge!("hilo_journal_head").set(exact(health.head.0));
    for consumer in &health.consumers {
        let name = consumer.name.clone();
        let lag = health.head.0.saturating_sub(consumer.position.0);
        metrics::gauge!("hilo_consumer_lag_events", "consumer" => name.clone()).set(exact(lag));
        metrics::gauge!("hilo_consumer_stopped", "consumer" => name)
            .set(f64::from(u8::from(consumer.stopped.is_some())));
    }
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(handle.render())
}

/// The journal's health; a database that takes too long to say so counts as gone.
async fn health(state: &AppState) -> Health {
    let journal = state.app.journal();
    match tokio::time::timeout(ANSWER_WITHIN, journal.health()).await {
        Ok(health) => health,
        Err(_) => Health {
            head: *journal.head().borrow(),
            consumers: Vec::new(),
            database: false,
            appender: false,
        },
    }
}

/// Exact up to 2^53, which no journal reaches.
fn exact(number: i64) -> f64 {
    number as f64
}
