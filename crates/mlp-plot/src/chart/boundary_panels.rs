//! Predictions of several networks over one plane, side by side.

use super::boundary::{Boundary, sampled};
use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::error::Result;
use crate::header::{header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Panel};
use crate::scale::Mapping;
use crate::scene::{Area, Scene};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "boundary panels",
    description: "predictions of several networks over one plane, side by side",
    least: Size::new(420, 560),
    sample,
};

/// Boundaries in panels on shared axes with one legend and one colour bar. The plane, samples and classes are those of the
/// first; each panel has the title of its boundary.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundaryPanels {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Panels a row.
    pub columns: usize,
    /// The boundaries.
    pub panels: Vec<Boundary>,
}

/// Size of the samples by that in a picture of its own.
const POINTS: f64 = 0.7;
/// The least width of a panel beside others.
const LEAST: f64 = 150.0;
/// About what header and colour bar take.
const HEADER: f64 = 110.0;
const BESIDE: f64 = 120.0;

impl Chart for BoundaryPanels {
    fn scene(&self, size: Size) -> Result<Scene> {
        for panel in &self.panels {
            panel.check()?;
        }
        let mut scene = Scene::new(size, &self.title)?;
        let shared = Boundary::shared_range(&self.panels);
        let panels: Vec<Boundary> = (self.panels.iter())
            .map(|panel| Boundary {
                value_range: shared,
                ..panel.clone()
            })
            .collect();
        let Some(first) = panels.first().filter(|first| first.has_extent()) else {
            let reason =
                "The plane has no extent: two columns, two rows and finite ranges are needed.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        };
        let area = header(&mut scene, &self.title, &self.subtitle, &first.legend());
        let bar = first.color_bar();
        let width = bar
            .as_ref()
            .map_or(0.0, |bar| bar.width(area.height() - 60.0) + 6.0);
        let columns = size.beside(self.columns.clamp(1, panels.len()), LEAST);
        let rows = panels.len().div_ceil(columns);
        let whole = Area::new(area.left, area.top, area.right - width, area.bottom);
        let mut edges: Option<Area> = None;
        for (index, (cell, data)) in whole
            .cells(columns, rows, 6.0)
            .into_iter()
            .zip(&panels)
            .enumerate()
        {
            let ((x0, x1), (y0, y1)) = (first.x_range, first.y_range);
            // Neighbours have one label.
            let below = index + columns >= panels.len();
            let x_label = if below { first.x_label.as_str() } else { "" };
            let y_label = if index % columns == 0 {
                first.y_label.as_str()
            } else {
                ""
            };
            let panel = Panel::new(
                cell,
                &data.title,
                Axis::new(x_label, Mapping::exactly(x0, x1)),
                Axis::new(y_label, Mapping::exactly(y0, y1)),
                first.equal_units,
            );
            if data.has_extent() {
                data.draw_plane(&mut scene, &panel, POINTS);
            }
            panel.axes(&mut scene);
            let plot = panel.plot;
            edges = Some(edges.map_or(plot, |edges| {
                let (right, bottom) = (edges.right.max(plot.right), edges.bottom.max(plot.bottom));
                Area::new(edges.left, edges.top, right, bottom)
            }));
        }
        if let (Some(bar), Some(edges)) = (bar, edges) {
            let bottom = edges.bottom.min(edges.top + 420.0);
            bar.draw(&mut scene, edges.right + 18.0, edges.top, bottom);
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        let panels = self.panels.len().max(1);
        let arranged = |size: Size| {
            let columns = size.beside(self.columns.clamp(1, panels), LEAST);
            (columns as f64, panels.div_ceil(columns) as f64)
        };
        let (before, after) = (arranged(usual), arranged(width));
        let part = |size: Size, columns: f64| (f64::from(size.width) - BESIDE) / columns;
        let grows = part(width, after.0) / part(usual, before.0);
        let row = (f64::from(usual.height) - HEADER) / before.1;
        (HEADER + 30.0 + after.1 * row * grows.clamp(0.7, 1.4)).min(8000.0) as u32
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let first = sampled(sampler);
    let name = first.title.clone();
    let panels = vec![first; 1 + sampler.below(4)];
    let chart = BoundaryPanels {
        title: name.clone(),
        subtitle: name,
        columns: 2,
        panels,
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Surface;

    #[test]
    fn panels_share_axes_legend_and_colors() {
        let panel = |title: &str, top: f64| Boundary {
            title: title.into(),
            subtitle: String::new(),
            x_label: "x".into(),
            y_label: "y".into(),
            x_range: (0.0, 1.0),
            y_range: (0.0, 1.0),
            columns: 2,
            rows: 2,
            surface: Surface::Value {
                values: vec![0.0, 0.0, 0.0, top],
                label: "predicted".into(),
            },
            points: Vec::new(),
            class_names: Vec::new(),
            equal_units: false,
            value_range: None,
        };
        let chart = BoundaryPanels {
            title: "t".into(),
            subtitle: String::new(),
            columns: 3,
            panels: vec![panel("a", 1.0), panel("b", 2.0), panel("c", 4.0)],
        };
        assert_eq!(Boundary::shared_range(&chart.panels), Some((0.0, 4.0)));
        let scene = chart.scene(Size::new(1120, 460)).unwrap();
        let count = |wanted: &str| {
            scene
                .texts()
                .iter()
                .filter(|(text, _)| *text == wanted)
                .count()
        };
        assert_eq!((count("y"), count("x"), count("predicted")), (1, 3, 1));
        assert_eq!(scene.plots().len(), 3);
        assert!(
            scene
                .plots()
                .iter()
                .all(|plot| plot.top == scene.plots()[0].top)
        );
    }
}
