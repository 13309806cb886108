//! Maps of one quantity over the same two axes, a panel for each value of a third.

use super::cell_area::CellArea;
use super::heat_map::{HeatMap, sampled, short};
use super::kind::{Along, Chart, ChartKind, Rescaled};
use super::sampler::Sampler;
use super::shared_axes::{self, SharedAxes};
use crate::color_bar::ColorBar;
use crate::error::Result;
use crate::header::{header, nothing};
use crate::output::Size;
use crate::panel::Panel;
use crate::scale::Scale;
use crate::scene::{Area, Scene, Text};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "map facets",
    description: "maps of one quantity side by side, with one colour bar",
    least: Size::new(420, 560),
    sample,
};

/// Maps in panels on shared axes with one legend and one colour bar. The axes are those of the first; each panel has the title
/// of its map. Numbers are in the cells of all or of none.
#[derive(Debug, Clone, PartialEq)]
pub struct MapFacets {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Panels a row.
    pub columns: usize,
    /// The maps.
    pub maps: Vec<HeatMap>,
}

impl MapFacets {
    /// The picture, and where each map is in it.
    fn draw(&self, size: Size) -> Result<(Scene, Vec<Area>)> {
        for map in &self.maps {
            map.check()?;
        }
        let Some(first) = self.maps.first().filter(|map| !map.values.is_empty()) else {
            let mut scene = Scene::new(size, &self.title)?;
            let reason = "The maps have no cell.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok((scene, Vec::new()));
        };
        let colors = HeatMap::shared_colors(&self.maps);
        let bar = HeatMap::color_bar(&self.maps, &colors);
        let (x, y) = first.axes();
        let titles: Vec<String> = self.maps.iter().map(title).collect();
        let axes = SharedAxes {
            x,
            y,
            equal: false,
            titles: titles.iter().map(String::as_str).collect(),
            columns: self.columns,
        };
        let lay_out = |numbered: bool| -> Result<(Scene, Vec<Panel>)> {
            let mut scene = Scene::new(size, &self.title)?;
            let legend = HeatMap::legend_of(&self.maps, &colors, numbered);
            let area = header(&mut scene, &self.title, &self.subtitle, &legend);
            let panels = axes.lay_out(&mut scene, size, ColorBar::beside(bar.as_ref(), area));
            Ok((scene, panels))
        };
        // The mark in the legend depends on the numbers, for which there is room or not whatever the mark.
        let (_, panels) = lay_out(false)?;
        if panels.is_empty() {
            let mut scene = Scene::new(size, &self.title)?;
            let reason = "There are too many panels for a picture of this size.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok((scene, Vec::new()));
        }
        let numbers = self.maps.iter().zip(&panels);
        let numbers: Option<Vec<Vec<Text>>> = numbers
            .map(|(map, panel)| map.numbers(&panel.plot, &colors))
            .collect();
        let (mut scene, panels) = lay_out(numbers.is_some())?;
        let mut numbers = numbers.into_iter().flatten();
        for (map, panel) in self.maps.iter().zip(&panels) {
            map.paint(&mut scene, panel, &colors, numbers.next());
        }
        let plots: Vec<Area> = panels.iter().map(|panel| panel.plot).collect();
        if let Some(bar) = bar {
            bar.draw_beside_all(&mut scene, &plots);
        }
        Ok((scene, plots))
    }
}

/// The title of a panel: that of its map, and what its best cell comes to.
fn title(map: &HeatMap) -> String {
    match map.best_cell() {
        Some((x, y)) => {
            let value = map.values[y * map.x.len() + x];
            format!("{}: best {}", map.title, short(value))
        }
        None => map.title.clone(),
    }
}

impl Chart for MapFacets {
    fn scene(&self, size: Size) -> Result<Scene> {
        Ok(self.draw(size)?.0)
    }

    fn cells(&self, size: Size) -> Result<Vec<CellArea>> {
        let (_, plots) = self.draw(size)?;
        let maps = self.maps.iter().zip(plots);
        Ok(maps.map(|(map, plot)| map.cell_area(plot, size)).collect())
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn set_scale(&mut self, along: Along, scale: Scale) -> Rescaled {
        let mut maps = self.maps.iter_mut();
        maps.try_for_each(|map| map.set_scale(along, scale))
    }

    fn set_color_scale(&mut self, scale: Scale) -> Option<Rescaled> {
        Some(HeatMap::rescale_colors(&mut self.maps, scale))
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        shared_axes::height(self.columns, self.maps.len(), width, usual)
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let first = sampled(sampler);
    let facet = |sampler: &mut Sampler| HeatMap {
        title: sampler.text(),
        values: sampler.numbers(first.values.len()),
        ..first.clone()
    };
    let chart = MapFacets {
        title: first.title.clone(),
        subtitle: first.title.clone(),
        columns: 2 + sampler.below(3),
        maps: (0..1 + sampler.below(5)).map(|_| facet(sampler)).collect(),
    };
    chart.scene(size)
}
