//! Names and values as the query of an address. Must not know what they mean.

/// `a=1&b=two%20words`.
pub fn written(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                text.push(char::from(byte));
            } else {
                text.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    text
}

/// The pairs of a query, with or without its `?`; what is malformed stays as it is written.
pub fn read(query: &str) -> Vec<(String, String)> {
    let pairs = query.trim_start_matches('?').split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), decoded(value)))
        .collect()
}

fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find(['%', '+']) {
        let (before, mark) = rest.split_at(at);
        bytes.extend_from_slice(before.as_bytes());
        let code = mark
            .get(1..3)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        let taken = match code.filter(|_| mark.starts_with('%')) {
            Some(byte) => {
                bytes.push(byte);
                3
            }
            None => {
                bytes.push(if mark.starts_with('+') { b' ' } else { b'%' });
                1
            }
        };
        rest = mark.get(taken..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let pairs = [("tag", "a&b=c%20 d+é?#"), ("tag", ""), ("x", "żółw")];
        let again = read(&written(&pairs));
        let again: Vec<(&str, &str)> = again
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(again, pairs);
    }

    #[test]
    fn what_is_malformed_breaks_nothing() {
        assert_eq!(
            read("?a=%&b=%zz&c=%e9&d&e=%é"),
            [
                ("a".to_owned(), "%".to_owned()),
                ("b".to_owned(), "%zz".to_owned()),
                ("c".to_owned(), "\u{fffd}".to_owned()),
                ("e".to_owned(), "%é".to_owned()),
            ]
        );
    }
}
