//! `POST /widget/v1/{key}/uploads` and `GET /widget/v1/{key}/files/{id}`: what a visitor sends and is sent.

use actix_web::http::Method;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use hilo_app::AppError;
use hilo_app::files::LARGEST_VISITOR_FILE;
use hilo_domain::FileId;
use serde_json::json;

use super::door::{Door, Trouble};
use crate::routes::files::{download, form};
use crate::state::AppState;

pub(super) async fn upload(
    request: HttpRequest,
    state: Data<AppState>,
    key: Path<String>,
    payload: Payload,
) -> HttpResponse {
    match Door::of(&request, state, &key).await {
        Err(refused) => *refused,
        Ok(door) => door.answer(uploaded(&request, &door, payload).await),
    }
}

async fn uploaded(
    request: &HttpRequest,
    door: &Door,
    payload: Payload,
) -> Result<HttpResponse, Trouble> {
    let visitor = door.visitor(request)?;
    let app = &door.state.app;
    let limit = LARGEST_VISITOR_FILE;
    let uploaded = form::first_file(request.headers(), payload, limit, async |upload| {
        app.upload_as_visitor(&visitor, upload).await
    });
    let uploaded = uploaded.await??;
    Ok(HttpResponse::Created().json(json!({
        "upload_id": uploaded.id,
        "kind": uploaded.kind,
        "mime": uploaded.media_type,
        "size": uploaded.size,
    })))
}

pub(super) async fn file(
    request: HttpRequest,
    state: Data<AppState>,
    place: Path<(String, String)>,
) -> HttpResponse {
    let (key, id) = place.into_inner();
    match Door::of(&request, state, &key).await {
        Err(refused) => *refused,
        Ok(door) => door.answer(opened(&request, &door, &id).await),
    }
}

async fn opened(request: &HttpRequest, door: &Door, id: &str) -> Result<HttpResponse, Trouble> {
    let visitor = door.visitor(request)?;
    let id: FileId = id.parse().map_err(|_| Trouble::NoFile)?;
    let file = match door.state.app.visitor_file(&visitor, id).await {
        Err(AppError::NotFound { .. }) => return Err(Trouble::NoFile),
        file => file.map_err(hilo_app::receive::VisitorError::App)?,
    };
    let head_only = *request.method() == Method::HEAD;
    Ok(download::answer(file, request.headers(), head_only))
}
