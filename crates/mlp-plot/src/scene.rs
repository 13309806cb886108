//! A laid-out picture as plain shapes: what charts produce, and SVG and PNG are drawn from.

use crate::color::Color;
use crate::error::Result;
use crate::font::{self, text_width};
use crate::output::Size;
use crate::pixels::Pixels;
use crate::theme;

/// A rectangle in CSS pixels, y downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Area {
    pub(crate) fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Area {
            left,
            top,
            right: right.max(left),
            bottom: bottom.max(top),
        }
    }

    /// Width, never negative.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Height, never negative.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(crate) fn center(&self) -> (f64, f64) {
        (
            (self.left + self.right) / 2.0,
            (self.top + self.bottom) / 2.0,
        )
    }

    pub(crate) fn inset(&self, by: f64) -> Self {
        Area::new(
            self.left + by,
            self.top + by,
            self.right - by,
            self.bottom - by,
        )
    }

    /// Whether a point lies within; one on the edge does, wherever rounding moved it.
    pub(crate) fn contains(&self, (x, y): (f64, f64)) -> bool {
        const ROUNDING: f64 = 1e-6;
        x >= self.left - ROUNDING
            && x <= self.right + ROUNDING
            && y >= self.top - ROUNDING
            && y <= self.bottom + ROUNDING
    }

    /// The smallest rectangle that holds two.
    pub(crate) fn around(&self, other: &Area) -> Self {
        Area {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Whether two rectangles share more than an edge.
    #[must_use]
    pub fn overlaps(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// This area cut into `columns` by `rows` cells with `gap` between them, row by row.
    pub(crate) fn cells(&self, columns: usize, rows: usize, gap: f64) -> Vec<Area> {
        let width = (self.width() - gap * (columns.max(1) - 1) as f64) / columns.max(1) as f64;
        let height = (self.height() - gap * (rows.max(1) - 1) as f64) / rows.max(1) as f64;
        let mut cells = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                let left = self.left + column as f64 * (width + gap);
                let top = self.top + row as f64 * (height + gap);
                cells.push(Area::new(left, top, left + width, top + height));
            }
        }
        cells
    }
}

/// How text is aligned to its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// One line of text; `y` is the base line. Rotated text reads upwards.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    pub x: f64,
    pub y: f64,
    pub text: String,
    pub size: f64,
    pub bold: bool,
    pub color: Color,
    pub anchor: Anchor,
    pub rotated: bool,
}

impl Text {
    pub(crate) fn new(x: f64, y: f64, text: impl Into<String>, size: f64) -> Self {
        Text {
            x,
            y,
            text: text.into(),
            size,
            bold: false,
            color: theme::INK,
            anchor: Anchor::Start,
            rotated: false,
        }
    }

    pub(crate) fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    pub(crate) fn color(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    pub(crate) fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub(crate) fn rotated(mut self) -> Self {
        self.rotated = true;
        self
    }

    /// Moves the base line so that capitals and digits are centred on `y` (on `x` where rotated).
    pub(crate) fn centred(mut self) -> Self {
        let shift = font::CAP_HEIGHT * self.size / 2.0;
        if self.rotated {
            self.x += shift;
        } else {
            self.y += shift;
        }
        self
    }

    /// Distance from the position back to the text's start, along its direction.
    pub(crate) fn lead(&self) -> f64 {
        let width = text_width(&self.text, self.size, self.bold);
        match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        }
    }

    /// The bounding rectangle of the text, from the top of capitals to the descenders.
    pub(crate) fn bounds(&self) -> Area {
        let width = text_width(&self.text, self.size, self.bold);
        let (up, down) = (font::CAP_HEIGHT * self.size, font::DESCENT * self.size);
        if self.rotated {
            let start = self.y + self.lead();
            Area::new(self.x - up, start - width, self.x + down, start)
        } else {
            let start = self.x - self.lead();
            Area::new(start, self.y - up, start + width, self.y + down)
        }
    }
}

/// Lengths of the dashes of dashed lines and of the gaps between them.
pub(crate) const DASHES: [f64; 2] = [7.0, 4.0];

#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// An open line with round joins.
    Line {
        points: Vec<(f64, f64)>,
        color: Color,
        width: f64,
        dashed: bool,
    },
    /// A filled polygon that does not cross itself.
    Polygon {
        points: Vec<(f64, f64)>,
        fill: Color,
    },
    Rectangle {
        area: Area,
        fill: Color,
    },
    Disc {
        center: (f64, f64),
        radius: f64,
        fill: Color,
    },
    Ring {
        center: (f64, f64),
        radius: f64,
        color: Color,
        width: f64,
    },
    Text(Text),
    /// Pixels stretched over an area: sharp cells, or with smooth transitions.
    Image {
        area: Area,
        pixels: Pixels,
        smooth: bool,
    },
}

impl Shape {
    /// The rectangle around it, without the width of lines.
    fn bounds(&self) -> Area {
        let around = |(x, y): (f64, f64), r: f64| Area::new(x - r, y - r, x + r, y + r);
        match self {
            Shape::Line { points, .. } | Shape::Polygon { points, .. } => {
                let points = points.iter().map(|point| around(*point, 0.0));
                let all = points.reduce(|a, b| a.around(&b));
                all.unwrap_or(Area::new(0.0, 0.0, 0.0, 0.0))
            }
            Shape::Rectangle { area, .. } | Shape::Image { area, .. } => *area,
            Shape::Disc { center, radius, .. } | Shape::Ring { center, radius, .. } => {
                around(*center, *radius)
            }
            Shape::Text(text) => text.bounds(),
        }
    }
}

