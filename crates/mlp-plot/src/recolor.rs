//! A scene in the colours of a theme.

use std::borrow::Cow;

use crate::color::Color;
use crate::pixels::Pixels;
use crate::scene::{Scene, Shape};
use crate::theme::{
    AXIS, DIVERGED, DIVERGED_HATCH, EXPLODED, EXPLODED_HATCH, GRID, GROUND, INK, INK_ON_COLOR,
    MISSING, MISSING_HATCH, MIXED, MIXED_HATCH, SOFT_INK, Theme, WHITE, WHITE_ON_COLOR, ink_on,
};

/// What dark figures have in place of the light ones' own colours.
const EXCHANGED: [(Color, Color); 13] = [
    (WHITE, GROUND),
    (INK, Color::rgb(230, 230, 234)),
    (SOFT_INK, Color::rgb(164, 164, 174)),
    (AXIS, Color::rgb(140, 140, 150)),
    (GRID, Color::rgb(44, 45, 51)),
    (DIVERGED, Color::rgb(58, 58, 64)),
    (DIVERGED_HATCH, Color::rgb(118, 118, 128)),
    (MIXED, Color::rgb(92, 40, 38)),
    (MIXED_HATCH, Color::rgb(226, 122, 114)),
    (EXPLODED, Color::rgb(84, 58, 24)),
    (EXPLODED_HATCH, Color::rgb(226, 146, 60)),
    (MISSING, Color::rgb(30, 31, 35)),
    (MISSING_HATCH, Color::rgb(74, 75, 82)),
];
/// The light added to data's colours on a dark ground: with it, black has a contrast of 3 to 1. Luminance stays in order.
const ADDED: f64 = 0.13;
/// What remains of the opacity of a shaded plane on a dark ground, so that light lines on it are seen.
const SHADE: f64 = 0.7;

/// The scene in a theme's colours.
pub(crate) fn recolored(scene: &Scene, theme: Theme) -> Cow<'_, Scene> {
    match theme {
        Theme::Light => Cow::Borrowed(scene),
        Theme::Dark => Cow::Owned(dark(scene)),
        Theme::Transparent => Cow::Owned(bare(scene)),
    }
}

/// A colour on a dark ground.
pub(crate) fn on_dark(color: Color) -> Color {
    let exchanged = EXCHANGED.iter().find(|(light, _)| light.rgb == color.rgb);
    if let Some((_, dark)) = exchanged {
        return dark.with_alpha(color.alpha);
    }
    let lit = color.linear().map(|c| c + (1.0 - c) * ADDED);
    let rgb = lit.map(|c| match c {
        c if c <= 0.003_130_8 => 12.92 * c,
        c => 1.055 * c.powf(1.0 / 2.4) - 0.055,
    });
    let [r, g, b] = rgb.map(|c| (c * 255.0).round() as u8);
    Color::rgb(r, g, b).with_alpha(color.alpha)
}

/// The scene on a dark ground.
fn dark(scene: &Scene) -> Scene {
    let mut out = scene.clone();
    for index in 0..out.shapes.len() {
        let (below, rest) = out.shapes.split_at_mut(index);
        match &mut rest[0] {
            Shape::Line { color, .. } | Shape::Ring { color, .. } => *color = on_dark(*color),
            Shape::Polygon { fill, .. }
            | Shape::Rectangle { fill, .. }
            | Shape::Disc { fill, .. } => *fill = on_dark(*fill),
            Shape::Image { pixels, .. } => darken(pixels),
            Shape::Text(text) if [INK_ON_COLOR, WHITE_ON_COLOR].contains(&text.color) => {
                let place = text.bounds().center();
                text.color = ink_on(ground_at(below, place, GROUND));
            }
            Shape::Text(text) => text.color = on_dark(text.color),
        }
    }
    out
}

fn darken(pixels: &mut Pixels) {
    let (all, _) = pixels.rgba.as_chunks_mut::<4>();
    // Neighbours are often alike.
    let mut last = ([0; 4], [0; 4]);
    for pixel in all {
        if *pixel != last.0 {
            let [r, g, b, alpha] = *pixel;
            let [red, green, blue] = on_dark(Color::rgb(r, g, b)).rgb;
            let alpha = match alpha {
                255 => 255,
                part => (f64::from(part) * SHADE).round() as u8,
            };
            last = (*pixel, [red, green, blue, alpha]);
        }
        *pixel = last.1;
    }
}

/// The colour at a place of what these shapes fill.
pub(crate) fn ground_at(shapes: &[Shape], place: (f64, f64), ground: Color) -> Color {
    let filled = shapes.iter().map(|shape| match shape {
        Shape::Rectangle { area, fill } if area.contains(place) => Some(*fill),
        Shape::Image { area, pixels, .. } if area.contains(place) => {
            let at = |v: f64, start: f64, length: f64, count: usize| {
                ((v - start) / length * count as f64) as usize
            };
            let x = at(place.0, area.left, area.width(), pixels.width);
            let y = at(place.1, area.top, area.height(), pixels.height);
            Some(pixels.at(x, y))
        }
        _ => None,
    });
    filled
        .flatten()
        .fold(ground, |below, above| below.mix(above, above.alpha))
}

