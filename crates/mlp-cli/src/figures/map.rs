//! Performance maps as heat maps.

mod cells;

use anyhow::{Context, Result};
use mlp_plot::{Best, ColorMap, Film, GridAxis, HeatMap, Picker, Scale, format_value};
use mlp_statistics::{Proportion, quantile};
use mlp_train::{Arrays, Axis, EVENTS, MapAxes, MapSlice, metric};

use self::cells::{Computed, Exploded};
use super::{Drawing, Figure, View, describe, shade};
use crate::{failure::Failure, words};

/// Metrics drawn beside the chosen one, where they apply.
const COMPANIONS: [&str; 5] = [
    "train_loss",
    "test_accuracy",
    "test_r2",
    "weight_norm",
    "bias_norm",
];

/// Maps of several facets that stand in one row.
const FACETS_A_ROW: usize = 3;

/// The chosen metric first, what its seeds make of it, then its companions.
pub fn figures(view: &View, drawing: &Drawing) -> Result<Vec<Figure>> {
    let at_step;
    let arrays = match drawing.step {
        None => view.map()?,
        Some(step) => {
            at_step = view.map_at(step)?;
            check_step(view, &at_step, step)?;
            &at_step
        }
    };
    let chosen = drawing.metric.clone().unwrap_or_else(|| chosen(view));
    let usage =
        |reason: String| Err(Failure::usage(format!("{}: {reason}", view.path().display())).into());
    if arrays.get(&chosen).is_none() {
        return usage(format!(
            "the map has no {chosen}; that metric does not apply to it, or was not recorded"
        ));
    }
    let axes = MapAxes::of(view.experiment()).context("a map has axes")?;
    let event = EVENTS.iter().any(|event| event.name == chosen);
    if event && axes.y.is_none() {
        return usage(format!(
            "{chosen} is one number a training, and the map is over steps; make one over two keys"
        ));
    }
    let computed = Computed::of(view.experiment(), &axes);
    let maps = Maps {
        view,
        step: drawing.step,
        axes,
        arrays,
        networks: describe::networks_of(view),
        computed,
    };
    let mut figures = maps.of_metric(&chosen)?;
    for name in COMPANIONS {
        if name != chosen && maps.arrays.get(name).is_some() {
            figures.push(maps.mean(name)?);
        }
    }
    Ok(figures)
}

/// The chosen metric of a map without facets as one picture.
pub fn frame(view: &View) -> Result<HeatMap> {
    let drawn = figures(view, &Drawing::of(None))?.into_iter().next();
    let map = drawn.and_then(|figure| figure.maps.into_iter().next());
    map.context("a map has a picture")
}

/// The metric that the map was made for.
pub fn chosen(view: &View) -> String {
    view.experiment()
        .experiment()
        .map
        .metric
        .clone()
        .unwrap_or_else(|| "test_loss".to_owned())
}

/// Refuses a step that the map has not.
fn check_step(view: &View, arrays: &Arrays, step: u64) -> Result<()> {
    let path = view.path();
    let Some(steps) = arrays.get("step").and_then(|array| array.numbers()) else {
        let reason = "the map has no step axis to choose from";
        return Err(Failure::usage(format!("{}: --step {step}: {reason}", path.display())).into());
    };
    if steps.contains(&(step as f64)) {
        return Ok(());
    }
    let nearest = steps.iter().copied().reduce(|best, next| {
        let distance = |recorded: f64| (recorded - step as f64).abs();
        if distance(next) < distance(best) {
            next
        } else {
            best
        }
    });
    Err(Failure::usage(format!(
        "{}: --step {step} was not recorded; the nearest recorded step is {}",
        path.display(),
        nearest.unwrap_or(0.0)
    ))
    .into())
}

/// A map on its way to pictures.
struct Maps<'a> {
    view: &'a View,
    arrays: &'a Arrays,
    axes: MapAxes<'a>,
    /// The step that is drawn; of a map over two keys the last where not given.
    step: Option<u64>,
    /// Shapes and data of the networks.
    networks: String,
    computed: Computed,
}

/// What is drawn of a slice.
struct Picture<'a> {
    /// End of the file's name.
    name: String,
    title: String,
    /// What the colours show.
    label: String,
    /// A sentence of explanation; may be empty.
    note: String,
    caption: String,
    values: Vec<f64>,
    mixed: &'a [bool],
    /// Which networks exploded and are not in the values.
    exploded: Exploded,
    range: Option<(f64, f64)>,
    scale: Scale,
    colors: ColorMap,
    best: Best,
    lost: &'static str,
}

