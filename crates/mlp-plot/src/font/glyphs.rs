//! The embedded font's glyphs: advance widths and outlines.
//!
//! `fonts/*.glyphs` hold what figures need of the TrueType files beside them, in the order of characters, all
//! numbers little-endian. `tests/glyphs.rs` writes them and holds them to the fonts, so that the library
//! needs no reader of fonts.
//!
//! | bytes | what |
//! |---|---|
//! | 2 | units of an em |
//! | 2 | number of glyphs |
//! | 20 a glyph | its character (4; [`BOX`] for the glyph of missing ones), advance width (2), bounds (x and y at least, x and y at most, 2 each), number of segments (2), where they begin (4) |
//! | 1 + 4 or 8 a segment | its kind (0 begins a contour, 1 is a line, 2 a quadratic curve) and its points, x and y in half units (2 each) |

/// Stands for a character: the glyph of those that the font lacks, an empty box.
const BOX: u32 = u32::MAX;
/// Bytes before the first glyph, and of each.
const HEAD: usize = 4;
const GLYPH: usize = 20;

/// A font's glyphs.
pub(crate) struct Glyphs(&'static [u8]);

/// One glyph, in units of the font, y upwards.
pub(crate) struct Glyph {
    /// Advance width.
    pub(crate) advance: f64,
    /// Least x and y, greatest x and y.
    pub(crate) bounds: [f32; 4],
    /// The bytes of its segments, and of those behind.
    segments: &'static [u8],
    count: usize,
}

/// A piece of an outline, from the end of the one before; contours close with a line.
pub(crate) enum Segment {
    /// Begins a contour.
    Move([f32; 2]),
    /// A line.
    Line([f32; 2]),
    /// A quadratic curve: its control point and its end.
    Quad([f32; 2], [f32; 2]),
}

impl Glyphs {
    /// The glyphs of a file of this crate.
    pub(crate) const fn new(bytes: &'static [u8]) -> Self {
        Self(bytes)
    }

    /// Units of an em.
    pub(crate) fn units(&self) -> f64 {
        f64::from(word(self.0))
    }

    /// The glyph of a character.
    pub(crate) fn get(&self, c: char) -> Option<Glyph> {
        self.find(c.into())
    }

    /// The box.
    pub(crate) fn missing(&self) -> Option<Glyph> {
        self.find(BOX)
    }

    /// The glyph of a character, or the box.
    pub(crate) fn drawn(&self, c: char) -> Option<Glyph> {
        self.get(c).or_else(|| self.missing())
    }

    fn find(&self, character: u32) -> Option<Glyph> {
        let count = usize::from(word(&self.0[2..]));
        let (glyphs, _) = self.0[HEAD..][..count * GLYPH].as_chunks::<GLYPH>();
        let key = |glyph: &[u8; GLYPH]| long(glyph);
        let place = glyphs.binary_search_by_key(&character, key).ok()?;
        let glyph = &glyphs[place];
        Some(Glyph {
            advance: f64::from(word(&glyph[4..])),
            bounds: [6, 8, 10, 12].map(|at| f32::from(signed(&glyph[at..]))),
            segments: &self.0[long(&glyph[16..]) as usize..],
            count: usize::from(word(&glyph[14..])),
        })
    }
}

impl Glyph {
    /// Whether it has an outline, as spaces have not.
    pub(crate) fn is_visible(&self) -> bool {
        self.count > 0
    }

    /// Its outline.
    pub(crate) fn segments(&self) -> impl Iterator<Item = Segment> {
        let mut rest = self.segments;
        (0..self.count).map(move |_| {
            let point = |at: usize| [at, at + 2].map(|at| f32::from(signed(&rest[at..])) / 2.0);
            let segment = match rest[0] {
                0 => Segment::Move(point(1)),
                1 => Segment::Line(point(1)),
                _ => Segment::Quad(point(1), point(5)),
            };
            rest = &rest[if rest[0] < 2 { 5 } else { 9 }..];
            segment
        })
    }
}

fn word(bytes: &[u8]) -> u16 {
    u16::from_le_bytes([bytes[0], bytes[1]])
}

fn signed(bytes: &[u8]) -> i16 {
    i16::from_le_bytes([bytes[0], bytes[1]])
}

fn long(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
