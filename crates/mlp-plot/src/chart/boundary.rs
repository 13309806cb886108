//! A network's predictions over a plane, with the samples on top.

use super::kind::{Chart, ChartKind};
use super::plane_grid::PlaneGrid;
use super::region_names;
use super::sampler::Sampler;
use crate::color::{Color, ColorMap, class_colors};
use crate::color_bar::ColorBar;
use crate::error::{Error, Result, check_length};
use crate::header::{LegendEntry, Swatch, diamond, header, nothing};
use crate::output::Size;
use crate::panel::{Beyond, Panel};
use crate::pixels::Pixels;
use crate::scale::{Fitted, Mapping, Scale};
use crate::scene::{Area, Scene};
use crate::theme::{INK, SOFT_INK, WHITE};

/// The chart's line of the registry.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "boundary",
    description: "a network's predictions over a plane, with the samples on top",
    least: Size::new(360, 300),
    sample,
};

/// The predictions at the points of a grid over the plane, row by row.
#[derive(Debug, Clone, PartialEq)]
pub enum Surface {
    /// The probability of the second of two classes.
    Binary {
        /// `[rows, columns]`.
        second: Vec<f64>,
        /// The probability above which it is predicted, where the decision boundary is.
        threshold: f64,
    },
    /// Probabilities of all classes, `[rows, columns, classes]`; the largest decides.
    Classes(Vec<f64>),
    /// A predicted number, `[rows, columns]`, and its name.
    Value {
        /// The predictions.
        values: Vec<f64>,
        /// Name and unit of the number.
        label: String,
    },
}

/// The part of the data that a point belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Training samples, drawn filled.
    Train,
    /// Held-out samples (test or validation), drawn as a ring, and as a diamond over numbers.
    Test,
}

/// A sample's position on the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlanePoint {
    /// Horizontal coordinate.
    pub x: f64,
    /// Vertical coordinate.
    pub y: f64,
    /// The class index, or the target over a [`Surface::Value`].
    pub target: f64,
    /// Its part.
    pub part: Part,
}

/// A decision boundary or a regression surface over two axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// Title of the figure.
    pub title: String,
    /// A subtitle; for a principal plane, the variance it explains.
    pub subtitle: String,
    /// The plane.
    pub grid: PlaneGrid,
    /// The predictions.
    pub surface: Surface,
    /// The samples.
    pub points: Vec<PlanePoint>,
    /// Names of the classes by index (empty for regression).
    pub class_names: Vec<String>,
    /// Whether a unit of x is drawn as long as a unit of y.
    pub equal_units: bool,
    /// The range of the colours over a [`Surface::Value`], where several pictures share it; by default that of its own
    /// numbers.
    pub value_range: Option<(f64, f64)>,
}

impl Boundary {
    pub(super) fn check(&self) -> Result<()> {
        let (found, expected) = match &self.surface {
            Surface::Binary { second, .. } => (second.len(), self.grid.len()),
            Surface::Classes(p) => (
                p.len(),
                self.grid.len().saturating_mul(self.class_names.len()),
            ),
            Surface::Value { values, .. } => (values.len(), self.grid.len()),
        };
        check_length("the surface", found, expected)?;
        if matches!(self.surface, Surface::Value { .. }) {
            return Ok(());
        }
        if matches!(self.surface, Surface::Binary { .. }) {
            check_length(
                "the class names of a binary surface",
                self.class_names.len(),
                2,
            )?;
        }
        let names = self.class_names.len();
        let known = |p: &&PlanePoint| p.target >= 0.0 && (p.target as usize) < names;
        match self.points.iter().find(|p| !known(p)) {
            Some(p) => Err(Error::Class {
                class: if p.target > 0.0 { p.target as usize } else { 0 },
                names,
            }),
            None => Ok(()),
        }
    }

    /// The axis of predicted numbers, which covers the targets and the surface.
    fn value_axis(&self, values: &[f64]) -> Fitted {
        let targets = self.points.iter().map(|p| p.target);
        let values = values.iter().copied().chain(targets);
        let own = Mapping::within_limits(values.clone(), Scale::Linear, 0.0);
        let Some((low, high)) = self.value_range else {
            return own;
        };
        Fitted {
            mapping: Mapping::exactly(low, high),
            below: values.clone().filter(|value| *value < low).count(),
            above: values.filter(|value| *value > high).count(),
        }
    }

