//! What every request handler may reach: the application and the settings a request depends on.
//! Holds no secret and no per-request value.

use std::net::SocketAddr;
use std::panic::resume_unwind;

use hilo_app::App;
use hilo_graphql::Executions;
use ipnet::IpNet;
use tokio::runtime::Handle;
use tokio_util::task::AbortOnDropHandle;

/// So many subscriptions are told something in no time.
const FEW: usize = 16;

/// Shared by all handlers as `web::Data<AppState>`.
pub struct AppState {
    /// What Hilo can do.
    pub app: App,
    /// What the operator decided.
    pub settings: Settings,
    /// Subscriptions that run for several sockets at once.
    pub executions: Executions,
    /// The program's own threads: they serve no connection.
    pub runtime: Handle,
}

impl AppState {
    /// Works on what a request asked for where no connection is served: each step of it would wait for its turn behind
    /// every socket that is being told something (decision 0013). Where those are few, going there and back would take
    /// longer. Ends with the request; a command that was begun runs to its end. `None`: the program is ending.
    pub async fn aside<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        if self.app.hub().subscriptions() < FEW {
            return Some(work.await);
        }
        elsewhere(&self.runtime, work).await
    }
}

/// Works in another runtime for as long as somebody waits for it; a panic there is one here.
async fn elsewhere<T: Send + 'static>(
    runtime: &Handle,
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    match AbortOnDropHandle::new(runtime.spawn(work)).await {
        Ok(answer) => Some(answer),
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_ended) => None,
        },
    }
}

/// The part of the configuration that requests depend on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address that is really bound (the port is never 0 here).
    pub listen: SocketAddr,
    /// Where people reach Hilo from outside: `https://chat.example.com`, without a trailing slash.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether this is `hilo serve --demo`.
    pub demo: bool,
}

impl Settings {
    /// The address to put into links: `public_url`, or else the bound address. No trailing slash.
    pub fn base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.clone(),
            None => local_url(self.listen),
        }
    }

    /// Whether people reach Hilo over HTTPS: decides on cookie names and HSTS.
    pub fn is_https(&self) -> bool {
        self.public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}

/// `http://127.0.0.1:8080` for a bound address; an unspecified address is shown as the loopback one,
/// because that is what a person at this machine can open.
pub fn local_url(listen: SocketAddr) -> String {
    let ip = listen.ip();
    match (ip.is_unspecified(), listen.is_ipv6()) {
        (true, false) => format!("http://127.0.0.1:{}", listen.port()),
        (true, true) => format!("http://[::1]:{}", listen.port()),
        (false, _) => format!("http://{listen}"),
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use tokio::runtime::Builder;
    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::*;

    #[test]
    fn work_aside_is_done_by_other_threads() {
        let program = Builder::new_multi_thread().worker_threads(1).build();
        let connections = Builder::new_current_thread().build().unwrap();
        let thread = async { std::thread::current().id() };
        let there = connections.block_on(elsewhere(program.unwrap().handle(), thread));
        assert!(there.is_some_and(|there| there != std::thread::current().id()));
    }

    #[tokio::test]
    async fn work_aside_ends_with_whoever_waits_for_it() {
        let (held, ended) = oneshot::channel::<()>();
        let work = async move {
            let _held = held;
            pending::<()>().await
        };
        let runtime = Handle::current();
        let waiting = timeout(Duration::from_millis(1), elsewhere(&runtime, work));
        assert!(waiting.await.is_err());
        assert!(ended.await.is_err(), "it is dropped");
    }

    fn settings(public_url: Option<&str>) -> Settings {
        Settings {
            listen: "0.0.0.0:8080".parse().unwrap(),
            public_url: public_url.map(str::to_owned),
            trusted_proxies: Vec::new(),
            demo: false,
        }
    }

    #[test]
    fn links_use_the_public_address_when_there_is_one() {
        assert_eq!(
            settings(Some("https://chat.example.com")).base_url(),
            "https://chat.example.com"
        );
        assert_eq!(settings(None).base_url(), "http://127.0.0.1:8080");
    }

    #[test]
    fn only_a_public_https_address_counts_as_https() {
        assert!(settings(Some("https://chat.example.com")).is_https());
        assert!(!settings(Some("http://10.0.0.5:8080")).is_https());
        assert!(!settings(None).is_https());
    }

    #[test]
    fn an_ipv6_address_is_shown_in_brackets() {
        assert_eq!(local_url("[::]:81".parse().unwrap()), "http://[::1]:81");
        assert_eq!(
            local_url("[2001:db8::1]:81".parse().unwrap()),
            "http://[2001:db8::1]:81"
        );
    }
}
