//! What answers while the read model of this version is being filled and nothing can be shown yet: health, and "come
//! back later" for everything else.

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{App as HttpApp, HttpResponse, HttpServer};
use hilo_read::Filling;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::routes::security_headers;

/// Seconds after which a client should ask again.
const RETRY_AFTER: (header::HeaderName, u32) = (header::RETRY_AFTER, 5);

type Progress = watch::Receiver<Option<Filling>>;

/// The listening address until Hilo itself answers there.
pub struct Door {
    close: CancellationToken,
    task: JoinHandle<()>,
}

impl Door {
    /// Answers from when a filling is told of. Without one it never does.
    pub fn open(listener: TcpListener, filling: Progress) -> Self {
        let close = CancellationToken::new();
        let task = tokio::spawn(answer(listener, filling, close.clone()));
        Self { close, task }
    }

    /// Lets the address go.
    pub async fn close(self) {
        self.close.cancel();
        if let Err(error) = self.task.await {
            tracing::warn!(%error, "the door of a filling read model broke");
        }
    }
}

async fn answer(listener: TcpListener, mut filling: Progress, close: CancellationToken) {
    let begun = filling.wait_for(Option::is_some);
    match close.run_until_cancelled(begun).await {
        Some(Ok(_)) => {}
        Some(Err(_)) | None => return,
    }
    tracing::info!("the read model is being filled; /readyz says how far it is");
    let server = match start(listener, filling) {
        Ok(server) => server,
        Err(error) => {
            tracing::warn!(%error, "nobody is told that the read model is being filled");
            return;
        }
    };
    let handle = server.handle();
    let running = tokio::spawn(server);
    close.cancelled().await;
    handle.stop(true).await;
    drop(running.await);
}

fn start(listener: TcpListener, filling: Progress) -> std::io::Result<Server> {
    let filling = Data::new(filling);
    let server = HttpServer::new(move || {
        HttpApp::new()
            .app_data(filling.clone())
            .wrap(from_fn(security_headers::add))
            .route("/healthz", web::get().to(|| async { "ok\n" }))
            .route("/readyz", web::get().to(readyz))
            .default_service(web::to(later))
    });
    let server = server.workers(1).disable_signals().listen(listener)?;
    Ok(server.run())
}

async fn readyz(filling: Data<Progress>) -> HttpResponse {
    let far = *filling.borrow();
    HttpResponse::ServiceUnavailable()
        .insert_header(RETRY_AFTER)
        .json(json!({
            "ready": false,
            "filling": far.map(|far| json!({"position": far.position.0, "head": far.head.0})),
        }))
}

async fn later() -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header(RETRY_AFTER)
        .body("Hilo is preparing its data for this version and will be there soon.\n")
}

#[cfg(test)]
mod tests {
    use hilo_journal::Position;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    async fn get(address: std::net::SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: hilo\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_says_how_far_the_filling_is_and_lets_the_address_go() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let filling = watch::Sender::new(None);
        let door = Door::open(listener.try_clone().unwrap(), filling.subscribe());
        filling.send_replace(Some(Filling {
            position: Position(30),
            head: Position(90),
        }));
        let ready = get(address, "/readyz").await;
        assert!(ready.starts_with("HTTP/1.1 503"), "{ready}");
        assert!(ready.contains(r#""position":30"#) && ready.contains(r#""head":90"#));
        assert!(get(address, "/healthz").await.starts_with("HTTP/1.1 200"));
        let page = get(address, "/").await;
        assert!(
            page.starts_with("HTTP/1.1 503") && page.contains("retry-after: 5"),
            "{page}"
        );
        door.close().await;
        drop(listener);
        assert!(TcpStream::connect(address).await.is_err());
    }
}
