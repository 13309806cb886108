//! Lines and bands through data, broken at gaps and clipped at the axes.

use super::Panel;
use crate::color::Color;
use crate::scene::{Area, Scene};

impl Panel {
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
                match dashed {
                    true => scene.dashed_line(piece, color, width),
                    false => scene.line(piece, color, width),
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
}
