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

/// How high so many rows are, in pixels.
pub fn pixels(rows: usize) -> i32 {
    i32::try_from(rows * ROW).unwrap_or(i32::MAX)
}

/// Where more of a list comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Side {
    /// Behind what is known from the top on.
    #[default]
    Down,
    /// Before what is known up to the end.
    Up,
}

/// Which more is needed for the rows that are drawn, when `head` rows are known from the top on and behind them `gap` rows
/// are missing before the end of the list, or none where one has not been there.
pub fn wanted(window: &Range<usize>, head: usize, gap: usize) -> Option<Side> {
    let tail = head + gap;
    let down = window.end + NEAR > head;
    if gap == 0 {
        return down.then_some(Side::Down);
    }
    // Between both it comes from the edge that is nearer.
    let nearer = window.start.saturating_sub(head) <= tail.saturating_sub(window.end);
    let side = if nearer { Side::Down } else { Side::Up };
    (down && window.start < tail + NEAR).then_some(side)
}

/// How far to scroll so that a row is in sight; None when it is. Pixels.
pub fn top_for(rank: usize, top: i32, height: i32) -> Option<i32> {
    let (above, row) = (pixels(rank), pixels(1));
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
    fn more_comes_from_the_edge_that_is_nearer() {
        assert_eq!(wanted(&(0..20), 100, 0), None);
        assert_eq!(wanted(&(30..50), 100, 0), Some(Side::Down));
        // 100 rows, 1,800 that are not here, 100 rows.
        assert_eq!(wanted(&(0..20), 100, 1800), None);
        assert_eq!(wanted(&(30..50), 100, 1800), Some(Side::Down));
        assert_eq!(wanted(&(500..520), 100, 1800), Some(Side::Down));
        assert_eq!(wanted(&(1700..1720), 100, 1800), Some(Side::Up));
        assert_eq!(wanted(&(1940..1960), 100, 1800), Some(Side::Up));
        assert_eq!(wanted(&(1980..2000), 100, 1800), None);
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
