//! Losses and scores over steps or epochs.

use super::kind::{Along, Chart, ChartKind, Rescaled, shows_all};
use super::readout::{Readout, ReadoutCurve, ReadoutPanel, ReadoutRange};
use super::sampler::Sampler;
use super::series::{Center, Series};
use crate::color::{Color, category_color};
use crate::error::{Result, check_length};
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Beyond, Panel};
use crate::scale::{Mapping, Scale};
use crate::scene::Scene;
use crate::theme::{PAGE, PAPER, WHITE};

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
/// The same of many panels on paper, and about what their header takes.
const LEAST_OF_MANY: [f64; 2] = [150.0, 105.0];
const LOWEST_OF_MANY: f64 = 80.0;
const HEADER: u32 = 130;

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

    /// The panels of a column, from the top.
    fn column(&self, index: usize) -> impl Iterator<Item = &CurvePanel> {
        self.panels.iter().filter(move |p| p.column == index)
    }

    /// The most panels of a column.
    fn rows(&self) -> usize {
        let counts = (0..self.columns()).map(|index| self.column(index).count());
        counts.max().unwrap_or(1)
    }

    /// Every place of a curve, ascending.
    fn places(&self) -> Vec<f64> {
        let series = self.panels.iter().flat_map(|panel| &panel.series);
        let places = series.flat_map(|series| series.x.iter().copied());
        let mut places: Vec<f64> = places.filter(|place| place.is_finite()).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        places
    }

    fn horizontal(&self, places: &[f64]) -> Mapping {
        Mapping::fit_places(places, self.x_scale, 0.01)
    }

    /// The vertical axis that each row of panels shares.
    fn verticals(&self) -> Vec<Mapping> {
        let row = |row: usize| {
            let panels = (0..self.columns()).filter_map(|column| self.column(column).nth(row));
            vertical(&panels.collect::<Vec<_>>())
        };
        (0..self.rows()).map(row).collect()
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

/// The colour of a series: that of its name.
fn color(series: &Series, names: &[(&str, bool, bool)]) -> Color {
    let index = names.iter().position(|(name, ..)| *name == series.name);
    category_color(index.unwrap_or(0))
}

/// What a series tells.
fn curve(series: &Series, color: Color, places: &[f64], y: &Mapping) -> ReadoutCurve {
    let at = |place: f64| {
        let at = places.partition_point(|known| *known < place);
        (places.get(at) == Some(&place)).then_some(at)
    };
    let own: Vec<(usize, usize)> = (series.x.iter().enumerate())
        .filter_map(|(index, place)| Some((index, at(*place)?)))
        .collect();
    let values = |of: &[f64]| {
        own.iter()
            .map(|(index, _)| of[*index])
            .collect::<Vec<f64>>()
    };
    let heights = values(&series.y).into_iter();
    ReadoutCurve {
        name: series.name.clone(),
        color,
        shift: 0.0,
        at: own.iter().map(|(_, at)| *at).collect(),
        values: values(&series.y),
        heights: heights.map(|v| y.fraction(v).unwrap_or(f64::NAN)).collect(),
        ranges: (series.bands.iter().rev())
            .map(|band| ReadoutRange {
                name: band.name.clone(),
                lower: values(&band.lower),
                upper: values(&band.upper),
            })
            .collect(),
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
        let places = self.places();
        let x = self.horizontal(&places);
        let columns = self.columns();
        let column = |index: usize| self.column(index);
        let rows = self.rows();
        // Columns stand below each other where that leaves them high enough.
        let (wrapped, lowest) = self.beside(size);
        let high = area.height() / (columns.div_ceil(wrapped) * rows) as f64;
        let beside = if high >= lowest { wrapped } else { columns };
        let shared = self.verticals();
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
                    let x = Axis::new(label, x.clone()).whole_as(places.iter().copied());
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

    fn readout(&self) -> Option<Readout> {
        let points = self.panels.iter().flat_map(|panel| &panel.series);
        if self.check().is_err() || !points.into_iter().any(has_point) {
            return None;
        }
        let all = self.places();
        let x = self.horizontal(&all);
        let (places, across): (Vec<f64>, Vec<f64>) = (all.iter())
            .filter_map(|place| Some((*place, x.fraction(*place)?)))
            .unzip();
        let (names, shared) = (self.names(), self.verticals());
        let panels = (0..self.columns()).flat_map(|column| {
            let mut titles = self.column(column).map(|panel| panel.title.as_str());
            let title = titles.find(|title| !title.is_empty()).unwrap_or_default();
            let own = self.column(column).zip(&shared);
            own.map(move |(panel, y)| (title, panel, y))
        });
        let panels = panels.map(|(title, panel, y)| ReadoutPanel {
            label: match title {
                "" => panel.y_label.clone(),
                title => format!("{title}: {}", panel.y_label),
            },
            curves: (panel.series.iter())
                .map(|series| curve(series, color(series, &names), &places, y))
                .collect(),
        });
        Some(Readout {
            x_label: self.x_label.clone(),
            panels: panels.collect(),
            places,
            across,
            ..Readout::default()
        })
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        let (beside, lowest) = self.beside(width);
        let blocks = self.columns().div_ceil(beside) as u32;
        let usual_blocks = self.columns().div_ceil(self.beside(usual).0).max(1) as u32;
        let one = Size::new(usual.width, usual.height / usual_blocks);
        // Each block of panels is as high as one of the usual picture would be.
        let height = blocks * one.height_at(width.width);
        match lowest == LOWEST {
            true => height,
            false => height.min((PAGE * f64::from(width.width)) as u32),
        }
    }
}

impl LearningCurves {
    /// How many columns of panels stand beside each other, and the least height of a panel then: on paper many are smaller, so
    /// that all of them are on a page.
    fn beside(&self, size: Size) -> (usize, f64) {
        let columns = self.columns();
        let usual = size.beside(columns, LEAST);
        let blocks = |beside: usize| columns.div_ceil(beside) as u32;
        let page = (PAGE * f64::from(size.width)) as u32;
        let high = blocks(usual) * Size::new(900, 640).height_at(size.width);
        if f64::from(size.width) >= PAPER || high <= page {
            return (usual, LOWEST);
        }
        let low = |beside: &usize| blocks(*beside) * Self::low_block(self.rows()) + HEADER <= page;
        let least = LEAST_OF_MANY.map(|least| size.beside(columns, least));
        let found = least.into_iter().find(low).unwrap_or(least[1]);
        (found, LOWEST_OF_MANY)
    }

    /// The height of a block of so many low panels.
    fn low_block(rows: usize) -> u32 {
        20 + 90 * rows as u32
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
    let color = |series: &Series| color(series, names);
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
    use crate::scene::Area;

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

    /// Columns of two panels, of which the usual picture has three beside each other.
    #[test]
    fn many_panels_fit_a_page_of_paper() {
        let steps = || (0..5).map(f64::from).collect::<Vec<f64>>();
        let panel = |place: usize| CurvePanel {
            title: format!("rate {}", place / 2),
            column: place / 2,
            y_label: ["loss", "accuracy"][place % 2].into(),
            series: vec![Series::new("test", steps(), steps())],
            ..CurvePanel::default()
        };
        for columns in [1, 3, 5, 15] {
            let chart = LearningCurves {
                x_label: "step".into(),
                panels: (0..2 * columns).map(panel).collect(),
                ..LearningCurves::default()
            };
            let usual = Size::new(900, 640 * columns.div_ceil(3) as u32);
            assert_eq!(chart.height(usual, usual), usual.height);
            for width in [361, 384] {
                let height = chart.height(Size::new(width, usual.height), usual);
                let page = PAGE * f64::from(width);
                assert!(f64::from(height) <= page, "{columns} {width}: {height}");
                let scene = chart.scene(Size::new(width, height)).unwrap();
                let plots = scene.plots();
                assert_eq!(plots.len(), 2 * columns);
                let low = plots.iter().map(Area::height).fold(f64::INFINITY, f64::min);
                assert!(low > 25.0, "{columns} {width}: {low}");
            }
        }
    }

    #[test]
    fn panels_tell_their_curves_in_the_order_in_which_they_are_drawn() {
        let panel = |column: usize, title: &str, y_label: &str, series: Vec<Series>| CurvePanel {
            title: title.into(),
            column,
            y_label: y_label.into(),
            series,
            ..CurvePanel::default()
        };
        let bands = Series::of_population(
            "train",
            vec![0.0, 10.0],
            &[vec![1.0, 2.0], vec![3.0, f64::NAN]],
            Center::Median,
        );
        let later = Series::new("test", vec![5.0, 10.0], vec![0.5, 1.5]);
        let chart = LearningCurves {
            x_label: "step".into(),
            panels: vec![
                panel(1, "rate 1", "loss", vec![later.clone()]),
                panel(0, "rate 0.1", "loss", vec![bands, later]),
                panel(
                    0,
                    "",
                    "accuracy",
                    vec![Series::new("test", vec![10.0], vec![1.0])],
                ),
            ],
            ..LearningCurves::default()
        };
        let readout = chart.readout().unwrap();
        let labels: Vec<&str> = readout.panels.iter().map(|p| p.label.as_str()).collect();
        assert_eq!(
            labels,
            ["rate 0.1: loss", "rate 0.1: accuracy", "rate 1: loss"]
        );
        let scene = chart.scene(Size::default()).unwrap();
        assert_eq!(scene.plots().len(), labels.len());
        assert_eq!(readout.places, [0.0, 5.0, 10.0]);
        let [train, test] = &readout.panels[0].curves[..] else {
            panic!("two curves");
        };
        assert_eq!((&train.at[..], &test.at[..]), (&[0, 2][..], &[1, 2][..]));
        assert_eq!(train.values, [2.0, 2.0]);
        let names: Vec<&str> = train
            .ranges
            .iter()
            .map(|range| range.name.as_str())
            .collect();
        assert_eq!(names, ["25–75 %", "5–95 %"]);
        assert_eq!(train.ranges[0].upper[0], 2.5);
        // The curve of one name has one colour in all panels, and beside each other one axis.
        let other = &readout.panels[2].curves[0];
        assert_eq!((test.color, &test.heights), (other.color, &other.heights));
        assert_eq!(LearningCurves::default().readout(), None);
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
