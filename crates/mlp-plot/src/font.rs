//! The embedded font: text is measured and, in PNG, drawn with it.
//!
//! Arimo has the advance widths of Arial and Liberation Sans, which the SVG's font stack names, so
//! a width measured here holds in every viewer. See `fonts/README.md` for source and licence.

use std::sync::OnceLock;

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
    outline::{DrawSettings, OutlineGlyphCollection, OutlinePen},
};

/// The font stack of SVG figures.
pub(crate) const FAMILY: &str = "Arimo, Liberation Sans, Arial, Helvetica, sans-serif";
/// Height of capitals and digits, in units of the font size.
pub(crate) const CAP_HEIGHT: f64 = 0.716;
/// Depth of descenders below the base line, in units of the font size.
pub(crate) const DESCENT: f64 = 0.212;

const REGULAR: &[u8] = include_bytes!("../fonts/Arimo-Regular-subset.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/Arimo-Bold-subset.ttf");

/// What is read of a font, in its own units.
struct Font {
    glyphs: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    outlines: OutlineGlyphCollection<'static>,
    /// Units of an em.
    units: f64,
}

impl Font {
    fn of(bytes: &'static [u8]) -> Self {
        let font = FontRef::new(bytes).expect("the embedded font is valid");
        let (size, location) = (Size::unscaled(), LocationRef::default());
        Self {
            glyphs: font.charmap(),
            metrics: font.glyph_metrics(size, location),
            outlines: font.outline_glyphs(),
            units: font.metrics(size, location).units_per_em.into(),
        }
    }

    /// Paints the pixels of a glyph at `scale` pixels per unit, its origin at `left` on the base line.
    fn fill(&self, c: char, scale: f32, left: f64, paint: &mut impl FnMut(i64, i64, f64)) {
        // A character that the font lacks is its first glyph, an empty box.
        let glyph = self.glyphs.map(c).unwrap_or(GlyphId::NOTDEF);
        let (Some(bounds), Some(outline)) = (self.metrics.bounds(glyph), self.outlines.get(glyph))
        else {
            return;
        };
        let whole = left.floor();
        let left = (left - whole) as f32;
        let (x0, y0) = (
            (bounds.x_min * scale + left).floor(),
            (-bounds.y_max * scale).floor(),
        );
        let width = (bounds.x_max * scale + left).ceil() - x0;
        let height = (-bounds.y_min * scale).ceil() - y0;
        let mut pen = Pen {
            pixels: Rasterizer::new(width as usize, height as usize),
            scale,
            origin: point(left - x0, -y0),
            start: Point::default(),
            last: Point::default(),
        };
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        let drawn = outline.draw(settings, &mut pen);
        drawn.expect("the embedded font is valid");
        pen.pixels.for_each_pixel_2d(|x, y, coverage| {
            let x = whole as i64 + x0 as i64 + i64::from(x);
            let y = y0 as i64 + i64::from(y);
            paint(x, y, f64::from(coverage).clamp(0.0, 1.0));
        });
    }

    fn advance(&self, c: char, size: f64) -> f64 {
        let width = self.glyphs.map(c);
        match width.and_then(|glyph| self.metrics.advance_width(glyph)) {
            Some(width) => f64::from(width) / self.units * size,
            // The viewer takes the glyph from another font; one em is enough for nearly all of them.
            None => size,
        }
    }
}

fn font(bold: bool) -> &'static Font {
    static FONTS: OnceLock<[Font; 2]> = OnceLock::new();
    &FONTS.get_or_init(|| [REGULAR, BOLD].map(Font::of))[usize::from(bold)]
}

/// Width of one line of text at `size` pixels per em.
pub(crate) fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let font = font(bold);
    text.chars().map(|c| font.advance(c, size)).sum()
}

/// Calls `paint(x, y, coverage)` for every pixel that the text touches, the base line starting at the
/// origin, y downwards.
pub(crate) fn draw_text(text: &str, size: f64, bold: bool, mut paint: impl FnMut(i64, i64, f64)) {
    let font = font(bold);
    let scale = (size / font.units) as f32;
    let mut pen = 0.0;
    for c in text.chars() {
        font.fill(c, scale, pen, &mut paint);
        pen += font.advance(c, size);
    }
}

