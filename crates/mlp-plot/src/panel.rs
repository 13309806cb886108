//! A pair of axes with their grid, and drawing in data coordinates clipped to it.

mod beyond;
mod curves;

pub(crate) use self::beyond::{Beyond, note};
use crate::font::{CAP_HEIGHT, fit_text, text_width, wrap_text};
use crate::scale::Mapping;
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{AXIS, GRID, INK, LABEL, LABEL_GAP, SOFT_INK, TICK, WHITE};
use crate::ticks::{Direction, LINE, Span, Ticks, category_ticks, label_width, ticks_of};

/// Length of a tick, and its distance from its label.
pub(crate) const TICK_LENGTH: f64 = 5.0;
pub(crate) const TICK_GAP: f64 = 4.0;
const MINOR_LENGTH: f64 = 3.0;
/// The part of the space that the labels of a categorical axis may take.
const LABELS: f64 = 0.4;
/// Free space above a plot without a title, and between a title and its plot.
pub(crate) const ABOVE: f64 = 8.0;
/// A lower panel has the label below it in one line.
const LOW: f64 = 150.0;
/// The part of the space that equal units may leave blank.
const BLANK: f64 = 1.0 / 3.0;

/// The scale, ticks and label of an axis.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    pub label: String,
    pub mapping: Mapping,
    /// Labels of a categorical axis.
    pub names: Vec<String>,
    /// Whether only whole numbers have ticks.
    pub whole: bool,
}

impl Axis {
    pub(crate) fn new(label: &str, mapping: Mapping) -> Self {
        Axis {
            label: label.to_string(),
            mapping,
            names: Vec::new(),
            whole: false,
        }
    }

    /// The same with ticks at whole numbers only if all of these are: steps, epochs, counts, seeds.
    pub(crate) fn whole_as(mut self, mut values: impl Iterator<Item = f64>) -> Self {
        self.whole = values.all(|value| !value.is_finite() || value.fract() == 0.0);
        self
    }

    pub(crate) fn of_names(label: &str, names: &[String]) -> Self {
        Axis {
            label: label.to_string(),
            mapping: Mapping::Slots(names.len()),
            names: names.to_vec(),
            whole: false,
        }
    }

    /// Its label in as many lines as it needs, at most two.
    pub(crate) fn label_lines(&self, room: f64) -> Vec<String> {
        wrap_text(&self.label, LABEL, false, room, 2)
    }

    /// Its label below a plot; in one line where little height is left for the plot.
    fn lines_below(&self, outer: Area) -> Vec<String> {
        let most = if outer.height() < LOW { 1 } else { 2 };
        wrap_text(&self.label, LABEL, false, outer.width() - 8.0, most)
    }

    /// Its ticks over a length; labels of a categorical axis may take `room` across it.
    pub(crate) fn ticks(&self, direction: Direction, length: f64, room: f64) -> Ticks {
        match self.mapping {
            Mapping::Slots(_) => category_ticks(&self.names, direction, length, room),
            _ => ticks_of(
                &self.mapping,
                Span {
                    direction,
                    length,
                    whole: self.whole,
                },
            ),
        }
    }
}

/// A laid-out pair of axes.
#[derive(Debug, Clone)]
pub(crate) struct Panel {
    /// The rectangle between the axes.
    pub plot: Area,
    outer: Area,
    /// Its lines.
    title: Vec<String>,
    x: Axis,
    y: Axis,
    x_ticks: Ticks,
    y_ticks: Ticks,
    /// The most lines of the label beside the vertical axis, for which there is room.
    y_lines: usize,
}

