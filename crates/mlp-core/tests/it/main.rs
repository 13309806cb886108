//! The engine against independent evidence: the textbook, conservation laws, closed forms, values
//! computed elsewhere, and itself under other circumstances.

#![forbid(unsafe_code)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "array views are handed over by value, as ndarray itself does"
)]

mod agreement;
mod allocation;
mod convergence;
mod curvature;
mod custom_loss;
mod decay;
mod differences;
mod digests;
mod evaluation;
mod frozen;
mod independence;
mod laws;
mod layers;
mod operations;
mod packs;
mod parity;
mod rate_schedule;
mod values;
mod weights;
