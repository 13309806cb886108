//! Predicted numbers against true ones, and what is left between them.

use super::boundary::Part;
use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::category_color;
use crate::error::Result;
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Beyond, Panel};
use crate::scale::{Mapping, Scale};
use crate::scene::Scene;
use crate::theme::{INK, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "predicted against true",
    description: "predicted numbers against true ones, and the residuals against the predictions",
    least: Size::new(360, 560),
    sample,
};

/// A sample's target and what was predicted for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PredictedPoint {
    /// The target.
    pub truth: f64,
    /// The prediction.
    pub predicted: f64,
    /// The part of the data that it belongs to.
    pub part: Part,
}

/// Two panels: predictions against targets on equal axes with the line of identity, and residuals (target minus
/// prediction) against predictions with the line of zero. They stand below each other in narrow pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictedTrue {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Name and unit of the number.
    pub label: String,
    /// What the points of [`Part::Test`] are, such as `test` or `out of fold`.
    pub held_out: String,
    /// The samples; those without a finite prediction are left out and counted.
    pub points: Vec<PredictedPoint>,
}

/// The panels, and the least width of one beside the other.
const PANELS: usize = 2;
const LEAST: f64 = 270.0;

impl PredictedTrue {
    fn legend(&self, finite: &[&PredictedPoint]) -> Vec<LegendEntry> {
        let has = |part| finite.iter().any(|point| point.part == part);
        let mut legend = Vec::new();
        if has(Part::Train) {
            legend.push(LegendEntry::new(Swatch::Disc(category_color(0)), "train"));
        }
        if has(Part::Test) {
            legend.push(LegendEntry::new(
                Swatch::Ring(category_color(1)),
                self.held_out.as_str(),
            ));
        }
        legend.push(LegendEntry::new(
            Swatch::Dashes(INK),
            "a prediction without error",
        ));
        legend
    }
}

