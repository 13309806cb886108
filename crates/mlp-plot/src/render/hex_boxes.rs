//! Characters that the embedded font has not: in files without a viewer that could lend a font, their code points in small boxes,
//! so that two names that differ in them do not look alike.

use std::collections::BTreeSet;

use crate::color::Color;
use crate::font::{advance, glyphs};
use crate::scene::{Anchor, Scene, Shape, Text};

/// Sides of a box and the size of its digits, in units of the text's size.
const LEFT: f64 = 0.06;
const RIGHT: f64 = 0.94;
const TOP: f64 = 0.80;
const BOTTOM: f64 = -0.10;
const DIGITS: f64 = 0.44;

impl Scene {
    /// The characters of its texts that the embedded font has not, which PNG and PDF show as code points in boxes. SVG leaves
    /// them to the fonts of the viewer.
    #[must_use]
    pub fn unknown_characters(&self) -> BTreeSet<char> {
        let texts = self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) => Some(text),
            _ => None,
        });
        texts
            .flat_map(|text| text.text.chars().filter(|c| is_unknown(*c, text.bold)))
            .collect()
    }
}

fn is_unknown(c: char, bold: bool) -> bool {
    glyphs(bold).get(c).is_none()
}

/// The scene with a box for every character without a glyph.
pub(crate) fn spelled(scene: &Scene) -> Scene {
    let mut spelled = Scene {
        shapes: Vec::with_capacity(scene.shapes.len()),
        ..scene.clone()
    };
    for shape in &scene.shapes {
        match shape {
            Shape::Text(text) if text.text.chars().any(|c| is_unknown(c, text.bold)) => {
                spell(&mut spelled, text);
            }
            other => spelled.shapes.push(other.clone()),
        }
    }
    spelled
}

/// Writes a text in pieces, with boxes between them.
fn spell(scene: &mut Scene, text: &Text) {
    let begin = -text.lead();
    let mut pen = begin;
    let (mut piece, mut piece_at) = (String::new(), begin);
    for c in text.text.chars() {
        if is_unknown(c, text.bold) {
            write(scene, text, std::mem::take(&mut piece), piece_at);
            draw_box(scene, text, c, pen);
        } else if piece.is_empty() {
            piece_at = pen;
        }
        pen += advance(glyphs(text.bold), c, text.size);
        if !is_unknown(c, text.bold) {
            piece.push(c);
        }
    }
    write(scene, text, piece, piece_at);
}

/// A place so far along a text, and so far above its base line.
fn place(text: &Text, along: f64, up: f64) -> (f64, f64) {
    match text.rotated {
        true => (text.x - up, text.y - along),
        false => (text.x + along, text.y - up),
    }
}

fn write(scene: &mut Scene, text: &Text, piece: String, along: f64) {
    if piece.is_empty() {
        return;
    }
    let (x, y) = place(text, along, 0.0);
    scene.text(Text {
        x,
        y,
        text: piece,
        anchor: Anchor::Start,
        ..text.clone()
    });
}

/// The code point of a character in hexadecimal digits, half of them above the others.
fn draw_box(scene: &mut Scene, text: &Text, c: char, along: f64) {
    let size = text.size;
    let corner = |(x, y): (f64, f64)| place(text, along + x * size, y * size);
    let corners = [
        (LEFT, BOTTOM),
        (RIGHT, BOTTOM),
        (RIGHT, TOP),
        (LEFT, TOP),
        (LEFT, BOTTOM),
    ];
    let frame: Color = text.color.with_alpha(0.55);
    scene.line(corners.map(corner).to_vec(), frame, size / 18.0);
    let mut digits = format!("{:04X}", u32::from(c));
    if !digits.len().is_multiple_of(2) {
        digits.insert(0, '0');
    }
    let (above, below) = digits.split_at(digits.len() / 2);
    let small = match digits.len() {
        4 => DIGITS,
        _ => 0.8 * DIGITS,
    };
    for (half, up) in [(above, 0.41), (below, 0.0)] {
        let (x, y) = place(text, along + size / 2.0, up * size);
        scene.text(Text {
            x,
            y,
            text: half.to_owned(),
            size: small * size,
            anchor: Anchor::Middle,
            ..text.clone()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{Format, Size};

    #[test]
    fn characters_without_a_glyph_are_spelled_in_boxes() {
        let mut scene = Scene::new(Size::new(300, 200), "").unwrap();
        scene.text(Text::new(20.0, 50.0, "ab中文 c", 20.0));
        scene.text(Text::new(20.0, 180.0, "🙂", 20.0).rotated());
        let unknown: String = scene.unknown_characters().into_iter().collect();
        assert_eq!(unknown, "中文🙂");
        let boxes = spelled(&scene);
        let texts: Vec<&str> = boxes.texts().into_iter().map(|(text, _)| text).collect();
        for expected in ["ab", " c", "4E", "2D", "65", "87", "01F", "642"] {
            assert!(texts.contains(&expected), "{expected} {texts:?}");
        }
        assert_eq!(texts.len(), 8);
        // The whole text takes no more room.
        let bounds = |scene: &Scene| scene.bounds().unwrap();
        assert!((bounds(&boxes).right - bounds(&scene).right).abs() < 2.0);
        // An SVG keeps the characters.
        let svg = String::from_utf8(scene.render(Format::Svg).unwrap()).unwrap();
        assert!(svg.contains("ab中文 c"));
    }

    #[test]
    fn names_that_differ_look_different() {
        let picture = |text: &str| {
            let mut scene = Scene::new(Size::new(200, 120), "").unwrap();
            scene.text(Text::new(20.0, 50.0, text, 20.0));
            [Format::Png, Format::Pdf].map(|format| scene.render(format).unwrap())
        };
        let (one, other) = (picture("中"), picture("文"));
        assert!(one[0] != other[0] && one[1] != other[1]);
    }
}
