//! A loss over a plane in the space of parameters, with the path of a training.

use super::kind::{Chart, ChartKind, Rescaled, shows_all};
use super::plane_grid::PlaneGrid;
use super::sampler::Sampler;
use crate::color::ColorMap;
use crate::color_bar::ColorBar;
use crate::error::{Result, check_length};
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::Panel;
use crate::scale::{Mapping, Scale};
use crate::scene::Scene;
use crate::theme::{DIVERGED, INK, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "loss landscape",
    description: "a loss over a plane of parameters, with the path of a training",
    least: Size::new(360, 300),
    sample,
};

/// A loss at the points of a grid over a plane, with lines of equal loss.
#[derive(Debug, Clone, PartialEq)]
pub struct LossLandscape {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// The plane.
    pub grid: PlaneGrid,
    /// The loss, row by row; where it is not finite, the plane is grey.
    pub values: Vec<f64>,
    /// Name of the loss.
    pub value_label: String,
    /// Scale of the colours.
    pub value_scale: Scale,
    /// The path of the training in the plane; it ends at the trained network. Only its end is marked where it has one place.
    pub path: Vec<(f64, f64)>,
}

/// Lines of equal loss.
const LINES: usize = 12;

impl LossLandscape {
    fn legend(&self) -> Vec<LegendEntry> {
        let mut legend = Vec::new();
        if self.path.len() > 1 {
            legend.push(LegendEntry::new(Swatch::Line(INK), "training"));
            legend.push(LegendEntry::new(Swatch::Ring(INK), "start"));
        }
        if !self.path.is_empty() {
            legend.push(LegendEntry::new(Swatch::Best, "the trained network"));
        }
        if self.values.iter().any(|value| !value.is_finite()) {
            legend.push(LegendEntry::new(Swatch::Box(DIVERGED), "not finite"));
        }
        legend
    }
}

impl Chart for LossLandscape {
    fn scene(&self, size: Size) -> Result<Scene> {
        check_length("the landscape", self.values.len(), self.grid.len())?;
        let mut scene = Scene::new(size, &self.title)?;
        let finite = self.values.iter().any(|value| value.is_finite());
        if !self.grid.has_extent() || !finite {
            let reason = "There is no finite loss over a plane.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &self.legend());
        let fitted = Mapping::within_limits(self.values.iter().copied(), self.value_scale, 0.0);
        let bar = ColorBar {
            label: self.value_label.clone(),
            mapping: fitted.mapping,
            map: ColorMap::Viridis,
            strength: 1.0,
            beyond: (fitted.below > 0, fitted.above > 0),
        };
        let (x, y) = self.grid.axes();
        let panel = Panel::new(ColorBar::beside(Some(&bar), area), "", x, y, false);
        let plot = panel.plot;
        let fractions: Vec<f64> = (self.values.iter())
            .map(|value| bar.mapping.fraction(*value).unwrap_or(f64::NAN))
            .collect();
        self.grid
            .paint(&mut scene, plot, |at| match at.value(|i| fractions[i]) {
                at if at.is_nan() => DIVERGED,
                at => bar.map.at(at),
            });
        for line in 1..=LINES {
            let level = line as f64 / (LINES + 1) as f64;
            let ink = if level < 0.5 { WHITE } else { INK };
            for line in self.grid.lines(&fractions, level) {
                panel.curve(&mut scene, &line, ink.with_alpha(0.35), 0.9, false);
            }
        }
        panel.curve(&mut scene, &self.path, WHITE, 4.2, false);
        panel.curve(&mut scene, &self.path, INK, 2.0, false);
        let at = |point: Option<&(f64, f64)>| {
            let (x, y) = point?;
            panel.place(*x, *y).filter(|at| plot.contains(*at))
        };
        if self.path.len() > 1
            && let Some(start) = at(self.path.first())
        {
            scene.disc(start, 6.2, WHITE);
            scene.ring(start, 5.0, INK, 2.0);
        }
        if let Some(end) = at(self.path.last()) {
            crate::header::draw_best(&mut scene, end);
        }
        panel.axes(&mut scene);
        bar.draw_beside(&mut scene, plot);
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn set_color_scale(&mut self, scale: Scale) -> Option<Rescaled> {
        let shown = shows_all(scale, self.values.iter().copied());
        Some(shown.map(|()| self.value_scale = scale))
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let (columns, rows) = (sampler.count(30), sampler.count(30));
    let steps = sampler.below(20);
    let chart = LossLandscape {
        title: name.clone(),
        subtitle: name.clone(),
        grid: PlaneGrid {
            x_label: name.clone(),
            y_label: name.clone(),
            x_range: (-1.0, 1.0),
            y_range: (-1.0, 1.0),
            columns,
            rows,
        },
        values: sampler.numbers(columns * rows),
        value_label: name,
        value_scale: sampler.scale(),
        path: (0..steps)
            .map(|_| (2.0 * sampler.uniform() - 1.0, sampler.uniform()))
            .collect(),
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: Vec<f64>) -> LossLandscape {
        LossLandscape {
            title: "t".into(),
            subtitle: String::new(),
            grid: PlaneGrid {
                x_label: "x".into(),
                y_label: "y".into(),
                x_range: (-1.0, 1.0),
                y_range: (-1.0, 1.0),
                columns: 2,
                rows: 2,
            },
            values,
            value_label: "loss".into(),
            value_scale: Scale::Auto,
            path: vec![(-1.0, -1.0), (0.0, 0.0)],
        }
    }

    #[test]
    fn what_is_not_finite_is_in_the_legend() {
        let texts = |values: Vec<f64>| {
            let scene = chart(values).scene(Size::default()).unwrap();
            let texts = scene.texts().into_iter();
            texts.map(|(text, _)| text.to_owned()).collect::<Vec<_>>()
        };
        let has = |texts: &[String], wanted: &str| texts.iter().any(|text| text == wanted);
        let finite = texts(vec![0.0, 1.0, 2.0, 3.0]);
        assert!(has(&finite, "start") && !has(&finite, "not finite"));
        assert!(has(&texts(vec![0.0, 1.0, 2.0, f64::NAN]), "not finite"));
        assert!(has(
            &texts(vec![f64::NAN; 4]),
            "There is no finite loss over a plane."
        ));
    }
}
