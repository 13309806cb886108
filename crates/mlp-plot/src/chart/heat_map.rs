//! Performance maps: a metric over any two axes, cell by cell, without interpolation.

use super::cell_area::CellArea;
use super::grid_axis::{GridAxis, Places};
use super::kind::{Along, Chart, ChartKind, Rescaled, shows_all};
use super::sampler::Sampler;
use crate::color::{Color, ColorMap};
use crate::color_bar::ColorBar;
use crate::error::{Result, check_length};
use crate::font::text_width;
use crate::header::{LegendEntry, Swatch, draw_best, header, nothing};
use crate::output::Size;
use crate::panel::Panel;
use crate::pixels::{Pixels, encode_png};
use crate::scale::{Mapping, Scale};
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{
    DIVERGED, DIVERGED_HATCH, EXPLODED, EXPLODED_HATCH, MIXED, MIXED_HATCH, TICK, WHITE, ink_on,
};
use crate::ticks::{format_count, format_value};
pub(super) use cells::Cells;

mod cells;

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "heat map",
    description: "an outcome over any two axes, cell by cell",
    least: Size::new(360, 300),
    sample,
};

/// The most columns and rows of a map with numbers in its cells, and their size.
const MOST_NUMBERS: usize = 12;
const NUMBER: f64 = TICK;

/// Which cell is marked as the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Best {
    /// None.
    #[default]
    None,
    /// The lowest value, for losses.
    Lowest,
    /// The highest value, for scores.
    Highest,
}

/// A metric over two axes.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Horizontal axis.
    pub x: GridAxis,
    /// Vertical axis, first position at the bottom.
    pub y: GridAxis,
    /// The values, `[y, x]` row-major; non-finite cells are drawn as diverged.
    pub values: Vec<f64>,
    /// Cells to draw as diverged whatever their value, `[y, x]`; may be empty.
    pub diverged: Vec<bool>,
    /// What happened in the cells that are drawn as diverged, in a word.
    pub diverged_label: String,
    /// Cells whose networks ended differently, `[y, x]`; may be empty.
    pub mixed: Vec<bool>,
    /// Cells with networks that exploded and are excluded from the value, `[y, x]`; may be empty. Such a cell is
    /// hatched over its colour, or without colour where it has no value, and is never the best. One that is
    /// also mixed is drawn and counted as mixed.
    pub exploded: Vec<bool>,
    /// Cells that were computed, `[y, x]`, where the others show the value of one of them; empty where all were. The
    /// legend counts these.
    pub computed: Vec<bool>,
    /// Name of the metric.
    pub value_label: String,
    /// Scale of the colours.
    pub value_scale: Scale,
    /// Range of the colours; by default that of the finite values. Values beyond it get the end colours.
    pub value_range: Option<(f64, f64)>,
    /// The colours.
    pub color_map: ColorMap,
    /// Which cell is marked.
    pub best: Best,
}

impl HeatMap {
    fn is_diverged(&self, cell: usize) -> bool {
        !self.values[cell].is_finite() || self.diverged.get(cell) == Some(&true)
    }

    fn is_mixed(&self, cell: usize) -> bool {
        self.mixed.get(cell) == Some(&true)
    }

    fn has_exploded(&self, cell: usize) -> bool {
        self.exploded.get(cell) == Some(&true)
    }

    /// The fill and hatch of a cell without a colour for its value; `None` where it has one.
    fn without_color(&self, cell: usize) -> Option<(Color, Color)> {
        if self.is_mixed(cell) {
            return Some((MIXED, MIXED_HATCH));
        }
        self.is_diverged(cell)
            .then(|| match self.has_exploded(cell) {
                true => (EXPLODED, EXPLODED_HATCH),
                false => (DIVERGED, DIVERGED_HATCH),
            })
    }

    fn check(&self) -> Result<()> {
        let cells = self.x.len().saturating_mul(self.y.len());
        check_length("the map", self.values.len(), cells)?;
        for (what, list) in [
            ("the map's diverged cells", &self.diverged),
            ("the map's mixed cells", &self.mixed),
            ("the map's exploded cells", &self.exploded),
            ("the map's computed cells", &self.computed),
        ] {
            if !list.is_empty() {
                check_length(what, list.len(), cells)?;
            }
        }
        Ok(())
    }

