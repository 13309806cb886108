//! What every chart can do, and its entry in the registry.

use super::cell_area::CellArea;
use super::readout::Readout;
use super::sampler::Sampler;
use crate::error::Result;
use crate::output::{Format, Size};
use crate::scale::Scale;
use crate::scene::{Area, Scene};

/// A chart: data that can be laid out at any size.
pub trait Chart {
    /// Lays the chart out. The same data and size give the same scene.
    ///
    /// # Errors
    /// If the size is out of range or parts of the data disagree in length. Data without a finite
    /// value are not an error: the picture then says so.
    fn scene(&self, size: Size) -> Result<Scene>;

    /// Lays the chart out with its axes around a plot that is given, so that pictures of a film do not jump; charts of
    /// several plots place them themselves.
    ///
    /// # Errors
    /// As [`Chart::scene`].
    fn scene_around(&self, size: Size, plot: Area) -> Result<Scene> {
        let _ = plot;
        self.scene(size)
    }

    /// Its title and subtitle.
    fn heading(&mut self) -> [&mut String; 2];

    /// Draws an axis on this scale.
    ///
    /// # Errors
    /// Why there is no such axis, or why its values cannot be drawn so.
    fn set_scale(&mut self, along: Along, scale: Scale) -> Rescaled {
        let _ = (along, scale);
        Err(match along {
            Along::X => "its horizontal axis has no scale to choose",
            Along::Y => "its vertical axis has no scale to choose",
        })
    }

    /// Colours its values on this scale; `None` without a colour bar whose scale is to choose.
    ///
    /// # Errors
    /// Why its values cannot be coloured so.
    fn set_color_scale(&mut self, scale: Scale) -> Option<Rescaled> {
        let _ = scale;
        None
    }

    /// The height that fits another width than that of its usual size, in a picture with at most so many panels beside each
    /// other.
    fn height(&self, width: Size, usual: Size) -> u32 {
        usual.height_at(width.width)
    }

    /// The least width beside other charts.
    fn least_width(&self) -> f64 {
        330.0
    }

    /// Where the cells of the chart's maps are in its picture, map after map; empty for other charts.
    ///
    /// # Errors
    /// As [`Chart::scene`].
    fn cells(&self, size: Size) -> Result<Vec<CellArea>> {
        let _ = size;
        Ok(Vec::new())
    }

    /// What the chart's curves tell along its horizontal axis; `None` of other charts.
    fn readout(&self) -> Option<Readout> {
        None
    }

    /// Draws the chart as the bytes of a file. The same data, size and format give the same bytes.
    ///
    /// # Errors
    /// As [`Chart::scene`], or if the drawing backend fails.
    fn render(&self, format: Format, size: Size) -> Result<Vec<u8>> {
        self.scene(size)?.render(format)
    }
}

/// One of the two axes of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    /// The horizontal one.
    X,
    /// The vertical one.
    Y,
}

/// Whether a chart has taken a scale, or why not.
pub type Rescaled = std::result::Result<(), &'static str>;

/// Whether a scale shows all of these values.
pub(super) fn shows_all(scale: Scale, mut values: impl Iterator<Item = f64>) -> Rescaled {
    match scale == Scale::Log && values.any(|v| v < 0.0) {
        true => Err("a logarithmic scale does not show its values below 0"),
        false => Ok(()),
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
