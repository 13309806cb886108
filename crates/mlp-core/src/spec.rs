//! The specification of one training.

mod segments;

use std::{ops::Deref, sync::Arc};

use crate::{
    Architecture, Clip, Error, Init, Loss, Optimizer, Schedule, WarmUp,
    optimizer::OptimizerRequirements, schedule::WatchedLoss,
};

/// The number of samples per update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Batch {
    /// All samples.
    Full,
    /// This many; the last batch of an epoch may be shorter. If not less than the number of samples, the
    /// same as [`Batch::Full`] unless [`TrainSpec::batch_order`] is given.
    Size(usize),
}

/// The specification of one training: everything but data, seed and number of steps.
///
/// ```
/// use mlp_core::{Activation, Architecture, Loss, TrainSpec};
/// let net = Architecture::classical(2, &[16, 16], Activation::Tanh, 1);
/// let spec = TrainSpec { learning_rate: 0.5, ..TrainSpec::new(net, Loss::BinaryCrossEntropy) };
/// assert!(spec.validate().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct TrainSpec {
    /// The network's shape.
    pub architecture: Architecture,
    /// The loss that is minimised.
    pub loss: Loss,
    /// Factor of the loss, its gradient and the reported loss.
    pub loss_scale: f64,
    /// Label smoothing e of the cross-entropies, in `[0, 1)`: targets t become (1 - e) t + e / 2 in
    /// binary and (1 - e) t + e / classes in softmax cross-entropy.
    pub label_smoothing: f64,
    /// Class weights in the loss, in addition to sample weights. The loss is then
    /// the sum of weight times loss divided by the sum of weights.
    pub class_weights: Option<Vec<f64>>,
    /// For binary cross-entropy, the weight of the target 1, by output. It is not included in the
    /// divisor of the mean.
    pub positive_weights: Option<Vec<f64>>,
    /// Initialisation of the weights.
    pub init: Init,
    /// Initialisation of the biases.
    pub bias_init: Init,
    /// Factor of the initial weights.
    pub init_gain: f64,
    /// How far the initial weights are moved, in the L2 norm, along a random direction of the seed.
    pub perturbation: f64,
    /// The optimizer.
    pub optimizer: Optimizer,
    /// The learning rate; at least 0.
    pub learning_rate: f64,
    /// A learning rate for every layer, instead of `learning_rate`.
    pub layer_learning_rates: Option<Vec<f64>>,
    /// The learning rate schedule.
    pub schedule: Schedule,
    /// The warm-up of the learning rate before the schedule.
    pub warm_up: WarmUp,
    /// L2 penalty as in PyTorch: `weight_decay * W` is added to the gradient.
    pub weight_decay: f64,
    /// A weight decay for every layer, instead of `weight_decay`.
    pub layer_weight_decays: Option<Vec<f64>>,
    /// L2 penalty as in scikit-learn: `alpha` divided by the samples of the batch (by the sum of
    /// their weights, where they are weighted) is added to the weight decay of each update.
    pub alpha: f64,
    /// L1 penalty: `l1 * sign(W)` is added to the gradient, with sign(0) = 0.
    pub l1: f64,
    /// An L1 penalty for every layer, instead of `l1`.
    pub layer_l1: Option<Vec<f64>>,
    /// Whether the penalties also apply to biases, and to the scale and shift of a normalization.
    pub decay_bias: bool,
    /// After each update, a neuron whose incoming weights have a larger L2 norm than this has
    /// them scaled back to it (Srebro and Shraibman 2005).
    pub max_norm: Option<f64>,
    /// Frozen layers, counted from 0, whose parameters stay at their initial values, bit for bit, under every
    /// optimizer: no update, decay or max-norm changes them, and their gradient is excluded from the norm that
    /// `clip` uses, as in PyTorch where `requires_grad` is false. Running statistics of a batch
    /// normalization are still updated.
    #[cfg_attr(feature = "serde", serde(default))]
    pub frozen: Vec<usize>,
    /// Clipping of the gradient of the loss before penalties are added.
    pub clip: Clip,
    /// Samples per update.
    pub batch: Batch,
    /// Whether mini-batches are drawn in a new random order every epoch.
    pub shuffle: bool,
    /// The samples of every batch by index, `[batches, size]` row-major, instead of epochs: one batch per
    /// update, and the first again after the last. A sample may occur never, or many times, as where
    /// another program drew with replacement. Needs [`Batch::Size`]; an epoch still counts as the number of
    /// updates needed to use all samples once.
    pub batch_order: Option<Arc<[u32]>>,
    /// Dropout (Srivastava et al. 2014) of the hidden layers, one rate each, or empty for none: in
    /// training a fraction of a layer's outputs becomes 0, and the others are divided by 1 - rate, as in
    /// PyTorch's `Dropout`. A neuron is dropped in a sample where word
    /// `step * 2^36 + place in the batch * width + neuron` of stream 2 + (layer + 1) * 2^32 (see
    /// [`Purpose::Dropout`](crate::seed::Purpose::Dropout)) is below rate * 2^32.
    pub dropout: Vec<f64>,
    /// Dropout of the inputs, in the stream of layer -1.
    pub input_dropout: f64,
    /// Standard deviation of the Gaussian noise added to the inputs in training, before
    /// dropout.
    pub input_noise: f64,
}

