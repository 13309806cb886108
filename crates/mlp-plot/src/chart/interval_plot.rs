//! Numbers with their intervals, one below the other.

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::category_color;
use crate::error::Result;
use crate::header::{header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Beyond, Panel};
use crate::scale::Mapping;
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{INK, SOFT_INK, TICK};
use crate::ticks::format_value;

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "interval plot",
    description: "named values as points with intervals",
    least: Size::new(360, 300),
    sample,
};

/// A number with its uncertainty.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalRow {
    /// What it describes.
    pub name: String,
    /// The number.
    pub value: f64,
    /// Its interval, where there is one.
    pub interval: Option<(f64, f64)>,
}

/// Points with intervals, and a line at zero where that lies among them.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalPlot {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the numbers.
    pub x_label: String,
    /// Label of what they describe.
    pub y_label: String,
    /// The rows, from the top.
    pub rows: Vec<IntervalRow>,
}

impl Chart for IntervalPlot {
    fn scene(&self, size: Size) -> Result<Scene> {
        let mut scene = Scene::new(size, &self.title)?;
        let rows: Vec<&IntervalRow> = self.rows.iter().filter(|r| r.value.is_finite()).collect();
        if rows.is_empty() {
            let nobody = "There is no finite number to show.";
            nothing(&mut scene, &self.title, &self.subtitle, nobody);
            return Ok(scene);
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &[]);
        let ends = rows.iter().flat_map(|row| {
            let (low, high) = row.interval.unwrap_or((row.value, row.value));
            [row.value, low, high]
        });
        let ends: Vec<f64> = ends.chain([0.0]).filter(|end| end.is_finite()).collect();
        let mapping = Mapping::within_limits_of_named(&ends, 0.04);
        let names: Vec<String> = rows.iter().rev().map(|row| row.name.clone()).collect();
        let x = Axis::new(&self.x_label, mapping);
        let names = Axis::of_names(&self.y_label, &names);
        let panel = Panel::new(area, "", x, names, false);
        let plot = panel.plot;
        panel.grid(&mut scene);
        if let Some(zero) = panel.place_x(0.0) {
            scene.segment((zero, plot.top), (zero, plot.bottom), SOFT_INK, 1.0);
        }
        let slot = plot.height() / rows.len() as f64;
        let half = (slot * 0.3).min(7.0);
        let mut beyond = Beyond::default();
        for (place, row) in rows.iter().enumerate() {
            let y = plot.top + (place as f64 + 0.5) * slot;
            let inside = |x: f64| x.clamp(plot.left, plot.right);
            let at = |number: f64| panel.place_x(number).map(inside);
            if let Some((low, high)) = row.interval
                && let (Some(low), Some(high)) = (at(low), at(high))
            {
                let cap = half * 0.7;
                scene.segment((low, y), (high, y), INK, 1.4);
                scene.segment((low, y - cap), (low, y + cap), INK, 1.4);
                scene.segment((high, y - cap), (high, y + cap), INK, 1.4);
            }
            let Some(x) = panel.place_x(row.value) else {
                continue;
            };
            if !beyond.mark(&mut scene, &panel, (x, y), category_color(0)) {
                let dot = Area::new(x - half, y - half, x + half, y + half);
                scene.rectangle(dot, category_color(0));
            } else if slot >= TICK * 1.5 {
                // A value beyond the axis stands beside its mark.
                let (at, anchor) = match x < plot.left {
                    true => (plot.left + 12.0, Anchor::Start),
                    false => (plot.right - 12.0, Anchor::End),
                };
                let text = Text::new(at, y, format_value(row.value), TICK);
                scene.text(text.anchor(anchor).color(SOFT_INK).centred());
            }
        }
        panel.axes(&mut scene);
        beyond.tell(&mut scene, &panel);
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
    let count = sampler.count(40);
    let values = sampler.numbers(count);
    let rows = values.into_iter().map(|value| IntervalRow {
        name: name.clone(),
        value,
        interval: sampler.flag().then_some((value - 1.0, value + 1.0)),
    });
    let rows: Vec<IntervalRow> = rows.collect();
    let chart = IntervalPlot {
        title: name.clone(),
        subtitle: name.clone(),
        x_label: name.clone(),
        y_label: name,
        rows,
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_important_column_is_on_the_axis_and_an_exploded_one_told() {
        let texts = |far: f64| -> Vec<String> {
            let row = |i: usize, value: f64| IntervalRow {
                name: format!("f{i}"),
                value,
                interval: Some((value * 0.9, value * 1.1)),
            };
            let usual = (1..12).map(|i| row(i, 0.02 + 0.005 * i as f64));
            let chart = IntervalPlot {
                title: String::new(),
                subtitle: String::new(),
                x_label: "fall".into(),
                y_label: "column".into(),
                rows: std::iter::once(row(0, far)).chain(usual).collect(),
            };
            let scene = chart.scene(Size::default()).unwrap();
            let texts = scene.texts().into_iter().map(|(text, _)| text.to_owned());
            texts.collect()
        };
        assert!(!texts(0.6).iter().any(|text| text.contains("beyond")));
        let told = texts(1e34);
        assert!(
            ["1 beyond", "10³⁴"]
                .iter()
                .all(|t| told.iter().any(|text| text == t)),
            "{told:?}"
        );
    }
}