    /// The range of colours that several pictures may share: it covers the predicted numbers of all; `None` where classes
    /// are predicted.
    #[must_use]
    pub fn shared_range(all: &[Boundary]) -> Option<(f64, f64)> {
        let surfaces = all.iter().filter_map(|one| match &one.surface {
            Surface::Value { values, .. } => Some(values),
            _ => None,
        });
        let values: Vec<f64> = surfaces.flatten().copied().collect();
        let targets = all.first()?.points.iter().map(|point| point.target);
        match Mapping::within_limits(values.iter().copied().chain(targets), Scale::Linear, 0.0)
            .mapping
        {
            Mapping::Linear { low, high } if !values.is_empty() => Some((low, high)),
            _ => None,
        }
    }

    /// Whether its classes have their names in their regions.
    fn names_regions(&self) -> bool {
        let classes = matches!(self.surface, Surface::Classes(_));
        classes && region_names::stand_in_regions(self.class_names.len())
    }

    /// A subtitle, where there is one, and where the names of many classes are.
    pub(super) fn told(&self, subtitle: &str) -> String {
        match self.names_regions() && !subtitle.is_empty() {
            true => format!(
                "{subtitle} {}",
                region_names::in_words(self.class_names.len())
            ),
            false => subtitle.to_owned(),
        }
    }

    pub(super) fn legend(&self) -> Vec<LegendEntry> {
        let mut entries = Vec::new();
        if !self.names_regions() {
            for (name, color) in self.class_names.iter().zip(class_colors(&self.class_names)) {
                entries.push(LegendEntry::new(Swatch::Box(color), name.as_str()));
            }
        }
        let has = |part| self.points.iter().any(|p| p.part == part);
        if has(Part::Train) {
            entries.push(LegendEntry::new(Swatch::Disc(SOFT_INK), "train"));
        }
        if has(Part::Test) {
            let swatch = match self.surface {
                Surface::Value { .. } => Swatch::Diamond(SOFT_INK),
                Surface::Binary { .. } | Surface::Classes(_) => Swatch::Ring(SOFT_INK),
            };
            entries.push(LegendEntry::new(swatch, "test"));
        }
        entries
    }

    /// The scale of its colours, where they are numbers.
    pub(super) fn color_bar(&self) -> Option<ColorBar> {
        match &self.surface {
            Surface::Value { values, label } => {
                let axis = self.value_axis(values);
                Some(ColorBar {
                    label: label.clone(),
                    mapping: axis.mapping,
                    map: ColorMap::Viridis,
                    strength: 1.0,
                    beyond: (axis.below > 0, axis.above > 0),
                })
            }
            Surface::Binary { .. } => Some(ColorBar {
                label: format!("probability of {}", self.class_names[1]),
                mapping: Mapping::exactly(0.0, 1.0),
                map: self.binary_map(),
                strength: SHADING,
                beyond: (false, false),
            }),
            Surface::Classes(_) => None,
        }
    }

    /// The colours between two classes.
    fn binary_map(&self) -> ColorMap {
        let colors = class_colors(&self.class_names);
        ColorMap::Between(colors[0].rgb, colors[1].rgb)
    }

    /// Fills the plane.
    fn paint(&self, scene: &mut Scene, plot: Area) {
        let clear = WHITE.with_alpha(0.0);
        match &self.surface {
            Surface::Binary { second: p, .. } => {
                let map = self.binary_map();
                self.grid.paint(scene, plot, |at| match at.value(|i| p[i]) {
                    p if p.is_nan() => clear,
                    p => map.at(p).with_alpha(SHADING),
                });
            }
            Surface::Classes(p) => {
                let classes = self.class_names.len();
                let colors = class_colors(&self.class_names);
                self.grid.paint(scene, plot, |at| {
                    let share = |k: usize| at.value(|i| p[i * classes + k]);
                    class_color(&colors, share).unwrap_or(clear)
                });
            }
            Surface::Value { values, .. } => {
                let mapping = self.value_axis(values).mapping;
                self.grid.paint(scene, plot, |at| {
                    let at = mapping.fraction(at.value(|i| values[i]));
                    at.map_or(clear, |t| ColorMap::Viridis.at(t))
                });
            }
        }
    }

