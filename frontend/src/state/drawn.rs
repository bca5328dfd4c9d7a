//! Which rows of a long list are on the screen. Rows are of one height. Must not know what they are.

use std::ops::Range;

/// The height of a row in pixels; the style sheet says the same.
pub const ROW: usize = 72;
/// Rows that are drawn beyond either edge, so that scrolling shows no gap.
const SPARE: usize = 8;
/// The window moves in steps of so many rows, so that not every pixel of scrolling draws.
const STEP: usize = 4;
/// How many rows before the end the next page is asked for.
const NEAR: usize = 60;

/// The rows to draw, for how far the list is scrolled and how high its window is, in pixels.
pub fn window(top: i32, height: i32) -> Range<usize> {
    let [top, height] = [top, height].map(|it| usize::try_from(it).unwrap_or_default());
    let first = top / ROW / STEP * STEP;
    let last = ((top + height) / ROW / STEP + 1) * STEP;
    first.saturating_sub(SPARE)..last + SPARE
}

/// Is the end of what is known so near that more is needed?
pub fn is_near(end: usize, known: usize) -> bool {
    end + NEAR > known
}

/// How far to scroll so that a row is in sight; None when it is. Pixels.
pub fn top_for(rank: usize, top: i32, height: i32) -> Option<i32> {
    let above = i32::try_from(rank * ROW).unwrap_or(i32::MAX);
    let row = i32::try_from(ROW).unwrap_or(i32::MAX);
    if above < top {
        Some(above)
    } else if above.saturating_add(row) > top + height {
        Some((above.saturating_add(row) - height).max(0))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_sight_is_always_drawn_and_little_else() {
        for top in (0..100_000).step_by(37) {
            let drawn = window(top, 700);
            let first = usize::try_from(top).unwrap() / ROW;
            let last = usize::try_from(top + 699).unwrap() / ROW;
            assert!(drawn.contains(&first) && drawn.contains(&last), "{top}");
            assert!(drawn.len() < 40, "{top}: {drawn:?}");
        }
        assert_eq!(window(-20, 700).start, 0, "a browser may bounce");
    }

    #[test]
    fn a_row_is_brought_into_sight_by_the_shortest_way() {
        assert_eq!(top_for(3, 0, 720), None);
        assert_eq!(top_for(9, 0, 720), None);
        assert_eq!(top_for(10, 0, 720), Some(72));
        assert_eq!(top_for(2, 200, 720), Some(144));
        assert_eq!(top_for(0, 200, 720), Some(0));
    }
}
