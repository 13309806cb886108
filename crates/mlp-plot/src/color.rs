//! Colours, the categorical palette and the continuous colour maps.

mod classes;
mod range;

pub(crate) use self::classes::PALETTE;
pub use self::{
    classes::{category_color, class_colors},
    range::ColorRange,
};

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

    /// As `#0072B2`, without its opacity.
    #[must_use]
    pub fn hex(self) -> String {
        let [r, g, b] = self.rgb;
        format!("#{r:02X}{g:02X}{b:02X}")
    }

    /// Red, green and blue in proportion to light, in [0, 1].
    pub(crate) fn linear(self) -> [f64; 3] {
        self.rgb.map(|c| match f64::from(c) / 255.0 {
            c if c <= 0.04045 => c / 12.92,
            c => ((c + 0.055) / 1.055).powf(2.4),
        })
    }

    /// The contrast with another colour (WCAG 2.1), both opaque: 1 for equal ones, 21 for black and white.
    #[must_use]
    pub fn contrast(self, other: Color) -> f64 {
        let luminance = |color: Color| {
            let [r, g, b] = color.linear();
            0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
        };
        let (a, b) = (luminance(self), luminance(other));
        a.max(b) / a.min(b)
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
        for map in [
            ColorMap::Between([0, 114, 178], [213, 94, 0]),
            ColorMap::BlueRed,
        ] {
            let middle = map.at(0.5).lightness();
            assert!(middle > map.at(0.1).lightness() && middle > map.at(0.9).lightness());
        }
    }

    #[test]
    fn nan_has_a_color() {
        assert_eq!(ColorMap::Viridis.at(f64::NAN), ColorMap::Viridis.at(0.0));
    }
}
