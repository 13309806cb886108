//! The colour scale beside a map or scatter.

use crate::color::ColorMap;
use crate::font::{DESCENT, text_width, wrap_text};
use crate::panel::further;
use crate::pixels::Pixels;
use crate::scale::Mapping;
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{AXIS, LABEL, SOFT_INK, TICK};
use crate::ticks::{Direction, ticks};

const BAR: f64 = 16.0;
/// Distance from the plot that it explains.
const FROM_PLOT: f64 = 18.0;

/// The greatest height of a bar beside several rows of plots.
const HIGHEST: f64 = 420.0;

/// A vertical colour scale.
#[derive(Debug, Clone)]
pub(crate) struct ColorBar {
    pub label: String,
    pub mapping: Mapping,
    pub map: ColorMap,
    /// Opacity of the colours.
    pub strength: f64,
    /// Whether there are values below and above the bar's ends, which get the end colours: the bar
    /// then has a tip.
    pub beyond: (bool, bool),
}

/// Height of a tip.
const TIP: f64 = 11.0;

impl ColorBar {
    fn label_width(&self, height: f64) -> f64 {
        ticks(&self.mapping, Direction::Vertical, height)
            .major
            .iter()
            .map(|t| text_width(&t.label, TICK, false))
            .fold(0.0, f64::max)
    }

    /// Width that the bar takes with its labels, which is at most about `height` high: labels below the plot may leave less,
    /// and a shorter bar may have other ticks.
    pub(crate) fn width(&self, height: f64) -> f64 {
        let heights = (0..30).map(|i| (1.3 - 0.04 * f64::from(i)) * height);
        let widest = heights
            .map(|height| self.label_width(height))
            .fold(0.0, f64::max);
        // A bar that is somewhat lower needs no more lines.
        let lines = self.label_lines(0.7 * height, 2).len();
        BAR + 8.0 + widest + LABEL + 12.0 + further(lines)
    }

    /// The label beside a bar of this height, which may reach over its ends.
    fn label_lines(&self, height: f64, most: usize) -> Vec<String> {
        wrap_text(&self.label, LABEL, false, height + 30.0, most)
    }

    /// What a bar leaves of an area to the plots on its left.
    pub(crate) fn beside(bar: Option<&ColorBar>, area: Area) -> Area {
        let width = bar.map_or(0.0, |bar| bar.width(area.height() - 60.0));
        Area::new(area.left, area.top, area.right - width, area.bottom)
    }

    /// Draws the bar on the right of a plot.
    pub(crate) fn draw_beside(&self, scene: &mut Scene, plot: Area) {
        self.draw(scene, plot.right + FROM_PLOT, plot.top, plot.bottom);
    }

    /// Draws the bar on the right of all of these plots, no higher than is read with ease.
    pub(crate) fn draw_beside_all(&self, scene: &mut Scene, plots: &[Area]) {
        if let Some(whole) = plots.iter().copied().reduce(|a, b| a.around(&b)) {
            let bottom = whole.bottom.min(whole.top + HIGHEST);
            self.draw(scene, whole.right + FROM_PLOT, whole.top, bottom);
        }
    }

    /// Draws the bar from `left`, between `top` and `bottom`.
    pub(crate) fn draw(&self, scene: &mut Scene, left: f64, top: f64, bottom: f64) {
        let (below, above) = self.beyond;
        let tip = |there: bool| if there { TIP } else { 0.0 };
        let (top, bottom) = (top + tip(above), bottom - tip(below));
        let bar = Area::new(left, top, left + BAR, bottom);
        for (there, edge, point, at) in [
            (above, bar.top, bar.top - TIP, 1.0),
            (below, bar.bottom, bar.bottom + TIP, 0.0),
        ] {
            if there {
                let (left, right) = ((bar.left, edge), (bar.right, edge));
                let point = ((bar.left + bar.right) / 2.0, point);
                let color = self.map.at(at).with_alpha(self.strength);
                scene.polygon(vec![left, right, point], color);
                scene.line(vec![left, point, right], AXIS, 1.0);
            }
        }
        let rows = 256;
        let start = self.mapping.start();
        let pixels = Pixels::from_fn(1, rows, |_, row| {
            let t = 1.0 - (row as f64 + 0.5) / rows as f64;
            let color = self.map.at((t - start) / (1.0 - start));
            color.with_alpha(self.strength)
        });
        scene.image(bar, pixels);
        scene.frame(bar, AXIS, 1.0);
        let found = ticks(&self.mapping, Direction::Vertical, bar.height());
        for at in &found.minor {
            let y = bottom - at * bar.height();
            scene.segment((bar.right, y), (bar.right + 2.5, y), AXIS, 1.0);
        }
        let mut widest: f64 = 0.0;
        for tick in &found.major {
            let y = bottom - tick.at * bar.height();
            scene.segment((bar.right, y), (bar.right + 4.0, y), AXIS, 1.0);
            let text = Text::new(bar.right + 8.0, y, tick.label.clone(), TICK);
            scene.text(text.color(SOFT_INK).centred());
            widest = widest.max(text_width(&tick.label, TICK, false));
        }
        let limit = scene.area();
        let x = bar.right + 8.0 + widest + 10.0 + LABEL * 0.6;
        let second = x + further(2) + LABEL * DESCENT <= limit.right;
        let lines = self.label_lines(bar.height(), if second { 2 } else { 1 });
        for (i, line) in lines.iter().enumerate() {
            let half = text_width(line, LABEL, false) / 2.0;
            let y = ((top + bottom) / 2.0)
                .min(limit.bottom - half - 2.0)
                .max(limit.top + half + 2.0);
            let text = Text::new(x + further(i + 1), y, line.as_str(), LABEL);
            scene.text(text.anchor(Anchor::Middle).rotated());
        }
    }
}
