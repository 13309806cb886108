//! Distributions below each other, one a setting.

use super::kind::{Along, Chart, ChartKind, Rescaled, shows_all};
use super::sampler::Sampler;
use crate::color::category_color;
use crate::error::Result;
use crate::header::{header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Beyond, Panel};
use crate::scale::{Mapping, Scale};
use crate::scene::Scene;
use crate::theme::{AXIS, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "ridgelines",
    description: "distributions of a number below each other, one a setting",
    least: Size::new(360, 300),
    sample,
};

/// The numbers of one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Ridge {
    /// The setting.
    pub name: String,
    /// Its numbers; those that are not finite are left out.
    pub values: Vec<f64>,
}

/// Densities of numbers on one axis, the first at the top, each as high as the others, with a line at the median.
#[derive(Debug, Clone, PartialEq)]
pub struct Ridgelines {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the numbers.
    pub x_label: String,
    /// Label of the settings.
    pub y_label: String,
    /// Scale of the numbers.
    pub scale: Scale,
    /// The settings, from the top.
    pub ridges: Vec<Ridge>,
}

/// Places along the axis at which a density is computed.
const PLACES: usize = 240;
/// Height of a ridge by that of the place of its setting.
const HEIGHT: f64 = 0.92;

/// The density of values in [0, 1] at places from 0 to 1, its highest 1: normal kernels whose width is Silverman's (1986,
/// equation 3.31), and at least a two-hundredth of the axis.
fn density(places: &[f64]) -> Vec<f64> {
    let count = places.len() as f64;
    let mean = places.iter().sum::<f64>() / count;
    let variance = places.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
    let quantiles = mlp_statistics::Quantiles::of(places.iter().copied());
    let quartiles = (quantiles.p75 - quantiles.p25) / 1.34;
    let deviation = match quartiles > 0.0 {
        true => variance.sqrt().min(quartiles),
        false => variance.sqrt(),
    };
    let width = (0.9 * deviation * count.powf(-0.2)).max(0.005);
    // As many kernels as there are bins: of many values the picture is the same.
    let mut bins = vec![0.0; PLACES * 2];
    for place in places {
        let bin = (place * (bins.len() - 1) as f64).round() as usize;
        bins[bin.min(PLACES * 2 - 1)] += 1.0;
    }
    let filled: Vec<(f64, f64)> = (bins.iter().enumerate())
        .filter(|(_, weight)| **weight > 0.0)
        .map(|(bin, weight)| (bin as f64 / (PLACES * 2 - 1) as f64, *weight))
        .collect();
    let at = |i: usize| i as f64 / (PLACES - 1) as f64;
    let kernel = |distance: f64| (-0.5 * (distance / width) * (distance / width)).exp();
    let sum = |i: usize| {
        let all = filled
            .iter()
            .map(|(place, weight)| weight * kernel(at(i) - place));
        all.sum::<f64>()
    };
    let heights: Vec<f64> = (0..PLACES).map(sum).collect();
    let highest = heights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    heights.into_iter().map(|height| height / highest).collect()
}

impl Chart for Ridgelines {
    fn scene(&self, size: Size) -> Result<Scene> {
        let mut scene = Scene::new(size, &self.title)?;
        let all = || self.ridges.iter().flat_map(|ridge| &ridge.values).copied();
        let fitted = Mapping::within_limits(all(), self.scale, 0.08).mapping;
        if !all().any(|value| fitted.fraction(value).is_some()) {
            let reason = "There is no finite number to show.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &[]);
        let names: Vec<String> = (self.ridges.iter().rev()).map(|r| r.name.clone()).collect();
        let x = Axis::new(&self.x_label, fitted);
        let panel = Panel::new(area, "", x, Axis::of_names(&self.y_label, &names), false);
        panel.grid(&mut scene);
        let plot = panel.plot;
        let slot = plot.height() / self.ridges.len() as f64;
        let mut beyond = Beyond::default();
        for (row, ridge) in self.ridges.iter().enumerate() {
            let base = plot.top + (row as f64 + 1.0) * slot;
            let color = category_color(row);
            let (mut inside, mut medians) = (Vec::new(), Vec::new());
            for place in ridge
                .values
                .iter()
                .filter_map(|value| panel.place_x(*value))
            {
                medians.push(place);
                match (plot.left..=plot.right).contains(&place) {
                    true => inside.push((place - plot.left) / plot.width()),
                    false => {
                        beyond.mark(&mut scene, &panel, (place, base - 5.0), color);
                    }
                }
            }
            if inside.is_empty() {
                continue;
            }
            let top = |height: f64| base - height * slot * HEIGHT;
            let line: Vec<(f64, f64)> = (density(&inside).into_iter().enumerate())
                .map(|(i, height)| {
                    let x = plot.left + i as f64 / (PLACES - 1) as f64 * plot.width();
                    (x, top(height))
                })
                .collect();
            let mut outline = line.clone();
            outline.extend([(plot.right, base), (plot.left, base)]);
            scene.polygon(outline, WHITE.mix(color, 0.45).with_alpha(0.85));
            if let Some(median) = mlp_statistics::median(medians)
                && (plot.left..=plot.right).contains(&median)
            {
                let at = ((median - plot.left) / plot.width() * (PLACES - 1) as f64) as usize;
                let end = (median, line[at.min(PLACES - 1)].1);
                scene.segment((median, base), end, color, 1.8);
            }
            scene.line(line, color, 1.6);
            scene.segment((plot.left, base), (plot.right, base), AXIS, 0.8);
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
            return Err("its vertical axis has names");
        }
        let values = self.ridges.iter().flat_map(|ridge| &ridge.values);
        shows_all(scale, values.copied())?;
        self.scale = scale;
        Ok(())
    }

    fn height(&self, _: Size, usual: Size) -> u32 {
        // It is as high as its rows are.
        usual.height
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let settings = [3, 8, 60][sampler.below(3)];
    let ridge = |i: usize, sampler: &mut Sampler| Ridge {
        name: format!("{name} {i}"),
        values: sampler.numbers(40),
    };
    let chart = Ridgelines {
        title: name.clone(),
        subtitle: name.clone(),
        x_label: name.clone(),
        y_label: name.clone(),
        scale: sampler.scale(),
        ridges: (0..sampler.count(settings))
            .map(|i| ridge(i, sampler))
            .collect(),
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_density_is_highest_where_the_values_are() {
        let values: Vec<f64> = (0..200).map(|i| 0.3 + 0.0005 * f64::from(i)).collect();
        let heights = density(&values);
        let highest = (0..PLACES)
            .max_by(|a, b| heights[*a].total_cmp(&heights[*b]))
            .unwrap();
        let place = highest as f64 / (PLACES - 1) as f64;
        assert!((place - 0.35).abs() < 0.03, "{place}");
        assert_eq!(heights[highest], 1.0);
        assert!(heights[PLACES - 1] < 1e-6);
        // The density of equal values is a narrow peak.
        let equal = density(&[0.5; 9]);
        assert!(equal.iter().filter(|height| **height > 0.1).count() < 12);
    }
}
