//! What a file is, judged by its first bytes: its sender is believed only where nothing can come of it. Decodes nothing:
//! a picture's size is read off its header, so that no small file can become a large one here.

use hilo_domain::attachment::FileKind;

/// How many of a file's first bytes are looked at.
pub(super) const HEAD: usize = 256 * 1024;
/// What says nothing at all.
const UNKNOWN: &str = "application/octet-stream";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub kind: FileKind,
    pub media_type: &'static str,
    /// Width and height in pixels.
    pub pixels: Option<(u32, u32)>,
}

impl Content {
    /// Judges by the first bytes. `declared` is what the sender says: it tells sounds from films in forms that hold
    /// either, and one text from another.
    pub(super) fn judge(head: &[u8], declared: Option<&str>) -> Self {
        let declared = declared.unwrap_or_default().trim().to_ascii_lowercase();
        let declared = declared.split(';').next().unwrap_or_default().trim();
        let (kind, media_type) = picture(head)
            .map(|media_type| (FileKind::Image, media_type))
            .or_else(|| playable(head, declared.starts_with("audio/")))
            .unwrap_or_else(|| (FileKind::Document, document(head, declared)));
        let pixels = match media_type {
            "image/png" => png(head),
            "image/gif" => gif(head),
            "image/webp" => webp(head),
            "image/jpeg" => jpeg(head),
            _ => None,
        };
        Self {
            kind,
            media_type,
            pixels: pixels.filter(|(width, height)| *width > 0 && *height > 0),
        }
    }
}

/// Whether files of this media type may be shown where they are asked for; all others are saved.
#[must_use]
pub fn is_shown(media_type: &str) -> bool {
    ["image/", "audio/", "video/"]
        .iter()
        .any(|begin| media_type.starts_with(begin))
}

fn has(head: &[u8], at: usize, mark: &[u8]) -> bool {
    head.get(at..).is_some_and(|rest| rest.starts_with(mark))
}

fn holds(head: &[u8], within: usize, word: &[u8]) -> bool {
    let head = head.get(..within).unwrap_or(head);
    head.windows(word.len()).any(|window| window == word)
}

/// Pictures made of pixels, which browsers draw and nothing in them runs.
fn picture(head: &[u8]) -> Option<&'static str> {
    if has(head, 0, &[0xFF, 0xD8, 0xFF]) {
        Some("image/jpeg")
    } else if has(head, 0, b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if has(head, 0, b"GIF87a") || has(head, 0, b"GIF89a") {
        Some("image/gif")
    } else if has(head, 0, b"RIFF") && has(head, 8, b"WEBP") {
        Some("image/webp")
    } else if has(head, 4, b"ftypavif") || has(head, 4, b"ftypavis") {
        Some("image/avif")
    } else {
        None
    }
}

/// Sounds and films. Forms that hold either are films unless the sender says that they are sounds.
fn playable(head: &[u8], is_audio: bool) -> Option<(FileKind, &'static str)> {
    let either = |audio, video| match is_audio {
        true => (FileKind::Audio, audio),
        false => (FileKind::Video, video),
    };
    let audio = |media_type| Some((FileKind::Audio, media_type));
    if has(head, 4, b"ftyp") {
        let brand = head.get(8..12)?;
        return match brand {
            b"M4A " | b"M4B " => audio("audio/mp4"),
            b"qt  " => Some((FileKind::Video, "video/quicktime")),
            b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1"
            | b"dash" | b"M4V " | b"MSNV" | b"3gp4" | b"3gp5" => {
                Some(either("audio/mp4", "video/mp4"))
            }
            _ => None,
        };
    }
    if has(head, 0, &[0x1A, 0x45, 0xDF, 0xA3]) && holds(head, 64, b"webm") {
        return Some(either("audio/webm", "video/webm"));
    }
    if has(head, 0, b"OggS") {
        return match holds(head, 256, b"theora") {
            true => Some((FileKind::Video, "video/ogg")),
            false => audio("audio/ogg"),
        };
    }
    if has(head, 0, b"RIFF") && has(head, 8, b"WAVE") {
        return audio("audio/wav");
    }
    if has(head, 0, b"fLaC") {
        return audio("audio/flac");
    }
    if has(head, 0, b"#!AMR") {
        return audio("audio/amr");
    }
    match head.get(..3)? {
        b"ID3" | [0xFF, 0xFB | 0xF3 | 0xF2 | 0xFA, _] => audio("audio/mpeg"),
        [0xFF, 0xF1 | 0xF9, _] => audio("audio/aac"),
        _ => None,
    }
}

