//! From a run directory to pictures: stored results become charts, files and a report.
//!
//! Nothing is trained here; whatever is drawn can be drawn again with `mlp plot`.

mod boundary;
mod curves;
mod describe;
mod map;
mod norms;
mod report;
mod scatter;
mod series;
mod view;

use std::path::Path;

use anyhow::{Context, Result};
use mlp_plot::{Chart, Format, Size};
use mlp_train::{Kind, WholeFile, experiment::Figures};

pub use self::report::{file as write_report, section};
pub use self::view::View;

/// Folder of the figures in a run directory.
const FOLDER: &str = "figures";

/// A chart with its file name and the sentence that stands below it in a report.
pub struct Figure {
    /// File name without ending.
    pub name: String,
    /// What there is to see.
    pub caption: String,
    /// The chart.
    pub chart: Box<dyn Chart>,
    /// Its size.
    pub size: Size,
}

impl Figure {
    fn new(name: impl Into<String>, caption: impl Into<String>, chart: impl Chart + 'static) -> Self {
        Self { name: name.into(), caption: caption.into(), chart: Box::new(chart), size: Size::default() }
    }

    fn sized(mut self, width: u32, height: u32) -> Self {
        self.size = Size::new(width, height);
        self
    }
}

/// Which plane a decision boundary is drawn over where there are more than two features.
#[derive(Clone, Debug, Default)]
pub enum PlaneChoice {
    /// The plane of greatest variance.
    #[default]
    Principal,
    /// Two features by name; the others stay at their means over the training part.
    Features(String, String),
}

/// All figures of a run.
pub fn figures(view: &View, plane: &PlaneChoice) -> Result<Vec<Figure>> {
    Ok(match view.kind() {
        Kind::Train => {
            let mut figures = vec![curves::single(view)];
            figures.extend(boundary::figure(view, plane)?);
            figures.push(norms::single(view));
            figures
        }
        Kind::Population => {
            let mut figures = curves::population(view);
            figures.push(norms::over_steps(view));
            figures.extend(norms::over_axes(view));
            figures.extend(scatter::figures(view));
            figures
        }
        Kind::Map => map::figures(view)?,
    })
}

/// Draws all figures of the run directory `path` and its report.
pub fn write(path: &Path, which: Figures, plane: &PlaneChoice) -> Result<()> {
    let formats: &[Format] = match which {
        Figures::All => &[Format::Svg, Format::Png],
        Figures::Svg => &[Format::Svg],
        Figures::Png => &[Format::Png],
        Figures::None => return Ok(()),
    };
    let view = View::open(path)?;
    let figures = figures(&view, plane)?;
    let folder = path.join(FOLDER);
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for figure in &figures {
        for &format in formats {
            let bytes = figure.chart.render(format, figure.size).with_context(|| format!("cannot draw {}", figure.name))?;
            WholeFile::write(&folder.join(format!("{}.{}", figure.name, format.extension())), &bytes)?;
        }
    }
    report::file(&path.join("report.html"), &report::of_run(&view, &figures)?)
}
