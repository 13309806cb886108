//! How many networks of each group are solved.

use mlp_statistics::Proportion;

use super::{
    groups::{Grouping, Name},
    networks::{End, Networks},
    rows::{Row, maybe, whole},
};
use crate::results::columns::{Cell, ColumnKind};

/// The solved networks of a group; diverged and exploded ones count as not solved.
#[derive(Clone, Debug, PartialEq)]
pub struct Success {
    /// The group of networks.
    pub name: Name,
    /// Solved networks out of all.
    pub solved: Proportion,
    /// Diverged networks.
    pub diverged: u64,
    /// Exploded networks.
    pub exploded: u64,
}

pub(super) fn success(networks: &Networks, groupings: &[Grouping]) -> Vec<Success> {
    let mut found = Vec::new();
    for grouping in groupings {
        let start = found.len();
        found.extend((0..grouping.labels.len()).map(|group| Success {
            name: grouping.name(group),
            solved: Proportion::default(),
            diverged: 0,
            exploded: 0,
        }));
        for (net, end) in networks.ends.iter().enumerate() {
            let group = grouping.group(net).filter(|_| networks.is_kept(net));
            if let Some(group) = group {
                let success = &mut found[start + group];
                success.solved.push(*end == End::Solved);
                success.diverged += u64::from(*end == End::Diverged);
                success.exploded += u64::from(*end == End::Exploded);
            }
        }
    }
    found
}

impl Row for Success {
    const NAME: &'static str = "success";
    const COLUMNS: &'static [(&'static str, ColumnKind)] = &[
        ("networks", ColumnKind::Integer),
        ("diverged", ColumnKind::Integer),
        ("exploded", ColumnKind::Integer),
        ("solved", ColumnKind::Integer),
        ("share", ColumnKind::Number),
        ("low", ColumnKind::Number),
        ("high", ColumnKind::Number),
    ];

    fn name(&self) -> &Name {
        &self.name
    }

    fn cells(&self) -> Vec<Cell> {
        let interval = self.solved.interval();
        vec![
            whole(self.solved.trials),
            whole(self.diverged),
            whole(self.exploded),
            whole(self.solved.successes),
            maybe(self.solved.share()),
            maybe(interval.map(|(low, _)| low)),
            maybe(interval.map(|(_, high)| high)),
        ]
    }
}
