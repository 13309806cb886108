//! Statistics of many numbers, each defined once and used throughout the workspace: in tables, on the terminal,
//! in figures and in reports.
//!
//! - [`quantile`] is the only definition of quantiles: linear interpolation between neighbours.
//! - [`Distribution`] summarises a stream of numbers in bounded memory: exact quantiles up to
//!   [`EXACT`] numbers, a sketch with a known error above, exact moments. It depends only on the
//!   numbers, not on their order or on how they were divided into parts.
//! - [`Mean`], [`MedianInterval`], [`Correlation`] and [`Proportion`] have 95 % intervals, whose
//!   coverage is measured by simulations in the tests.
//! - [`sign_test`] and [`signed_ranks`] test paired differences.

#![forbid(unsafe_code)]

mod correlation;
mod distribution;
mod few;
mod line;
mod mean;
mod median;
mod moments;
mod outliers;
mod paired;
mod proportion;
mod quantile;
mod quantiles;
mod ranks;
mod sketch;
mod unit;

pub use self::{
    correlation::{Correlation, pearson, pearson_coverage, spearman},
    distribution::{Distribution, EXACT},
    few::{MEAN_OVER_MEDIAN, mean_over_median},
    line::{Line, Pairs},
    mean::{Mean, Method, mean_coverage},
    median::MedianInterval,
    moments::Moments,
    outliers::{Decided, Fringe, decided_by_few},
    paired::{SignTest, SignedRanks, sign_test, signed_ranks},
    proportion::Proportion,
    quantile::quantile,
    quantiles::{Quantiles, median},
    ranks::ranks,
    unit::UnitMoments,
};

#[cfg(test)]
mod simulation;
