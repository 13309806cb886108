//! Writes a scene as a PDF file of one page: shapes as paths, texts as text in an embedded subset of the font that they were
//! measured with. The file has no date, so that the same scene gives the same bytes.

mod deflate;
mod fonts;
mod truetype;

use std::collections::BTreeMap;

use pdf_writer::types::LineJoinStyle;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use self::deflate::deflated;
use self::fonts::{Fonts, Resource};
use crate::color::Color;
use crate::output::Output;
use crate::pixels::Pixels;
use crate::scene::{Area, DASHES, Scene, Shape, Text};

/// A quarter circle as a Bézier curve: the distance of its control points from its ends, in radii.
const QUARTER: f64 = 0.552_284_75;

/// A file that is being written.
struct Painter {
    pdf: Pdf,
    next: Ref,
    content: Content,
    fonts: Fonts,
    images: Vec<(String, Ref)>,
    /// Names of opacities in thousandths.
    opacities: BTreeMap<u32, Ref>,
}

/// The scene as a PDF file.
pub(crate) fn render(scene: &Scene, output: &Output) -> Vec<u8> {
    let [width, height] =
        [scene.size.width, scene.size.height].map(|length| f64::from(length) * output.unit);
    let mut next = Ref::new(1);
    let [catalog, pages, page, content, info] = [(); 5].map(|()| next.bump());
    let mut painter = Painter {
        pdf: Pdf::new(),
        next,
        content: Content::new(),
        fonts: Fonts::default(),
        images: Vec::new(),
        opacities: BTreeMap::new(),
    };
    let unit = output.unit as f32;
    // Units of the scene, y downwards.
    let flipped = [unit, 0.0, 0.0, -unit, 0.0, height as f32];
    painter.content.transform(flipped);
    painter.content.set_line_join(LineJoinStyle::RoundJoin);
    if let Some(ground) = output.theme.ground() {
        painter.rectangle(&scene.area(), ground);
    }
    for shape in &scene.shapes {
        painter.draw(shape);
    }
    let Painter {
        mut pdf,
        mut next,
        content: painted,
        fonts,
        images,
        opacities,
    } = painter;
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    pdf.document_info(info).title(TextStr(&scene.title));
    let fonts: Vec<Resource> = fonts.write(&mut pdf, &mut next);
    for (alpha, id) in &opacities {
        let alpha = *alpha as f32 / 1000.0;
        let mut state = pdf.ext_graphics(*id);
        state.stroking_alpha(alpha).non_stroking_alpha(alpha);
    }
    let mut sheet = pdf.page(page);
    sheet.media_box(Rect::new(0.0, 0.0, width as f32, height as f32));
    sheet.parent(pages).contents(content);
    let mut resources = sheet.resources();
    let mut named = resources.fonts();
    for font in &fonts {
        named.pair(Name(font.name), font.id);
    }
    named.finish();
    let mut named = resources.x_objects();
    for (name, id) in &images {
        named.pair(Name(name.as_bytes()), *id);
    }
    named.finish();
    let mut named = resources.ext_g_states();
    for (alpha, id) in &opacities {
        named.pair(Name(format!("A{alpha}").as_bytes()), *id);
    }
    named.finish();
    resources.finish();
    sheet.finish();
    let painted = deflated(&painted.finish());
    pdf.stream(content, &painted).filter(Filter::FlateDecode);
    pdf.finish()
}

fn parts(color: Color) -> [f32; 3] {
    color.rgb.map(|c| f32::from(c) / 255.0)
}

fn pair((x, y): (f64, f64)) -> (f32, f32) {
    // A hundredth of a unit is finer than any printer.
    let rounded = |v: f64| ((v * 100.0).round() / 100.0) as f32;
    (rounded(x), rounded(y))
}

impl Painter {
    fn alpha(&mut self, alpha: f64) {
        let thousandths = (alpha.clamp(0.0, 1.0) * 1000.0).round() as u32;
        let next = &mut self.next;
        self.opacities
            .entry(thousandths)
            .or_insert_with(|| next.bump());
        let name = format!("A{thousandths}");
        self.content.set_parameters(Name(name.as_bytes()));
    }

    fn filling(&mut self, color: Color) {
        let [r, g, b] = parts(color);
        self.alpha(color.alpha);
        self.content.set_fill_rgb(r, g, b);
    }

    fn stroking(&mut self, color: Color, width: f64) {
        let [r, g, b] = parts(color);
        self.alpha(color.alpha);
        self.content.set_stroke_rgb(r, g, b);
        self.content.set_line_width(width as f32);
    }

    fn path(&mut self, points: &[(f64, f64)]) {
        for (index, point) in points.iter().enumerate() {
            let (x, y) = pair(*point);
            match index {
                0 => self.content.move_to(x, y),
                _ => self.content.line_to(x, y),
            };
        }
    }

    fn circle(&mut self, (x, y): (f64, f64), radius: f64) {
        let bent = QUARTER * radius;
        let at = |dx: f64, dy: f64| pair((x + dx, y + dy));
        let (start_x, start_y) = at(radius, 0.0);
        self.content.move_to(start_x, start_y);
        for [a, b, c] in [
            [(radius, bent), (bent, radius), (0.0, radius)],
            [(-bent, radius), (-radius, bent), (-radius, 0.0)],
            [(-radius, -bent), (-bent, -radius), (0.0, -radius)],
            [(bent, -radius), (radius, -bent), (radius, 0.0)],
        ] {
            let [a, b, c] = [a, b, c].map(|(dx, dy)| at(dx, dy));
            self.content.cubic_to(a.0, a.1, b.0, b.1, c.0, c.1);
        }
        self.content.close_path();
    }