/// Takes the outline of a glyph as pixels.
struct Pen {
    pixels: Rasterizer,
    /// Pixels a unit of the font.
    scale: f32,
    /// Where the glyph's origin is among the pixels.
    origin: Point,
    /// Where this contour began, and where it is.
    start: Point,
    last: Point,
}

impl Pen {
    /// The position of a point in units of the font, y upwards.
    fn place(&self, x: f32, y: f32) -> Point {
        self.origin + point(x * self.scale, -y * self.scale)
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.start = self.place(x, y);
        self.last = self.start;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.place(x, y);
        self.pixels.draw_line(self.last, to);
        self.last = to;
    }

    fn quad_to(&mut self, x0: f32, y0: f32, x: f32, y: f32) {
        let (by, to) = (self.place(x0, y0), self.place(x, y));
        self.pixels.draw_quad(self.last, by, to);
        self.last = to;
    }

    fn curve_to(&mut self, x0: f32, y0: f32, x1: f32, y1: f32, x: f32, y: f32) {
        let (by, and, to) = (self.place(x0, y0), self.place(x1, y1), self.place(x, y));
        self.pixels.draw_cubic(self.last, by, and, to);
        self.last = to;
    }

    fn close(&mut self) {
        self.pixels.draw_line(self.last, self.start);
        self.last = self.start;
    }
}

/// `text`, cut with an ellipsis where it is wider than `width`.
pub(crate) fn fit_text(text: &str, size: f64, bold: bool, width: f64) -> String {
    if text_width(text, size, bold) <= width {
        return text.to_string();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while let Some(_dropped) = kept.pop() {
        let candidate: String = kept.iter().collect::<String>().trim_end().to_string() + "…";
        if text_width(&candidate, size, bold) <= width {
            return if kept.is_empty() {
                String::new()
            } else {
                candidate
            };
        }
    }
    String::new()
}

/// `text` broken at spaces into at most `lines` lines no wider than `width`.
pub(crate) fn wrap_text(
    text: &str,
    size: f64,
    bold: bool,
    width: f64,
    lines: usize,
) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let mut line = word.to_string();
        if out.len() + 1 == lines {
            for rest in words.by_ref() {
                line.push(' ');
                line.push_str(rest);
            }
        } else {
            while let Some(next) = words.peek() {
                let longer = format!("{line} {next}");
                if text_width(&longer, size, bold) > width {
                    break;
                }
                line = longer;
                words.next();
            }
        }
        out.push(fit_text(&line, size, bold, width));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_arial() {
        // Arial's advance widths: digits 1139, capital M 1706, space 569 units of 2048.
        assert_eq!(text_width("0", 2048.0, false), 1139.0);
        assert_eq!(text_width("M", 2048.0, false), 1706.0);
        assert_eq!(text_width("1 8", 2048.0, false), 1139.0 * 2.0 + 569.0);
    }

    #[test]
    fn every_sign_that_the_charts_write_is_in_the_font() {
        for c in "10⁻¹²³⁴⁵⁶⁷⁸⁹⁰−×≤≥–…∞ηλσθÄé".chars() {
            for bold in [false, true] {
                assert!(font(bold).glyphs.map(c).is_some(), "{c}");
            }
        }
    }

    #[test]
    fn text_is_cut_and_wrapped_within_its_width() {
        let text = "a fairly long sentence that has to be broken somewhere";
        for width in [0.0, 5.0, 40.0, 100.0, 1000.0] {
            assert!(text_width(&fit_text(text, 12.0, false, width), 12.0, false) <= width);
            for line in wrap_text(text, 12.0, false, width, 3) {
                assert!(text_width(&line, 12.0, false) <= width);
            }
        }
        assert_eq!(wrap_text(text, 12.0, false, 1000.0, 2), [text]);
    }
}
