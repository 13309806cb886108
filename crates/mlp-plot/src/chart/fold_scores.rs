//! Scores of the folds of a cross-validation, one below the other, with their mean.

use super::kind::{Chart, ChartKind};
use super::sampler::Sampler;
use crate::color::category_color;
use crate::error::{Result, check_length};
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Beyond, Panel, note};
use crate::scale::{Mapping, Scale};
use crate::scene::{Area, Scene};
use crate::theme::{SOFT_INK, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "fold scores",
    description: "scores of the folds of a cross-validation, with their mean and its interval",
    least: Size::new(360, 560),
    sample,
};

/// The least width of a panel beside another.
const LEAST: f64 = 330.0;
/// The height of what stands above and below the panels.
const AROUND: u32 = 120;

/// A mean with its interval, where there is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreMean {
    /// The mean.
    pub value: f64,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
}

/// What the scores of a panel have means of.
#[derive(Debug, Clone, PartialEq)]
pub enum ScoreMeans {
    /// Of all rows: a line across them with a band.
    OfAll(Option<ScoreMean>),
    /// Of each row: a mark with a bar.
    OfRows(Vec<Option<ScoreMean>>),
}

/// One score.
#[derive(Debug, Clone, PartialEq)]
pub struct ScorePanel {
    /// Its name.
    pub x_label: String,
    /// Of each row the scores on what was left out of the training.
    pub held_out: Vec<Vec<f64>>,
    /// Of each row the scores on what was trained on; empty where they are not shown.
    pub train: Vec<Vec<f64>>,
    /// The means of the former.
    pub means: ScoreMeans,
    /// What is reached without a network.
    pub baseline: Option<f64>,
}

/// Panels of scores: a row for each fold with a point for each network, or for each setting with a point for each fold.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldScores {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the rows.
    pub y_label: String,
    /// Names of the rows, from the top.
    pub rows: Vec<String>,
    /// What reaches the baseline, in words.
    pub baseline: String,
    /// The scores.
    pub panels: Vec<ScorePanel>,
}

impl FoldScores {
    fn legend(&self) -> Vec<LegendEntry> {
        let mut legend = vec![LegendEntry::new(
            Swatch::Ring(category_color(1)),
            "fold that was left out",
        )];
        if self.panels.iter().any(|panel| !panel.train.is_empty()) {
            let train = LegendEntry::new(Swatch::Disc(category_color(0)), "training part");
            legend.push(train);
        }
        let mean = Swatch::Band(category_color(1));
        legend.push(LegendEntry::new(mean, "mean with 95 % interval"));
        if self.panels.iter().any(|panel| panel.baseline.is_some()) {
            let baseline = Swatch::Dashes(SOFT_INK);
            legend.push(LegendEntry::new(baseline, self.baseline.as_str()));
        }
        legend
    }

    fn columns(&self, size: Size) -> usize {
        size.beside(self.panels.len().max(1), LEAST)
    }
}

impl ScorePanel {
    /// Refuses scores and means of other numbers of rows.
    fn check(&self, rows: usize) -> Result<()> {
        let what = |part: &str| format!("{part} of `{}`", self.x_label);
        check_length(&what("scores"), self.held_out.len(), rows)?;
        if !self.train.is_empty() {
            check_length(&what("training scores"), self.train.len(), rows)?;
        }
        match &self.means {
            ScoreMeans::OfAll(_) => Ok(()),
            ScoreMeans::OfRows(means) => check_length(&what("means"), means.len(), rows),
        }
    }

    fn means(&self) -> Vec<ScoreMean> {
        match &self.means {
            ScoreMeans::OfAll(mean) => mean.iter().copied().collect(),
            ScoreMeans::OfRows(means) => means.iter().flatten().copied().collect(),
        }
    }

    /// Everything that has a place on the axis.
    fn values(&self) -> Vec<f64> {
        let scores = self.held_out.iter().chain(&self.train).flatten().copied();
        let ends = self.means().into_iter().flat_map(|mean| {
            let (low, high) = mean.interval.unwrap_or((mean.value, mean.value));
            [mean.value, low, high]
        });
        let all = scores.chain(ends).chain(self.baseline);
        all.filter(|value| value.is_finite()).collect()
    }

