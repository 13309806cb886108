//! Groups of diagnostics, and what they are computed from.

use std::cell::OnceCell;

use mlp_core::{LayerTrace, Samples, TrainSpec};
use ndarray::Array2;

use crate::error::Error;

/// Columns that are recorded together.
#[derive(Debug)]
pub struct Group {
    /// Its name, as `--diagnostics` takes it.
    pub name: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// Its columns.
    pub columns: &'static [DiagnosticColumn],
    /// Whether it needs a trace of the layers, which normalization does not allow.
    pub traces: bool,
    /// Whether it compares each layer with the next one, which shortcuts do not allow.
    pub pairs: bool,
    /// Its cost.
    pub cost: Cost,
    /// Fills in the columns that apply.
    pub(super) value: fn(&Snapshot<'_>, &mut Values) -> Result<(), Error>,
}

/// Groups are compared by name.
impl PartialEq for Group {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// The cost of a group, in full-batch updates of a small network (moons, 2-16-16-1), as measured: a rough
/// estimate for plans, not a precise timing.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Per record.
    pub record: f64,
    /// Per update, in updates of the batch's own size.
    pub update: f64,
}

/// A column of a group.
#[derive(Debug, PartialEq)]
pub struct DiagnosticColumn {
    /// Its name; for one column per layer the part before `_0`, `_1` ...
    pub name: &'static str,
    /// How many there are.
    pub each: Each,
    /// What it is, in one line.
    pub description: &'static str,
}

/// The number of columns with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Each {
    /// One.
    Network,
    /// One per layer, including the output layer.
    Layer,
    /// One per hidden layer.
    Hidden,
}

/// The deviation of a training from theory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drift {
    /// The sum over the neurons of the predicted values.
    pub(super) predicted: f64,
    pub(super) balance: f64,
    pub(super) classes: Option<f64>,
}

/// A network at a recorded step, for the groups.
pub(super) struct Snapshot<'a> {
    pub(super) spec: &'a TrainSpec,
    /// The training part in f64.
    pub(super) samples: &'a Samples<f64>,
    /// Points of one's own, scaled, `[points, features]`.
    pub(super) points: Option<&'a Array2<f64>>,
    /// The probability of the second of two classes above which it is predicted; `None` for the more likely class.
    pub(super) threshold: Option<f64>,
    pub(super) parameters: &'a [f64],
    /// The initial parameters of this training.
    pub(super) initial: &'a [f64],
    /// The parameters before the last update, where they were kept.
    pub(super) previous: Option<&'a [f64]>,
    /// The gradient of the training loss at the parameters.
    pub(super) gradient: &'a [f64],
    /// The rate of the last update, in the first layer.
    pub(super) rate: f64,
    /// What was followed from update to update; `None` where the parameters were restored.
    pub(super) drift: Option<Drift>,
    /// The Lyapunov exponent since the start, where a twin is trained.
    pub(super) exponent: Option<f64>,
    pub(super) traces: OnceCell<Vec<LayerTrace>>,
}

impl Snapshot<'_> {
    /// The outputs of every layer on the training part.
    pub(super) fn traces(&self) -> Result<&[LayerTrace], Error> {
        if self.traces.get().is_none() {
            let inputs = self.samples.inputs();
            let traces = mlp_core::trace(&self.spec.architecture, self.parameters, inputs)?;
            let _ = self.traces.set(traces);
        }
        Ok(self.traces.get().map_or(&[], Vec::as_slice))
    }
}

/// The values of columns by name, and by layer for columns of a layer.
#[derive(Debug, Default)]
pub(crate) struct Values(pub(crate) Vec<(&'static str, Option<usize>, f64)>);

impl Values {
    pub(super) fn put(&mut self, name: &'static str, value: f64) {
        self.0.push((name, None, value));
    }

    pub(super) fn put_layer(&mut self, name: &'static str, layer: usize, value: f64) {
        self.0.push((name, Some(layer), value));
    }
}

/// The sum of squares, in order.
pub(super) fn square(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value * value)
}
