//! Small multiples: several charts in one figure.

use super::cell_area::CellArea;
use super::kind::{Chart, ChartKind};
use super::learning_curves::sampled;
use super::sampler::Sampler;
use crate::error::Result;
use crate::header::{header, nothing};
use crate::output::Size;
use crate::scene::{Area, Scene};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "grid",
    description: "several charts in one figure",
    least: Size::new(760, 640),
    sample,
};

/// Between the charts, and above them.
const GAP: f64 = 4.0;
const HEADER: u32 = 60;

/// Charts side by side, row by row.
pub struct ChartGrid<'a> {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Charts per row.
    pub columns: usize,
    /// The charts.
    pub charts: Vec<&'a dyn Chart>,
}

impl ChartGrid<'_> {
    /// Charts beside each other in a width.
    fn beside(&self, size: Size) -> usize {
        let least = self.charts.iter().map(|chart| chart.least_width());
        let wanted = self.columns.clamp(1, self.charts.len().max(1));
        size.beside(wanted, least.fold(0.0, f64::max) + GAP)
    }

    /// The height that fits another width: that of each chart, row by row.
    pub(crate) fn height_at(&self, width: Size, usual: Size) -> u32 {
        let (columns, before) = (self.beside(width), self.beside(usual));
        let rows = |columns: usize| self.charts.len().div_ceil(columns).max(1) as u32;
        let part = Size::new(
            usual.width / before as u32,
            usual.height.saturating_sub(HEADER) / rows(before),
        );
        let narrowed = Size::new(width.width / columns as u32, part.height);
        let heights = self.charts.iter().map(|chart| chart.height(narrowed, part));
        let header = HEADER + if width.width < usual.width { HEADER } else { 0 };
        (header + rows(columns) * heights.max().unwrap_or(part.height)).min(8000)
    }

    /// The part of a picture for each chart, on whole units.
    fn parts(&self, whole: Size, area: Area) -> Vec<(f64, f64, Size)> {
        let columns = self.beside(whole);
        let rows = self.charts.len().div_ceil(columns);
        let cells = area.cells(columns, rows, GAP).into_iter();
        cells
            .map(|cell| {
                let size = Size::new(cell.width() as u32, cell.height() as u32);
                (cell.left.round(), cell.top.round(), size)
            })
            .collect()
    }
}

impl Chart for ChartGrid<'_> {
    fn scene(&self, size: Size) -> Result<Scene> {
        let mut scene = Scene::new(size, &self.title)?;
        if self.charts.is_empty() {
            nothing(
                &mut scene,
                &self.title,
                &self.subtitle,
                "There is no chart to show.",
            );
            return Ok(scene);
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &[]);
        for ((left, top, size), chart) in self.parts(size, area).into_iter().zip(&self.charts) {
            scene.place(chart.scene(size)?, left, top);
        }
        Ok(scene)
    }

    fn cells(&self, size: Size) -> Result<Vec<CellArea>> {
        if self.charts.is_empty() {
            return Ok(Vec::new());
        }
        let mut scene = Scene::new(size, &self.title)?;
        let area = header(&mut scene, &self.title, &self.subtitle, &[]);
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let mut areas = Vec::new();
        for ((left, top, size), chart) in self.parts(size, area).into_iter().zip(&self.charts) {
            let across = (f64::from(size.width) / width, left / width);
            let down = (f64::from(size.height) / height, top / height);
            let cells = chart.cells(size)?.into_iter();
            areas.extend(cells.map(|cells| cells.within(across, down)));
        }
        Ok(areas)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        self.height_at(width, usual)
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let columns = 1 + sampler.below(2);
    // Two rows, so that each part has the least size of its own kind.
    let parts = [sampled(sampler), sampled(sampler), sampled(sampler)];
    let charts = parts.iter().take(columns + 1);
    let charts = charts.map(|part| part as &dyn Chart);
    let chart = ChartGrid {
        title: name.clone(),
        subtitle: name,
        columns,
        charts: charts.collect(),
    };
    chart.scene(size)
}
