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
                best.x,
                best.y
            )?;
            if let (Some(facet), Some(axis)) = (&best.facet, self.facet_name()) {
                writeln!(text, "{:<11} {axis} = {facet}", "facet")?;
            }
            let region = &best.region;
            let part = if best.facet.is_some() { "facet" } else { "map" };
            writeln!(
                text,
                "{:<11} {} ({:.1} % of the {part}) around it within {} % of it: {x} {}, {y} {}",
                "region",
                formatting::so_many(region.cells, "cell"),
                100.0 * region.cells as f64 / region.of as f64,
                format_value(100.0 * region.tolerance),
                region.x,
                region.y,
            )?;
            if region.within > region.cells {
                let more = formatting::so_many(region.within - region.cells, "cell");
                writeln!(text, "{:<11} as good elsewhere: {more}", "")?;
            }
            let folder = formatting::shell(Path::new(&self.folder()));
            let over_steps = MapAxes::of(self.experiment).is_some_and(|axes| axes.y.is_none());
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

    /// A suggested next command for a map: a zoom into its best cell, as far as its axes can be
    /// narrowed.
    pub(super) fn next_of_map(&self) -> String {
        let folder = formatting::shell(Path::new(&self.folder()));
        let window = || {
            let (best, axes) = (self.done.best.as_ref()?, MapAxes::of(self.experiment)?);
            let x = window(axes.x, &best.region.x, best.x_index)?;
            match axes.y {
                None => Some(x),
                Some(y) => Some(format!("{x},{}", window(y, &best.region.y, best.y_index)?)),
            }
        };
        match window() {
            Some(window) => format!("mlp map {folder} --zoom {window}"),
            None => format!("mlp plot {folder}"),
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
    Some(format!("{first}:{last}"))
}
