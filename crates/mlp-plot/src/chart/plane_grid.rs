//! Values over a plane, on a regular grid: its axes, its colours and lines of equal value.

use crate::color::Color;
use crate::contour::contour;
use crate::panel::Axis;
use crate::pixels::Pixels;
use crate::scale::Mapping;
use crate::scene::{Area, Scene};

/// A regular grid over a plane, the outermost grid points on the edges. Its values are `[rows, columns]`, row 0 at the
/// lowest y.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneGrid {
    /// Label of the horizontal axis.
    pub x_label: String,
    /// Label of the vertical axis.
    pub y_label: String,
    /// Range of the plane in x.
    pub x_range: (f64, f64),
    /// Range of the plane in y.
    pub y_range: (f64, f64),
    /// Grid points in x.
    pub columns: usize,
    /// Grid points in y.
    pub rows: usize,
}

/// A place between four grid points.
pub(super) struct Between {
    points: [usize; 4],
    shares: [f64; 4],
}

impl Between {
    /// The value there, linear between those of the grid points.
    pub(super) fn value(&self, at: impl Fn(usize) -> f64) -> f64 {
        let points = self.points.into_iter().zip(self.shares);
        points.map(|(point, share)| share * at(point)).sum()
    }
}

impl PlaneGrid {
    /// Whether it can be drawn.
    pub(super) fn has_extent(&self) -> bool {
        let ((x0, x1), (y0, y1)) = (self.x_range, self.y_range);
        let spans = [x0, x1, y0, y1].iter().all(|v| v.is_finite()) && x0 < x1 && y0 < y1;
        self.columns > 1 && self.rows > 1 && spans
    }

    /// The number of grid points.
    pub(super) fn len(&self) -> usize {
        self.columns.saturating_mul(self.rows)
    }

    pub(super) fn axes(&self) -> (Axis, Axis) {
        let axis = |label: &str, (low, high)| Axis::new(label, Mapping::exactly(low, high));
        (
            axis(&self.x_label, self.x_range),
            axis(&self.y_label, self.y_range),
        )
    }

    /// Fills a plot with colours. Three quarters of the final resolution are enough for what changes smoothly.
    pub(super) fn paint(&self, scene: &mut Scene, plot: Area, color: impl Fn(&Between) -> Color) {
        let side = |length: f64| (length * 0.75).ceil().max(1.0) as usize;
        let (width, height) = (side(plot.width()), side(plot.height()));
        let pixels = Pixels::from_fn(width, height, |column, row| {
            color(&self.between(
                (column as f64 + 0.5) / width as f64,
                (height as f64 - row as f64 - 0.5) / height as f64,
            ))
        });
        scene.smooth_image(plot, pixels);
    }

    /// A place in fractions of the plane.
    fn between(&self, across: f64, up: f64) -> Between {
        let along = |at: f64, points: usize| {
            let place = at * (points - 1) as f64;
            let first = (place as usize).min(points - 1);
            (first, (first + 1).min(points - 1), place - first as f64)
        };
        let (left, right, x) = along(across, self.columns);
        let (low, high, y) = along(up, self.rows);
        let point = |row: usize, column: usize| row * self.columns + column;
        Between {
            points: [
                point(low, left),
                point(low, right),
                point(high, left),
                point(high, right),
            ],
            shares: [(1.0 - x) * (1.0 - y), x * (1.0 - y), (1.0 - x) * y, x * y],
        }
    }

    /// Where these values cross a level, as lines in the plane.
    pub(super) fn lines(&self, values: &[f64], level: f64) -> Vec<Vec<(f64, f64)>> {
        let along = |at: f64, points: usize, (low, high): (f64, f64)| {
            low + at / (points - 1) as f64 * (high - low)
        };
        let place = |(x, y)| {
            (
                along(x, self.columns, self.x_range),
                along(y, self.rows, self.y_range),
            )
        };
        let lines = contour(values, self.columns, self.rows, level).into_iter();
        lines
            .map(|line| line.into_iter().map(place).collect())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> PlaneGrid {
        PlaneGrid {
            x_label: "x".into(),
            y_label: "y".into(),
            x_range: (0.0, 10.0),
            y_range: (-1.0, 1.0),
            columns: 2,
            rows: 2,
        }
    }

    #[test]
    fn values_are_linear_between_grid_points() {
        let values = [0.0, 1.0, 2.0, 3.0];
        let at = |x, y| grid().between(x, y).value(|point| values[point]);
        assert_eq!((at(0.0, 0.0), at(1.0, 0.0), at(0.0, 1.0)), (0.0, 1.0, 2.0));
        assert_eq!((at(1.0, 1.0), at(0.5, 0.25)), (3.0, 1.0));
    }

    #[test]
    fn lines_are_in_the_units_of_the_plane() {
        let lines = grid().lines(&[0.0, 1.0, 0.0, 1.0], 0.25);
        assert_eq!(lines, [vec![(2.5, -1.0), (2.5, 1.0)]]);
    }

    #[test]
    fn a_plane_without_extent_is_not_drawn() {
        assert!(grid().has_extent());
        for wrong in [
            PlaneGrid {
                columns: 1,
                ..grid()
            },
            PlaneGrid {
                x_range: (1.0, 1.0),
                ..grid()
            },
            PlaneGrid {
                y_range: (0.0, f64::INFINITY),
                ..grid()
            },
        ] {
            assert!(!wrong.has_extent());
        }
    }
}
