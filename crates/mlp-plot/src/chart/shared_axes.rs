//! Panels in rows on one pair of axes: plots of one size, with the labels of ticks beside the first of each row and below the
//! last of each column, and the labels of the axes once.

use crate::font::{text_width, wrap_text};
use crate::output::Size;
use crate::panel::{Axis, Panel, TICK_GAP, TICK_LENGTH, further, title_height, with_equal_units};
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{LABEL, PAGE, PAPER};
use crate::ticks::{Direction, Ticks};

/// Between neighbours, and from the last to the edge.
const GAP: f64 = 12.0;
const EDGE: f64 = 10.0;
/// The label of an axis with what parts it from those of its ticks.
const AXIS_LABEL: f64 = LABEL + 11.0;
/// The part of the space that the labels of ticks may take.
const LABELS: f64 = 0.3;
/// The most lines of a panel's title.
const TITLE_LINES: usize = 3;
/// The least side of a plot.
const LEAST_PLOT: f64 = 24.0;
/// The least width of a panel beside others, and where on paper more rows than these would not fit on a page.
const LEAST: f64 = 150.0;
const LEAST_OF_MANY: f64 = 100.0;
const MOST_ROWS: usize = 8;
/// The least height of a row on paper.
const LEAST_ROW: f64 = 100.0;
/// About what header, axes and colour bar take.
const HEADER: f64 = 110.0;
const BESIDE: f64 = 120.0;

/// A pair of axes, and the titles of the panels that share it.
pub(super) struct SharedAxes<'a> {
    pub x: Axis,
    pub y: Axis,
    /// Whether a unit of x is as long as one of y, as in a single panel.
    pub equal: bool,
    pub titles: Vec<&'a str>,
    /// The most panels a row.
    pub columns: usize,
}

/// Panels a row and rows in a picture.
fn arranged(size: Size, columns: usize, panels: usize) -> (usize, usize) {
    let wanted = columns.clamp(1, panels.max(1));
    let of = |least: f64| {
        let columns = size.beside(wanted, least);
        (columns, panels.div_ceil(columns).max(1))
    };
    let usual = of(LEAST);
    match usual.1 > MOST_ROWS && f64::from(size.width) < PAPER {
        true => of(LEAST_OF_MANY),
        false => usual,
    }
}

/// The height of a picture of another width, where panels below each other are about as high as they were beside each other.
pub(super) fn height(columns: usize, panels: usize, width: Size, usual: Size) -> u32 {
    let (before, after) = (
        arranged(usual, columns, panels),
        arranged(width, columns, panels),
    );
    let part = |size: Size, columns: usize| (f64::from(size.width) - BESIDE) / columns as f64;
    let grows = part(width, after.0) / part(usual, before.0);
    let row = (f64::from(usual.height) - HEADER) / before.1 as f64;
    let narrower = if width.width < usual.width { 30.0 } else { 0.0 };
    let height = HEADER + narrower + after.1 as f64 * row * grows.clamp(0.7, 1.4);
    let most = match f64::from(width.width) < PAPER {
        true => (PAGE * f64::from(width.width)).max(HEADER + after.1 as f64 * LEAST_ROW),
        false => 8000.0,
    };
    height.min(most) as u32
}

