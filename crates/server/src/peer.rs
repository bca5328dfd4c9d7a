//! Who is at the other end of a request. Believes a forwarded address only when a trusted proxy says it,
//! and never calls a relayed request local.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};
use hilo_app::Peer;
use ipnet::IpNet;

use crate::state::Settings;

const FORWARDED_FOR: &str = "x-forwarded-for";
const REAL_IP: &str = "x-real-ip";

/// The client of a request. `ip` is the last address that no trusted proxy of ours stands for;
/// `loopback` is true only for a browser or program on this very machine, asking for this very machine.
pub fn of(request: &HttpRequest, settings: &Settings) -> Peer {
    // Requests built by tests have no socket; an unspecified address is nobody's, so it opens nothing.
    let direct = request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| {
            address.ip().to_canonical()
        });
    of_parts(direct, request.headers(), &settings.trusted_proxies)
}

fn of_parts(direct: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Peer {
    Peer {
        ip: client_ip(direct, headers, trusted),
        loopback: direct.is_loopback() && asks_for_this_machine(headers) && !is_relayed(headers),
    }
}

/// Walks `X-Forwarded-For` from the right, as long as the hop at hand is a proxy of ours.
fn client_ip(direct: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_ours = |ip: IpAddr| trusted.iter().any(|net| net.contains(&ip));
    let mut client = direct;
    for hop in forwarded_for(headers).into_iter().rev() {
        if !is_ours(client) {
            break;
        }
        match hop {
            Some(ip) => client = ip,
            // What cannot be read cannot be believed; the last readable hop stands.
            None => break,
        }
    }
    client
}

/// All addresses of all `X-Forwarded-For` headers in order; `None` for one that is no address.
fn forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    headers
        .get_all(FORWARDED_FOR)
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(parse_hop)
        .collect()
}

/// `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|a| a.ip()))
        .map(|ip| ip.to_canonical())
}

/// Whether any header says that the request came from another machine. `Forwarded` (RFC 7239) is not read:
/// its presence alone is a relay.
pub(crate) fn is_relayed(headers: &HeaderMap) -> bool {
    let real_ip = headers
        .get_all(REAL_IP)
        .map(|value| value.to_str().ok().and_then(parse_hop));
    headers.contains_key(header::FORWARDED)
        || forwarded_for(headers)
            .into_iter()
            .chain(real_ip)
            .any(|hop| !hop.is_some_and(|ip| ip.is_loopback()))
}

/// A page of another site that points its own name at 127.0.0.1 (DNS rebinding) names itself in `Host`.
fn asks_for_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|h| h.to_str().ok()) else {
        return true;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || parse_hop(&name).is_some_and(|ip| ip.is_loopback())
}

#[cfg(test)]
#[path = "peer_tests.rs"]
mod tests;
