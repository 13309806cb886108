//! Lines as the polygons that they cover, all of one orientation, so that their coverages add up.

use crate::scene::DASHES;

/// A closed polygon, in pixels.
pub(super) type Outline = Vec<(f64, f64)>;

/// Corners of the polygon that stands for a circle of `radius` pixels.
pub(super) fn circle((cx, cy): (f64, f64), radius: f64) -> Outline {
    let count = (8.0 + 3.0 * radius).min(96.0) as u32;
    (0..count)
        .map(|i| {
            let angle = f64::from(i) / f64::from(count) * std::f64::consts::TAU;
            (cx + radius * angle.cos(), cy + radius * angle.sin())
        })
        .collect()
}

/// The rectangle between two corners, on whole pixels and at least one wide and high, so that it is crisp.
pub(super) fn rectangle((left, top): (f64, f64), (right, bottom): (f64, f64)) -> Outline {
    let (left, top) = (left.round(), top.round());
    let (right, bottom) = (right.round().max(left + 1.0), bottom.round().max(top + 1.0));
    vec![(left, top), (right, top), (right, bottom), (left, bottom)]
}

/// The outlines of a line `width` pixels wide, with round joins and flat ends; segments along an axis are crisp. With
/// `corners` these segments reach over both ends by half of the width, which fills the corners of frames.
pub(super) fn stroke(points: &[(f64, f64)], width: f64, corners: bool) -> Vec<Outline> {
    let mut outlines = Vec::new();
    let whole = width.round().max(1.0);
    let past = if corners { whole / 2.0 } else { 0.0 };
    // The edge of a crisp line before its middle.
    let edge = |v: f64| (v - whole / 2.0).round();
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let outline = match ((x1 - x0).abs() < 1e-6, (y1 - y0).abs() < 1e-6) {
            (true, true) => continue,
            (true, false) => {
                let left = edge(x0);
                let (top, bottom) = (y0.min(y1) - past, y0.max(y1) + past);
                rectangle((left, top), (left + whole, bottom))
            }
            (false, true) => {
                let top = edge(y0);
                let (left, right) = (x0.min(x1) - past, x0.max(x1) + past);
                rectangle((left, top), (right, top + whole))
            }
            (false, false) => ribbon(pair[0], pair[1], width),
        };
        outlines.push(outline);
    }
    let inner = points.windows(3).filter(|_| width > 1.5);
    let turning = inner.filter(|corner| is_turn([corner[0], corner[1], corner[2]]));
    outlines.extend(turning.map(|corner| circle(corner[1], width / 2.0)));
    outlines
}

/// Whether a line turns so much at the middle of three points that a gap would be seen.
fn is_turn([a, b, c]: [(f64, f64); 3]) -> bool {
    let (before, after) = ((b.0 - a.0, b.1 - a.1), (c.0 - b.0, c.1 - b.1));
    let along = before.0 * after.0 + before.1 * after.1;
    let across = before.0 * after.1 - before.1 * after.0;
    let crisp = |(dx, dy): (f64, f64)| dx.abs() < 1e-6 || dy.abs() < 1e-6;
    (along < 0.0 || across.abs() > 0.1 * along) && !(crisp(before) && crisp(after))
}

/// The four corners of a wide line segment.
fn ribbon(a: (f64, f64), b: (f64, f64), width: f64) -> Outline {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let half = width.max(0.7) / 2.0 / (dx * dx + dy * dy).sqrt();
    let (nx, ny) = (-dy * half, dx * half);
    vec![
        (a.0 - nx, a.1 - ny),
        (b.0 - nx, b.1 - ny),
        (b.0 + nx, b.1 + ny),
        (a.0 + nx, a.1 + ny),
    ]
}

/// A line cut into dashes, enlarged by `scale`.
pub(super) fn dashes(points: &[(f64, f64)], scale: f64) -> Vec<Vec<(f64, f64)>> {
    let [on, off] = DASHES.map(|length| length * scale);
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

    /// Twice the area, with its sign.
    fn area(outline: &[(f64, f64)]) -> f64 {
        let next = outline.iter().cycle().skip(1);
        let pairs = outline.iter().zip(next);
        pairs.map(|(a, b)| a.0 * b.1 - a.1 * b.0).sum()
    }

    #[test]
    fn all_outlines_have_one_orientation() {
        let zigzag = [(0.0, 0.0), (10.0, 3.0), (2.0, 9.0), (2.0, 1.0), (9.0, 1.0)];
        let outlines = stroke(&zigzag, 3.0, true);
        assert_eq!(outlines.len(), 6);
        assert!(outlines.iter().all(|outline| area(outline) > 0.0));
    }

    #[test]
    fn dashes_cover_their_share_of_a_line() {
        let parts = dashes(&[(0.0, 0.0), (55.0, 0.0), (110.0, 0.0)], 1.0);
        let drawn: f64 = parts.iter().map(|d| d[d.len() - 1].0 - d[0].0).sum();
        assert_eq!(parts.len(), 10);
        assert!((drawn - 70.0).abs() < 1e-9);
    }
}
