//! What to draw of a run.

use std::io::{self, IsTerminal};

use indicatif::ProgressBar;
use mlp_plot::Format;
use mlp_train::{Metric, experiment::Figures};

use super::{Look, only::Only};

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
    /// Whether the loss around a network is drawn where that takes long.
    pub landscape: bool,
    /// The figures that are drawn.
    pub only: Only,
    /// How the figures look.
    pub look: Look,
    /// Says which figure is drawn.
    pub progress: ProgressBar,
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
            landscape: false,
            only: Only::default(),
            look: Look::default(),
            progress: ProgressBar::hidden(),
        }
    }

    /// The same, and on a terminal a line says which figure is drawn.
    pub fn shown(mut self, shown: bool) -> Self {
        if shown && io::stderr().is_terminal() {
            self.progress = ProgressBar::new_spinner();
        }
        self
    }

    /// Says what is done now with which of `count` figures.
    pub fn begin(&self, what: &str, index: usize, count: usize, name: &str) {
        // A name with a KEY or METRIC in it is that of several.
        let name = match name.contains(char::is_uppercase) {
            true => String::new(),
            false => format!(": {name}"),
        };
        let told = format!("{what} figure {} of {count}{name}", index + 1);
        self.progress.set_message(told);
        self.progress.tick();
    }

    /// The formats that are written.
    pub fn formats(&self) -> &[Format] {
        match self.figures {
            _ if !self.look.formats.is_empty() => &self.look.formats,
            Figures::All => &[Format::Svg, Format::Png],
            Figures::Svg => &[Format::Svg],
            Figures::Png => &[Format::Png],
            Figures::None => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_names_figures_and_no_placeholders() {
        let drawing = Drawing::default();
        let told = |name| {
            drawing.begin("drawing", 0, 2, name);
            drawing.progress.message()
        };
        assert_eq!(told("boundary"), "drawing figure 1 of 2: boundary");
        assert_eq!(told("plane-of-KEY-and-KEY"), "drawing figure 1 of 2");
    }
}
