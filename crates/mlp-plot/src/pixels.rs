//! A small RGBA image: heat maps, probability fields and clouds of many points.

use std::io::Cursor;

use base64::Engine;
use png::text_metadata::{EncodableTextChunk, ITXtChunk};

use crate::color::Color;
use crate::error::{Error, Result};

/// Rows of RGBA pixels from the top, colour not multiplied by opacity.
#[derive(Debug, Clone)]
pub(crate) struct Pixels {
    pub width: usize,
    pub height: usize,
    pub rgba: Vec<u8>,
}

impl Pixels {
    /// An image with every pixel of colour `fill(column, row)`.
    pub(crate) fn from_fn(
        width: usize,
        height: usize,
        mut fill: impl FnMut(usize, usize) -> Color,
    ) -> Self {
        let mut rgba = Vec::with_capacity(width * height * 4);
        for y in 0..height {
            for x in 0..width {
                let color = fill(x, y);
                rgba.extend_from_slice(&color.rgb);
                rgba.push((color.alpha * 255.0).round() as u8);
            }
        }
        Pixels {
            width,
            height,
            rgba,
        }
    }

    pub(crate) fn transparent(width: usize, height: usize) -> Self {
        Pixels {
            width,
            height,
            rgba: vec![0; width * height * 4],
        }
    }

    /// The pixel in a column and row; beyond the edge the last one.
    pub(crate) fn at(&self, column: usize, row: usize) -> Color {
        let (x, y) = (column.min(self.width - 1), row.min(self.height - 1));
        let start = (y * self.width + x) * 4;
        let [r, g, b, a] = [0, 1, 2, 3].map(|i| self.rgba[start + i]);
        Color::rgb(r, g, b).with_alpha(f64::from(a) / 255.0)
    }

    /// The colour at a position between pixel centres, which are at half-integers; next to clear pixels
    /// the nearest one.
    pub(crate) fn between(&self, x: f64, y: f64) -> Color {
        let (left, top) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
        let (x0, y0) = (left as usize, top as usize);
        let (tx, ty) = (left - x0 as f64, top - y0 as f64);
        let corners = [(x0, y0), (x0 + 1, y0), (x0, y0 + 1), (x0 + 1, y0 + 1)];
        let corners = corners.map(|(x, y)| self.at(x, y));
        if corners.iter().any(|corner| corner.alpha <= 0.0) {
            return self.at(x as usize, y as usize);
        }
        let [a, b, c, d] = corners;
        let alpha = |c: Color, d: Color, t: f64| c.alpha + (d.alpha - c.alpha) * t;
        let (above, below) = (alpha(a, b, tx), alpha(c, d, tx));
        let mixed = a.mix(b, tx).mix(c.mix(d, tx), ty);
        mixed.with_alpha(above + (below - above) * ty)
    }

    /// Blends `color` over one pixel.
    pub(crate) fn blend(&mut self, x: usize, y: usize, color: Color, alpha: f64) {
        let start = (y * self.width + x) * 4;
        let pixel = &mut self.rgba[start..start + 4];
        let below = f64::from(pixel[3]) / 255.0;
        let total = alpha + below * (1.0 - alpha);
        if total <= 0.0 {
            return;
        }
        for (channel, new) in pixel.iter_mut().zip(color.rgb) {
            let mixed =
                (f64::from(new) * alpha + f64::from(*channel) * below * (1.0 - alpha)) / total;
            *channel = mixed.round() as u8;
        }
        pixel[3] = (total * 255.0).round() as u8;
    }

    /// Draws a disc over the image, with edges smoothed over one pixel.
    pub(crate) fn disc(&mut self, center: (f64, f64), radius: f64, color: Color) {
        self.around(center, radius, color, |dx, dy| (dx * dx + dy * dy).sqrt());
    }

    /// Draws a square on its point over the image, with edges smoothed over one pixel.
    pub(crate) fn diamond(&mut self, center: (f64, f64), reach: f64, color: Color) {
        self.around(center, reach, color, |dx, dy| dx.abs() + dy.abs());
    }

