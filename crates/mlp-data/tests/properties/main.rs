//! Properties that hold for every data set: writing and reading, splits, scaling, and no input that panics.

mod bytes;
mod kinds;
mod round_trip;
mod scaling;
mod splits;
mod streams;
