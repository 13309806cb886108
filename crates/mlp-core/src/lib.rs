//! Multilayer perceptrons from scratch: layers, backpropagation, losses, optimizers and one
//! network's training step.

#![forbid(unsafe_code)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "array views are handed over by value, as ndarray itself does"
)]

mod activation;
mod architecture;
mod buffer;
mod engine;
mod error;
mod evaluation;
mod init;
mod loss;
pub mod math;
mod network;
mod norms;
mod optimizer;
pub mod reference;
mod samples;
mod scalar;
pub mod seed;
mod spec;
mod spelling;
mod state;
mod trainer;

pub use mlp_kernels::{Element, Level};

pub use self::{
    activation::Activation,
    architecture::{Architecture, LayerRange, LayerSpec},
    error::Error,
    evaluation::Evaluation,
    init::Init,
    loss::Loss,
    network::Network,
    norms::Norms,
    optimizer::{Adam, Optimizer, Sgd},
    samples::{Samples, Targets},
    scalar::Scalar,
    spec::{Batch, TrainSpec, ValidSpec},
    spelling::Known,
    state::{State, Status},
    trainer::Trainer,
};

/// The version of the numerics. Whatever changes any bit of any training changes it, and with it
/// the "Reproducibility-breaking changes" of the changelog.
pub const ENGINE: &str = "1";
