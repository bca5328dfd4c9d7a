//! Text to values, one function a kind of setting. Each error says what is allowed; none repeats the value.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use actix_web::http::Uri;
use hilo_journal::MasterKey;
use ipnet::IpNet;
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use tracing_subscriber::EnvFilter;

use super::LogFormat;

/// The value, or what is allowed.
pub type Parse<T> = fn(&str) -> Result<T, String>;

pub fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "an IP address and a port, such as 127.0.0.1:8080, 0.0.0.0:80 or [::1]:8080".to_owned()
    })
}

pub fn folder(text: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(text))
}

pub fn database(text: &str) -> Result<PgConnectOptions, String> {
    let allowed = "an address like postgres://user:password@host:5432/database";
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        return Err(allowed.to_owned());
    }
    let options = PgConnectOptions::from_str(text).map_err(|_| allowed.to_owned())?;
    // A pooler refuses settings of a session that it does not know, and nothing here needs this one.
    Ok(options.extra_float_digits(None))
}

/// Keeps scheme, host and port as browsers write them in `Origin`.
pub fn public_url(text: &str) -> Result<String, String> {
    let allowed = "an address without a path, such as https://chat.example.com";
    let uri: Uri = text.parse().map_err(|_| allowed.to_owned())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(allowed.to_owned());
    };
    let default_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return Err(allowed.to_owned()),
    };
    if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') {
        return Err(allowed.to_owned());
    }
    let host = authority.host().to_ascii_lowercase();
    match authority.port_u16() {
        Some(port) if port != default_port => Ok(format!("{scheme}://{host}:{port}")),
        _ => Ok(format!("{scheme}://{host}")),
    }
}

pub fn proxies(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse::<IpNet>()
                .or_else(|_| part.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| {
                    format!(
                        "addresses or networks with commas, such as 127.0.0.1,10.0.0.0/8 ({part:?} is neither)"
                    )
                })
        })
        .collect()
}

pub fn master_key(text: &str) -> Result<SecretString, String> {
    MasterKey::parse(text)
        .map(|_| SecretString::from(text))
        .map_err(|_| "32 bytes, as 64 hexadecimal digits or base64".to_owned())
}

pub fn log(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|_| {
            "a level (error, warn, info, debug, trace) or directives such as info,hilo_app=debug"
                .to_owned()
        })
}

pub fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("text or json".to_owned()),
    }
}

pub fn workers(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(workers @ 1..=256) => Ok(workers),
        _ => Err("a number from 1 to 256".to_owned()),
    }
}
