//! From a run directory to pictures: stored results become charts, files and a report.
//!
//! Nothing is trained here; whatever is drawn can be drawn again with `mlp plot`.

mod analysis;
mod answers;
mod boundary;
mod curves;
mod describe;
mod map;
mod norms;
mod report;
mod scatter;
mod series;
mod shade;
mod trends;
mod view;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mlp_plot::{Boundary, Chart, Film, Format, HeatMap, Picker, Section, Size, png_with_texts};
use mlp_store::{Facts, RunDirectory, WholeFile, remove_unfinished, run_directory::FIGURES};
use mlp_train::{
    Kind, Metric,
    analysis::{Analysis, Request},
    experiment::Figures,
};

pub use self::analysis::{equation, share, tables as analysis_tables};
pub use self::map::frame;
pub use self::report::{file as write_report, section};
pub use self::view::View;
use crate::terminal;

/// Folder of an analysis in a run directory.
pub const ANALYSIS: &str = "analysis";

/// An animated film, and how many milliseconds each of its frames is shown.
const FILM_SIZE: Size = Size::new(480, 380);
const FRAME_TIME: u16 = 350;

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
    /// The same as a film, which is also written animated.
    pub film: Option<Film<Boundary>>,
    /// The maps in it, which are also written with one pixel a cell.
    pub maps: Vec<HeatMap>,
    /// What a click on a cell of the maps tells, but for where the cells lie.
    pub picker: Option<Picker>,
}

impl Figure {
    fn new(
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

/// What is drawn of a run.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Which files are written.
    pub figures: Figures,
    /// The plane of a decision boundary.
    pub plane: PlaneChoice,
    /// The metric of a map; the one that it was made for where not given.
    pub metric: Option<Metric>,
    /// The step of a map over two keys; the last where not given.
    pub step: Option<u64>,
}

impl Default for Drawing {
    fn default() -> Self {
        Self::of(None)
    }
}

impl Drawing {
    /// The usual pictures in these formats; all where not given.
    pub fn of(figures: Option<Figures>) -> Self {
        Self {
            figures: figures.unwrap_or(Figures::All),
            plane: PlaneChoice::Principal,
            metric: None,
            step: None,
        }
    }

    fn formats(&self) -> &'static [Format] {
        match self.figures {
            Figures::All => &[Format::Svg, Format::Png],
            Figures::Svg => &[Format::Svg],
            Figures::Png => &[Format::Png],
            Figures::None => &[],
        }
    }
}

/// All figures of a run.
pub fn figures(view: &View, drawing: &Drawing) -> Result<Vec<Figure>> {
    Ok(match view.kind() {
        Kind::Train => {
            let mut figures = vec![curves::single(view)];
            if view.data_fault().is_none() {
                figures.extend(boundary::figure(view, &drawing.plane)?);
                figures.extend(boundary::film(view, &drawing.plane)?);
                figures.extend(answers::figures(view)?);
            }
            figures.push(norms::single(view));
            figures
        }
        Kind::Population => {
            let mut figures = curves::population(view);
            figures.push(norms::over_steps(view));
            figures.extend(norms::over_axes(view));
            figures.extend(scatter::figures(view)?);
            figures
        }
        Kind::Map => map::figures(view, drawing)?,
    })
}

/// Draws all figures of a run and its report, a population with its analysis; the files written.
pub fn write(view: &View, drawing: &Drawing) -> Result<Vec<PathBuf>> {
    begin(view);
    let figures = figures(view, drawing)?;
    let mut files = write_files(view, &figures, drawing)?;
    if view.kind() == Kind::Population {
        let request = Request::default();
        let analysis = analyze(view, &request)?;
        let (written, section) = write_part(view, &analysis, &request, drawing)?;
        files.extend(written);
        files.extend(write_page(view, &figures, Some(section), drawing)?);
    } else {
        files.extend(write_page(view, &figures, None, drawing)?);
    }
    Ok(files)
}

/// Removes what killed processes left unfinished where figures and tables go, and says what cannot be drawn.
fn begin(view: &View) {
    if let Some(fault) = view.data_fault() {
        let left_out = match view.kind() {
            Kind::Train => {
                "what shows the network's answers (boundary, confusion matrix, calibration) is left out"
            }
            Kind::Population | Kind::Map => "the results are drawn, which are whole without it",
        };
        terminal::say(&format!("warning: {fault}; {left_out}"));
    }
    let path = view.path();
    for place in [path.join(FIGURES), path.join(ANALYSIS), path] {
        remove_unfinished(&place);
    }
}

