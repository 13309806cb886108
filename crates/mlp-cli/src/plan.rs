//! `--dry-run`: the plan and cost of an experiment.

use std::fmt::Write;

use mlp_data::names::plural;
use mlp_store::{Estimate, expected_seconds};
use mlp_train::{ResolvedExperiment, experiment::Figures};

use crate::{data_read, failure::Outcome, options::Running, words};

/// The plan, for people or as JSON.
pub fn text(experiment: &ResolvedExperiment, running: Running) -> Outcome<String> {
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
        (least, most) if least == most => words::so_many(most as usize, "parameter"),
        (least, most) => format!(
            "{} to {} parameters",
            words::count(least as f64),
            words::count(most as f64)
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
                    false => words::so_many(axis.values.len(), "value"),
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
        format!(" in {} {what}", words::count(estimate.cells as f64))
    } else {
        String::new()
    };
    line(
        "networks",
        format!("{}{cells}", words::count(estimate.networks as f64)),
    );
    line(
        "work",
        format!(
            "{} {}, {}FLOP",
            words::count(estimate.updates),
            plural(estimate.updates as u64, "update"),
            words::metric(estimate.flop)
        ),
    );
    line(
        "time",
        format!(
            "about {} on {} ({level})",
            words::duration(seconds),
            words::so_many(threads, "thread")
        ),
    );
    if let Some(budget) = experiment.experiment().map.budget {
        line(
            "budget",
            format!(
                "at most {}, as many cells as that allows",
                words::duration(budget.as_secs_f64())
            ),
        );
    }
    line(
        "memory",
        format!("about {}B{}", words::metric(estimate.memory), {
            match experiment.experiment().output.figures {
                Some(Figures::None) => " (no figures)",
                _ => ", with figures",
            }
        }),
    );
    let rows = format!(
        "{} of nets, {} of series",
        words::so_many(estimate.rows_nets as usize, "row"),
        words::count(estimate.rows_series)
    );
    line(
        "disk",
        format!(
            "about {}B without figures ({rows})",
            words::metric(estimate.disk)
        ),
    );
    Ok(text)
}
