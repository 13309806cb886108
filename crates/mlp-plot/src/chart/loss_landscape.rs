//! A loss over a plane in the space of parameters, with the path of a training.

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::ColorMap;
use crate::color_bar::ColorBar;
use crate::contour::contour;
use crate::error::{Result, check_length};
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Panel};
use crate::pixels::Pixels;
use crate::scale::{Mapping, Scale};
use crate::scene::{Area, Scene};
use crate::theme::{DIVERGED, INK, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "loss landscape",
    description: "a loss over a plane of parameters, with the path of a training",
    least: Size::new(360, 300),
    sample,
};

/// A loss on a regular grid that spans a plane, the outermost grid points on the edges, with lines of equal loss.
#[derive(Debug, Clone, PartialEq)]
pub struct LossLandscape {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the horizontal axis.
    pub x_label: String,
    /// Label of the vertical axis.
    pub y_label: String,
    /// Range of the plane in x.
    pub x_range: (f64, f64),
    /// Range of the plane in y.
    pub y_range: (f64, f64),
    /// Grid points in x.
    pub columns: usize,
    /// Grid points in y.
    pub rows: usize,
    /// The loss, `[rows, columns]` with the lowest row first; where it is not finite, the plane is grey.
    pub values: Vec<f64>,
    /// Name of the loss.
    pub value_label: String,
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
        let (columns, rows) = (self.columns, self.rows);
        check_length(
            "the landscape",
            self.values.len(),
            columns.saturating_mul(rows),
        )?;
        let mut scene = Scene::new(size, &self.title)?;
        let ((x0, x1), (y0, y1)) = (self.x_range, self.y_range);
        let spans = [x0, x1, y0, y1].iter().all(|v| v.is_finite()) && x0 < x1 && y0 < y1;
        let finite = self.values.iter().any(|value| value.is_finite());
        if columns < 2 || rows < 2 || !spans || !finite {
            let reason = "There is no finite loss over a plane.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &self.legend());
        let fitted = Mapping::within_limits(self.values.iter().copied(), Scale::Auto, 0.0);
        let bar = ColorBar {
            label: self.value_label.clone(),
            mapping: fitted.mapping,
            map: ColorMap::Viridis,
            strength: 1.0,
            beyond: (fitted.below > 0, fitted.above > 0),
        };
        let width = bar.width(area.height() - 60.0);
        let cell = Area::new(area.left, area.top, area.right - width, area.bottom);
        let panel = Panel::new(
            cell,
            "",
            Axis::new(&self.x_label, Mapping::exactly(x0, x1)),
            Axis::new(&self.y_label, Mapping::exactly(y0, y1)),
            false,
        );
        let plot = panel.plot;
        let fractions: Vec<f64> = (self.values.iter())
            .map(|value| bar.mapping.fraction(*value).unwrap_or(f64::NAN))
            .collect();
        let pixels = Pixels::from_fn(columns, rows, |column, row| {
            let at = fractions[(rows - 1 - row) * columns + column];
            match at.is_nan() {
                true => DIVERGED,
                false => bar.map.at(at),
            }
        });
        // The outermost grid points are on the edges, so half a pixel of each lies outside.
        scene.smooth_image(plot, inner(&pixels));
        for line in 1..=LINES {
            let level = line as f64 / (LINES + 1) as f64;
            let ink = if level < 0.5 { WHITE } else { INK };
            for line in contour(&fractions, columns, rows, level) {
                let points: Vec<(f64, f64)> = (line.into_iter())
                    .map(|(x, y)| {
                        let x = x0 + x / (columns - 1) as f64 * (x1 - x0);
                        (x, y0 + y / (rows - 1) as f64 * (y1 - y0))
                    })
                    .collect();
                panel.curve(&mut scene, &points, ink.with_alpha(0.35), 0.9, false);
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
        bar.draw(&mut scene, plot.right + 18.0, plot.top, plot.bottom);
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }
}

/// The picture between the middles of the outermost pixels, four times finer.
fn inner(pixels: &Pixels) -> Pixels {
    const FINER: usize = 4;
    let (columns, rows) = (pixels.width, pixels.height);
    let along = |i: usize| 0.5 + (i as f64 + 0.5) / FINER as f64;
    Pixels::from_fn(FINER * (columns - 1), FINER * (rows - 1), |column, row| {
        pixels.between(along(column), along(row))
    })
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let (columns, rows) = (sampler.count(30), sampler.count(30));
    let steps = sampler.below(20);
    let chart = LossLandscape {
        title: name.clone(),
        subtitle: name.clone(),
        x_label: name.clone(),
        y_label: name.clone(),
        x_range: (-1.0, 1.0),
        y_range: (-1.0, 1.0),
        columns,
        rows,
        values: sampler.numbers(columns * rows),
        value_label: name,
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
            x_label: "x".into(),
            y_label: "y".into(),
            x_range: (-1.0, 1.0),
            y_range: (-1.0, 1.0),
            columns: 2,
            rows: 2,
            values,
            value_label: "loss".into(),
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

    #[test]
    fn corners_of_the_grid_are_corners_of_the_picture() {
        let pixels = Pixels::from_fn(2, 2, |column, row| {
            crate::color::Color::rgb(200 * column as u8, 200 * row as u8, 0)
        });
        let fine = inner(&pixels);
        assert_eq!((fine.width, fine.height), (4, 4));
        assert_eq!(fine.at(0, 0).rgb, [25, 25, 0]);
        assert_eq!(fine.at(3, 0).rgb, [175, 25, 0]);
    }
}
