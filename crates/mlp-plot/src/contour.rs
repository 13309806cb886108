//! Contour lines of a grid by marching squares (Lorensen and Cline 1987, in the plane).

use std::collections::BTreeMap;

/// Lines where a grid of `rows` x `columns` values (row-major) crosses `level`, in grid coordinates:
/// x in [0, columns - 1], y in [0, rows - 1]. Cells with a non-finite corner have no line.
#[must_use]
pub fn contour(values: &[f64], columns: usize, rows: usize, level: f64) -> Vec<Vec<(f64, f64)>> {
    if columns < 2 || rows < 2 || values.len() < columns * rows {
        return Vec::new();
    }
    let value = |x: usize, y: usize| values[y * columns + x];
    // A crossing is named by its edge: (column, row, 0) to the right, (column, row, 1) upwards.
    type Edge = (usize, usize, u8);
    let mut joined: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
    for y in 0..rows - 1 {
        for x in 0..columns - 1 {
            let corners = [
                value(x, y),
                value(x + 1, y),
                value(x + 1, y + 1),
                value(x, y + 1),
            ];
            if corners.iter().any(|v| !v.is_finite()) {
                continue;
            }
            let above = corners.map(|v| v >= level);
            let edges: [Edge; 4] = [(x, y, 0), (x + 1, y, 1), (x, y + 1, 0), (x, y, 1)];
            let crossed: Vec<usize> = (0..4).filter(|i| above[*i] != above[(i + 1) % 4]).collect();
            let pairs: &[(usize, usize)] = match crossed.as_slice() {
                [a, b] => &[(*a, *b)],
                // A saddle: the mean of the corners says which opposite corners are joined.
                [_, _, _, _] => {
                    let middle = corners.iter().map(|v| v / 4.0).sum::<f64>() >= level;
                    if middle == above[0] {
                        &[(0, 1), (2, 3)]
                    } else {
                        &[(3, 0), (1, 2)]
                    }
                }
                _ => &[],
            };
            for (a, b) in pairs {
                joined.entry(edges[*a]).or_default().push(edges[*b]);
                joined.entry(edges[*b]).or_default().push(edges[*a]);
            }
        }
    }
    let place = |(x, y, direction): Edge| {
        let (x1, y1) = if direction == 0 {
            (x + 1, y)
        } else {
            (x, y + 1)
        };
        let (a, b) = (value(x, y), value(x1, y1));
        let t = ((level - a) / (b - a)).clamp(0.0, 1.0);
        let t = if t.is_finite() { t } else { 0.5 };
        (
            x as f64 + t * (x1 - x) as f64,
            y as f64 + t * (y1 - y) as f64,
        )
    };
    let mut lines = Vec::new();
    // Open lines first, from their ends; what is left are rings.
    let ends: Vec<Edge> = joined
        .iter()
        .filter(|(_, n)| n.len() == 1)
        .map(|(e, _)| *e)
        .collect();
    let all: Vec<Edge> = joined.keys().copied().collect();
    for start in ends.into_iter().chain(all) {
        let mut line = Vec::new();
        let mut at = start;
        while let Some(next) = joined.get_mut(&at).and_then(Vec::pop) {
            if line.is_empty() {
                line.push(place(at));
            }
            line.push(place(next));
            if let Some(back) = joined.get_mut(&next)
                && let Some(i) = back.iter().position(|e| *e == at)
            {
                back.remove(i);
            }
            at = next;
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_one_closed_line_on_the_circle() {
        let n = 41;
        let values: Vec<f64> = (0..n * n)
            .map(|i| {
                let (x, y) = ((i % n) as f64 - 20.0, (i / n) as f64 - 20.0);
                (x * x + y * y).sqrt()
            })
            .collect();
        let lines = contour(&values, n, n, 12.3);
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        assert_eq!(line[0], line[line.len() - 1]);
        for (x, y) in line {
            let r = ((x - 20.0).powi(2) + (y - 20.0).powi(2)).sqrt();
            assert!((r - 12.3).abs() < 0.02, "{r}");
        }
    }

    #[test]
    fn a_saddle_has_two_lines_and_nan_has_none() {
        assert_eq!(contour(&[1.0, 0.0, 0.0, 1.0], 2, 2, 0.5).len(), 2);
        assert_eq!(contour(&[1.0, 0.0, f64::NAN, 1.0], 2, 2, 0.5).len(), 0);
        assert_eq!(contour(&[1.0; 4], 2, 2, 0.5).len(), 0);
    }
}
