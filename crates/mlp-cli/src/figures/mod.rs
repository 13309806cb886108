//! Figures of a run directory: charts, files and a report from stored results.
//!
//! Nothing is trained here; every figure can be redrawn with `mlp plot`.

mod analysis;
mod best_cells;
mod boundary;
mod classification;
mod comparison;
mod curves;
mod describe;
mod drawing;
mod entry;
pub mod explanation;
mod figure;
mod files;
mod landscape;
mod look;
mod map;
mod network;
mod networks;
mod norms;
mod predictions;
mod rates;
mod report;
mod scatter;
mod series;
mod settings;
mod side_by_side;
mod swept;
mod trends;
mod view;

use anyhow::Result;
use mlp_train::analysis::Analysis;

pub use self::analysis::{equation, share, shared_seeds, tables as analysis_tables};
pub use self::comparison::write_comparison;
pub use self::drawing::{Drawing, PlaneChoice};
pub use self::entry::{Draw, FigureEntry};
pub use self::figure::Figure;
pub use self::files::{ANALYSIS, analyze, write, write_analysis, write_chart, write_files};
pub use self::look::Look;
pub use self::map::frame;
pub use self::report::{file as write_report, section};
pub use self::view::{View, judged};
use crate::terminal;

/// Every figure, in the order of the report.
pub static FIGURES: &[&FigureEntry] = &[
    &curves::SINGLE,
    &curves::POPULATION,
    &side_by_side::CURVES,
    &side_by_side::BOUNDARIES,
    &boundary::BOUNDARY,
    &boundary::FILM,
    &classification::CLASSIFICATION,
    &rates::TRAINED,
    &rates::FOLDS,
    &predictions::TRAINED,
    &predictions::FOLDS,
    &network::UNITS,
    &network::DIAGRAM,
    &landscape::LANDSCAPE,
    &norms::SINGLE,
    &norms::OVER_STEPS,
    &norms::OVER_AXES,
    &swept::RIDGELINES,
    &scatter::SCATTER,
    &swept::PARALLEL,
    &scatter::PLANES,
    &map::MAP,
    &analysis::SCATTER,
    &analysis::SUCCESS,
    &analysis::CLASSES,
    &analysis::DRAWN_KEYS,
];

/// All figures of a run, those of its analysis apart.
pub fn of_run(view: &View, drawing: &Drawing) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let entries: Vec<_> = entries(view).collect();
    for (index, entry) in entries.iter().enumerate() {
        drawing.begin("drawing", index, entries.len(), entry.name);
        match entry.draw {
            Draw::Samples(_) if view.data_fault().is_some() => {}
            Draw::Run(draw) | Draw::Samples(draw) => figures.extend(draw(view, drawing)?),
            Draw::Analysis(_) => {}
        }
    }
    dress(&mut figures, drawing);
    Ok(figures)
}

/// Gives figures their title and scales, and says what each cannot have.
fn dress(figures: &mut [Figure], drawing: &Drawing) {
    for note in drawing.look.dress(figures) {
        terminal::say(&format!("note: {note}"));
    }
}

/// The figures of an analysis of a run, where colours may have been asked for.
fn of_analysis(view: &View, analysis: &Analysis, colored: bool, drawing: &Drawing) -> Vec<Figure> {
    let drawn = entries(view).filter_map(|entry| match entry.draw {
        Draw::Analysis(draw) => Some(draw(view, analysis, colored)),
        Draw::Run(_) | Draw::Samples(_) => None,
    });
    let mut figures: Vec<Figure> = drawn.flatten().collect();
    dress(&mut figures, drawing);
    figures
}

/// The entries that a run of this kind has.
fn entries(view: &View) -> impl Iterator<Item = &'static FigureEntry> {
    let kind = view.kind();
    let all = FIGURES.iter().copied();
    all.filter(move |entry| entry.kinds.contains(&kind))
}
