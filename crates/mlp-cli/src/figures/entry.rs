//! An entry of the registry of figures.

use anyhow::Result;
use mlp_train::{Kind, analysis::Analysis};

use super::drawing::Drawing;
use super::figure::Figure;
use super::view::View;

/// Figures that belong together: what they need, and how they are drawn.
pub struct FigureEntry {
    /// Name; that of the file where it is one figure.
    pub name: &'static str,
    /// What it shows.
    pub description: &'static str,
    /// The kinds of run that have it.
    pub kinds: &'static [Kind],
    /// How it is drawn.
    pub draw: Draw,
}

/// How figures are drawn: none where they do not apply.
pub enum Draw {
    /// From the stored results of a run.
    Run(fn(&View, &Drawing) -> Result<Vec<Figure>>),
    /// From the network and its training data, which may no longer exist.
    Samples(fn(&View, &Drawing) -> Result<Vec<Figure>>),
    /// From an analysis of the run, possibly with requested colours.
    Analysis(fn(&View, &Analysis, bool) -> Vec<Figure>),
}
