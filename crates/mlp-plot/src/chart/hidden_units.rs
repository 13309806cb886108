//! What every neuron of a network answers over a plane, as small maps.

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::ColorMap;
use crate::color_bar::ColorBar;
use crate::error::{Result, check_length};
use crate::font::fit_text;
use crate::header::{header, nothing};
use crate::output::Size;
use crate::pixels::Pixels;
use crate::scale::{Fitted, Mapping, Scale};
use crate::scene::{Area, Scene, Text};
use crate::theme::{AXIS, LABEL, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "hidden units",
    description: "what every neuron of each layer answers over a plane",
    least: Size::new(360, 360),
    sample,
};

/// The neurons of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitLayer {
    /// Such as `layer 1, tanh: 8 neurons`.
    pub name: String,
    /// The values of each neuron over the grid, `[rows, columns]` with the lowest row first.
    pub units: Vec<Vec<f64>>,
}

/// Maps of the neurons' values over a plane, layer below layer, with one colour scale a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct HiddenUnits {
    /// Title of the figure.
    pub title: String,
    /// A subtitle, which names the axes.
    pub subtitle: String,
    /// Grid points in x.
    pub columns: usize,
    /// Grid points in y.
    pub rows: usize,
    /// Height of the plane by its width, as it is drawn.
    pub aspect: f64,
    /// The layers from the inputs on.
    pub layers: Vec<UnitLayer>,
}

const GAP: f64 = 6.0;
const NAME: f64 = LABEL + 10.0;
/// Widest and least width of a map.
const SIDES: (f64, f64) = (420.0, 6.0);
/// The least height of a colour bar.
const LEAST_BAR: f64 = 44.0;

impl UnitLayer {
    /// Colours of the layer: around zero where there are values of both signs.
    fn colors(&self) -> (Fitted, ColorMap) {
        let values = || self.units.iter().flatten().copied();
        let mut fitted = Mapping::within_limits(values(), Scale::Linear, 0.0);
        match &mut fitted.mapping {
            Mapping::Linear { low, high } if *low < 0.0 && *high > 0.0 => {
                let end = high.max(-*low);
                (*low, *high) = (-end, end);
                (fitted, ColorMap::BlueRed)
            }
            _ => (fitted, ColorMap::Viridis),
        }
    }

    /// The height of its maps in rows of `per_row`.
    fn height(&self, per_row: usize, side: f64) -> f64 {
        let rows = self.units.len().div_ceil(per_row.max(1)) as f64;
        rows * side + (rows - 1.0).max(0.0) * GAP
    }
}

impl HiddenUnits {
    /// Maps a row, and the size of each: the largest with which all fit.
    fn arranged(&self, width: f64, height: f64) -> (usize, f64) {
        let most = self.layers.iter().map(|layer| layer.units.len()).max();
        let mut best = (1, 0.0);
        for per_row in 1..=most.unwrap_or(1).max(1) {
            let across = (width - GAP * (per_row - 1) as f64) / per_row as f64;
            let rows: usize = (self.layers.iter())
                .map(|layer| layer.units.len().div_ceil(per_row))
                .sum();
            let names = (NAME + GAP) * self.layers.len() as f64;
            let down = (height - names - GAP * rows as f64) / rows.max(1) as f64;
            let side = across.min(down / self.aspect).min(SIDES.0);
            if side > best.1 {
                best = (per_row, side);
            }
        }
        best
    }
}

