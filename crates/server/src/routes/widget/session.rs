//! `POST /widget/v1/{key}/session`: a visitor comes.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use hilo_channels::webchat::session::parse_session;
use serde_json::json;

use super::door::{self, Door, Trouble};
use crate::peer;
use crate::state::AppState;

pub(super) async fn open(
    request: HttpRequest,
    state: Data<AppState>,
    key: Path<String>,
    payload: Payload,
) -> HttpResponse {
    match Door::of(&request, state, &key).await {
        Err(refused) => *refused,
        Ok(door) => door.answer(opened(&request, &door, payload).await),
    }
}

async fn opened(
    request: &HttpRequest,
    door: &Door,
    payload: Payload,
) -> Result<HttpResponse, Trouble> {
    let asked = parse_session(&door::body(payload).await?)?;
    let peer = peer::of(request, &door.state.settings);
    let session = door
        .state
        .app
        .open_visitor_session(&door.widget, asked, &peer)
        .await?;
    Ok(HttpResponse::Ok().json(json!({
        "visitor_id": session.visitor_id,
        "token": session.token,
        "expires_at": session.expires_at,
        "last_seq": session.last_seq,
        "settings": {
            "title": session.settings.title,
            "greeting": session.settings.greeting,
            "color": session.settings.color,
            "form": session.settings.form,
            "typing_preview": session.settings.typing_preview,
        },
    })))
}
