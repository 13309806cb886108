//! The passes over the training part that updates are made of.

use super::{Feed, Trainer};
use crate::{
    Samples, Scalar,
    engine::{Answer, Layout, Objective, Observe, Tally, Workspace},
    samples::block_columns,
};

impl<T: Scalar> Trainer<'_, T> {
    /// What a summed loss over `count` samples is multiplied by.
    pub(super) fn factor(&self, count: usize) -> f64 {
        self.spec.loss_scale / self.spec.loss.terms(count, self.program.outputs)
    }

    /// Gradient over all samples; what `observe` asks for goes to the tally on the way.
    pub(super) fn full_gradient(&mut self, observe: Observe) {
        let factor = T::from_f64(self.factor(self.samples.len()));
        let own;
        let layout = match &self.feed {
            Feed::Full(layout) => layout,
            _ => {
                let columns =
                    block_columns(self.samples.len(), self.program.block_limit(), T::LANES);
                self.make_room(columns);
                own = Layout::new(self.samples, columns);
                &own
            }
        };
        let Self {
            program,
            workspace: Workspace { gather, pass, .. },
            parameters,
            gradient,
            objective,
            tally,
            samples,
            ..
        } = self;
        tally.clear();
        for index in 0..layout.count(samples) {
            let block = layout.block(index, samples, gather);
            program.forward(parameters, block.x, block.columns, pass);
            let y = program.outputs(pass, block.columns);
            tally.add(
                observe,
                &program.kernels,
                *objective,
                program.outputs,
                &block,
                y,
            );
            program.loss_gradient(&block, *objective, factor, pass);
            program.backward(
                parameters,
                block.x,
                block.columns,
                index > 0,
                pass,
                gradient,
            );
        }
    }

    /// Forward over `samples`; what `observe` asks for goes to `tally`.
    pub(super) fn observe(
        &mut self,
        samples: &Samples<T>,
        objective: Objective,
        observe: Observe,
        tally: &mut Tally,
    ) {
        let columns = block_columns(samples.len(), self.program.block_limit(), T::LANES);
        self.make_room(columns);
        let layout = Layout::new(samples, columns);
        let Self {
            program,
            workspace: Workspace { gather, pass, .. },
            parameters,
            ..
        } = self;
        tally.clear();
        for index in 0..layout.count(samples) {
            let block = layout.block(index, samples, gather);
            program.forward(parameters, block.x, block.columns, pass);
            let y = program.outputs(pass, block.columns);
            tally.add(
                observe,
                &program.kernels,
                objective,
                program.outputs,
                &block,
                y,
            );
        }
    }

    /// Gradient over the next batch; what `observe` asks for goes to the tally on the way.
    pub(super) fn batch_gradient(&mut self, observe: Observe) {
        let Feed::Batches(order) = &mut self.feed else {
            return;
        };
        let batch = order.batch(self.steps);
        let factor = T::from_f64(
            self.spec.loss_scale / self.spec.loss.terms(batch.len(), self.program.outputs),
        );
        let columns = block_columns(batch.len(), self.program.block_limit(), T::LANES);
        let Self {
            program,
            workspace: Workspace { gather, pass, .. },
            parameters,
            gradient,
            objective,
            tally,
            samples,
            ..
        } = self;
        tally.clear();
        for (index, rows) in order.rows()[batch].chunks(columns).enumerate() {
            let block = gather.fill(samples, rows.iter().map(|&row| row as usize));
            program.forward(parameters, block.x, block.columns, pass);
            let y = program.outputs(pass, block.columns);
            tally.add(
                observe,
                &program.kernels,
                *objective,
                program.outputs,
                &block,
                y,
            );
            program.loss_gradient(&block, *objective, factor, pass);
            program.backward(
                parameters,
                block.x,
                block.columns,
                index > 0,
                pass,
                gradient,
            );
        }
    }

    /// The gradient of the next sample and the update with it, in one where the optimizer allows.
    pub(super) fn single_step(&mut self, observe: Observe) {
        let Feed::Single(order) = &mut self.feed else {
            return;
        };
        let batch = order.batch(self.steps);
        let row = order.rows()[batch.start] as usize;
        let seen = (observe != Observe::Nothing).then(|| self.loss_of(row));
        if !self.descent.is_empty() {
            self.set_pace(seen);
            self.set_descent();
        }
        let factor =
            T::from_f64(self.spec.loss_scale / self.spec.loss.terms(1, self.program.outputs));
        let Self {
            program,
            workspace: Workspace { gather, pass, .. },
            parameters,
            gradient,
            objective,
            descent,
            ..
        } = self;
        let block = gather.point(self.samples, row);
        if descent.is_empty() {
            program.single(
                &block,
                *objective,
                factor,
                pass,
                Answer::Gradient {
                    parameters,
                    gradient,
                },
            );
            self.advance(seen);
            return;
        }
        self.steps += 1;
        let finite = program.single(
            &block,
            *objective,
            factor,
            pass,
            Answer::Descent {
                parameters,
                forms: descent,
            },
        );
        self.finish_update(finite);
    }

    /// The loss of one sample at the parameters as they stand.
    fn loss_of(&mut self, row: usize) -> f64 {
        let Self {
            program,
            workspace: Workspace { gather, pass, .. },
            parameters,
            objective,
            tally,
            samples,
            ..
        } = self;
        tally.clear();
        let block = gather.fill(samples, std::iter::once(row));
        program.forward(parameters, block.x, block.columns, pass);
        let y = program.outputs(pass, block.columns);
        let kernels = &program.kernels;
        tally.add(
            Observe::Loss,
            kernels,
            *objective,
            program.outputs,
            &block,
            y,
        );
        self.tally.loss() * self.factor(1)
    }

    /// Brings the fused updates to the pace of the update at hand.
    fn set_descent(&mut self) {
        if !self.pace.varies {
            return;
        }
        for (base, forms) in self.layers.iter().zip(&mut self.descent) {
            let mut now = base.clone();
            self.pace.set(base, &mut now, self.steps, 1);
            *forms = (now[0].descent(), now[1].descent());
        }
    }

    /// Grows the workspace where a pass over wider blocks than those of a step is asked for.
    pub(super) fn make_room(&mut self, columns: usize) {
        if self.workspace.columns() < columns {
            self.workspace = Workspace::new(&self.program, columns);
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::{
        Activation, Architecture, Batch, Level, Loss, Targets, TrainSpec,
        seed::{Purpose, Stream},
    };

    fn data(samples: usize, features: usize) -> Samples<f32> {
        let mut stream = Stream::new(2, Purpose::Generator);
        let inputs = Array2::from_shape_simple_fn((samples, features), || stream.normal() as f32);
        let labels = (0..samples).map(|_| stream.below(3) as u32).collect();
        Samples::new(inputs.view(), &Targets::Classes { labels, classes: 3 }).unwrap()
    }

    #[test]
    fn descent_fused_with_the_gradient_has_the_bits_of_both_passes() {
        let samples = data(50, 5);
        let net = Architecture::classical(5, &[17, 6], Activation::Silu, 3);
        for (weight_decay, decay_bias) in [(0.0, false), (0.01, false), (0.01, true)] {
            let batch = Batch::Size(1);
            let spec = TrainSpec::new(net.clone(), Loss::SoftmaxCrossEntropy);
            let spec = TrainSpec {
                batch,
                weight_decay,
                decay_bias,
                ..spec
            };
            let mut fused = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
            let mut apart = fused.clone();
            assert_eq!(fused.descent.len(), 3);
            apart.descent.clear();
            for _ in 0..120 {
                fused.step();
                apart.step();
                assert_eq!(fused.parameters(), apart.parameters());
            }
            assert_eq!(fused.state(), apart.state());
        }
    }

    #[test]
    fn a_part_too_large_to_be_kept_twice_gives_the_same_numbers() {
        let samples = data(1500, 7);
        let net = Architecture::classical(7, &[9], Activation::Tanh, 3);
        let spec = TrainSpec::new(net, Loss::SoftmaxCrossEntropy);
        let mut kept = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
        let mut gathered = kept.clone();
        let columns = block_columns(samples.len(), kept.program.block_limit(), 16);
        assert!(columns < 1500, "several blocks");
        gathered.feed = Feed::Full(Layout::Gathered(columns));
        for _ in 0..5 {
            kept.step();
            gathered.step();
        }
        assert_eq!(kept.parameters(), gathered.parameters());
    }
}
