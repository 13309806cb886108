//! The embedded font: text is measured and, in PNG, drawn with it.
//!
//! Arimo has the advance widths of Arial and Liberation Sans, which the SVG's font stack names, so
//! a width measured here holds in every viewer. See `fonts/README.md` for source and licence.

mod glyphs;

use ab_glyph_rasterizer::{Point, Rasterizer, point};

pub(crate) use self::glyphs::{Glyph, Glyphs, Segment};

/// The font stack of SVG figures.
pub(crate) const FAMILY: &str = "Arimo, Liberation Sans, Arial, Helvetica, sans-serif";
/// Height of capitals and digits, in units of the font size.
pub(crate) const CAP_HEIGHT: f64 = 0.716;
/// Depth of descenders below the base line, in units of the font size.
pub(crate) const DESCENT: f64 = 0.212;

static REGULAR: Glyphs = Glyphs::new(include_bytes!("../fonts/Arimo-Regular-subset.glyphs"));
static BOLD: Glyphs = Glyphs::new(include_bytes!("../fonts/Arimo-Bold-subset.glyphs"));

/// Paints the pixels of a character at `scale` pixels per unit, its origin at `left` on the base line.
fn fill(font: &Glyphs, c: char, scale: f32, left: f64, paint: &mut impl FnMut(i64, i64, f64)) {
    let Some(glyph) = font.drawn(c).filter(Glyph::is_visible) else {
        return;
    };
    let whole = left.floor();
    let left = (left - whole) as f32;
    let [x_min, y_min, x_max, y_max] = glyph.bounds;
    let (x0, y0) = ((x_min * scale + left).floor(), (-y_max * scale).floor());
    let width = (x_max * scale + left).ceil() - x0;
    let height = (-y_min * scale).ceil() - y0;
    let mut pixels = Rasterizer::new(width as usize, height as usize);
    let origin = point(left - x0, -y0);
    let place = |[x, y]: [f32; 2]| origin + point(x * scale, -y * scale);
    let (mut start, mut last) = (Point::default(), Point::default());
    for segment in glyph.segments() {
        match segment {
            Segment::Move(to) => {
                pixels.draw_line(last, start);
                (start, last) = (place(to), place(to));
            }
            Segment::Line(to) => {
                pixels.draw_line(last, place(to));
                last = place(to);
            }
            Segment::Quad(by, to) => {
                pixels.draw_quad(last, place(by), place(to));
                last = place(to);
            }
        }
    }
    pixels.draw_line(last, start);
    pixels.for_each_pixel_2d(|x, y, coverage| {
        let x = whole as i64 + x0 as i64 + i64::from(x);
        let y = y0 as i64 + i64::from(y);
        paint(x, y, f64::from(coverage).clamp(0.0, 1.0));
    });
}

/// The advance width of a character.
pub(crate) fn advance(font: &Glyphs, c: char, size: f64) -> f64 {
    match font.get(c) {
        Some(glyph) => glyph.advance / font.units() * size,
        // The viewer takes the glyph from another font; one em is enough for nearly all of them.
        None => size,
    }
}

/// The regular or the bold font.
pub(crate) fn glyphs(bold: bool) -> &'static Glyphs {
    if bold { &BOLD } else { &REGULAR }
}

/// Whether the embedded font has all of these characters.
pub(crate) fn knows(text: &str) -> bool {
    text.chars()
        .all(|c| REGULAR.get(c).is_some() && BOLD.get(c).is_some())
}

/// Width of one line of text at `size` pixels per em.
pub(crate) fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let font = glyphs(bold);
    text.chars().map(|c| advance(font, c, size)).sum()
}

