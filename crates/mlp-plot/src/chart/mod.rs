//! The charts: each a struct of plain numbers and texts that lays itself out as a [`Scene`](crate::Scene).

mod boundary;
mod cell_area;
mod confusion_matrix;
mod grid;
mod grid_axis;
mod heat_map;
mod histogram;
mod interval_plot;
mod kind;
pub(crate) mod learning_curves;
mod norm_scatter;
mod norm_trend;
mod outcome_bars;
mod reliability;
mod sampler;

pub use boundary::{Boundary, Part, PlanePoint, Surface, Thumbnail};
pub use cell_area::CellArea;
pub use confusion_matrix::ConfusionMatrix;
pub use grid::ChartGrid;
pub use grid_axis::{GridAxis, Places};
pub use heat_map::{Best, HeatMap};
pub use histogram::{Histogram, Sample};
pub use interval_plot::{IntervalPlot, IntervalRow};
pub use kind::{Along, Chart, ChartKind, Rescaled};
pub use learning_curves::{Band, Center, CurvePanel, LearningCurves, Series};
pub use norm_scatter::{Guide, NormScatter, PointColors};
pub use norm_trend::{NormTrend, TrendAxis, TrendPanel, TrendSeries};
pub use outcome_bars::{OutcomeBar, OutcomeBars};
pub use reliability::{Reliability, ReliabilityBin};
pub use sampler::Sampler;

use crate::film;

/// Every kind of chart, one line each. Tests check the layout of each, and the gallery shows it.
pub const CHARTS: &[ChartKind] = &[
    learning_curves::KIND,
    boundary::KIND,
    norm_trend::KIND,
    norm_scatter::KIND,
    heat_map::KIND,
    histogram::KIND,
    outcome_bars::KIND,
    interval_plot::KIND,
    confusion_matrix::KIND,
    reliability::KIND,
    grid::KIND,
    film::KIND,
];