/// What the networks of a run say together.
pub fn analyze(view: &View, request: &Request) -> Result<Analysis> {
    let directory = RunDirectory::open(&view.path())?;
    Ok(mlp_train::analysis::analyze(
        &directory,
        view.experiment(),
        request,
    )?)
}

/// Writes the tables and figures of an analysis, and the report anew with them; the files written.
pub fn write_analysis(
    view: &View,
    analysis: &Analysis,
    request: &Request,
    drawing: &Drawing,
) -> Result<Vec<PathBuf>> {
    begin(view);
    let (mut files, section) = write_part(view, analysis, request, drawing)?;
    if drawing.figures != Figures::None {
        let figures = figures(view, drawing)?;
        files.extend(write_page(view, &figures, Some(section), drawing)?);
    }
    Ok(files)
}

/// The tables and figures of an analysis in their folder, and its section of the report.
fn write_part(
    view: &View,
    found: &Analysis,
    request: &Request,
    drawing: &Drawing,
) -> Result<(Vec<PathBuf>, Section)> {
    let folder = view.path().join(ANALYSIS);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let mut files = Vec::new();
    for table in found.tables() {
        files.extend(mlp_store::write_results(&table, &folder)?);
    }
    let pictures = analysis::figures(view, found, request.color.is_some());
    let facts = Facts::of_made(view.experiment(), view.manifest());
    let facts: Vec<_> = facts.iter().collect();
    for figure in &pictures {
        files.extend(write_chart(&folder, figure, drawing, &facts)?);
    }
    Ok((files, analysis::section(found, &pictures)?))
}

/// The report, unless no figures are wanted.
fn write_page(
    view: &View,
    figures: &[Figure],
    analysis: Option<Section>,
    drawing: &Drawing,
) -> Result<Option<PathBuf>> {
    if drawing.figures == Figures::None {
        return Ok(None);
    }
    let page = view.path().join("report.html");
    report::file(&page, &report::of_run(view, figures, analysis)?)?;
    Ok(Some(page))
}

/// Draws a chart into a folder in the formats that are wanted, of which PNG says `facts`; the files written.
fn write_chart(
    folder: &Path,
    figure: &Figure,
    drawing: &Drawing,
    facts: &[(&str, &str)],
) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for &format in drawing.formats() {
        let mut bytes = figure
            .chart
            .render(format, figure.size)
            .with_context(|| format!("cannot draw {}", figure.name))?;
        if format == Format::Png {
            bytes = png_with_texts(&bytes, facts)?;
        }
        let file = folder.join(format!("{}.{}", figure.name, format.extension()));
        WholeFile::write(&file, &bytes)?;
        files.push(file);
    }
    Ok(files)
}

/// Writes figures into the run's folder; the files written.
pub fn write_files(view: &View, figures: &[Figure], drawing: &Drawing) -> Result<Vec<PathBuf>> {
    let folder = view.path().join(FIGURES);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let facts = Facts::of_made(view.experiment(), view.manifest());
    let facts: Vec<_> = facts.iter().collect();
    let mut files = Vec::new();
    for figure in figures {
        files.extend(write_chart(&folder, figure, drawing, &facts)?);
        if drawing.formats().contains(&Format::Png) && !figure.maps.is_empty() {
            files.extend(write_pixels(&folder, figure, &facts)?);
        }
        if let Some(film) = figure
            .film
            .as_ref()
            .filter(|_| drawing.formats().contains(&Format::Png))
        {
            let bytes = film.animate(FILM_SIZE, FRAME_TIME)?;
            let bytes = png_with_texts(&bytes, &facts)?;
            let file = folder.join(format!("{}-animated.png", figure.name));
            WholeFile::write(&file, &bytes)?;
            files.push(file);
        }
    }
    Ok(files)
}

/// Writes the maps of a figure with one pixel a cell.
fn write_pixels(folder: &Path, figure: &Figure, facts: &[(&str, &str)]) -> Result<Vec<PathBuf>> {
    let several = figure.maps.len() > 1;
    let mut files = Vec::new();
    for (index, map) in figure.maps.iter().enumerate() {
        let number = if several {
            format!("-{}", index + 1)
        } else {
            String::new()
        };
        let file = folder.join(format!("{}-pixels{number}.png", figure.name));
        let bytes = map.exact_pixels(facts)?;
        WholeFile::write(&file, &bytes)?;
        files.push(file);
    }
    Ok(files)
}
