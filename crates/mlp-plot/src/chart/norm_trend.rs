//! Weight and bias norms of a population over steps or over a swept coefficient.

use mlp_statistics::Quantiles;

use super::kind::{Along, Chart, ChartKind, Rescaled, shows_all};
use super::readout::{Readout, ReadoutCurve, ReadoutPanel, ReadoutRange};
use super::sampler::Sampler;
use crate::color::{Color, ColorMap, category_color};
use crate::error::{Result, check_length};
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Beyond, Panel};
use crate::scale::{Mapping, Scale};
use crate::scene::{Area, Scene};
use crate::theme::WHITE;

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "norm trend",
    description: "quantiles of norms over steps or over the values of a key, with the layers below",
    least: Size::new(900, 680),
    sample,
};

/// The least widths of large and of small panels.
const LEAST: f64 = 300.0;
const LEAST_SMALL: f64 = 160.0;
/// Heights of rows of panels that stand below each other, and of what is above them.
const HEADER: u32 = 110;
const LARGE_ROW: u32 = 220;
const SMALL_ROW: u32 = 165;

/// The horizontal axis of the norms.
#[derive(Debug, Clone, PartialEq)]
pub enum TrendAxis {
    /// Steps, or the values of a swept coefficient, ascending; a logarithmic axis keeps a position for zero.
    Numbers {
        /// The positions.
        values: Vec<f64>,
        /// Their scale.
        scale: Scale,
    },
    /// Categories, such as optimizers.
    Names(Vec<String>),
}

/// The distribution of one norm at every position of the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendSeries {
    /// Name in the legend, such as `step 1000`.
    pub name: String,
    /// One summary per position.
    pub quantiles: Vec<Quantiles>,
}

/// One pair of axes.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPanel {
    /// Its title, such as `weight norm, layer 1`.
    pub label: String,
    /// What it shows, such as `weight norm`: panels of one quantity and one size have one vertical axis.
    pub quantity: String,
    /// One series, or one per recorded step: the same names in the same order in all panels.
    pub series: Vec<TrendSeries>,
}

/// Medians with 5-95 % and 25-75 % bands: large panels for the whole network, small ones by layer.
/// Several series over a numeric axis have only their 25-75 % bands.
#[derive(Debug, Clone, PartialEq)]
pub struct NormTrend {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the horizontal axes.
    pub x_label: String,
    /// The horizontal axis.
    pub x: TrendAxis,
    /// Whether the series follow each other, as steps do, and so have colours from dark to light.
    pub sequence: bool,
    /// Scale of the vertical axes; of [`Scale::Auto`] each is logarithmic where its norms span more than two
    /// decades, with a position for zero.
    pub y_scale: Scale,
    /// The upper row: weight norm and bias norm.
    pub panels: Vec<TrendPanel>,
    /// The rows below: one panel per layer.
    pub small_panels: Vec<TrendPanel>,
}

impl NormTrend {
    fn places(&self) -> usize {
        match &self.x {
            TrendAxis::Numbers { values, .. } => values.len(),
            TrendAxis::Names(names) => names.len(),
        }
    }

    fn all_panels(&self) -> impl Iterator<Item = &TrendPanel> {
        self.panels.iter().chain(&self.small_panels)
    }

    /// Rows of large and of small panels.
    fn rows(&self, size: Size) -> (usize, usize) {
        let (large, small) = (self.panels.len(), self.small_panels.len());
        let columns = size.beside(columns(small), LEAST_SMALL);
        (
            large.div_ceil(size.beside(large, LEAST)),
            small.div_ceil(columns),
        )
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let Some(first) = self.all_panels().max_by_key(|p| p.series.len()) else {
            return Vec::new();
        };
        if let [_only] = first.series.as_slice() {
            let color = category_color(0);
            return vec![LegendEntry::new(
                Swatch::Bands(color),
                "median, 25–75 % and 5–95 %",
            )];
        }
        let count = first.series.len();
        first
            .series
            .iter()
            .enumerate()
            .map(|(i, s)| {
                let color = series_color(i, count, self.sequence);
                let swatch = match self.x {
                    TrendAxis::Names(_) => Swatch::Disc(color),
                    TrendAxis::Numbers { .. } => Swatch::Band(color),
                };
                LegendEntry::new(swatch, s.name.as_str())
            })
            .collect()
    }

