//! Networks as lines across parallel axes, one a swept key, coloured by their outcome.

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::ColorMap;
use crate::color_bar::ColorBar;
use crate::error::{Result, check_length};
use crate::font::{fit_text, text_width};
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::Axis;
use crate::scale::{Fitted, Mapping, Scale};
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{AXIS, DIVERGED_HATCH, LABEL, SOFT_INK, TICK, WHITE};
use crate::ticks::Direction;

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "parallel coordinates",
    description: "networks as lines across parallel axes, coloured by their outcome",
    least: Size::new(420, 300),
    sample,
};

/// One axis.
#[derive(Debug, Clone, PartialEq)]
pub struct ParallelAxis {
    /// Its label, such as a swept key.
    pub label: String,
    /// One value per network; of an axis of names their indices.
    pub values: Vec<f64>,
    /// Names, from the bottom; empty for an axis of numbers.
    pub names: Vec<String>,
    /// The scale of numbers.
    pub scale: Scale,
}

/// Networks over several axes. The last axis colours the lines; a network without a finite value there is grey, and
/// leaves out the axes on which it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct ParallelCoordinates {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// The axes from left to right.
    pub axes: Vec<ParallelAxis>,
    /// What networks without a finite value on the last axis are, such as `exploded`.
    pub grey: String,
}

/// The part of a name's place over which its lines are spread.
const SPREAD: f64 = 0.5;
/// The widest names beside an axis by the distance of two axes.
const NAMES: f64 = 0.42;
/// Distance of the colour bar from the last axis.
const BESIDE: f64 = 26.0;

impl ParallelAxis {
    fn fitted(&self) -> Fitted {
        let mut fitted = match self.names.len() {
            0 => Mapping::within_limits(self.values.iter().copied(), self.scale, 0.0),
            count => Fitted {
                mapping: Mapping::Slots(count),
                below: 0,
                above: 0,
            },
        };
        // Of few values each has its place, and those that grow geometrically have even distances.
        if self.names.is_empty() {
            let mut places: Vec<f64> = (self.values.iter().copied())
                .filter(|value| value.is_finite())
                .collect();
            places.sort_by(f64::total_cmp);
            places.dedup();
            if self.scale == Scale::Auto && places.len() <= 20 && !places.is_empty() {
                let mapping = Mapping::fit_places(&places, self.scale, 0.0);
                fitted = Fitted {
                    mapping,
                    below: 0,
                    above: 0,
                };
            }
        }
        fitted
    }
}

impl ParallelCoordinates {
    fn check(&self) -> Result<usize> {
        let networks = self.axes.first().map_or(0, |axis| axis.values.len());
        for axis in &self.axes {
            let what = format!("axis `{}`", axis.label);
            check_length(&what, axis.values.len(), networks)?;
        }
        Ok(networks)
    }
}

/// A number in [0, 1) for a network, spread evenly whatever their order.
fn spread(network: usize) -> f64 {
    (network as f64 * 0.618_033_988_749_895).fract()
}