impl Maps<'_> {
    fn slice(&self, name: &str) -> Result<MapSlice> {
        MapSlice::of(self.arrays, name, None).with_context(|| format!("map.npz lacks {name}"))
    }

    /// The chosen metric, and what the seeds of each cell make of it.
    fn of_metric(&self, name: &str) -> Result<Vec<Figure>> {
        let slice = self.slice(name)?;
        if name == "shade" && slice.seeds == 1 {
            return Ok(vec![self.shade(&slice)?]);
        }
        let mut figures = vec![self.mean(name)?];
        if slice.seeds < 2 {
            return Ok(figures);
        }
        let label = label(name);
        let larger = metric::larger_is_better(name);
        let seeds = slice.seeds;
        let best = best(name);
        let lost = self.lost(name, &slice);
        let values = slice.median(larger == Some(true));
        let (range, scale) = colors_of(&values, best);
        let median = Picture {
            name: format!("{}-median", dashed(name)),
            title: format!("median {label}"),
            label: format!("median {label}"),
            note: format!(
                "Median of {seeds} seeds, the same in every cell; networks without one count as worst."
            ),
            caption: format!(
                "Median over the seeds of every cell; hatched where half of them or more have no {label}."
            ),
            values,
            mixed: &[],
            exploded: self.computed.exploded(&slice, &[]),
            range,
            scale,
            colors: ColorMap::Viridis,
            best,
            lost,
        };
        figures.push(self.figure(&median)?);
        let spread = Picture {
            name: format!("{}-spread", dashed(name)),
            title: format!("spread of {label}"),
            label: format!("standard deviation of {label}"),
            note: format!("Over those of {seeds} seeds that have one."),
            caption: format!("Sample standard deviation of {label} over the seeds of every cell."),
            values: slice.spread(),
            mixed: &[],
            exploded: self.computed.exploded(&slice, &[]),
            range: None,
            scale: Scale::Auto,
            colors: ColorMap::Viridis,
            best: Best::None,
            lost,
        };
        figures.push(self.figure(&spread)?);
        let luck = Picture {
            name: format!("{}-luck", dashed(name)),
            title: format!("luck in {label}"),
            label: "variance of ranks, cell over map".to_owned(),
            note: "At 0 the cell decides; at 1 or above, its networks differ as those of the whole map or more: the seed decides."
                .to_owned(),
            caption: format!(
                "Luck: how much the seed decides. Networks are ranked over the whole map, diverged ones last; \
                 drawn is the variance of the ranks in a cell over the variance of all ranks. It can exceed 1: \
                 by chance, for {seeds} seeds tell a variance roughly, and where a cell has both the first ranks \
                 and the last."
            ),
            values: slice.luck(),
            mixed: &[],
            exploded: Exploded::default(),
            range: None,
            scale: Scale::Auto,
            colors: ColorMap::Viridis,
            best: Best::None,
            lost,
        };
        figures.push(self.figure(&luck)?);
        figures.extend(self.success()?);
        Ok(figures)
    }

    /// The share of networks that reach the target loss.
    fn success(&self) -> Result<Option<Figure>> {
        let losses = self.slice("train_loss")?;
        let training = &self.view.experiment().experiment().training;
        let target = training.target_loss.unwrap_or(0.01);
        let (seeds, solved) = (losses.seeds, losses.below(target));
        if solved.iter().all(|count| *count == 0) {
            return Ok(None);
        }
        let widths = solved.iter().map(|count| {
            let share = Proportion {
                successes: *count as u64,
                trials: seeds as u64,
            };
            let (low, high) = share.interval().unwrap_or((0.0, 1.0));
            high - low
        });
        let widest = widths.fold(0.0, |a, b| if b > a { b } else { a });
        let picture = Picture {
            name: "success".to_owned(),
            title: "share solved".to_owned(),
            label: "share solved".to_owned(),
            note: format!(
                "Of {seeds} seeds, those with a training loss below {}; 95 % intervals (Wilson) are at most {} wide.",
                format_value(target),
                format_value((widest * 100.0).round() / 100.0)
            ),
            caption: "Share of the seeds of every cell whose training loss lies below target_loss."
                .to_owned(),
            values: solved
                .iter()
                .map(|count| *count as f64 / seeds as f64)
                .collect(),
            mixed: &[],
            exploded: Exploded::default(),
            range: Some((0.0, 1.0)),
            scale: Scale::Linear,
            colors: ColorMap::Viridis,
            best: Best::None,
            lost: "diverged",
        };
        self.figure(&picture).map(Some)
    }

    /// Ranks of shades within each sign.
    fn shade(&self, slice: &MapSlice) -> Result<Figure> {
        let shades = &slice.values;
        let computed = self.computed.in_rows(slice.rows);
        let counted = (0..shades.len()).filter(|cell| computed.get(*cell) != Some(&false));
        let counted: Vec<f64> = counted.map(|cell| shades[cell]).collect();
        let converged = counted.iter().filter(|shade| **shade < 0.0).count();
        let share = 100.0 * converged as f64 / counted.len() as f64;
        self.figure(&Picture {
            name: "shade".to_owned(),
            title: "convergence".to_owned(),
            label:
                "rank: converged fast (pale) to slowly (blue), diverged fast (pale) to slowly (red)"
                    .to_owned(),
            note: format!(
                "{share:.1} % of {} trainings converged.",
                words::count(counted.len() as f64)
            ),
            caption: "Shades of convergence (blue) and divergence (red), by rank within each; \
                      darker is slower. One training a pixel in the file of exact pixels."
                .to_owned(),
            values: shade::ranks(shades),
            mixed: &[],
            exploded: Exploded::default(),
            range: Some((-1.0, 1.0)),
            scale: Scale::Linear,
            colors: ColorMap::BlueRed,
            best: Best::None,
            lost: self.lost("shade", slice),
        })
    }

    /// What it means that networks have no value.
    fn lost(&self, name: &str, slice: &MapSlice) -> &'static str {
        match name {
            "steps_to_target" => return "target not reached",
            "divergence_step" => return "did not diverge",
            _ => {}
        }
        let Some(ends) = MapSlice::of(self.arrays, "divergence_step", None) else {
            return "diverged";
        };
        let (rows, columns) = (slice.rows, slice.columns);
        let diverged = |place: usize| {
            let (column, row, rest) = (
                place % columns,
                place / columns % rows,
                place / columns / rows,
            );
            // Over steps, a training has one end and many rows.
            let row = if ends.rows == rows { row } else { 0 };
            let end = ends.values.get((rest * ends.rows + row) * columns + column);
            end.is_some_and(|step| step.is_finite())
        };
        let missing = (0..slice.values.len()).filter(|place| slice.values[*place].is_nan());
        let (mut any_diverged, mut any_other) = (false, false);
        for place in missing {
            match diverged(place) {
                true => any_diverged = true,
                false => any_other = true,
            }
        }
        match (any_diverged, any_other) {
            (_, false) => "diverged",
            (true, true) => "diverged or without a value",
            (false, true) => "without a value",
        }
    }

    /// Means over seeds.
    fn mean(&self, name: &str) -> Result<Figure> {
        let slice = self.slice(name)?;
        let (values, mixed) = (slice.mean(), slice.mixed());
        let (seeds, best) = (slice.seeds, best(name));
        let label = match name {
            "converged" if seeds > 1 => "share converged".to_owned(),
            name => label(name),
        };
        let (range, scale) = colors_of(&values, best);
        let lost = self.lost(name, &slice);
        let kinds = match seeds {
            1 => format!("cells without are hatched ({lost})"),
            _ => format!(
                "cells whose seeds all lack it are hatched in grey, and those where only some do in red ({lost})"
            ),
        };
        self.figure(&Picture {
            name: dashed(name),
            title: label.clone(),
            note: match seeds {
                1 => String::new(),
                _ => format!("Mean of {seeds} seeds, the same in every cell."),
            },
            caption: match best {
                Best::None => format!("{} of every cell; {kinds}.", capital(&label)),
                _ => format!(
                    "{} of every cell; the best one is ringed, {kinds}.",
                    capital(&label)
                ),
            },
            label,
            range,
            scale,
            colors: ColorMap::Viridis,
            values,
            mixed: &mixed,
            exploded: self.computed.exploded(&slice, &mixed),
            best,
            lost,
        })
    }

    fn figure(&self, picture: &Picture<'_>) -> Result<Figure> {
        let x = grid_axis(self.axes.x);
        let y = match self.axes.y {
            Some(y) => grid_axis(y),
            None => {
                let steps = self.arrays.get("y").and_then(|array| array.numbers());
                let steps = steps.context("map.npz lacks its y axis")?;
                GridAxis::numbers("step", steps, Scale::Auto)
            }
        };
        let facets = self.axes.facets();
        let cells = picture.values.len() / facets;
        let at_step = self
            .step
            .map_or(String::new(), |step| format!(" at step {step}"));
        let title = format!(
            "{} over {} and {}{at_step}",
            capital(&picture.title),
            x.label,
            y.label
        );
        let coarse = match self.computed.counts() {
            None => String::new(),
            Some((computed, all)) => format!(
                "{} of {} cells are computed; each other one shows the cell that stands for it. ",
                words::count(computed as f64),
                words::count(all as f64)
            ),
        };
        let computed = self.computed.in_rows(cells / self.axes.x.values.len());
        let what = format!("{}. {coarse}{}", self.networks, picture.note);
        let finite = || {
            picture
                .values
                .iter()
                .copied()
                .filter(|value| value.is_finite())
        };
        let low = finite().reduce(|a, b| if b < a { b } else { a });
        let high = finite().reduce(|a, b| if b > a { b } else { a });
        let range = picture.range.or(low.zip(high).filter(|_| facets > 1));
        let of_facet = |facet: usize| {
            let part = facet * cells..(facet + 1) * cells;
            let (title, subtitle) = match self.axes.facet {
                Some(axis) => (facet_name(axis, facet), String::new()),
                None => (title.clone(), what.trim_end().to_owned()),
            };
            HeatMap {
                title,
                subtitle,
                x: x.clone(),
                y: y.clone(),
                values: picture.values[part.clone()].to_vec(),
                diverged: Vec::new(),
                diverged_label: picture.lost.to_owned(),
                mixed: (picture.mixed.get(part.clone())).map_or(Vec::new(), <[bool]>::to_vec),
                exploded: (picture.exploded.cells.get(part.clone()))
                    .map_or(Vec::new(), <[bool]>::to_vec),
                computed: computed.get(part).map_or(Vec::new(), <[bool]>::to_vec),
                value_range: range,
                value_label: picture.label.clone(),
                value_scale: picture.scale,
                color_map: picture.colors,
                best: picture.best,
            }
        };
        let maps: Vec<HeatMap> = (0..facets).map(of_facet).collect();
        let step = self
            .step
            .map_or(String::new(), |step| format!("-step-{step}"));
        let name = format!("map-{}{step}", picture.name);
        let caption = format!("{}{}", picture.caption, picture.exploded.caption());
        let figure = match facets {
            1 => Figure::new(name, caption, maps[0].clone()).sized(900, 620),
            _ => {
                let columns = facets.min(FACETS_A_ROW);
                let rows = facets.div_ceil(columns);
                let film = Film {
                    title,
                    subtitle: what,
                    columns,
                    frames: maps.clone(),
                };
                let (width, height) = (460 * columns as u32, 60 + 400 * rows as u32);
                Figure::new(name, caption, film).sized(width, height.min(8000))
            }
        };
        Ok(Figure {
            picker: Some(self.picker()?),
            maps,
            ..figure
        })
    }

    /// What a click tells.
    fn picker(&self) -> Result<Picker> {
        let steps = || {
            let steps = self.arrays.get("y")?.numbers()?;
            Some(steps.iter().map(ToString::to_string).collect())
        };
        let y = match self.axes.y {
            Some(axis) => (axis.key.to_string(), axis.labels()),
            None => (
                "step".to_owned(),
                steps().context("map.npz lacks its y axis")?,
            ),
        };
        let facets = match self.axes.facet {
            Some(axis) => (0..axis.values.len())
                .map(|facet| format!("{}, ", facet_name(axis, facet)))
                .collect(),
            None => vec![String::new()],
        };
        Ok(Picker {
            areas: Vec::new(),
            facets,
            x: (self.axes.x.key.to_string(), self.axes.x.labels()),
            rows_differ: self.axes.y.is_some(),
            y,
            seeds: self.view.experiment().seeds_per_cell(),
            command: format!("mlp replay {}", words::shell(&self.view.shown_path())),
        })
    }
}