    /// Lines of the decision boundary.
    fn decision_lines(&self) -> Vec<Vec<(f64, f64)>> {
        match &self.surface {
            Surface::Binary { second, threshold } => self.grid.lines(second, *threshold),
            Surface::Classes(p) => {
                let classes = self.class_names.len();
                let mut lines = Vec::new();
                for k in 0..classes {
                    let margin: Vec<f64> = p
                        .chunks_exact(classes)
                        .map(|cell| {
                            let others = cell.iter().enumerate().filter(|(i, _)| *i != k);
                            cell[k] - others.map(|(_, v)| *v).fold(f64::NEG_INFINITY, f64::max)
                        })
                        .collect();
                    lines.extend(self.grid.lines(&margin, 0.0));
                }
                lines
            }
            Surface::Value { .. } => Vec::new(),
        }
    }
}

/// The winner's colour, the paler the less certain it is.
fn class_color(colors: &[Color], share: impl Fn(usize) -> f64) -> Option<Color> {
    let classes = colors.len();
    let mut best = (0, f64::NEG_INFINITY);
    for k in 0..classes {
        let p = share(k);
        if p.is_nan() {
            return None;
        }
        if p > best.1 {
            best = (k, p);
        }
    }
    let chance = 1.0 / classes.max(2) as f64;
    let certainty = ((best.1 - chance) / (1.0 - chance)).clamp(0.0, 1.0);
    Some(colors[best.0].with_alpha(0.08 + (SHADING - 0.08) * certainty))
}

impl Chart for Boundary {
    fn scene(&self, size: Size) -> Result<Scene> {
        self.draw(size, None)
    }

    fn scene_around(&self, size: Size, plot: Area) -> Result<Scene> {
        self.draw(size, Some(plot))
    }

    fn heading(&mut self) -> [&mut String; 2] {
        [&mut self.title, &mut self.subtitle]
    }
}

impl Boundary {
    /// The picture, its plot where it is given.
    fn draw(&self, size: Size, plot: Option<Area>) -> Result<Scene> {
        self.check()?;
        let mut scene = Scene::new(size, &self.title)?;
        if !self.grid.has_extent() {
            let reason =
                "The plane has no extent: two columns, two rows and finite ranges are needed.";
            nothing(&mut scene, &self.title, &self.subtitle, reason);
            return Ok(scene);
        }
        let told = self.told(&self.subtitle);
        let area = header(&mut scene, &self.title, &told, &self.legend());
        let bar = self.color_bar();
        let (x, y) = self.grid.axes();
        let area = ColorBar::beside(bar.as_ref(), area);
        let panel = match plot {
            Some(plot) => Panel::fixed(plot, area, x, y),
            None => Panel::new(area, "", x, y, self.equal_units),
        };
        self.draw_plane(&mut scene, &panel, 1.0);
        panel.axes(&mut scene);
        if let Some(bar) = bar {
            bar.draw_beside(&mut scene, panel.plot);
        }
        Ok(scene)
    }
}

/// Opacity of the class colours over the plane: paler than the points on top of it.
const SHADING: f64 = 0.52;
/// Beyond this many points an SVG would grow too large; they are drawn into an image.
const MANY: usize = 5_000;

/// How far a diamond reaches that looks as large as a disc.
const DIAMOND: f64 = 1.3;

/// How much larger the layers of a sample over numbers are, from below: on a ground of its colour the outline tells its form.
fn layers(color: Color) -> [(f64, Color); 3] {
    [(1.7, WHITE), (0.9, INK), (0.0, color)]
}