impl SharedAxes<'_> {
    /// Lays the panels out in an area of a picture, and draws the labels of the axes; none where there is no room for them.
    pub(super) fn lay_out(&self, scene: &mut Scene, size: Size, area: Area) -> Vec<Panel> {
        let count = self.titles.len();
        let (columns, rows) = arranged(size, self.columns, count);
        let named = |axis: &Axis, room: f64| match axis.label_lines(room).len() {
            0 => 2.0,
            lines => AXIS_LABEL + further(lines),
        };
        let x_label = named(&self.x, area.width());
        let mut y_label = named(&self.y, f64::INFINITY);
        let ends = TICK_LENGTH + TICK_GAP;
        let (mut beside, mut below, mut top) = (0.0f64, 0.0f64, 0.0f64);
        let (mut left, mut width, mut height) = (area.left, 0.0, 0.0);
        let (mut x_ticks, mut y_ticks) = (Ticks::default(), Ticks::default());
        let mut titles: Vec<Vec<String>> = Vec::new();
        // The space for labels depends on the size of the plots, which it diminishes; it only grows, so that it ends.
        for _ in 0..6 {
            let known = (beside, below, top, y_label);
            left = area.left + y_label + beside + ends;
            let across = area.right - EDGE - left - GAP * (columns - 1) as f64;
            width = (across / columns as f64).max(0.0);
            let down = area.height() - x_label - below - ends - top * rows as f64;
            height = (down - GAP * (rows - 1) as f64).max(0.0) / rows as f64;
            x_ticks = self
                .x
                .ticks(Direction::Horizontal, width, area.height() * LABELS);
            y_ticks = self
                .y
                .ticks(Direction::Vertical, height, area.width() * LABELS);
            below = below.max(x_ticks.thickness(Direction::Horizontal));
            beside = beside.max(y_ticks.thickness(Direction::Vertical));
            titles = (self.titles.iter())
                .map(|title| wrap_text(title, LABEL, true, width, TITLE_LINES))
                .collect();
            let lines = titles.iter().map(Vec::len).max().unwrap_or(0);
            top = top.max(title_height(lines));
            y_label = y_label.max(named(&self.y, y_room(area, top, (height, rows))));
            if known == (beside, below, top, y_label) {
                break;
            }
        }
        if width < LEAST_PLOT || height < LEAST_PLOT {
            return Vec::new();
        }
        let plot = Area::new(0.0, 0.0, width, height);
        let fitted = with_equal_units(plot, &self.x.mapping, &self.y.mapping);
        if let Some(fitted) = fitted.filter(|_| self.equal) {
            (width, height) = (fitted.width(), fitted.height());
            x_ticks = self.x.ticks(Direction::Horizontal, width, 0.0);
            y_ticks = self.y.ticks(Direction::Vertical, height, 0.0);
        }
        let place = |index: usize| {
            let (column, row) = ((index % columns) as f64, (index / columns) as f64);
            let left = left + column * (width + GAP);
            let top = area.top + top + row * (height + top + GAP);
            Area::new(left, top, left + width, top + height)
        };
        let panels = titles.into_iter().enumerate().map(|(index, title)| {
            let plot = place(index);
            let (first, last) = (index % columns == 0, index + columns >= count);
            // Labels at the ends of neighbours meet in the middle.
            let outer = Area::new(
                if first {
                    area.left
                } else {
                    plot.left - GAP / 2.0
                },
                plot.top - top,
                plot.right + GAP / 2.0,
                area.bottom,
            );
            let x = (unlabelled(&self.x), shown(&x_ticks, last));
            let y = (unlabelled(&self.y), shown(&y_ticks, first));
            Panel::around(plot, outer, title, x, y)
        });
        let panels: Vec<Panel> = panels.collect();
        let plots = panels.iter().map(|panel| panel.plot);
        if let Some(whole) = plots.reduce(|a, b| a.around(&b)) {
            self.label(scene, area, whole, below);
        }
        panels
    }

    /// The labels of the axes beside and below all plots.
    fn label(&self, scene: &mut Scene, area: Area, whole: Area, below: f64) {
        for (i, line) in self.x.label_lines(area.width()).iter().enumerate() {
            let half = text_width(line, LABEL, false) / 2.0;
            let x = ((whole.left + whole.right) / 2.0)
                .min(area.right - half)
                .max(area.left + half);
            let y = whole.bottom + TICK_LENGTH + TICK_GAP + below + LABEL + 5.0 + further(i + 1);
            let text = Text::new(x, y, line.as_str(), LABEL);
            scene.text(text.anchor(Anchor::Middle));
        }
        let lines = self.y.label_lines(whole.bottom - area.top);
        for (i, line) in lines.iter().enumerate() {
            let half = text_width(line, LABEL, false) / 2.0;
            let y = ((whole.top + whole.bottom) / 2.0)
                .min(whole.bottom - half)
                .max(area.top + half);
            let x = area.left + LABEL * 0.8 + further(i + 1);
            let text = Text::new(x, y, line.as_str(), LABEL);
            scene.text(text.anchor(Anchor::Middle).rotated());
        }
    }
}

/// The room for the label beside rows of plots of this height, each below the space for its title.
fn y_room(area: Area, top: f64, (height, rows): (f64, usize)) -> f64 {
    let rows = rows as f64;
    (rows * (top + height) + (rows - 1.0) * GAP).min(area.height())
}

/// The same axis without its label.
fn unlabelled(axis: &Axis) -> Axis {
    Axis {
        label: String::new(),
        ..axis.clone()
    }
}

/// Ticks with or without their labels.
fn shown(ticks: &Ticks, labelled: bool) -> Ticks {
    let mut ticks = ticks.clone();
    if !labelled {
        ticks.major.iter_mut().for_each(|tick| tick.label.clear());
    }
    ticks
}