/// Calls `paint(x, y, coverage)` for every pixel that the text touches, the base line starting at the
/// origin, y downwards.
pub(crate) fn draw_text(text: &str, size: f64, bold: bool, mut paint: impl FnMut(i64, i64, f64)) {
    let font = glyphs(bold);
    let scale = (size / font.units()) as f32;
    let mut pen = 0.0;
    for c in text.chars() {
        fill(font, c, scale, pen, &mut paint);
        pen += advance(font, c, size);
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

/// A name, cut in the middle where it is wider than `width`: what tells long names apart is often at their ends.
pub(crate) fn fit_name(name: &str, size: f64, bold: bool, width: f64) -> String {
    if text_width(name, size, bold) <= width {
        return name.to_string();
    }
    let letters: Vec<char> = name.chars().collect();
    for kept in (2..letters.len()).rev() {
        let (first, last) = letters.split_at(kept.div_ceil(2));
        let last = &last[last.len() - kept / 2..];
        let (first, last): (String, String) = (first.iter().collect(), last.iter().collect());
        let candidate = format!("{}…{}", first.trim_end(), last.trim_start());
        if text_width(&candidate, size, bold) <= width {
            return candidate;
        }
    }
    fit_text(name, size, bold, width)
}

/// Names, each cut where it is wider than `width`; those that would be equal begin where they differ.
pub(crate) fn fit_names(names: &[String], size: f64, width: f64) -> Vec<String> {
    let cut: Vec<String> = names
        .iter()
        .map(|name| fit_name(name, size, false, width))
        .collect();
    let one = |place: usize| {
        let alike = (0..names.len()).filter(|&other| cut[other] == cut[place]);
        let same = |other: usize| {
            let letters = names[place].chars().zip(names[other].chars());
            letters.take_while(|(a, b)| a == b).count()
        };
        let others = alike.filter(|&other| names[other] != names[place]);
        match others.map(same).min() {
            None => cut[place].clone(),
            Some(same) => {
                let rest: String = names[place].chars().skip(same).collect();
                fit_text(&format!("…{}", rest.trim_start()), size, false, width)
            }
        }
    };
    (0..names.len()).map(one).collect()
}

/// `text` broken at spaces into at most `lines` lines no wider than `width`.
pub(crate) fn wrap_text(
    text: &str,
    size: f64,
    bold: bool,
    width: f64,
    lines: usize,
) -> Vec<String> {
    wrapped(text, size, bold, width, lines, fit_text)
}

/// As [`wrap_text`], a name, whose last line is cut in the middle.
pub(crate) fn wrap_name(name: &str, size: f64, width: f64, lines: usize) -> Vec<String> {
    wrapped(name, size, false, width, lines, fit_name)
}

fn wrapped(
    text: &str,
    size: f64,
    bold: bool,
    width: f64,
    lines: usize,
    fit: impl Fn(&str, f64, bool, f64) -> String,
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
        out.push(fit(&line, size, bold, width));
    }
    out
}

/// `text` in at most `lines` lines no wider than `width`, broken at spaces or behind other signs that part words, and where
/// there are none between any two letters; `None` where these lines do not hold it.
pub(crate) fn break_text(text: &str, size: f64, width: f64, lines: usize) -> Option<Vec<String>> {
    let mut out: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if out.len() == lines {
            return None;
        }
        let (mut end, mut at_space, mut at_sign) = (0, 0, 0);
        let mut taken = 0.0;
        for (start, c) in rest.char_indices() {
            taken += advance(glyphs(false), c, size);
            // A space at the end of a line takes no width.
            if taken > width && c != ' ' {
                break;
            }
            end = start + c.len_utf8();
            match c {
                ' ' => at_space = end,
                '_' | '-' | '/' | '=' | ',' | '.' | ';' | ':' => at_sign = end,
                _ => {}
            }
        }
        let end = match (end, at_space, at_sign) {
            (0, ..) => return None,
            (end, ..) if end == rest.len() => end,
            (_, at @ 1.., _) | (_, 0, at @ 1..) | (at, 0, 0) => at,
        };
        out.push(rest[..end].trim_end().to_string());
        rest = rest[end..].trim_start();
    }
    Some(out)
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
                assert!(glyphs(bold).get(c).is_some(), "{c}");
            }
        }
    }

    #[test]
    fn text_is_broken_without_a_loss() {
        let text = "learning_rate=0.001 hidden=16x16 ü";
        let kept = |lines: &[String]| lines.concat().replace(' ', "");
        for width in [30.0, 80.0, 150.0, 400.0] {
            let lines = break_text(text, 12.0, width, 20).unwrap();
            assert_eq!(kept(&lines), text.replace(' ', ""));
            assert!(
                lines
                    .iter()
                    .all(|line| text_width(line, 12.0, false) <= width)
            );
        }
        let lines = break_text(text, 12.0, 130.0, 2).unwrap();
        assert_eq!(lines, ["learning_rate=0.001", "hidden=16x16 ü"]);
        assert_eq!(break_text(text, 12.0, 60.0, 2), None);
        assert_eq!(break_text("x", 12.0, 1.0, 2), None);
        assert_eq!(break_text("", 12.0, 1.0, 2), Some(Vec::new()));
    }

    #[test]
    fn names_are_told_apart_where_they_are_cut() {
        let ends = [
            "Department of Very Long Names 1",
            "Department of Very Long Names 2",
        ];
        let middles = [
            "Department of the North, of which the name is long",
            "Department of the South, of which the name is long",
            "other",
        ];
        for (names, expected) in [
            (ends.as_slice(), ["Depart", "Names 1"]),
            (middles.as_slice(), ["…North", ""]),
        ] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let cut = fit_names(&names, 12.0, 110.0);
            assert!(
                cut[0].starts_with(expected[0]) && cut[0].ends_with(expected[1]),
                "{cut:?}"
            );
            assert!(cut[0] != cut[1] && cut[0].contains('…'), "{cut:?}");
            assert!(
                cut.iter()
                    .all(|name| text_width(name, 12.0, false) <= 110.0),
                "{cut:?}"
            );
        }
        assert_eq!(
            fit_names(&["a".to_owned(), "a".to_owned()], 12.0, 1.0),
            ["", ""]
        );
        let legend = wrap_name(ends[0], 12.0, 110.0, 1);
        assert!(legend[0].ends_with("Names 1"), "{legend:?}");
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
