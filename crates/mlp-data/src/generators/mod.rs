//! The generators, one per file. Each exports `INFO`, its line in the registry.
//!
//! Positions come from the stream `Generator`, noise from `Noise`, drawn or flipped labels
//! from `Labels`, so that changing the noise never moves the points. Classes are balanced, with the
//! remainder in the first ones; rows come in a random order unless a generator says otherwise.

pub(crate) mod blobs;
pub(crate) mod checkerboard;
pub(crate) mod circles;
pub(crate) mod friedman1;
pub(crate) mod gaussian;
pub(crate) mod gaussian_quantiles;
pub(crate) mod moons;
pub(crate) mod n_spirals;
pub(crate) mod playground_circle;
pub(crate) mod playground_gauss;
pub(crate) mod playground_gauss_regression;
pub(crate) mod playground_plane;
pub(crate) mod playground_spiral;
pub(crate) mod playground_xor;
pub(crate) mod sine;
pub(crate) mod spirals;
pub(crate) mod teacher;
pub(crate) mod xor;
