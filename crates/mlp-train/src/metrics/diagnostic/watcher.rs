//! Diagnostics of one training.

use std::{cell::OnceCell, sync::Arc};

use mlp_core::{Outputs, Scalar, Trainer};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::{
    balance::Follower,
    function_on_points::ON_POINTS,
    group::{Group, Snapshot, Values},
    twin::Twin,
};
use crate::{data::prepare::Prepared, error::Error, run::state_numbers::StateNumbers};

/// What a watcher remembers about the updates so far.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct WatcherState {
    follower: Option<Follower>,
    twin: Option<StateNumbers>,
}

/// Follows one training for the requested groups.
pub(crate) struct Watcher<'a, T: Scalar> {
    groups: Arc<[&'static Group]>,
    prepared: &'a Prepared<T>,
    /// Points of one's own, where they are looked at.
    points: Option<Array2<f64>>,
    initial: Vec<f64>,
    /// The parameters before the last update, where they are needed.
    previous: Option<Vec<f64>>,
    follower: Option<Follower>,
    twin: Option<Twin<'a, T>>,
}

impl<'a, T: Scalar> Watcher<'a, T> {
    /// At the start of a training; `None` where no group is requested.
    pub(crate) fn new(
        groups: &Arc<[&'static Group]>,
        trainer: &Trainer<'_, T>,
        prepared: &'a Prepared<T>,
    ) -> Result<Option<Self>, Error> {
        if groups.is_empty() {
            return Ok(None);
        }
        let initial = numbers(trainer.parameters());
        let softmax = trainer.spec().loss.outputs() == Outputs::ClassLogits;
        let follower = wants(groups, "balance")
            .then(|| Follower::new(trainer.architecture(), &initial, softmax));
        let twin = wants(groups, "lyapunov").then(|| Twin::new(trainer, prepared));
        let points = prepared.points().filter(|_| wants(groups, ON_POINTS));
        Ok(Some(Self {
            groups: Arc::clone(groups),
            prepared,
            points: points.map(|points| points.mapv(T::to_f64)),
            initial,
            previous: None,
            follower,
            twin: twin.transpose()?,
        }))
    }

    /// The state between a record and the next update.
    pub(crate) fn memory(&self) -> WatcherState {
        WatcherState {
            follower: self.follower.clone(),
            twin: self.twin.as_ref().map(Twin::memory),
        }
    }

    /// Continues from a state, in a watcher of the same training's start.
    ///
    /// # Errors
    /// [`Error::Core`]: a twin of another training.
    pub(crate) fn recall(&mut self, memory: WatcherState) -> Result<(), Error> {
        self.follower = memory.follower;
        if let (Some(twin), Some(state)) = (&mut self.twin, &memory.twin) {
            twin.recall(state)?;
        }
        Ok(())
    }

    /// The step before which something is looked at next, where a record comes at `record`.
    pub(crate) fn next(&self, step: u64, record: u64) -> u64 {
        if self.follower.is_some() {
            return step + 1;
        }
        // The update that leads to a record.
        match wants(&self.groups, "gradient") && record > step + 1 {
            true => record - 1,
            false => record,
        }
    }

    /// To be called before an update; `recorded` if a record comes after it.
    pub(crate) fn before(&mut self, trainer: &Trainer<'_, T>, recorded: bool) {
        let wanted = self.follower.is_some() || recorded && wants(&self.groups, "gradient");
        self.previous = wanted.then(|| numbers(trainer.parameters()));
    }

    /// To be called after an update.
    pub(crate) fn after(&mut self, trainer: &Trainer<'_, T>) {
        if let (Some(follower), Some(previous)) = (&mut self.follower, &self.previous) {
            follower.follow(trainer, previous, &numbers(trainer.parameters()));
        }
    }

    /// The parameters were restored to those of an earlier step: what was followed since does not apply to them.
    pub(crate) fn rewind(&mut self) {
        self.previous = None;
        self.follower = None;
    }

    /// The columns at the current parameters, with which the second of two classes is predicted above a threshold.
    pub(crate) fn values(
        &mut self,
        trainer: &mut Trainer<'_, T>,
        threshold: Option<f64>,
    ) -> Result<Values, Error> {
        let parameters = numbers(trainer.parameters());
        let gradient = match wants(&self.groups, "gradient") {
            true => numbers(trainer.gradient()),
            false => Vec::new(),
        };
        let architecture = trainer.architecture();
        let drift = self.follower.as_ref();
        let now = Snapshot {
            spec: trainer.spec(),
            samples: self.prepared.train_in_f64(),
            points: self.points.as_ref(),
            threshold,
            initial: &self.initial,
            previous: self.previous.as_deref(),
            gradient: &gradient,
            rate: trainer.learning_rate(),
            drift: drift.map(|follower| follower.drift(architecture, &parameters)),
            exponent: self.twin.as_mut().and_then(|twin| twin.exponent(trainer)),
            traces: OnceCell::new(),
            parameters: &parameters,
        };
        let mut values = Values::default();
        for group in self.groups.iter() {
            (group.value)(&now, &mut values)?;
        }
        Ok(values)
    }
}

fn wants(groups: &[&'static Group], name: &str) -> bool {
    groups.iter().any(|group| group.name == name)
}

fn numbers<T: Scalar>(values: &[T]) -> Vec<f64> {
    values.iter().map(|value| value.to_f64()).collect()
}