    /// The vertical axis of a panel, one of these.
    fn vertical(&self, data: &TrendPanel, panels: &[TrendPanel]) -> Mapping {
        // Several wide bands would hide each other; categories have room.
        let outer = data.series.len() == 1 || matches!(self.x, TrendAxis::Names(_));
        let alike = panels
            .iter()
            .filter(|panel| panel.quantity == data.quantity);
        let quantiles = alike.flat_map(|panel| panel.series.iter().flat_map(|s| &s.quantiles));
        let values: Vec<f64> = quantiles
            .flat_map(|q| match outer {
                true => [q.p5, q.p25, q.p50, q.p75, q.p95],
                false => [q.p25, q.p25, q.p50, q.p75, q.p75],
            })
            .collect();
        let scale = match self.y_scale {
            Scale::Auto => Scale::over_decades(values.iter().copied()),
            given => given,
        };
        Mapping::within_limits(values.into_iter(), scale, 0.05).mapping
    }

    fn horizontal(&self) -> Axis {
        match &self.x {
            TrendAxis::Numbers { values, scale } => {
                let mapping = Mapping::fit_places(values, *scale, 0.03);
                Axis::new(&self.x_label, mapping).whole_as(values.iter().copied())
            }
            TrendAxis::Names(names) => Axis::of_names(&self.x_label, names),
        }
    }

    fn draw(&self, scene: &mut Scene, cell: Area, data: &TrendPanel, narrow: bool) {
        let panels = if narrow {
            &self.small_panels
        } else {
            &self.panels
        };
        let x = self.horizontal();
        let y = self.vertical(data, panels);
        // The panel's title is the measure; a rotated label beside it would repeat it.
        let panel = Panel::new(cell, &data.label, x, Axis::new("", y), false);
        panel.grid(scene);
        let mut beyond = Beyond::default();
        match &self.x {
            TrendAxis::Numbers { values, .. } => {
                draw_lines(
                    scene,
                    &panel,
                    (data, self.sequence),
                    values,
                    narrow,
                    &mut beyond,
                );
            }
            TrendAxis::Names(_) => draw_bars(scene, &panel, (data, self.sequence), &mut beyond),
        }
        panel.axes(scene);
        beyond.tell(scene, &panel);
    }
}

/// The colour of a category, or of steps that follow each other: from dark to light, ending before it grows too pale.
fn series_color(index: usize, count: usize, sequence: bool) -> Color {
    if count <= 1 || !sequence {
        category_color(index)
    } else {
        ColorMap::Viridis.at(0.85 * index as f64 / (count - 1) as f64)
    }
}

fn draw_lines(
    scene: &mut Scene,
    panel: &Panel,
    (data, sequence): (&TrendPanel, bool),
    x: &[f64],
    narrow: bool,
    beyond: &mut Beyond,
) {
    let count = data.series.len();
    let column = |s: &TrendSeries, f: fn(&Quantiles) -> f64| -> Vec<f64> {
        s.quantiles.iter().map(f).collect()
    };
    for (i, series) in data.series.iter().enumerate() {
        let color = series_color(i, count, sequence);
        if count == 1 {
            let (low, high) = (column(series, |q| q.p5), column(series, |q| q.p95));
            panel.band(scene, x, &low, &high, color.with_alpha(0.16));
        }
        let (low, high) = (column(series, |q| q.p25), column(series, |q| q.p75));
        panel.band(
            scene,
            x,
            &low,
            &high,
            color.with_alpha(if count == 1 { 0.28 } else { 0.2 }),
        );
    }
    for (i, series) in data.series.iter().enumerate() {
        let color = series_color(i, count, sequence);
        let middle = column(series, |q| q.p50);
        let points: Vec<(f64, f64)> = x.iter().copied().zip(middle).collect();
        panel.curve(scene, &points, color, if narrow { 1.6 } else { 2.0 }, false);
        for (x, y) in &points {
            if let Some(at) = panel.place(*x, *y)
                && !beyond.mark(scene, panel, at, color)
                && points.len() <= 16
            {
                scene.disc(at, if narrow { 3.4 } else { 4.2 }, WHITE);
                scene.disc(at, if narrow { 2.6 } else { 3.2 }, color);
            }
        }
    }
}