    fn rectangle(&mut self, area: &Area, fill: Color) {
        self.filling(fill);
        let (left, top) = pair((area.left, area.top));
        let (width, height) = pair((area.width(), area.height()));
        self.content.rect(left, top, width, height).fill_nonzero();
    }

    fn draw(&mut self, shape: &Shape) {
        match shape {
            Shape::Line {
                points,
                color,
                width,
                dashed,
            } => {
                self.stroking(*color, *width);
                if *dashed {
                    let pattern = DASHES.map(|length| length as f32);
                    self.content.set_dash_pattern(pattern, 0.0);
                }
                self.path(points);
                self.content.stroke();
                if *dashed {
                    self.content.set_dash_pattern([], 0.0);
                }
            }
            Shape::Polygon { points, fill } => {
                self.filling(*fill);
                self.path(points);
                self.content.close_path().fill_nonzero();
            }
            Shape::Rectangle { area, fill } => self.rectangle(area, *fill),
            Shape::Disc {
                center,
                radius,
                fill,
            } => {
                self.filling(*fill);
                self.circle(*center, *radius);
                self.content.fill_nonzero();
            }
            Shape::Ring {
                center,
                radius,
                color,
                width,
            } => {
                self.stroking(*color, *width);
                self.circle(*center, *radius);
                self.content.stroke();
            }
            Shape::Text(text) => self.write(text),
            Shape::Image {
                area,
                pixels,
                smooth,
            } => self.image(area, pixels, *smooth),
        }
    }

    fn write(&mut self, text: &Text) {
        let (name, shown) = self.fonts.shown(&text.text, text.bold);
        self.filling(text.color);
        let lead = text.lead();
        // Letters stand upright in a space whose y points downwards.
        let matrix = match text.rotated {
            true => {
                let (x, y) = pair((text.x, text.y + lead));
                [0.0, -1.0, -1.0, 0.0, x, y]
            }
            false => {
                let (x, y) = pair((text.x - lead, text.y));
                [1.0, 0.0, 0.0, -1.0, x, y]
            }
        };
        self.content.begin_text();
        self.content.set_font(Name(name), text.size as f32);
        self.content.set_text_matrix(matrix);
        self.content.show(Str(&shown));
        self.content.end_text();
    }

    fn image(&mut self, area: &Area, pixels: &Pixels, smooth: bool) {
        if pixels.width == 0 || pixels.height == 0 {
            return;
        }
        let id = self.next.bump();
        let (all, _) = pixels.rgba.as_chunks::<4>();
        let rgb: Vec<u8> = all.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
        let alpha: Vec<u8> = all.iter().map(|pixel| pixel[3]).collect();
        let mask = alpha
            .iter()
            .any(|alpha| *alpha < 255)
            .then(|| self.next.bump());
        let size = (pixels.width as i32, pixels.height as i32);
        let rgb = deflated(&rgb);
        let mut image = self.pdf.image_xobject(id, &rgb);
        image.filter(Filter::FlateDecode);
        image.width(size.0).height(size.1).bits_per_component(8);
        image.color_space().device_rgb();
        image.interpolate(smooth);
        if let Some(mask) = mask {
            image.s_mask(mask);
        }
        image.finish();
        if let Some(mask) = mask {
            let alpha = deflated(&alpha);
            let mut image = self.pdf.image_xobject(mask, &alpha);
            image.filter(Filter::FlateDecode);
            image.width(size.0).height(size.1).bits_per_component(8);
            image.color_space().device_gray();
            image.interpolate(smooth);
        }
        let name = format!("I{}", self.images.len());
        self.alpha(1.0);
        self.content.save_state();
        let (width, height) = (area.width() as f32, area.height() as f32);
        // An image's first row is at the top of its unit square, where y is 1.
        let place = [
            width,
            0.0,
            0.0,
            -height,
            area.left as f32,
            area.bottom as f32,
        ];
        self.content.transform(place);
        self.content.x_object(Name(name.as_bytes()));
        self.content.restore_state();
        self.images.push((name, id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CHARTS, Format, Sampler, Size};

    #[test]
    fn every_chart_is_a_page_of_its_size() {
        for kind in CHARTS {
            let scene = (kind.sample)(&mut Sampler::odd(3), Size::new(900, 680)).unwrap();
            let output = Output {
                unit: 0.5,
                ..Output::default()
            };
            let pdf = scene.write(Format::Pdf, &output).unwrap();
            assert!(pdf.starts_with(b"%PDF-1.7"), "{}", kind.name);
            assert!(pdf.ends_with(b"%%EOF"), "{}", kind.name);
            let text = String::from_utf8_lossy(&pdf);
            assert!(text.contains("/MediaBox [0 0 450 340]"), "{}", kind.name);
            assert_eq!(pdf, scene.write(Format::Pdf, &output).unwrap());
        }
    }
}