impl TrainSpec {
    /// Full-batch gradient descent at rate 0.1 without penalty. Weights are Glorot-uniform, or
    /// He-normal where the first layer's activation is of the ReLU family.
    pub fn new(architecture: Architecture, loss: Loss) -> Self {
        let relu = architecture
            .layers
            .first()
            .is_some_and(|layer| layer.activation.is_relu_family());
        let optimizer = Optimizer::Sgd(crate::Sgd::default());
        Self {
            architecture,
            loss,
            loss_scale: 1.0,
            label_smoothing: 0.0,
            class_weights: None,
            positive_weights: None,
            init: if relu {
                Init::HeNormal
            } else {
                Init::GlorotUniform
            },
            bias_init: Init::Zeros,
            init_gain: 1.0,
            perturbation: 0.0,
            learning_rate: optimizer.default_learning_rate(),
            optimizer,
            layer_learning_rates: None,
            schedule: Schedule::default(),
            warm_up: WarmUp::default(),
            weight_decay: 0.0,
            layer_weight_decays: None,
            alpha: 0.0,
            l1: 0.0,
            layer_l1: None,
            decay_bias: false,
            max_norm: None,
            frozen: Vec::new(),
            clip: Clip::default(),
            batch: Batch::Full,
            shuffle: true,
            batch_order: None,
            dropout: Vec::new(),
            input_dropout: 0.0,
            input_noise: 0.0,
        }
    }

    /// Its requirements on the optimizer.
    fn requirements(&self) -> OptimizerRequirements {
        OptimizerRequirements {
            layers: self.architecture.layers.len(),
            full_batches: self.batch == Batch::Full,
            one_rate: self.layer_learning_rates.is_none(),
            smooth: self.clip.is_none()
                && self.l1 <= 0.0
                && self.layer_l1.is_none()
                && self.max_norm.is_none(),
        }
    }

