//! Colours, the categorical palette and the continuous colour maps.

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

    /// Perceived lightness in [0, 1], to choose black or white text on top.
    #[must_use]
    pub fn lightness(self) -> f64 {
        let [r, g, b] = self.rgb.map(f64::from);
        (0.299 * r + 0.587 * g + 0.114 * b) / 255.0
    }
}

/// Colours that colour-blind readers can distinguish: Okabe and Ito (2008) without black and yellow,
/// then muted ones by Paul Tol for more than six classes.
const CATEGORIES: [Color; 12] = [
    Color::rgb(0, 114, 178),
    Color::rgb(213, 94, 0),
    Color::rgb(0, 158, 115),
    Color::rgb(204, 121, 167),
    Color::rgb(230, 159, 0),
    Color::rgb(86, 180, 233),
    Color::rgb(136, 34, 85),
    Color::rgb(153, 153, 51),
    Color::rgb(51, 34, 136),
    Color::rgb(120, 120, 120),
    Color::rgb(180, 60, 60),
    Color::rgb(17, 119, 51),
];

/// The colour of category `index`; the palette repeats after twelve.
#[must_use]
pub fn category_color(index: usize) -> Color {
    CATEGORIES[index % CATEGORIES.len()]
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
            ColorMap::BlueOrange => {
                let (end, along) = if t < 0.5 {
                    (category_color(0), 1.0 - 2.0 * t)
                } else {
                    (category_color(1), 2.0 * t - 1.0)
                };
                Color::rgb(250, 250, 250).mix(end, along)
            }
        }
    }
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