impl Panel {
    /// Lays axes out inside `outer`. With `equal` one unit of x is as long as one of y, unless that would leave more
    /// than a third of the space blank.
    pub(crate) fn new(outer: Area, title: &str, x: Axis, y: Axis, equal: bool) -> Self {
        let x_label = match x.lines_below(outer).len() {
            0 => 4.0,
            lines => LABEL + 11.0 + further(lines),
        };
        let mut y_label: f64 = if y.label.is_empty() {
            2.0
        } else {
            LABEL + 10.0
        };
        // The space for labels below depends on the width, which depends on the labels beside, which depend on the height.
        // Both only grow, so that it ends.
        let (mut top, mut below, mut beside) = (ABOVE, TICK, 0.0f64);
        let mut title = match title {
            "" => Vec::new(),
            title => vec![title.to_string()],
        };
        let (mut plot, mut y_lines) = (outer, 1);
        let (mut x_ticks, mut y_ticks) = (Ticks::default(), Ticks::default());
        for _ in 0..6 {
            let bottom = TICK_LENGTH + 5.0 + below + x_label;
            let height = (outer.height() - top - bottom).max(20.0);
            let lines = y.label_lines(top + height + TICK_LENGTH).len();
            if lines > y_lines {
                y_lines = lines;
                y_label = LABEL + 10.0 + further(lines);
            }
            y_ticks = y.ticks(Direction::Vertical, height, outer.width() * LABELS);
            beside = beside.max(y_ticks.thickness(Direction::Vertical));
            plot = Area::new(
                outer.left + beside + TICK_LENGTH + TICK_GAP + y_label,
                outer.top + top,
                outer.right - 16.0,
                outer.top + top + height,
            );
            x_ticks = x.ticks(Direction::Horizontal, plot.width(), outer.height() * LABELS);
            let (above, under) = (top, below);
            below = below.max(x_ticks.thickness(Direction::Horizontal));
            if !title.is_empty() {
                let whole = title.join(" ");
                title = wrap_text(&whole, LABEL, true, outer.right - plot.left, 2);
                top = title_height(title.len());
            }
            if (above, under) == (top, below) {
                break;
            }
        }
        if equal && let Some(fitted) = with_equal_units(plot, &x.mapping, &y.mapping) {
            plot = fitted;
            y_ticks = y.ticks(Direction::Vertical, plot.height(), 0.0);
            x_ticks = x.ticks(Direction::Horizontal, plot.width(), 0.0);
        }
        Panel {
            y_lines,
            ..Self::around(plot, outer, title, (x, x_ticks), (y, y_ticks))
        }
    }

    /// Axes around a plot that is given, as large as the space that several pictures have for theirs.
    pub(crate) fn fixed(plot: Area, outer: Area, x: Axis, y: Axis) -> Self {
        let x_ticks = x.ticks(Direction::Horizontal, plot.width(), outer.height() * LABELS);
        let y_ticks = y.ticks(Direction::Vertical, plot.height(), outer.width() * LABELS);
        Self::around(plot, outer, Vec::new(), (x, x_ticks), (y, y_ticks))
    }

    /// Axes with these ticks around a plot that is given, and the lines of a title above it. Labels keep inside `outer`.
    pub(crate) fn around(
        plot: Area,
        outer: Area,
        title: Vec<String>,
        (x, x_ticks): (Axis, Ticks),
        (y, y_ticks): (Axis, Ticks),
    ) -> Self {
        Panel {
            plot,
            outer,
            title,
            x,
            y,
            x_ticks,
            y_ticks,
            y_lines: 2,
        }
    }

    /// Lays out axes that were measured before, so that neighbours share one left edge.
    pub(crate) fn with_left(mut self, left: f64) -> Self {
        self.plot = Area::new(left, self.plot.top, self.plot.right, self.plot.bottom);
        let (width, room) = (self.plot.width(), self.outer.height() * LABELS);
        self.x_ticks = self.x.ticks(Direction::Horizontal, width, room);
        self
    }

    pub(crate) fn place_x(&self, v: f64) -> Option<f64> {
        let at = self.x.mapping.fraction(v)?;
        Some(self.plot.left + at * self.plot.width())
    }

    pub(crate) fn place_y(&self, v: f64) -> Option<f64> {
        let at = self.y.mapping.fraction(v)?;
        Some(self.plot.bottom - at * self.plot.height())
    }

