//! Two numbers of every network of a population against each other, coloured by a third.

use super::kind::{Along, Chart, ChartKind, Rescaled, shows_all};
use super::sampler::Sampler;
use crate::color::{Color, ColorMap, category_color, class_colors};
use crate::color_bar::ColorBar;
use crate::error::{Error, Result, check_length};
use crate::header::{LegendEntry, Swatch, header, nothing};
use crate::output::Size;
use crate::panel::{Axis, Beyond, Panel, note};
use crate::pixels::Pixels;
use crate::scale::{Mapping, Scale};
use crate::scene::{Area, Scene};
use crate::theme::{AXIS, INK, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "norm scatter",
    description: "two numbers of every network, coloured by a third or by groups, with lines",
    least: Size::new(360, 300),
    sample,
};

/// What colours the points.
#[derive(Debug, Clone, PartialEq)]
pub enum PointColors {
    /// One colour for all.
    None,
    /// The number of points at each position, for clouds in which points would hide one another.
    Density,
    /// A number, shown by a colour bar; points without a finite number are grey.
    Continuous {
        /// Name of the number.
        label: String,
        /// One value per point.
        values: Vec<f64>,
        /// Scale of the colours.
        scale: Scale,
    },
    /// A class, shown in the legend.
    Categorical {
        /// Names of the classes.
        names: Vec<String>,
        /// One index per point.
        classes: Vec<usize>,
    },
}

/// A line over the points, such as a fitted law.
#[derive(Debug, Clone, PartialEq)]
pub struct Guide {
    /// Its name in the legend; one without a name is not listed there.
    pub name: String,
    /// The class whose colour it has; ink where none.
    pub class: Option<usize>,
    /// The line.
    pub line: Vec<(f64, f64)>,
}

/// A scatter of bias norm against weight norm, or of any other two columns.
#[derive(Debug, Clone, PartialEq)]
pub struct NormScatter {
    /// Title of the figure.
    pub title: String,
    /// A subtitle.
    pub subtitle: String,
    /// Label of the horizontal axis.
    pub x_label: String,
    /// Label of the vertical axis.
    pub y_label: String,
    /// Horizontal scale.
    pub x_scale: Scale,
    /// Vertical scale.
    pub y_scale: Scale,
    /// Horizontal values; points with a non-finite coordinate are left out.
    pub x: Vec<f64>,
    /// Vertical values.
    pub y: Vec<f64>,
    /// The colours.
    pub outcome: PointColors,
    /// Whether there are histograms at the upper and right edge.
    pub marginals: bool,
    /// Lines to draw over the points.
    pub guides: Vec<Guide>,
}

impl Guide {
    /// Its colour among those of the classes.
    fn color(&self, classes: &[Color]) -> Color {
        let own = self.class.map(|class| classes.get(class).copied());
        own.map_or(INK, |color| color.unwrap_or(INK))
    }
}

/// Beyond this many points the cloud is drawn into an image.
const MANY: usize = 5_000;
const MARGINAL: f64 = 52.0;
const BINS: usize = 60;
/// Cells of a density along either axis.
const DENSITY_COLUMNS: usize = 160;
const DENSITY_ROWS: usize = 120;
const UNKNOWN: Color = Color::rgb(150, 150, 156);

/// A count of points over a grid.
struct Density {
    counts: Vec<u32>,
    bar: ColorBar,
}

impl Density {
    fn draw(&self, scene: &mut Scene, plot: Area) {
        let (width, height) = (
            (plot.width() * 2.0).ceil() as usize,
            (plot.height() * 2.0).ceil() as usize,
        );
        let pixels = Pixels::from_fn(width, height, |column, row| {
            let place =
                row * DENSITY_ROWS / height * DENSITY_COLUMNS + column * DENSITY_COLUMNS / width;
            match self.counts[place] {
                0 => WHITE.with_alpha(0.0),
                count => {
                    let at = self.bar.mapping.fraction(f64::from(count));
                    self.bar.map.at(at.unwrap_or(0.0))
                }
            }
        });
        scene.image(plot, pixels);
    }
}