fn facet_name(axis: &Axis, facet: usize) -> String {
    format!("{} = {}", axis.key, axis.values[facet])
}

fn label(name: &str) -> String {
    describe::label(name).replace(" r2", " R²")
}

fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

fn best(name: &str) -> Best {
    match metric::larger_is_better(name) {
        Some(true) => Best::Highest,
        Some(false) => Best::Lowest,
        None => Best::None,
    }
}

/// A few huge losses next to divergence must not flatten the rest: colours of losses end at ten medians,
/// and tell the losses below those apart by their logarithms.
fn colors_of(values: &[f64], best: Best) -> (Option<(f64, f64)>, Scale) {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    let mut sorted: Vec<f64> = finite.collect();
    sorted.sort_by(f64::total_cmp);
    let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else {
        return (None, Scale::Auto);
    };
    let cap = 10.0 * quantile(&sorted, 0.5).unwrap_or(f64::NAN);
    if best != Best::Lowest || high <= cap || cap <= low {
        return (None, Scale::Auto);
    }
    let scale = if low > 0.0 { Scale::Log } else { Scale::Linear };
    (Some((low, cap)), scale)
}

fn grid_axis(axis: &Axis) -> GridAxis {
    let label = describe::label(&axis.key.column());
    match axis.numbers() {
        Some(numbers) if numbers.is_sorted() => GridAxis::numbers(
            label,
            numbers,
            if axis.is_log() {
                Scale::Log
            } else {
                Scale::Auto
            },
        ),
        _ => GridAxis::names(label, axis.labels()),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
