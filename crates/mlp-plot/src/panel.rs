//! A pair of axes with their grid, and drawing in data coordinates clipped to it.

mod beyond;

pub(crate) use self::beyond::{Beyond, note};
use crate::color::Color;
use crate::font::{CAP_HEIGHT, fit_text, text_width};
use crate::scale::Mapping;
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{AXIS, GRID, INK, LABEL, LABEL_GAP, SOFT_INK, TICK, WHITE};
use crate::ticks::{Direction, Ticks, ticks};

const TICK_LENGTH: f64 = 5.0;
const MINOR_LENGTH: f64 = 3.0;

/// The scale, ticks and label of an axis.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    pub label: String,
    pub mapping: Mapping,
    /// Labels of a categorical axis.
    pub names: Vec<String>,
}

impl Axis {
    pub(crate) fn new(label: &str, mapping: Mapping) -> Self {
        Axis {
            label: label.to_string(),
            mapping,
            names: Vec::new(),
        }
    }

    pub(crate) fn of_names(label: &str, names: &[String]) -> Self {
        Axis {
            label: label.to_string(),
            mapping: Mapping::Slots(names.len()),
            names: names.to_vec(),
        }
    }
}

/// A laid-out pair of axes.
#[derive(Debug, Clone)]
pub(crate) struct Panel {
    /// The rectangle between the axes.
    pub plot: Area,
    outer: Area,
    title: String,
    x: Axis,
    y: Axis,
    x_ticks: Ticks,
    y_ticks: Ticks,
}

impl Panel {
    /// Lays axes out inside `outer`. With `equal` one unit of x is as long as one of y.
    pub(crate) fn new(outer: Area, title: &str, x: Axis, y: Axis, equal: bool) -> Self {
        let top = if title.is_empty() { 8.0 } else { LABEL + 12.0 };
        let bottom = TICK_LENGTH
            + 5.0
            + TICK
            + if x.label.is_empty() {
                4.0
            } else {
                LABEL + 11.0
            };
        let height = (outer.height() - top - bottom).max(20.0);
        let mut y_ticks = ticks(&y.mapping, &y.names, Direction::Vertical, height);
        let widest = y_ticks
            .major
            .iter()
            .map(|t| text_width(&t.label, TICK, false))
            .fold(0.0, f64::max);
        let y_label = if y.label.is_empty() {
            2.0
        } else {
            LABEL + 10.0
        };
        let left = widest + TICK_LENGTH + 4.0 + y_label;
        let mut plot = Area::new(
            outer.left + left,
            outer.top + top,
            outer.right - 16.0,
            outer.top + top + height,
        );
        if equal {
            plot = with_equal_units(plot, &x.mapping, &y.mapping);
            y_ticks = ticks(&y.mapping, &y.names, Direction::Vertical, plot.height());
        }
        let x_ticks = ticks(&x.mapping, &x.names, Direction::Horizontal, plot.width());
        Panel {
            plot,
            outer,
            title: title.to_string(),
            x,
            y,
            x_ticks,
            y_ticks,
        }
    }

