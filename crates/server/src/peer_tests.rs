//! Tests of `peer`: forged, chained and unreadable forwarding headers.

use actix_web::http::header::{HeaderName, HeaderValue};

use super::*;

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in pairs {
        map.append(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    map
}

fn peer(direct: &str, pairs: &[(&'static str, &'static str)], trusted: &[&str]) -> (String, bool) {
    let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
    let peer = of_parts(direct.parse().unwrap(), &headers(pairs), &trusted);
    (peer.ip.to_string(), peer.loopback)
}

#[test]
fn without_a_proxy_the_socket_decides() {
    assert_eq!(peer("203.0.113.7", &[], &[]), ("203.0.113.7".into(), false));
    assert_eq!(
        peer("127.0.0.1", &[("host", "127.0.0.1:8080")], &[]),
        ("127.0.0.1".into(), true)
    );
    assert_eq!(
        peer("::1", &[("host", "[::1]:8080")], &[]),
        ("::1".into(), true)
    );
}

#[test]
fn a_forwarded_address_from_a_stranger_is_not_believed() {
    let forged = [("x-forwarded-for", "10.0.0.1")];
    assert_eq!(
        peer("203.0.113.7", &forged, &["10.0.0.0/8"]),
        ("203.0.113.7".into(), false)
    );
}

#[test]
fn a_trusted_proxy_is_believed_hop_by_hop() {
    let chain = [("x-forwarded-for", "1.1.1.1, 198.51.100.9, 10.0.0.2")];
    assert_eq!(
        peer("10.0.0.1", &chain, &["10.0.0.0/8"]),
        ("198.51.100.9".into(), false),
        "the first address that is not ours, from the right"
    );
}

#[test]
fn several_headers_are_one_list() {
    let chain = [
        ("x-forwarded-for", "198.51.100.9"),
        ("x-forwarded-for", "10.0.0.2"),
    ];
    assert_eq!(peer("10.0.0.1", &chain, &["10.0.0.0/8"]).0, "198.51.100.9");
}

#[test]
fn an_unreadable_hop_ends_the_walk() {
    let chain = [("x-forwarded-for", "unknown, 10.0.0.2")];
    assert_eq!(peer("10.0.0.1", &chain, &["10.0.0.0/8"]).0, "10.0.0.2");
}

#[test]
fn ports_and_brackets_and_mapped_addresses_are_understood() {
    let trusted = ["127.0.0.0/8"];
    for (text, ip) in [
        ("198.51.100.9:4711", "198.51.100.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:198.51.100.9", "198.51.100.9"),
    ] {
        assert_eq!(
            peer("127.0.0.1", &[("x-forwarded-for", text)], &trusted),
            (ip.into(), false)
        );
    }
}

#[test]
fn a_relayed_request_is_never_local() {
    for relayed in [
        [("x-forwarded-for", "203.0.113.7")],
        [("x-forwarded-for", "127.0.0.1, 203.0.113.7")],
        [("x-forwarded-for", "unknown")],
        [("x-real-ip", "203.0.113.7")],
        [("forwarded", "for=127.0.0.1")],
    ] {
        assert!(!peer("127.0.0.1", &relayed, &[]).1, "{relayed:?}");
        assert!(!peer("127.0.0.1", &relayed, &["127.0.0.1/32"]).1);
    }
}

#[test]
fn a_development_proxy_on_this_machine_stays_local() {
    assert!(peer("127.0.0.1", &[("x-forwarded-for", "127.0.0.1")], &[]).1);
}

#[test]
fn a_foreign_name_that_resolves_to_loopback_is_not_local() {
    assert!(!peer("127.0.0.1", &[("host", "evil.example:8080")], &[]).1);
    assert!(!peer("127.0.0.1", &[("host", "127.0.0.1.evil.example")], &[]).1);
    assert!(peer("127.0.0.1", &[("host", "localhost:8080")], &[]).1);
    assert!(peer("127.0.0.1", &[("host", "LOCALHOST")], &[]).1);
}
