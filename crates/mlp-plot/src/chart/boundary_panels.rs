//! Predictions of several networks over one plane, side by side.

use super::boundary::{Boundary, sampled};
use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use super::shared_axes::{self, SharedAxes};
use crate::color_bar::ColorBar;
use crate::error::Result;
use crate::header::{header, nothing};
use crate::output::Size;
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
        let Some(first) = panels.first().filter(|first| first.grid.has_extent()) else {
            let reason =
                "The plane has no extent: two columns, two rows and finite ranges are needed.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        };
        let told = first.told(&self.subtitle);
        let area = header(&mut scene, &self.title, &told, &first.legend());
        let bar = first.color_bar();
        let (x, y) = first.grid.axes();
        let axes = SharedAxes {
            x,
            y,
            equal: first.equal_units,
            titles: panels.iter().map(|panel| panel.title.as_str()).collect(),
            columns: self.columns,
        };
        let laid_out = axes.lay_out(&mut scene, size, ColorBar::beside(bar.as_ref(), area));
        if laid_out.is_empty() {
            let mut scene = Scene::new(size, &self.title)?;
            let reason = "There are too many panels for a picture of this size.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        for (panel, data) in laid_out.iter().zip(&panels) {
            if data.grid.has_extent() {
                data.draw_plane(&mut scene, panel, POINTS);
            }
            panel.axes(&mut scene);
        }
        if let Some(bar) = bar {
            let plots: Vec<Area> = laid_out.iter().map(|panel| panel.plot).collect();
            bar.draw_beside_all(&mut scene, &plots);
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        shared_axes::height(self.columns, self.panels.len(), width, usual)
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
    use crate::chart::{PlaneGrid, Surface};

    #[test]
    fn panels_share_axes_legend_and_colors() {
        let panel = |title: &str, top: f64| Boundary {
            title: title.into(),
            subtitle: String::new(),
            grid: PlaneGrid {
                x_label: "x".into(),
                y_label: "y".into(),
                x_range: (0.0, 1.0),
                y_range: (0.0, 1.0),
                columns: 2,
                rows: 2,
            },
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
        assert_eq!((count("y"), count("x"), count("predicted")), (1, 1, 1));
        assert_eq!(scene.plots().len(), 3);
        assert!(
            scene
                .plots()
                .iter()
                .all(|plot| plot.top == scene.plots()[0].top)
        );
    }
}
