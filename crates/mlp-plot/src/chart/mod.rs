//! The charts: each a struct of plain numbers and texts that lays itself out as a [`Scene`](crate::Scene).

mod boundary;
mod boundary_panels;
mod cell_area;
mod confusion_matrix;
mod fold_scores;
mod grid;
mod grid_axis;
mod heat_map;
mod hidden_units;
mod histogram;
mod interval_plot;
mod kind;
pub(crate) mod learning_curves;
mod loss_landscape;
mod map_facets;
mod map_window;
mod network_diagram;
mod norm_scatter;
mod norm_trend;
mod outcome_bars;
mod parallel_coordinates;
mod plane_grid;
mod predicted_true;
mod rate_curves;
mod readout;
mod region_names;
mod reliability;
mod ridgelines;
mod sampler;
mod score_bars;
mod series;
mod shared_axes;

pub use boundary::{Boundary, Part, PlanePoint, Surface};
pub use boundary_panels::BoundaryPanels;
pub use cell_area::CellArea;
pub use confusion_matrix::ConfusionMatrix;
pub use fold_scores::{FoldScores, ScoreMean, ScoreMeans, ScorePanel};
pub use grid::ChartGrid;
pub use grid_axis::{GridAxis, Places};
pub use heat_map::{Best, HeatMap};
pub use hidden_units::{HiddenUnits, UnitLayer};
pub use histogram::{Histogram, Sample};
pub use interval_plot::{IntervalPlot, IntervalRow};
pub use kind::{Along, Chart, ChartKind, Rescaled};
pub use learning_curves::{CurvePanel, LearningCurves};
pub use loss_landscape::LossLandscape;
pub use map_facets::MapFacets;
pub use map_window::MapWindow;
pub use network_diagram::{DiagramLayer, NetworkDiagram};
pub use norm_scatter::{Guide, NormScatter, PointColors};
pub use norm_trend::{NormTrend, TrendAxis, TrendPanel, TrendSeries};
pub use outcome_bars::{OutcomeBar, OutcomeBars};
pub use parallel_coordinates::{ParallelAxis, ParallelCoordinates};
pub use plane_grid::PlaneGrid;
pub use predicted_true::{PredictedPoint, PredictedTrue};
pub use rate_curves::{RateCurve, RateCurves, RatePanel};
pub use readout::{Readout, ReadoutCurve, ReadoutPanel, ReadoutRange};
pub use reliability::{Reliability, ReliabilityBin};
pub use ridgelines::{Ridge, Ridgelines};
pub use sampler::Sampler;
pub use score_bars::{ScoreBars, ScoreGroup};
pub use series::{Band, Center, Series};

use crate::film;

/// Every kind of chart, one line each. Tests check the layout of each, and the gallery shows it.
pub const CHARTS: &[ChartKind] = &[
    learning_curves::KIND,
    boundary::KIND,
    boundary_panels::KIND,
    norm_trend::KIND,
    norm_scatter::KIND,
    heat_map::KIND,
    map_facets::KIND,
    map_window::KIND,
    histogram::KIND,
    outcome_bars::KIND,
    interval_plot::KIND,
    fold_scores::KIND,
    confusion_matrix::KIND,
    reliability::KIND,
    predicted_true::KIND,
    rate_curves::KIND,
    score_bars::KIND,
    network_diagram::KIND,
    hidden_units::KIND,
    loss_landscape::KIND,
    parallel_coordinates::KIND,
    ridgelines::KIND,
    grid::KIND,
    film::KIND,
];
