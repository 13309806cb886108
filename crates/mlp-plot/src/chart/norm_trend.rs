//! Weight and bias norms of a population over steps or over a swept coefficient.

use mlp_statistics::Quantiles;

use super::kind::{Along, Chart, ChartKind, Rescaled, shows_all};
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
    /// Label of the vertical axis, such as `weight norm`.
    pub label: String,
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
            let color = series_color(0, 1);
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
                let color = series_color(i, count);
                let swatch = match self.x {
                    TrendAxis::Names(_) => Swatch::Disc(color),
                    TrendAxis::Numbers { .. } => Swatch::Band(color),
                };
                LegendEntry::new(swatch, s.name.as_str())
            })
            .collect()
    }

    /// The vertical axis of a panel.
    fn vertical(&self, data: &TrendPanel) -> Mapping {
        // Several wide bands would hide each other; categories have room.
        let outer = data.series.len() == 1 || matches!(self.x, TrendAxis::Names(_));
        let quantiles = data.series.iter().flat_map(|s| &s.quantiles);
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

    fn draw(&self, scene: &mut Scene, cell: Area, data: &TrendPanel, narrow: bool) {
        let x = match &self.x {
            TrendAxis::Numbers { values, scale } => {
                Axis::new(&self.x_label, Mapping::fit_places(values, *scale, 0.03))
            }
            TrendAxis::Names(names) => Axis::of_names(&self.x_label, names),
        };
        let y = self.vertical(data);
        // The panel's title is the measure; a rotated label beside it would repeat it.
        let panel = Panel::new(cell, &data.label, x, Axis::new("", y), false);
        panel.grid(scene);
        let mut beyond = Beyond::default();
        match &self.x {
            TrendAxis::Numbers { values, .. } => {
                draw_lines(scene, &panel, data, values, narrow, &mut beyond);
            }
            TrendAxis::Names(_) => draw_bars(scene, &panel, data, &mut beyond),
        }
        panel.axes(scene);
        beyond.tell(scene, &panel);
    }
}

/// A single colour, or else a sequence from dark to light that ends before it grows too pale.
fn series_color(index: usize, count: usize) -> Color {
    if count <= 1 {
        category_color(0)
    } else {
        ColorMap::Viridis.at(0.85 * index as f64 / (count - 1) as f64)
    }
}

fn draw_lines(
    scene: &mut Scene,
    panel: &Panel,
    data: &TrendPanel,
    x: &[f64],
    narrow: bool,
    beyond: &mut Beyond,
) {
    let count = data.series.len();
    let column = |s: &TrendSeries, f: fn(&Quantiles) -> f64| -> Vec<f64> {
        s.quantiles.iter().map(f).collect()
    };
    for (i, series) in data.series.iter().enumerate() {
        let color = series_color(i, count);
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
        let color = series_color(i, count);
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

fn draw_bars(scene: &mut Scene, panel: &Panel, data: &TrendPanel, beyond: &mut Beyond) {
    let count = data.series.len();
    for (i, series) in data.series.iter().enumerate() {
        let color = series_color(i, count);
        let spread = (0.7 / count as f64).min(0.2);
        let offset = (i as f64 - (count - 1) as f64 / 2.0) * spread;
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
            y_scale: Scale::Auto,
            panels: vec![TrendPanel {
                label: "weight norm".into(),
                series: vec![series],
            }],
            small_panels: Vec::new(),
        }
    }

    #[test]
    fn norms_over_decades_have_a_logarithmic_axis() {
        let vertical = |norms: &[f64]| {
            let chart = trend(norms);
            chart.vertical(&chart.panels[0])
        };
        assert!(matches!(vertical(&[3.0, 2e4]), Mapping::Log { .. }));
        assert!(matches!(vertical(&[3.0, 200.0]), Mapping::Linear { .. }));
        // A bias norm starts at zero, which keeps a place.
        let axis = vertical(&[0.0, 0.01, 30.0]);
        assert!(matches!(axis, Mapping::Log { zero, .. } if zero > 0.0));
        assert!(axis.fraction(0.0) < axis.fraction(0.01));
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
