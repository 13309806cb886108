//! Diagnostics: groups of columns on what training does inside a network, recorded on request
//! (`--diagnostics balance,sharpness`).
//!
//! They are computed in f64 at recorded steps, whatever the precision of the training, from the current
//! parameters, the training part and its loss (without penalties, in evaluation mode). They never
//! affect the training: with and without them its bits are the same. To add a group: a file here and
//! a line of the registry.

mod balance;
mod distance;
mod function;
mod function_on_points;
mod gradient;
pub(crate) mod group;
mod hash;
mod lyapunov;
mod margin;
mod norms;
mod patterns;
mod sharpness;
mod spectral;
mod twin;
mod units;
mod watcher;

pub use self::group::{Cost, DiagnosticColumn, Each, Group};
pub(crate) use self::{
    function_on_points::ON_POINTS,
    watcher::{Watcher, WatcherState},
};

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
    function_on_points::GROUP,
    sharpness::GROUP,
    lyapunov::GROUP,
];

/// The columns of groups in order, each with its layer where it has one, for networks of up to `layers` layers.
pub fn columns(
    groups: &[&'static Group],
    layers: usize,
) -> impl Iterator<Item = (&'static DiagnosticColumn, Option<usize>)> {
    let columns = groups.iter().flat_map(|group| group.columns);
    columns.flat_map(move |column| {
        let count = match column.each {
            Each::Network => return vec![(column, None)],
            Each::Layer => layers,
            Each::Hidden => layers.saturating_sub(1),
        };
        (0..count).map(|layer| (column, Some(layer))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::metric::Metric;

    #[test]
    fn columns_know_their_groups() {
        let all: Vec<&Group> = GROUPS.iter().collect();
        let mut names: Vec<String> = Vec::new();
        for (column, layer) in columns(&all, 3) {
            let metric = Metric::Diagnostic(column, layer);
            let group = metric.group().unwrap();
            assert!(group.columns.contains(column), "{metric}");
            assert_eq!(metric.to_string().parse(), Ok(metric));
            names.push(metric.to_string());
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(names.contains(&"spectral_norm_2".to_owned()));
        assert!(names.contains(&"dead_1".to_owned()) && !names.contains(&"dead_2".to_owned()));
    }
}
