//! `cargo xtask parity`: how far this project is from its peers, as `docs/parity.md`.
//!
//! The numbers come from the parity tests themselves: they hold every case of the fixtures against
//! its peer and leave the largest difference of each in a folder.

mod accuracy;
mod json;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use self::json::{plain, read};
use crate::command::{cargo, root, run};

/// The fixtures: name and title.
const FIXTURES: &[(&str, &str)] = &[
    (
        "optimizers",
        "Optimizers, clipping, learning rates and decays per layer",
    ),
    ("schedules", "Learning-rate schedules"),
    ("losses", "Losses, sample weights and class weights"),
    (
        "layers",
        "Normalization, dropout, skip connections, penalties",
    ),
    ("sklearn", "scikit-learn's fit"),
];

/// Our keys that a peer names otherwise.
const NAMES: &[(&str, &str)] = &[
    ("alpha", "alpha (scikit-learn)"),
    ("average_from", "t0"),
    ("beta1", "betas[0], beta_1"),
    ("beta2", "betas[1], beta_2"),
    ("class_weights", "weight"),
    ("clip_norm", "torch.nn.utils.clip_grad_norm_"),
    ("clip_threshold", "d"),
    ("clip_value", "torch.nn.utils.clip_grad_value_"),
    ("coefficients", "ns_coefficients"),
    ("decay_bias", "parameter groups"),
    ("decoupled", "decoupled_weight_decay"),
    ("epsilon", "eps, epsilon"),
    ("epsilon_scale", "eps[1]"),
    ("eta_minus", "etas[0]"),
    ("eta_plus", "etas[1]"),
    ("form", "scikit-learn's update"),
    ("history", "history_size"),
    ("initial_accumulator", "initial_accumulator_value"),
    ("iterations", "ns_steps"),
    ("l1", "a penalty of the script"),
    ("lambda", "lambd"),
    ("learning_rate", "lr, learning_rate_init"),
    ("line_search", "line_search_fn"),
    ("loss_scale", "a factor of the loss"),
    ("max_norm", "a projection of the script"),
    ("muon_layers", "the parameters given"),
    ("nesterov", "nesterov, nesterovs_momentum"),
    ("positive_weight", "pos_weight"),
    ("power", "alpha"),
    ("rate_decay", "lr_decay"),
    ("rate_factor", "adjust_lr_fn"),
    ("rest", "a second optimizer"),
    ("sample_weights", "sample_weight"),
    ("schedule.base_momentum", "base_momentum"),
    ("schedule.cooldown", "cooldown"),
    ("schedule.cycle_momentum", "cycle_momentum"),
    ("schedule.every", "step_size"),
    ("schedule.factor", "gamma, factor"),
    ("schedule.final_divisor", "final_div_factor"),
    ("schedule.from", "start_factor"),
    ("schedule.max_momentum", "max_momentum"),
    ("schedule.minimum", "eta_min, min_lr"),
    ("schedule.patience", "patience, n_iter_no_change"),
    ("schedule.power", "power_t"),
    ("schedule.restarts", "CosineAnnealingWarmRestarts"),
    ("schedule.rise", "pct_start"),
    ("schedule.shape", "anneal_strategy"),
    ("schedule.start_divisor", "div_factor"),
    ("schedule.steps", "total_iters, T_max, T_0, total_steps"),
    ("schedule.stretch", "T_mult"),
    ("schedule.three_phase", "three_phase"),
    ("schedule.threshold", "threshold"),
    ("schedule.threshold_form", "threshold_mode"),
    ("schedule.to", "end_factor"),
    ("schedule.tolerance", "tol"),
    ("schedule.warm_up", "SequentialLR([LinearLR, ...])"),
    ("schedule.warm_up_from", "LinearLR's start_factor"),
    ("smoothing", "alpha, rho"),
    ("step_max", "step_sizes[1]"),
    ("step_min", "step_sizes[0]"),
];

/// A case that was compared.
struct Row {
    name: String,
    settings: BTreeMap<String, Value>,
    peer: String,
    difference: f64,
    bound: f64,
}