impl NormScatter {
    fn check(&self) -> Result<()> {
        check_length("y", self.y.len(), self.x.len())?;
        match &self.outcome {
            PointColors::None | PointColors::Density => Ok(()),
            PointColors::Continuous { values, .. } => {
                check_length("the outcome", values.len(), self.x.len())
            }
            PointColors::Categorical { names, classes } => {
                check_length("the outcome", classes.len(), self.x.len())?;
                match classes.iter().find(|c| **c >= names.len()) {
                    Some(class) => Err(Error::Class {
                        class: *class,
                        names: names.len(),
                    }),
                    None => Ok(()),
                }
            }
        }
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let mut legend = Vec::new();
        if let PointColors::Categorical { names, classes } = &self.outcome {
            let mut counts = vec![0usize; names.len()];
            for (point, class) in classes.iter().enumerate() {
                counts[*class] += usize::from(self.is_drawn(point));
            }
            for ((name, count), color) in names.iter().zip(counts).zip(self.class_colors()) {
                let swatch = Swatch::Disc(color);
                legend.push(LegendEntry::new(swatch, format!("{name} ({count})")));
            }
        }
        for guide in self.guides.iter().filter(|guide| !guide.name.is_empty()) {
            legend.push(LegendEntry::new(
                Swatch::Dashes(guide.color(&self.class_colors())),
                guide.name.as_str(),
            ));
        }
        legend
    }

    fn class_colors(&self) -> Vec<Color> {
        match &self.outcome {
            PointColors::Categorical { names, .. } => class_colors(names),
            _ => Vec::new(),
        }
    }

    /// Whether a point is within the plot.
    fn is_drawn(&self, point: usize) -> bool {
        let visible = |scale: Scale, v: f64| v.is_finite() && (scale != Scale::Log || v >= 0.0);
        visible(self.x_scale, self.x[point]) && visible(self.y_scale, self.y[point])
    }

    fn color_bar(&self) -> Option<ColorBar> {
        let PointColors::Continuous {
            label,
            values,
            scale,
        } = &self.outcome
        else {
            return None;
        };
        let drawn = values.iter().enumerate();
        let drawn = drawn.filter_map(|(point, value)| self.is_drawn(point).then_some(*value));
        let scale = scale.settled(drawn.clone());
        let shown = drawn.filter(|v| scale != Scale::Log || *v > 0.0);
        values.iter().any(|v| v.is_finite()).then(|| {
            let fitted = Mapping::within_limits(shown, scale, 0.0);
            ColorBar {
                label: label.clone(),
                mapping: fitted.mapping,
                map: ColorMap::Viridis,
                strength: 1.0,
                beyond: (fitted.below > 0, fitted.above > 0),
            }
        })
    }

    fn color(&self, point: usize, of_classes: &[Color], bar: Option<&ColorBar>) -> Color {
        match (&self.outcome, bar) {
            (PointColors::None | PointColors::Density, _) => category_color(0),
            (PointColors::Categorical { classes, .. }, _) => of_classes[classes[point]],
            (PointColors::Continuous { values, .. }, Some(bar)) => {
                let v = values[point];
                let lowest = if v == 0.0 { Some(0.0) } else { None };
                let at = bar.mapping.fraction(v).or(lowest);
                at.map_or(UNKNOWN, |t| bar.map.at(t))
            }
            (PointColors::Continuous { .. }, None) => UNKNOWN,
        }
    }

    /// The number of points in each cell of a grid over the plot, row by row from the top, and the colour bar of
    /// the counts.
    fn density(&self, x: &Mapping, y: &Mapping) -> Density {
        let mut counts = vec![0u32; DENSITY_COLUMNS * DENSITY_ROWS];
        let place = |t: f64, n: usize| {
            (0.0..=1.0)
                .contains(&t)
                .then(|| ((t * n as f64) as usize).min(n - 1))
        };
        for (&a, &b) in self.x.iter().zip(&self.y) {
            let column = x.fraction(a).and_then(|t| place(t, DENSITY_COLUMNS));
            let row = y.fraction(b).and_then(|t| place(1.0 - t, DENSITY_ROWS));
            if let (Some(column), Some(row)) = (column, row) {
                counts[row * DENSITY_COLUMNS + column] += 1;
            }
        }
        let filled = counts.iter().filter(|count| **count > 0);
        let bar = ColorBar {
            label: "networks".to_owned(),
            mapping: Mapping::fit(filled.map(|count| f64::from(*count)), Scale::Log, 0.0),
            map: ColorMap::Viridis,
            strength: 1.0,
            beyond: (false, false),
        };
        Density { counts, bar }
    }

