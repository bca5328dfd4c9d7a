//! What the checker says to every kind of damage, done to a small journal in every place.

use super::checker::{Checker, damage};
use super::{Anchor, Damage, DamageKind, Seen, Verified};
use crate::Position;
use crate::chain::{GENESIS, link_over};

/// Events in each append.
const APPENDS: [u8; 12] = [1, 1, 3, 1, 2, 1, 4, 1, 1, 2, 2, 1];

/// A genuine journal whose digests depend on `salt`.
fn journal(salt: u8) -> Vec<Seen> {
    let (mut rows, mut previous) = (Vec::new(), GENESIS);
    for (append, size) in (0_u8..).zip(APPENDS) {
        let first = i64::try_from(rows.len()).unwrap() + 1;
        let at = 1_000 + i64::from(append / 2);
        let digests: Vec<[u8; 32]> = (0..size)
            .map(|place| [salt ^ (append * 16 + place); 32])
            .collect();
        previous = link_over(&previous, first, digests.len(), at, digests.iter());
        rows.extend((first..).zip(&digests).map(|(position, digest)| Seen {
            position,
            recorded_at: at,
            digest: *digest,
            chain: None,
        }));
        rows.last_mut().unwrap().chain = Some(previous);
    }
    rows
}

fn check_with(rows: &[Seen], checkpoint: Option<Anchor>) -> Result<Verified, Damage> {
    let mut checker = Checker::new(Position::START, Some(GENESIS), checkpoint);
    for row in rows {
        checker.take(row.clone(), &row.digest)?;
    }
    checker.finish(Some(Position(20)))
}

fn check(rows: &[Seen]) -> Result<Verified, Damage> {
    check_with(rows, None)
}

#[test]
fn an_untouched_journal_fits() {
    let rows = journal(0);
    let verified = check(&rows).unwrap();
    assert_eq!((verified.events, verified.last), (20, Position(20)));
    assert_eq!(Some(verified.chain), rows[19].chain);
    assert_eq!(verified.recorded_at.unwrap().as_microsecond(), 1_005);
}

#[test]
fn rows_that_are_gone_are_named() {
    for first in 0..20 {
        for count in 1..=(20 - first).min(4) {
            let mut rows = journal(0);
            rows.drain(first..first + count);
            let position = i64::try_from(first).unwrap() + 1;
            let through = Position(position + i64::try_from(count).unwrap() - 1);
            let missing = damage(position, DamageKind::Missing { through });
            assert_eq!(check(&rows), Err(missing));
        }
    }
}

#[test]
fn a_digest_that_differs_is_changed_bytes() {
    for at in 0..20 {
        let mut checker = Checker::new(Position::START, Some(GENESIS), None);
        let found = journal(0).into_iter().enumerate().find_map(|(index, row)| {
            let digest = if index == at { [9; 32] } else { row.digest };
            checker.take(row, &digest).err()
        });
        let position = i64::try_from(at).unwrap() + 1;
        assert_eq!(found, Some(damage(position, DamageKind::Changed)));
    }
}

#[test]
fn any_two_rows_that_stand_in_each_others_place_are_named() {
    for right in 1..20 {
        for left in 0..right {
            let mut rows = journal(0);
            rows.swap(left, right);
            for (row, position) in rows.iter_mut().zip(1..) {
                row.position = position;
            }
            let with = Position(i64::try_from(right).unwrap() + 1);
            let swapped = damage(
                i64::try_from(left).unwrap() + 1,
                DamageKind::Swapped { with },
            );
            assert_eq!(check(&rows), Err(swapped), "{left} {right}");
        }
    }
}

#[test]
fn a_rewritten_link_is_found_where_it_stands() {
    let genuine = journal(0);
    for at in (0..20).filter(|at| genuine[*at].chain.is_some()) {
        let mut rows = genuine.clone();
        rows[at].chain = Some([7; 32]);
        let found = check(&rows).unwrap_err();
        assert_eq!(found.kind, DamageKind::Rewritten);
        let append = 1 + rows[..at]
            .iter()
            .rposition(|row| row.chain.is_some())
            .map_or(0, |link| link + 1);
        let last = i64::try_from(at).unwrap() + 1;
        // Without anything behind it, it may as well be the rest of its append.
        let expected = if last == 20 {
            i64::try_from(append).unwrap()
        } else {
            last
        };
        assert_eq!(found.position, Position(expected));
    }
}

#[test]
fn a_link_that_is_gone_is_missed() {
    let genuine = journal(0);
    for at in (0..20).filter(|at| genuine[*at].chain.is_some()) {
        let mut rows = genuine.clone();
        rows[at].chain = None;
        let kind = check(&rows).unwrap_err().kind;
        let expected = if at == 19 {
            DamageKind::Unlinked
        } else {
            DamageKind::Rewritten
        };
        assert_eq!(kind, expected);
    }
}

#[test]
fn a_changed_time_is_found_in_its_append() {
    for at in 0..20 {
        for by in [-2_000, -1, 1, 2_000] {
            let mut rows = journal(0);
            rows[at].recorded_at += by;
            let found = check(&rows).unwrap_err();
            match rows[at].chain {
                None => assert_eq!(found, damage(rows[at].position, DamageKind::TimeChanged)),
                Some(_) => {
                    assert_eq!(found.kind, DamageKind::Rewritten);
                    assert!(found.position.0 <= rows[at].position);
                    assert!(rows[at].position - found.position.0 < 4);
                }
            }
        }
    }
}

#[test]
fn rows_and_chain_rewritten_together_are_found_by_a_checkpoint_only() {
    let (genuine, rewritten) = (journal(0), journal(1));
    assert!(check(&rewritten).is_ok());
    for row in genuine.iter().filter(|row| row.chain.is_some()) {
        let checkpoint = Anchor {
            position: Position(row.position),
            chain: row.chain.unwrap(),
        };
        assert!(check_with(&genuine, Some(checkpoint)).is_ok());
        let found = damage(row.position, DamageKind::NotTheCheckpoint);
        assert_eq!(check_with(&rewritten, Some(checkpoint)), Err(found));
    }
    let later = Anchor {
        position: Position(21),
        chain: [1; 32],
    };
    let kind = DamageKind::BeforeTheCheckpoint {
        checkpoint: Position(21),
    };
    assert_eq!(check_with(&genuine, Some(later)), Err(damage(20, kind)));
}

#[test]
fn the_first_damage_is_told_and_not_the_second() {
    let mut rows = journal(0);
    rows[5].chain = Some([7; 32]);
    rows.remove(15);
    assert_eq!(check(&rows), Err(damage(6, DamageKind::Rewritten)));
    let mut rows = journal(0);
    rows[4].digest = [9; 32];
    rows.remove(15);
    assert_eq!(check(&rows), Err(damage(3, DamageKind::Rewritten)));
}

#[test]
fn a_piece_from_the_middle_fits_behind_a_link_that_is_believed() {
    let rows = journal(0);
    for after in 0..19 {
        let mut checker = Checker::new(Position(after), None, None);
        let piece = rows.iter().filter(|row| row.position > after);
        for row in piece {
            checker.take(row.clone(), &row.digest).unwrap();
        }
        assert_eq!(checker.finish(None).unwrap().last, Position(20));
    }
}
