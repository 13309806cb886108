//! Confusion matrices.

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::category_color;
use crate::error::{Result, check_length};
use crate::font::text_width;
use crate::header::{header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Panel};
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{INK, LABEL, SOFT_INK, TICK, WHITE, WHITE_ON_COLOR};
use crate::ticks::format_value;

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "confusion matrix",
    description: "true classes against predicted classes",
    least: Size::new(360, 300),
    sample,
};

/// Samples by true and predicted class: every cell with its count, shaded by its share of the row.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfusionMatrix {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Samples, `[true class, predicted class]` row-major.
    pub counts: Vec<f64>,
}

/// The least width of a cell that shows its count.
const SMALLEST: f64 = 24.0;

impl ConfusionMatrix {
    /// The share of a row's samples that a cell has; 0 in an empty row.
    fn share(&self, row: usize, column: usize) -> f64 {
        let cells = &self.counts[row * self.classes.len()..(row + 1) * self.classes.len()];
        let whole = cells.iter().sum::<f64>();
        if whole > 0.0 {
            cells[column] / whole
        } else {
            0.0
        }
    }
}

impl Chart for ConfusionMatrix {
    fn scene(&self, size: Size) -> Result<Scene> {
        let classes = self.classes.len();
        check_length("the confusion matrix", self.counts.len(), classes * classes)?;
        let mut scene = Scene::new(size, &self.title)?;
        if classes == 0 {
            let (title, subtitle) = (&self.title, &self.subtitle);
            nothing(&mut scene, title, subtitle, "There is no class.");
            return Ok(scene);
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &[]);
        let names = &self.classes;
        // The first class is at the top.
        let upwards: Vec<String> = names.iter().rev().cloned().collect();
        let x = Axis::of_names("predicted class", names);
        let y = Axis::of_names("true class", &upwards);
        let panel = Panel::new(area, "", x, y, false);
        let plot = panel.plot;
        let (width, height) = (
            plot.width() / classes as f64,
            plot.height() / classes as f64,
        );
        for row in 0..classes {
            for column in 0..classes {
                let (left, top) = (
                    plot.left + column as f64 * width,
                    plot.top + row as f64 * height,
                );
                let share = self.share(row, column);
                // Correct predictions are blue, wrong ones orange.
                let hue = category_color(usize::from(row != column));
                let strength = share * 0.85;
                let cell = Area::new(left, top, left + width, top + height);
                scene.rectangle(cell, hue.with_alpha(strength));
                let count = self.counts[row * classes + column];
                let text = format_value(count);
                if height < SMALLEST || width < text_width(&text, LABEL, false) + 6.0 {
                    continue;
                }
                let ink = match WHITE.mix(hue, strength).lightness() < 0.55 {
                    true => WHITE_ON_COLOR,
                    false if count == 0.0 => SOFT_INK,
                    // A pale cell is as dark as the page on a dark one.
                    false => INK,
                };
                let middle = (left + width / 2.0, top + height / 2.0);
                let below = format!("{:.0} %", 100.0 * share);
                let both = count > 0.0
                    && height > 2.0 * SMALLEST
                    && width > text_width(&below, TICK, false) + 6.0;
                let lift = if both { LABEL * 0.7 } else { 0.0 };
                let text = Text::new(middle.0, middle.1 - lift, text, LABEL);
                scene.text(text.anchor(Anchor::Middle).color(ink).centred());
                if both {
                    let text = Text::new(middle.0, middle.1 + lift, below, TICK);
                    scene.text(text.anchor(Anchor::Middle).color(ink).centred());
                }
            }
        }
        panel.axes(&mut scene);
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let classes: Vec<String> = (0..sampler.count(12))
        .map(|i| format!("{name}{i}"))
        .collect();
    let cells = classes.len().pow(2);
    let chart = ConfusionMatrix {
        title: name.clone(),
        subtitle: name,
        classes,
        counts: (0..cells).map(|_| sampler.below(2000) as f64).collect(),
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> ConfusionMatrix {
        ConfusionMatrix {
            title: "Test part".into(),
            subtitle: String::new(),
            classes: vec!["a".into(), "b".into(), "c".into()],
            counts: vec![3.0, 1.0, 0.0, 0.0, 7.0, 1.0, 0.0, 0.0, 0.0],
        }
    }

    #[test]
    fn shares_are_of_the_true_class() {
        let matrix = matrix();
        assert_eq!((matrix.share(0, 0), matrix.share(1, 2)), (0.75, 0.125));
        assert_eq!(matrix.share(2, 2), 0.0);
    }

    #[test]
    fn every_cell_shows_its_number_where_there_is_room() {
        let scene = matrix().scene(Size::new(600, 520)).unwrap();
        let texts: Vec<&str> = scene.texts().into_iter().map(|(text, _)| text).collect();
        let times = |wanted: &str| texts.iter().filter(|text| **text == wanted).count();
        assert_eq!((times("0"), times("7"), times("75 %")), (5, 1, 1));
        let scene = matrix().scene(Size::new(200, 160)).unwrap();
        assert!(scene.texts().iter().all(|(text, _)| !text.ends_with('%')));
    }

    #[test]
    fn counts_must_be_a_square() {
        let short = ConfusionMatrix {
            counts: vec![1.0; 8],
            ..matrix()
        };
        assert!(short.scene(Size::default()).is_err());
    }
}
