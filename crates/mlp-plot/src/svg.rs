//! Writes a scene as SVG.
//!
//! Every text says how wide it was laid out, so that a viewer that has none of the named fonts still shows this layout.

use std::fmt::Write;

use crate::color::Color;
use crate::error::Result;
use crate::font::{self, FAMILY};
use crate::output::Output;
use crate::scene::{Anchor, DASHES, Scene, Shape, Text};

/// How an image of cells is enlarged: as an attribute for SVG 1.1 and as a style for browsers.
const SHARP: &str = " image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\"";

/// A length to a tenth of a unit, as short as can be.
fn length(v: f64) -> String {
    let v = (v * 10.0).round() / 10.0;
    // No negative zero.
    format!("{}", v + 0.0)
}

/// The scene as an SVG document.
pub(crate) fn render(scene: &Scene, output: &Output) -> Result<String> {
    let (width, height) = (scene.size.width, scene.size.height);
    let outer = |length: u32| match output.is_for_screens() {
        true => length.to_string(),
        false => format!("{:.2}pt", f64::from(length) * output.unit),
    };
    let title = escape(&scene.title);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         stroke-linejoin=\"round\" stroke-linecap=\"butt\" font-family=\"{FAMILY}\">\n<title>{title}</title>\n",
        outer(width),
        outer(height),
    );
    if let Some(ground) = output.theme.ground() {
        let fill = ground.hex();
        let _ = writeln!(
            out,
            "<rect width=\"100%\" height=\"100%\" fill=\"{fill}\"/>"
        );
    }
    for shape in &scene.shapes {
        draw(&mut out, shape)?;
    }
    out.push_str("</svg>\n");
    Ok(out)
}

fn draw(out: &mut String, shape: &Shape) -> Result<()> {
    let _ = match shape {
        Shape::Line {
            points,
            color,
            width,
            dashed,
        } => {
            let pattern = match dashed {
                true => format!(" stroke-dasharray=\"{} {}\"", DASHES[0], DASHES[1]),
                false => String::new(),
            };
            writeln!(
                out,
                "<polyline fill=\"none\"{}{pattern} points=\"{}\"/>",
                stroke(*color, *width),
                places(points)
            )
        }
        Shape::Polygon { points, fill } => {
            let (fill, points) = (filled(*fill), places(points));
            writeln!(out, "<polygon{fill} points=\"{points}\"/>")
        }
        Shape::Rectangle { area, fill } => writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>",
            length(area.left),
            length(area.top),
            length(area.width()),
            length(area.height()),
            filled(*fill)
        ),
        Shape::Disc {
            center: (x, y),
            radius,
            fill,
        } => writeln!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>",
            length(*x),
            length(*y),
            length(*radius),
            filled(*fill)
        ),
        Shape::Ring {
            center: (x, y),
            radius,
            color,
            width,
        } => writeln!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"none\"{}/>",
            length(*x),
            length(*y),
            length(*radius),
            stroke(*color, *width)
        ),
        Shape::Text(text) => write_text(out, text),
        Shape::Image {
            area,
            pixels,
            smooth,
        } => writeln!(
            out,
            "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\"{} href=\"{}\"/>",
            length(area.left),
            length(area.top),
            length(area.width()),
            length(area.height()),
            if *smooth { "" } else { SHARP },
            pixels.to_data_url()?
        ),
    };
    Ok(())
}

fn write_text(out: &mut String, text: &Text) -> std::fmt::Result {
    let (x, y) = (length(text.x), length(text.y));
    let anchor = match text.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let turn = match text.rotated {
        true => format!(" transform=\"rotate(-90 {x} {y})\""),
        false => String::new(),
    };
    // What the embedded font lacks is as wide as another font makes it.
    let known = text.text.chars().count() > 1 && font::knows(&text.text);
    let wide = match known {
        true => {
            let width = font::text_width(&text.text, text.size, text.bold);
            format!(
                " textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"",
                length(width)
            )
        }
        false => String::new(),
    };
    writeln!(
        out,
        "<text x=\"{x}\" y=\"{y}\"{anchor}{turn} font-size=\"{}\"{}{wide}{}>{}</text>",
        length(text.size),
        if text.bold {
            " font-weight=\"bold\""
        } else {
            ""
        },
        filled(text.color),
        escape(&text.text)
    )
}

fn places(points: &[(f64, f64)]) -> String {
    let mut out = String::new();
    for (x, y) in points {
        let space = if out.is_empty() { "" } else { " " };
        let _ = write!(out, "{space}{},{}", length(*x), length(*y));
    }
    out
}

fn opacity(color: Color) -> String {
    match color.alpha {
        1.0.. => String::new(),
        alpha => format!(" opacity=\"{}\"", (alpha * 1000.0).round() / 1000.0),
    }
}

fn filled(color: Color) -> String {
    format!(" fill=\"{}\"{}", color.hex(), opacity(color))
}

fn stroke(color: Color, width: f64) -> String {
    let (hex, width, opacity) = (color.hex(), length(width), opacity(color));
    format!(" stroke=\"{hex}\" stroke-width=\"{width}\"{opacity}")
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

fn is_allowed(c: char) -> bool {
    matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}
