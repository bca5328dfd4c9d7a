//! `hilo serve`: brings everything up in order, says where it listens, and takes everything down again in order.

mod filling;
mod http;
mod welcome;

use std::future::pending;
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use hilo_app::App;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::demo;
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::installation;
use crate::state::{Settings, local_url};
use crate::storage::{self, Storage};

/// How long background work may take to end once no request is left.
const WORK_ENDS_WITHIN: Duration = Duration::from_secs(3);
/// How long the first page may wait for the read model; it goes on catching up behind the open door.
const CATCH_UP_WITHIN: Duration = Duration::from_secs(30);
/// Connections the system keeps while Hilo is busy taking others.
const BACKLOG: u32 = 1024;

/// Runs Hilo until SIGINT or SIGTERM.
pub async fn run(config: Config, demo: bool, adopt: bool) -> anyhow::Result<()> {
    let stop = stop_on_signals()?;
    let data = DataDir::own(&config.data)?;
    // Before the database: an address in use should be told at once.
    let listener = bind(config.listen)?;
    tracing::info!(data = %data.path().display(), "starting");
    let storage = tokio::select! {
        storage = Storage::open(&config, &data) => storage?,
        () = stop.cancelled() => return Ok(()),
    };
    let asked = Asked { demo, adopt };
    let result = serve(&config, &data, &storage, listener, asked, &stop).await;
    storage.close().await;
    result
}

/// What the command line asks for.
struct Asked {
    demo: bool,
    adopt: bool,
}

async fn serve(
    config: &Config,
    data: &DataDir,
    storage: &Storage,
    listener: TcpListener,
    asked: Asked,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let Asked { demo, adopt } = asked;
    let settings = Settings {
        listen: listener.local_addr()?,
        public_url: config.public_url.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        demo,
    };
    let work = CancellationToken::new();
    let filling = watch::Sender::new(None);
    let door = filling::Door::open(listener.try_clone()?, filling.subscribe());
    let start = async {
        let journal = storage.journal(config, data).await?;
        installation::settle(&journal, data, adopt).await?;
        let base_url = Some(settings.base_url());
        let app = storage
            .app(
                journal,
                storage::files(config, data),
                base_url,
                true,
                &filling,
                work.clone(),
            )
            .await?;
        if demo {
            demo::fill(&app, &settings).await?;
        }
        catch_up(&app).await?;
        anyhow::Ok(app)
    };
    let app = tokio::select! {
        app = start => app,
        () = stop.cancelled() => {
            work.cancel();
            return Ok(());
        }
    };
    door.close().await;
    let app = app.inspect_err(|_| work.cancel())?;
    let result = tokio::select! {
        result = run_http(config, &app, settings, listener, stop) => result,
        () = installation::remember(app.journal(), data) => Ok(()),
    };
    if tokio::time::timeout(WORK_ENDS_WITHIN, app.stop())
        .await
        .is_err()
    {
        tracing::warn!("background work did not end in time; what is committed is safe");
    }
    if app.journal().is_adopted() {
        installation::remember_head(app.journal(), data)?;
    }
    result
}

async fn run_http(
    config: &Config,
    app: &App,
    settings: Settings,
    listener: TcpListener,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let welcome = welcome::text(app, &settings).await?;
    let mut server = http::start(app.clone(), settings, listener, config.workers)?;
    welcome::print(&welcome)?;
    tracing::info!("ready");
    tokio::select! {
        ended = server.ended() => ended.context("the HTTP server ended by itself"),
        () = stop.cancelled() => {
            tracing::info!("stopping");
            server.stop().await;
            Ok(())
        }
    }
}

/// Waits until the read model shows what the journal holds, so that the first page is whole.
async fn catch_up(app: &App) -> anyhow::Result<()> {
    let head = app.journal().confirmed_head().await?;
    let mut progress = app.read().progress();
    let reached = progress.wait_for(|position| *position >= head);
    match tokio::time::timeout(CATCH_UP_WITHIN, reached).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(_)) => bail!("the journal has stopped"),
        Err(_) => {
            tracing::warn!(head = head.0, "the read model is still catching up");
            Ok(())
        }
    }
}

fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => tokio::net::TcpSocket::new_v4()?,
        SocketAddr::V6(_) => tokio::net::TcpSocket::new_v6()?,
    };
    // A restart must not wait for the last connections of the process before.
    socket.set_reuseaddr(true)?;
    let listening = socket.bind(address).and_then(|()| socket.listen(BACKLOG));
    let listener = listening.with_context(|| {
        format!(
            "cannot listen on {} (is another program there? HILO_LISTEN takes another address)",
            local_url(address).trim_start_matches("http://")
        )
    })?;
    Ok(listener.into_std()?)
}

/// A token that the first SIGINT or SIGTERM cancels. The second one ends the process at once.
fn stop_on_signals() -> anyhow::Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stop = CancellationToken::new();
    let first = stop.clone();
    tokio::spawn(async move {
        let mut begun: Option<Instant> = None;
        loop {
            let signal = tokio::select! {
                signal = interrupt.recv() => signal,
                signal = terminate.recv() => signal,
            };
            match (signal, begun) {
                (None, _) => return pending::<()>().await,
                (Some(()), None) => {
                    begun = Some(Instant::now());
                    first.cancel();
                }
                // One press may arrive twice, from the terminal and from `just`.
                (Some(()), Some(begun)) if begun.elapsed() < Duration::from_secs(1) => {}
                (Some(()), Some(_)) => std::process::exit(130),
            }
        }
    });
    Ok(stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_in_use_is_one_clear_line() {
        let first = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = first.local_addr().unwrap();
        let error = format!("{:#}", bind(address).unwrap_err());
        assert!(
            error.starts_with(&format!("cannot listen on {address} (is another")),
            "{error}"
        );
        assert_eq!(error.lines().count(), 1);
    }
}
