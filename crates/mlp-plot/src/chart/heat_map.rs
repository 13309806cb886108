//! Performance maps: a metric over any two axes, cell by cell, without interpolation.

use super::cell_area::CellArea;
use super::grid_axis::{GridAxis, Places};
use super::kind::{Along, Chart, ChartKind, Rescaled, shows_all};
use super::sampler::Sampler;
use crate::color::{Color, ColorMap, ColorRange};
use crate::color_bar::ColorBar;
use crate::error::{Result, check_length};
use crate::font::text_width;
use crate::header::{draw_best, draw_best_frame, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Panel};
use crate::pixels::{Pixels, encode_png};
use crate::scale::{Mapping, Scale};
use crate::scene::{Anchor, Area, Scene, Text};
use crate::theme::{
    DIVERGED, DIVERGED_HATCH, EXPLODED, EXPLODED_HATCH, MISSING, MISSING_HATCH, MIXED, MIXED_HATCH,
    TICK, WHITE, ink_on,
};
use crate::ticks::format_value;
pub(super) use cells::Cells;

mod cells;
mod legend;

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
    /// Cells that are not trained yet, `[y, x]`; may be empty. They are hatched on nearly white, whatever their value is.
    pub missing: Vec<bool>,
    /// Name of the metric.
    pub value_label: String,
    /// Scale of the colours where no range is given.
    pub value_scale: Scale,
    /// Range of the colours and their scale; by default those of the values. What lies beyond it gets the end colours.
    pub value_range: Option<ColorRange>,
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

    fn is_missing(&self, cell: usize) -> bool {
        self.missing.get(cell) == Some(&true)
    }

    /// Whether a cell has the colour of its value.
    fn is_colored(&self, cell: usize) -> bool {
        !self.is_missing(cell) && !self.is_diverged(cell) && !self.is_mixed(cell)
    }

    /// The fill and hatch of a cell without a colour for its value; `None` where it has one.
    fn without_color(&self, cell: usize) -> Option<(Color, Color)> {
        if self.is_missing(cell) {
            return Some((MISSING, MISSING_HATCH));
        }
        if self.is_mixed(cell) {
            return Some((MIXED, MIXED_HATCH));
        }
        self.is_diverged(cell)
            .then(|| match self.has_exploded(cell) {
                true => (EXPLODED, EXPLODED_HATCH),
                false => (DIVERGED, DIVERGED_HATCH),
            })
    }

    pub(super) fn check(&self) -> Result<()> {
        let cells = self.x.len().saturating_mul(self.y.len());
        check_length("the map", self.values.len(), cells)?;
        for (what, list) in [
            ("the map's diverged cells", &self.diverged),
            ("the map's mixed cells", &self.mixed),
            ("the map's exploded cells", &self.exploded),
            ("the map's computed cells", &self.computed),
            ("the map's missing cells", &self.missing),
        ] {
            if !list.is_empty() {
                check_length(what, list.len(), cells)?;
            }
        }
        Ok(())
    }

    fn is_better(&self, new: f64, old: f64) -> bool {
        match self.best {
            Best::None => false,
            Best::Lowest => new < old,
            Best::Highest => new > old,
        }
    }

    /// The best cell as (x index, y index): the first one of equal ones.
    #[must_use]
    pub fn best_cell(&self) -> Option<(usize, usize)> {
        if self.best == Best::None || self.check().is_err() {
            return None;
        }
        let mut best: Option<usize> = None;
        for cell in (0..self.values.len()).filter(|c| self.is_colored(*c)) {
            if self.has_exploded(cell) {
                continue;
            }
            if best.is_none_or(|b| self.is_better(self.values[cell], self.values[b])) {
                best = Some(cell);
            }
        }
        best.map(|cell| (cell % self.x.len(), cell / self.x.len()))
    }

    /// The cells that count.
    fn counted(&self) -> impl Iterator<Item = usize> {
        let cells = 0..self.values.len();
        cells.filter(|cell| self.computed.get(*cell) != Some(&false) && !self.is_missing(*cell))
    }

    /// The cells whose values have colours.
    fn colored(&self) -> impl Iterator<Item = usize> + Clone {
        let cells = 0..self.values.len();
        cells.filter(|cell| self.is_colored(*cell))
    }

    /// The colours that several maps share: those given to the first, else those of all values.
    pub(super) fn shared_colors(maps: &[HeatMap]) -> Mapping {
        let scale = maps.first().map(|map| map.value_scale);
        let values = maps
            .iter()
            .flat_map(|map| map.colored().map(move |cell| map.values[cell]));
        match maps.first().and_then(|map| map.value_range.as_ref()) {
            Some(given) => given.mapping().clone(),
            None => ColorRange::of(values, scale.unwrap_or_default()).map_or_else(
                || Mapping::exactly(0.0, 1.0),
                |range| range.mapping().clone(),
            ),
        }
    }

    /// Gives maps of one quantity one scale of colours of this kind.
    ///
    /// # Errors
    /// Why their values cannot be coloured so.
    pub fn rescale_colors(maps: &mut [HeatMap], scale: Scale) -> Rescaled {
        for map in maps.iter() {
            shows_all(scale, map.colored().map(|cell| map.values[cell]))?;
        }
        for map in maps.iter_mut() {
            // A range that was given is that of another scale.
            (map.value_scale, map.value_range) = (scale, None);
        }
        Self::share_colors(maps);
        Ok(())
    }

    /// Gives maps of one quantity one scale of colours.
    pub fn share_colors(maps: &mut [HeatMap]) {
        let shared = ColorRange::exactly(Self::shared_colors(maps));
        for map in maps {
            map.value_range = Some(shared.clone());
        }
    }

    fn color_mapping(&self) -> Mapping {
        Self::shared_colors(std::slice::from_ref(self))
    }

    /// The colour bar of maps with these colours; `None` where no cell has one.
    pub(super) fn color_bar(maps: &[HeatMap], colors: &Mapping) -> Option<ColorBar> {
        let first = maps.iter().find(|map| map.colored().next().is_some())?;
        let beyond: Vec<(usize, usize)> = maps.iter().map(|map| map.beyond(colors)).collect();
        Some(ColorBar {
            label: first.value_label.clone(),
            mapping: colors.clone(),
            map: first.color_map,
            strength: 1.0,
            beyond: (
                beyond.iter().any(|(below, _)| *below > 0),
                beyond.iter().any(|(_, above)| *above > 0),
            ),
        })
    }

    /// How many counted values are below and above those that have their own colour.
    fn beyond(&self, colors: &Mapping) -> (usize, usize) {
        // The ends are values themselves, so they may be off by rounding.
        const ROUNDING: f64 = 1e-9;
        let cells = self.counted().filter(|cell| self.is_colored(*cell));
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

    /// The numbers in the cells of a small map, apart from those that are hatched; `None` where not all of them fit.
    pub(super) fn numbers(&self, plot: &Area, colors: &Mapping) -> Option<Vec<Text>> {
        if self.x.len() > MOST_NUMBERS || self.y.len() > MOST_NUMBERS {
            return None;
        }
        let (columns, rows) = (Cells::of(&self.x), Cells::of(&self.y));
        let best = self.best_cell().map(|(x, y)| y * self.x.len() + x);
        let written = (0..self.values.len())
            .filter(|&cell| self.without_color(cell).is_none() && !self.has_exploded(cell));
        let mut texts = Vec::new();
        for cell in written {
            let (left, right) = columns.spans[cell % self.x.len()];
            let (low, high) = rows.spans[cell / self.x.len()];
            let text = short(self.values[cell]);
            let (width, height) = ((right - left) * plot.width(), (high - low) * plot.height());
            let frame = if best == Some(cell) { 6.0 } else { 0.0 };
            if text_width(&text, NUMBER, false) + 6.0 + frame > width
                || NUMBER * 1.5 + frame > height
            {
                return None;
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
        Some(texts)
    }

    /// The axes of the map.
    pub(super) fn axes(&self) -> (Axis, Axis) {
        (Cells::of(&self.x).axis, Cells::of(&self.y).axis)
    }

    /// Draws the cells into a panel, its axes over them, the numbers where there is room for those of all panels, and the mark
    /// of the best cell.
    pub(super) fn paint(
        &self,
        scene: &mut Scene,
        panel: &Panel,
        colors: &Mapping,
        numbers: Option<Vec<Text>>,
    ) {
        let plot = panel.plot;
        let (columns, rows) = (Cells::of(&self.x), Cells::of(&self.y));
        scene.image(plot, self.image(&plot, &columns, &rows, colors));
        panel.axes(scene);
        if let Some((i, j)) = self.best_cell() {
            let (left, right) = columns.spans[i];
            let (low, high) = rows.spans[j];
            let cell = Area::new(
                plot.left + left * plot.width(),
                plot.bottom - high * plot.height(),
                plot.left + right * plot.width(),
                plot.bottom - low * plot.height(),
            );
            if numbers.is_some() {
                draw_best_frame(scene, cell);
            } else {
                let (x, y) = cell.center();
                // A mark in a corner stays inside the axes.
                let x = x.clamp(plot.left + 8.0, (plot.right - 8.0).max(plot.left + 8.0));
                let y = y.clamp(plot.top + 8.0, (plot.bottom - 8.0).max(plot.top + 8.0));
                draw_best(scene, (x, y));
            }
        }
        let numbers = numbers.into_iter().flatten();
        numbers.for_each(|text| scene.text(text));
    }

    /// Where the cells are that were drawn into `plot`, in a picture of this size.
    pub(super) fn cell_area(&self, plot: Area, size: Size) -> CellArea {
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        // Rows are counted from the bottom.
        let rows = Cells::of(&self.y).spans.into_iter();
        let cells = CellArea {
            columns: Cells::of(&self.x).spans,
            rows: rows.map(|(low, high)| (1.0 - high, 1.0 - low)).collect(),
        };
        let across = (plot.width() / width, plot.left / width);
        let down = (plot.height() / height, plot.top / height);
        cells.within(across, down)
    }

    /// The picture, and where the map is in it.
    fn draw(&self, size: Size, plot: Option<Area>) -> Result<(Scene, Area)> {
        self.check()?;
        if self.values.is_empty() {
            let mut scene = Scene::new(size, &self.title)?;
            let reason = "The map has no cell.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            let whole = scene.area();
            return Ok((scene, whole));
        }
        let header = |numbered: bool| -> Result<(Scene, Area)> {
            let mut scene = Scene::new(size, &self.title)?;
            let entries = self.legend(numbered);
            let area = header(&mut scene, &self.title, &self.subtitle, &entries);
            Ok((scene, area))
        };
        // Whether there is room for numbers does not depend on the mark in the legend, but the mark on the numbers.
        let (_, area) = header(false)?;
        let colors = self.color_mapping();
        let bar = Self::color_bar(std::slice::from_ref(self), &colors);
        let (x, y) = self.axes();
        let area = ColorBar::beside(bar.as_ref(), area);
        let panel = match plot {
            Some(plot) => Panel::fixed(plot, area, x, y),
            None => Panel::new(area, "", x, y, false),
        };
        let numbers = self.numbers(&panel.plot, &colors);
        let (mut scene, _) = header(numbers.is_some())?;
        self.paint(&mut scene, &panel, &colors, numbers);
        if let Some(bar) = bar {
            bar.draw_beside(&mut scene, panel.plot);
        }
        Ok((scene, panel.plot))
    }
}

/// A number in three digits; the file of the map has all.
pub(super) fn short(value: f64) -> String {
    format_value(format!("{value:.2e}").parse().unwrap_or(value))
}

impl Chart for HeatMap {
    fn scene(&self, size: Size) -> Result<Scene> {
        Ok(self.draw(size, None)?.0)
    }

    fn scene_around(&self, size: Size, plot: Area) -> Result<Scene> {
        Ok(self.draw(size, Some(plot))?.0)
    }

    fn cells(&self, size: Size) -> Result<Vec<CellArea>> {
        let (_, plot) = self.draw(size, None)?;
        Ok(vec![self.cell_area(plot, size)])
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
            Places::Numbers { values, scale: own } => {
                shows_all(scale, values.iter().copied())?;
                *own = scale;
                Ok(())
            }
        }
    }

    fn set_color_scale(&mut self, scale: Scale) -> Option<Rescaled> {
        Some(HeatMap::rescale_colors(std::slice::from_mut(self), scale))
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
    let (mixed, exploded, computed, missing) = (flags(), flags(), flags(), flags());
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
        missing,
        value_label: name,
        value_scale: sampler.scale(),
        value_range: None,
        color_map: ColorMap::Viridis,
        best: [Best::None, Best::Lowest, Best::Highest][sampler.below(3)],
    }
}

#[cfg(test)]
mod tests;
