//! A chart as a figure of a report and as files.

use mlp_plot::{Boundary, Chart, Film, HeatMap, Picker, Size};

/// A chart with its file name and caption in a report.
pub struct Figure {
    /// File name without extension.
    pub name: String,
    /// What it shows.
    pub caption: String,
    /// The chart.
    pub chart: Box<dyn Chart>,
    /// Its size.
    pub size: Size,
    /// The same as a film, which is also written animated.
    pub film: Option<Film<Boundary>>,
    /// The maps in it, which are also written with one pixel per cell.
    pub maps: Vec<HeatMap>,
    /// What a click on a cell of the maps shows, apart from the positions of the cells.
    pub picker: Option<Picker>,
}

impl Figure {
    /// A chart of the usual size.
    pub fn new(
        name: impl Into<String>,
        caption: impl Into<String>,
        chart: impl Chart + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            caption: caption.into(),
            chart: Box::new(chart),
            size: Size::default(),
            film: None,
            maps: Vec::new(),
            picker: None,
        }
    }

    /// The same of another size.
    pub fn sized(mut self, width: u32, height: u32) -> Self {
        self.size = Size::new(width, height);
        self
    }
}