    /// Checks every setting.
    pub fn validate(&self) -> Result<ValidSpec, Error> {
        self.architecture.validate()?;
        self.init.validate(&self.architecture)?;
        self.bias_init.validate_biases(&self.architecture)?;
        self.optimizer.validate()?;
        self.optimizer.suits(&self.requirements())?;
        self.validate_loss()?;
        finite("the gain of the initial weights", self.init_gain)?;
        finite("the perturbation of the initial weights", self.perturbation)?;
        self.validate_rates()?;
        not_negative("alpha", self.alpha)?;
        not_negative("the L1 penalty", self.l1)?;
        self.validate_layers("L1 penalty", &self.layer_l1)?;
        if let Some(value) = self
            .max_norm
            .filter(|limit| !(limit.is_finite() && *limit > 0.0))
        {
            let what = "the max-norm".to_owned();
            return Err(Error::BadValue {
                what,
                value,
                expected: "a finite number above 0",
            });
        }
        self.validate_frozen()?;
        self.validate_order()?;
        self.clip.validate()?;
        self.warm_up.validate()?;
        self.schedule.validate()?;
        if self.schedule.cycles_momentum() && !self.optimizer.has_momentum() {
            return Err(Error::NoMomentum {
                schedule: self.schedule.name(),
                optimizer: self.optimizer.to_string(),
            });
        }
        let (found, expected) = (self.dropout.len(), self.architecture.layers.len() - 1);
        if found != 0 && found != expected {
            let what = "the list of dropout rates by hidden layer".to_owned();
            return Err(Error::BadLength {
                what,
                found,
                expected,
            });
        }
        for (layer, &rate) in self.dropout.iter().enumerate() {
            share(&format!("the dropout of layer {layer}"), rate)?;
        }
        share("the dropout of the inputs", self.input_dropout)?;
        not_negative("the noise of the inputs", self.input_noise)?;
        if self.batch == Batch::Size(0) {
            return Err(Error::BadValue {
                what: "the batch size".to_owned(),
                value: 0.0,
                expected: "a whole number above 0",
            });
        }
        Ok(ValidSpec(self.clone()))
    }

    /// The checks of [`validate`](Self::validate) for learning rates and weight decays.
    fn validate_rates(&self) -> Result<(), Error> {
        not_negative("the learning rate", self.learning_rate)?;
        not_negative("the weight decay", self.weight_decay)?;
        self.validate_layers("learning rate", &self.layer_learning_rates)?;
        self.validate_layers("weight decay", &self.layer_weight_decays)
    }

    /// A number for every layer, if any, and none negative.
    fn validate_layers(&self, what: &str, list: &Option<Vec<f64>>) -> Result<(), Error> {
        let Some(list) = list else { return Ok(()) };
        let (found, expected) = (list.len(), self.architecture.layers.len());
        if found != expected {
            let what = format!("the list of a {what} for every layer");
            return Err(Error::BadLength {
                what,
                found,
                expected,
            });
        }
        for (layer, &value) in list.iter().enumerate() {
            if !is_not_negative(value) {
                return not_negative(&format!("the {what} of layer {layer}"), value);
            }
        }
        Ok(())
    }

    /// Exchanges learning rates and weight decays.
    fn swap_rates(&mut self, other: &mut Rates) {
        std::mem::swap(&mut self.learning_rate, &mut other.learning_rate);
        std::mem::swap(
            &mut self.layer_learning_rates,
            &mut other.layer_learning_rates,
        );
        std::mem::swap(&mut self.weight_decay, &mut other.weight_decay);
        std::mem::swap(
            &mut self.layer_weight_decays,
            &mut other.layer_weight_decays,
        );
    }

    /// Whole batches, and at least one.
    fn validate_order(&self) -> Result<(), Error> {
        let Some(order) = &self.batch_order else {
            return Ok(());
        };
        let found = order.len();
        let (what, expected) = match self.batch {
            Batch::Full => ("the batch order beside a full batch", 0),
            Batch::Size(size) => (
                "the batch order",
                found.div_ceil(size.max(1)).max(1) * size.max(1),
            ),
        };
        if found != expected || self.batch == Batch::Full {
            return Err(Error::BadLength {
                what: what.to_owned(),
                found,
                expected,
            });
        }
        Ok(())
    }

