//! `fonts/*.glyphs` are what `src/font/glyphs.rs` says of the TrueType files beside them, read by skrifa.
//!
//! With `MLP_RENEW_GLYPHS=1` in the environment they are written.

use std::{fs, path::Path};

use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    instance::{LocationRef, Size},
    outline::{DrawSettings, OutlinePen},
};

/// Writes the segments of an outline.
#[derive(Default)]
struct Segments {
    bytes: Vec<u8>,
    count: u16,
}

impl Segments {
    fn push(&mut self, kind: u8, numbers: &[f32]) {
        self.bytes.push(kind);
        for number in numbers {
            let half = number * 2.0;
            assert_eq!(half, half.round(), "finer than half a unit");
            self.bytes.extend((half as i16).to_le_bytes());
        }
        self.count += 1;
    }
}

impl OutlinePen for Segments {
    fn move_to(&mut self, x: f32, y: f32) {
        self.push(0, &[x, y]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.push(1, &[x, y]);
    }

    fn quad_to(&mut self, x0: f32, y0: f32, x: f32, y: f32) {
        self.push(2, &[x0, y0, x, y]);
    }

    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {
        panic!("TrueType has no cubic curves");
    }

    fn close(&mut self) {}
}

/// The file of a font.
fn glyphs(bytes: &[u8]) -> Vec<u8> {
    let font = FontRef::new(bytes).unwrap();
    let (size, location) = (Size::unscaled(), LocationRef::default());
    let metrics = font.glyph_metrics(size, location);
    let outlines = font.outline_glyphs();
    let mut of: Vec<(u32, GlyphId)> = font.charmap().mappings().collect();
    of.push((u32::MAX, GlyphId::NOTDEF));
    of.sort_unstable();
    let (mut heads, mut segments) = (Vec::new(), Vec::new());
    let units = font.metrics(size, location).units_per_em;
    heads.extend(units.to_le_bytes());
    heads.extend(u16::try_from(of.len()).unwrap().to_le_bytes());
    let first = heads.len() + 20 * of.len();
    for (character, glyph) in of {
        let mut drawn = Segments::default();
        let bounds = match outlines.get(glyph) {
            Some(outline) => {
                let settings = DrawSettings::unhinted(size, location);
                outline.draw(settings, &mut drawn).unwrap();
                metrics.bounds(glyph).unwrap_or_default()
            }
            None => Default::default(),
        };
        let advance = metrics.advance_width(glyph).unwrap();
        heads.extend(character.to_le_bytes());
        heads.extend((advance as u16).to_le_bytes());
        for number in [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max] {
            heads.extend((number as i16).to_le_bytes());
        }
        heads.extend(drawn.count.to_le_bytes());
        heads.extend(u32::try_from(first + segments.len()).unwrap().to_le_bytes());
        segments.extend(drawn.bytes);
    }
    heads.extend(segments);
    heads
}

#[test]
fn they_are_those_of_the_fonts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    for name in ["Arimo-Regular-subset", "Arimo-Bold-subset"] {
        let font = fs::read(folder.join(name).with_extension("ttf")).unwrap();
        let file = folder.join(name).with_extension("glyphs");
        let wanted = glyphs(&font);
        if std::env::var_os("MLP_RENEW_GLYPHS").is_some() {
            fs::write(&file, &wanted).unwrap();
        }
        assert!(
            fs::read(&file).unwrap() == wanted,
            "{name}: run again with MLP_RENEW_GLYPHS=1"
        );
    }
}
