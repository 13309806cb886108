//! A TrueType file of some glyphs, with the tables that a PDF reader needs (Microsoft and Apple, OpenType 1.9: `glyf`, `head`,
//! `hhea`, `hmtx`, `loca`, `maxp`). Coordinates are in half units of the font, so that all are whole.

use crate::font::{Glyph, Glyphs, Segment};

/// A big-endian table.
#[derive(Default)]
struct Table(Vec<u8>);

impl Table {
    fn word(&mut self, v: i32) -> &mut Self {
        self.0.extend((v as u16).to_be_bytes());
        self
    }

    fn words(&mut self, all: &[i32]) -> &mut Self {
        all.iter().for_each(|v| {
            self.word(*v);
        });
        self
    }

    fn long(&mut self, v: u32) -> &mut Self {
        self.0.extend(v.to_be_bytes());
        self
    }

    fn pad(&mut self) {
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }

    fn checksum(&self) -> u32 {
        let sum = |sum: u32, bytes: &[u8]| {
            let mut word = [0; 4];
            word[..bytes.len()].copy_from_slice(bytes);
            sum.wrapping_add(u32::from_be_bytes(word))
        };
        self.0.chunks(4).fold(0, sum)
    }
}

/// A contour's points, and whether each is on the curve.
type Contour = Vec<([i32; 2], bool)>;

fn contours(glyph: &Glyph) -> Vec<Contour> {
    let place = |p: [f32; 2]| p.map(|v| (2.0 * v) as i32);
    let mut contours: Vec<Contour> = Vec::new();
    for segment in glyph.segments() {
        match segment {
            Segment::Move(to) => contours.push(vec![(place(to), true)]),
            Segment::Line(to) => contours
                .last_mut()
                .into_iter()
                .for_each(|c| c.push((place(to), true))),
            Segment::Quad(by, to) => contours
                .last_mut()
                .into_iter()
                .for_each(|c| c.extend([(place(by), false), (place(to), true)])),
        }
    }
    for contour in &mut contours {
        // It closes by itself.
        if contour.len() > 1 && contour.first() == contour.last() {
            contour.pop();
        }
    }
    contours
}

/// A glyph of the table `glyf`; nothing of one without an outline.
fn outline(glyph: &Glyph, table: &mut Table) -> (i32, i32) {
    let contours = contours(glyph);
    let points: Vec<_> = contours.iter().flatten().collect();
    if points.is_empty() {
        return (0, 0);
    }
    let ends = |axis: usize| {
        let all = || points.iter().map(|(p, _)| p[axis]);
        (all().min().unwrap_or(0), all().max().unwrap_or(0))
    };
    let ((left, right), (bottom, top)) = (ends(0), ends(1));
    table.words(&[contours.len() as i32, left, bottom, right, top]);
    let mut end = -1;
    for contour in &contours {
        end += contour.len() as i32;
        table.word(end);
    }
    // No instructions.
    table.word(0);
    table.0.extend(points.iter().map(|(_, on)| u8::from(*on)));
    for axis in 0..2 {
        let mut last = 0;
        for (point, _) in &points {
            table.word(point[axis] - last);
            last = point[axis];
        }
    }
    table.pad();
    (points.len() as i32, contours.len() as i32)
}