/// Runs the comparisons and writes the document; fails where a case is missing or out of bounds.
pub fn all() -> Result<()> {
    let folder = root().join("target/parity-rows");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("cannot empty target/parity-rows")?;
    }
    fs::create_dir_all(&folder).context("cannot make target/parity-rows")?;
    run(
        "parity tests",
        cargo([
            "test", "-p", "mlp-core", "--test", "it", "--locked", "--", "parity::", "layers::",
        ])
        .env("MLP_PARITY", &folder),
    )?;
    let mut missing = Vec::new();
    let mut text = String::from(HEAD);
    for (fixture, title) in FIXTURES {
        let (document, rows) = compared(fixture, &folder, &mut missing)?;
        if rows.is_empty() {
            continue;
        }
        let versions = document["versions"].as_object();
        let versions: Vec<String> = versions
            .into_iter()
            .flatten()
            .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or_default()))
            .collect();
        writeln!(text, "\n## {title}\n\nAgainst {}.\n", versions.join(", "))?;
        settings(&rows, &mut text)?;
        cases(&rows, &mut text)?;
    }
    let short = accuracy::table(&mut text)?;
    let path = root().join("docs/parity.md");
    fs::create_dir_all(root().join("docs")).context("cannot make docs")?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    eprintln!("wrote {}", path.display());
    if !missing.is_empty() {
        bail!("cases that no test has compared: {}", missing.join(", "));
    }
    if !short.is_empty() {
        bail!("cases that do not reach the peer: {}", short.join(", "));
    }
    Ok(())
}

const HEAD: &str = "# Parity with PyTorch and scikit-learn

Generated by `cargo xtask parity`; do not edit. The peers' numbers are the fixtures in `crates/mlp-core/tests/fixtures`
(`xtask/parity/README.md` describes how they were generated and what our keys mean). Everything is in f64, from the same initial
parameters on the same batches. A difference is the largest relative difference of any single number: of every parameter after
1, 10 and 200 updates (L-BFGS: up to 10), of a learning rate, of a loss and its gradient. The command fails if a row exceeds its bound.
The tests of `mlp-train` compare metrics with scikit-learn's, to 1e-12.
";

/// The cases of a fixture with what the tests have seen of them.
fn compared(fixture: &str, folder: &Path, missing: &mut Vec<String>) -> Result<(Value, Vec<Row>)> {
    let path = root().join(format!("crates/mlp-core/tests/fixtures/{fixture}.json"));
    let document = read(&path)?;
    let mut seen = BTreeMap::new();
    for entry in fs::read_dir(folder).context("cannot read target/parity-rows")? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(&format!("{fixture}."))
            && let Value::Object(cases) = read(&entry.path())?
        {
            seen.extend(cases);
        }
    }
    let mut rows = Vec::new();
    for case in document["cases"].as_array().into_iter().flatten() {
        let name = case["name"].as_str().unwrap_or_default().to_owned();
        let Some(found) = seen.get(&name) else {
            missing.push(format!("{fixture}/{name}"));
            continue;
        };
        let number = |key: &str| found[key].as_f64().unwrap_or(f64::INFINITY);
        rows.push(Row {
            settings: case["settings"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            peer: case["peer"].as_str().unwrap_or_default().to_owned(),
            difference: number("difference"),
            bound: number("bound"),
            name,
        });
    }
    Ok((document, rows))
}

/// A table of settings: each with the values that the cases have, what the peer calls it, and the
/// largest difference in all cases that have it.
fn settings(rows: &[Row], text: &mut String) -> Result<()> {
    let mut table: BTreeMap<&str, (Vec<String>, f64, f64, usize)> = BTreeMap::new();
    for row in rows {
        for (key, value) in &row.settings {
            let entry = table.entry(key).or_insert((Vec::new(), 0.0, 0.0, 0));
            let value = plain(value);
            if !entry.0.contains(&value) {
                entry.0.push(value);
            }
            entry.1 = larger(entry.1, row.difference);
            entry.2 = larger(entry.2, row.bound);
            entry.3 += 1;
        }
    }
    if table.is_empty() {
        return Ok(());
    }
    text.push_str(
        "| setting | the peer's name | values compared | cases | largest difference | bound |\n",
    );
    text.push_str("|---|---|---|---|---|---|\n");
    for (key, (values, difference, bound, cases)) in table {
        let peer = NAMES
            .iter()
            .find(|(ours, _)| *ours == key)
            .map_or(key, |(_, theirs)| theirs);
        let shown = match values.len() {
            ..=8 => values.join("; "),
            many => format!("{}; ... ({many})", values[..6].join("; ")),
        };
        writeln!(
            text,
            "| `{key}` | {peer} | {} | {cases} | {difference:.1e} | {bound:.0e} |",
            shown.replace('|', "\\|")
        )?;
    }
    Ok(())
}

/// A table of cases.
fn cases(rows: &[Row], text: &mut String) -> Result<()> {
    text.push_str(
        "\n| case | the peer's call | largest difference | bound | |\n|---|---|---|---|---|\n",
    );
    for row in rows {
        let verdict = if row.difference <= row.bound {
            "ok"
        } else {
            "OUT OF BOUNDS"
        };
        writeln!(
            text,
            "| {} | `{}` | {:.1e} | {:.0e} | {verdict} |",
            row.name,
            row.peer.replace('|', "\\|").replace('\n', " "),
            row.difference,
            row.bound
        )?;
    }
    Ok(())
}

fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}
