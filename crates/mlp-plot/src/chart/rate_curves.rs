//! Rates of a classifier over all thresholds: ROC and precision-recall curves.

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::{Color, category_color};
use crate::error::Result;
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Panel};
use crate::scale::Mapping;
use crate::scene::Scene;
use crate::theme::{AXIS, INK, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "rate curves",
    description: "rates of a classifier over all thresholds: ROC and precision-recall curves",
    least: Size::new(360, 600),
    sample,
};

/// A curve of two rates.
#[derive(Debug, Clone, PartialEq)]
pub struct RateCurve {
    /// Name in the legend, usually with the area; curves of one name in several panels have one colour and entry.
    pub name: String,
    /// Its points, each in [0, 1] x [0, 1].
    pub points: Vec<(f64, f64)>,
    /// What guessing reaches.
    pub baseline: Vec<(f64, f64)>,
    /// Where the chosen threshold is.
    pub marked: Option<(f64, f64)>,
    /// Whether it is a mean of the others, drawn dashed in ink.
    pub is_mean: bool,
}

/// One pair of axes from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct RatePanel {
    /// Its title, such as `ROC`.
    pub title: String,
    /// Label of the horizontal axis.
    pub x_label: String,
    /// Label of the vertical axis.
    pub y_label: String,
    /// The curves.
    pub curves: Vec<RateCurve>,
}

/// Panels of rates beside each other, below each other in narrow pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct RateCurves {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// What is marked on the curves, such as `threshold 0.31`.
    pub mark: String,
    /// The panels.
    pub panels: Vec<RatePanel>,
}

/// The least width of a panel beside another.
const LEAST: f64 = 270.0;

impl RateCurves {
    /// Names in order of appearance with their colours; means are in ink.
    fn colors(&self) -> Vec<(&RateCurve, Color)> {
        let mut found: Vec<(&RateCurve, Color)> = Vec::new();
        for curve in self.panels.iter().flat_map(|panel| &panel.curves) {
            if !found.iter().any(|(known, _)| known.name == curve.name) {
                let color = match curve.is_mean {
                    true => INK,
                    false => category_color(found.len()),
                };
                found.push((curve, color));
            }
        }
        found
    }
}

