//! The HTTP server: limits, headers, routes. Starts and stops it; handlers live in `routes/`.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, JsonConfig, PayloadConfig};
use actix_web::{App as HttpApp, HttpServer};
use hilo_app::App;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::routes;
use crate::routes::open_streams::{self, Stopping};
use crate::routes::security_headers;
use crate::state::{AppState, Settings};
use crate::telemetry;

/// Routes that take less say so themselves.
const LARGEST_BODY: usize = 1024 * 1024;
/// How long a client may take to send the head of a request.
const SLOWEST_HEAD: Duration = Duration::from_secs(10);
const IDLE_CONNECTION: Duration = Duration::from_secs(75);
/// Seconds for requests under way once Hilo stops; streams are ended at once.
const DRAIN_SECONDS: u64 = 5;

/// A running server.
pub struct Server {
    handle: ServerHandle,
    task: JoinHandle<std::io::Result<()>>,
    stopping: Stopping,
}

/// Starts serving on `listener`, within the program's runtime. `workers`: threads, `None` = one a core.
pub fn start(
    app: App,
    settings: Settings,
    listener: TcpListener,
    workers: Option<usize>,
) -> anyhow::Result<Server> {
    let stopping = Stopping::default();
    let state = Data::new(AppState {
        app,
        settings,
        executions: hilo_graphql::Executions::default(),
        runtime: Handle::current(),
    });
    let stopping_data = Data::new(stopping.clone());
    let recorder = telemetry::record_metrics().map(Data::new);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let server = HttpServer::new(move || {
        let mut app = HttpApp::new()
            .app_data(state.clone())
            .app_data(stopping_data.clone())
            .app_data(PayloadConfig::new(LARGEST_BODY))
            .app_data(JsonConfig::default().limit(LARGEST_BODY));
        if let Some(recorder) = &recorder {
            app = app.app_data(recorder.clone());
        }
        app.wrap(from_fn(security_headers::add))
            .wrap(from_fn(open_streams::watch))
            .configure(routes::configure)
    })
    .workers(workers.unwrap_or(cores))
    .client_request_timeout(SLOWEST_HEAD)
    .client_disconnect_timeout(Duration::from_secs(2))
    .keep_alive(IDLE_CONNECTION)
    .shutdown_timeout(DRAIN_SECONDS)
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(Server {
        handle: server.handle(),
        task: tokio::spawn(server),
        stopping,
    })
}

impl Server {
    /// Waits for an end that nobody asked for.
    pub async fn ended(&mut self) -> anyhow::Result<()> {
        (&mut self.task).await??;
        anyhow::bail!("it was not asked to")
    }

    /// Takes no new request, ends streams and sockets, lets the rest finish.
    pub async fn stop(self) {
        self.stopping.0.cancel();
        self.handle.stop(true).await;
        match self.task.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "the HTTP server stopped with an error")
            }
            Err(error) => tracing::warn!(error = %error, "the HTTP server stopped with an error"),
        }
    }
}