    fn draw(&self, scene: &mut Scene, area: Area, y: &Axis) {
        let values = self.values();
        let mapping = Mapping::within_limits(values.iter().copied(), Scale::Linear, 0.06).mapping;
        let panel = Panel::new(
            area,
            "",
            Axis::new(&self.x_label, mapping),
            y.clone(),
            false,
        );
        let plot = panel.plot;
        panel.grid(scene);
        if values.is_empty() {
            panel.axes(scene);
            note(scene, &panel, "no finite score");
            return;
        }
        let rows = self.held_out.len();
        let slot = plot.height() / rows as f64;
        let half = (slot * 0.3).min(6.0);
        let middle = |row: usize| plot.top + (row as f64 + 0.5) * slot;
        let within = |value: f64| plot.left <= value && value <= plot.right;
        let inside = |value: f64| {
            let at = panel.place_x(value).filter(|at| at.is_finite());
            at.map(|at| at.clamp(plot.left, plot.right))
        };
        let color = category_color(1);
        match &self.means {
            ScoreMeans::OfAll(mean) => {
                for mean in mean.iter().filter(|mean| mean.value.is_finite()) {
                    if let Some((low, high)) = mean.interval
                        && let (Some(low), Some(high)) = (inside(low), inside(high))
                    {
                        let band = Area::new(low, plot.top, high, plot.bottom);
                        scene.rectangle(band, color.with_alpha(0.18));
                    }
                    if let Some(x) = panel.place_x(mean.value).filter(|x| within(*x)) {
                        scene.segment((x, plot.top), (x, plot.bottom), color, 2.2);
                    }
                }
            }
            ScoreMeans::OfRows(means) => {
                for (row, mean) in means.iter().enumerate() {
                    let Some(mean) = mean.filter(|mean| mean.value.is_finite()) else {
                        continue;
                    };
                    let y = middle(row);
                    if let Some((low, high)) = mean.interval
                        && let (Some(low), Some(high)) = (inside(low), inside(high))
                    {
                        let bar = Area::new(low, y - half, high, y + half);
                        scene.rectangle(bar, color.with_alpha(0.25));
                    }
                    if let Some(x) = panel.place_x(mean.value).filter(|x| within(*x)) {
                        let reach = half + 3.0_f64.min(slot * 0.1);
                        scene.segment((x, y - reach), (x, y + reach), color, 2.2);
                    }
                }
            }
        }
        if let Some(x) = self.baseline.and_then(|baseline| panel.place_x(baseline))
            && within(x)
        {
            scene.dashed_line(vec![(x, plot.top), (x, plot.bottom)], SOFT_INK, 1.6);
        }
        let radius = half.clamp(1.4, 4.2);
        let mut beyond = Beyond::default();
        for (parts, train) in [(&self.train, true), (&self.held_out, false)] {
            for (row, scores) in parts.iter().enumerate() {
                for score in scores.iter().filter(|score| score.is_finite()) {
                    let Some(x) = panel.place_x(*score) else {
                        continue;
                    };
                    let (at, color) = ((x, middle(row)), category_color(usize::from(!train)));
                    if beyond.mark(scene, &panel, at, color) {
                        continue;
                    }
                    match train {
                        true => scene.disc(at, radius, color.with_alpha(0.7)),
                        false => {
                            scene.disc(at, radius + 0.5, WHITE);
                            scene.ring(at, radius - 0.4, color, 1.7);
                        }
                    }
                }
            }
        }
        panel.axes(scene);
        beyond.tell(scene, &panel);
    }
}

