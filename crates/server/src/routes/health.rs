//! `/healthz` (the process answers), `/readyz` (it can do its work), `/metrics` (Prometheus).
//! Never tells anything about a chat or a person.

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;

use crate::state::AppState;

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

/// 200 when the database answers and no consumer has stopped; else 503, with the same words.
async fn readyz(state: Data<AppState>) -> HttpResponse {
    let health = state.app.journal().health().await;
    let is_ready = health.database && health.consumers.iter().all(|c| c.stopped.is_none());
    let consumers: Vec<_> = health
        .consumers
        .iter()
        .map(|consumer| {
            json!({
                "name": consumer.name,
                "position": consumer.position.0,
                "lag": health.head.0.saturating_sub(consumer.position.0),
                "stopped": consumer.stopped,
            })
        })
        .collect();
    let body = json!({
        "ready": is_ready,
        "database": health.database,
        "head": health.head.0,
        "consumers": consumers,
    });
    if is_ready {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}

async fn metrics(handle: Option<Data<PrometheusHandle>>) -> HttpResponse {
    match handle {
        Some(handle) => HttpResponse::Ok()
            .content_type("text/plain; version=0.0.4; charset=utf-8")
            .body(handle.render()),
        None => HttpResponse::NotFound().body("not found\n"),
    }
}