impl Boundary {
    /// The predictions, the decision boundary and the samples, points smaller by `scale`.
    pub(super) fn draw_plane(&self, scene: &mut Scene, panel: &Panel, scale: f64) {
        self.paint(scene, panel.plot);
        for line in self.decision_lines() {
            panel.curve(scene, &line, INK, 1.6, false);
        }
        self.draw_points(scene, panel, scale);
        if let Surface::Classes(p) = &self.surface
            && self.names_regions()
        {
            region_names::draw(scene, panel.plot, (&self.grid, p), &self.class_names);
        }
    }

    fn draw_points(&self, scene: &mut Scene, panel: &Panel, scale: f64) {
        let value_axis = match &self.surface {
            Surface::Value { values, .. } => Some(self.value_axis(values).mapping),
            _ => None,
        };
        let colors = class_colors(&self.class_names);
        let color = |p: &PlanePoint| match &value_axis {
            Some(axis) => axis.fraction(p.target).map(|t| ColorMap::Viridis.at(t)),
            None => colors.get(p.target as usize).copied(),
        };
        let radius = match self.points.len() {
            0..=400 => 3.8 * scale,
            401..=2000 => 3.0 * scale,
            _ => 2.2 * scale,
        };
        let placed = self.points.iter().filter_map(|p| {
            let place = panel.place(p.x, p.y)?;
            Some((place, color(p)?, p.part))
        });
        let (shown, far): (Vec<_>, Vec<_>) = placed.partition(|(at, ..)| panel.plot.contains(*at));
        if self.points.len() > MANY {
            let plot = panel.plot;
            let ratio = 2.0;
            let mut pixels = Pixels::transparent(
                (plot.width() * ratio).ceil() as usize,
                (plot.height() * ratio).ceil() as usize,
            );
            for ((x, y), color, part) in shown {
                let at = ((x - plot.left) * ratio, (y - plot.top) * ratio);
                if value_axis.is_some() {
                    for (more, color) in layers(color) {
                        let reach = (radius + more) * ratio;
                        match part {
                            Part::Train => pixels.disc(at, reach, color),
                            Part::Test => pixels.diamond(at, DIAMOND * reach, color),
                        }
                    }
                    continue;
                }
                pixels.disc(
                    at,
                    radius * ratio,
                    if part == Part::Train { WHITE } else { color },
                );
                let inner = if part == Part::Train { color } else { WHITE };
                pixels.disc(at, (radius - 0.9) * ratio, inner);
            }
            scene.image(plot, pixels);
        } else {
            for (at, color, part) in shown {
                if value_axis.is_some() {
                    for (more, color) in layers(color) {
                        let reach = radius + more;
                        match part {
                            Part::Train => scene.disc(at, reach, color),
                            Part::Test => scene.polygon(diamond(at, DIAMOND * reach), color),
                        }
                    }
                    continue;
                }
                scene.disc(at, radius + 0.9, WHITE);
                match part {
                    Part::Train => scene.disc(at, radius, color),
                    Part::Test => scene.ring(at, radius - 0.6, color, 1.8),
                }
            }
        }
        let mut beyond = Beyond::default();
        for (at, color, _) in far {
            beyond.mark(scene, panel, at, color);
        }
        beyond.tell(scene, panel);
    }
}

fn sample(sampler: &mut Sampler, size: Size) -> Result<Scene> {
    sampled(sampler).scene(size)
}