    /// The position of a point, inside the axes or not.
    pub(crate) fn place(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        Some((self.place_x(x)?, self.place_y(y)?))
    }

    /// Light lines at the labelled ticks, below the data.
    pub(crate) fn grid(&self, scene: &mut Scene) {
        let Area {
            left,
            top,
            right,
            bottom,
        } = self.plot;
        if !matches!(self.x.mapping, Mapping::Slots(_)) {
            for tick in &self.x_ticks.major {
                let x = left + tick.at * self.plot.width();
                scene.segment((x, top), (x, bottom), GRID, 1.0);
            }
        }
        if !matches!(self.y.mapping, Mapping::Slots(_)) {
            for tick in &self.y_ticks.major {
                let y = bottom - tick.at * self.plot.height();
                scene.segment((left, y), (right, y), GRID, 1.0);
            }
        }
    }

    /// Frame, ticks, labels and title, above the data.
    pub(crate) fn axes(&self, scene: &mut Scene) {
        let plot = self.plot;
        scene.plots.push(plot);
        scene.frame(plot, AXIS, 1.0);
        for at in &self.x_ticks.minor {
            let x = plot.left + at * plot.width();
            let end = (x, plot.bottom + MINOR_LENGTH);
            scene.segment((x, plot.bottom), end, AXIS, 1.0);
        }
        for at in &self.y_ticks.minor {
            let y = plot.bottom - at * plot.height();
            scene.segment((plot.left - MINOR_LENGTH, y), (plot.left, y), AXIS, 1.0);
        }
        let base = plot.bottom + TICK_LENGTH + TICK_GAP + TICK * CAP_HEIGHT + 2.0;
        let mut free_from = f64::NEG_INFINITY;
        for tick in &self.x_ticks.major {
            let x = plot.left + tick.at * plot.width();
            let end = (x, plot.bottom + TICK_LENGTH);
            scene.segment((x, plot.bottom), end, AXIS, 1.0);
            let lines: Vec<&str> = tick.label.lines().collect();
            if self.x_ticks.turned {
                let first = x - (lines.len() as f64 - 1.0) * TICK * LINE / 2.0;
                for (i, line) in lines.iter().enumerate() {
                    let x = first + i as f64 * TICK * LINE;
                    let text = Text::new(x, plot.bottom + TICK_LENGTH + TICK_GAP, *line, TICK);
                    let text = text.anchor(Anchor::End).color(SOFT_INK);
                    scene.text(text.rotated().centred());
                }
                continue;
            }
            let half = label_width(&tick.label) / 2.0;
            // The outermost labels move inwards rather than over the edge of the picture, and
            // give way where another stands there.
            let middle = x
                .min(self.outer.right - half - 1.0)
                .max(self.outer.left + half + 1.0);
            if middle - half < free_from {
                continue;
            }
            free_from = middle + half + LABEL_GAP / 2.0;
            for (i, line) in lines.iter().enumerate() {
                let text = Text::new(middle, base + i as f64 * TICK * LINE, *line, TICK);
                scene.text(text.anchor(Anchor::Middle).color(SOFT_INK));
            }
        }
        for tick in &self.y_ticks.major {
            let y = plot.bottom - tick.at * plot.height();
            scene.segment((plot.left - TICK_LENGTH, y), (plot.left, y), AXIS, 1.0);
            let lines: Vec<&str> = tick.label.lines().collect();
            let first = y - (lines.len() as f64 - 1.0) * TICK * LINE / 2.0;
            for (i, line) in lines.iter().enumerate() {
                let y = first + i as f64 * TICK * LINE;
                let text = Text::new(plot.left - TICK_LENGTH - TICK_GAP, y, *line, TICK);
                scene.text(text.anchor(Anchor::End).color(SOFT_INK).centred());
            }
        }
        self.breaks(scene);
        let under = base + (self.x_ticks.thickness(Direction::Horizontal) - TICK).max(0.0);
        for (i, line) in self.x.lines_below(self.outer).iter().enumerate() {
            let half = text_width(line, LABEL, false) / 2.0;
            let middle = ((plot.left + plot.right) / 2.0)
                .min(self.outer.right - half)
                .max(self.outer.left + half);
            let y = under + LABEL + 8.0 + further(i + 1);
            let text = Text::new(middle, y, line.as_str(), LABEL);
            scene.text(text.anchor(Anchor::Middle));
        }
        // The label beside the axis ends above the row of labels below it.
        let lowest = plot.bottom + TICK_LENGTH;
        let room = lowest - self.outer.top;
        let lines = wrap_text(&self.y.label, LABEL, false, room, self.y_lines);
        for (i, line) in lines.iter().enumerate() {
            let half = text_width(line, LABEL, false) / 2.0;
            let middle = ((plot.top + plot.bottom) / 2.0)
                .min(lowest - half)
                .max(self.outer.top + half);
            let x = self.outer.left + LABEL * 0.8 + further(i + 1);
            let text = Text::new(x, middle, line.as_str(), LABEL);
            scene.text(text.anchor(Anchor::Middle).rotated());
        }
        let room = self.outer.right - plot.left;
        for (i, line) in self.title.iter().rev().enumerate() {
            let y = plot.top - ABOVE - i as f64 * LABEL * LINE;
            let text = Text::new(plot.left, y, fit_text(line, LABEL, true, room), LABEL);
            scene.text(text.bold().color(INK));
        }
    }