    /// The best cell as (x index, y index): the first one of equal ones.
    #[must_use]
    pub fn best_cell(&self) -> Option<(usize, usize)> {
        let better = |new: f64, old: f64| match self.best {
            Best::None => false,
            Best::Lowest => new < old,
            Best::Highest => new > old,
        };
        if self.best == Best::None || self.check().is_err() {
            return None;
        }
        let mut best: Option<usize> = None;
        for cell in (0..self.values.len()).filter(|c| !self.is_diverged(*c)) {
            if self.is_mixed(cell) || self.has_exploded(cell) {
                continue;
            }
            if best.is_none_or(|b| better(self.values[cell], self.values[b])) {
                best = Some(cell);
            }
        }
        best.map(|cell| (cell % self.x.len(), cell / self.x.len()))
    }

    /// The cells that count.
    fn counted(&self) -> impl Iterator<Item = usize> {
        let cells = 0..self.values.len();
        cells.filter(|cell| self.computed.get(*cell) != Some(&false))
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let mut legend = Vec::new();
        if let Some((i, j)) = self.best_cell() {
            let value = format_value(self.values[j * self.x.len() + i]);
            let (x, y) = (&self.x, &self.y);
            let (at_x, at_y) = (x.place_name(i), y.place_name(j));
            let name = format!("best: {value} at {} {at_x}, {} {at_y}", x.label, y.label);
            legend.push(LegendEntry::new(Swatch::Best, name));
        }
        let mixed = self.counted().filter(|cell| self.is_mixed(*cell)).count();
        let count = |what: &str, cells: usize| {
            let share = 100.0 * cells as f64 / self.counted().count() as f64;
            let plural = if cells == 1 { "" } else { "s" };
            let computed = if self.computed.is_empty() {
                ""
            } else {
                "computed "
            };
            let cells = format_count(cells as u64);
            format!("{what}: {cells} {computed}cell{plural} ({share:.1} %)")
        };
        let hatched = |cell: &usize| self.without_color(*cell) == Some((DIVERGED, DIVERGED_HATCH));
        let diverged = self.counted().filter(hatched).count();
        if diverged > 0 {
            let name = count(&self.diverged_label, diverged);
            legend.push(LegendEntry::new(Swatch::Diverged, name));
        }
        if mixed > 0 {
            let name = count(&format!("{} by some seeds", self.diverged_label), mixed);
            legend.push(LegendEntry::new(Swatch::Mixed, name));
        }
        // Red cells are counted above.
        let exploded: Vec<usize> = self
            .counted()
            .filter(|cell| self.has_exploded(*cell) && !self.is_mixed(*cell))
            .collect();
        if !exploded.is_empty() {
            let what = match exploded.iter().all(|cell| self.is_diverged(*cell)) {
                true => "exploded",
                false => "with exploded networks",
            };
            legend.push(LegendEntry::new(
                Swatch::Exploded,
                count(what, exploded.len()),
            ));
        }
        let colors = self.color_mapping();
        let (below, above) = self.beyond(&colors);
        for (cells, end, what) in [(below, 0.0, "below"), (above, 1.0, "above")] {
            if cells > 0 {
                let swatch = Swatch::Box(self.color_map.at(end));
                legend.push(LegendEntry::new(
                    swatch,
                    count(&format!("{what} the bar"), cells),
                ));
            }
        }
        legend
    }

    fn color_mapping(&self) -> Mapping {
        let own = (0..self.values.len()).filter(|c| !self.is_diverged(*c) && !self.is_mixed(*c));
        let own = own.map(|cell| self.values[cell]);
        let values: Vec<f64> = match self.value_range {
            // The values in it decide what is small on a scale of both signs.
            Some((low, high)) => {
                let inside = own.filter(|value| (low..=high).contains(value));
                inside.chain([low, high]).collect()
            }
            None => own.collect(),
        };
        let scale = self.value_scale.settled(values.iter().copied());
        // Zero gets the lowest colour of a logarithmic scale.
        let positive = values
            .into_iter()
            .filter(|v| scale != Scale::Log || *v > 0.0);
        match self.value_range {
            Some(_) => Mapping::fit(positive, scale, 0.0),
            None => Mapping::within_limits(positive, scale, 0.0).mapping,
        }
    }

    /// How many counted values are below and above those that have their own colour.
    fn beyond(&self, colors: &Mapping) -> (usize, usize) {
        // The ends are values themselves, so they may be off by rounding.
        const ROUNDING: f64 = 1e-9;
        let cells = self
            .counted()
            .filter(|c| !self.is_diverged(*c) && !self.is_mixed(*c));
        let (mut below, mut above) = (0, 0);
        for value in cells.map(|cell| self.values[cell]) {
            match colors.fraction(value) {
                Some(at) => {
                    below += usize::from(at < colors.start() - ROUNDING);
                    above += usize::from(at > 1.0 + ROUNDING);
                }
                // Zero gets the lowest colour of a logarithmic scale.
                None => below += usize::from(value < 0.0),
            }
        }
        (below, above)
    }