/// A boundary of sampled numbers.
pub(super) fn sampled(sampler: &mut Sampler) -> Boundary {
    let name = sampler.text();
    let (columns, rows) = (sampler.count(40), sampler.count(30));
    let classes = [2, 3, 0, 14][sampler.below(4)];
    let surface = match classes {
        2 => Surface::Binary {
            second: sampler.numbers(columns * rows),
            threshold: 0.5,
        },
        3.. => Surface::Classes(sampler.numbers(classes * columns * rows)),
        _ => Surface::Value {
            values: sampler.numbers(columns * rows),
            label: name.clone(),
        },
    };
    let point = |i: usize, sampler: &mut Sampler| {
        let (x, y) = (sampler.number(), sampler.number());
        PlanePoint {
            x,
            y,
            target: if classes == 0 {
                y
            } else {
                (i % classes) as f64
            },
            part: if i.is_multiple_of(3) {
                Part::Test
            } else {
                Part::Train
            },
        }
    };
    let points = (0..sampler.count(40)).map(|i| point(i, sampler)).collect();
    let ends = [sampler.number(), sampler.number()];
    Boundary {
        title: name.clone(),
        subtitle: name.clone(),
        grid: PlaneGrid {
            x_label: name.clone(),
            y_label: name.clone(),
            x_range: (ends[0].min(ends[1]), ends[0].max(ends[1])),
            y_range: (-1.0, 1.0),
            columns,
            rows,
        },
        surface,
        points,
        class_names: (0..classes).map(|i| format!("{name}{i}")).collect(),
        equal_units: sampler.flag(),
        value_range: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Shape;

    fn chart() -> Boundary {
        Boundary {
            title: "t".into(),
            subtitle: String::new(),
            grid: PlaneGrid {
                x_label: "x".into(),
                y_label: "y".into(),
                x_range: (0.0, 1.0),
                y_range: (0.0, 1.0),
                columns: 2,
                rows: 2,
            },
            surface: Surface::Binary {
                second: vec![0.0, 1.0, 0.0, 1.0],
                threshold: 0.5,
            },
            points: Vec::new(),
            class_names: vec!["a".into(), "b".into()],
            equal_units: true,
            value_range: None,
        }
    }

    #[test]
    fn the_decision_is_where_the_probability_crosses_the_threshold() {
        let mut chart = chart();
        assert_eq!(chart.decision_lines(), [vec![(0.5, 0.0), (0.5, 1.0)]]);
        if let Surface::Binary { threshold, .. } = &mut chart.surface {
            *threshold = 0.25;
        }
        assert_eq!(chart.decision_lines(), [vec![(0.25, 0.0), (0.25, 1.0)]]);
    }

    #[test]
    fn samples_over_numbers_have_the_forms_of_the_legend() {
        let mut chart = chart();
        chart.class_names.clear();
        chart.surface = Surface::Value {
            values: vec![0.0, 1.0, 0.0, 1.0],
            label: "price".into(),
        };
        let point = |x: f64, part| PlanePoint {
            x,
            y: 0.5,
            target: x,
            part,
        };
        chart.points = vec![point(0.2, Part::Train), point(0.8, Part::Test)];
        let scene = chart.scene(Size::default()).unwrap();
        // A disc counts as one, a diamond as ten: of each the legend's in grey, and the sample's outline in ink.
        let fills = |color: Color| -> usize {
            let forms = scene.shapes.iter().map(|shape| match shape {
                Shape::Disc { fill, .. } if *fill == color => 1,
                Shape::Polygon { points, fill } if points.len() == 4 && *fill == color => 10,
                _ => 0,
            });
            forms.sum()
        };
        assert_eq!((fills(SOFT_INK), fills(INK)), (11, 11));
    }

    #[test]
    fn a_class_without_a_name_is_an_error() {
        let mut chart = chart();
        chart.points.push(PlanePoint {
            x: 0.5,
            y: 0.5,
            target: 2.0,
            part: Part::Train,
        });
        let error = chart.scene(Size::default()).unwrap_err();
        assert_eq!(error.to_string(), "class 2 has no name; 2 names were given");
    }

    #[test]
    fn a_sample_far_away_is_a_mark_at_the_edge() {
        let point = |x, y| PlanePoint {
            x,
            y,
            target: 0.0,
            part: Part::Train,
        };
        let mut chart = chart();
        chart.points = vec![point(0.5, 0.5), point(1e34, 0.5), point(0.5, -1e144)];
        let scene = chart.scene(Size::default()).unwrap();
        assert!(scene.texts().iter().any(|(text, _)| *text == "2 beyond"));
    }

    #[test]
    fn the_surest_class_colors_the_plane() {
        let colors = class_colors(&["a", "b", "c"].map(str::to_owned));
        let sure = class_color(&colors, |k| [0.0, 1.0, 0.0][k]).unwrap();
        let unsure = class_color(&colors, |k| [0.3, 0.4, 0.3][k]).unwrap();
        assert!(unsure.alpha < sure.alpha);
        assert_eq!(class_color(&colors, |_| f64::NAN), None);
    }
}