    /// Two short strokes where a logarithmic axis is broken next to zero.
    fn breaks(&self, scene: &mut Scene) {
        let plot = self.plot;
        let marks = |scene: &mut Scene, (x, y): (f64, f64), (dx, dy): (f64, f64)| {
            let gap = Area::new(
                x - 2.0 - dx.abs() * 0.4,
                y - 2.0 - dy.abs() * 0.4,
                x + 2.0 + dx.abs() * 0.4,
                y + 2.0 + dy.abs() * 0.4,
            );
            scene.rectangle(gap, WHITE);
            for side in [-2.5, 2.5] {
                let (cx, cy) = if dx.abs() < dy.abs() {
                    (x + side, y)
                } else {
                    (x, y + side)
                };
                scene.segment((cx - dx, cy + dy), (cx + dx, cy - dy), AXIS, 1.0);
            }
        };
        if let Some(at) = self.x.mapping.break_at() {
            let x = plot.left + at * plot.width();
            marks(scene, (x, plot.bottom), (2.0, 5.0));
        }
        if let Some(at) = self.y.mapping.break_at() {
            let y = plot.bottom - at * plot.height();
            marks(scene, (plot.left, y), (5.0, 2.0));
        }
    }
}

/// The space that the lines of an axis' label take beyond the first.
pub(crate) fn further(lines: usize) -> f64 {
    LABEL * LINE * lines.saturating_sub(1) as f64
}

/// The space above a plot with a title of so many lines.
pub(crate) fn title_height(lines: usize) -> f64 {
    match lines {
        0 => ABOVE,
        lines => LABEL * LINE * lines as f64 + ABOVE + 1.0,
    }
}

/// The part of a plot in which units are equal; `None` where that leaves too much of it blank.
pub(crate) fn with_equal_units(plot: Area, x: &Mapping, y: &Mapping) -> Option<Area> {
    let (
        Mapping::Linear { low, high },
        Mapping::Linear {
            low: bottom,
            high: top,
        },
    ) = (x, y)
    else {
        return None;
    };
    let aspect = (high - low) / (top - bottom);
    let width = plot.width().min(plot.height() * aspect);
    let height = width / aspect;
    let filled = width * height / (plot.width() * plot.height());
    let fitted = Area::new(plot.left, plot.top, plot.left + width, plot.top + height);
    (filled >= 1.0 - BLANK).then_some(fitted)
}
