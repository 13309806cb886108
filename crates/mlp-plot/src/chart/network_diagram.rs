//! A network as a diagram: neurons as discs, weights as lines.

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::{Color, category_color};
use crate::error::{Result, check_length};
use crate::font::{break_text, fit_name, text_width};
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{AXIS, SOFT_INK, TICK, WHITE};
use crate::ticks::{LINE, format_value};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "network diagram",
    description: "neurons as discs, weights as lines of their width, signs as colours",
    least: Size::new(360, 300),
    sample,
};

/// One layer of neurons behind another.
#[derive(Debug, Clone, PartialEq)]
pub struct DiagramLayer {
    /// What stands below it, such as `tanh`.
    pub name: String,
    /// `[neurons, neurons before]`, row-major.
    pub weights: Vec<f64>,
    /// One per neuron; empty where there are none.
    pub biases: Vec<f64>,
    /// Its neurons.
    pub neurons: usize,
}

/// A network from left to right. Of layers with many neurons those with the largest incoming weights are drawn (of the
/// inputs, those with the largest outgoing ones).
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkDiagram {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Names of the inputs.
    pub inputs: Vec<String>,
    /// Names of the outputs, where each has one.
    pub outputs: Vec<String>,
    /// The layers behind the inputs.
    pub layers: Vec<DiagramLayer>,
}

/// The most neurons of a layer that are drawn, and the least distance between two.
const MOST: usize = 16;
const LEAST_DISTANCE: f64 = 13.0;
const RADIUS: f64 = 9.0;
/// The most lines of a name.
const MOST_LINES: f64 = 3.0;
/// The widest line.
const WIDEST: f64 = 5.5;
/// The part of the magnitudes that lie below the widest line.
const USUAL: f64 = 0.98;

/// The magnitude that the widest line stands for: few far weights do not make the others invisible.
fn reference(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sizes: Vec<f64> = numbers.map(f64::abs).filter(|v| v.is_finite()).collect();
    sizes.sort_by(f64::total_cmp);
    let at = (sizes.len() as f64 * USUAL) as usize;
    let usual = sizes.get(at.min(sizes.len().saturating_sub(1)));
    usual.copied().unwrap_or(0.0)
}

fn share(value: f64, reference: f64) -> f64 {
    match value.is_finite() && reference > 0.0 {
        true => (value.abs() / reference).min(1.0),
        false => 0.0,
    }
}

fn sign_color(value: f64) -> Color {
    category_color(usize::from(value < 0.0))
}

impl NetworkDiagram {
    fn check(&self) -> Result<()> {
        let mut before = self.inputs.len();
        for layer in &self.layers {
            check_length("the weights", layer.weights.len(), layer.neurons * before)?;
            if !layer.biases.is_empty() {
                check_length("the biases", layer.biases.len(), layer.neurons)?;
            }
            before = layer.neurons;
        }
        if !self.outputs.is_empty() {
            check_length("the names of the outputs", self.outputs.len(), before)?;
        }
        Ok(())
    }

    /// The neurons of each column that are drawn, in order.
    fn shown(&self, most: usize) -> Vec<Vec<usize>> {
        let strongest = |count: usize, size: &dyn Fn(usize) -> f64| {
            let mut order: Vec<usize> = (0..count).collect();
            order.sort_by(|a, b| size(*b).total_cmp(&size(*a)));
            order.truncate(most);
            order.sort_unstable();
            order
        };
        let inputs = self.inputs.len();
        let sum = |values: &mut dyn Iterator<Item = f64>| {
            values.filter(|v| v.is_finite()).map(f64::abs).sum::<f64>()
        };
        let first = self.layers.first();
        let outgoing = |input: usize| {
            let weights = first.map_or(&[][..], |layer| &layer.weights);
            sum(&mut weights.iter().skip(input).step_by(inputs.max(1)).copied())
        };
        let mut columns = vec![strongest(inputs, &outgoing)];
        let mut before = inputs;
        for layer in &self.layers {
            let incoming = |neuron: usize| {
                let own = &layer.weights[neuron * before..(neuron + 1) * before];
                sum(&mut own.iter().copied())
            };
            columns.push(strongest(layer.neurons, &incoming));
            before = layer.neurons;
        }
        columns
    }

    fn legend(&self, widest: f64, abridged: bool) -> Vec<LegendEntry> {
        let [positive, negative] = [1.0, -1.0].map(sign_color);
        let mut legend = vec![
            LegendEntry::new(Swatch::Line(positive), "positive weight"),
            LegendEntry::new(Swatch::Line(negative), "negative weight"),
        ];
        if self.layers.iter().any(|layer| !layer.biases.is_empty()) {
            legend.push(LegendEntry::new(Swatch::Disc(positive), "positive bias"));
            legend.push(LegendEntry::new(Swatch::Disc(negative), "negative bias"));
        }
        let abridged = match abridged {
            true => "; of large layers the neurons with the largest weights",
            false => "",
        };
        // As three digits have it.
        let widest: f64 = format!("{widest:.2e}").parse().unwrap_or(widest);
        let name = format!("widest: {} or more{abridged}", format_value(widest));
        legend.push(LegendEntry::new(Swatch::Line(AXIS), name));
        legend
    }
}