/// What is only ever saved. HTML, SVG and XML have no type of their own here: no browser shall come to show one.
fn document(head: &[u8], declared: &str) -> &'static str {
    if has(head, 0, b"%PDF-") {
        return "application/pdf";
    }
    if has(head, 0, b"PK\x03\x04") {
        return "application/zip";
    }
    match declared {
        "text/plain" if is_text(head) => "text/plain",
        "text/csv" if is_text(head) => "text/csv",
        "text/calendar" if is_text(head) => "text/calendar",
        "text/vcard" if is_text(head) => "text/vcard",
        _ => UNKNOWN,
    }
}

/// UTF-8 without control characters; the last one may be cut.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            let whole = head.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.chars().any(|c| c.is_control() && !c.is_whitespace())
}

fn array<const N: usize>(head: &[u8], at: usize) -> Option<[u8; N]> {
    head.get(at..)?.first_chunk().copied()
}

fn little_16(head: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_le_bytes(array(head, at)?)))
}

fn big_16(head: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(array(head, at)?)))
}

fn png(head: &[u8]) -> Option<(u32, u32)> {
    if !has(head, 12, b"IHDR") {
        return None;
    }
    let width = u32::from_be_bytes(array(head, 16)?);
    Some((width, u32::from_be_bytes(array(head, 20)?)))
}

fn gif(head: &[u8]) -> Option<(u32, u32)> {
    Some((little_16(head, 6)?, little_16(head, 8)?))
}

