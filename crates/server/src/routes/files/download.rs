//! A file as an answer: whole or the one part that was asked for. What a browser could run is only ever saved (S4): pictures
//! of pixels, sounds and films are shown where they are, everything else is a download, and nothing runs in any of them.

use std::ops::Range;

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use hilo_app::files::{OpenedFile, is_shown};

/// Nothing of a file runs, asks for anything, or reaches who opened it.
const POLICY: &str = "sandbox; default-src 'none'";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// A file never changes, but who may see it does.
const CACHE: &str = "private, max-age=300, must-revalidate";

/// What of a file was asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Some(Range<u64>),
    /// A part behind its end.
    None,
}

/// The answer to somebody who may have the file.
pub fn answer(file: OpenedFile, asked: &HeaderMap, head_only: bool) -> HttpResponse {
    let text = |name| asked.get(name).and_then(|value| value.to_str().ok());
    let tag = format!("\"{}\"", file.id);
    let known = text(header::IF_NONE_MATCH).is_some_and(|tags| {
        tags.split(',')
            .any(|known| known.trim().trim_start_matches("W/") == tag)
    });
    let part = match text(header::RANGE) {
        // Another file under this tag there is not: whoever has a part of it may have the rest.
        Some(range) if text(header::IF_RANGE).is_none_or(|known| known == tag) => {
            part(range, file.size)
        }
        _ => Part::Whole,
    };
    let (status, wanted) = match part {
        _ if known => (StatusCode::NOT_MODIFIED, 0..0),
        Part::Whole => (StatusCode::OK, 0..file.size),
        Part::Some(range) => (StatusCode::PARTIAL_CONTENT, range),
        Part::None => (StatusCode::RANGE_NOT_SATISFIABLE, 0..0),
    };
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CACHE_CONTROL, CACHE))
        .insert_header((header::VARY, "Cookie, Authorization"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((RESOURCE_POLICY, "same-origin"))
        .insert_header((header::CONTENT_DISPOSITION, disposition(&file)));
    match status {
        StatusCode::NOT_MODIFIED => return response.finish(),
        StatusCode::RANGE_NOT_SATISFIABLE => {
            let range = format!("bytes */{}", file.size);
            return response
                .insert_header((header::CONTENT_RANGE, range))
                .finish();
        }
        StatusCode::PARTIAL_CONTENT => {
            let range = format!("bytes {}-{}/{}", wanted.start, wanted.end - 1, file.size);
            response.insert_header((header::CONTENT_RANGE, range));
        }
        _ => {}
    }
    response.content_type(file.media_type.clone());
    let length = wanted.end - wanted.start;
    // For HEAD the server keeps the body back and tells its length.
    let wanted = if head_only { 0..0 } else { wanted };
    response.body(SizedStream::new(length, file.bytes(wanted)))
}

/// One range of bytes; several at once, and what is no range, count as nothing asked (RFC 9110, 14.2).
fn part(range: &str, size: u64) -> Part {
    let Some((first, last)) = range
        .trim()
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Part::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>();
    let wanted = match (first.trim(), last.trim()) {
        ("", last) => match number(last) {
            Ok(0) => return Part::None,
            Ok(length) => size.saturating_sub(length)..size,
            Err(_) => return Part::Whole,
        },
        (first, last) => {
            let end = match last {
                "" => Ok(size),
                last => number(last).map(|last| last.saturating_add(1).min(size)),
            };
            match (number(first), end) {
                (Ok(first), Ok(end)) => first..end,
                _ => return Part::Whole,
            }
        }
    };
    match wanted.is_empty() {
        true => Part::None,
        false => Part::Some(wanted),
    }
}

/// Shown where it is asked for, or saved, under its name (RFC 6266). What is no plain letter of the name is written out, so
/// that no name can end the header.
fn disposition(file: &OpenedFile) -> String {
    let how = match is_shown(&file.media_type) {
        true => "inline",
        false => "attachment",
    };
    match &file.name {
        Some(name) => format!("{how}; filename*=UTF-8''{}", written_out(name)),
        None => how.to_owned(),
    }
}

/// RFC 8187: letters, digits and few signs as they are, everything else as `%` and two digits a byte.
fn written_out(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_everything_else_is_the_whole() {
        for (asked, expected) in [
            ("bytes=0-0", Part::Some(0..1)),
            ("bytes=2-", Part::Some(2..10)),
            ("bytes=2-999", Part::Some(2..10)),
            ("bytes=-3", Part::Some(7..10)),
            ("bytes=-99", Part::Some(0..10)),
            ("bytes=10-", Part::None),
            ("bytes=5-4", Part::None),
            ("bytes=-0", Part::None),
            ("bytes=0-18446744073709551615", Part::Some(0..10)),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=-", Part::Whole),
            ("items=0-1", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(part(asked, 10), expected, "{asked}");
        }
    }

    #[test]
    fn s4_no_name_ends_the_header() {
        assert_eq!(written_out("a b.jpg"), "a%20b.jpg");
        assert_eq!(written_out("ł\"\r\n;"), "%C5%82%22%0D%0A%3B");
    }
}
