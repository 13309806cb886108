//! Draws a scene as SVG with plotters' SVG backend.
//!
//! The backend has whole coordinates, so it draws ten times too large inside a view box of that
//! size: a tenth of a pixel is fine enough for smooth curves. It has no line joins and writes
//! images with a media type that browsers refuse, so joins are inherited from the root element and
//! images are written here, between runs of the backend.

use std::{borrow::Cow, fmt::Write};

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, FontTransform, IntoFont, RGBAColor, ShapeStyle, TextStyle};

use crate::color::Color;
use crate::error::{Error, Result};
use crate::font::FAMILY;
use crate::scene::{Anchor, Scene, Shape, Text};

const SCALE: f64 = 10.0;
/// How an image of cells is enlarged: as an attribute for SVG 1.1 and as a style for browsers.
const SHARP: &str = " image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\"";
/// Plotters divides font sizes by this number on the way to SVG.
const FONT_FACTOR: f64 = 1.24;
/// Distance from the anchor `VPos::Top` to the base line, in font sizes, as plotters writes it.
const TOP_TO_BASE: f64 = 0.76;

fn coordinate(v: f64) -> i32 {
    (v * SCALE).round().clamp(-1e8, 1e8) as i32
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

/// The scene as an SVG document.
pub(crate) fn render(scene: &Scene) -> Result<String> {
    let (width, height) = (scene.size.width, scene.size.height);
    let view = (coordinate(f64::from(width)), coordinate(f64::from(height)));
    let title = escape(&scene.title);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {} {}\" role=\"img\" stroke-linejoin=\"round\" stroke-linecap=\"butt\">\n\
         <title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n",
        view.0, view.1
    );
    let mut rest = scene.shapes.as_slice();
    while let Some(first) = rest.first() {
        if let Shape::Image {
            area,
            pixels,
            smooth,
        } = first
        {
            let (left, top) = point((area.left, area.top));
            let (right, bottom) = point((area.right, area.bottom));
            let _ = writeln!(
                out,
                "<image x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" \
                 preserveAspectRatio=\"none\"{} href=\"{}\"/>",
                right - left,
                bottom - top,
                if *smooth { "" } else { SHARP },
                pixels.to_data_url()?
            );
            rest = &rest[1..];
            continue;
        }
        let count = rest
            .iter()
            .take_while(|shape| !matches!(shape, Shape::Image { .. }))
            .count();
        out.push_str(&layer(&rest[..count], view)?);
        rest = &rest[count..];
    }
    out.push_str("</svg>\n");
    Ok(out)
}

/// Draws shapes with the backend and returns the content of its root element.
fn layer(shapes: &[Shape], view: (i32, i32)) -> Result<String> {
    let mut document = String::new();
    {
        let size = (view.0 as u32, view.1 as u32);
        let mut backend = SVGBackend::with_string(&mut document, size);
        for shape in shapes {
            draw(&mut backend, shape).map_err(|message| Error::Backend {
                backend: "svg",
                message,
            })?;
        }
        backend.present().map_err(|e| Error::Backend {
            backend: "svg",
            message: e.to_string(),
        })?;
    }
    let start = document.find('>').map_or(0, |at| at + 1);
    let end = document.rfind("</svg>").unwrap_or(document.len());
    Ok(document[start..end].trim_start().to_string())
}

fn draw(backend: &mut SVGBackend<'_>, shape: &Shape) -> std::result::Result<(), String> {
    let done = match shape {
        Shape::Line {
            points,
            color,
            width,
        } => backend.draw_path(points.iter().copied().map(point), &style(*color, *width)),
        Shape::Polygon { points, fill } => {
            backend.fill_polygon(points.iter().copied().map(point), &style(*fill, 1.0))
        }
        Shape::Rectangle { area, fill } => backend.draw_rect(
            point((area.left, area.top)),
            point((area.right, area.bottom)),
            &style(*fill, 1.0),
            true,
        ),
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
        } => backend.draw_circle(
            point(*center),
            (radius * SCALE).round() as u32,
            &style(*color, *width),
            false,
        ),
        Shape::Text(text) => return draw_text(backend, text),
        Shape::Image { .. } => Ok(()),
    };
    done.map_err(|e| e.to_string())
}

fn draw_text(backend: &mut SVGBackend<'_>, text: &Text) -> std::result::Result<(), String> {
    let mut font = (FAMILY, text.size * SCALE * FONT_FACTOR).into_font();
    if text.bold {
        font = font.style(FontStyle::Bold);
    }
    let lift = TOP_TO_BASE * text.size;
    let position = if text.rotated {
        font = font.transform(FontTransform::Rotate270);
        (text.x - lift, text.y)
    } else {
        (text.x, text.y - lift)
    };
    let horizontal = match text.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let [r, g, b] = text.color.rgb;
    let color = RGBAColor(r, g, b, text.color.alpha);
    let style = TextStyle::from(font)
        .color(&color)
        .pos(Pos::new(horizontal, VPos::Top));
    backend
        .draw_text(&allowed(&text.text), &style, point(position))
        .map_err(|e| e.to_string())
}

/// Text made safe for an element's content or a quoted attribute. Characters that XML does not
/// allow at all become the replacement sign.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(if is_allowed(c) { c } else { '\u{fffd}' }),
        }
    }
    out
}

/// Text with the replacement sign for what XML does not allow; names of classes come from files, and may hold anything.
fn allowed(text: &str) -> Cow<'_, str> {
    match text.chars().all(is_allowed) {
        true => Cow::Borrowed(text),
        false => text.replace(|c| !is_allowed(c), "\u{fffd}").into(),
    }
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}