/// A chart laid out at one size: shapes in drawing order.
#[derive(Debug, Clone)]
pub struct Scene {
    pub(crate) size: Size,
    pub(crate) title: String,
    pub(crate) shapes: Vec<Shape>,
    /// The rectangles between axes.
    pub(crate) plots: Vec<Area>,
}

impl Scene {
    pub(crate) fn new(size: Size, title: &str) -> Result<Self> {
        size.check()?;
        Ok(Scene {
            size,
            title: title.to_string(),
            shapes: Vec::new(),
            plots: Vec::new(),
        })
    }

    /// The whole picture.
    #[must_use]
    pub fn area(&self) -> Area {
        Area::new(
            0.0,
            0.0,
            f64::from(self.size.width),
            f64::from(self.size.height),
        )
    }

    /// Every text with the rectangle it fills, in drawing order.
    #[must_use]
    pub fn texts(&self) -> Vec<(&str, Area)> {
        self.shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Text(text) => Some((text.text.as_str(), text.bounds())),
                _ => None,
            })
            .collect()
    }

    /// The rectangles between the axes of each panel, in drawing order.
    #[must_use]
    pub fn plots(&self) -> &[Area] {
        &self.plots
    }

    /// The same as parts of the picture, from 0 to 1.
    #[must_use]
    pub fn plot_parts(&self) -> Vec<Area> {
        let (width, height) = (f64::from(self.size.width), f64::from(self.size.height));
        let part = |area: &Area| {
            Area::new(
                area.left / width,
                area.top / height,
                area.right / width,
                area.bottom / height,
            )
        };
        self.plots.iter().map(part).collect()
    }

    /// The rectangle around everything that is drawn; `None` of an empty picture.
    #[must_use]
    pub fn bounds(&self) -> Option<Area> {
        let areas = self.shapes.iter().map(Shape::bounds);
        areas.reduce(|a, b| a.around(&b))
    }

    pub(crate) fn line(&mut self, points: Vec<(f64, f64)>, color: Color, width: f64) {
        if points.len() > 1 {
            self.shapes.push(Shape::Line {
                points,
                color,
                width,
                dashed: false,
            });
        }
    }

    /// A line with the pattern of [`DASHES`].
    pub(crate) fn dashed_line(&mut self, points: Vec<(f64, f64)>, color: Color, width: f64) {
        if points.len() > 1 {
            self.shapes.push(Shape::Line {
                points,
                color,
                width,
                dashed: true,
            });
        }
    }

    pub(crate) fn segment(&mut self, a: (f64, f64), b: (f64, f64), color: Color, width: f64) {
        self.line(vec![a, b], color, width);
    }

    pub(crate) fn rectangle(&mut self, area: Area, fill: Color) {
        self.shapes.push(Shape::Rectangle { area, fill });
    }

    pub(crate) fn frame(&mut self, area: Area, color: Color, width: f64) {
        let Area {
            left,
            top,
            right,
            bottom,
        } = area;
        self.line(
            vec![
                (left, top),
                (right, top),
                (right, bottom),
                (left, bottom),
                (left, top),
            ],
            color,
            width,
        );
    }

    pub(crate) fn disc(&mut self, center: (f64, f64), radius: f64, fill: Color) {
        self.shapes.push(Shape::Disc {
            center,
            radius,
            fill,
        });
    }

    pub(crate) fn ring(&mut self, center: (f64, f64), radius: f64, color: Color, width: f64) {
        self.shapes.push(Shape::Ring {
            center,
            radius,
            color,
            width,
        });
    }

    pub(crate) fn polygon(&mut self, points: Vec<(f64, f64)>, fill: Color) {
        if points.len() > 2 {
            self.shapes.push(Shape::Polygon { points, fill });
        }
    }

    pub(crate) fn text(&mut self, text: Text) {
        if !text.text.is_empty() {
            self.shapes.push(Shape::Text(text));
        }
    }

    pub(crate) fn image(&mut self, area: Area, pixels: Pixels) {
        self.shapes.push(Shape::Image {
            area,
            pixels,
            smooth: false,
        });
    }

    pub(crate) fn smooth_image(&mut self, area: Area, pixels: Pixels) {
        self.shapes.push(Shape::Image {
            area,
            pixels,
            smooth: true,
        });
    }

    /// Adds another scene with its upper left corner at (`dx`, `dy`).
    pub(crate) fn place(&mut self, other: Scene, dx: f64, dy: f64) {
        let shift = |(x, y): (f64, f64)| (x + dx, y + dy);
        let shift_area = |a: Area| Area::new(a.left + dx, a.top + dy, a.right + dx, a.bottom + dy);
        self.plots.extend(other.plots.into_iter().map(shift_area));
        for mut shape in other.shapes {
            match &mut shape {
                Shape::Line { points, .. } | Shape::Polygon { points, .. } => {
                    for point in points {
                        *point = shift(*point);
                    }
                }
                Shape::Rectangle { area, .. } | Shape::Image { area, .. } => {
                    *area = shift_area(*area);
                }
                Shape::Disc { center, .. } | Shape::Ring { center, .. } => {
                    *center = shift(*center);
                }
                Shape::Text(text) => (text.x, text.y) = shift((text.x, text.y)),
            }
            self.shapes.push(shape);
        }
    }
}
