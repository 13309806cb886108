//! Diagnostics: groups of columns about what training does inside a network, recorded on request
//! (`--measure balance,sharpness`).
//!
//! They are taken in f64 at recorded steps, whatever the training's numbers are, from the parameters
//! as they stand, the training part and its loss (without penalties, in evaluation). They never
//! touch the training: with and without them its bits are the same. To add a group: a file here and
//! a line of the registry.

mod balance;
mod distance;
mod function;
mod gradient;
pub(crate) mod group;
mod hash;
mod lyapunov;
mod margin;
mod norms;
mod patterns;
mod sharpness;
mod spectral;
mod units;
mod watcher;

pub use self::group::{Column, Cost, Each, Group};
pub(crate) use self::watcher::{Watcher, WatcherMemory};

/// Every group, one line each.
pub const GROUPS: &[Group] = &[
    norms::GROUP,
    distance::GROUP,
    spectral::GROUP,
    gradient::GROUP,
    balance::GROUP,
    margin::GROUP,
    units::GROUP,
    patterns::GROUP,
    function::GROUP,
    sharpness::GROUP,
    lyapunov::GROUP,
];

/// The group of this name.
pub fn group(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == name)
}

/// The group that has a column of this name.
pub fn group_of(column: &str) -> Option<&'static Group> {
    column_of(column).map(|(group, _)| group)
}

/// The column of this name with its group.
pub fn column_of(column: &str) -> Option<(&'static Group, &'static Column)> {
    let of_layer = column
        .rsplit_once('_')
        .filter(|(_, layer)| layer.parse::<usize>().is_ok());
    let is = |known: &&Column| match known.each {
        Each::Network => known.name == column,
        _ => of_layer.is_some_and(|(name, _)| known.name == name),
    };
    let mut groups = GROUPS.iter();
    groups.find_map(|group| Some((group, group.columns.iter().find(is)?)))
}

/// The columns of groups in order, for networks of up to `layers` layers.
pub fn columns(groups: &[&'static Group], layers: usize) -> Vec<String> {
    let mut columns = Vec::new();
    for column in groups.iter().flat_map(|group| group.columns) {
        let count = match column.each {
            Each::Network => {
                columns.push(column.name.to_owned());
                continue;
            }
            Each::Layer => layers,
            Each::Hidden => layers.saturating_sub(1),
        };
        columns.extend((0..count).map(|layer| format!("{}_{layer}", column.name)));
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_know_their_groups() {
        let all: Vec<&Group> = GROUPS.iter().collect();
        let columns = columns(&all, 3);
        for column in &columns {
            assert!(group_of(column).is_some(), "{column}");
            assert!(crate::measures::metric::exists(column), "{column}");
        }
        let mut names = columns.clone();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), columns.len());
        assert!(columns.contains(&"spectral_norm_2".to_owned()));
        assert!(columns.contains(&"dead_1".to_owned()) && !columns.contains(&"dead_2".to_owned()));
        assert!(group_of("sharpness_0").is_none() && group_of("dead").is_none());
    }
}