impl Chart for HiddenUnits {
    fn scene(&self, size: Size) -> Result<Scene> {
        for unit in self.layers.iter().flat_map(|layer| &layer.units) {
            check_length(
                "a neuron's map",
                unit.len(),
                self.columns.saturating_mul(self.rows),
            )?;
        }
        let mut scene = Scene::new(size, &self.title)?;
        let any = self.layers.iter().any(|layer| !layer.units.is_empty());
        let flat = self.columns < 2 || self.rows < 2 || !(self.aspect > 0.0 && self.aspect < 100.0);
        if !any || flat {
            let (title, subtitle) = (&self.title, &self.subtitle);
            nothing(
                &mut scene,
                title,
                subtitle,
                "There is no hidden neuron over a plane.",
            );
            return Ok(scene);
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &[]);
        let bars: Vec<ColorBar> = (self.layers.iter())
            .map(|layer| {
                let (fitted, map) = layer.colors();
                ColorBar {
                    label: String::new(),
                    mapping: fitted.mapping,
                    map,
                    strength: 1.0,
                    beyond: (fitted.below > 0, fitted.above > 0),
                }
            })
            .collect();
        let widths = bars.iter().map(|bar| bar.width(100.0));
        let beside = widths.fold(0.0, f64::max);
        let room = area.width() - beside;
        let (per_row, side) = self.arranged(room, area.height());
        if side < SIDES.1 {
            let reason = "There are too many neurons for a picture of this size.";
            let mut scene = Scene::new(size, &self.title)?;
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let height = side * self.aspect;
        let across = side * per_row as f64 + GAP * (per_row - 1) as f64;
        let mut top = area.top;
        for (layer, bar) in self.layers.iter().zip(&bars) {
            let name = fit_text(&layer.name, LABEL, true, area.width());
            scene.text(Text::new(area.left, top + LABEL, name, LABEL).bold());
            top += NAME;
            for (index, unit) in layer.units.iter().enumerate() {
                let (column, row) = ((index % per_row) as f64, (index / per_row) as f64);
                let left = area.left + column * (side + GAP);
                let above = top + row * (height + GAP);
                let place = Area::new(left, above, left + side, above + height);
                let color = |column: usize, row: usize| {
                    let value = unit[(self.rows - 1 - row) * self.columns + column];
                    let at = bar.mapping.fraction(value);
                    at.map_or(WHITE.with_alpha(0.0), |at| bar.map.at(at))
                };
                let pixels = Pixels::from_fn(self.columns, self.rows, color);
                scene.smooth_image(place, pixels);
                scene.frame(place, AXIS, 0.8);
                scene.plots.push(place);
            }
            let down = layer.height(per_row, height);
            if down >= LEAST_BAR {
                let bottom = (top + down).min(top + 200.0);
                bar.draw(
                    &mut scene,
                    area.left + across + 14.0,
                    top + 4.0,
                    bottom - 4.0,
                );
            }
            top += down + 2.0 * GAP;
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let (columns, rows) = (12, 9);
    let layer = |sampler: &mut Sampler| {
        let units = [1, 4, 16][sampler.below(3)];
        let shift = sampler.uniform();
        let unit = |sampler: &mut Sampler| {
            let values = sampler.numbers(columns * rows).into_iter();
            values.map(|value| value - shift).collect()
        };
        UnitLayer {
            name: name.clone(),
            units: (0..units).map(|_| unit(sampler)).collect(),
        }
    };
    let chart = HiddenUnits {
        title: name.clone(),
        subtitle: name.clone(),
        columns,
        rows,
        aspect: 0.5 + sampler.uniform(),
        layers: (0..1 + sampler.below(3)).map(|_| layer(sampler)).collect(),
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(values: &[f64]) -> UnitLayer {
        UnitLayer {
            name: "layer".into(),
            units: values.iter().map(|value| vec![*value; 4]).collect(),
        }
    }

    #[test]
    fn signs_have_a_scale_around_zero() {
        let (fitted, map) = layer(&[-1.0, 0.5]).colors();
        assert_eq!(fitted.mapping, Mapping::exactly(-1.0, 1.0));
        assert_eq!(map, ColorMap::BlueRed);
        let (fitted, map) = layer(&[0.0, 0.5]).colors();
        assert_eq!(fitted.mapping.fraction(0.0), Some(0.0));
        assert_eq!(map, ColorMap::Viridis);
    }

    #[test]
    fn every_neuron_has_a_map_of_one_size() {
        let chart = HiddenUnits {
            title: "t".into(),
            subtitle: String::new(),
            columns: 2,
            rows: 2,
            aspect: 0.75,
            layers: vec![layer(&[0.0; 16]), layer(&[0.0; 5])],
        };
        let scene = chart.scene(Size::new(900, 640)).unwrap();
        assert_eq!(scene.plots().len(), 21);
        for plot in scene.plots() {
            assert!((plot.height() / plot.width() - 0.75).abs() < 1e-9);
            assert!((plot.width() - scene.plots()[0].width()).abs() < 1e-9);
        }
    }
}
