//! Draws a scene as PNG with plotters' bitmap backend.
//!
//! The backend draws hard edges, so shapes are drawn at twice the final resolution and averaged;
//! text is drawn afterwards from the outlines of the embedded font. A figure has two pixels per unit.

use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::{RGBAColor, ShapeStyle};

use crate::color::Color;
use crate::error::{Error, Result};
use crate::font;
use crate::pixels::{Pixels, encode_png};
use crate::scene::{Area, Scene, Shape, Text};

/// Pixels of the file per unit of length.
pub(crate) const PIXEL_RATIO: usize = 2;
const OVERSAMPLE: usize = 2;
const SCALE: f64 = (PIXEL_RATIO * OVERSAMPLE) as f64;

fn coordinate(v: f64) -> i32 {
    (v * SCALE).round().clamp(-1e6, 1e6) as i32
}

fn point((x, y): (f64, f64)) -> (i32, i32) {
    (coordinate(x), coordinate(y))
}

fn style(color: Color, width: f64) -> ShapeStyle {
    let [r, g, b] = color.rgb;
    ShapeStyle {
        color: RGBAColor(r, g, b, color.alpha),
        filled: true,
        stroke_width: (width * SCALE).round().max(1.0) as u32,
    }
}

/// A picture of RGB pixels.
struct Canvas {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Canvas {
    fn blend(&mut self, x: i64, y: i64, color: Color, alpha: f64) {
        if x < 0 || y < 0 || x >= self.width as i64 || y >= self.height as i64 {
            return;
        }
        let start = (y as usize * self.width + x as usize) * 3;
        for (channel, new) in self.rgb[start..start + 3].iter_mut().zip(color.rgb) {
            let old = f64::from(*channel);
            *channel = (old + (f64::from(new) - old) * alpha).round() as u8;
        }
    }

    /// The mean of every `OVERSAMPLE` by `OVERSAMPLE` block.
    fn reduced(&self) -> Canvas {
        let (width, height) = (self.width / OVERSAMPLE, self.height / OVERSAMPLE);
        let mut rgb = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                for channel in 0..3 {
                    let mut sum = 0;
                    for dy in 0..OVERSAMPLE {
                        for dx in 0..OVERSAMPLE {
                            let row = y * OVERSAMPLE + dy;
                            let column = x * OVERSAMPLE + dx;
                            sum += usize::from(self.rgb[(row * self.width + column) * 3 + channel]);
                        }
                    }
                    let count = OVERSAMPLE * OVERSAMPLE;
                    rgb.push(((sum + count / 2) / count) as u8);
                }
            }
        }
        Canvas { width, height, rgb }
    }

    fn stretch(&mut self, area: &Area, pixels: &Pixels, smooth: bool) {
        let (left, top) = point((area.left, area.top));
        let (right, bottom) = point((area.right, area.bottom));
        if right <= left || bottom <= top || pixels.width == 0 || pixels.height == 0 {
            return;
        }
        let (across, down) = (f64::from(right - left), f64::from(bottom - top));
        for y in top..bottom {
            let row = (f64::from(y - top) + 0.5) / down * pixels.height as f64;
            for x in left..right {
                let column = (f64::from(x - left) + 0.5) / across * pixels.width as f64;
                let color = if smooth {
                    pixels.between(column, row)
                } else {
                    pixels.at(column as usize, row as usize)
                };
                if color.alpha > 0.0 {
                    self.blend(i64::from(x), i64::from(y), color, color.alpha);
                }
            }
        }
    }

    fn write(&mut self, text: &Text) {
        let ratio = PIXEL_RATIO as f64;
        let (x, y) = if text.rotated {
            (text.x, text.y + text.lead())
        } else {
            (text.x - text.lead(), text.y)
        };
        let (x, y) = ((x * ratio).round() as i64, (y * ratio).round() as i64);
        font::draw_text(&text.text, text.size * ratio, text.bold, |dx, dy, cover| {
            let (px, py) = if text.rotated {
                (x + dy, y - dx)
            } else {
                (x + dx, y + dy)
            };
            self.blend(px, py, text.color, cover * text.color.alpha);
        });
    }
}

/// The scene as a PNG file.
pub(crate) fn render(scene: &Scene) -> Result<Vec<u8>> {
    let (width, height, rgb) = picture(scene)?;
    encode_png((width, height), png::ColorType::Rgb, &rgb, &[])
}