/// The scene without what only hides the ground.
fn bare(scene: &Scene) -> Scene {
    let mut out = scene.clone();
    let images = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Image { area, .. } => Some(*area),
        _ => None,
    });
    let images: Vec<_> = images.collect();
    let over_image = |place: (f64, f64)| images.iter().any(|area| area.contains(place));
    out.shapes.retain(|shape| match shape {
        Shape::Line { color, points, .. } => *color != WHITE || over_image(points[0]),
        Shape::Polygon { fill, .. } | Shape::Rectangle { fill, .. } => fill.rgb != WHITE.rgb,
        Shape::Disc { fill, center, .. } => fill.rgb != WHITE.rgb || over_image(*center),
        Shape::Ring { color, center, .. } => color.rgb != WHITE.rgb || over_image(*center),
        Shape::Text(_) | Shape::Image { .. } => true,
    });
    for shape in &mut out.shapes {
        match shape {
            // Shades and their bars keep their tones; clouds of points have clear pixels between them.
            Shape::Image { pixels, smooth, .. } if *smooth || pixels.width == 1 => whiten(pixels),
            _ => {}
        }
    }
    out
}

/// Pixels that are not clear, on white.
fn whiten(pixels: &mut Pixels) {
    let (all, _) = pixels.rgba.as_chunks_mut::<4>();
    for pixel in all.iter_mut().filter(|pixel| pixel[3] > 0) {
        let [r, g, b, alpha] = *pixel;
        let [r, g, b] = WHITE.mix(Color::rgb(r, g, b), f64::from(alpha) / 255.0).rgb;
        *pixel = [r, g, b, 255];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{ColorMap, category_color};
    use crate::{CHARTS, Sampler, Size};

    #[test]
    fn every_color_is_seen_on_the_dark_ground() {
        let categories = (0..12).map(category_color);
        let steps = || (0..=20).map(|i| f64::from(i) / 20.0);
        let maps = [ColorMap::Viridis, ColorMap::Cividis, ColorMap::BlueRed];
        let mapped = maps
            .into_iter()
            .flat_map(|map| steps().map(move |t| map.at(t)));
        for color in categories.chain(mapped).chain([Color::rgb(0, 0, 0)]) {
            let dark = on_dark(color);
            assert!(dark.contrast(GROUND) >= 3.0, "{color:?}");
        }
        // The order of a map's lightness is kept.
        let viridis = |t: f64| on_dark(ColorMap::Viridis.at(t)).lightness();
        let lightness: Vec<f64> = steps().map(viridis).collect();
        assert!(lightness.windows(2).all(|w| w[1] > w[0] - 0.004));
    }

    #[test]
    fn every_chart_is_legible_in_the_dark() {
        for kind in CHARTS {
            for seed in 0..6 {
                let size = Size::new(900.max(kind.least.width), 680);
                let scene = (kind.sample)(&mut Sampler::usual(seed), size).unwrap();
                let scene = dark(&scene);
                for (index, shape) in scene.shapes.iter().enumerate() {
                    let below = &scene.shapes[..index];
                    let (color, place, least) = match shape {
                        Shape::Text(text) => (text.color, text.bounds().center(), 4.5),
                        Shape::Line { color, points, .. } => (*color, points[0], 3.0),
                        Shape::Disc { fill, center, .. } => (*fill, *center, 3.0),
                        _ => continue,
                    };
                    let hides = [GROUND.rgb, on_dark(GRID).rgb].contains(&color.rgb);
                    // Marks on an image are told from it by their halo or ring.
                    let on_image = ground_at(below, place, GROUND) != GROUND;
                    if hides || (on_image && least < 4.0) {
                        continue;
                    }
                    let ground = ground_at(below, place, GROUND);
                    let found = color.contrast(ground);
                    assert!(found >= least, "{} {seed}: {shape:?} {found}", kind.name);
                }
            }
        }
    }

    #[test]
    fn transparent_figures_have_no_ground() {
        let size = Size::new(900, 680);
        for kind in CHARTS {
            let scene = (kind.sample)(&mut Sampler::usual(1), size).unwrap();
            let output = crate::Output {
                theme: Theme::Transparent,
                ..crate::Output::default()
            };
            let pixels = crate::bitmap::picture(&recolored(&scene, output.theme), &output);
            assert_eq!(pixels.at(0, 0).alpha, 0.0, "{}", kind.name);
            let svg = scene.write(crate::Format::Svg, &output).unwrap();
            let svg = String::from_utf8(svg).unwrap();
            assert!(!svg.contains("width=\"100%\""));
        }
    }
}