impl Chart for PredictedTrue {
    fn scene(&self, size: Size) -> Result<Scene> {
        let mut scene = Scene::new(size, &self.title)?;
        let finite: Vec<&PredictedPoint> = (self.points.iter())
            .filter(|point| point.truth.is_finite() && point.predicted.is_finite())
            .collect();
        if finite.is_empty() {
            let reason = "There is no sample with a finite target and prediction.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let legend = self.legend(&finite);
        let left_out = match self.points.len() - finite.len() {
            0 => String::new(),
            count => format!(" {count} without a finite number left out."),
        };
        let subtitle = format!("{}{left_out}", self.subtitle);
        let area = header(&mut scene, &self.title, &subtitle, &legend);
        let cells = match size.beside(PANELS, LEAST) > 1 {
            true => area.cells(PANELS, 1, 14.0),
            false => area.cells(1, PANELS, 8.0),
        };
        let predicted = finite.iter().map(|point| point.predicted);
        let both = finite.iter().flat_map(|p| [p.truth, p.predicted]);
        let shared = Mapping::within_limits(both, Scale::Linear, 0.04).mapping;
        let residuals = finite.iter().map(|p| p.truth - p.predicted).chain([0.0]);
        let [across, along] = [
            Mapping::within_limits(predicted, Scale::Linear, 0.04).mapping,
            Mapping::within_limits(residuals, Scale::Linear, 0.06).mapping,
        ];
        let predicted = format!("predicted {}", self.label);
        let first = Panel::new(
            cells[0],
            "",
            Axis::new(&format!("true {}", self.label), shared.clone()),
            Axis::new(&predicted, shared.clone()),
            true,
        );
        let second = Panel::new(
            cells[1],
            "",
            Axis::new(&predicted, across.clone()),
            Axis::new("residual: true minus predicted", along),
            false,
        );
        // Panels beside each other have one base.
        let ends = |mapping: &Mapping| match *mapping {
            Mapping::Linear { low, high } => [low, high],
            _ => [0.0, 1.0],
        };
        let identity = ends(&shared).map(|end| (end, end));
        let zero = ends(&across).map(|end| (end, 0.0));
        let panels = [(&first, identity), (&second, zero)];
        let place = |residual: bool, point: &PredictedPoint| match residual {
            false => (point.truth, point.predicted),
            true => (point.predicted, point.truth - point.predicted),
        };
        let radius = match finite.len() {
            0..=200 => 3.4,
            _ => 2.6,
        };
        for (index, (panel, line)) in panels.into_iter().enumerate() {
            panel.grid(&mut scene);
            let mut beyond = Beyond::default();
            for point in &finite {
                let (x, y) = place(index == 1, point);
                let Some(at) = panel.place(x, y) else {
                    continue;
                };
                let train = point.part == Part::Train;
                let color = category_color(usize::from(!train));
                if beyond.mark(&mut scene, panel, at, color) {
                    continue;
                }
                match train {
                    true => scene.disc(at, radius, color.with_alpha(0.55)),
                    false => {
                        scene.disc(at, radius + 0.5, WHITE);
                        scene.ring(at, radius - 0.4, color, 1.5);
                    }
                }
            }
            panel.curve(&mut scene, &line, INK, 1.4, true);
            panel.axes(&mut scene);
            beyond.tell(&mut scene, panel);
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        let rows = PANELS.div_ceil(width.beside(PANELS, LEAST));
        match rows {
            1 => usual.height_at(width.width),
            rows => 110 + 320 * rows as u32,
        }
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let count = sampler.count(80);
    let (truth, error) = (sampler.numbers(count), sampler.numbers(count));
    let point = |(i, (truth, error)): (usize, (&f64, &f64))| PredictedPoint {
        truth: *truth,
        predicted: truth + 0.2 * (error - 0.5),
        part: match i.is_multiple_of(3) {
            true => Part::Test,
            false => Part::Train,
        },
    };
    let chart = PredictedTrue {
        title: name.clone(),
        subtitle: name.clone(),
        label: name,
        held_out: "test".to_owned(),
        points: truth.iter().zip(&error).enumerate().map(point).collect(),
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Shape;

    fn chart(points: &[(f64, f64)]) -> PredictedTrue {
        let point = |(truth, predicted): &(f64, f64)| PredictedPoint {
            truth: *truth,
            predicted: *predicted,
            part: Part::Train,
        };
        PredictedTrue {
            title: "t".into(),
            subtitle: String::new(),
            label: "y".into(),
            held_out: "test".into(),
            points: points.iter().map(point).collect(),
        }
    }

    #[test]
    fn exact_predictions_lie_on_both_lines() {
        let scene = chart(&[(0.0, 0.0), (1.0, 1.0), (3.0, 3.0)])
            .scene(Size::new(900, 480))
            .unwrap();
        let [identity, residuals] = scene.plots() else {
            panic!("{:?}", scene.plots());
        };
        assert!((identity.width() - identity.height()).abs() < 1.0);
        let centers = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Disc { center, .. } => Some(*center),
            _ => None,
        });
        let centers: Vec<_> = centers.filter(|at| at.1 > identity.top).collect();
        for (x, y) in &centers[centers.len() - 6..centers.len() - 3] {
            let (right, up) = (x - identity.left, identity.bottom - y);
            assert!((right / identity.width() - up / identity.height()).abs() < 1e-9);
        }
        let heights: Vec<f64> = centers[centers.len() - 3..].iter().map(|at| at.1).collect();
        assert!(heights.windows(2).all(|pair| pair[0] == pair[1]));
        assert!(residuals.left > identity.right);
    }

    #[test]
    fn samples_without_a_number_are_counted() {
        let texts = |points: &[(f64, f64)]| {
            let scene = chart(points).scene(Size::new(900, 480)).unwrap();
            let texts = scene.texts().into_iter();
            texts.map(|(text, _)| text.to_owned()).collect::<Vec<_>>()
        };
        assert!(
            texts(&[(0.0, 1.0), (1.0, f64::NAN)])
                .contains(&"1 without a finite number left out.".to_owned())
        );
        assert!(
            texts(&[(0.0, f64::INFINITY)])
                .iter()
                .any(|text| text.contains("no sample"))
        );
    }
}