    fn image(&self, plot: &Area, columns: &Cells, rows: &Cells, colors: &Mapping) -> Pixels {
        let across = columns.pixels(plot.width());
        let down = rows.pixels(plot.height());
        let width = self.x.len();
        let palette: Vec<(Color, Color)> = (0..self.values.len())
            .map(|cell| {
                let at = colors.fraction(self.values[cell]).unwrap_or(0.0);
                match self.without_color(cell) {
                    Some(fill) => fill,
                    None => {
                        let color = self.color_map.at(at);
                        let hatch = match self.has_exploded(cell) {
                            true => EXPLODED_HATCH,
                            false => color,
                        };
                        (color, hatch)
                    }
                }
            })
            .collect();
        let height = down.len();
        Pixels::from_fn(across.len(), height, |px, py| {
            let (Some(x), Some(y)) = (across[px], down[height - 1 - py]) else {
                return WHITE;
            };
            let (plain, hatch) = palette[y * width + x];
            if (px + py) % 12 < 2 { hatch } else { plain }
        })
    }
}

/// A drawn map, and where its cells are.
struct Drawn {
    scene: Scene,
    plot: Area,
    columns: Vec<(f64, f64)>,
    rows: Vec<(f64, f64)>,
}

impl HeatMap {
    /// The map in pixels, one per cell, in a PNG file with texts under keywords. The first row
    /// of the data is at the bottom; diverged, mixed and exploded cells have their own colours.
    ///
    /// # Errors
    /// A map without cells, or whose data disagree in length; a keyword that PNG does not allow.
    pub fn exact_pixels(&self, texts: &[(&str, &str)]) -> Result<Vec<u8>> {
        self.check()?;
        let (width, height) = (self.x.len(), self.y.len());
        let colors = self.color_mapping();
        let mut rgb = Vec::with_capacity(3 * width * height);
        for row in (0..height).rev() {
            for cell in row * width..(row + 1) * width {
                let color = match self.without_color(cell) {
                    Some((plain, _)) => plain,
                    None => {
                        let at = colors.fraction(self.values[cell]).unwrap_or(0.0);
                        self.color_map.at(at)
                    }
                };
                rgb.extend_from_slice(&color.rgb);
            }
        }
        encode_png((width, height), png::ColorType::Rgb, &rgb, None, texts)
    }

    /// Writes the numbers into the cells of a small map where all of them fit, apart from those that are hatched and the
    /// best one, which the legend names.
    fn numbers(
        &self,
        scene: &mut Scene,
        plot: &Area,
        columns: &Cells,
        rows: &Cells,
        colors: &Mapping,
    ) {
        if self.x.len() > MOST_NUMBERS || self.y.len() > MOST_NUMBERS {
            return;
        }
        let best = self.best_cell().map(|(x, y)| y * self.x.len() + x);
        let written = (0..self.values.len()).filter(|&cell| {
            self.without_color(cell).is_none() && !self.has_exploded(cell) && best != Some(cell)
        });
        let mut texts = Vec::new();
        for cell in written {
            let (left, right) = columns.spans[cell % self.x.len()];
            let (low, high) = rows.spans[cell / self.x.len()];
            // Three digits; the file of the map has all.
            let text = format!("{:.2e}", self.values[cell]);
            let text = format_value(text.parse().unwrap_or(self.values[cell]));
            let (width, height) = ((right - left) * plot.width(), (high - low) * plot.height());
            if text_width(&text, NUMBER, false) + 6.0 > width || NUMBER * 1.5 > height {
                return;
            }
            let at = (
                plot.left + (left + right) / 2.0 * plot.width(),
                plot.bottom - (low + high) / 2.0 * plot.height(),
            );
            let fill = self
                .color_map
                .at(colors.fraction(self.values[cell]).unwrap_or(0.0));
            let text = Text::new(at.0, at.1, text, NUMBER).color(ink_on(fill));
            texts.push(text.anchor(Anchor::Middle).centred());
        }
        texts.into_iter().for_each(|text| scene.text(text));
    }