    fn validate_loss(&self) -> Result<(), Error> {
        self.loss.validate()?;
        let refuse = |what: &str, value, expected| {
            Err(Error::BadValue {
                what: what.to_owned(),
                value,
                expected,
            })
        };
        if !(self.loss_scale.is_finite() && self.loss_scale > 0.0) {
            return refuse("the loss scale", self.loss_scale, "a positive number");
        }
        if !(0.0..1.0).contains(&self.label_smoothing) {
            let expected = "at least 0 and below 1";
            return refuse("the label smoothing", self.label_smoothing, expected);
        }
        if self.label_smoothing > 0.0 && !self.loss.smooths() {
            let expected = "0, except with a cross-entropy loss";
            return refuse("the label smoothing", self.label_smoothing, expected);
        }
        let Some(weights) = &self.positive_weights else {
            return Ok(());
        };
        if self.loss != Loss::BinaryCrossEntropy {
            let expected = "given only with binary cross-entropy";
            return refuse(
                "the positive weight",
                weights.first().copied().unwrap_or(1.0),
                expected,
            );
        }
        let (found, expected) = (weights.len(), self.architecture.outputs());
        if found != expected {
            let what = "the list of positive weights by output".to_owned();
            return Err(Error::BadLength {
                what,
                found,
                expected,
            });
        }
        let bad = weights
            .iter()
            .find(|&&weight| !(weight > 0.0 && weight.is_finite()));
        bad.map_or(Ok(()), |&weight| {
            refuse("a positive weight", weight, "a positive number")
        })
    }
}

/// The learning rates and weight decays of a [`TrainSpec`], as its fields of the same names.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "documented at the fields of the spec")]
pub struct Rates {
    pub learning_rate: f64,
    pub layer_learning_rates: Option<Vec<f64>>,
    pub weight_decay: f64,
    pub layer_weight_decays: Option<Vec<f64>>,
}

/// A [`TrainSpec`] that [`TrainSpec::validate`] has accepted. Only its rates can change, and only to valid ones.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidSpec(TrainSpec);

impl Deref for ValidSpec {
    type Target = TrainSpec;

    fn deref(&self) -> &TrainSpec {
        &self.0
    }
}

impl ValidSpec {
    /// Changes learning rates and weight decays; where the new ones are not valid, the old ones stay.
    ///
    /// # Errors
    /// Rates that [`TrainSpec::validate`] refuses.
    pub fn change_rates(&mut self, change: impl FnOnce(&mut Rates)) -> Result<(), Error> {
        let mut rates = Rates {
            learning_rate: self.learning_rate,
            layer_learning_rates: self.layer_learning_rates.clone(),
            weight_decay: self.weight_decay,
            layer_weight_decays: self.layer_weight_decays.clone(),
        };
        change(&mut rates);
        self.0.swap_rates(&mut rates);
        let valid = self.check_rates();
        if valid.is_err() {
            self.0.swap_rates(&mut rates);
        }
        valid
    }

    fn check_rates(&self) -> Result<(), Error> {
        self.optimizer.suits(&self.requirements())?;
        self.validate_rates()
    }

    /// Takes the learning rates and weight decays of a spec that differs only in them, and returns its
    /// own; `None` if the spec differs in more, and nothing has changed then.
    ///
    /// # Errors
    /// Rates that [`TrainSpec::validate`] refuses.
    pub(crate) fn take_rates(&mut self, spec: &TrainSpec) -> Result<Option<Rates>, Error> {
        let mut rates = Rates {
            learning_rate: spec.learning_rate,
            layer_learning_rates: spec.layer_learning_rates.clone(),
            weight_decay: spec.weight_decay,
            layer_weight_decays: spec.layer_weight_decays.clone(),
        };
        self.0.swap_rates(&mut rates);
        let alike = self.0 == *spec;
        let valid = self.check_rates();
        if !alike || valid.is_err() {
            self.0.swap_rates(&mut rates);
        }
        Ok(match alike {
            true => valid.map(|()| Some(rates))?,
            false => None,
        })
    }

    /// Restores the rates from [`take_rates`](Self::take_rates).
    pub(crate) fn restore_rates(&mut self, mut rates: Rates) {
        self.0.swap_rates(&mut rates);
    }