    /// Lays out axes that were measured before, so that neighbours share one left edge.
    pub(crate) fn with_left(mut self, left: f64) -> Self {
        self.plot = Area::new(left, self.plot.top, self.plot.right, self.plot.bottom);
        let width = self.plot.width();
        self.x_ticks = ticks(&self.x.mapping, &self.x.names, Direction::Horizontal, width);
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
        let base = plot.bottom + TICK_LENGTH + 4.0 + TICK * CAP_HEIGHT + 2.0;
        let mut free_from = f64::NEG_INFINITY;
        for tick in &self.x_ticks.major {
            let x = plot.left + tick.at * plot.width();
            let end = (x, plot.bottom + TICK_LENGTH);
            scene.segment((x, plot.bottom), end, AXIS, 1.0);
            let half = text_width(&tick.label, TICK, false) / 2.0;
            // The outermost labels move inwards rather than over the edge of the picture, and
            // give way where another stands there.
            let middle = x
                .min(self.outer.right - half - 1.0)
                .max(self.outer.left + half + 1.0);
            if middle - half < free_from {
                continue;
            }
            free_from = middle + half + LABEL_GAP / 2.0;
            let text = Text::new(middle, base, tick.label.clone(), TICK);
            scene.text(text.anchor(Anchor::Middle).color(SOFT_INK));
        }
        for tick in &self.y_ticks.major {
            let y = plot.bottom - tick.at * plot.height();
            scene.segment((plot.left - TICK_LENGTH, y), (plot.left, y), AXIS, 1.0);
            let text = Text::new(plot.left - TICK_LENGTH - 4.0, y, tick.label.clone(), TICK);
            scene.text(text.anchor(Anchor::End).color(SOFT_INK).centred());
        }
        self.breaks(scene);
        let label = fit_text(&self.x.label, LABEL, false, self.outer.width() - 8.0);
        let half = text_width(&label, LABEL, false) / 2.0;
        let middle = ((plot.left + plot.right) / 2.0)
            .min(self.outer.right - half)
            .max(self.outer.left + half);
        let text = Text::new(middle, base + LABEL + 8.0, label, LABEL);
        scene.text(text.anchor(Anchor::Middle));
        // The label beside the axis ends above the row of labels below it.
        let lowest = plot.bottom + TICK_LENGTH;
        let label = fit_text(&self.y.label, LABEL, false, lowest - self.outer.top);
        let half = text_width(&label, LABEL, false) / 2.0;
        let middle = ((plot.top + plot.bottom) / 2.0)
            .min(lowest - half)
            .max(self.outer.top + half);
        let x = self.outer.left + LABEL * 0.8;
        scene.text(
            Text::new(x, middle, label, LABEL)
                .anchor(Anchor::Middle)
                .rotated(),
        );
        let room = self.outer.right - plot.left;
        let title = fit_text(&self.title, LABEL, true, room);
        let text = Text::new(plot.left, plot.top - 8.0, title, LABEL);
        scene.text(text.bold().color(INK));
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

    /// A line through data points: broken at gaps, clipped at the axes.
    pub(crate) fn curve(
        &self,
        scene: &mut Scene,
        points: &[(f64, f64)],
        color: Color,
        width: f64,
        dashed: bool,
    ) {
        for run in self.runs(points) {
            let run = self.thinned(&run);
            for piece in clipped(&run, &self.plot) {
                if dashed {
                    for dash in dashes(&piece, 7.0, 4.0) {
                        scene.line(dash, color, width);
                    }
                } else {
                    scene.line(piece, color, width);
                }
            }
            if run.len() == 1 && self.plot.contains(run[0]) {
                scene.disc(run[0], width * 1.4, color);
            }
        }
    }

    /// A filled band between two lines, left out at gaps.
    pub(crate) fn band(
        &self,
        scene: &mut Scene,
        x: &[f64],
        lower: &[f64],
        upper: &[f64],
        fill: Color,
    ) {
        let inside = |y: f64| y.clamp(self.plot.top, self.plot.bottom);
        let mut low: Vec<(f64, f64)> = Vec::new();
        let mut high: Vec<(f64, f64)> = Vec::new();
        let mut flush = |low: &mut Vec<(f64, f64)>, high: &mut Vec<(f64, f64)>| {
            if low.len() > 1 {
                let mut outline = self.thinned(low);
                outline.extend(self.thinned(high).into_iter().rev());
                scene.polygon(outline, fill);
            }
            low.clear();
            high.clear();
        };
        for ((x, l), u) in x.iter().zip(lower).zip(upper) {
            match (self.place(*x, *l), self.place(*x, *u)) {
                (Some(l), Some(u)) if l.0 >= self.plot.left && l.0 <= self.plot.right => {
                    low.push((l.0, inside(l.1)));
                    high.push((u.0, inside(u.1)));
                }
                _ => flush(&mut low, &mut high),
            }
        }
        flush(&mut low, &mut high);
    }

    fn runs(&self, points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
        let mut runs = vec![Vec::new()];
        for (x, y) in points {
            match (self.place(*x, *y), runs.last_mut()) {
                (Some(place), Some(run)) => run.push(place),
                (None, Some(run)) if !run.is_empty() => runs.push(Vec::new()),
                _ => {}
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    /// Keeps the first, lowest, highest and last of the points within one pixel's width of a long line.
    fn thinned(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        if (points.len() as f64) < self.plot.width() * 3.0 {
            return points.to_vec();
        }
        let mut out = Vec::new();
        for column in points.chunk_by(|a, b| a.0.floor() == b.0.floor()) {
            let extreme = |better: fn(f64, f64) -> bool| {
                let mut best = 0;
                for (i, p) in column.iter().enumerate() {
                    if better(p.1, column[best].1) {
                        best = i;
                    }
                }
                best
            };
            let mut kept = [
                0,
                extreme(|a, b| a < b),
                extreme(|a, b| a > b),
                column.len() - 1,
            ];
            kept.sort_unstable();
            let mut last = None;
            for i in kept {
                if last != Some(i) {
                    out.push(column[i]);
                }
                last = Some(i);
            }
        }
        out
    }
}

fn with_equal_units(plot: Area, x: &Mapping, y: &Mapping) -> Area {
    let (
        Mapping::Linear { low, high },
        Mapping::Linear {
            low: bottom,
            high: top,
        },
    ) = (x, y)
    else {
        return plot;
    };
    let aspect = (high - low) / (top - bottom);
    // Far from square, equal units would leave a sliver.
    if !(0.2..=5.0).contains(&aspect) {
        return plot;
    }
    let width = plot.width().min(plot.height() * aspect);
    let height = width / aspect;
    let left = plot.left;
    Area::new(left, plot.bottom - height, left + width, plot.bottom)
}

/// The parts of a line inside `area` (Liang and Barsky 1984).
fn clipped(points: &[(f64, f64)], area: &Area) -> Vec<Vec<(f64, f64)>> {
    if points.iter().all(|p| area.contains(*p)) {
        return vec![points.to_vec()];
    }
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    for pair in points.windows(2) {
        let Some((a, b)) = clip_segment(pair[0], pair[1], area) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&a) => piece.push(b),
            _ => pieces.push(vec![a, b]),
        }
    }
    pieces
}

fn clip_segment(a: (f64, f64), b: (f64, f64), area: &Area) -> Option<((f64, f64), (f64, f64))> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enter, mut leave) = (0.0, 1.0);
    for (p, q) in [
        (-dx, a.0 - area.left),
        (dx, area.right - a.0),
        (-dy, a.1 - area.top),
        (dy, area.bottom - a.1),
    ] {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            enter = f64::max(enter, q / p);
        } else {
            leave = f64::min(leave, q / p);
        }
    }
    // Far outside, rounding could leave the area again.
    let at = |t: f64| {
        let x = (a.0 + t * dx).clamp(area.left, area.right);
        (x, (a.1 + t * dy).clamp(area.top, area.bottom))
    };
    let start = if enter > 0.0 { at(enter) } else { a };
    let end = if leave < 1.0 { at(leave) } else { b };
    (enter <= leave).then_some((start, end))
}

