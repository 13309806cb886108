//! Draws a scene as pixels: every shape as polygons whose coverage of each pixel is exact, texts from the outlines of the
//! embedded font.

mod stroke;

use ab_glyph_rasterizer::{Rasterizer, point};

use self::stroke::{Outline, circle, dashes, rectangle, stroke};
use crate::color::Color;
use crate::error::Result;
use crate::font;
use crate::output::Output;
use crate::pixels::{Pixels, Resolution, encode_png};
use crate::scene::{Area, Scene, Shape, Text};

/// Segments of an opaque line that are drawn at once; all of one that is not.
const AT_ONCE: usize = 24;

/// A picture that shapes are drawn into.
struct Canvas {
    pixels: Pixels,
    /// Pixels per unit of length.
    ratio: f64,
}

impl Canvas {
    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        // What is far outside need not be kept in its place.
        let within = |v: f64, size: usize| (v * self.ratio).clamp(-64.0, size as f64 + 64.0);
        (within(x, self.pixels.width), within(y, self.pixels.height))
    }

    fn blend(&mut self, x: i64, y: i64, color: Color, coverage: f64) {
        let (width, height) = (self.pixels.width as i64, self.pixels.height as i64);
        if (0..width).contains(&x) && (0..height).contains(&y) {
            let alpha = coverage * color.alpha;
            self.pixels.blend(x as usize, y as usize, color, alpha);
        }
    }

    /// Fills what these polygons of one orientation cover, once.
    fn fill(&mut self, outlines: &[Outline], color: Color) {
        let points = || outlines.iter().flatten();
        let least = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(f64::NEG_INFINITY, f64::max);
        let (left, top) = (least(|p| p.0).floor(), least(|p| p.1).floor());
        let (width, height) = (most(|p| p.0).ceil() - left, most(|p| p.1).ceil() - top);
        if !(width >= 1.0 && height >= 1.0) {
            return;
        }
        let mut covered = Rasterizer::new(width as usize, height as usize);
        let place = |(x, y): (f64, f64)| point((x - left) as f32, (y - top) as f32);
        for outline in outlines {
            for (from, to) in outline.iter().zip(outline.iter().cycle().skip(1)) {
                covered.draw_line(place(*from), place(*to));
            }
        }
        covered.for_each_pixel_2d(|x, y, coverage| {
            // Sums of many parts may be off by rounding.
            if coverage > 2e-3 {
                let (x, y) = (left as i64 + i64::from(x), top as i64 + i64::from(y));
                self.blend(x, y, color, f64::from(coverage).min(1.0));
            }
        });
    }

    fn line(&mut self, points: &[(f64, f64)], color: Color, width: f64, dashed: bool) {
        let points: Vec<_> = points.iter().map(|p| self.place(*p)).collect();
        let (width, opaque) = (width * self.ratio, color.alpha >= 1.0);
        let pieces = match dashed {
            true => dashes(&points, self.ratio),
            false => vec![points],
        };
        for piece in &pieces {
            let corners = opaque && !dashed && piece.len() > 2;
            if !opaque {
                self.fill(&stroke(piece, width, corners), color);
                continue;
            }
            // The rectangle around a part of a line is much smaller than that around all of it.
            let mut start = 0;
            while start + 1 < piece.len() {
                let end = (start + AT_ONCE).min(piece.len() - 1);
                // The corner between two parts belongs to the second.
                let from = start.saturating_sub(1);
                self.fill(&stroke(&piece[from..=end], width, corners), color);
                start = end;
            }
        }
    }

    fn stretch(&mut self, area: &Area, image: &Pixels, smooth: bool) {
        let (left, top) = self.place((area.left, area.top));
        let (right, bottom) = self.place((area.right, area.bottom));
        let [left, top, right, bottom] = [left, top, right, bottom].map(|v| v.round() as i64);
        if right <= left || bottom <= top || image.width == 0 || image.height == 0 {
            return;
        }
        let (across, down) = ((right - left) as f64, (bottom - top) as f64);
        for y in top..bottom {
            let row = ((y - top) as f64 + 0.5) / down * image.height as f64;
            for x in left..right {
                let column = ((x - left) as f64 + 0.5) / across * image.width as f64;
                let color = match smooth {
                    true => image.between(column, row),
                    false => image.at(column as usize, row as usize),
                };
                if color.alpha > 0.0 {
                    self.blend(x, y, color, 1.0);
                }
            }
        }
    }

    fn write(&mut self, text: &Text) {
        let ratio = self.ratio;
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
            self.blend(px, py, text.color, cover);
        });
    }

    fn draw(&mut self, shape: &Shape) {
        let ratio = self.ratio;
        match shape {
            Shape::Line {
                points,
                color,
                width,
                dashed,
            } => self.line(points, *color, *width, *dashed),
            Shape::Polygon { points, fill } => {
                let outline = points.iter().map(|p| self.place(*p)).collect();
                self.fill(&[outline], *fill);
            }
            Shape::Rectangle { area, fill } => {
                let corner = self.place((area.left, area.top));
                let other = self.place((area.right, area.bottom));
                self.fill(&[rectangle(corner, other)], *fill);
            }
            Shape::Disc {
                center,
                radius,
                fill,
            } => {
                let outline = circle(self.place(*center), radius * ratio);
                self.fill(&[outline], *fill);
            }
            Shape::Ring {
                center,
                radius,
                color,
                width,
            } => {
                let half = width / 2.0;
                let outer = circle(self.place(*center), (radius + half) * ratio);
                let mut inner = circle(self.place(*center), (radius - half).max(0.0) * ratio);
                inner.reverse();
                self.fill(&[outer, inner], *color);
            }
            Shape::Text(text) => self.write(text),
            Shape::Image {
                area,
                pixels,
                smooth,
            } => self.stretch(area, pixels, *smooth),
        }
    }
}

/// The scene as a PNG file.
pub(crate) fn render(scene: &Scene, output: &Output) -> Result<Vec<u8>> {
    let picture = picture(scene, output);
    let (color, samples) = picture.samples();
    let resolution = (!output.is_for_screens()).then_some(Resolution(output.dpi));
    let size = (picture.width, picture.height);
    encode_png(size, color, &samples, resolution, &[])
}

/// The scene as pixels.
pub(crate) fn picture(scene: &Scene, output: &Output) -> Pixels {
    let ratio = output.pixel_ratio();
    let pixels = |length: u32| ((f64::from(length) * ratio).round() as usize).max(1);
    let (width, height) = (pixels(scene.size.width), pixels(scene.size.height));
    let pixels = match output.theme.ground() {
        Some(ground) => Pixels::from_fn(width, height, |_, _| ground),
        None => Pixels::transparent(width, height),
    };
    let mut canvas = Canvas { pixels, ratio };
    for shape in &scene.shapes {
        canvas.draw(shape);
    }
    canvas.pixels
}
