//! Resilient propagation with weight backtracking.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates, conflict,
    textbook::{Element, sign},
};
use crate::{Error, Scalar, spelling::Known};

/// Rprop+: every parameter has its own step size, which starts at the learning rate and depends only on
/// the signs of its gradients g. With the product of the last two gradients,
///
/// ```text
/// positive: step = min(step * eta_plus, step_max); change = -sign(g) * step
/// negative: step = max(step * eta_minus, step_min); change = -change; g counts as 0 in the next product
/// zero:     change = -sign(g) * step
/// parameter += change
/// ```
///
/// Riedmiller and Braun's original rule ("A direct adaptive method for faster backpropagation learning: the
/// RPROP algorithm", 1993): an update that crosses a minimum is always reverted. The names are
/// Igel and Huesken's (2000): of [`Rprop`](crate::Rprop), iRprop- (PyTorch's) never reverts,
/// and iRprop+ only where the loss has risen. Meant for full batches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RpropPlus {
    /// Factor of a step size after a change of sign, in (0, 1).
    pub eta_minus: f64,
    /// Factor of a step size after the same sign, above 1.
    pub eta_plus: f64,
    /// The smallest step size; not negative.
    pub step_min: f64,
    /// The largest step size.
    pub step_max: f64,
}

impl Default for RpropPlus {
    fn default() -> Self {
        Self {
            eta_minus: 0.5,
            eta_plus: 1.2,
            step_min: 1e-6,
            step_max: 50.0,
        }
    }
}

