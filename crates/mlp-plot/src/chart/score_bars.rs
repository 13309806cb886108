//! Several scores of several classes as groups of bars.

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::category_color;
use crate::error::{Result, check_length};
use crate::font::text_width;
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Panel};
use crate::scale::Mapping;
use crate::scene::{Area, Scene, Text};
use crate::theme::{SOFT_INK, TICK};
use crate::ticks::format_value;

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "score bars",
    description: "several scores of several classes as groups of bars",
    least: Size::new(360, 300),
    sample,
};

/// The scores of one class.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreGroup {
    /// The class, possibly with its number of samples.
    pub name: String,
    /// One value in [0, 1] per score; anything non-finite is unknown.
    pub values: Vec<f64>,
}

/// Horizontal bars from 0 to 1, grouped by class.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreBars {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the groups.
    pub y_label: String,
    /// Names of the scores.
    pub scores: Vec<String>,
    /// The groups, from the top.
    pub groups: Vec<ScoreGroup>,
}

/// Three digits.
fn value_text(value: f64) -> String {
    match value.is_finite() {
        true if value.abs() < 1e4 => format!("{value:.3}"),
        true => format_value(value),
        false => "unknown".to_owned(),
    }
}

impl Chart for ScoreBars {
    fn scene(&self, size: Size) -> Result<Scene> {
        for group in &self.groups {
            let what = format!("group `{}`", group.name);
            check_length(&what, group.values.len(), self.scores.len())?;
        }
        let mut scene = Scene::new(size, &self.title)?;
        if self.groups.is_empty() || self.scores.is_empty() {
            let (title, subtitle) = (&self.title, &self.subtitle);
            nothing(&mut scene, title, subtitle, "There is no class.");
            return Ok(scene);
        }
        let entries = self.scores.iter().enumerate();
        let entries = entries
            .map(|(i, name)| LegendEntry::new(Swatch::Box(category_color(i)), name.as_str()));
        let legend: Vec<LegendEntry> = entries.collect();
        let area = header(&mut scene, &self.title, &self.subtitle, &legend);
        let values = || self.groups.iter().flat_map(|group| &group.values);
        let widest = values()
            .map(|value| text_width(&value_text(*value), TICK, false))
            .fold(0.0, f64::max);
        let cell = Area::new(area.left, area.top, area.right - widest, area.bottom);
        let names: Vec<String> = self.groups.iter().rev().map(|g| g.name.clone()).collect();
        let x = Axis::new("score", Mapping::exactly(0.0, 1.0));
        let panel = Panel::new(cell, "", x, Axis::of_names(&self.y_label, &names), false);
        let plot = panel.plot;
        panel.grid(&mut scene);
        let slot = plot.height() / self.groups.len() as f64;
        let bar = (0.8 * slot / self.scores.len() as f64).min(20.0);
        let mut texts = Vec::new();
        for (row, group) in self.groups.iter().enumerate() {
            let middle = plot.top + (row as f64 + 0.5) * slot;
            let first = middle - bar * self.scores.len() as f64 / 2.0;
            for (i, value) in group.values.iter().enumerate() {
                let top = first + i as f64 * bar;
                let known = if value.is_finite() { *value } else { 0.0 };
                let end = plot.left + known.clamp(0.0, 1.0) * plot.width();
                let gap = bar * 0.06;
                let place = Area::new(plot.left, top + gap, end, top + bar - gap);
                scene.rectangle(place, category_color(i));
                let number = value_text(*value);
                // Beside the bar, or beside the frame where that would cross it.
                let crosses = end + 7.0 + text_width(&number, TICK, false) > plot.right;
                let left = if crosses { plot.right } else { end } + 5.0;
                let text = Text::new(left, top + bar / 2.0, number, TICK);
                texts.push(text.color(SOFT_INK).centred());
            }
        }
        panel.axes(&mut scene);
        // Numbers stand beside their bars where they fit between each other.
        if bar >= TICK * 1.25 {
            texts.into_iter().for_each(|text| scene.text(text));
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn height(&self, _: Size, usual: Size) -> u32 {
        // It is as high as its rows are.
        usual.height
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let groups = [3, 12, 60][sampler.below(3)];
    let group = |class: usize, sampler: &mut Sampler| ScoreGroup {
        name: format!("{name} {class} (n = 40)"),
        values: sampler.numbers(3),
    };
    let chart = ScoreBars {
        title: name.clone(),
        subtitle: name.clone(),
        y_label: "class".to_owned(),
        scores: ["precision", "recall", "F1"].map(str::to_owned).to_vec(),
        groups: (0..sampler.count(groups))
            .map(|class| group(class, sampler))
            .collect(),
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Shape;

    #[test]
    fn bars_are_as_long_as_their_scores() {
        let chart = ScoreBars {
            title: "t".into(),
            subtitle: String::new(),
            y_label: "class".into(),
            scores: vec!["precision".into(), "recall".into()],
            groups: vec![ScoreGroup {
                name: "a".into(),
                values: vec![0.25, f64::NAN],
            }],
        };
        let scene = chart.scene(Size::default()).unwrap();
        let plot = scene.plots()[0];
        let bars = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Rectangle { area, .. } if area.left == plot.left => Some(area.width()),
            _ => None,
        });
        let bars: Vec<f64> = bars.collect();
        assert!((bars[0] / plot.width() - 0.25).abs() < 1e-9);
        assert_eq!(bars[1], 0.0);
        let texts: Vec<&str> = scene.texts().into_iter().map(|(text, _)| text).collect();
        assert!(
            texts.contains(&"0.250") && texts.contains(&"unknown"),
            "{texts:?}"
        );
    }
}