    /// Whether a spec differs only in its initial parameters and in the rates and decays of its updates.
    pub(crate) fn differs_only_in_rates_and_init(&self, other: &Self) -> bool {
        // Every field is named, so that none is forgotten.
        let TrainSpec {
            architecture,
            loss,
            loss_scale,
            label_smoothing,
            class_weights,
            positive_weights,
            init: _,
            bias_init: _,
            init_gain: _,
            perturbation: _,
            optimizer,
            learning_rate: _,
            layer_learning_rates: _,
            schedule: _,
            warm_up: _,
            weight_decay: _,
            layer_weight_decays: _,
            alpha: _,
            l1,
            layer_l1,
            decay_bias,
            max_norm,
            frozen,
            clip,
            batch,
            shuffle,
            batch_order,
            dropout,
            input_dropout,
            input_noise,
        } = &self.0;
        *architecture == other.architecture
            && *loss == other.loss
            && loss_scale.to_bits() == other.loss_scale.to_bits()
            && label_smoothing.to_bits() == other.label_smoothing.to_bits()
            && *class_weights == other.class_weights
            && *positive_weights == other.positive_weights
            && *optimizer == other.optimizer
            && l1.to_bits() == other.l1.to_bits()
            && *layer_l1 == other.layer_l1
            && *decay_bias == other.decay_bias
            && *max_norm == other.max_norm
            && *frozen == other.frozen
            && *clip == other.clip
            && *batch == other.batch
            && *shuffle == other.shuffle
            && *batch_order == other.batch_order
            && *dropout == other.dropout
            && input_dropout.to_bits() == other.input_dropout.to_bits()
            && input_noise.to_bits() == other.input_noise.to_bits()
    }

    /// Whether updates need the loss of their batch, for the optimizer or for the schedule.
    pub(crate) fn needs_batch_loss(&self) -> bool {
        self.optimizer.needs_loss() || self.schedule.watch() == WatchedLoss::Epoch
    }

    /// Whether an update is stateless descent along the bare gradient, which can be fused with
    /// backpropagation.
    pub(crate) fn is_plain_descent(&self) -> bool {
        self.optimizer.is_plain_descent()
            && self.clip.is_none()
            && self.signs().is_empty()
            && self.frozen.is_empty()
    }

    /// Refuses batches of a single sample out of `samples` where batch normalization needs the
    /// statistics of several.
    ///
    /// # Errors
    /// [`Error::SingleSampleBatch`].
    pub fn check_batches(&self, samples: usize) -> Result<(), Error> {
        let order = self.batch_order.iter().flat_map(|order| order.iter());
        if let Some(&last) = order.max().filter(|last| **last as usize >= samples) {
            return Err(Error::BadValue {
                what: "the largest sample of the batch order".to_owned(),
                value: f64::from(last),
                expected: "below the number of training samples (they are counted from 0)",
            });
        }
        let size = self.samples_in_a_batch(samples);
        let layers = &self.architecture.layers;
        let normalizes = layers.iter().any(|layer| layer.normalization.is_batch());
        let short = self.batch_order.is_none() && samples % size == 1;
        if normalizes && (size == 1 || short) {
            return Err(Error::SingleSampleBatch { samples, size });
        }
        Ok(())
    }

    /// Samples per batch of `samples`, except in the last, which may be shorter.
    pub(crate) fn samples_in_a_batch(&self, samples: usize) -> usize {
        match self.batch {
            Batch::Size(size) if size < samples || self.batch_order.is_some() => size,
            _ => samples,
        }
    }

    /// Whether training passes equal evaluation passes: no dropout, noise or batch statistics.
    pub(crate) fn trains_as_it_evaluates(&self) -> bool {
        let layers = &self.architecture.layers;
        self.dropout.iter().all(|&rate| rate == 0.0)
            && self.input_dropout == 0.0
            && self.input_noise == 0.0
            && !layers.iter().any(|layer| layer.normalization.is_batch())
    }
}

fn finite(what: &str, value: f64) -> Result<(), Error> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::BadValue {
        what: what.to_owned(),
        value,
        expected: "a finite number",
    })
}

fn share(what: &str, value: f64) -> Result<(), Error> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    Err(Error::BadValue {
        what: what.to_owned(),
        value,
        expected: "at least 0 and below 1",
    })
}

fn not_negative(what: &str, value: f64) -> Result<(), Error> {
    if is_not_negative(value) {
        return Ok(());
    }
    Err(Error::BadValue {
        what: what.to_owned(),
        value,
        expected: "a finite number, not negative",
    })
}

fn is_not_negative(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

#[cfg(test)]
mod tests;
