//! Colours and sizes shared by all charts, and the themes.

use crate::color::Color;

/// The colours of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark on white.
    #[default]
    Light,
    /// Light on nearly black: texts with a contrast of at least 4.5 to 1, lines and points of at least 3.
    Dark,
    /// Dark without a ground, for light slides and pages.
    Transparent,
}

impl Theme {
    /// The colour behind everything; `None` of transparent figures.
    #[must_use]
    pub fn ground(self) -> Option<Color> {
        match self {
            Theme::Light => Some(WHITE),
            Theme::Dark => Some(GROUND),
            Theme::Transparent => None,
        }
    }
}

pub(crate) const WHITE: Color = Color::rgb(255, 255, 255);
/// The ground of dark figures.
pub(crate) const GROUND: Color = Color::rgb(24, 25, 28);
pub(crate) const INK: Color = Color::rgb(34, 34, 38);
/// Ink and white on a coloured ground: told apart from those of the page, which a dark one exchanges.
pub(crate) const INK_ON_COLOR: Color = Color::rgb(34, 34, 39);
pub(crate) const WHITE_ON_COLOR: Color = Color::rgb(254, 254, 254);
pub(crate) const SOFT_INK: Color = Color::rgb(92, 92, 100);
pub(crate) const AXIS: Color = Color::rgb(120, 120, 128);
pub(crate) const GRID: Color = Color::rgb(231, 232, 236);
pub(crate) const DIVERGED: Color = Color::rgb(214, 214, 218);
pub(crate) const DIVERGED_HATCH: Color = Color::rgb(168, 168, 176);
pub(crate) const MIXED: Color = Color::rgb(244, 199, 195);
pub(crate) const MIXED_HATCH: Color = Color::rgb(204, 90, 84);
pub(crate) const EXPLODED: Color = Color::rgb(245, 222, 190);
pub(crate) const EXPLODED_HATCH: Color = Color::rgb(196, 110, 20);
pub(crate) const MISSING: Color = Color::rgb(250, 250, 252);
pub(crate) const MISSING_HATCH: Color = Color::rgb(206, 206, 214);

/// Narrower pictures are columns of paper.
pub(crate) const PAPER: f64 = 500.0;
/// The greatest height of such a picture by its width: that of a page (A4, a column of 85 mm) with room for its caption.
pub(crate) const PAGE: f64 = 3.2;

pub(crate) const TITLE: f64 = 15.0;
pub(crate) const SUBTITLE: f64 = TICK;
pub(crate) const LABEL: f64 = TICK;
pub(crate) const TICK: f64 = 12.0;
pub(crate) const MARGIN: f64 = 14.0;
/// Smallest free distance between two labels of one axis.
pub(crate) const LABEL_GAP: f64 = 9.0;

/// White or the colour of ink, whichever has the greater contrast on this colour (WCAG 2.1).
pub(crate) fn ink_on(ground: Color) -> Color {
    match WHITE_ON_COLOR.contrast(ground) > INK_ON_COLOR.contrast(ground) {
        true => WHITE_ON_COLOR,
        false => INK_ON_COLOR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::ColorMap;

    #[test]
    fn ink_is_legible_on_every_color_of_a_map() {
        assert_eq!(
            (ink_on(Color::rgb(0, 0, 0)), ink_on(Color::rgb(255, 255, 0))),
            (WHITE_ON_COLOR, INK_ON_COLOR)
        );
        for map in [ColorMap::Viridis, ColorMap::Cividis] {
            let ends = (ink_on(map.at(0.0)), ink_on(map.at(1.0)));
            assert_eq!(ends, (WHITE_ON_COLOR, INK_ON_COLOR));
        }
    }
}