/// RFC 9649: extended, lossless and lossy headers.
fn webp(head: &[u8]) -> Option<(u32, u32)> {
    match &array::<4>(head, 12)? {
        b"VP8X" => {
            let side = |at| {
                let [a, b, c] = array(head, at)?;
                Some(u32::from_le_bytes([a, b, c, 0]) + 1)
            };
            Some((side(24)?, side(27)?))
        }
        b"VP8L" => {
            let bits = u32::from_le_bytes(array(head, 21)?);
            Some(((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1))
        }
        b"VP8 " => Some((little_16(head, 26)? & 0x3FFF, little_16(head, 28)? & 0x3FFF)),
        _ => None,
    }
}

/// Goes from segment to segment until one that begins a frame says how large it is.
fn jpeg(head: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let [0xFF, mark] = array(head, at)? else {
            return None;
        };
        match mark {
            // Fill bytes, and marks without a segment.
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Some((big_16(head, at + 7)?, big_16(head, at + 5)?));
            }
            0xD9 | 0xDA => return None,
            _ => at += 2 + usize::try_from(big_16(head, at + 2)?).ok()?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(head: &[u8], declared: &str) -> (FileKind, &'static str) {
        let content = Content::judge(head, Some(declared));
        (content.kind, content.media_type)
    }

    fn pixels(head: &[u8]) -> Option<(u32, u32)> {
        Content::judge(head, None).pixels
    }

    #[test]
    fn the_content_tells_what_it_is_whatever_the_sender_says() {
        use FileKind::{Audio, Document, Image, Video};
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        for (head, declared, expected) in [
            (&png[..], "text/html", (Image, "image/png")),
            (b"\xFF\xD8\xFF\xE0", "video/mp4", (Image, "image/jpeg")),
            (b"GIF89a\x01\0\x01\0", "", (Image, "image/gif")),
            (b"RIFF\0\0\0\0WEBPVP8 ", "", (Image, "image/webp")),
            (b"\0\0\0\x1cftypavif", "", (Image, "image/avif")),
            (b"\0\0\0\x1cftypisom", "", (Video, "video/mp4")),
            (b"\0\0\0\x1cftypisom", "audio/mp4", (Audio, "audio/mp4")),
            (b"\0\0\0\x1cftypM4A ", "", (Audio, "audio/mp4")),
            (b"\0\0\0\x1cftypheic", "image/heic", (Document, UNKNOWN)),
            (
                b"\x1A\x45\xDF\xA3\x9fB\x86webm",
                "audio/webm;codecs=opus",
                (Audio, "audio/webm"),
            ),
            (
                b"\x1A\x45\xDF\xA3\x9fB\x86matroska",
                "video/webm",
                (Document, UNKNOWN),
            ),
            (b"OggS\0OpusHead", "", (Audio, "audio/ogg")),
            (b"RIFF\0\0\0\0WAVEfmt ", "", (Audio, "audio/wav")),
            (b"ID3\x04", "", (Audio, "audio/mpeg")),
            (b"%PDF-1.7", "image/png", (Document, "application/pdf")),
            (b"PK\x03\x04", "text/html", (Document, "application/zip")),
            (
                "a;b\nñ;ł".as_bytes(),
                "text/csv; charset=utf-8",
                (Document, "text/csv"),
            ),
            (b"a\0b", "text/plain", (Document, UNKNOWN)),
            (b"\xFE\xFEab", "text/plain", (Document, UNKNOWN)),
            (b"", "image/png", (Document, UNKNOWN)),
        ] {
            assert_eq!(judged(head, declared), expected, "{head:?} {declared}");
        }
    }

    #[test]
    fn s4_what_could_run_is_a_document_without_a_type_of_its_own() {
        for head in [
            "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "<!doctype html><script>alert(1)</script>",
            "<?xml version='1.0'?><x/>",
            "\u{feff}<html>",
            "javascript:alert(1)",
            "#!/bin/sh\nrm -rf /",
        ] {
            for declared in [
                "image/svg+xml",
                "text/html",
                "text/xml",
                "application/xhtml+xml",
                "image/png",
            ] {
                let (kind, media_type) = judged(head.as_bytes(), declared);
                assert_eq!(
                    (kind, media_type),
                    (FileKind::Document, UNKNOWN),
                    "{head} {declared}"
                );
                assert!(!is_shown(media_type));
            }
        }
    }

    #[test]
    fn a_text_that_is_cut_within_a_character_is_still_a_text() {
        let text = "łódź".as_bytes();
        assert_eq!(
            judged(&text[..text.len() - 1], "text/plain").1,
            "text/plain"
        );
    }

    #[test]
    fn the_size_of_a_picture_is_read_off_its_header() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 2, 0x80, 0, 0, 1, 0xE0]);
        assert_eq!(pixels(&png), Some((640, 480)));
        assert_eq!(pixels(b"GIF89a\x80\x02\xE0\x01"), Some((640, 480)));
        let jpeg = [
            &[0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2][..],
            &[0xFF, 0xFF, 0xC2, 0, 11, 8, 1, 0xE0, 2, 0x80, 3],
        ]
        .concat();
        assert_eq!(pixels(&jpeg), Some((640, 480)));
        let extended = [
            &b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"[..],
            &[0x7F, 2, 0, 0xDF, 1, 0],
        ]
        .concat();
        assert_eq!(pixels(&extended), Some((640, 480)));
        let bits: u32 = 639 | (479 << 14);
        let lossless = [
            &b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f"[..],
            &bits.to_le_bytes(),
        ]
        .concat();
        assert_eq!(pixels(&lossless), Some((640, 480)));
        let lossy = [
            &b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a"[..],
            &[0x80, 2, 0xE0, 1],
        ]
        .concat();
        assert_eq!(pixels(&lossy), Some((640, 480)));
    }

    #[test]
    fn a_header_that_is_cut_or_lies_gives_no_size_and_no_end() {
        for head in [
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"[..],
            b"\x89PNG\r\n\x1a\n\0\0\0\rXXXX\0\0\0\x01\0\0\0\x01",
            b"GIF89a\0\0\0\0",
            b"\xFF\xD8\xFF\xE0\0\0\xFF\xE0\0\0",
            b"\xFF\xD8\xFF\xE0\xFF\xFF",
            b"RIFF\0\0\0\0WEBPVP8Y",
        ] {
            assert_eq!(pixels(head), None, "{head:?}");
        }
    }
}
