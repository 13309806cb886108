//! The summary as one JSON object.

use std::collections::BTreeMap;

use mlp_statistics::Distribution;
use mlp_train::{BoundaryDimension, Kind, Part, baseline, cross_validation};
use serde_json::{Value, json};

use super::Summary;
use crate::{data_read, failure::CommandResult};

impl Summary<'_> {
    /// The summary as one object.
    pub fn json(&self) -> CommandResult<Value> {
        let manifest = &self.done.manifest;
        let mut object = json!({
            "kind": self.experiment.kind().name(),
            "directory": self.done.directory,
            "read": data_read::json(self.experiment)?,
            "status": manifest.status.name(),
            "found_complete": self.done.found_complete,
            "wall_seconds": manifest.wall_seconds,
            "threads": manifest.threads,
            "simd": manifest.simd,
            "engine": manifest.engine,
            "networks": manifest.counts.networks,
            "cells": self.experiment.cells(),
            "computed_cells": manifest.cells,
            "diverged": self.diverged(None),
            "exploded": self.exploded(None),
            "solved": self.solved(None)?,
        });
        if self.done.left_out > 0 {
            object["left_out"] = self.done.left_out.into();
        }
        let mut metrics = serde_json::Map::new();
        let names: Vec<&str> = self.metric_columns().collect();
        for name in &names {
            let values = self.values(name, None)?;
            if values.is_empty() {
                continue;
            }
            let told = match self.experiment.kind() {
                Kind::Train => json!(values[0]),
                Kind::Population | Kind::Map => distribution(&values.into_iter().collect()),
            };
            metrics.insert((*name).to_owned(), told);
        }
        object["metrics"] = metrics.into();
        if let Some(ending) = &self.ending {
            object["outcome"] = ending.status.clone().into();
            object["last_step"] = ending.last_step.into();
            object["baseline"] = self.baselines();
            if let Ok(recipe) = self.experiment.recipe(0)
                && let Some(held) = self.intervals(&recipe)?
            {
                object["intervals"] = held.json();
            }
            if ending.rules {
                object["stopped_by"] = ending.stopped_by.clone().into();
                object["best_step"] = ending.best_step.into();
            }
        }
        if self.experiment.kind() != Kind::Map {
            object["warning"] = self.shortfall()?.or_else(|| self.failure()).into();
        }
        let warnings = self.failure().into_iter().chain(self.warnings()?);
        object["warnings"] = warnings.collect::<Vec<_>>().into();
        if let Some(selected) = self.selected()? {
            object["selection"] = selected.json();
        }
        if let Some(decision) = self.decision()? {
            object["decision"] = decision.json();
        }
        if let Some(fates) = self.fates()? {
            object["rows"] = fates.json().into();
        }
        if cross_validation::is_cross_validation(self.experiment) {
            object["folds"] = self.folds_json(&names)?;
        }
        if let Some(boundary) = self.boundary()? {
            object["boundary"] = json!({
                "dimension": boundary.dimension,
                "fit_interval": [boundary.interval.0, boundary.interval.1],
                "fit_interval_of": BoundaryDimension::INTERVAL_OF,
                "boxes": boundary.boxes,
            });
        }
        if let Some(best) = &self.done.best {
            let [x, y] = self.axis_names();
            object["best"] = json!({ "metric": best.metric.to_string(), "value": best.value, &x: best.x, &y: best.y, "net": best.network, "seeds": self.experiment.seeds_per_cell() });
            if let (Some(axis), Some(facet)) = (self.facet_name(), &best.facet) {
                object["best"][axis] = facet.clone().into();
            }
            let region = &best.region;
            object["region"] = json!({
                "tolerance": region.tolerance,
                "cells": region.cells,
                "computed": region.computed,
                "of": region.of,
                "within": region.within,
                x: region.x.values(),
                y: region.y.values(),
            });
        }
        Ok(object)
    }

    fn folds_json(&self, names: &[&str]) -> CommandResult<Value> {
        let nets = self.directory.nets()?;
        let found = cross_validation::summaries(self.experiment, &nets, names);
        let rows = found.iter().map(|summary| {
            let setting: Vec<String> = summary.setting.iter().map(ToString::to_string).collect();
            json!({
                "setting": setting,
                "metric": summary.metric,
                "mean": summary.mean,
                "standard_error": summary.standard_error,
                "folds": summary.folds,
            })
        });
        Ok(rows.collect::<Vec<_>>().into())
    }

    fn baselines(&self) -> Value {
        let Ok(data) = self.experiment.data() else {
            return Value::Null;
        };
        let mut parts = BTreeMap::new();
        for (part, name) in [
            (Part::Train, "train"),
            (Part::Validation, "validation"),
            (Part::Test, "test"),
        ] {
            if let Some(guess) = baseline(&data, part) {
                let numbers = [
                    ("accuracy", guess.accuracy),
                    ("r2", guess.r2),
                    ("rmse", guess.rmse),
                ];
                for (metric, number) in numbers {
                    if let Some(number) = number {
                        parts.insert(format!("{name}_{metric}"), number);
                    }
                }
            }
        }
        json!(parts)
    }
}

fn distribution(all: &Distribution) -> Value {
    let quantiles = all.quantiles(&[0.5, 0.1, 0.9]);
    let mut told = json!({ "count": all.count(), "mean": all.mean(), "median": quantiles[0], "q10": quantiles[1], "q90": quantiles[2] });
    if all.error() > 0.0 {
        told["quantile_error"] = all.error().into();
    }
    told
}
