//! What every chart can do, and its entry in the registry.

use super::cell_area::CellArea;
use super::sampler::Sampler;
use crate::error::Result;
use crate::output::{Format, Size};
use crate::scene::Scene;

/// A chart: data that can be laid out at any size.
pub trait Chart {
    /// Lays the chart out. The same data and size give the same scene.
    ///
    /// # Errors
    /// If the size is out of range or parts of the data disagree in length. Data without a finite
    /// value are not an error: the picture then says so.
    fn scene(&self, size: Size) -> Result<Scene>;

    /// Where the cells of the chart's maps are in its picture, map after map; empty for other charts.
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

/// A kind of chart: its entry in the registry.
#[derive(Debug, Clone, Copy)]
pub struct ChartKind {
    /// Name.
    pub name: &'static str,
    /// What it shows.
    pub description: &'static str,
    /// The smallest picture in which all of its texts fit.
    pub least: Size,
    /// Lays out a chart of a sampler's numbers and texts.
    pub sample: fn(&mut Sampler, Size) -> Result<Scene>,
}
