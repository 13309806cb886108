//! Records of networks side by side.

use super::{Pack, transfer::read};
use crate::{
    Evaluation, Scalar,
    engine::Observe,
    trainer::{BatchSource, Trainer},
};

impl<T: Scalar> Pack<T> {
    /// What [`Trainer::record`] tells of each of `trainers`, in their order and to the last bit: how well it
    /// does on its training part, and the norm of the loss's gradient there.
    ///
    /// Full batches go through the network in one pass for all; the others are recorded one by one.
    pub fn record(&mut self, trainers: &mut [&mut Trainer<'_, T>]) -> Vec<(Evaluation, f64)> {
        let mut records = Vec::with_capacity(trainers.len());
        for group in trainers.chunks_mut(Self::LANES) {
            let together = group.len() >= Self::FEW
                && group.iter().all(|trainer| {
                    trainer.shares_passes()
                        && matches!(trainer.feed, BatchSource::Full(_))
                        && self.takes(trainer)
                });
            if together {
                self.record_group(group, &mut records);
            } else {
                records.extend(group.iter_mut().map(|trainer| trainer.record()));
            }
        }
        records
    }

    /// Records at most a trainer a lane.
    fn record_group(
        &mut self,
        group: &mut [&mut Trainer<'_, T>],
        records: &mut Vec<(Evaluation, f64)>,
    ) {
        let mut lanes: Vec<Option<&mut Trainer<'_, T>>> = group
            .iter_mut()
            .map(|trainer| Some(&mut **trainer))
            .collect();
        lanes.resize_with(Self::LANES, || None);
        self.load(&lanes);
        let within = |pack: &Self, lane| {
            let largest = pack.largest(lane);
            largest.is_some_and(|largest| largest <= pack.bound)
        };
        let batch = self.gather(&mut lanes);
        self.learn(&lanes, batch);
        for (lane, trainer) in lanes.iter_mut().enumerate() {
            let Some(trainer) = trainer else {
                continue;
            };
            records.push(match within(self, lane) {
                true => self.record_lane(lane, trainer),
                false => trainer.record(),
            });
        }
    }

    /// The record of a lane after the pass over all samples.
    fn record_lane(&self, lane: usize, trainer: &mut Trainer<'_, T>) -> (Evaluation, f64) {
        read(&self.gradient, lane, &mut trainer.gradient);
        let Trainer {
            program,
            workspace,
            feed,
            objective,
            samples,
            evaluation_sums,
            ..
        } = &mut *trainer;
        evaluation_sums.clear();
        if let BatchSource::Full(layout) = feed {
            let pass = &mut workspace.pass;
            let block = layout.block(0, samples, Some(objective), &mut workspace.gather);
            let outputs = self
                .program
                .program
                .outputs(&self.workspace.pass, samples.len() * T::LANES);
            let first = program.output_y * block.columns;
            let rows = pass.activations[pass.base + first..].chunks_exact_mut(block.columns);
            for (row, outputs) in rows.zip(outputs.chunks_exact(samples.len() * T::LANES)) {
                read(outputs, lane, &mut row[..block.valid]);
            }
            evaluation_sums.add(Observe::Everything, program, objective, &block, pass, None);
        }
        let squares = trainer.program.kernels.sum_of_squares(&trainer.gradient);
        let evaluation = trainer
            .evaluation_sums
            .evaluation(&trainer.samples, &trainer.objective);
        (evaluation, squares.sqrt())
    }
}
