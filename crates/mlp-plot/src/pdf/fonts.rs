//! The fonts of a PDF file: what of them its texts need, with the characters that the glyphs stand for, so that the texts can be
//! searched and copied.

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};

use super::deflate::deflated;
use super::truetype::truetype;
use crate::font::{self, Glyphs};

/// Names of the regular and of the bold font on a page, and in the file: six letters mark a subset.
const NAMES: [(&[u8], &[u8]); 2] = [(b"F0", b"MLPLOT+Arimo"), (b"F1", b"MLPLOT+Arimo-Bold")];
/// Identity: codes are glyphs.
const SYSTEM: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// The characters that texts use of the regular and of the bold font, in the order of their glyphs, after that of missing ones.
#[derive(Default)]
pub(super) struct Fonts([Vec<char>; 2]);

/// A font of the page.
pub(super) struct Resource {
    pub(super) name: &'static [u8],
    pub(super) id: Ref,
}

impl Fonts {
    /// The font of a text, and the text as numbers of glyphs.
    pub(super) fn shown(&mut self, text: &str, bold: bool) -> (&'static [u8], Vec<u8>) {
        let used = &mut self.0[usize::from(bold)];
        let mut codes = Vec::new();
        for c in text.chars() {
            let known = used.iter().position(|other| *other == c);
            let place = known.unwrap_or_else(|| {
                used.push(c);
                used.len() - 1
            });
            codes.extend((place as u16 + 1).to_be_bytes());
        }
        (NAMES[usize::from(bold)].0, codes)
    }

    /// Writes the fonts that were used.
    pub(super) fn write(self, pdf: &mut Pdf, next: &mut Ref) -> Vec<Resource> {
        let mut written = Vec::new();
        for (index, used) in self.0.iter().enumerate() {
            if used.is_empty() {
                continue;
            }
            let (name, full) = NAMES[index];
            let id = next.bump();
            write(pdf, next, id, full, font::glyphs(index == 1), used);
            written.push(Resource { name, id });
        }
        written
    }
}

fn write(pdf: &mut Pdf, next: &mut Ref, id: Ref, name: &[u8], font: &Glyphs, used: &[char]) {
    let [cid, descriptor, file, characters] = [(); 4].map(|()| next.bump());
    let thousandths = |v: f64| (1000.0 * v / font.units()) as f32;
    let mut whole = pdf.type0_font(id);
    whole.base_font(Name(name));
    whole.encoding_predefined(Name(b"Identity-H"));
    whole.descendant_font(cid).to_unicode(characters);
    whole.finish();

    let mut inner = pdf.cid_font(cid);
    inner.subtype(CidFontType::Type2).base_font(Name(name));
    inner.system_info(SYSTEM).font_descriptor(descriptor);
    inner.cid_to_gid_map_predefined(Name(b"Identity"));
    let widths = used
        .iter()
        .map(|c| thousandths(font::advance(font, *c, font.units())));
    inner.widths().consecutive(1, widths);
    inner.finish();

    pdf.font_descriptor(descriptor)
        .name(Name(name))
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(-600.0, -400.0, 2100.0, 1100.0))
        .italic_angle(0.0)
        .ascent(905.0)
        .descent(-212.0)
        .cap_height(716.0)
        .stem_v(if name.ends_with(b"Bold") { 140.0 } else { 80.0 })
        .font_file2(file);

    let bytes = truetype(font, used);
    let packed = deflated(&bytes);
    let mut stream = pdf.stream(file, &packed);
    stream.filter(Filter::FlateDecode);
    stream.pair(Name(b"Length1"), bytes.len() as i32);
    stream.finish();

    let mut map = UnicodeCmap::new(Name(b"Characters"), SYSTEM);
    for (index, c) in used.iter().enumerate() {
        map.pair(index as u16 + 1, *c);
    }
    let map = deflated(&map.finish());
    pdf.stream(characters, &map).filter(Filter::FlateDecode);
}
