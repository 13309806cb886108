//! Multilayer perceptrons from scratch: layers, backpropagation, losses, optimizers and one
//! network's training step.
//!
//! Describe a network ([`Architecture`]) and its training ([`TrainSpec`]), provide data
//! ([`Samples`]), and take steps ([`Trainer`]). Exclusive or, with only this crate and `ndarray`:
//!
//! ```
//! use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
//! let inputs = ndarray::array![[0.0f32, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
//! let targets = Targets::Classes { labels: vec![0, 1, 1, 0], classes: 2 };
//! let samples = Samples::new(inputs.view(), &targets)?;
//! let net = Architecture::classical(2, &[8], Activation::Tanh, 1);
//! let spec = TrainSpec { learning_rate: 1.0, ..TrainSpec::new(net, Loss::BinaryCrossEntropy) };
//! let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
//! for _ in 0..1000 {
//!     trainer.step();
//! }
//! let logits = trainer.network().forward(inputs.view())?;
//! assert_eq!(logits.mapv(|y| y > 0.0), ndarray::array![[false], [true], [true], [false]]);
//! # Ok::<(), mlp_core::Error>(())
//! ```
//!
//! # Where to look
//!
//! - [`mod@reference`] is the textbook: forward pass, backpropagation and updates in readable lines.
//!   The fast engine behind [`Trainer`] is tested against it.
//! - Custom losses: [`Trainer::step_with_into`], or its halves [`Trainer::forward`] and
//!   [`Trainer::backward`], then [`Trainer::update`].
//! - Predicting in a loop: [`Predictor`].
//! - A trainer without a lifetime, for structs and threads: [`Trainer::from_shared`].
//! - Many networks: [`Trainer::restart`] trains the next seed in the same buffers.
//! - Stopping and resuming with the same bits: [`Trainer::state`], [`Trainer::restore`].
//! - Loading a model that the `mlp` command trained from the bytes of its file, and saving any network
//!   as such bytes: `SavedModel`, with the feature `safetensors`.
//! - Serialising specs, architectures and states to JSON and other formats: the feature `serde`.
//! - Large layers on several threads: [`Trainer::with_bands`]. This crate itself starts no thread,
//!   reads no clock, opens no file and prints nothing.
//!
//! # Precision and reproducibility
//!
//! Parameters, activations and gradients are f32 or f64 ([`Scalar`]); losses and statistics are
//! f64. The whole trajectory of a network depends only on its spec, samples and seed: every
//! instruction-set [`Level`] and any number of threads give the same bits, and [`ENGINE`] names
//! the version of these bits. Random numbers come from [`seed`], elementary functions from
//! [`math`].
//!
//! # Extending
//!
//! - An optimizer: a file in `optimizer/` with its settings, formula and textbook form, and its line
//!   in the registry in `optimizer/mod.rs`.
//! - An activation: a file in `mlp-kernels/src/activation/` with its vector code, its formulas and its
//!   form in every model format, and its line in the registry in `activation/mod.rs`.
//! - A loss: its kernel in `mlp-kernels`; a file in `loss/` with its formula and textbook form, and
//!   its line in the registry in `loss/mod.rs`.
//! - A schedule: a file in `schedule/` with its settings and formula, and its line in the registry
//!   in `schedule/mod.rs`.
//! - An operation (dropout, normalization): a variant of the engine's list of operations.

#![forbid(unsafe_code)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "array views are handed over by value, as ndarray itself does"
)]

mod architecture;
mod buffer;
mod clip;
mod curvature;
mod engine;
mod error;
mod evaluation;
mod init;
mod level;
mod loss;
pub mod math;
mod network;
mod normalization;
mod norms;
mod optimizer;
mod predictor;
pub mod reference;
mod samples;
#[cfg(feature = "safetensors")]
mod saved;
mod scalar;
mod schedule;
pub mod seed;
mod spec;
pub mod spectrum;
mod spelling;
mod start;
mod state;
#[cfg(feature = "serde")]
mod stored;
mod trace;
mod trainer;

/// The array crate used in this crate's interface.
pub use ndarray;

pub use mlp_kernels::{
    Activation, ActivationError, ActivationInfo, Element, Level, Operators, peak,
};

#[cfg(feature = "safetensors")]
pub use self::saved::{SavedLayer, SavedModel, SavedOutputs, Scaling, TargetLogarithm};
pub use self::{
    architecture::{
        Architecture, LayerRange, LayerSpec, ParameterTensor, StatisticsRange, TensorPlace,
    },
    clip::Clip,
    curvature::Hessian,
    engine::{Bands, Job, Sequential},
    error::Error,
    evaluation::Evaluation,
    init::Init,
    loss::{Hinge, Huber, Loss, Outputs, Poisson, Quantile, SquaredHinge},
    network::Network,
    normalization::{BatchNorm, LayerNorm, Normalization},
    norms::Norms,
    optimizer::*,
    predictor::Predictor,
    samples::{Samples, Targets},
    scalar::Scalar,
    schedule::{
        Adaptive, Constant, Cosine, Counts, Exponential, InverseScaling, Linear, OneCycle, Plateau,
        Schedule, ScheduleContext, ScheduleSetting, ScheduleState, Shape, Step, ThresholdForm,
        WarmUp,
    },
    spec::{Batch, Rates, TrainSpec, ValidSpec},
    spelling::Known,
    state::{State, Status},
    trace::{LayerTrace, trace},
    trainer::{Pack, Trainer},
};

/// The version of the numerics. It changes with any bit of any training, together with
/// the "Reproducibility-breaking changes" of the changelog.
pub const ENGINE: &str = "1";