impl Chart for ParallelCoordinates {
    fn scene(&self, size: Size) -> Result<Scene> {
        let networks = self.check()?;
        let mut scene = Scene::new(size, &self.title)?;
        let Some(outcome) = self
            .axes
            .last()
            .filter(|_| self.axes.len() > 1 && networks > 0)
        else {
            let reason = "There are no networks over two axes.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        };
        let fitted: Vec<Fitted> = self.axes.iter().map(ParallelAxis::fitted).collect();
        let colors = &fitted[self.axes.len() - 1];
        let unknown = (outcome.values.iter())
            .filter(|value| colors.mapping.fraction(**value).is_none())
            .count();
        let legend = match unknown {
            0 => Vec::new(),
            count => vec![LegendEntry::new(
                Swatch::Line(DIVERGED_HATCH),
                format!("{} ({count})", self.grey),
            )],
        };
        let area = header(&mut scene, &self.title, &self.subtitle, &legend);
        let bar = (outcome.names.is_empty()).then(|| ColorBar {
            label: outcome.label.clone(),
            mapping: colors.mapping.clone(),
            map: ColorMap::Viridis,
            strength: 1.0,
            beyond: (colors.below > 0, colors.above > 0),
        });
        let beside = bar
            .as_ref()
            .map_or(0.0, |bar| bar.width(area.height() - 60.0) + 18.0);
        let labels = 2.0 * LABEL + 8.0;
        let (top, bottom) = (area.top + 10.0, area.bottom - labels);
        let count = self.axes.len() as f64;
        // Ticks stand to the left of their axis.
        let room = (area.width() - beside) / count * NAMES;
        let texts: Vec<Vec<(f64, String)>> = (self.axes.iter().zip(&fitted))
            .map(|(axis, fitted)| match axis.names.is_empty() {
                true => {
                    let scale = Axis::new(&axis.label, fitted.mapping.clone());
                    let scale = scale.whole_as(axis.values.iter().copied());
                    let found = scale.ticks(Direction::Vertical, bottom - top, room);
                    found
                        .major
                        .into_iter()
                        .map(|tick| (tick.at, tick.label))
                        .collect()
                }
                false => {
                    let names = axis.names.iter().enumerate();
                    let least = (axis.names.len() as f64 * TICK * 1.3 / (bottom - top)).ceil();
                    let every = (least as usize).max(1);
                    let shown = names.step_by(every).filter_map(|(i, name)| {
                        let at = fitted.mapping.fraction(i as f64)?;
                        Some((at, fit_text(name, TICK, false, room)))
                    });
                    shown.collect()
                }
            })
            .collect();
        let width = |texts: &Vec<(f64, String)>| {
            let widths = texts.iter().map(|(_, text)| text_width(text, TICK, false));
            widths.fold(0.0, f64::max)
        };
        let first = area.left + width(&texts[0]) + 10.0;
        let across = (area.right - beside - 8.0 - first) / (count - 1.0);
        let x = |axis: usize| first + axis as f64 * across;
        let y = |at: f64| bottom - at.clamp(0.0, 1.0) * (bottom - top);
        let alpha = match networks {
            0..=60 => 0.9,
            61..=300 => 0.6,
            301..=2000 => 0.3,
            _ => 0.12,
        };
        // The best and the worst lie above those between.
        let at = |network: usize| colors.mapping.fraction(outcome.values[network]);
        let mut order: Vec<usize> = (0..networks).collect();
        let far = |network: usize| at(network).map_or(-1.0, |at| (at.clamp(0.0, 1.0) - 0.5).abs());
        order.sort_by(|a, b| far(*a).total_cmp(&far(*b)));
        for network in order {
            let color = match (at(network), outcome.names.is_empty()) {
                (Some(at), true) => ColorMap::Viridis.at(at),
                (Some(_), false) => {
                    crate::color::category_color(outcome.values[network].max(0.0) as usize)
                }
                (None, _) => DIVERGED_HATCH,
            };
            let mut line = Vec::new();
            for (index, (axis, fitted)) in self.axes.iter().zip(&fitted).enumerate() {
                let Some(place) = fitted.mapping.fraction(axis.values[network]) else {
                    scene.line(std::mem::take(&mut line), color.with_alpha(alpha), 1.1);
                    continue;
                };
                let shift = match axis.names.len() {
                    0 => 0.0,
                    names => SPREAD * (spread(network) - 0.5) / names as f64,
                };
                line.push((x(index), y(place + shift)));
            }
            scene.line(line, color.with_alpha(alpha), 1.1);
        }
        for (index, (axis, texts)) in self.axes.iter().zip(&texts).enumerate() {
            let x = x(index);
            scene.segment((x, top), (x, bottom), AXIS, 1.4);
            for (at, text) in texts {
                let y = y(*at);
                scene.segment((x - 4.0, y), (x, y), AXIS, 1.0);
                // Beside a neighbour the tick stands alone where its number does not fit.
                if index > 0 && text_width(text, TICK, false) + 9.0 > across {
                    continue;
                }
                let text = Text::new(x - 7.0, y, text.clone(), TICK);
                let text = text.anchor(Anchor::End).color(SOFT_INK).centred();
                // Lines cross the numbers.
                scene.rectangle(text.bounds().inset(-1.5), WHITE.with_alpha(0.75));
                scene.text(text);
            }
            let half = (across / 2.0 - 4.0)
                .min(x - 2.0)
                .min(scene.area().right - x - 2.0);
            // The label of the colour bar stands beside that of the last axis.
            let half = match bar.is_some() && index + 1 == self.axes.len() {
                true => half.min(BESIDE + 14.0),
                false => half,
            };
            let label = fit_text(&axis.label, LABEL, true, 2.0 * half);
            let y = bottom + LABEL + 8.0;
            scene.text(Text::new(x, y, label, LABEL).anchor(Anchor::Middle).bold());
        }
        scene
            .plots
            .push(Area::new(first, top, x(self.axes.len() - 1), bottom));
        if let Some(bar) = bar {
            bar.draw(&mut scene, x(self.axes.len() - 1) + BESIDE, top, bottom);
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let networks = sampler.count(60);
    let kinds = [3, 60][sampler.below(2)];
    let names: Vec<String> = (0..kinds).map(|i| format!("{name} {i}")).collect();
    let axis = |values: Vec<f64>, names: Vec<String>, sampler: &mut Sampler| ParallelAxis {
        label: name.clone(),
        values,
        names,
        scale: sampler.scale(),
    };
    let chosen = (0..networks).map(|i| (i % kinds) as f64).collect();
    let columns = [(); 3].map(|()| sampler.numbers(networks));
    let mut axes = vec![axis(chosen, names, sampler)];
    axes.extend(
        columns
            .into_iter()
            .map(|values| axis(values, Vec::new(), sampler)),
    );
    let chart = ParallelCoordinates {
        title: name.clone(),
        subtitle: name.clone(),
        grey: format!("{name} 9"),
        axes,
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Shape;

    #[test]
    fn lines_go_through_the_values_and_gaps_break_them() {
        let axis = |label: &str, values: &[f64], names: &[&str]| ParallelAxis {
            label: label.into(),
            values: values.to_vec(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            scale: Scale::Linear,
        };
        let chart = ParallelCoordinates {
            title: "t".into(),
            subtitle: String::new(),
            grey: "diverged".into(),
            axes: vec![
                axis("kind", &[0.0, 1.0], &["tanh", "relu"]),
                axis("rate", &[0.0, 1.0], &[]),
                axis("loss", &[2.0, f64::NAN], &[]),
            ],
        };
        let scene = chart.scene(Size::default()).unwrap();
        let plot = scene.plots()[0];
        let lines = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Line { points, width, .. } if *width == 1.1 => Some(points.clone()),
            _ => None,
        });
        let lines: Vec<_> = lines.collect();
        let ends: Vec<usize> = lines.iter().map(Vec::len).collect();
        assert_eq!(ends, [2, 3]);
        assert_eq!(lines[1][1].1, plot.bottom);
        assert_eq!(lines[0][1].1, plot.top);
        let grey = "diverged (1)";
        assert!(scene.texts().iter().any(|(text, _)| *text == grey));
    }
}
