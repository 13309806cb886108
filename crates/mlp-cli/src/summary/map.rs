//! The summary of a map: its boundary, its best cell and the region around that.

use std::{fmt::Write, path::Path};

use mlp_plot::format_value;
use mlp_train::{Axis, BoundaryDimension, MapAxes, Metric, Range, Span};

use super::Summary;
use crate::{failure::CommandResult, formatting};

impl Summary<'_> {
    /// The boundary of a map of shades.
    pub(super) fn boundary(&self) -> CommandResult<Option<BoundaryDimension>> {
        let map = &self.experiment.experiment().map;
        if !matches!(map.metric, Some(Metric::Event(event)) if event.name == "shade") {
            return Ok(None);
        }
        Ok(BoundaryDimension::of(&self.directory.map_at(None)?))
    }

    pub(super) fn map(&self, text: &mut String) -> CommandResult {
        self.counts(text)?;
        if self.done.left_out > 0 {
            writeln!(
                text,
                "{:<11} {} in blocks of cells that the budget cut short: kept in the journal, and not in the map",
                "left out",
                formatting::so_many(self.done.left_out as usize, "more network")
            )?;
        }
        if let Some(boundary) = self.boundary()? {
            let (low, high) = boundary.interval;
            let largest = boundary.boxes.last().map_or(1, |(side, _)| *side);
            writeln!(
                text,
                "{:<11} dimension {:.3} by boxes of 1 to {largest} cells ({low:.3} to {high:.3} for 95 % of {})",
                "boundary",
                boundary.dimension,
                BoundaryDimension::INTERVAL_OF
            )?;
        }
        if let Some(best) = &self.done.best {
            let [x, y] = self.axis_names();
            let seeds = self.experiment.seeds_per_cell();
            let mean = match seeds {
                1 => String::new(),
                seeds => format!(" (mean of {seeds} seeds)"),
            };
            writeln!(
                text,
                "{:<11} {} {}{mean} at {x} = {}, {y} = {}",
                "best cell",
                best.metric,
                formatting::measured(best.value),
                brief(&best.x),
                brief(&best.y)
            )?;
            if let (Some(facet), Some(axis)) = (&best.facet, self.facet_name()) {
                writeln!(text, "{:<11} {axis} = {facet}", "facet")?;
            }
            let region = &best.region;
            let part = if best.facet.is_some() { "facet" } else { "map" };
            // The cells of a map over steps are those of its picture: a network at one recorded step.
            let over_steps = MapAxes::of(self.experiment).is_some_and(|axes| axes.y.is_none());
            let of_picture = if over_steps { " of the picture" } else { "" };
            let cells = match region.computed == region.cells {
                true => format!(
                    "{}{of_picture} ({:.1} % of the {part}) around it",
                    formatting::so_many(region.cells, "cell"),
                    100.0 * region.cells as f64 / region.of as f64
                ),
                // Copies of a neighbour are no evidence.
                false => format!(
                    "{}, which {} for {} of {}, around it",
                    formatting::so_many(region.computed, "computed cell"),
                    if region.computed == 1 {
                        "stands"
                    } else {
                        "stand"
                    },
                    formatting::count(region.cells as f64),
                    formatting::count(region.of as f64)
                ),
            };
            writeln!(
                text,
                "{:<11} {cells} within {} % of it: {x} {}, {y} {}",
                "region",
                format_value(100.0 * region.tolerance),
                extent(&region.x),
                extent(&region.y),
            )?;
            if region.within > region.computed {
                let what = match region.computed == region.cells {
                    true => "cell",
                    false => "computed cell",
                };
                let more = formatting::so_many(region.within - region.computed, what);
                writeln!(text, "{:<11} as good elsewhere: {more}", "")?;
            }
            let folder = formatting::shell(Path::new(&self.folder()));
            let which = match (seeds, over_steps) {
                (1, false) => String::new(),
                (1, true) => format!("  # step {} is one of its records", best.y),
                (_, false) => format!("  # the first of its {seeds} seeds"),
                (_, true) => format!(
                    "  # the first of its {seeds} seeds; step {} is one of its records",
                    best.y
                ),
            };
            writeln!(
                text,
                "{:<11} mlp replay {folder} {}{which}",
                "replay", best.network
            )?;
        } else {
            self.no_best(text)?;
        }
        Ok(())
    }

    /// Why a metric of which one end is the better one has no best cell.
    fn no_best(&self, text: &mut String) -> CommandResult {
        let spec = self.experiment.experiment();
        let metric = spec.map.shown();
        if metric.larger_is_better().is_none() {
            return Ok(());
        }
        let why = match metric {
            Metric::Event(event) if event.name == "steps_to_target" => format!(
                "no network has a train_loss below {}",
                spec.training.target_loss.unwrap_or(0.01)
            ),
            metric => format!("no cell has a {metric}"),
        };
        writeln!(text, "{:<11} none: {why}", "best cell")?;
        Ok(())
    }

    /// A suggested next command for a map: a zoom into the region around its best cell, as far as its axes can be narrowed;
    /// around a cell that stands alone there is nothing to see, and its network is trained again.
    pub(super) fn next_of_map(&self) -> String {
        let folder = formatting::shell(Path::new(&self.folder()));
        let Some(best) = &self.done.best else {
            // Its own metric is drawn.
            let shown = self.experiment.experiment().map.shown().to_string();
            let other = match &*shown {
                "train_loss" => "weight_norm",
                _ => "train_loss",
            };
            return format!("mlp plot {folder} --metric {other}");
        };
        let window = || {
            let axes = MapAxes::of(self.experiment).filter(|_| best.region.computed > 1)?;
            let x = window(axes.x, &best.region.x, best.x_index)?;
            match axes.y {
                None => Some(x),
                Some(y) => Some(format!("{x},{}", window(y, &best.region.y, best.y_index)?)),
            }
        };
        match window() {
            Some(window) => format!("mlp map {folder} --zoom {window}"),
            None => format!("mlp replay {folder} {}", best.network),
        }
    }

    /// Names of the horizontal and the vertical axis.
    pub(super) fn axis_names(&self) -> [String; 2] {
        match MapAxes::of(self.experiment) {
            Some(axes) => [axes.x.key.to_string(), axes.y_name()],
            None => [String::new(), String::new()],
        }
    }

    /// Name of the third axis of a map.
    pub(super) fn facet_name(&self) -> Option<String> {
        Some(MapAxes::of(self.experiment)?.facet?.key.to_string())
    }
}

