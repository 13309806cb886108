//! What to draw of a run.

use mlp_plot::Format;
use mlp_train::{Metric, experiment::Figures};

/// Which plane a decision boundary is drawn over where there are more than two features.
#[derive(Clone, Debug, Default)]
pub enum PlaneChoice {
    /// The plane of greatest variance.
    #[default]
    Principal,
    /// Two features by name; the others stay at their means over the training part.
    Features(String, String),
}

/// What to draw of a run.
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

    /// The formats that are written.
    pub fn formats(&self) -> &'static [Format] {
        match self.figures {
            Figures::All => &[Format::Svg, Format::Png],
            Figures::Svg => &[Format::Svg],
            Figures::Png => &[Format::Png],
            Figures::None => &[],
        }
    }
}
