//! Colours, the categorical palette and the continuous colour maps.

mod classes;

pub use self::classes::{category_color, class_colors};
use crate::theme::{INK_ON_COLOR, WHITE_ON_COLOR};

/// An sRGB colour with opacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Color {
    /// Red, green, blue.
    pub rgb: [u8; 3],
    /// Opacity in [0, 1].
    pub alpha: f64,
}

impl Color {
    /// An opaque colour.
    #[must_use]
    pub const fn rgb(r: u8, g: u8, b: u8) -> Self {
        Color {
            rgb: [r, g, b],
            alpha: 1.0,
        }
    }

    /// The same colour at another opacity.
    #[must_use]
    pub const fn with_alpha(self, alpha: f64) -> Self {
        Color { alpha, ..self }
    }

    /// Linear interpolation to `other`, opaque: `t` = 0 is `self`, 1 is `other`.
    #[must_use]
    pub fn mix(self, other: Color, t: f64) -> Self {
        let mut rgb = [0; 3];
        for (out, (a, b)) in rgb.iter_mut().zip(self.rgb.iter().zip(other.rgb)) {
            *out = (f64::from(*a) + (f64::from(b) - f64::from(*a)) * t).round() as u8;
        }
        Color { rgb, alpha: 1.0 }
    }

    /// White or the colour of ink, whichever has the greater contrast on this colour (WCAG 2.1); the same on a dark page.
    pub(crate) fn ink(self) -> Self {
        let luminance = |color: Color| {
            let linear = color.rgb.map(|c| match f64::from(c) / 255.0 {
                c if c <= 0.04045 => c / 12.92,
                c => ((c + 0.055) / 1.055).powf(2.4),
            });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let own = luminance(self) + 0.05;
        let (light, dark) = (
            luminance(WHITE_ON_COLOR) + 0.05,
            luminance(INK_ON_COLOR) + 0.05,
        );
        match light / own > own / dark {
            true => WHITE_ON_COLOR,
            false => INK_ON_COLOR,
        }
    }

    /// As `#0072B2`, without its opacity.
    #[must_use]
    pub fn hex(self) -> String {
        let [r, g, b] = self.rgb;
        format!("#{r:02X}{g:02X}{b:02X}")
    }

    /// Perceived lightness in [0, 1], to choose black or white text on top.
    #[must_use]
    pub fn lightness(self) -> f64 {
        let [r, g, b] = self.rgb.map(f64::from);
        (0.299 * r + 0.587 * g + 0.114 * b) / 255.0
    }
}

/// A continuous colour map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorMap {
    /// Perceptually uniform, dark violet to yellow.
    #[default]
    Viridis,
    /// Perceptually uniform for colour-blind readers too, dark blue to yellow.
    Cividis,
    /// Diverging, blue through white to orange; the two hues of the first two categories.
    BlueOrange,
    /// Diverging, for signed scores such as the fractal maps: dark blue through pale to dark red.
    BlueRed,
    /// Diverging, from one colour through white to another, such as those of two classes.
    Between([u8; 3], [u8; 3]),
}

impl ColorMap {
    /// The colour at `t`, clamped to [0, 1]; NaN gives the lowest colour.
    #[must_use]
    pub fn at(self, t: f64) -> Color {
        let t = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) };
        let from = |gradient: colorous::Gradient, t: f64| {
            let c = gradient.eval_continuous(t);
            Color::rgb(c.r, c.g, c.b)
        };
        match self {
            ColorMap::Viridis => from(colorous::VIRIDIS, t),
            ColorMap::Cividis => from(colorous::CIVIDIS, t),
            ColorMap::BlueRed => from(colorous::RED_BLUE, 1.0 - t),
            ColorMap::BlueOrange => between(category_color(0), category_color(1), t),
            ColorMap::Between([r, g, b], [r1, g1, b1]) => {
                between(Color::rgb(r, g, b), Color::rgb(r1, g1, b1), t)
            }
        }
    }
}

/// From one colour through nearly white to another.
fn between(low: Color, high: Color, t: f64) -> Color {
    let (end, along) = if t < 0.5 {
        (low, 1.0 - 2.0 * t)
    } else {
        (high, 2.0 * t - 1.0)
    };
    Color::rgb(250, 250, 250).mix(end, along)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_legible_on_every_color_of_a_map() {
        assert_eq!(
            (Color::rgb(0, 0, 0).ink(), Color::rgb(255, 255, 0).ink()),
            (WHITE_ON_COLOR, INK_ON_COLOR)
        );
        for map in [ColorMap::Viridis, ColorMap::Cividis] {
            assert_eq!(
                (map.at(0.0).ink(), map.at(1.0).ink()),
                (WHITE_ON_COLOR, INK_ON_COLOR)
            );
        }
    }

    #[test]
    fn viridis_and_cividis_grow_in_lightness() {
        for map in [ColorMap::Viridis, ColorMap::Cividis] {
            let steps: Vec<f64> = (0..=20)
                .map(|i| map.at(f64::from(i) / 20.0).lightness())
                .collect();
            assert!(
                steps.windows(2).all(|w| w[1] > w[0] - 0.004),
                "{map:?} {steps:?}"
            );
            assert!(steps[20] - steps[0] > 0.6);
        }
    }

    #[test]
    fn diverging_maps_are_lightest_in_the_middle() {
        for map in [ColorMap::BlueOrange, ColorMap::BlueRed] {
            let middle = map.at(0.5).lightness();
            assert!(middle > map.at(0.1).lightness() && middle > map.at(0.9).lightness());
        }
    }

    #[test]
    fn nan_has_a_color() {
        assert_eq!(ColorMap::Viridis.at(f64::NAN), ColorMap::Viridis.at(0.0));
    }
}
