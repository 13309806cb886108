//! Figures of a metric: its mean, and statistics over the seeds of each cell.

use anyhow::Result;
use mlp_plot::{Best, ColorMap, ColorRange, Scale, format_value};
use mlp_statistics::{Proportion, quantile};
use mlp_train::{MapSlice, Metric};

use super::cells::Exploded;
use super::picture::{Maps, Picture, capital};
use super::shade;
use crate::figures::{Figure, describe};
use crate::formatting;

/// The chosen metric, and statistics over the seeds of each cell.
pub fn figures(maps: &Maps<'_>, name: &str) -> Result<Vec<Figure>> {
    let slice = maps.slice(name)?;
    if name == "shade" && slice.seeds == 1 {
        return Ok(vec![shade(maps, &slice)?]);
    }
    let mut figures = vec![mean(maps, name)?];
    if slice.seeds < 2 {
        return Ok(figures);
    }
    let label = label(name);
    let larger = larger_is_better(name);
    let seeds = slice.seeds;
    let best = best(name);
    let lost = lost(maps, name, &slice);
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
        networks: Some(&slice),
        exploded: maps.computed.exploded(&slice, &[]),
        range,
        scale,
        colors: ColorMap::Viridis,
        best,
        lost,
    };
    figures.push(maps.figure(&median)?);
    let spread = Picture {
        name: format!("{}-spread", dashed(name)),
        title: format!("spread of {label}"),
        label: format!("standard deviation of {label}"),
        note: format!("Over those of {seeds} seeds that have one."),
        caption: format!("Sample standard deviation of {label} over the seeds of every cell."),
        values: slice.spread(),
        mixed: &[],
        networks: Some(&slice),
        exploded: maps.computed.exploded(&slice, &[]),
        range: None,
        scale: Scale::Auto,
        colors: ColorMap::Viridis,
        best: Best::None,
        lost,
    };
    figures.push(maps.figure(&spread)?);
    if !maps.computed.is_whole() {
        // Ranks are those of all networks.
        figures.extend(success(maps)?);
        return Ok(figures);
    }
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
             and the last; the bar ends there."
        ),
        values: slice.luck(),
        mixed: &[],
        networks: None,
        exploded: Exploded::default(),
        range: Some((0.0, 1.0)),
        scale: Scale::Linear,
        colors: ColorMap::Viridis,
        best: Best::None,
        lost,
    };
    figures.push(maps.figure(&luck)?);
    figures.extend(success(maps)?);
    Ok(figures)
}

/// The share of networks that reach the target loss.
fn success(maps: &Maps<'_>) -> Result<Option<Figure>> {
    let losses = maps.slice("train_loss")?;
    let training = &maps.view.experiment().experiment().training;
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
        networks: None,
        exploded: Exploded::default(),
        range: Some((0.0, 1.0)),
        scale: Scale::Linear,
        colors: ColorMap::Viridis,
        best: Best::None,
        lost: "diverged",
    };
    maps.figure(&picture).map(Some)
}

/// Ranks of shades within each sign.
fn shade(maps: &Maps<'_>, slice: &MapSlice) -> Result<Figure> {
    let shades = &slice.values;
    let computed = maps.computed.in_rows(slice.rows);
    let missing = maps.computed.missing_in_rows(slice.rows);
    let counted = (0..shades.len())
        .filter(|cell| computed.get(*cell) != Some(&false) && missing.get(*cell) != Some(&true));
    let counted: Vec<f64> = counted.map(|cell| shades[cell]).collect();
    let converged = counted.iter().filter(|shade| **shade < 0.0).count();
    let share = 100.0 * converged as f64 / counted.len() as f64;
    maps.figure(&Picture {
        name: "shade".to_owned(),
        title: "convergence".to_owned(),
        label: "rank: converged fast (pale) to slowly (blue), diverged fast (pale) to slowly (red)"
            .to_owned(),
        note: format!(
            "{share:.1} % of {} trainings converged.",
            formatting::count(counted.len() as f64)
        ),
        caption: "Shades of convergence (blue) and divergence (red), by rank within each; \
                  darker is slower. One training per pixel in the file of exact pixels."
            .to_owned(),
        values: shade::ranks(shades),
        mixed: &[],
        networks: None,
        exploded: Exploded::default(),
        range: Some((-1.0, 1.0)),
        scale: Scale::Linear,
        colors: ColorMap::BlueRed,
        best: Best::None,
        lost: lost(maps, "shade", slice),
    })
}

/// The meaning of missing values.
fn lost(maps: &Maps<'_>, name: &str, slice: &MapSlice) -> &'static str {
    match name {
        "steps_to_target" => return "target not reached",
        "divergence_step" => return "did not diverge",
        _ => {}
    }
    let Some(ends) = MapSlice::of(maps.arrays, "divergence_step", None) else {
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
    let untrained = maps.computed.missing_in_rows(rows);
    let missing = (0..slice.values.len()).filter(|place| {
        let untrained = untrained.get(place % slice.cells()) == Some(&true);
        slice.values[*place].is_nan() && !untrained
    });
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
pub fn mean(maps: &Maps<'_>, name: &str) -> Result<Figure> {
    let slice = maps.slice(name)?;
    let (values, mixed) = (slice.mean(), slice.mixed());
    let (seeds, best) = (slice.seeds, best(name));
    let label = match name {
        "converged" if seeds > 1 => "share converged".to_owned(),
        name => label(name),
    };
    let (range, scale) = colors_of(&values, best);
    let lost = lost(maps, name, &slice);
    let kinds = match seeds {
        1 => format!("cells without a value are hatched ({lost})"),
        _ => format!(
            "cells whose seeds all lack it are hatched in grey, and those where only some do in red ({lost})"
        ),
    };
    maps.figure(&Picture {
        name: dashed(name),
        title: label.clone(),
        note: match seeds {
            1 => String::new(),
            _ => format!("Mean of {seeds} seeds, the same in every cell."),
        },
        caption: match best {
            Best::None => format!("{} of every cell; {kinds}.", capital(&label)),
            _ => format!(
                "{} of every cell; the best one is marked, {kinds}.",
                capital(&label)
            ),
        },
        label,
        range,
        scale,
        colors: ColorMap::Viridis,
        values,
        mixed: &mixed,
        networks: Some(&slice),
        exploded: maps.computed.exploded(&slice, &mixed),
        best,
        lost,
    })
}

fn label(name: &str) -> String {
    describe::label(name).replace(" r2", " R²")
}

fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

fn larger_is_better(name: &str) -> Option<bool> {
    Metric::find(name)?.larger_is_better()
}

fn best(name: &str) -> Best {
    match larger_is_better(name) {
        Some(true) => Best::Highest,
        Some(false) => Best::Lowest,
        None => Best::None,
    }
}

/// The range of colours for the values of a metric at several steps.
pub fn shared_colors(name: &str, values: &[f64]) -> Option<ColorRange> {
    let (range, scale) = colors_of(values, best(name));
    match range {
        Some((low, high)) => Some(ColorRange::between(low, high, scale)),
        None => ColorRange::of(values.iter().copied(), scale),
    }
}

/// A few huge losses next to divergence must not flatten the rest: colours of losses end at ten times the median,
/// and distinguish the losses below that on a logarithmic scale.
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
