//! Losses and scores over steps or epochs.

use mlp_statistics::{Moments, Quantiles};

use super::kind::{Along, Chart, ChartKind, Rescaled, shows_all};
use super::sampler::Sampler;
use crate::color::category_color;
use crate::error::{Result, check_length};
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Beyond, Panel};
use crate::scale::{Mapping, Scale};
use crate::scene::Scene;
use crate::theme::WHITE;

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "learning curves",
    description: "losses and scores over steps, of single runs or as the bands of a population",
    least: Size::new(360, 300),
    sample,
};

/// The least width of a column of panels beside others.
const LEAST: f64 = 240.0;
/// The least height of a panel below others.
const LOWEST: f64 = 130.0;

/// A shaded range around a series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Band {
    /// Lower edge, one value per position of the series.
    pub lower: Vec<f64>,
    /// Upper edge.
    pub upper: Vec<f64>,
}

/// The line drawn for a population.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Center {
    /// The arithmetic mean.
    Mean,
    /// The median.
    Median,
}

/// One curve. Series with the same name share a colour and a legend entry across panels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Name in the legend.
    pub name: String,
    /// Steps or epochs, ascending.
    pub x: Vec<f64>,
    /// Values; anything non-finite is a gap.
    pub y: Vec<f64>,
    /// Shaded ranges, widest first.
    pub bands: Vec<Band>,
    /// Whether the line is dashed, which distinguishes test from training without colour.
    pub dashed: bool,
}

impl Series {
    /// A plain curve.
    #[must_use]
    pub fn new(name: impl Into<String>, x: Vec<f64>, y: Vec<f64>) -> Self {
        Series {
            name: name.into(),
            x,
            y,
            ..Series::default()
        }
    }

    /// The same curve, dashed.
    #[must_use]
    pub fn dashed(mut self) -> Self {
        self.dashed = true;
        self
    }

    /// The centre of a population with its 5-95 % and 25-75 % bands. `curves[i]` holds the values of
    /// network i at the positions `x`; missing or non-finite values are omitted.
    #[must_use]
    pub fn of_population(
        name: impl Into<String>,
        x: Vec<f64>,
        curves: &[Vec<f64>],
        center: Center,
    ) -> Self {
        let column = |i: usize| curves.iter().filter_map(move |c| c.get(i).copied());
        let quantiles: Vec<Quantiles> = (0..x.len()).map(|i| Quantiles::of(column(i))).collect();
        let mean = |i| column(i).collect::<Moments>().mean().unwrap_or(f64::NAN);
        let means = (center == Center::Mean).then(|| (0..x.len()).map(mean));
        let means = means.map(Iterator::collect);
        let series = Series::of_quantiles(name, x, &quantiles);
        match means {
            Some(y) => Series { y, ..series },
            None => series,
        }
    }

    /// The median of a population with its 5-95 % and 25-75 % bands, one summary per position.
    #[must_use]
    pub fn of_quantiles(name: impl Into<String>, x: Vec<f64>, quantiles: &[Quantiles]) -> Self {
        let all = |of: fn(&Quantiles) -> f64| quantiles.iter().map(of).collect();
        let band = |lower, upper| Band {
            lower: all(lower),
            upper: all(upper),
        };
        Series {
            name: name.into(),
            x,
            y: all(|q| q.p50),
            bands: vec![band(|q| q.p5, |q| q.p95), band(|q| q.p25, |q| q.p75)],
            dashed: false,
        }
    }
}

/// One pair of axes: the loss, or the accuracy below it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CurvePanel {
    /// A title above the panel, such as the setting that a column of panels is of.
    pub title: String,
    /// The column that it stands in, counted from 0. Panels of one column stand below each other, and those beside
    /// each other share their vertical axis.
    pub column: usize,
    /// Label of the vertical axis.
    pub y_label: String,
    /// Its scale.
    pub y_scale: Scale,
    /// Its range; by default that of the data.
    pub y_range: Option<(f64, f64)>,
    /// The curves.
    pub series: Vec<Series>,
}

/// Curves over steps or epochs, in one or more panels below and beside each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LearningCurves {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the horizontal axis.
    pub x_label: String,
    /// Its scale. Logarithmic axes keep a position for step 0.
    pub x_scale: Scale,
    /// The panels, from the top.
    pub panels: Vec<CurvePanel>,
}

impl LearningCurves {
    fn check(&self) -> Result<()> {
        for series in self.panels.iter().flat_map(|p| &p.series) {
            let name = &series.name;
            check_length(&format!("series `{name}`"), series.y.len(), series.x.len())?;
            for band in &series.bands {
                let what = format!("a band of series `{name}`");
                check_length(&what, band.lower.len(), series.x.len())?;
                check_length(&what, band.upper.len(), series.x.len())?;
            }
        }
        Ok(())
    }

    fn columns(&self) -> usize {
        let columns = self.panels.iter().map(|p| p.column + 1);
        columns.max().unwrap_or(1)
    }

