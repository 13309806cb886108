//! `mlp compare`: several runs beside each other.

use std::{fmt::Write, path::PathBuf};

use anyhow::Context;
use clap::Args;
use mlp_statistics::Mean;
use serde_json::{Value, json};

use crate::{
    comparison::{self, ComparedRun, Found, HEADS, by_condition, cells, left_out, mean, unpaired},
    failure::{CommandResult, Failure},
    figures, formatting, terminal,
};

const EXAMPLES: &str = "\
Networks of the same seed (and the same values of what both runs sweep) are paired, so that seeds do not hide a difference.

Examples:
  mlp compare runs/train-moons-001 runs/train-moons-002
  mlp compare runs/plain runs/dropout runs/decay --metrics test_loss,weight_norm
  mlp compare runs/plain runs/dropout --where 'train_loss < 0.01'
  mlp compare runs/plain runs/dropout --out comparison";

/// Compare runs: settings that differ, scores with intervals, paired differences, curves over each other
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Compare {
    /// run directories of train runs and populations; each is compared with the first
    #[arg(required = true, value_name = "DIR")]
    runs: Vec<PathBuf>,
    /// columns of the table of networks to compare [default: loss and scores of the first of test, validation and training part with values in every run]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    metrics: Vec<String>,
    /// compare only the networks that meet a condition in their run, as in 'train_loss < 0.01 and hidden == 4'
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    /// write report.html and the figure of the curves into this folder
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
    /// replace the report of another comparison in that folder
    #[arg(long, requires = "out")]
    force: bool,
    /// print one JSON object
    #[arg(long)]
    json: bool,
}

impl Compare {
    /// Prints the comparison, and writes its report where asked for.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let runs = comparison::open(&self.runs, self.condition.as_deref())?;
        let found = Found::of(&runs, &self.metrics)?;
        if let Some(out) = &self.out {
            if mlp_store::RunDirectory::open(out).is_ok() {
                return Err(Failure::usage(format!(
                    "--out: {} is a run directory; name a folder of the comparison's own",
                    out.display()
                )));
            }
            if !self.force && figures::is_of_others(out, &runs) {
                return Err(Failure::usage(format!(
                    "--out: {} has the report of other runs; name another folder, or give --force to replace it",
                    out.display()
                )));
            }
            std::fs::create_dir_all(out)
                .with_context(|| format!("cannot create {}", out.display()))?;
            figures::write_comparison(out, &runs, &found, self.condition.as_deref())?;
        }
        if self.json {
            let mut object = json(&runs, &found);
            object["where"] = self.condition.clone().into();
            return terminal::print(&format!("{object:#}\n"));
        }
        let mut text = text(&runs, &found, self.condition.as_deref());
        if let Some(out) = self.out.as_ref().filter(|_| !quiet) {
            let page = out.join("report.html");
            let _ = writeln!(text, "\nreport      {}", page.display());
        }
        terminal::print(&text)
    }
}

fn text(runs: &[ComparedRun], found: &Found, condition: Option<&str>) -> String {
    let mut text = String::new();
    for run in runs {
        let _ = writeln!(text, "{:<11} {}", run.letter, run.path.display());
    }
    if let Some(condition) = condition {
        let _ = writeln!(text, "{:<11} {condition}", "where");
        let _ = writeln!(text, "{:<11} leaves out {}", "", by_condition(runs));
    }
    text.push_str(match found.settings.is_empty() {
        true => "\nsettings    all the same\n",
        false => "\nsettings that differ\n",
    });
    let letters = runs.iter().map(|run| run.letter.clone());
    if !found.settings.is_empty() {
        let head = std::iter::once(String::new()).chain(letters.clone());
        let rows = found.settings.iter().map(|setting| {
            let cells = std::iter::once(setting.key.clone());
            cells.chain(setting.values.iter().cloned()).collect()
        });
        let rows: Vec<Vec<String>> = std::iter::once(head.collect()).chain(rows).collect();
        text.push_str(&formatting::columns(&rows, "  "));
    }
    text.push_str("\nmeans over networks (95 % interval)\n");
    let mut head = vec![String::new(), "networks".to_owned(), "left out".to_owned()];
    head.extend(found.metrics.iter().map(|metric| metric.metric.clone()));
    let mut rows = vec![head];
    for (index, run) in runs.iter().enumerate() {
        let count = run.networks();
        let mut row = vec![
            run.letter.clone(),
            formatting::count(count as f64),
            formatting::count(found.unsound[index] as f64),
        ];
        row.extend(found.metrics.iter().map(|metric| {
            metric.means[index]
                .as_ref()
                .map_or_else(|| "-".to_owned(), mean)
        }));
        rows.push(row);
    }
    text.push_str(&formatting::columns(&rows, "  "));
    if found.unsound.iter().any(|count| *count > 0) {
        text.push_str("  left out: networks that diverged or exploded\n");
    }
    for line in left_out(runs, found) {
        let _ = writeln!(text, "  {line}");
    }
    for (index, run) in runs.iter().enumerate().skip(1) {
        let _ = writeln!(
            text,
            "\n{} minus A, networks of the same seed (95 % interval)",
            run.letter
        );
        let pairs = found.metrics.iter().zip(&found.differences[index]);
        let rows = pairs
            .filter_map(|(metric, paired)| Some(cells(&metric.metric, paired.as_ref()?).to_vec()));
        let head = HEADS.map(str::to_owned).to_vec();
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
        match rows.len() == 1 {
            true => {
                let _ = writeln!(text, "  {}", unpaired(runs, found, index));
            }
            false => text.push_str(&formatting::columns(&rows, "  ")),
        }
    }
    text
}

fn json(runs: &[ComparedRun], found: &Found) -> Value {
    let mean = |mean: &Mean| {
        json!({
            "mean": mean.value,
            "standard_deviation": mean.deviation,
            "interval_95": mean.interval.map(|(low, high)| [low, high]),
            "networks": mean.count,
        })
    };
    let runs: Vec<Value> = runs
        .iter()
        .enumerate()
        .map(|(index, run)| {
            let means = found.metrics.iter().map(|metric| {
                let value = metric.means[index].as_ref().map_or(Value::Null, mean);
                (metric.metric.clone(), value)
            });
            let differences = found.metrics.iter().zip(&found.differences[index]);
            let differences = differences.filter_map(|(metric, paired)| {
                let paired = paired.as_ref()?;
                let value = json!({
                    "difference": mean(&paired.difference),
                    "larger": paired.signs.positive,
                    "smaller": paired.signs.negative,
                    "sign_test_p": paired.signs.p_value,
                    "signed_ranks_p": paired.ranks.map(|ranks| ranks.p_value),
                });
                Some((metric.metric.clone(), value))
            });
            let settings = found.settings.iter();
            let settings = settings.map(|s| (s.key.clone(), s.values[index].clone().into()));
            json!({
                "letter": run.letter,
                "directory": run.path.display().to_string(),
                "networks": run.networks(),
                "left_out": found.unsound[index],
                "left_out_by_where": run.unfit(),
                "pairs": found.pairs[index].map(|(all, _)| all),
                "pairs_left_out": found.pairs[index].map(|(_, lost)| lost),
                "settings_that_differ": Value::Object(settings.collect()),
                "means": Value::Object(means.collect()),
                "minus_first": Value::Object(differences.collect()),
            })
        })
        .collect();
    json!({ "runs": runs, "not_compared": found.unlike })
}
