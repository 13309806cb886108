//! The charts: each a struct of plain numbers and texts that lays itself out as a [`Scene`].

mod boundary;
mod cell_area;
mod confusion_matrix;
mod grid;
mod heat_map;
mod histogram;
mod learning_curves;
mod norm_scatter;
mod norm_trend;
mod outcome_bars;
mod reliability;

pub use boundary::{Boundary, Part, PlanePoint, Surface, Thumbnail};
pub use cell_area::CellArea;
pub use confusion_matrix::ConfusionMatrix;
pub use grid::ChartGrid;
pub use heat_map::{Best, GridAxis, HeatMap, Places};
pub use histogram::{Histogram, Sample};
pub use learning_curves::{Band, Center, CurvePanel, LearningCurves, Series};
pub use norm_scatter::{Guide, NormScatter, Outcome};
pub use norm_trend::{NormTrend, TrendAxis, TrendPanel, TrendSeries};
pub use outcome_bars::{OutcomeBar, OutcomeBars};
pub use reliability::{Reliability, ReliabilityBin};

use crate::error::Result;
use crate::output::{Format, Size};
use crate::scene::Scene;

/// A chart: data that can be laid out at any size.
pub trait Chart {
    /// Lays the chart out. The same data and size give the same scene.
    ///
    /// # Errors
    /// If the size is out of range or parts of the data disagree in length. Data without a finite
    /// value is no error: the picture then says so.
    fn scene(&self, size: Size) -> Result<Scene>;

    /// Where the cells of the chart's maps lie in its picture, map after map; none of other charts.
    ///
    /// # Errors
    /// As [`Chart::scene`].
    fn cells(&self, size: Size) -> Result<Vec<CellArea>> {
        let _ = size;
        Ok(Vec::new())
    }

    /// Draws the chart as the bytes of a file. The same data, size and format give the same bytes.
    ///
    /// # Errors
    /// As [`Chart::scene`], or if the drawing backend fails.
    fn render(&self, format: Format, size: Size) -> Result<Vec<u8>> {
        self.scene(size)?.render(format)
    }
}
