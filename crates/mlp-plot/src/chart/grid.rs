//! Small multiples: several charts in one figure.

use super::Chart;
use crate::error::Result;
use crate::header::{header, nothing};
use crate::output::Size;
use crate::scene::Scene;

/// Charts side by side, row by row.
pub struct ChartGrid<'a> {
    /// Title of the figure.
    pub title: String,
    /// A line of explanation.
    pub subtitle: String,
    /// Charts in a row.
    pub columns: usize,
    /// The charts.
    pub charts: Vec<&'a dyn Chart>,
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
        let columns = self.columns.clamp(1, self.charts.len());
        let rows = self.charts.len().div_ceil(columns);
        for (cell, chart) in area.cells(columns, rows, 4.0).into_iter().zip(&self.charts) {
            let size = Size::new(cell.width() as u32, cell.height() as u32);
            let part = chart.scene(size)?;
            scene.place(part, cell.left.round(), cell.top.round());
        }
        Ok(scene)
    }
}