impl Chart for FoldScores {
    fn scene(&self, size: Size) -> Result<Scene> {
        for panel in &self.panels {
            panel.check(self.rows.len())?;
        }
        let mut scene = Scene::new(size, &self.title)?;
        if self.panels.iter().all(|panel| panel.values().is_empty()) {
            let reason = "There is no finite score to show.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let legend = self.legend();
        let area = header(&mut scene, &self.title, &self.subtitle, &legend);
        let columns = self.columns(size);
        let cells = area.cells(columns, self.panels.len().div_ceil(columns), 14.0);
        let names: Vec<String> = self.rows.iter().rev().cloned().collect();
        let y = Axis::of_names(&self.y_label, &names);
        for (panel, cell) in self.panels.iter().zip(cells) {
            panel.draw(&mut scene, cell, &y);
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn height(&self, width: Size, usual: Size) -> u32 {
        // It is as high as its rows are, and panels that do not fit beside each other stand below each other.
        let panels = self.panels.len().max(1);
        let beside = |size: Size| panels.div_ceil(self.columns(size)) as u32;
        let each = usual.height.saturating_sub(AROUND) / beside(usual);
        AROUND + each * beside(width)
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let most = [5, 10, 60][sampler.below(3)];
    let count = sampler.count(most);
    let rows: Vec<String> = (0..count).map(|row| format!("{name} {row}")).collect();
    let each = 1 + sampler.below(4);
    let of_rows = sampler.flag();
    let mean = |scores: &[f64]| {
        let value = scores.iter().sum::<f64>() / scores.len() as f64;
        let spread = scores.first().map_or(0.0, |first| (first - value).abs());
        (!scores.is_empty()).then_some(ScoreMean {
            value,
            interval: Some((value - spread, value + spread)),
        })
    };
    let panel = |sampler: &mut Sampler| {
        let scores = sampler.numbers(count * each);
        let held_out: Vec<Vec<f64>> = scores.chunks(each).map(<[f64]>::to_vec).collect();
        let train = match sampler.flag() {
            true => held_out.iter().rev().cloned().collect(),
            false => Vec::new(),
        };
        ScorePanel {
            x_label: name.clone(),
            means: match of_rows {
                true => ScoreMeans::OfRows(held_out.iter().map(|row| mean(row)).collect()),
                false => ScoreMeans::OfAll(mean(&scores)),
            },
            held_out,
            train,
            baseline: sampler.flag().then(|| sampler.number()),
        }
    };
    let panels = (0..2).map(|_| panel(sampler)).collect();
    let chart = FoldScores {
        title: name.clone(),
        subtitle: name.clone(),
        y_label: "fold".to_owned(),
        rows,
        baseline: "the most frequent class".to_owned(),
        panels,
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Shape;

    fn chart(means: ScoreMeans) -> FoldScores {
        FoldScores {
            title: "t".into(),
            subtitle: String::new(),
            y_label: "fold".into(),
            rows: vec!["0".into(), "1".into()],
            baseline: "the mean".into(),
            panels: vec![ScorePanel {
                x_label: "R²".into(),
                held_out: vec![vec![0.2], vec![0.8]],
                train: Vec::new(),
                means,
                baseline: Some(0.0),
            }],
        }
    }

    #[test]
    fn every_fold_is_a_ring_at_its_score_beside_the_line_of_the_mean() {
        let mean = ScoreMean {
            value: 0.5,
            interval: Some((0.3, 0.7)),
        };
        let scene = chart(ScoreMeans::OfAll(Some(mean)));
        let scene = scene.scene(Size::default()).unwrap();
        let plot = scene.plots()[0];
        let rings = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Ring { center, .. } if center.1 > plot.top => Some(*center),
            _ => None,
        });
        let mut rings: Vec<_> = rings.collect();
        rings.dedup();
        let [first, second] = rings[..] else {
            panic!("{rings:?}");
        };
        assert!(first.0 < second.0 && first.1 < second.1);
        let middle = (first.0 + second.0) / 2.0;
        let line = scene.shapes.iter().any(|shape| match shape {
            Shape::Line { points, .. } => points
                .iter()
                .all(|point| (point.0 - middle).abs() < 1e-6 && plot.contains(*point)),
            _ => false,
        });
        let band = scene.shapes.iter().any(|shape| match shape {
            Shape::Rectangle { area, .. } => {
                ((area.left + area.right) / 2.0 - middle).abs() < 1e-6
                    && area.width() < second.0 - first.0
                    && (area.height() - plot.height()).abs() < 1e-9
            }
            _ => false,
        });
        assert!(line && band);
    }

    #[test]
    fn means_must_be_of_the_rows() {
        let one = chart(ScoreMeans::OfRows(vec![None]));
        assert!(one.scene(Size::default()).is_err());
        assert!(
            chart(ScoreMeans::OfRows(vec![None, None]))
                .scene(Size::default())
                .is_ok()
        );
    }
}
