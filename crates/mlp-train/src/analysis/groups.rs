//! Groups of networks: all, those with one value of a swept key, those of one cell.

use super::networks::{NONE, Networks};
use crate::{error::Error, results::columns::Cell};

/// Keys with more listed values than this have no groups, as in the statistics.
const MOST_VALUES: usize = 64;
/// Grids with more cells than this have no groups by cell.
const MOST_CELLS: u64 = 4096;
/// Number of groups that the range of a drawn key is divided into.
const BINS: usize = 8;

/// A partition of the networks into groups.
pub(super) struct Grouping {
    /// The key, `cell`, or empty for all networks.
    pub(super) key: String,
    /// The groups' values.
    pub(super) labels: Vec<String>,
    /// The group of each network, [`NONE`] where it has none.
    of: Vec<u32>,
}

impl Grouping {
    /// All networks in one group.
    pub(super) fn all(networks: &Networks) -> Self {
        Self {
            key: String::new(),
            labels: vec![String::new()],
            of: vec![0; networks.len()],
        }
    }

    /// By the values of an axis: its listed values, or for a drawn one bins of equal width between its
    /// ends (on its scale); `None` where there are too many or too few.
    pub(super) fn by_axis(networks: &Networks, axis: usize) -> Result<Option<Self>, Error> {
        let experiment = networks.experiment;
        let found = &experiment.axes()[axis];
        let key = found.key.column();
        if found.is_continuous() {
            let log = found.is_log();
            let scaled = |v: f64| if log { v.ln() } else { v };
            let Some(values) = networks.column(&key)? else {
                return Ok(None);
            };
            let ends: Vec<f64> = found.sample().iter().filter_map(|v| v.as_f64()).collect();
            let [low, high] = ends[..] else {
                return Ok(None);
            };
            let (from, to) = (scaled(low), scaled(high));
            let width = (to - from) / BINS as f64;
            let bin = |value: &f64| {
                let place = (scaled(*value) - from) / width;
                match place.is_finite() {
                    true => (place.max(0.0) as u32).min(BINS as u32 - 1),
                    false => NONE,
                }
            };
            let edge = |i: usize| {
                let at = from + width * i as f64;
                format!("{:.3e}", if log { at.exp() } else { at })
                    .parse()
                    .map_or_else(|_| String::new(), crate::shortest)
            };
            let labels = (0..BINS).map(|i| format!("{}..{}", edge(i), edge(i + 1)));
            return Ok(Some(Self {
                key,
                labels: labels.collect(),
                of: values.iter().map(bin).collect(),
            }));
        }
        if !(2..=MOST_VALUES).contains(&found.values.len()) {
            return Ok(None);
        }
        let place = |net: usize| {
            let cell = experiment.cell_of(net as u64);
            experiment.place(cell, axis).map_or(NONE, |p| p as u32)
        };
        Ok(Some(Self {
            key,
            labels: found.labels(),
            of: (0..networks.len()).map(place).collect(),
        }))
    }

    /// By cell, for a grid of several axes.
    pub(super) fn by_cell(networks: &Networks) -> Option<Self> {
        let experiment = networks.experiment;
        let cells = experiment.cells();
        if experiment.is_drawn() || experiment.axes().len() < 2 || cells > MOST_CELLS {
            return None;
        }
        let label = |cell| {
            let values = experiment.cell(cell).into_iter();
            let named = values.map(|(key, value)| format!("{}={value}", key.column()));
            named.collect::<Vec<_>>().join(" ")
        };
        let of = |net: usize| experiment.cell_of(net as u64) as u32;
        Some(Self {
            key: "cell".to_owned(),
            labels: (0..cells).map(label).collect(),
            of: (0..networks.len()).map(of).collect(),
        })
    }

    /// All networks, then the groups of each key, then the cells.
    pub(super) fn every(networks: &Networks) -> Result<Vec<Self>, Error> {
        let mut groupings = vec![Self::all(networks)];
        for axis in 0..networks.experiment.axes().len() {
            groupings.extend(Self::by_axis(networks, axis)?);
        }
        groupings.extend(Self::by_cell(networks));
        Ok(groupings)
    }

    /// The group of a network.
    pub(super) fn group(&self, net: usize) -> Option<usize> {
        let group = self.of.get(net).copied().filter(|group| *group != NONE);
        group.map(|group| group as usize)
    }

    /// The networks' numbers by group, without NaN.
    pub(super) fn split(&self, values: &[f64]) -> Vec<Vec<f64>> {
        let mut split = vec![Vec::new(); self.labels.len()];
        for (net, value) in values.iter().enumerate().filter(|(_, v)| !v.is_nan()) {
            if let Some(group) = self.group(net) {
                split[group].push(*value);
            }
        }
        split
    }

    /// Key and value of a group as they are written in tables.
    pub(super) fn name(&self, group: usize) -> Name {
        Name {
            key: self.key.clone(),
            value: self.labels[group].clone(),
        }
    }
}

/// The group of networks that a result is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The key that they have in common, `cell`, or empty for all networks.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl Name {
    /// The first cells of a row.
    pub(super) fn cells(&self) -> [Cell; 2] {
        [&self.key, &self.value].map(|text| match text.is_empty() {
            true => Cell::Null,
            false => Cell::Text(text.clone()),
        })
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.key.as_str() {
            "" => f.write_str("all"),
            "cell" => f.write_str(&self.value),
            key => write!(f, "{key}={}", self.value),
        }
    }
}