/// The part of a spaced axis that a region takes, or of a single place the one between its neighbours.
fn window(axis: &Axis, region: &Span, place: usize) -> Option<String> {
    if !matches!(axis.range, Range::Log { .. } | Range::Lin { .. }) || axis.values.len() < 3 {
        return None;
    }
    let Span::Between(first, last) = region else {
        return None;
    };
    let labels = axis.labels();
    let (first, last) = match first == last {
        false => (first, last),
        true => (
            &labels[place.saturating_sub(1)],
            &labels[(place + 1).min(labels.len() - 1)],
        ),
    };
    Some(rounded(first, last).unwrap_or_else(|| format!("{first}:{last}")))
}

/// The ends of a window in four digits, rounded towards its middle, where they still are two; `None` where they are no numbers
/// either.
fn rounded(first: &str, last: &str) -> Option<String> {
    let [low, high] = [first.parse::<f64>().ok()?, last.parse::<f64>().ok()?];
    // The next number of four digits beside the nearest where that lies outside.
    let inwards = |number: f64, up: bool| -> Option<f64> {
        let nearest: f64 = format!("{number:.3e}").parse().ok()?;
        let inside = if up {
            nearest >= number
        } else {
            nearest <= number
        };
        if inside {
            return Some(nearest);
        }
        let digit = 10f64.powi(number.abs().log10().floor() as i32 - 3);
        format!("{:.3e}", nearest + if up { digit } else { -digit })
            .parse()
            .ok()
    };
    let (from, to) = (inwards(low, true)?, inwards(high, false)?);
    // Most of the window is left.
    (to - from > 0.9 * (high - low))
        .then(|| format!("{}:{}", mlp_train::shortest(from), mlp_train::shortest(to)))
}

/// A value of an axis in four digits, where it is a number with more that is not whole.
fn brief(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) if value.len() > 6 && value.contains('.') => {
            let short: Option<f64> = format!("{number:.3e}").parse().ok();
            short.map_or_else(|| value.to_owned(), mlp_train::shortest)
        }
        _ => value.to_owned(),
    }
}

/// The extent of a region with brief numbers.
fn extent(span: &Span) -> String {
    match span {
        Span::Between(first, last) if first != last => {
            format!("{} to {}", brief(first), brief(last))
        }
        Span::Between(only, _) => brief(only),
        Span::Among(_) => span.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_have_four_digits_that_lie_within() {
        assert_eq!(
            rounded("3.24547445741133", "9.47819065131413").unwrap(),
            "3.246:9.478"
        );
        assert_eq!(rounded("-0.123456", "1e-7").unwrap(), "-0.1234:1e-7");
        assert_eq!(rounded("0.1", "1").unwrap(), "0.1:1");
        // So narrow that it would move.
        assert_eq!(rounded("1.23451", "1.23459"), None);
        assert_eq!(rounded("relu", "tanh"), None);
    }

    #[test]
    fn values_are_brief() {
        for (value, short) in [
            ("3.72759372031494", "3.728"),
            ("0.000300183581357559", "0.0003002"),
            ("1234567", "1234567"),
            ("2.5", "2.5"),
            ("moons", "moons"),
        ] {
            assert_eq!(brief(value), short);
        }
    }
}
