//! What every request handler may reach: the application and the settings a request depends on.
//! Holds no secret and no per-request value.

use std::net::SocketAddr;

use hilo_app::App;
use hilo_graphql::Executions;
use ipnet::IpNet;

/// Shared by all handlers as `web::Data<AppState>`.
pub struct AppState {
    /// What Hilo can do.
    pub app: App,
    /// What the operator decided.
    pub settings: Settings,
    /// Subscriptions that run for several sockets at once.
    pub executions: Executions,
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
    use super::*;

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