    fn draw(&self, size: Size) -> Result<Drawn> {
        self.check()?;
        let mut scene = Scene::new(size, &self.title)?;
        if self.values.is_empty() {
            nothing(
                &mut scene,
                &self.title,
                &self.subtitle,
                "The map has no cell.",
            );
            return Ok(Drawn {
                plot: scene.area(),
                scene,
                columns: Vec::new(),
                rows: Vec::new(),
            });
        }
        let legend = self.legend();
        let area = header(&mut scene, &self.title, &self.subtitle, &legend);
        let colors = self.color_mapping();
        let (below, above) = self.beyond(&colors);
        let bar = ColorBar {
            label: self.value_label.clone(),
            mapping: colors.clone(),
            map: self.color_map,
            strength: 1.0,
            beyond: (below > 0, above > 0),
        };
        let colored = |cell: usize| !self.is_diverged(cell) && !self.is_mixed(cell);
        let all_diverged = !(0..self.values.len()).any(colored);
        let bar_width = if all_diverged {
            0.0
        } else {
            bar.width(area.height() - 60.0)
        };
        let cell = Area::new(area.left, area.top, area.right - bar_width, area.bottom);
        let (columns, rows) = (Cells::of(&self.x), Cells::of(&self.y));
        let panel = Panel::new(cell, "", columns.axis.clone(), rows.axis.clone(), false);
        let plot = panel.plot;
        scene.image(plot, self.image(&plot, &columns, &rows, &colors));
        panel.axes(&mut scene);
        self.numbers(&mut scene, &plot, &columns, &rows, &colors);
        if let Some((i, j)) = self.best_cell() {
            let middle = |span: (f64, f64)| (span.0 + span.1) / 2.0;
            let x = plot.left + middle(columns.spans[i]) * plot.width();
            let y = plot.bottom - middle(rows.spans[j]) * plot.height();
            // A mark in a corner stays inside the axes.
            let x = x.clamp(plot.left + 8.0, (plot.right - 8.0).max(plot.left + 8.0));
            let y = y.clamp(plot.top + 8.0, (plot.bottom - 8.0).max(plot.top + 8.0));
            draw_best(&mut scene, (x, y));
        }
        if !all_diverged {
            bar.draw(&mut scene, plot.right + 18.0, plot.top, plot.bottom);
        }
        Ok(Drawn {
            scene,
            plot,
            columns: columns.spans,
            rows: rows.spans,
        })
    }
}

impl Chart for HeatMap {
    fn scene(&self, size: Size) -> Result<Scene> {
        Ok(self.draw(size)?.scene)
    }

    fn cells(&self, size: Size) -> Result<Vec<CellArea>> {
        let drawn = self.draw(size)?;
        let plot = drawn.plot;
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        // Rows are counted from the bottom.
        let rows = drawn
            .rows
            .into_iter()
            .map(|(low, high)| (1.0 - high, 1.0 - low));
        let cells = CellArea {
            columns: drawn.columns,
            rows: rows.collect(),
        };
        let across = (plot.width() / width, plot.left / width);
        let down = (plot.height() / height, plot.top / height);
        Ok(vec![cells.within(across, down)])
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn set_scale(&mut self, along: Along, scale: Scale) -> Rescaled {
        let axis = match along {
            Along::X => &mut self.x,
            Along::Y => &mut self.y,
        };
        match &mut axis.places {
            Places::Names(_) => Err("this axis of the map has names"),
            _ if scale == Scale::Symlog => Err("the axes of maps are linear or logarithmic"),
            Places::Numbers { values, scale: own } => {
                shows_all(scale, values.iter().copied())?;
                *own = scale;
                Ok(())
            }
        }
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    sampled(sampler).scene(size)
}

/// A map of sampled numbers.
pub(super) fn sampled(sampler: &mut Sampler) -> HeatMap {
    let name = sampler.text();
    let (x, y) = (sampler.places(20), sampler.places(60));
    let cells = x.len() * y.len();
    let names = y.iter().map(|v| format!("{name} {v:.3e}")).collect();
    let some = sampler.flag();
    let mut flags = || match some {
        true => (0..cells).map(|_| sampler.below(9) == 0).collect(),
        false => Vec::new(),
    };
    let (mixed, exploded, computed) = (flags(), flags(), flags());
    HeatMap {
        title: name.clone(),
        subtitle: String::new(),
        x: GridAxis::numbers(name.clone(), x, sampler.scale()),
        y: GridAxis::names(name.clone(), names),
        values: sampler.numbers(cells),
        diverged: Vec::new(),
        diverged_label: "diverged".into(),
        mixed,
        exploded,
        computed,
        value_label: name,
        value_scale: sampler.scale(),
        value_range: None,
        color_map: ColorMap::Viridis,
        best: [Best::None, Best::Lowest, Best::Highest][sampler.below(3)],
    }
}

#[cfg(test)]
mod tests;
