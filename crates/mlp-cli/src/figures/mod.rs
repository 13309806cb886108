//! Figures of a run directory: charts, files and a report from stored results.
//!
//! Nothing is trained here; every figure can be redrawn with `mlp plot`.

mod analysis;
mod best_cells;
mod blank;
mod boundary;
mod class_scores;
mod classification;
mod comparison;
mod confusion;
mod curves;
mod describe;
mod drawing;
mod entry;
pub mod explanation;
mod few_steps;
mod figure;
mod files;
mod film;
mod folds;
mod judged;
mod landscape;
mod look;
mod map;
mod network;
mod networks;
mod norms;
mod only;
mod out_of_fold;
mod plane;
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

pub use self::analysis::{equation, selected, share, shared_seeds, tables as analysis_tables};
pub use self::blank::nothing_to_draw;
pub use self::comparison::{is_of_others, write_comparison};
pub use self::drawing::{Drawing, PlaneChoice};
pub use self::entry::{Draw, FigureEntry};
pub use self::figure::{Figure, Frame};
pub use self::files::{analyze, drawn_before, write, write_analysis, write_chart, write_files};
pub use self::look::Look;
pub use self::map::frame;
pub use self::only::Only;
pub use self::report::{file as write_report, section};
pub use self::view::{Progress, View, judged};
use crate::terminal;

/// Every figure, in the order of the report: how good the predictions are, how they came about, the inside.
pub static FIGURES: &[&FigureEntry] = &[
    &folds::SCORES,
    &classification::TRAINED,
    &classification::FOLDS,
    &predictions::TRAINED,
    &predictions::FOLDS,
    &boundary::BOUNDARY,
    &classification::TRAINED_SCORES,
    &classification::FOLDS_SCORES,
    &curves::SINGLE,
    &curves::POPULATION,
    &side_by_side::CURVES,
    &side_by_side::BOUNDARIES,
    &film::FILM,
    &norms::SINGLE,
    &norms::OVER_STEPS,
    &norms::OVER_AXES,
    &swept::RIDGELINES,
    &scatter::SCATTER,
    &swept::PARALLEL,
    &scatter::PLANES,
    &network::UNITS,
    &network::DIAGRAM,
    &landscape::LANDSCAPE,
    &map::MAP,
    &analysis::SCATTER,
    &analysis::SUCCESS,
    &analysis::CLASSES,
    &analysis::DRAWN_KEYS,
];

/// All figures of a run, those of its analysis apart.
pub fn of_run(view: &View, drawing: &Drawing) -> Result<Vec<Figure>> {
    if nothing_to_draw(view).is_some() {
        return Ok(Vec::new());
    }
    let mut figures = Vec::new();
    let wanted = |entry: &&FigureEntry| drawing.only.wants_of(entry.name);
    let entries: Vec<_> = entries(view).filter(wanted).collect();
    for (index, entry) in entries.iter().enumerate() {
        drawing.begin("drawing", index, entries.len(), entry.name);
        match entry.draw {
            Draw::Samples(_) if view.data_fault().is_some() => {}
            Draw::Run(draw) | Draw::Samples(draw) => figures.extend(draw(view, drawing)?),
            Draw::Analysis(_) => {}
        }
    }
    figures.retain(|figure| drawing.only.wants(&figure.name));
    dress(&mut figures, drawing);
    Ok(figures)
}

/// Gives figures their title and scales, and says what each cannot have.
fn dress(figures: &mut [Figure], drawing: &Drawing) {
    for note in drawing.look.dress(figures) {
        terminal::say(&format!("note: {note}"));
    }
}

/// Whether figures of an analysis of this run are drawn.
fn wants_analysis(view: &View, drawing: &Drawing) -> bool {
    let of_analysis = |entry: &'static FigureEntry| matches!(entry.draw, Draw::Analysis(_));
    entries(view).any(|entry| of_analysis(entry) && drawing.only.wants_of(entry.name))
}

/// The figures of an analysis of a run, where colours may have been asked for.
fn of_analysis(view: &View, analysis: &Analysis, colored: bool, drawing: &Drawing) -> Vec<Figure> {
    if nothing_to_draw(view).is_some() {
        return Vec::new();
    }
    let drawn = entries(view).filter_map(|entry| match entry.draw {
        Draw::Analysis(draw) => Some(draw(view, analysis, colored)),
        Draw::Run(_) | Draw::Samples(_) => None,
    });
    let drawn = drawn.flatten();
    let mut figures: Vec<Figure> = drawn
        .filter(|figure| drawing.only.wants(&figure.name))
        .collect();
    dress(&mut figures, drawing);
    figures
}

/// The entries that a run of this kind has.
fn entries(view: &View) -> impl Iterator<Item = &'static FigureEntry> {
    let kind = view.kind();
    let all = FIGURES.iter().copied();
    all.filter(move |entry| entry.kinds.contains(&kind))
}