    /// Names in order of appearance, with whether they are dashed or have bands.
    fn names(&self) -> Vec<(&str, bool, bool)> {
        let mut names: Vec<(&str, bool, bool)> = Vec::new();
        for series in self.panels.iter().flat_map(|p| &p.series) {
            if !names.iter().any(|(name, ..)| *name == series.name) {
                names.push((&series.name, series.dashed, !series.bands.is_empty()));
            }
        }
        names
    }
}

fn has_point(series: &Series) -> bool {
    let mut points = series.x.iter().zip(&series.y);
    points.any(|(x, y)| x.is_finite() && y.is_finite())
}

impl Chart for LearningCurves {
    fn scene(&self, size: Size) -> Result<Scene> {
        self.check()?;
        let mut scene = Scene::new(size, &self.title)?;
        if !self.panels.iter().flat_map(|p| &p.series).any(has_point) {
            let reason = "No finite value was recorded, or every network exploded.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let names = self.names();
        let legend: Vec<LegendEntry> = names
            .iter()
            .enumerate()
            .map(|(i, (name, dashed, bands))| {
                let color = category_color(i);
                let swatch = match (dashed, bands) {
                    (_, true) => Swatch::Bands(color),
                    (true, false) => Swatch::Dashes(color),
                    (false, false) => Swatch::Line(color),
                };
                LegendEntry::new(swatch, *name)
            })
            .collect();
        let shown = if legend.len() > 1 { &legend[..] } else { &[] };
        let area = header(&mut scene, &self.title, &self.subtitle, shown);
        let mut places: Vec<f64> = self
            .panels
            .iter()
            .flat_map(|p| &p.series)
            .flat_map(|s| s.x.iter().copied())
            .filter(|v| v.is_finite())
            .collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let x = Mapping::fit_places(&places, self.x_scale, 0.01);
        let columns = self.columns();
        let column = |index: usize| self.panels.iter().filter(move |p| p.column == index);
        let rows = (0..columns).map(|c| column(c).count()).max().unwrap_or(1);
        // Columns stand below each other where that leaves them high enough.
        let wrapped = size.beside(columns, LEAST);
        let high = area.height() / (columns.div_ceil(wrapped) * rows) as f64;
        let beside = if high >= LOWEST { wrapped } else { columns };
        let shared: Vec<Mapping> = (0..rows)
            .map(|row| {
                vertical(
                    &(0..columns)
                        .filter_map(|c| column(c).nth(row))
                        .collect::<Vec<_>>(),
                )
            })
            .collect();
        let whole = area.cells(beside, columns.div_ceil(beside), 6.0);
        for (index, cell) in whole.into_iter().take(columns).enumerate() {
            let own: Vec<&CurvePanel> = column(index).collect();
            let cells = cell.cells(1, rows, 2.0).into_iter().zip(&own).enumerate();
            let panels: Vec<Panel> = cells
                .map(|(row, (cell, panel))| {
                    let label = if row + 1 == own.len() {
                        self.x_label.as_str()
                    } else {
                        ""
                    };
                    let x = Axis::new(label, x.clone());
                    // Neighbours in a row have one label.
                    let label = if index % beside == 0 {
                        panel.y_label.as_str()
                    } else {
                        ""
                    };
                    let y = Axis::new(label, shared[row].clone());
                    Panel::new(cell, &panel.title, x, y, false)
                })
                .collect();
            let left = panels.iter().map(|p| p.plot.left).fold(0.0, f64::max);
            for (panel, data) in panels.into_iter().zip(own) {
                draw(&mut scene, &panel.with_left(left), data, &names);
            }
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn set_scale(&mut self, along: Along, scale: Scale) -> Rescaled {
        let series = self.panels.iter().flat_map(|panel| &panel.series);
        if along == Along::X {
            shows_all(scale, series.flat_map(|series| series.x.iter().copied()))?;
            self.x_scale = scale;
            return Ok(());
        }
        // A given range is that of a score, which keeps its scale.
        let free = |panel: &&mut CurvePanel| panel.y_range.is_none();
        let own = self.panels.iter().filter(|panel| panel.y_range.is_none());
        let values = own.flat_map(|panel| &panel.series).flat_map(|s| {
            let edges = s.bands.iter().flat_map(|b| b.lower.iter().chain(&b.upper));
            s.y.iter().chain(edges).copied()
        });
        shows_all(scale, values)?;
        let panels = self.panels.iter_mut().filter(free);
        panels.for_each(|panel| panel.y_scale = scale);
        Ok(())
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        let columns = self.columns();
        let blocks = columns.div_ceil(width.beside(columns, LEAST));
        match blocks {
            1 => usual.height_at(width.width),
            // Each block of panels is as high as one alone would be.
            _ => blocks as u32 * usual.height_at(width.width),
        }
    }
}

/// The vertical axis of panels beside each other.
fn vertical(panels: &[&CurvePanel]) -> Mapping {
    let Some(first) = panels.first() else {
        return Mapping::exactly(0.0, 1.0);
    };
    if let Some((low, high)) = first.y_range {
        return Mapping::exactly(low, high);
    }
    let series = || panels.iter().flat_map(|panel| &panel.series);
    let center = series().flat_map(|s| s.y.iter());
    let edges = series()
        .flat_map(|s| &s.bands)
        .flat_map(|b| b.lower.iter().chain(&b.upper));
    let values: Vec<f64> = center.chain(edges).copied().collect();
    // A loss of exactly zero has no position on a logarithmic axis; it is a gap.
    let log = first.y_scale == Scale::Log;
    let values = values.iter().copied().filter(|v| !log || *v > 0.0);
    Mapping::within_limits(values, first.y_scale, 0.04).mapping
}

fn draw(scene: &mut Scene, panel: &Panel, data: &CurvePanel, names: &[(&str, bool, bool)]) {
    panel.grid(scene);
    let color = |series: &Series| {
        let index = names.iter().position(|(name, ..)| *name == series.name);
        category_color(index.unwrap_or(0))
    };
    for series in &data.series {
        let count = series.bands.len();
        for (i, band) in series.bands.iter().enumerate() {
            let fill = color(series).with_alpha(if i + 1 == count && count > 1 {
                0.22
            } else {
                0.14
            });
            panel.band(scene, &series.x, &band.lower, &band.upper, fill);
        }
    }
    for series in &data.series {
        let points: Vec<(f64, f64)> = series
            .x
            .iter()
            .copied()
            .zip(series.y.iter().copied())
            .collect();
        if !series.bands.is_empty() {
            panel.curve(scene, &points, WHITE, 3.6, series.dashed);
        }
        panel.curve(scene, &points, color(series), 2.0, series.dashed);
    }
    let mut beyond = Beyond::default();
    for series in &data.series {
        for (x, y) in series.x.iter().zip(&series.y) {
            if let Some(at) = panel.place(*x, *y) {
                beyond.mark(scene, panel, at, color(series));
            }
        }
    }
    panel.axes(scene);
    beyond.tell(scene, panel);
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let mut chart = sampled(sampler);
    if sampler.flag() {
        let beside = chart.panels.clone().into_iter().map(|panel| CurvePanel {
            column: 1,
            title: chart.title.clone(),
            ..panel
        });
        chart.panels.extend(beside.collect::<Vec<_>>());
    }
    chart.scene(size)
}

/// Curves of sampled numbers.
pub(crate) fn sampled(sampler: &mut Sampler) -> LearningCurves {
    let name = sampler.text();
    let x = sampler.places(40);
    let columns: Vec<Vec<f64>> = (0..1 + sampler.below(3))
        .map(|_| sampler.numbers(x.len()))
        .collect();
    let mut series: Vec<Series> = columns
        .iter()
        .enumerate()
        .map(|(i, y)| Series::new(format!("{name}{i}"), x.clone(), y.clone()))
        .collect();
    series.push(Series::of_population("all", x, &columns, Center::Mean));
    let panel = CurvePanel {
        y_label: name.clone(),
        y_scale: sampler.scale(),
        series,
        ..CurvePanel::default()
    };
    LearningCurves {
        title: name.clone(),
        subtitle: name.clone(),
        x_label: name,
        x_scale: sampler.scale(),
        panels: vec![panel; 1 + sampler.below(2)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn a_population_has_its_median_inside_nested_bands() {
        let curves: Vec<Vec<f64>> = (0..101).map(|i| vec![f64::from(i), f64::NAN]).collect();
        let series = Series::of_population("loss", vec![0.0, 1.0], &curves, Center::Median);
        assert_eq!(series.y[0], 50.0);
        assert_eq!(
            (series.bands[0].lower[0], series.bands[0].upper[0]),
            (5.0, 95.0)
        );
        assert_eq!(
            (series.bands[1].lower[0], series.bands[1].upper[0]),
            (25.0, 75.0)
        );
        assert!(series.y[1].is_nan());
        let mean = Series::of_population("loss", vec![0.0], &[vec![1.0], vec![4.0]], Center::Mean);
        assert_eq!(mean.y, [2.5]);
    }

    #[test]
    fn lengths_that_disagree_are_an_error() {
        let mut chart = LearningCurves::default();
        let series = Series::new("train", vec![0.0, 1.0], vec![1.0]);
        chart.panels.push(CurvePanel {
            series: vec![series],
            ..CurvePanel::default()
        });
        let error = chart.scene(Size::default()).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Length {
                    found: 1,
                    expected: 2,
                    ..
                }
            ),
            "{error}"
        );
    }

    #[test]
    fn names_share_a_color_over_panels() {
        let series = |name: &str| Series::new(name, vec![0.0], vec![1.0]);
        let panel = |names: &[&str]| CurvePanel {
            series: names.iter().map(|n| series(n)).collect(),
            ..CurvePanel::default()
        };
        let chart = LearningCurves {
            panels: vec![panel(&["train", "test"]), panel(&["test", "train"])],
            ..LearningCurves::default()
        };
        assert_eq!(
            chart.names().iter().map(|n| n.0).collect::<Vec<_>>(),
            ["train", "test"]
        );
    }
}
