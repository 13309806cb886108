//! `--dry-run`: the plan and cost of an experiment.

use std::fmt::Write;

use mlp_data::names::plural;
use mlp_store::{Estimate, expected_seconds};
use mlp_train::{ResolvedExperiment, experiment::Figures};

use crate::{data_read, failure::CommandResult, formatting, options::Running};

/// The plan, for people or as JSON.
pub fn text(experiment: &ResolvedExperiment, running: Running) -> CommandResult<String> {
    let Running { level, threads, .. } = running;
    let estimate = Estimate::new(experiment, threads)?;
    let seconds = expected_seconds(experiment, level, threads)?;
    let recipe = experiment.recipe(0)?;
    if running.json {
        let object = serde_json::json!({
            "kind": experiment.kind().name(),
            "data": recipe.data.name,
            "read": data_read::json(experiment)?,
            "networks": estimate.networks,
            "cells": estimate.cells,
            "updates": estimate.updates,
            "flop": estimate.flop,
            "parameters": [estimate.parameters.0, estimate.parameters.1],
            "architecture": estimate.architecture,
            "expected_seconds": seconds,
            "memory_bytes": estimate.memory,
            "disk_bytes": estimate.disk,
            "rows_nets": estimate.rows_nets,
            "rows_series": estimate.rows_series,
            "threads": threads,
            "level": level.name(),
        });
        return Ok(format!("{object:#}\n"));
    }
    let mut text = data_read::text(experiment, 12)?;
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<12} {value}");
    };
    let data = &recipe.data;
    let parts = [
        ("train", data.split.train.len()),
        ("validation", data.split.validation.len()),
        ("test", data.split.test.len()),
        ("withheld test", data.withheld.len()),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(part, rows)| format!("{rows} {part}"))
        .collect();
    line(
        "plan",
        format!(
            "{} on {}: {}, {} samples",
            experiment.kind(),
            data.name,
            data.task,
            parts.join(" + ")
        ),
    );
    let shape = estimate
        .architecture
        .unwrap_or_else(|| "several shapes".to_owned());
    let parameters = match estimate.parameters {
        (least, most) if least == most => formatting::so_many(most, "parameter"),
        (least, most) => format!(
            "{} to {} parameters",
            formatting::count(least as f64),
            formatting::count(most as f64)
        ),
    };
    line(
        "network",
        format!(
            "{shape}, {parameters}, loss {}, {}",
            recipe.spec.loss, recipe.spec.optimizer
        ),
    );
    for axis in experiment.axes() {
        line(
            "axis",
            format!(
                "{} = {} ({})",
                axis.key,
                axis.range,
                match axis.is_continuous() {
                    true => "drawn between".to_owned(),
                    false => formatting::so_many(axis.values.len(), "value"),
                }
            ),
        );
    }
    let cells = if estimate.cells > 1 {
        let what = if experiment.is_drawn() {
            "draws"
        } else {
            "cells"
        };
        format!(" in {} {what}", formatting::count(estimate.cells as f64))
    } else {
        String::new()
    };
    line(
        "networks",
        format!("{}{cells}", formatting::count(estimate.networks as f64)),
    );
    line(
        "work",
        format!(
            "{} {}, {}FLOP",
            formatting::count(estimate.updates),
            plural(estimate.updates as u64, "update"),
            formatting::metric(estimate.flop)
        ),
    );
    line(
        "time",
        format!(
            "about {} on {} ({level})",
            formatting::duration(seconds),
            formatting::so_many(threads, "thread")
        ),
    );
    if let Some(budget) = experiment.experiment().map.budget {
        line(
            "budget",
            format!(
                "at most {}, as many cells as that allows",
                formatting::duration(budget.as_secs_f64())
            ),
        );
    }
    line(
        "memory",
        format!("about {}B{}", formatting::metric(estimate.memory), {
            match experiment.experiment().output.figures {
                Some(Figures::None) => " (no figures)",
                _ => ", with figures",
            }
        }),
    );
    let rows = format!(
        "{} of nets, {} of series",
        formatting::so_many(estimate.rows_nets as usize, "row"),
        formatting::count(estimate.rows_series)
    );
    line(
        "disk",
        format!(
            "about {}B without figures ({rows})",
            formatting::metric(estimate.disk)
        ),
    );
    Ok(text)
}
