//! Lists that are kept in order. The sort of the standard library is made for millions and is much to load; what a page
//! keeps in order are dozens. Must not know what is in order.

/// Puts an item into a list that is in order, after those that are alike.
pub fn put<T>(list: &mut Vec<T>, item: T, before: &dyn Fn(&T, &T) -> bool) {
    let place = list.partition_point(|other| !before(&item, other));
    list.insert(place, item);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_keeps_its_order() {
        let mut list = Vec::new();
        for item in [(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')] {
            put(&mut list, item, &|one, other| one.0 < other.0);
        }
        assert_eq!(list, [(0, 'd'), (1, 'b'), (1, 'e'), (2, 'a'), (2, 'c')]);
    }
}
