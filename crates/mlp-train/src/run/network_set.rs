//! Sets of networks as ranges of their indices.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// A set of networks. Networks finish nearly in order, so a few ranges hold many of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSet {
    /// Disjoint ranges that do not touch: start to end.
    ranges: BTreeMap<u64, u64>,
}

impl FromIterator<u64> for NetworkSet {
    fn from_iter<I: IntoIterator<Item = u64>>(networks: I) -> Self {
        let mut set = Self::default();
        for network in networks {
            set.insert(network);
        }
        set
    }
}

impl NetworkSet {
    /// All networks below `count` but these.
    pub fn all_but(others: &BTreeSet<u64>, count: u64) -> Self {
        let mut ranges = BTreeMap::new();
        let mut next = 0;
        for &other in others.iter().chain(std::iter::once(&count)) {
            if next < other {
                ranges.insert(next, other);
            }
            next = other + 1;
        }
        Self { ranges }
    }

    /// Adds a network; returns whether it is new.
    pub fn insert(&mut self, network: u64) -> bool {
        let before = self.ranges.range(..=network).next_back();
        let before = before.map(|(&start, &end)| (start, end));
        if before.is_some_and(|(_, end)| network < end) {
            return false;
        }
        let start = match before {
            Some((start, end)) if end == network => start,
            _ => network,
        };
        let end = self.ranges.remove(&(network + 1)).unwrap_or(network + 1);
        self.ranges.insert(start, end);
        true
    }

    /// Whether a network is in the set.
    pub fn contains(&self, network: u64) -> bool {
        let before = self.ranges.range(..=network).next_back();
        before.is_some_and(|(_, &end)| network < end)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many networks there are.
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|(start, end)| end - start).sum()
    }

    /// The networks below `count` that are not in the set, as ascending ranges.
    pub fn missing(&self, count: u64) -> Vec<Range<u64>> {
        let mut missing = Vec::new();
        let mut next = 0;
        for (&start, &end) in &self.ranges {
            if next < start.min(count) {
                missing.push(next..start.min(count));
            }
            next = end;
        }
        if next < count {
            missing.push(next..count);
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_of_some_networks_are_missed_by_none() {
        for some in [&[][..], &[0], &[4], &[0, 1, 3], &[0, 1, 2, 3, 4]] {
            let some: BTreeSet<u64> = some.iter().copied().collect();
            let missing = NetworkSet::all_but(&some, 5).missing(5);
            assert!(missing.into_iter().flatten().eq(some.iter().copied()));
        }
    }

    #[test]
    fn ranges_hold_what_was_inserted() {
        let mut set = NetworkSet::default();
        let mut plain = BTreeSet::new();
        // All of 0..97 in a mixed order, since 97 is prime, and some of them twice.
        for step in 0..120u64 {
            let network = step * 37 % 97;
            assert_eq!(set.insert(network), plain.insert(network), "{network}");
            assert_eq!(set.len(), plain.len() as u64);
            let missing: Vec<u64> = set.missing(97).into_iter().flatten().collect();
            let expected: Vec<u64> = (0..97).filter(|n| !plain.contains(n)).collect();
            assert!((0..97).all(|n| set.contains(n) == plain.contains(&n)));
            assert_eq!(missing, expected);
        }
        assert_eq!(set.missing(97), []);
        assert!(set.missing(99).into_iter().flatten().eq(97..99));
        assert_eq!(set.missing(5), []);
    }
}