/// A line cut into dashes.
pub(crate) fn dashes(points: &[(f64, f64)], on: f64, off: f64) -> Vec<Vec<(f64, f64)>> {
    let mut out = Vec::new();
    let mut drawing = true;
    let mut left = on;
    let mut current = points.first().map(|p| vec![*p]).unwrap_or_default();
    for pair in points.windows(2) {
        let (mut a, b) = (pair[0], pair[1]);
        loop {
            let length = ((b.0 - a.0).powi(2) + (b.1 - a.1).powi(2)).sqrt();
            if length <= left {
                left -= length;
                if drawing {
                    current.push(b);
                }
                break;
            }
            let t = left / length;
            a = (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
            if drawing {
                current.push(a);
                out.push(std::mem::take(&mut current));
                left = off;
            } else {
                current = vec![a];
                left = on;
            }
            drawing = !drawing;
        }
    }
    if drawing && current.len() > 1 {
        out.push(current);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_clipped_at_the_axes() {
        let area = Area::new(0.0, 0.0, 10.0, 10.0);
        let pieces = clipped(&[(-5.0, 5.0), (5.0, 5.0), (5.0, 20.0), (8.0, -10.0)], &area);
        assert_eq!(pieces[0], [(0.0, 5.0), (5.0, 5.0), (5.0, 10.0)]);
        assert_eq!(pieces[1], [(6.0, 10.0), (7.0, 0.0)]);
    }

    #[test]
    fn dashes_cover_their_share_of_a_line() {
        let parts = dashes(&[(0.0, 0.0), (55.0, 0.0), (110.0, 0.0)], 7.0, 4.0);
        let drawn: f64 = parts.iter().map(|d| d[d.len() - 1].0 - d[0].0).sum();
        assert_eq!(parts.len(), 10);
        assert!((drawn - 70.0).abs() < 1e-9);
    }
}
