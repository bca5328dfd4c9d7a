//! Log lines to standard error, and the recorder of `/metrics`. Lines carry ids, never text, addresses of people or tokens.

use std::io::IsTerminal;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::LogFormat;

/// How often recorded times are put into their buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts logging for the whole process. A second call changes nothing.
pub fn start(directives: &str, format: LogFormat) {
    // The HTTP and SQL libraries print headers and rows below INFO, and little of use at INFO: whatever the operator
    // asks for, they only warn.
    let ours_or_grave =
        filter_fn(|event| *event.level() <= Level::WARN || event.target().starts_with("hilo"));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match format {
        LogFormat::Text => lines.with_target(false).with_filter(ours_or_grave).boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_filter(ours_or_grave)
            .boxed(),
    };
    let filter = EnvFilter::try_new(directives).unwrap_or_else(|_| EnvFilter::new("info"));
    // Only a test that starts two servers in one process has a subscriber already.
    drop(
        tracing_subscriber::registry()
            .with(lines)
            .with(filter)
            .try_init(),
    );
}

/// Installs the recorder of `/metrics`; `None` if this process has one already. Called within the runtime.
pub fn record_metrics() -> Option<PrometheusHandle> {
    let seconds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ];
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("seconds".to_owned()), &seconds)
        .and_then(PrometheusBuilder::install_recorder);
    match handle {
        Ok(handle) => {
            // Until then the recorder keeps every single time: without a scraper it would do so for ever.
            let kept = handle.clone();
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(UPKEEP).await;
                    kept.run_upkeep();
                }
            });
            Some(handle)
        }
        Err(error) => {
            tracing::warn!(error = %error, "metrics are not recorded");
            None
        }
    }
}
