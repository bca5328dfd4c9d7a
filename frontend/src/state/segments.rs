//! How many segments an SMS takes, by the same rule as the server's (C11). Shared vectors: `tests/golden/sms_segments.json`.

/// What a text takes as an SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// How many messages it becomes, each paid for.
    pub count: usize,
    /// It holds a character that is not in the phone's own alphabet, so fewer fit in each.
    pub unicode: bool,
    /// How many more units fit before there is one segment more.
    pub left: usize,
}

/// Counts the segments: GSM-7 holds 160 in one and 153 in each of several, UCS-2 70 and 67.
pub fn segments(text: &str) -> Segments {
    let septets = text
        .chars()
        .try_fold(0_usize, |sum, c| Some(sum + septets(c)?));
    let (length, one, each) = match septets {
        Some(septets) => (septets, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    let (count, room) = if length <= one {
        (1, one)
    } else {
        let count = length.div_ceil(each);
        (count, count * each)
    };
    Segments {
        count,
        unicode: septets.is_none(),
        left: room - length,
    }
}

/// The places that a character takes in the default alphabet of GSM 03.38; none if it is not in it.
fn septets(c: char) -> Option<usize> {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
    const EXTENDED: &str = "^{}\\[~]|€\u{c}";
    if c.is_ascii_alphanumeric() || BASIC.contains(c) {
        Some(1)
    } else {
        EXTENDED.contains(c).then_some(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Vector {
        text: String,
        times: Option<usize>,
        count: usize,
        unicode: bool,
    }

    #[test]
    fn c11_the_segments_are_the_servers() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../tests/golden/sms_segments.json"
        );
        let vectors: Vec<Vector> =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for vector in vectors {
            let text = vector.text.repeat(vector.times.unwrap_or(1));
            let found = segments(&text);
            let expected = (vector.count, vector.unicode);
            assert_eq!((found.count, found.unicode), expected, "{text:?}");
        }
    }

    #[test]
    fn it_tells_how_much_fits_still() {
        assert_eq!(segments("").left, 160);
        assert_eq!(segments(&"a".repeat(160)).left, 0);
        assert_eq!(segments(&"a".repeat(161)).left, 145);
        assert_eq!(segments("ł€").left, 68);
    }
}
