//! How long and how random a fault's run is. Without words from outside it is short and always the same; `just torture`
//! makes it long. The seed repeats a run's choices.

/// One run: how often the fault happens, and where its choices come from.
pub struct Fault {
    name: &'static str,
    /// How often the fault happens.
    pub count: usize,
    seed: u64,
    state: u64,
}

impl Fault {
    /// `short` times, unless `HILO_TORTURE` says how often; `HILO_SEED` says which choices.
    #[must_use]
    pub fn times(name: &'static str, short: usize) -> Self {
        let count = number("HILO_TORTURE").and_then(|count| usize::try_from(count).ok());
        let seed = number("HILO_SEED").unwrap_or(1);
        Self {
            name,
            count: count.unwrap_or(short),
            seed,
            state: seed,
        }
    }

    /// A number from 0 to `end`, without `end` (SplitMix64, Steele and others 2014).
    pub fn below(&mut self, end: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }

    /// Puts a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            let end_number = u64::try_from(end).unwrap_or(u64::MAX);
            let at = usize::try_from(self.below(end_number + 1)).unwrap_or(end);
            list.swap(at, end);
        }
    }

    /// Says how the run can be repeated, and what it held against.
    pub fn tell(&self, outcome: &str) {
        eprintln!(
            "{name}: {outcome}. Repeat it with: just torture {name} {count} {seed}",
            name = self.name,
            count = self.count,
            seed = self.seed,
        );
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_choices() {
        let choices = |seed| {
            let mut fault = Fault::times("any", 1);
            fault.state = seed;
            (0..8).map(|_| fault.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(choices(7), choices(7));
        assert_ne!(choices(7), choices(8));
    }

    #[test]
    fn a_shuffled_list_holds_the_same() {
        let mut fault = Fault::times("any", 1);
        let mut list: Vec<u32> = (0..100).collect();
        fault.shuffle(&mut list);
        assert!(list.windows(2).any(|pair| pair[0] > pair[1]));
        list.sort_unstable();
        assert_eq!(list, (0..100).collect::<Vec<_>>());
    }
}
