//! Reliability diagrams: the calibration of predicted probabilities.

use mlp_statistics::Proportion;

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::category_color;
use crate::error::Result;
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Panel};
use crate::scale::Mapping;
use crate::scene::Scene;
use crate::theme::{AXIS, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "reliability",
    description: "observed frequency against predicted probability",
    least: Size::new(360, 300),
    sample,
};

/// Samples with similar predicted probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityBin {
    /// Mean predicted probability.
    pub probability: f64,
    /// Observed frequency.
    pub share: f64,
    /// Number of samples.
    pub samples: f64,
}

/// Observed frequency against predicted probability, with Wilson's 95 % intervals; the diagonal
/// is perfect calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the horizontal axis, such as `probability of yes`.
    pub x_label: String,
    /// The non-empty bins.
    pub bins: Vec<ReliabilityBin>,
}

impl Chart for Reliability {
    fn scene(&self, size: Size) -> Result<Scene> {
        let mut scene = Scene::new(size, &self.title)?;
        if self.bins.is_empty() {
            let (title, subtitle) = (&self.title, &self.subtitle);
            nothing(&mut scene, title, subtitle, "There is no sample.");
            return Ok(scene);
        }
        let color = category_color(0);
        let legend = [
            LegendEntry::new(
                Swatch::Disc(color),
                "mean of a bin; larger holds more samples",
            ),
            LegendEntry::new(Swatch::Line(color), "95 % interval"),
            LegendEntry::new(Swatch::Dashes(AXIS), "perfect calibration"),
        ];
        let area = header(&mut scene, &self.title, &self.subtitle, &legend);
        let axis = |label: &str| Axis::new(label, Mapping::exactly(0.0, 1.0));
        let y = axis("share that came true");
        let panel = Panel::new(area, "", axis(&self.x_label), y, true);
        panel.grid(&mut scene);
        panel.curve(&mut scene, &[(0.0, 0.0), (1.0, 1.0)], AXIS, 1.4, true);
        let most = self.bins.iter().fold(0.0, |most, bin| {
            if bin.samples > most {
                bin.samples
            } else {
                most
            }
        });
        for bin in &self.bins {
            let trials = bin.samples.round();
            let share = Proportion {
                successes: (bin.share * trials).round() as u64,
                trials: trials as u64,
            };
            let (low, high) = share.interval().unwrap_or((0.0, 1.0));
            let interval = [(bin.probability, low), (bin.probability, high)];
            panel.curve(&mut scene, &interval, color.with_alpha(0.6), 1.6, false);
        }
        for bin in &self.bins {
            if let Some(at) = panel.place(bin.probability, bin.share) {
                let radius = 3.0 + 4.0 * (bin.samples / most).sqrt();
                scene.disc(at, radius + 1.2, WHITE);
                scene.disc(at, radius, color);
            }
        }
        panel.axes(&mut scene);
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        // Its plot is a square, with the header above it.
        usual.height_at(width.width).min(width.width + 100)
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let bins = (0..sampler.count(15)).map(|_| ReliabilityBin {
        probability: sampler.uniform(),
        share: sampler.uniform(),
        samples: 1.0 + sampler.below(500) as f64,
    });
    let chart = Reliability {
        title: name.clone(),
        subtitle: name.clone(),
        x_label: name.clone(),
        bins: bins.collect(),
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Format;

    #[test]
    fn bins_are_drawn_and_none_is_said() {
        let chart = Reliability {
            title: "Calibration".into(),
            subtitle: String::new(),
            x_label: "probability".into(),
            bins: vec![
                ReliabilityBin {
                    probability: 0.1,
                    share: 0.0,
                    samples: 12.0,
                },
                ReliabilityBin {
                    probability: 0.9,
                    share: 1.0,
                    samples: 3.0,
                },
            ],
        };
        let svg = chart.render(Format::Svg, Size::default()).unwrap();
        let empty = Reliability {
            bins: Vec::new(),
            ..chart.clone()
        };
        let scene = empty.scene(Size::default()).unwrap();
        assert!(
            scene
                .texts()
                .iter()
                .any(|(text, _)| text.contains("no sample"))
        );
        let fewer = Reliability {
            bins: chart.bins[..1].to_vec(),
            ..chart
        };
        assert_ne!(svg, fewer.render(Format::Svg, Size::default()).unwrap());
    }
}
