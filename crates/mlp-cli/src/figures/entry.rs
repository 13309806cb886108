//! An entry of the registry of figures.

use anyhow::Result;
use mlp_train::{Kind, analysis::Analysis};

use super::drawing::Drawing;
use super::figure::Figure;
use super::view::View;

/// Figures that belong together: what they need, and how they are drawn.
pub struct Entry {
    /// Name; that of the file where it is one figure.
    pub name: &'static str,
    /// What there is to see.
    pub description: &'static str,
    /// The kinds of run that have it.
    pub kinds: &'static [Kind],
    /// How it is drawn.
    pub draw: Draw,
}

/// How figures are drawn: none where they do not apply.
pub enum Draw {
    /// Out of the stored results of a run.
    Run(fn(&View, &Drawing) -> Result<Vec<Figure>>),
    /// Out of the network and the data that it was trained on, which may not be there any more.
    Samples(fn(&View, &Drawing) -> Result<Vec<Figure>>),
    /// Out of an analysis of the run, where colours may have been asked for.
    Analysis(fn(&View, &Analysis, bool) -> Vec<Figure>),
}