impl Chart for RateCurves {
    fn scene(&self, size: Size) -> Result<Scene> {
        let mut scene = Scene::new(size, &self.title)?;
        let colors = self.colors();
        if !colors.iter().any(|(curve, _)| curve.points.len() > 1) {
            let reason = "There is no curve: two classes with samples are needed.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let entry = |(curve, color): &(&RateCurve, Color)| {
            let swatch = match curve.is_mean {
                true => Swatch::Dashes(*color),
                false => Swatch::Line(*color),
            };
            LegendEntry::new(swatch, curve.name.as_str())
        };
        let mut legend: Vec<LegendEntry> = colors.iter().map(entry).collect();
        let all = || self.panels.iter().flat_map(|panel| &panel.curves);
        if all().any(|curve| curve.marked.is_some()) {
            legend.push(LegendEntry::new(Swatch::Ring(INK), self.mark.as_str()));
        }
        if all().any(|curve| !curve.baseline.is_empty()) {
            legend.push(LegendEntry::new(Swatch::Dashes(AXIS), "guessing"));
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &legend);
        let columns = size.beside(self.panels.len(), LEAST);
        let cells = area.cells(columns, self.panels.len().div_ceil(columns), 10.0);
        let unit = || Mapping::exactly(0.0, 1.0);
        for (cell, data) in cells.into_iter().zip(&self.panels) {
            let axes = [&data.x_label, &data.y_label].map(|label| Axis::new(label, unit()));
            let [x, y] = axes;
            let panel = Panel::new(cell, &data.title, x, y, false);
            panel.grid(&mut scene);
            // A curve along the frame lies over it.
            panel.axes(&mut scene);
            for curve in &data.curves {
                panel.curve(&mut scene, &curve.baseline, AXIS, 1.2, true);
            }
            let color = |curve: &RateCurve| {
                let own = colors.iter().find(|(known, _)| known.name == curve.name);
                own.map_or(INK, |(_, color)| *color)
            };
            for curve in &data.curves {
                panel.curve(&mut scene, &curve.points, color(curve), 2.0, curve.is_mean);
            }
            for (curve, (x, y)) in (data.curves.iter()).filter_map(|c| Some((c, c.marked?))) {
                if let Some(at) = panel.place(x, y).filter(|at| panel.plot.contains(*at)) {
                    scene.disc(at, 5.6, WHITE);
                    scene.ring(at, 4.6, color(curve), 2.2);
                }
            }
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        let rows = self
            .panels
            .len()
            .div_ceil(width.beside(self.panels.len(), LEAST));
        match rows {
            1 => usual.height_at(width.width),
            rows => 110 + 320 * rows as u32,
        }
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let classes = 1 + sampler.below(8);
    let panel = |title: &str, sampler: &mut Sampler| {
        let curve = |class: usize, sampler: &mut Sampler| {
            let bend = 1.0 + 6.0 * sampler.uniform();
            let count = sampler.count(30);
            let step = |i: usize| i as f64 / (count - 1).max(1) as f64;
            let points = (0..count).map(|i| (step(i), 1.0 - (1.0 - step(i)).powf(bend)));
            let points: Vec<(f64, f64)> = points.collect();
            RateCurve {
                name: format!("{name} {class}: 0.97"),
                marked: points.get(count / 2).copied(),
                points,
                baseline: vec![(0.0, 0.0), (1.0, 1.0)],
                is_mean: class + 1 == classes && class > 0,
            }
        };
        RatePanel {
            title: title.to_owned(),
            x_label: name.clone(),
            y_label: name.clone(),
            curves: (0..classes).map(|class| curve(class, sampler)).collect(),
        }
    };
    let panels = vec![
        panel("ROC", sampler),
        panel("precision and recall", sampler),
    ];
    let chart = RateCurves {
        title: name.clone(),
        subtitle: name.clone(),
        mark: "threshold 0.31".to_owned(),
        panels,
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Shape;

    #[test]
    fn what_lies_on_the_frame_is_drawn_over_it() {
        // A perfect classifier: its curve and its threshold lie on the frame, whatever the size.
        let curve = RateCurve {
            name: "a".into(),
            points: vec![(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)],
            baseline: Vec::new(),
            marked: Some((0.0, 1.0)),
            is_mean: false,
        };
        let panel = RatePanel {
            title: String::new(),
            x_label: String::new(),
            y_label: String::new(),
            curves: vec![curve],
        };
        let chart = RateCurves {
            title: "t".into(),
            subtitle: String::new(),
            mark: "threshold 0.5".into(),
            panels: vec![panel],
        };
        for width in 360..460 {
            let scene = chart.scene(Size::new(width, 600 + width % 7)).unwrap();
            let last = |is: &dyn Fn(&Shape) -> bool| scene.shapes.iter().rposition(is);
            let frame =
                last(&|shape| matches!(shape, Shape::Line { points, .. } if points.len() == 5));
            let line =
                last(&|shape| matches!(shape, Shape::Line { points, .. } if points.len() == 3));
            let ring = last(&|shape| matches!(shape, Shape::Ring { radius, .. } if *radius == 4.6));
            assert!(
                line > frame && ring > line,
                "{width}: {frame:?} {line:?} {ring:?}"
            );
        }
    }

    #[test]
    fn a_mean_is_in_ink_and_names_share_a_color() {
        let curve = |name: &str, is_mean: bool| RateCurve {
            name: name.into(),
            points: vec![(0.0, 0.0), (1.0, 1.0)],
            baseline: Vec::new(),
            marked: None,
            is_mean,
        };
        let panel = || RatePanel {
            title: String::new(),
            x_label: String::new(),
            y_label: String::new(),
            curves: vec![curve("a", false), curve("b", false), curve("macro", true)],
        };
        let chart = RateCurves {
            title: "t".into(),
            subtitle: String::new(),
            mark: String::new(),
            panels: vec![panel(), panel()],
        };
        let colors: Vec<Color> = chart.colors().into_iter().map(|(_, color)| color).collect();
        assert_eq!(colors, [category_color(0), category_color(1), INK]);
        let scene = chart.scene(Size::new(900, 520)).unwrap();
        assert_eq!(scene.plots().len(), 2);
        // No entry for what is not drawn.
        assert!(
            !scene
                .texts()
                .iter()
                .any(|(text, _)| text.contains("guessing"))
        );
    }
}
