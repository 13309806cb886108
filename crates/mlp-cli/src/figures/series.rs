//! The table `series` as curves of single networks.

use mlp_train::Table;

use crate::nets::Nets;

/// Curves over the recorded steps of all networks.
pub struct SeriesTable {
    table: Table,
    /// Every recorded step, ascending.
    steps: Vec<f64>,
    /// Network and position in `steps` of every row.
    rows: Vec<(usize, usize)>,
    networks: usize,
    /// Networks with fewer recorded steps: they keep their last values.
    held: Vec<bool>,
}

impl SeriesTable {
    /// Sorts the rows by network and step.
    pub fn new(table: Table, nets: &Nets) -> Self {
        let row_nets = table.integers("net").unwrap_or_default();
        let row_steps = table.integers("step").unwrap_or_default();
        let mut steps = row_steps.clone();
        steps.sort_unstable();
        steps.dedup();
        let rows = row_nets
            .iter()
            .zip(&row_steps)
            .map(|(&net, step)| (net as usize, steps.binary_search(step).unwrap_or(0)))
            .collect();
        let steps = steps.into_iter().map(|step| step as f64).collect();
        let sound = nets.sound().iter();
        let held = sound.map(|sound| nets.stopped() > 0 && *sound).collect();
        Self {
            table,
            steps,
            rows,
            networks: nets.rows(),
            held,
        }
    }

    /// The recorded steps.
    pub fn steps(&self) -> &[f64] {
        &self.steps
    }

    /// The curve of every network, NaN where it was not recorded; `None` where the metric applies to none.
    pub fn curves(&self, metric: &str) -> Option<Vec<Vec<f64>>> {
        let numbers = self.table.numbers(metric)?;
        if numbers.iter().all(|value| value.is_nan()) {
            return None;
        }
        let mut curves = vec![vec![f64::NAN; self.steps.len()]; self.networks];
        for (&(net, step), &value) in self.rows.iter().zip(&numbers) {
            if let Some(curve) = curves.get_mut(net) {
                curve[step] = value;
            }
        }
        for (curve, _) in curves.iter_mut().zip(&self.held).filter(|(_, held)| **held) {
            for step in 1..curve.len() {
                if curve[step].is_nan() {
                    curve[step] = curve[step - 1];
                }
            }
        }
        Some(curves)
    }

    /// Whether the metric applies to any network.
    pub fn has(&self, metric: &str) -> bool {
        self.table
            .numbers(metric)
            .is_some_and(|numbers| numbers.iter().any(|value| !value.is_nan()))
    }
}