/// The file of these characters' glyphs, in their order after the glyph of missing ones.
pub(super) fn truetype(font: &Glyphs, characters: &[char]) -> Vec<u8> {
    let glyphs: Vec<Option<Glyph>> = std::iter::once(font.missing())
        .chain(characters.iter().map(|c| font.drawn(*c)))
        .collect();
    let em = font.units() as i32;
    let count = glyphs.len() as i32;
    let (mut glyf, mut loca, mut hmtx) = (Table::default(), Table::default(), Table::default());
    let (mut most_points, mut most_contours) = (0, 0);
    for glyph in &glyphs {
        loca.long(glyf.0.len() as u32);
        let Some(glyph) = glyph else {
            hmtx.words(&[2 * em, 0]);
            continue;
        };
        let (points, contours) = outline(glyph, &mut glyf);
        most_points = most_points.max(points);
        most_contours = most_contours.max(contours);
        hmtx.words(&[2 * glyph.advance as i32, 2 * glyph.bounds[0] as i32]);
    }
    loca.long(glyf.0.len() as u32);

    let mut head = Table::default();
    // Version, revision, checksum (filled in below) and the magic number.
    head.long(0x0001_0000)
        .long(0x0001_0000)
        .long(0)
        .long(0x5F0F_3CF5);
    // The base line is at 0; no dates.
    head.words(&[1, 2 * em]).long(0).long(0).long(0).long(0);
    head.words(&[-em, -em, 4 * em, 2 * em, 0, 8, 2, 1, 0]);
    let mut hhea = Table::default();
    let (ascent, descent) = (2 * 905 * em / 1000, -2 * 212 * em / 1000);
    hhea.long(0x0001_0000).words(&[ascent, descent, 0, 4 * em]);
    hhea.words(&[0, 0, 2 * em, 1, 0, 0, 0, 0, 0, 0, 0, count]);
    let mut maxp = Table::default();
    maxp.long(0x0001_0000)
        .words(&[count, most_points, most_contours]);
    maxp.words(&[0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);

    let mut tables = [
        (b"glyf", glyf),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", hmtx),
        (b"loca", loca),
        (b"maxp", maxp),
    ];
    let mut file = Table::default();
    file.long(0x0001_0000)
        .words(&[tables.len() as i32, 64, 2, 32]);
    let mut start = 12 + 16 * tables.len();
    for (tag, table) in &mut tables {
        file.0.extend_from_slice(*tag);
        file.long(table.checksum()).long(start as u32);
        file.long(table.0.len() as u32);
        table.pad();
        start += table.0.len();
    }
    for (_, table) in &tables {
        file.0.extend_from_slice(&table.0);
    }
    // The checksum of the whole, in the table `head`.
    let whole = 0xB1B0_AFBA_u32.wrapping_sub(file.checksum());
    let head = 12 + 16 * tables.len() + tables[0].1.0.len() + 8;
    file.0[head..head + 4].copy_from_slice(&whole.to_be_bytes());
    file.0
}

#[cfg(test)]
mod tests {
    use skrifa::instance::{LocationRef, Size};
    use skrifa::outline::{DrawSettings, OutlinePen};
    use skrifa::raw::TableProvider;
    use skrifa::{FontRef, GlyphId, MetadataProvider};

    use super::*;
    use crate::font;

    /// The area inside an outline, and its least and greatest x.
    #[derive(Default)]
    struct Measure {
        last: (f32, f32),
        start: (f32, f32),
        area: f64,
    }

    impl OutlinePen for Measure {
        fn move_to(&mut self, x: f32, y: f32) {
            (self.start, self.last) = ((x, y), (x, y));
        }
        fn line_to(&mut self, x: f32, y: f32) {
            let (ax, ay) = self.last;
            self.area += f64::from(ax) * f64::from(y) - f64::from(x) * f64::from(ay);
            self.last = (x, y);
        }
        fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
            let from = self.last;
            for i in 1..=8 {
                let t = i as f32 / 8.0;
                let at = |a: f32, b: f32, c: f32| {
                    (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * b + t * t * c
                };
                self.line_to(at(from.0, cx, x), at(from.1, cy, y));
            }
        }
        fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
            self.line_to(x, y);
        }
        fn close(&mut self) {
            self.line_to(self.start.0, self.start.1);
        }
    }

    fn area(font: &FontRef<'_>, glyph: GlyphId) -> f64 {
        let mut measure = Measure::default();
        let size = Size::new(1000.0);
        let outline = font.outline_glyphs().get(glyph).unwrap();
        let settings = DrawSettings::unhinted(size, LocationRef::default());
        outline.draw(settings, &mut measure).unwrap();
        measure.area
    }

    #[test]
    fn a_reader_finds_the_glyphs_of_the_whole_font() {
        let whole = include_bytes!("../../fonts/Arimo-Regular-subset.ttf");
        let whole = FontRef::new(whole).unwrap();
        let characters: Vec<char> = "mW\u{e9}0−%g λ".chars().collect();
        let file = truetype(font::glyphs(false), &characters);
        let subset = FontRef::new(&file).unwrap();
        assert_eq!(subset.maxp().unwrap().num_glyphs(), 10);
        let (own, other) = (
            subset.glyph_metrics(Size::new(1000.0), LocationRef::default()),
            whole.glyph_metrics(Size::new(1000.0), LocationRef::default()),
        );
        for (index, c) in characters.iter().enumerate() {
            let place = GlyphId::new(index as u32 + 1);
            let known = whole.charmap().map(*c).unwrap();
            let widths = (own.advance_width(place), other.advance_width(known));
            assert_eq!(widths.0, widths.1, "{c}");
            let areas = (area(&subset, place), area(&whole, known));
            assert!(
                (areas.0 - areas.1).abs() <= 1e-4 * areas.1.abs(),
                "{c} {areas:?}"
            );
        }
        // The sum of all words of a font is this number.
        assert_eq!(Table(file).checksum(), 0xB1B0_AFBA);
    }
}
