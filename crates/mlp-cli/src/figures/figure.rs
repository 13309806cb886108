//! A chart as a figure of a report and as files.

use anyhow::Result;
use mlp_plot::{Boundary, Chart, Film, Format, HeatMap, Picker, Section, Size};

/// Width of a drawing for narrow screens, whose texts are are at least 10 pixels high on a screen of 390.
const NARROW: u32 = 384;

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
    /// Whether the report draws it; otherwise something on the page answers for it.
    pub on_page: bool,
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
            on_page: true,
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

    /// Adds the figure to a section of the report, drawn for broad and for narrow screens.
    ///
    /// # Errors
    /// If the chart cannot be drawn.
    pub fn add_to(&self, section: Section) -> Result<Section> {
        if !self.on_page {
            return Ok(section);
        }
        let narrow = Size::new(NARROW, self.size.height);
        let height = self.chart.height(narrow, self.size).max(NARROW);
        let sizes = [self.size, Size::new(NARROW, height)];
        let (mut drawings, mut areas) = (Vec::new(), Vec::new());
        for size in sizes {
            drawings.push(self.chart.render(Format::Svg, size)?);
            areas.push(self.chart.cells(size)?);
        }
        let picker = self.picker.as_ref().map(|picker| Picker {
            areas,
            ..picker.clone()
        });
        Ok(section.drawn(drawings, self.caption.clone(), picker))
    }
}