impl Chart for NetworkDiagram {
    fn scene(&self, size: Size) -> Result<Scene> {
        self.check()?;
        let mut scene = Scene::new(size, &self.title)?;
        if self.inputs.is_empty() || self.layers.iter().any(|layer| layer.neurons == 0) {
            let (title, subtitle) = (&self.title, &self.subtitle);
            nothing(&mut scene, title, subtitle, "There is no neuron.");
            return Ok(scene);
        }
        let widest = reference(self.layers.iter().flat_map(|l| l.weights.iter().copied()));
        let bias = reference(self.layers.iter().flat_map(|l| l.biases.iter().copied()));
        let counts = || {
            let layers = self.layers.iter().map(|layer| layer.neurons);
            std::iter::once(self.inputs.len()).chain(layers)
        };
        // How many fit is known below the legend, which is as high either way.
        let legend = self.legend(widest, counts().any(|count| count > MOST));
        let area = header(&mut scene, &self.title, &self.subtitle, &legend);
        let captions = 2.0 * TICK * 1.4;
        let height = area.height() - captions;
        let most = ((height / LEAST_DISTANCE) as usize).clamp(1, MOST);
        let columns = self.shown(most);
        let side = |names: &[String], shown: &[usize]| {
            let fits = height / shown.len().max(1) as f64 >= TICK * 1.2;
            let widths = shown.iter().filter_map(|i| names.get(*i));
            let widest = widths.map(|name| text_width(name, TICK, false));
            match fits {
                true => widest.fold(0.0, f64::max).min(area.width() * 0.2),
                false => 0.0,
            }
        };
        let last = columns.last().map_or(&[][..], Vec::as_slice);
        let (left, right) = (side(&self.inputs, &columns[0]), side(&self.outputs, last));
        let plot = Area::new(
            area.left + left + 2.0 * RADIUS + 4.0,
            area.top + RADIUS + 2.0,
            area.right - right - 2.0 * RADIUS - 4.0,
            area.top + height - RADIUS,
        );
        scene.plots.push(plot);
        let across = plot.width() / (columns.len() - 1).max(1) as f64;
        let place = |column: usize, row: usize| {
            let count = columns[column].len() as f64;
            let distance = (plot.height() / count).min(64.0);
            let top = (plot.top + plot.bottom - distance * count) / 2.0;
            let y = top + (row as f64 + 0.5) * distance;
            (plot.left + column as f64 * across, y)
        };
        let mut lines = Vec::new();
        let mut before = self.inputs.len();
        for (column, layer) in self.layers.iter().enumerate() {
            for (row, &neuron) in columns[column + 1].iter().enumerate() {
                for (other, &source) in columns[column].iter().enumerate() {
                    let weight = layer.weights[neuron * before + source];
                    let ends = (place(column, other), place(column + 1, row));
                    lines.push((share(weight, widest), sign_color(weight), ends));
                }
            }
            before = layer.neurons;
        }
        // The widest on top.
        lines.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (share, color, (from, to)) in lines {
            let color = color.with_alpha(0.18 + 0.72 * share);
            scene.segment(from, to, color, 0.35 + (WIDEST - 0.35) * share);
        }
        for (column, shown) in columns.iter().enumerate() {
            let distance = (plot.height() / shown.len() as f64).min(64.0);
            let radius = RADIUS.min(distance * 0.4);
            for (row, &neuron) in shown.iter().enumerate() {
                let at = place(column, row);
                let biases = column.checked_sub(1).map(|i| &self.layers[i].biases);
                let value = biases.and_then(|biases| biases.get(neuron)).copied();
                let fill = value.map_or(WHITE, |value| {
                    WHITE.mix(sign_color(value), share(value, bias))
                });
                scene.disc(at, radius, fill);
                scene.ring(at, radius, AXIS, 1.2);
            }
        }
        for (x, anchor, names, shown, room) in [
            (
                plot.left - RADIUS - 6.0,
                Anchor::End,
                &self.inputs,
                &columns[0][..],
                left,
            ),
            (
                plot.right + RADIUS + 6.0,
                Anchor::Start,
                &self.outputs,
                last,
                right,
            ),
        ] {
            let column = if anchor == Anchor::End {
                0
            } else {
                columns.len() - 1
            };
            // As many lines as keep apart from those of the neighbours.
            let slot = match shown.len() {
                0 | 1 => plot.height(),
                _ => (place(column, 1).1 - place(column, 0).1).abs(),
            };
            let most = ((slot - 2.0) / (TICK * LINE)).clamp(1.0, MOST_LINES) as usize;
            for (row, &neuron) in shown.iter().enumerate().filter(|_| room > 0.0) {
                let Some(name) = names.get(neuron) else {
                    continue;
                };
                let whole = break_text(name, TICK, room, most).filter(|lines| !lines.is_empty());
                let lines = whole.unwrap_or_else(|| vec![fit_name(name, TICK, false, room)]);
                let first = place(column, row).1 - (lines.len() - 1) as f64 * TICK * LINE / 2.0;
                for (i, line) in lines.into_iter().enumerate() {
                    let text = Text::new(x, first + i as f64 * TICK * LINE, line, TICK);
                    scene.text(text.anchor(anchor).color(SOFT_INK).centred());
                }
            }
        }
        for (column, (shown, count)) in columns.iter().zip(counts()).enumerate() {
            let name = match column.checked_sub(1) {
                None => "inputs",
                Some(layer) => self.layers[layer].name.as_str(),
            };
            let count = match shown.len() == count {
                true => count.to_string(),
                false => format!("{} of {count}", shown.len()),
            };
            let middle = place(column, 0).0;
            // The outermost ones have the margin, too.
            let half = (across / 2.0 - 3.0)
                .min(middle - 2.0)
                .min(scene.area().right - middle - 2.0);
            for (line, text) in [name, &count].into_iter().enumerate() {
                let y = area.bottom - captions + (line as f64 + 1.0) * TICK * 1.3;
                let text = fit_name(text, TICK, false, 2.0 * half);
                let text = Text::new(middle, y, text, TICK).anchor(Anchor::Middle);
                scene.text(text.color(SOFT_INK));
            }
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let inputs = [2, 4, 30][sampler.below(3)];
    let mut before = inputs;
    let mut layers = Vec::new();
    for _ in 0..1 + sampler.below(4) {
        let neurons = [1, 3, 8, 64][sampler.below(4)];
        let weights = sampler.numbers(neurons * before);
        let signed = weights.iter().map(|weight| weight - 0.4);
        layers.push(DiagramLayer {
            name: name.clone(),
            weights: signed.collect(),
            biases: sampler.numbers(neurons),
            neurons,
        });
        before = neurons;
    }
    let chart = NetworkDiagram {
        title: name.clone(),
        subtitle: name.clone(),
        inputs: (0..inputs).map(|i| format!("{name} {i}")).collect(),
        outputs: (0..before).map(|i| format!("{name} {i}")).collect(),
        layers,
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::scene::Shape;

    fn chart(weights: Vec<f64>, inputs: usize) -> NetworkDiagram {
        NetworkDiagram {
            title: "t".into(),
            subtitle: String::new(),
            inputs: (0..inputs).map(|i| format!("x{i}")).collect(),
            outputs: vec!["y".into()],
            layers: vec![DiagramLayer {
                name: "identity".into(),
                neurons: 1,
                biases: vec![-1.0],
                weights,
            }],
        }
    }

    /// Widths and colours of the weights' lines.
    fn lines(chart: &NetworkDiagram) -> Vec<(f64, [u8; 3])> {
        let scene = chart.scene(Size::default()).unwrap();
        let plot = scene.plots()[0];
        let lines = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Line {
                points,
                color,
                width,
                ..
            } if points.iter().all(|p| p.1 >= plot.top) => Some((*width, color.rgb)),
            _ => None,
        });
        lines.collect()
    }

    #[test]
    fn names_are_whole_where_they_have_room_below_each_other() {
        let mut chart = chart(vec![1.0; 4], 4);
        let names = ["sepal length", "sepal width", "petal length", "petal width"];
        chart.inputs = names.map(|name| format!("{name} (cm)")).to_vec();
        let scene = chart.scene(Size::new(361, 400)).unwrap();
        let texts = scene.texts();
        assert!(
            texts.iter().all(|(text, _)| !text.contains('…')),
            "{texts:?}"
        );
        let units = texts.iter().filter(|(text, _)| *text == "(cm)");
        assert_eq!(units.count(), 4, "{texts:?}");
    }

    #[test]
    fn widths_are_those_of_the_weights_and_colors_their_signs() {
        let found = lines(&chart(vec![2.0, -1.0, 0.0], 3));
        let width = |share: f64| 0.35 + (WIDEST - 0.35) * share;
        let [blue, orange] = [1.0, -1.0].map(|sign| sign_color(sign).rgb);
        assert_eq!(
            found,
            [(width(0.0), blue), (width(0.5), orange), (width(1.0), blue)]
        );
    }

    #[test]
    fn one_far_weight_does_not_hide_the_others() {
        let mut weights = vec![1.0; 100];
        weights[3] = 1e34;
        let found = lines(&chart(weights, 100));
        assert!(found.iter().all(|(width, _)| *width == WIDEST));
        assert_eq!(found.len(), MOST);
    }

    #[test]
    fn large_layers_keep_their_strongest_neurons_and_say_so() {
        let weights: Vec<f64> = (0..40)
            .map(|i| if i % 2 == 0 { 1.0 } else { 0.1 })
            .collect();
        let chart = chart(weights, 40);
        assert!(chart.shown(16)[0].iter().all(|input| input % 2 == 0));
        let scene = chart.scene(Size::default()).unwrap();
        assert!(scene.texts().iter().any(|(text, _)| *text == "16 of 40"));
        let wrong = NetworkDiagram {
            inputs: Vec::new(),
            ..chart
        };
        assert!(matches!(
            wrong.scene(Size::default()),
            Err(Error::Length { .. })
        ));
    }
}
