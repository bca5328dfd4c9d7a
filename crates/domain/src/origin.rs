//! The origin of a site: what a browser says a page is from. Must not decide which ones are allowed.

/// Exactly what a browser sends as `Origin`: scheme, host in small letters, port if not the usual one.
#[must_use]
pub fn is_origin(origin: &str) -> bool {
    let (usual, host) = match (
        origin.strip_prefix("https://"),
        origin.strip_prefix("http://"),
    ) {
        (Some(host), _) => ("443", host),
        (None, Some(host)) => ("80", host),
        (None, None) => return false,
    };
    let v6_end = host.starts_with('[').then(|| host.find(']')).flatten();
    let (name, port) = match v6_end {
        Some(end) => match host.split_at_checked(end + 1) {
            Some((name, "")) => (name, None),
            Some((name, rest)) => (name, rest.strip_prefix(':').or(Some(""))),
            None => return false,
        },
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        },
    };
    let name_ok = match name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
    {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            (1..=253).contains(&name.len())
                && name.split('.').all(|label| {
                    (1..=63).contains(&label.len())
                        && label
                            .bytes()
                            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
                })
        }
    };
    let port_ok = port.is_none_or(|port| {
        port != usual && !port.starts_with('0') && port.parse::<u16>().is_ok_and(|p| p > 0)
    });
    name_ok && port_ok
}