    /// Points in an order that mixes groups that are together in the data, always the same.
    fn order(&self) -> impl Iterator<Item = usize> + '_ {
        let n = self.x.len();
        // A stride near the golden section without a common factor visits every point once.
        let mut stride = ((n as f64 * 0.618) as usize).max(1);
        while gcd(stride, n) != 1 {
            stride += 1;
        }
        (0..n).map(move |i| ((i as u128 * stride as u128) % n as u128) as usize)
    }

    fn draw_points(
        &self,
        scene: &mut Scene,
        panel: &Panel,
        bar: Option<&ColorBar>,
        beyond: &mut Beyond,
    ) {
        let n = self.x.len();
        let (radius, alpha) = match n {
            0..=300 => (3.8, 0.85),
            301..=MANY => (3.0, 0.65),
            5_001..=50_000 => (1.8, 0.5),
            50_001..=300_000 => (1.3, 0.35),
            _ => (1.0, 0.22),
        };
        let plot = panel.plot;
        let of_classes = self.class_colors();
        for i in self.order() {
            if let Some(at) = panel.place(self.x[i], self.y[i])
                && !plot.contains(at)
            {
                beyond.mark(scene, panel, at, self.color(i, &of_classes, bar));
            }
        }
        let shown = self.order().filter_map(|i| {
            let at = panel.place(self.x[i], self.y[i])?;
            plot.contains(at)
                .then(|| (at, self.color(i, &of_classes, bar).with_alpha(alpha)))
        });
        if n <= MANY {
            for (at, color) in shown {
                scene.disc(at, radius, color);
            }
            return;
        }
        let ratio = 2.0;
        let mut pixels = Pixels::transparent(
            (plot.width() * ratio).ceil() as usize,
            (plot.height() * ratio).ceil() as usize,
        );
        for ((x, y), color) in shown {
            let at = ((x - plot.left) * ratio, (y - plot.top) * ratio);
            pixels.disc(at, radius * ratio, color);
        }
        scene.image(plot, pixels);
    }

    /// The groups that the marginal histograms distinguish.
    fn groups(&self) -> Vec<(Color, Vec<usize>)> {
        match &self.outcome {
            PointColors::Categorical { names, classes } if names.len() <= 5 => {
                let colors = class_colors(names).into_iter().enumerate();
                let group = |(k, color): (usize, Color)| {
                    let members = classes.iter().enumerate().filter(|(_, c)| **c == k);
                    (color, members.map(|(i, _)| i).collect())
                };
                colors.map(group).collect()
            }
            _ => vec![(AXIS, (0..self.x.len()).collect())],
        }
    }

    fn draw_marginals(&self, scene: &mut Scene, panel: &Panel) {
        let plot = panel.plot;
        let groups = self.groups();
        let strip = MARGINAL - 10.0;
        let along_x = |i: usize| {
            panel
                .place_x(self.x[i])
                .map(|v| (v - plot.left) / plot.width())
        };
        let along_y = |i: usize| {
            panel
                .place_y(self.y[i])
                .map(|v| (plot.bottom - v) / plot.height())
        };
        // A point is drawn where both of its coordinates are on the axes.
        let visible = |i: usize| panel.place(self.x[i], self.y[i]).is_some();
        for horizontal in [true, false] {
            let counts: Vec<(Color, [usize; BINS])> = groups
                .iter()
                .map(|(color, members)| {
                    let mut bins = [0; BINS];
                    for i in members.iter().copied().filter(|i| visible(*i)) {
                        let at = if horizontal { along_x(i) } else { along_y(i) };
                        if let Some(t) = at.filter(|t| (0.0..=1.0).contains(t)) {
                            bins[((t * BINS as f64) as usize).min(BINS - 1)] += 1;
                        }
                    }
                    (*color, bins)
                })
                .collect();
            let highest = counts
                .iter()
                .flat_map(|(_, bins)| bins)
                .max()
                .copied()
                .unwrap_or(0);
            for (color, bins) in counts {
                let outline = |points: &mut Vec<(f64, f64)>, t: f64, count: usize| {
                    let height = strip * count as f64 / highest.max(1) as f64;
                    points.push(if horizontal {
                        (plot.left + t * plot.width(), plot.top - 4.0 - height)
                    } else {
                        (plot.right + 4.0 + height, plot.bottom - t * plot.height())
                    });
                };
                let mut points = Vec::new();
                outline(&mut points, 0.0, 0);
                for (b, count) in bins.iter().enumerate() {
                    outline(&mut points, b as f64 / BINS as f64, *count);
                    outline(&mut points, (b + 1) as f64 / BINS as f64, *count);
                }
                outline(&mut points, 1.0, 0);
                scene.polygon(points.clone(), color.with_alpha(0.3));
                scene.line(points, color, 1.0);
            }
        }
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Chart for NormScatter {
    fn scene(&self, size: Size) -> Result<Scene> {
        self.check()?;
        let mut scene = Scene::new(size, &self.title)?;
        let shown: Vec<(f64, f64)> = (0..self.x.len())
            .filter(|&point| self.is_drawn(point))
            .map(|point| (self.x[point], self.y[point]))
            .collect();
        if shown.is_empty() {
            let reason = "No network has two finite norms, or all exploded.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let area = header(&mut scene, &self.title, &self.subtitle, &self.legend());
        let x = Mapping::within_limits(shown.iter().map(|p| p.0), self.x_scale, 0.04).mapping;
        let y = Mapping::within_limits(shown.iter().map(|p| p.1), self.y_scale, 0.04).mapping;
        let density = (self.outcome == PointColors::Density).then(|| self.density(&x, &y));
        let bar = match &density {
            Some(density) => Some(density.bar.clone()),
            None => self.color_bar(),
        };
        let bar_width = bar.as_ref().map_or(0.0, |b| b.width(area.height() - 60.0));
        let strip = if self.marginals && area.height() > 220.0 && area.width() > 320.0 {
            MARGINAL
        } else {
            0.0
        };
        let cell = Area::new(
            area.left,
            area.top + strip,
            area.right - bar_width - strip,
            area.bottom,
        );
        let (x, y) = (Axis::new(&self.x_label, x), Axis::new(&self.y_label, y));
        let panel = Panel::new(cell, "", x, y, false);
        panel.grid(&mut scene);
        let mut beyond = Beyond::default();
        match &density {
            Some(density) => {
                density.draw(&mut scene, panel.plot);
                for at in shown.iter().filter_map(|(x, y)| panel.place(*x, *y)) {
                    beyond.mark(&mut scene, &panel, at, AXIS);
                }
            }
            None => self.draw_points(&mut scene, &panel, bar.as_ref(), &mut beyond),
        }
        for guide in &self.guides {
            panel.curve(&mut scene, &guide.line, WHITE, 3.6, true);
            let color = guide.color(&self.class_colors());
            panel.curve(&mut scene, &guide.line, color, 1.6, true);
        }
        panel.axes(&mut scene);
        if strip > 0.0 {
            self.draw_marginals(&mut scene, &panel);
        }
        if let Some(bar) = bar {
            let left = panel.plot.right + strip + 18.0;
            bar.draw(&mut scene, left, panel.plot.top, panel.plot.bottom);
        }
        let hidden = match self.x.len() - shown.len() {
            0 => String::new(),
            hidden => format!("{hidden} that diverged or exploded left out"),
        };
        let told = [beyond.text(), hidden];
        let told: Vec<&str> = told
            .iter()
            .map(String::as_str)
            .filter(|t| !t.is_empty())
            .collect();
        if !told.is_empty() {
            note(&mut scene, &panel, &told.join("; "));
        }
        Ok(scene)
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }

    fn set_scale(&mut self, along: Along, scale: Scale) -> Rescaled {
        let (values, own) = match along {
            Along::X => (&self.x, &mut self.x_scale),
            Along::Y => (&self.y, &mut self.y_scale),
        };
        shows_all(scale, values.iter().copied())?;
        *own = scale;
        Ok(())
    }

    fn set_color_scale(&mut self, scale: Scale) -> Option<Rescaled> {
        let PointColors::Continuous {
            values, scale: own, ..
        } = &mut self.outcome
        else {
            return None;
        };
        let shown = shows_all(scale, values.iter().copied());
        Some(shown.map(|()| *own = scale))
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    let name = sampler.text();
    let n = sampler.count(200);
    let (x, y) = (sampler.numbers(n), sampler.numbers(n));
    let outcome = match sampler.below(4) {
        0 => PointColors::None,
        1 => PointColors::Density,
        2 => PointColors::Continuous {
            label: name.clone(),
            values: y.clone(),
            scale: sampler.scale(),
        },
        _ => PointColors::Categorical {
            names: vec![name.clone(), "b".into()],
            classes: (0..n).map(|i| i % 2).collect(),
        },
    };
    let line = x.iter().copied().zip(y.iter().copied()).collect();
    let chart = NormScatter {
        title: name.clone(),
        subtitle: name.clone(),
        x_label: name.clone(),
        y_label: name.clone(),
        x_scale: sampler.scale(),
        y_scale: sampler.scale(),
        x,
        y,
        outcome,
        marginals: sampler.flag(),
        guides: vec![Guide {
            name,
            class: None,
            line,
        }],
    };
    chart.scene(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn chart(n: usize) -> NormScatter {
        NormScatter {
            title: String::new(),
            subtitle: String::new(),
            x_label: "weight norm".into(),
            y_label: "bias norm".into(),
            x_scale: Scale::Linear,
            y_scale: Scale::Linear,
            x: (0..n).map(|i| i as f64).collect(),
            y: (0..n).map(|i| (i * i) as f64).collect(),
            outcome: PointColors::None,
            marginals: true,
            guides: Vec::new(),
        }
    }

    #[test]
    fn every_point_is_drawn_once() {
        for n in [1, 2, 3, 10, 97, 1000] {
            let mut seen: Vec<usize> = chart(n).order().collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn many_points_become_an_image() {
        let shapes = |n: usize| chart(n).scene(Size::default()).unwrap().shapes.len();
        assert!(shapes(4_000) > 4_000);
        assert!(shapes(20_000) < 300);
    }

    #[test]
    fn a_density_counts_every_point() {
        let mut chart = chart(1000);
        chart.outcome = PointColors::Density;
        let x = Mapping::fit(chart.x.iter().copied(), Scale::Linear, 0.04);
        let y = Mapping::fit(chart.y.iter().copied(), Scale::Linear, 0.04);
        let density = chart.density(&x, &y);
        assert_eq!(density.counts.iter().sum::<u32>(), 1000);
        // The first point lies at the lower left, the last at the upper right.
        let filled = |row: usize, columns: std::ops::Range<usize>| {
            columns
                .map(|column| density.counts[row * DENSITY_COLUMNS + column])
                .sum::<u32>()
        };
        let rows = (0..DENSITY_ROWS).filter(|&row| filled(row, 0..DENSITY_COLUMNS) > 0);
        let rows: Vec<usize> = rows.collect();
        assert_eq!(filled(rows[0], 0..DENSITY_COLUMNS / 2), 0);
        assert_eq!(
            filled(rows[rows.len() - 1], DENSITY_COLUMNS / 2..DENSITY_COLUMNS),
            0
        );
        assert!(chart.scene(Size::default()).unwrap().shapes.len() < 400);
    }

    #[test]
    fn an_unnamed_class_is_an_error() {
        let mut chart = chart(2);
        chart.outcome = PointColors::Categorical {
            names: vec!["solved".into()],
            classes: vec![0, 1],
        };
        assert!(matches!(
            chart.scene(Size::default()),
            Err(Error::Class { class: 1, names: 1 })
        ));
    }
}