/// How far beside its place the bar of a series stands among others, as a part of the width of a place.
fn beside(index: usize, count: usize) -> f64 {
    let spread = (0.7 / count as f64).min(0.2);
    (index as f64 - (count - 1) as f64 / 2.0) * spread
}

fn draw_bars(
    scene: &mut Scene,
    panel: &Panel,
    (data, sequence): (&TrendPanel, bool),
    beyond: &mut Beyond,
) {
    let count = data.series.len();
    for (i, series) in data.series.iter().enumerate() {
        let color = series_color(i, count, sequence);
        let offset = beside(i, count);
        for (place, q) in series.quantiles.iter().enumerate() {
            let at = |v: f64| panel.place(place as f64 + offset, v);
            let inside = |v: f64| {
                let (x, y) = at(v)?;
                Some((x, y.clamp(panel.plot.top, panel.plot.bottom)))
            };
            if let (Some(low), Some(high)) = (inside(q.p5), inside(q.p95)) {
                scene.segment(low, high, color, 1.4);
            }
            if let (Some(low), Some(high)) = (inside(q.p25), inside(q.p75)) {
                scene.segment(low, high, color, 5.0);
            }
            if let Some(middle) = at(q.p50)
                && !beyond.mark(scene, panel, middle, color)
            {
                scene.disc(middle, 4.4, WHITE);
                scene.disc(middle, 3.2, color);
            }
        }
    }
}