/// The scene as pixels: width, height, and red, green and blue row by row.
pub(crate) fn picture(scene: &Scene) -> Result<(usize, usize, Vec<u8>)> {
    let factor = PIXEL_RATIO * OVERSAMPLE;
    let width = scene.size.width as usize * factor;
    let height = scene.size.height as usize * factor;
    let mut canvas = Canvas {
        width,
        height,
        rgb: vec![255; width * height * 3],
    };
    let mut rest = scene.shapes.as_slice();
    while let Some(first) = rest.first() {
        if let Shape::Image {
            area,
            pixels,
            smooth,
        } = first
        {
            canvas.stretch(area, pixels, *smooth);
            rest = &rest[1..];
            continue;
        }
        let count = rest
            .iter()
            .take_while(|shape| !matches!(shape, Shape::Image { .. }))
            .count();
        let size = (width as u32, height as u32);
        let mut backend = BitMapBackend::with_buffer(&mut canvas.rgb, size);
        for shape in &rest[..count] {
            draw(&mut backend, shape).map_err(|message| Error::Backend {
                backend: "png",
                message,
            })?;
        }
        drop(backend);
        rest = &rest[count..];
    }
    let mut canvas = canvas.reduced();
    for shape in &scene.shapes {
        if let Shape::Text(text) = shape {
            canvas.write(text);
        }
    }
    Ok((canvas.width, canvas.height, canvas.rgb))
}

fn draw(backend: &mut BitMapBackend<'_>, shape: &Shape) -> std::result::Result<(), String> {
    let done = match shape {
        Shape::Line {
            points,
            color,
            width,
        } => return stroke(backend, points, *color, *width),
        Shape::Polygon { points, fill } => {
            backend.fill_polygon(points.iter().copied().map(point), &style(*fill, 1.0))
        }
        Shape::Rectangle { area, fill } => {
            let (left, top) = point((area.left, area.top));
            let (right, bottom) = point((area.right, area.bottom));
            // The backend fills its last row and column too.
            let corner = ((right - 1).max(left), (bottom - 1).max(top));
            backend.draw_rect((left, top), corner, &style(*fill, 1.0), true)
        }
        Shape::Disc {
            center,
            radius,
            fill,
        } => backend.draw_circle(
            point(*center),
            (radius * SCALE).round() as u32,
            &style(*fill, 1.0),
            true,
        ),
        Shape::Ring {
            center,
            radius,
            color,
            width,
        } => {
            let circle = circle_points(*center, *radius);
            return stroke(backend, &circle, *color, *width);
        }
        Shape::Text(_) | Shape::Image { .. } => Ok(()),
    };
    done.map_err(|e| e.to_string())
}

/// A closed ring of points; the backend's own thick circles have gaps.
fn circle_points((cx, cy): (f64, f64), radius: f64) -> Vec<(f64, f64)> {
    let count = 24;
    (0..=count)
        .map(|i| {
            let angle = f64::from(i) / f64::from(count) * std::f64::consts::TAU;
            (cx + radius * angle.cos(), cy + radius * angle.sin())
        })
        .collect()
}

/// A line drawn segment by segment with round joins: the backend's own wide paths grow spikes at
/// sharp corners, and its wide segments are cut to whole pixels towards zero.
fn stroke(
    backend: &mut BitMapBackend<'_>,
    points: &[(f64, f64)],
    color: Color,
    width: f64,
) -> std::result::Result<(), String> {
    let style = style(color, width);
    let wide = style.stroke_width as i32;
    let (half, rest) = (wide / 2, wide - wide / 2 - 1);
    // Corners of opaque lines are filled by drawing both sides on to the corner's far edge.
    let past = if points.len() > 2 && color.alpha >= 1.0 {
        half
    } else {
        0
    };
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (point(pair[0]), point(pair[1]));
        let done = if x0 == x1 {
            // Lines along an axis are rectangles and stay crisp.
            let (top, bottom) = (y0.min(y1) - past, y0.max(y1) + past.min(rest));
            backend.draw_rect((x0 - half, top), (x0 + rest, bottom), &style, true)
        } else if y0 == y1 {
            let (left, right) = (x0.min(x1) - past, x0.max(x1) + past.min(rest));
            backend.draw_rect((left, y0 - half), (right, y0 + rest), &style, true)
        } else {
            backend.fill_polygon(ribbon(pair[0], pair[1], width), &style)
        };
        done.map_err(|e| e.to_string())?;
    }
    if wide > 4 && color.alpha >= 1.0 && points.len() > 2 {
        for corner in points[1..points.len() - 1].iter().copied().map(point) {
            backend
                .draw_circle(corner, (wide as u32 - 1) / 2, &style, true)
                .map_err(|e| e.to_string())?;
        }
    }
    Ok(())
}

/// The four corners of a wide line segment.
fn ribbon(a: (f64, f64), b: (f64, f64), width: f64) -> Vec<(i32, i32)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = (dx * dx + dy * dy).sqrt();
    let (nx, ny) = (-dy / length * width / 2.0, dx / length * width / 2.0);
    let corners = [
        (a.0 + nx, a.1 + ny),
        (b.0 + nx, b.1 + ny),
        (b.0 - nx, b.1 - ny),
        (a.0 - nx, a.1 - ny),
    ];
    corners.into_iter().map(point).collect()
}
