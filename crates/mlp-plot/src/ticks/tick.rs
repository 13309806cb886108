//! A labelled tick, and the space that its label takes.

use crate::font::text_width;
use crate::theme::{LABEL_GAP, TICK};

/// A labelled tick at a fraction of the axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    pub at: f64,
    pub label: String,
}

/// The ticks of one axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Ticks {
    pub major: Vec<Tick>,
    /// Minor ticks, without labels.
    pub minor: Vec<f64>,
    /// Whether the labels are turned and read upwards.
    pub turned: bool,
}

impl Ticks {
    /// The space that the labels take across the axis.
    pub(crate) fn thickness(&self, direction: Direction) -> f64 {
        let upright = direction == Direction::Horizontal && !self.turned;
        let of = |tick: &Tick| match upright {
            true => label_height(&tick.label),
            false => label_width(&tick.label),
        };
        self.major.iter().map(of).fold(0.0, f64::max)
    }
}

/// Distance of the base lines of a text of several lines, in its size.
pub(crate) const LINE: f64 = 1.25;

/// The width of a label's widest line.
pub(crate) fn label_width(label: &str) -> f64 {
    let widths = label.lines().map(|line| text_width(line, TICK, false));
    widths.fold(0.0, f64::max)
}

/// The height of a label of one or more lines.
fn label_height(label: &str) -> f64 {
    TICK * (1.0 + LINE * (label.lines().count().max(1) - 1) as f64)
}

/// What ticks are wanted for: an axis of some length in pixels, of numbers or of whole numbers only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub direction: Direction,
    pub length: f64,
    pub whole: bool,
}

impl Span {
    /// Whether the labels of ticks keep apart.
    pub(super) fn fits(self, ticks: &[Tick]) -> bool {
        self.direction.fits(ticks, self.length)
    }
}

/// The direction of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Horizontal,
    Vertical,
}

impl Direction {
    /// Space that a label takes along the axis.
    fn extent(self, label: &str) -> f64 {
        match self {
            Direction::Horizontal => label_width(label) + LABEL_GAP,
            Direction::Vertical => label_height(label) + TICK * 0.5,
        }
    }

    /// Whether the labels of ticks keep apart on an axis of `length` pixels.
    pub(super) fn fits(self, ticks: &[Tick], length: f64) -> bool {
        let mut sorted: Vec<&Tick> = ticks.iter().collect();
        sorted.sort_by(|a, b| a.at.total_cmp(&b.at));
        sorted.windows(2).all(|pair| {
            let room = (self.extent(&pair[0].label) + self.extent(&pair[1].label)) / 2.0;
            (pair[1].at - pair[0].at) * length >= room
        })
    }
}
