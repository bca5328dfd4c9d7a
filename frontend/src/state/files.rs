//! Files as people read of them: how large they are, how long they play, how big they are drawn. Must not know a language.

/// The most bytes of one file, the same as the server's.
pub const LARGEST: u64 = 25 * 1024 * 1024;
/// The most files that one message carries.
pub const MOST: usize = 10;

/// How large the largest picture is drawn, in pixels.
const ROOM: (f64, f64) = (320.0, 280.0);
/// How large the largest sticker is drawn.
const STICKER: (f64, f64) = (140.0, 140.0);
/// How large a picture of unknown size is drawn.
const UNKNOWN: (i32, i32) = (240, 180);

/// A size in the unit that people say it in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Size {
    /// Kilobytes, at least one.
    Kilo(f64),
    /// Megabytes, to a tenth.
    Mega(f64),
}

/// How large so many bytes are.
pub fn size(bytes: f64) -> Size {
    let kilo = (bytes / 1024.0).ceil().max(1.0);
    if kilo < 1000.0 {
        Size::Kilo(kilo)
    } else {
        Size::Mega((bytes / 1024.0 / 1024.0 * 10.0).round() / 10.0)
    }
}

/// Minutes and seconds as a player shows them: `1:05`.
pub fn clock(seconds: f64) -> String {
    let whole = if seconds.is_finite() {
        seconds.max(0.0) as u32
    } else {
        0
    };
    format!("{}:{:02}", whole / 60, whole % 60)
}

/// Degrees to a metre, five decimals. In whole numbers: what writes fractions is much to load.
pub fn degrees(value: f64) -> String {
    let parts = (value * 100_000.0).round() as i64;
    let sign = if parts < 0 { "-" } else { "" };
    let parts = parts.unsigned_abs();
    format!("{sign}{}.{:05}", parts / 100_000, parts % 100_000)
}

/// Width and height at which a picture is drawn: never larger than it is, and known before it is here, so that nothing
/// jumps when it comes.
pub fn drawn(width: Option<i32>, height: Option<i32>, sticker: bool) -> (i32, i32) {
    let room = if sticker { STICKER } else { ROOM };
    let sides = width
        .zip(height)
        .filter(|(width, height)| *width > 0 && *height > 0);
    let Some((width, height)) = sides else {
        return if sticker { (140, 140) } else { UNKNOWN };
    };
    let (wide, high) = (f64::from(width), f64::from(height));
    let scale = (room.0 / wide).min(room.1 / high).min(1.0);
    let side = |side: f64| (side * scale).round().max(24.0) as i32;
    (side(wide), side(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_said_in_its_unit() {
        assert_eq!(size(0.0), Size::Kilo(1.0));
        assert_eq!(size(48_213.0), Size::Kilo(48.0));
        assert_eq!(size(1_500_000.0), Size::Mega(1.4));
        assert_eq!(size(LARGEST as f64), Size::Mega(25.0));
    }

    #[test]
    fn c16_a_place_is_written_to_a_metre() {
        assert_eq!(degrees(40.416_775), "40.41678");
        assert_eq!(degrees(-3.703_79), "-3.70379");
        assert_eq!(degrees(-0.000_02), "-0.00002");
        assert_eq!(degrees(0.0), "0.00000");
        assert_eq!(degrees(-180.0), "-180.00000");
    }

    #[test]
    fn a_player_shows_minutes_and_seconds() {
        assert_eq!(clock(0.0), "0:00");
        assert_eq!(clock(65.9), "1:05");
        assert_eq!(clock(3_600.0), "60:00");
        assert_eq!(clock(f64::NAN), "0:00");
    }

    #[test]
    fn a_picture_keeps_its_shape_and_is_never_larger_than_it_is() {
        assert_eq!(drawn(Some(3200), Some(1600), false), (320, 160));
        assert_eq!(drawn(Some(1000), Some(2800), false), (100, 280));
        assert_eq!(drawn(Some(80), Some(60), false), (80, 60));
        assert_eq!(drawn(Some(4000), Some(10), false), (320, 24));
        assert_eq!(drawn(None, Some(9), false), UNKNOWN);
        assert_eq!(drawn(Some(0), Some(0), false), UNKNOWN);
        assert_eq!(drawn(Some(320), Some(160), true), (140, 70));
    }
}
