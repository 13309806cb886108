//! What to draw of a run.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    io::{self, IsTerminal},
};

use indicatif::ProgressBar;
use mlp_plot::{Format, Scene};
use mlp_train::{Metric, experiment::Figures};

use super::{Look, only::Only};
use crate::terminal;

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
    /// The characters of which it was said that pictures show them as numbers.
    pub spelled: RefCell<BTreeSet<char>>,
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
            spelled: RefCell::default(),
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

    /// Says once of every character that pictures without a viewer's fonts show as a number.
    pub fn say_spelled(&self, scene: &Scene) {
        let mut known = self.spelled.borrow_mut();
        let new: Vec<char> = (scene.unknown_characters().into_iter())
            .filter(|c| known.insert(*c))
            .collect();
        if let Some(told) = spelled(&new) {
            terminal::say(&format!("note: {told}"));
        }
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

/// The most characters that are named.
const NAMED: usize = 8;

/// What is said of characters that PNG and PDF show as numbers; `None` of none.
fn spelled(characters: &[char]) -> Option<String> {
    let named: Vec<String> = (characters.iter().take(NAMED))
        .map(|c| match c.is_control() {
            true => format!("U+{:04X}", u32::from(*c)),
            false => c.to_string(),
        })
        .collect();
    let more = match characters.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more characters"),
    };
    (!named.is_empty()).then(|| {
        format!(
            "PNG and PDF show {}{more} as numbers in boxes, for the font of the figures lacks them; SVG (--format svg) and the report take them from the viewer's fonts",
            named.join(" ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_without_a_glyph_are_named() {
        assert_eq!(spelled(&[]), None);
        let told = spelled(&['中', '\u{7}']).unwrap();
        assert!(
            told.starts_with("PNG and PDF show 中 U+0007 as numbers in boxes"),
            "{told}"
        );
        let many: Vec<char> = ('一'..).take(20).collect();
        assert!(
            spelled(&many)
                .unwrap()
                .contains(" and 12 more characters as")
        );
    }

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