impl OptimizerDefinition for RpropPlus {
    const NAMES: &'static [Known] = &[Known::new(
        "rprop+",
        "rprop that reverts every update that crosses a minimum",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        Field::eta_minus(|r| r.eta_minus, |r, x| r.eta_minus = x),
        Field::eta_plus(|r| r.eta_plus, |r, x| r.eta_plus = x),
        Field::step_min(|r| r.step_min, |r, x| r.step_min = x),
        Field::step_max(|r| r.step_max, |r, x| r.step_max = x),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["eta_minus", "eta_plus", "step_min", "step_max"]
    }

    fn default_learning_rate(&self) -> f64 {
        1e-2
    }

    fn is_steady(&self) -> bool {
        true
    }

    fn slots(&self) -> usize {
        3
    }

    fn consistent(&self) -> Result<(), Error> {
        if self.step_min > self.step_max {
            return Err(conflict(self.name(), "step_min must not be above step_max"));
        }
        Ok(())
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let [last, step, change] = memory;
        if at.t == 1 {
            *step = at.rate;
        }
        let product = sign(g) * sign(*last);
        if product > 0.0 {
            *step *= self.eta_plus;
        } else if product < 0.0 {
            *step *= self.eta_minus;
        }
        *step = step.clamp(self.step_min, self.step_max);
        if product < 0.0 {
            *change = -*change;
            *last = 0.0;
        } else {
            *change = -sign(g) * *step;
            *last = g;
        }
        p + *change
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let steps = update::Rprop {
            decay: T::from_f64(segment.decay),
            minus: T::from_f64(self.eta_minus),
            plus: T::from_f64(self.eta_plus),
            least: T::from_f64(self.step_min),
            most: T::from_f64(self.step_max),
        };
        let (parameters, gradient, [last, lengths, changes]) = tensors.split(segment);
        if step == 1 {
            lengths.fill(T::from_f64(segment.rate));
        }
        let rule = update::IRpropPlus {
            steps,
            takes_back: true,
        };
        updates.update(rule, parameters, gradient, [last, lengths, changes])
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use crate::{
        Activation, Architecture, Init, Level, Loss, Optimizer, Samples, Targets, TrainSpec,
        Trainer, reference::Updater,
    };

    /// Parameters after every step of a training of two parameters with these gradients, by the engine
    /// and by the textbook, which must agree.
    fn path(
        text: &str,
        rate: f64,
        start: [f64; 2],
        steps: usize,
        gradient: fn([f64; 2]) -> [f64; 2],
    ) -> Vec<[f64; 2]> {
        let net = Architecture::classical(1, &[], Activation::Identity, 1);
        let spec = TrainSpec {
            init: Init::Given(start.to_vec().into()),
            optimizer: text.parse::<Optimizer>().unwrap(),
            learning_rate: rate,
            ..TrainSpec::new(net, Loss::SquaredError)
        };
        // The output for the input 0 is the bias, for 1 the sum: gradients by both are any.
        let inputs = array![[1.0f64], [0.0]];
        let samples = Samples::new(inputs.view(), &Targets::Values(array![[0.0], [0.0]])).unwrap();
        let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
        let mut textbook = Updater::new(&spec);
        let mut parameters = start;
        (0..steps)
            .map(|_| {
                let [dw, db] = gradient([trainer.parameters()[0], trainer.parameters()[1]]);
                let d_output: Array2<f64> = array![[dw], [db - dw]];
                let found = trainer.backward(inputs.view(), d_output.view()).unwrap();
                textbook.update(&mut parameters, found);
                trainer.update();
                assert_eq!(trainer.parameters(), parameters);
                parameters
            })
            .collect()
    }

    /// By hand, on w^2 / 2 + b^2 from (1, -2) with first steps of 0.5: w goes 0.5, then by 0.6 across
    /// the minimum to -0.1, back to 0.5 (and its step becomes 0.3), on by 0.3 to 0.2, by 0.36 across to
    /// -0.16, back to 0.2, by 0.18 to 0.02; b goes to -1.5, -0.9, -0.18, by 0.864 across to 0.684, back
    /// to -0.18 (its step is 0.432), across to 0.252, which the product of 0 lets stand, then back.
    #[test]
    fn a_quadratic_by_hand() {
        let found = path("rprop+", 0.5, [1.0, -2.0], 7, |[w, b]| [w, 2.0 * b]);
        let expected = [
            [0.5, -1.5],
            [-0.1, -0.9],
            [0.5, -0.18],
            [0.2, 0.684],
            [-0.16, -0.18],
            [0.2, 0.252],
            [0.02, -0.18],
        ];
        for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
    }

    /// Rosenbrock's valley, against a transcription of the paper's loop over all weights in Python:
    ///
    /// ```python
    /// if last[i] * g[i] > 0:
    ///     delta[i] = min(delta[i] * eta_plus, delta_max)
    ///     dw[i] = -sign(g[i]) * delta[i]; w[i] += dw[i]; last[i] = g[i]
    /// elif last[i] * g[i] < 0:
    ///     delta[i] = max(delta[i] * eta_minus, delta_min)
    ///     w[i] -= dw[i]; last[i] = 0.0
    /// else:
    ///     dw[i] = -sign(g[i]) * delta[i]; w[i] += dw[i]; last[i] = g[i]
    /// ```
    #[test]
    fn a_valley_as_the_paper_has_it() {
        let valley = |[x, y]: [f64; 2]| {
            let off = y - x * x;
            [-2.0 * (1.0 - x) - 400.0 * x * off, 200.0 * off]
        };
        let usual = path("rprop+", 0.01, [-1.2, 1.0], 200, valley);
        let other = path("rprop+:0.6:1.1:1e-3:0.05", 0.01, [-1.2, 1.0], 50, valley);
        for (found, expected) in [
            (usual[4], [-1.125584, 1.074416]),
            (usual[19], [-1.0604497356799998, 1.1306818918400001]),
            (usual[49], [-1.0294898720230974, 1.068201144663112]),
            (usual[199], [-0.8489200909467937, 0.7209010010435644]),
            (other[19], [-1.0486574897329919, 1.1143588809999998]),
            (other[49], [-0.9920311113704785, 0.9901462041724105]),
        ] {
            for (found, expected) in found.into_iter().zip(expected) {
                assert!((found - expected).abs() < 1e-12, "{found} {expected}");
            }
        }
    }
}
