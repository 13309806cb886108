//! Optimizer updates of one segment of parameters, fused with the test for finiteness.
//!
//! An [`UpdateRule`] is the arithmetic of one optimizer on one parameter, its gradient and its
//! state; its settings are the fields of its struct, already rounded to the type. One
//! loop serves every rule. To add one: a file here with the struct, its body on vectors and on one
//! number, and its line among the rules of the table (`kernels/table.rs`). The macro `settings!` names the fields, for networks
//! side by side, whose settings are vectors.
//!
//! `decay` adds the L2 penalty's gradient, `g' = g + decay w`; `keep` is the factor by which decoupled
//! decay multiplies a parameter, `1 - rate decay` (one without decay).

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod asgd;
mod direction;
mod lion;
mod moments;
mod momentum;
mod muon;
mod nadam;
mod rmsprop;
mod rprop;
mod rule;
mod sgd;

pub use self::{
    adadelta::Adadelta,
    adagrad::Adagrad,
    adam::{Adam, AmsGrad},
    adamax::Adamax,
    asgd::Asgd,
    direction::{AddScaled, Direction},
    lion::Lion,
    moments::Moments,
    momentum::{Momentum, Nesterov},
    muon::MuonMomentum,
    nadam::Nadam,
    rmsprop::RmsProp,
    rprop::{IRpropPlus, Rprop},
    rule::{Step, UpdateRule},
    sgd::Sgd,
};
pub(crate) use rule::apply;