    /// Fills what is nearer than `radius` to a place.
    fn around(
        &mut self,
        (cx, cy): (f64, f64),
        radius: f64,
        color: Color,
        distance: impl Fn(f64, f64) -> f64,
    ) {
        let reach = radius + 1.0;
        let clip = |v: f64, size: usize| v.clamp(0.0, size as f64) as usize;
        for y in clip(cy - reach, self.height)..clip((cy + reach).ceil(), self.height) {
            for x in clip(cx - reach, self.width)..clip((cx + reach).ceil(), self.width) {
                let (dx, dy) = (x as f64 + 0.5 - cx, y as f64 + 0.5 - cy);
                let coverage = (radius + 0.5 - distance(dx, dy)).clamp(0.0, 1.0);
                if coverage > 0.0 {
                    self.blend(x, y, color, coverage * color.alpha);
                }
            }
        }
    }

    /// Its samples as a PNG file has them: without opacity where all pixels are opaque.
    pub(crate) fn samples(&self) -> (png::ColorType, Vec<u8>) {
        let (pixels, _) = self.rgba.as_chunks::<4>();
        match pixels.iter().all(|p| p[3] == 255) {
            true => {
                let rgb = pixels.iter().flat_map(|&[r, g, b, _]| [r, g, b]);
                (png::ColorType::Rgb, rgb.collect())
            }
            false => (png::ColorType::Rgba, self.rgba.clone()),
        }
    }

    /// The image as a PNG file.
    pub(crate) fn to_png(&self) -> Result<Vec<u8>> {
        let (color, samples) = self.samples();
        encode_png((self.width, self.height), color, &samples, None, &[])
    }

    /// The image as a `data:` address.
    pub(crate) fn to_data_url(&self) -> Result<String> {
        let encoded = base64::engine::general_purpose::STANDARD.encode(self.to_png()?);
        Ok(format!("data:image/png;base64,{encoded}"))
    }
}

/// Adds texts under keywords (chunks `iTXt`) to a PNG file.
///
/// # Errors
/// A keyword that PNG does not allow; bytes that are not a PNG file.
pub fn png_with_texts(file: &[u8], texts: &[(&str, &str)]) -> Result<Vec<u8>> {
    /// Signature and header, which come first.
    const HEAD: usize = 8 + 25;
    let failed = |message: String| Error::Backend {
        backend: "png",
        message,
    };
    let Some((head, rest)) = file.split_at_checked(HEAD) else {
        return Err(failed("the file ends within its header".to_owned()));
    };
    let mut all = head.to_vec();
    for (keyword, text) in texts {
        let chunk = ITXtChunk::new(*keyword, *text);
        let encoded = chunk.encode(&mut all);
        encoded.map_err(|error| failed(error.to_string()))?;
    }
    all.extend_from_slice(rest);
    Ok(all)
}

/// Pixels per inch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolution(pub(crate) f64);

/// Writes a PNG file of 8-bit samples, with texts under keywords (chunks `iTXt`).
pub(crate) fn encode_png(
    (width, height): (usize, usize),
    color: png::ColorType,
    samples: &[u8],
    resolution: Option<Resolution>,
    texts: &[(&str, &str)],
) -> Result<Vec<u8>> {
    let failed = |e: png::EncodingError| Error::Backend {
        backend: "png",
        message: e.to_string(),
    };
    let mut file = Cursor::new(Vec::new());
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_pixel_dims(resolution.map(|Resolution(dpi)| {
        let per_meter = (dpi / 0.0254).round() as u32;
        png::PixelDimensions {
            xppu: per_meter,
            yppu: per_meter,
            unit: png::Unit::Meter,
        }
    }));
    for (keyword, text) in texts {
        let (keyword, text) = ((*keyword).to_owned(), (*text).to_owned());
        encoder.add_itxt_chunk(keyword, text).map_err(failed)?;
    }
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(samples).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(file.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_put_into_a_file() {
        let rgb = [1, 2, 3, 4, 5, 6];
        let plain = encode_png((2, 1), png::ColorType::Rgb, &rgb, None, &[]).unwrap();
        let texts = [("experiment", "kind = \"map\" # \u{fc}\n"), ("engine", "7")];
        let said = png_with_texts(&plain, &texts).unwrap();
        let as_written = encode_png((2, 1), png::ColorType::Rgb, &rgb, None, &texts).unwrap();
        assert_eq!(said, as_written);
        assert_eq!(png_with_texts(&plain, &[]).unwrap(), plain);
        assert!(png_with_texts(&plain, &[("", "no keyword")]).is_err());
        assert!(png_with_texts(&plain[..20], &texts).is_err());
    }
}
