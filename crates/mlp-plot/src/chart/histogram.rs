//! The distribution of a number over one or several populations.

use super::kind::{Along, Chart, ChartKind, Rescaled, shows_all};
use super::sampler::Sampler;
use crate::color::category_color;
use crate::error::Result;
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Beyond, Panel};
use crate::scale::{Mapping, Scale};
use crate::scene::Scene;

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "histogram",
    description: "distributions of samples",
    least: Size::new(360, 300),
    sample,
};

/// One population's values.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Name in the legend.
    pub name: String,
    /// The values; non-finite ones are omitted and counted in the legend.
    pub values: Vec<f64>,
}

/// A histogram with bins of equal width on the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the horizontal axis.
    pub x_label: String,
    /// Label of the counts, such as `networks`.
    pub y_label: String,
    /// Scale of the horizontal axis.
    pub x_scale: Scale,
    /// One or more samples, drawn over one another.
    pub samples: Vec<Sample>,
    /// Number of bins; by default four times the cube root of the largest sample's count (twice
    /// Rice's rule, since samples often lie apart), 8 to 100.
    pub bins: Option<usize>,
}

impl Histogram {
    fn bin_count(&self) -> usize {
        let largest = self
            .samples
            .iter()
            .map(|s| s.values.len())
            .max()
            .unwrap_or(0);
        let rule = (4.0 * (largest as f64).cbrt()).ceil() as usize;
        self.bins.unwrap_or(rule.clamp(8, 100)).clamp(1, 1000)
    }
}

/// The number of values in each of `bins` equal parts of the axis.
fn counts(values: &[f64], mapping: &Mapping, bins: usize) -> Vec<usize> {
    let mut out = vec![0; bins];
    for at in values.iter().filter_map(|v| mapping.fraction(*v)) {
        if (0.0..=1.0).contains(&at) {
            out[((at * bins as f64) as usize).min(bins - 1)] += 1;
        }
    }
    out
}

impl Chart for Histogram {
    fn scene(&self, size: Size) -> Result<Scene> {
        let mut scene = Scene::new(size, &self.title)?;
        let values = self.samples.iter().flat_map(|s| s.values.iter().copied());
        let scale = self.x_scale.settled(values.clone());
        let log = scale == Scale::Log;
        let shown = |v: &f64| v.is_finite() && (!log || *v >= 0.0);
        if !values.clone().any(|v| shown(&v)) {
            let reason = "There is no finite value to count.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let all = values.clone();
        let mapping = Mapping::within_limits(values.filter(|v| shown(v)), scale, 0.0).mapping;
        let legend: Vec<LegendEntry> = self
            .samples
            .iter()
            .enumerate()
            .map(|(i, sample)| {
                let hidden = sample.values.iter().filter(|v| !shown(v)).count();
                let name = match hidden {
                    0 => sample.name.clone(),
                    _ => format!("{} ({hidden} not drawn)", sample.name),
                };
                LegendEntry::new(Swatch::Box(category_color(i)), name)
            })
            .collect();
        let hidden = self
            .samples
            .iter()
            .flat_map(|s| &s.values)
            .any(|v| !shown(v));
        let entries = if legend.len() > 1 || hidden {
            &legend[..]
        } else {
            &[]
        };
        let area = header(&mut scene, &self.title, &self.subtitle, entries);
        let bins = self.bin_count();
        let counted: Vec<Vec<usize>> = self
            .samples
            .iter()
            .map(|s| counts(&s.values, &mapping, bins))
            .collect();
        let highest = counted.iter().flatten().max().copied().unwrap_or(0).max(1) as f64;
        let y = Mapping::exactly(0.0, highest * 1.05);
        let (x, y) = (
            Axis::new(&self.x_label, mapping).whole_as(all),
            Axis::new(&self.y_label, y).whole_as([highest].into_iter()),
        );
        let panel = Panel::new(area, "", x, y, false);
        panel.grid(&mut scene);
        let plot = panel.plot;
        for (i, counts) in counted.iter().enumerate() {
            let mut outline = vec![(plot.left, plot.bottom)];
            for (b, count) in counts.iter().enumerate() {
                let at = |edge: usize| plot.left + edge as f64 / bins as f64 * plot.width();
                let top = plot.bottom - *count as f64 / (highest * 1.05) * plot.height();
                outline.extend([(at(b), top), (at(b + 1), top)]);
            }
            outline.push((plot.right, plot.bottom));
            scene.polygon(outline.clone(), category_color(i).with_alpha(0.35));
            scene.line(outline, category_color(i), 1.4);
        }
        let mut beyond = Beyond::default();
        for (i, sample) in self.samples.iter().enumerate() {
            let places = sample.values.iter().filter(|v| shown(v));
            for x in places.filter_map(|v| panel.place_x(*v)) {
                let at = (x, plot.bottom - plot.height() / 40.0);
                beyond.mark(&mut scene, &panel, at, category_color(i));
            }
        }
        panel.axes(&mut scene);
        beyond.tell(&mut scene, &panel);
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn set_scale(&mut self, along: Along, scale: Scale) -> Rescaled {
        if along == Along::Y {
            return Err("its vertical axis counts");
        }
        let values = self.samples.iter().flat_map(|s| s.values.iter().copied());
        shows_all(scale, values)?;
        self.x_scale = scale;
        Ok(())
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let samples = (0..sampler.count(4)).map(|_| {
        let count = sampler.count(100);
        Sample {
            name: name.clone(),
            values: sampler.numbers(count),
        }
    });
    let samples = samples.collect();
    let chart = Histogram {
        title: name.clone(),
        subtitle: name.clone(),
        x_label: name.clone(),
        y_label: name,
        x_scale: sampler.scale(),
        samples,
        bins: None,
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_exploded_networks_are_counted_at_the_edge() {
        let usual = (0..60).map(|i| 2.0 + f64::from(i) / 60.0);
        let chart = Histogram {
            title: String::new(),
            subtitle: String::new(),
            x_label: "weight norm".into(),
            y_label: "networks".into(),
            x_scale: Scale::Auto,
            samples: vec![Sample {
                name: "all".into(),
                values: usual.chain([1e34, 3e34]).collect(),
            }],
            bins: None,
        };
        let scene = chart.scene(Size::default()).unwrap();
        let texts: Vec<&str> = scene.texts().iter().map(|(text, _)| *text).collect();
        assert!(
            texts.contains(&"2 beyond") && texts.contains(&"2.9"),
            "{texts:?}"
        );
    }

    #[test]
    fn every_finite_value_is_counted_once() {
        let values = [0.0, 0.1, 0.5, 0.9, 1.0, f64::NAN];
        let mapping = Mapping::exactly(0.0, 1.0);
        assert_eq!(counts(&values, &mapping, 2), [2, 3]);
        assert_eq!(counts(&values, &mapping, 10).iter().sum::<usize>(), 5);
    }
}
