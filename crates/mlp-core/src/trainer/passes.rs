//! The passes over the training part for updates.

use super::{BatchSource, Trainer};
use crate::{
    Samples, Scalar,
    engine::{
        EvaluationSums, GradientRequest, GradientUse, Layout, Numbers, Objective, Observe, Source,
        Workspace,
    },
    samples::block_columns,
};

impl<T: Scalar> Trainer<'_, T> {
    /// Whether a full-batch step and an evaluation of the training part can share their passes.
    pub(super) fn shares_passes(&self) -> bool {
        matches!(self.feed, BatchSource::Full(_)) && self.evaluation.is_none()
    }

    /// Gradient over all samples, in evaluation mode; what `observe` requests is added to the tally on the
    /// way.
    pub(super) fn evaluation_gradient(&mut self, observe: Observe) {
        self.full_gradient(true, observe);
    }

    /// Gradient over all samples, as in the next full-batch update; what `observe` requests
    /// is added to the tally on the way.
    pub(crate) fn training_gradient(&mut self, observe: Observe) -> &[T] {
        self.full_gradient(false, observe);
        &self.gradient
    }

    fn full_gradient(&mut self, in_evaluation: bool, observe: Observe) {
        let count = self.samples.len();
        let factor = T::from_f64(self.objective.factor());
        let Self {
            program,
            workspace,
            evaluation,
            feed,
            parameters,
            statistics,
            gradient,
            objective,
            evaluation_sums,
            samples,
            draws,
            ..
        } = self;
        // Where training and evaluation are one program, it draws nothing.
        if evaluation.is_some() && !in_evaluation {
            draws.at_step(self.steps);
        }
        let evaluator = evaluation.as_mut().filter(|_| in_evaluation);
        let apart = evaluator.is_some();
        let (program, workspace) = match evaluator {
            Some(evaluator) => (&evaluator.program, &mut evaluator.workspace),
            None => (&*program, workspace),
        };
        let own;
        let layout = match feed {
            BatchSource::Full(layout) if !apart => &*layout,
            _ => {
                let columns = block_columns(count, program.block_limit(), T::LANES);
                workspace.make_room(program, columns, count);
                own = Layout::new(samples, columns);
                &own
            }
        };
        let numbers = Numbers {
            parameters,
            statistics,
        };
        evaluation_sums.clear();
        let goal = GradientRequest {
            objective,
            factor,
            observe,
            evaluation_sums,
        };
        let source = Source::Part(samples, layout, Some(objective));
        program.learn(goal, numbers, source, workspace, draws, gradient);
        self.loss = match observe {
            Observe::Nothing => f64::NAN,
            _ => self.evaluation_sums.loss() * self.objective.factor(),
        };
    }

    /// Forward pass over `part` with its objective, or over the training part, in evaluation mode; what `observe`
    /// requests is added to `evaluation_sums`.
    pub(super) fn observe(
        &mut self,
        part: Option<(&Samples<T>, &Objective<T>)>,
        observe: Observe,
        evaluation_sums: &mut EvaluationSums,
    ) {
        let Self {
            program,
            workspace,
            evaluation,
            parameters,
            statistics,
            draws,
            samples,
            objective,
            ..
        } = self;
        let (samples, objective) = part.unwrap_or((samples, objective));
        let (program, workspace) = match evaluation {
            Some(evaluation) => (&evaluation.program, &mut evaluation.workspace),
            None => (&*program, workspace),
        };
        let columns = block_columns(samples.len(), program.block_limit(), T::LANES);
        workspace.make_room(program, columns, samples.len());
        let layout = Layout::new(samples, columns);
        let numbers = Numbers {
            parameters,
            statistics,
        };
        evaluation_sums.clear();
        program.evaluate(
            numbers,
            Source::Part(samples, &layout, Some(objective)),
            workspace,
            draws,
            |block, pass| evaluation_sums.add(observe, program, objective, block, pass, None),
        );
    }

    /// Gradient over the next batch.
    pub(super) fn batch_gradient(&mut self) {
        let observe = self.needed();
        let BatchSource::Batches(order) = &mut self.feed else {
            return;
        };
        let batch = order.batch(self.steps);
        let Self {
            program,
            workspace,
            parameters,
            statistics,
            gradient,
            objective,
            samples,
            evaluation_sums,
            draws,
            ..
        } = self;
        let rows = &order.rows()[batch];
        let wide = objective.factor_of_rows(rows);
        let factor = T::from_f64(wide);
        let source = Source::Rows {
            samples,
            objective,
            rows,
            columns: block_columns(rows.len(), program.block_limit(), T::LANES),
        };
        draws.at_step(self.steps);
        let numbers = Numbers {
            parameters,
            statistics,
        };
        evaluation_sums.clear();
        let goal = GradientRequest {
            objective,
            factor,
            observe,
            evaluation_sums,
        };
        program.learn(goal, numbers, source, workspace, draws, gradient);
        self.loss = match observe {
            Observe::Nothing => f64::NAN,
            _ => self.evaluation_sums.loss() * wide,
        };
    }

    /// The gradient of the next sample and the update with it, fused where the optimizer allows.
    pub(super) fn single_step(&mut self) {
        let BatchSource::Single(order) = &mut self.feed else {
            return;
        };
        let batch = order.batch(self.steps);
        let row = order.rows()[batch.start] as usize;
        let factor = self.objective.factor_of_rows(&order.rows()[batch]);
        let factor = T::from_f64(factor);
        if !self.descent.is_empty() {
            self.loss = f64::NAN;
            self.set_rates();
            self.set_descent();
        }
        let Self {
            program,
            workspace: Workspace { gather, pass, .. },
            parameters,
            gradient,
            objective,
            descent,
            ..
        } = self;
        let block = gather.point(&self.samples, objective, row);
        if descent.is_empty() {
            program.single(
                &block,
                objective,
                factor,
                pass,
                GradientUse::Gradient {
                    parameters,
                    gradient,
                },
            );
            self.update();
            return;
        }
        self.steps += 1;
        let finite = program.single(
            &block,
            objective,
            factor,
            pass,
            GradientUse::Descent {
                parameters,
                forms: descent,
            },
        );
        self.finish_update(finite);
    }

    /// Sets the fused updates to the rates of the current update.
    fn set_descent(&mut self) {
        if !self.rate_schedule.varies {
            return;
        }
        let weight = self.batch_weight();
        for (base, forms) in self.layers.iter().zip(&mut self.descent) {
            let mut now = base.clone();
            self.rate_schedule.set(base, &mut now, self.steps, weight);
            *forms = (now[0].descent(), now[1].descent());
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
        gathered.feed = BatchSource::Full(Layout::Gathered(columns));
        for _ in 0..5 {
            kept.step();
            gathered.step();
        }
        assert_eq!(kept.parameters(), gathered.parameters());
    }
}
