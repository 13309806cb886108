//! Diagnostics: groups of columns about what training does inside a network, recorded on request
//! (`--measure balance,sharpness`).
//!
//! They are taken in f64 at recorded steps, whatever the training's numbers are, from the parameters
//! as they stand, the training part and its loss (without penalties, in evaluation). They never
//! touch the training: with and without them its bits are the same. To add a group: a file here and
//! a line of the registry.

mod balance;
mod distance;
mod gradient;
mod lyapunov;
mod margin;
mod norms;
mod patterns;
mod sharpness;
mod spectral;
mod units;
mod watcher;

use std::cell::OnceCell;

use mlp_core::{LayerTrace, Samples, TrainSpec};

pub(crate) use self::watcher::{Watcher, WatcherMemory};
use crate::error::Error;

/// Columns that are recorded together.
#[derive(Debug)]
pub struct Group {
    /// Its name, as `--measure` takes it.
    pub name: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
    /// Whether it looks into the layers, which normalisation forbids.
    pub traces: bool,
    /// What it costs.
    pub cost: Cost,
    /// Fills in the columns, as far as they apply.
    value: fn(&Snapshot<'_>, &mut Values) -> Result<(), Error>,
}

/// What a group costs, in full-batch updates of a small network (moons, 2-16-16-1), as measured: to
/// tell seconds from hours in a plan, not to time anything.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Of each record.
    pub record: f64,
    /// Of each update, in updates of the batch's own size.
    pub update: f64,
}

/// A column of a group.
#[derive(Debug)]
pub struct Column {
    /// Its name; of a column a layer what comes before `_0`, `_1` ...
    pub name: &'static str,
    /// How many there are.
    pub each: Each,
    /// What it is, in one line.
    pub description: &'static str,
}

/// How many columns of a name there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Each {
    /// One.
    Network,
    /// One a layer, the output layer included.
    Layer,
    /// One a hidden layer.
    Hidden,
}

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

/// A network at a recorded step, as groups see it.
struct Snapshot<'a> {
    spec: &'a TrainSpec,
    /// The training part in f64.
    samples: &'a Samples<f64>,
    parameters: &'a [f64],
    /// Where this training began.
    initial: &'a [f64],
    /// The parameters before the last update, where they were kept.
    previous: Option<&'a [f64]>,
    /// The gradient of the training loss at the parameters.
    gradient: &'a [f64],
    /// The rate of the last update, in the first layer.
    rate: f64,
    /// What was followed from update to update; `None` where the parameters were put back.
    drift: Option<balance::Drift>,
    /// The Lyapunov exponent since the start, where a twin is trained.
    exponent: Option<f64>,
    traces: OnceCell<Vec<LayerTrace>>,
}

impl Snapshot<'_> {
    /// What every layer computes on the training part.
    fn traces(&self) -> Result<&[LayerTrace], Error> {
        if self.traces.get().is_none() {
            let inputs = self.samples.inputs();
            let traces = mlp_core::trace(&self.spec.architecture, self.parameters, inputs)?;
            let _ = self.traces.set(traces);
        }
        Ok(self.traces.get().map_or(&[], Vec::as_slice))
    }
}

/// Values by column.
#[derive(Debug, Default)]
pub(crate) struct Values(Vec<(String, f64)>);

impl Values {
    fn put(&mut self, name: &str, value: f64) {
        self.0.push((name.to_owned(), value));
    }

    fn put_layer(&mut self, name: &str, layer: usize, value: f64) {
        self.0.push((format!("{name}_{layer}"), value));
    }
}

/// The sum of squares, in order.
fn square(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value * value)
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
