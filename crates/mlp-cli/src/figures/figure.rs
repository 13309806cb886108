//! A chart as a figure of a report and as files.

use anyhow::Result;
use mlp_plot::{
    Answers, Area, Boundary, CellArea, Chart, CurveAnswers, Film, Format, HeatMap, Picker, Section,
    Size, StepFrame, StepFrames,
};

/// Width of a drawing for narrow screens, whose texts are are at least 10 pixels high on a screen of 390.
const NARROW: u32 = 384;

/// A figure at one of several steps.
pub struct Frame {
    /// The step.
    pub name: String,
    /// The chart there; the figure's own where not given.
    pub chart: Option<Box<dyn Chart>>,
    /// What the cells of its maps show there.
    pub cells: Option<Picker>,
}

impl Frame {
    /// The place of the figure itself among its frames.
    pub fn own(name: String) -> Self {
        Self {
            name,
            chart: None,
            cells: None,
        }
    }
}

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
    /// The chart on the page, where it is another than in the files.
    pub page: Option<Box<dyn Chart>>,
    /// The same as a film, which is also written animated.
    pub film: Option<Film<Boundary>>,
    /// The maps in it, which are also written with one pixel per cell.
    pub maps: Vec<HeatMap>,
    /// The figure at several steps, one of which is its own; none where it has only one.
    pub frames: Vec<Frame>,
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
            page: None,
            film: None,
            maps: Vec::new(),
            frames: Vec::new(),
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
        let chart = self.page.as_ref().unwrap_or(&self.chart);
        let (drawings, areas, plots) = drawn(chart.as_ref(), &sizes)?;
        let cells = self.picker.as_ref().map(|picker| Picker {
            areas,
            ..picker.clone()
        });
        let frames = self.frames.iter().map(|frame| {
            let Some(chart) = &frame.chart else {
                return Ok(StepFrame::own(&frame.name));
            };
            let (drawings, areas, _) = drawn(chart.as_ref(), &sizes)?;
            let cells = frame.cells.as_ref().map(|cells| Picker {
                areas,
                ..cells.clone()
            });
            Ok(StepFrame {
                name: frame.name.clone(),
                drawings,
                cells,
            })
        });
        let frames = frames.collect::<Result<Vec<_>>>()?;
        let readout = chart.readout();
        let answers = Answers {
            cells,
            curves: readout.and_then(|readout| CurveAnswers::new(readout, plots)),
            frames: StepFrames::new("step", frames),
        };
        Ok(section.drawn(drawings, self.caption.clone(), answers))
    }
}

/// A chart as SVG documents of several sizes, and in each where its cells and panels are.
#[expect(
    clippy::type_complexity,
    reason = "three lists with one entry for each size"
)]
fn drawn(
    chart: &dyn Chart,
    sizes: &[Size],
) -> Result<(Vec<Vec<u8>>, Vec<Vec<CellArea>>, Vec<Vec<Area>>)> {
    let (mut drawings, mut areas, mut plots) = (Vec::new(), Vec::new(), Vec::new());
    for &size in sizes {
        let scene = chart.scene(size)?;
        drawings.push(scene.render(Format::Svg)?);
        plots.push(scene.plot_parts());
        areas.push(chart.cells(size)?);
    }
    Ok((drawings, areas, plots))
}