impl Chart for NormTrend {
    fn scene(&self, size: Size) -> Result<Scene> {
        for panel in self.all_panels() {
            for series in &panel.series {
                let what = format!("series `{}` of `{}`", series.name, panel.label);
                check_length(&what, series.quantiles.len(), self.places())?;
            }
        }
        let mut scene = Scene::new(size, &self.title)?;
        let mut quantiles = self
            .all_panels()
            .flat_map(|p| &p.series)
            .flat_map(|s| &s.quantiles);
        if !quantiles.any(|q| q.p50.is_finite()) {
            let reason = "No finite norm was recorded.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &self.legend());
        let (large, rows) = self.rows(size);
        // A small row is about two thirds as high as a large one.
        let share = if self.panels.is_empty() {
            0.0
        } else {
            large as f64 / (large as f64 + 0.66 * rows as f64)
        };
        let middle = area.top + area.height() * share;
        let upper = Area::new(area.left, area.top, area.right, middle);
        let lower = Area::new(area.left, middle + 4.0, area.right, area.bottom);
        let beside = size.beside(self.panels.len(), LEAST);
        for (cell, panel) in upper
            .cells(beside, large, 12.0)
            .into_iter()
            .zip(&self.panels)
        {
            self.draw(&mut scene, cell, panel, false);
        }
        let columns = size.beside(columns(self.small_panels.len()), LEAST_SMALL);
        let cells = lower.cells(columns, rows, 10.0).into_iter();
        for (cell, panel) in cells.zip(&self.small_panels) {
            self.draw(&mut scene, cell, panel, true);
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn readout(&self) -> Option<Readout> {
        let series = || self.all_panels().flat_map(|panel| &panel.series);
        let fits = |s: &TrendSeries| s.quantiles.len() == self.places();
        let mut quantiles = series().flat_map(|s| &s.quantiles);
        if !series().all(fits) || !quantiles.any(|q| q.p50.is_finite()) {
            return None;
        }
        let x = self.horizontal().mapping;
        let (all, names) = match &self.x {
            TrendAxis::Numbers { values, .. } => (values.clone(), Vec::new()),
            TrendAxis::Names(names) => (
                (0..names.len()).map(|at| at as f64).collect(),
                names.clone(),
            ),
        };
        // Places that the axis does not have are nowhere.
        let kept: Vec<(usize, f64)> = (all.iter().enumerate())
            .filter_map(|(place, value)| Some((place, x.fraction(*value)?)))
            .collect();
        let curve = |index: usize, count: usize, series: &TrendSeries, y: &Mapping| {
            let all = |of: fn(&Quantiles) -> f64| -> Vec<f64> {
                kept.iter()
                    .map(|(place, _)| of(&series.quantiles[*place]))
                    .collect()
            };
            let range = |name: &str, lower, upper| ReadoutRange {
                name: name.to_owned(),
                lower: all(lower),
                upper: all(upper),
            };
            let values = all(|q| q.p50);
            ReadoutCurve {
                name: series.name.clone(),
                color: series_color(index, count, self.sequence),
                shift: match names.len() {
                    0 => 0.0,
                    places => beside(index, count) / places as f64,
                },
                at: (0..kept.len()).collect(),
                heights: (values.iter())
                    .map(|value| y.fraction(*value).unwrap_or(f64::NAN))
                    .collect(),
                values,
                ranges: vec![
                    range("25–75 %", |q| q.p25, |q| q.p75),
                    range("5–95 %", |q| q.p5, |q| q.p95),
                ],
            }
        };
        let groups = [&self.panels, &self.small_panels].into_iter();
        let panels = groups.flat_map(|group| group.iter().map(move |panel| (panel, group)));
        let panels = panels.map(|(panel, group)| {
            let y = self.vertical(panel, group);
            let series = panel.series.iter().enumerate();
            ReadoutPanel {
                label: panel.label.clone(),
                curves: series
                    .map(|(index, series)| curve(index, panel.series.len(), series, &y))
                    .collect(),
            }
        });
        Some(Readout {
            x_label: self.x_label.clone(),
            panels: panels.collect(),
            places: kept.iter().map(|(place, _)| all[*place]).collect(),
            across: kept.iter().map(|(_, at)| *at).collect(),
            names,
            ..Readout::default()
        })
    }

    fn set_scale(&mut self, along: Along, scale: Scale) -> Rescaled {
        match (along, &mut self.x) {
            (Along::X, TrendAxis::Names(_)) => Err("its horizontal axis has names"),
            (Along::X, TrendAxis::Numbers { values, scale: own }) => {
                shows_all(scale, values.iter().copied())?;
                *own = scale;
                Ok(())
            }
            (Along::Y, _) => {
                let quantiles = self.all_panels().flat_map(|p| &p.series);
                let quantiles = quantiles.flat_map(|s| s.quantiles.iter().map(|q| q.p5));
                shows_all(scale, quantiles)?;
                self.y_scale = scale;
                Ok(())
            }
        }
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        let (large, small) = self.rows(width);
        match (large, small) == self.rows(usual) {
            true => usual.height_at(width.width),
            false => HEADER + LARGE_ROW * large as u32 + SMALL_ROW * small as u32,
        }
    }
}

/// Columns of so many small panels: in full rows where five columns or fewer make some.
fn columns(panels: usize) -> usize {
    match panels {
        0..=4 => panels.max(1),
        _ => [5, 4, 3]
            .into_iter()
            .find(|n| panels.is_multiple_of(*n))
            .unwrap_or(4),
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let places = sampler.places(60);
    let series = (0..1 + sampler.below(3)).map(|_| TrendSeries {
        name: name.clone(),
        quantiles: (0..places.len())
            .map(|_| {
                let networks = sampler.count(60);
                Quantiles::of(sampler.numbers(networks))
            })
            .collect(),
    });
    let panel = TrendPanel {
        label: name.clone(),
        quantity: name.clone(),
        series: series.collect(),
    };
    let chart = NormTrend {
        title: name.clone(),
        subtitle: name.clone(),
        x_label: name.clone(),
        x: if sampler.flag() {
            TrendAxis::Names(places.iter().map(|v| format!("{name}{v}")).collect())
        } else {
            TrendAxis::Numbers {
                values: places,
                scale: sampler.scale(),
            }
        },
        sequence: sampler.below(2) == 0,
        y_scale: sampler.scale(),
        panels: vec![panel.clone(); 2],
        small_panels: vec![panel; sampler.below(7)],
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    /// A norm over two learning rates.
    fn trend(norms: &[f64]) -> NormTrend {
        let series = TrendSeries {
            name: "all".into(),
            quantiles: norms.iter().map(|norm| Quantiles::of([*norm])).collect(),
        };
        NormTrend {
            title: String::new(),
            subtitle: String::new(),
            x_label: "learning rate".into(),
            x: TrendAxis::Numbers {
                values: vec![0.01, 10.0],
                scale: Scale::Linear,
            },
            sequence: true,
            y_scale: Scale::Auto,
            panels: vec![TrendPanel {
                label: "weight norm".into(),
                quantity: "weight norm".into(),
                series: vec![series],
            }],
            small_panels: Vec::new(),
        }
    }

    #[test]
    fn norms_over_decades_have_a_logarithmic_axis() {
        let vertical = |norms: &[f64]| {
            let chart = trend(norms);
            chart.vertical(&chart.panels[0], &chart.panels)
        };
        assert!(matches!(vertical(&[3.0, 2e4]), Mapping::Log { .. }));
        assert!(matches!(vertical(&[3.0, 200.0]), Mapping::Linear { .. }));
        // A bias norm starts at zero, which keeps a place.
        let axis = vertical(&[0.0, 0.01, 30.0]);
        assert!(matches!(axis, Mapping::Log { zero, .. } if zero > 0.0));
        assert!(axis.fraction(0.0) < axis.fraction(0.01));
    }

    #[test]
    fn layers_of_one_quantity_share_their_axis() {
        let mut chart = trend(&[1.0, 2.0]);
        let panel = |norms: &[f64], quantity: &str| TrendPanel {
            quantity: quantity.into(),
            ..trend(norms).panels.remove(0)
        };
        chart.small_panels = vec![
            panel(&[1.0, 2.0], "weight norm"),
            panel(&[4.0, 6.0], "weight norm"),
            panel(&[0.1, 0.3], "bias norm"),
        ];
        let axis = |i: usize| chart.vertical(&chart.small_panels[i], &chart.small_panels);
        assert_eq!(axis(0), axis(1));
        assert!(axis(0).fraction(6.0) <= Some(1.0) && axis(2).fraction(1.0) > Some(1.0));
    }

    #[test]
    fn bars_tell_their_values_where_they_stand() {
        let mut chart = trend(&[1.0, 3.0]);
        let readout = chart.readout().unwrap();
        assert_eq!(readout.places, [0.01, 10.0]);
        assert_eq!(readout.panels[0].curves[0].values, [1.0, 3.0]);
        let series = chart.panels[0].series[0].clone();
        chart.panels[0].series.push(series);
        chart.x = TrendAxis::Names(vec!["tanh".into(), "relu".into()]);
        let readout = chart.readout().unwrap();
        assert_eq!(
            (&readout.across[..], &readout.places[..]),
            (&[0.25, 0.75][..], &[0.0, 1.0][..])
        );
        let [first, second] = &readout.panels[0].curves[..] else {
            panic!("two curves");
        };
        assert_eq!((first.shift, second.shift), (-0.05, 0.05));
        assert!(first.color != second.color && first.ranges.len() == 2);
        let scene = chart.scene(Size::default()).unwrap();
        assert_eq!(scene.plots().len(), readout.panels.len());
    }

    #[test]
    fn a_series_must_cover_the_axis() {
        let chart = trend(&[1.0]);
        let error = chart.scene(Size::default()).unwrap_err();
        assert!(matches!(
            error,
            Error::Length {
                found: 1,
                expected: 2,
                ..
            }
        ));
    }
}
