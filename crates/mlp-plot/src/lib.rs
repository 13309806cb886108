//! Charts and reports for neural network training, from plain numbers.
//!
//! Each chart is a struct of data with public fields; [`Chart::render`] draws it as SVG or PNG from
//! one layout. Text is measured with an embedded font, so that labels do not overlap and stay inside the
//! picture; the same data give the same bytes. Non-finite values are gaps.
//!
//! - [`LearningCurves`]: losses and scores over steps, single runs or populations with bands
//! - [`Boundary`]: a network's predictions over a plane, with the samples
//! - [`NormTrend`]: weight and bias norms over steps or a swept coefficient
//! - [`NormScatter`]: two numbers of every network, coloured by a third
//! - [`ConfusionMatrix`], [`Reliability`]: errors by class, calibration of probabilities
//! - [`HeatMap`]: performance maps over any two axes; [`MapFacets`]: several with one colour bar
//! - [`Histogram`], [`OutcomeBars`], [`ChartGrid`]: distributions, success rates, small multiples
//! - [`Film`]: any of them at several moments, as small multiples or an animated PNG
//! - [`CHARTS`]: all of them, each drawn from the numbers of a [`Sampler`] for tests and the gallery
//! - [`Report`]: one self-contained HTML file with sections, figures and tables
//!
//! ```
//! use mlp_plot::{Chart, CurvePanel, Format, LearningCurves, Series, Size};
//!
//! let steps: Vec<f64> = (0..=100).map(f64::from).collect();
//! let loss = steps.iter().map(|t| 0.7 / (1.0 + 0.1 * t)).collect();
//! let chart = LearningCurves {
//!     title: "Moons".into(),
//!     x_label: "step".into(),
//!     panels: vec![CurvePanel {
//!         y_label: "loss".into(),
//!         series: vec![Series::new("train", steps, loss)],
//!         ..CurvePanel::default()
//!     }],
//!     ..LearningCurves::default()
//! };
//! let svg = chart.render(Format::Svg, Size::default())?;
//! assert!(svg.starts_with(b"<svg"));
//! # Ok::<(), mlp_plot::Error>(())
//! ```

#![forbid(unsafe_code)]

mod bitmap;
mod chart;
mod color;
mod color_bar;
mod contour;
mod error;
mod film;
mod font;
mod header;
mod output;
mod page;
mod panel;
mod pca;
mod pdf;
mod pixels;
mod recolor;
mod render;
pub mod report;
mod scale;
mod scene;
mod svg;
mod theme;
mod ticks;

pub use chart::*;
pub use color::{Color, ColorMap, ColorRange, category_color, class_colors};
pub use contour::contour;
pub use error::{Error, Result};
pub use film::Film;
pub use mlp_statistics::Quantiles;
pub use output::{Format, Output, Size};
pub use page::{
    CellState, CurveAnswers, EarlierRecords, NetworkColumn, NetworkTable, NetworkValues, Picker,
    StepFrame, StepFrames, UsualColumns,
};
pub use pca::Plane;
pub use pixels::png_with_texts;
pub use report::{Answers, Report, ReportTable, Section};
pub use scale::{Scale, usual_range};
pub use scene::{Area, Scene};
pub use theme::Theme;
pub use ticks::{format_count, format_value};
