//! Test scores on real data beside scikit-learn's: the same splits, initial weights and settings,
//! and batches in orders of each program's own.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::json::{plain, read};
use crate::command::{cargo, output, root, run};
use crate::python;

/// Trains with `mlp train` what `accuracy.json` has scores of, and adds the table to `text`. Returns
/// the cases that do not reach the peer.
pub(super) fn table(text: &mut String) -> Result<Vec<String>> {
    let peer = read(&scripts().join("parity/accuracy.json"))?;
    let seeds = peer["seeds"]
        .as_u64()
        .context("accuracy.json has no seeds")?;
    let folder = root().join("target/parity-accuracy");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("cannot empty target/parity-accuracy")?;
    }
    let requirements = scripts().join("parity/requirements-scikit.txt");
    let python = python::environment("parity", &requirements)?;
    run(
        "data and initial weights",
        Command::new(python)
            .current_dir(scripts())
            .args(["-m", "parity.accuracy", "--seeds", &seeds.to_string()])
            .arg("--export")
            .arg(&folder),
    )?;
    let build = ["build", "--release", "--locked", "-p", "mlp-cli"];
    run("the program", &mut cargo(build))?;
    let splits = read(&folder.join("splits.json"))?;
    let versions = peer["versions"]["scikit-learn"]
        .as_str()
        .unwrap_or_default();
    write!(
        text,
        "
## Test scores on real data

`mlp train FILE` against `MLPClassifier` and `MLPRegressor` of scikit-learn {versions} over {seeds} seeds. For each seed, both use the same 75/25
split, initial weights and settings; the order of batches is each program's own. Scores are accuracy, or R2 for diabetes:
mean and standard error over the seeds. A row is ok if our mean is no lower than the peer's mean minus one standard error.

| case | settings | scikit-learn | ours | ours minus the peer's, paired by seed | |
|---|---|---|---|---|---|
"
    )?;
    let mut short = Vec::new();
    for case in peer["cases"].as_array().into_iter().flatten() {
        let name = case["name"].as_str().unwrap_or_default();
        let theirs: Vec<f64> = case["scores"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_f64)
            .collect();
        let mut ours = Vec::new();
        for seed in 0..seeds {
            ours.push(score(case, seed, &splits, &folder)?);
        }
        if theirs.len() != ours.len() {
            bail!("accuracy.json has {} scores of {name}", theirs.len());
        }
        let differences: Vec<f64> = ours.iter().zip(&theirs).map(|(a, b)| a - b).collect();
        let (peer_mean, peer_error) = mean_and_error(&theirs);
        let (mean, error) = mean_and_error(&ours);
        let (difference, difference_error) = mean_and_error(&differences);
        let reached = mean >= peer_mean - peer_error;
        if !reached {
            short.push(name.to_owned());
        }
        writeln!(
            text,
            "| {name} | `{}` | {peer_mean:.4} ± {peer_error:.4} | {mean:.4} ± {error:.4} | {difference:+.4} ± {difference_error:.4} | {} |",
            options(case).join(" "),
            if reached { "ok" } else { "SHORT" }
        )?;
    }
    Ok(short)
}

/// The options of `mlp train` that mean what the peer's settings mean.
fn options(case: &Value) -> Vec<String> {
    let settings = &case["settings"];
    let word = |key: &str| plain(&settings[key]);
    let hidden = word("hidden_layer_sizes").replace(' ', ",");
    let mut options = vec![
        format!("--hidden {hidden}"),
        format!("--activation {}", word("activation")),
        format!("--optimizer {}", word("solver")),
        "--set form=sklearn".to_owned(),
        format!("--learning-rate {}", word("learning_rate_init")),
        format!("--batch {}", word("batch_size")),
        format!("--epochs {}", word("epochs")),
    ];
    if settings["momentum"].is_number() {
        options.push(format!("--momentum {}", word("momentum")));
        options.push(format!("--set nesterov={}", word("nesterovs_momentum")));
    }
    if case["metric"] == "r2" {
        // scikit-learn's squared error has a factor of one half.
        options.push("--set loss_scale=0.5".to_owned());
    }
    options
}

/// The test score of one seed.
fn score(case: &Value, seed: u64, splits: &Value, folder: &Path) -> Result<f64> {
    let dataset = case["dataset"].as_str().unwrap_or_default();
    let split = &splits[dataset];
    let file = |ending: &str| folder.join(format!("{dataset}-{seed}.{ending}"));
    let mut command = Command::new(root().join("target/release/mlp"));
    command
        .arg("train")
        .arg(file("csv"))
        .arg("--init-from")
        .arg(file("npz"))
        .args(options(case).iter().flat_map(|option| option.split(' ')))
        .args([
            "--split",
            &format!("{}:0:{}", split["train"], split["test"]),
        ])
        .args(["--seed", &seed.to_string()])
        .args(["--record", "last", "--figures", "none", "--json", "--force"])
        .arg("--out")
        .arg(folder.join("run"));
    let printed: Value = serde_json::from_str(&output(&mut command)?)
        .with_context(|| format!("{command:?} printed no JSON"))?;
    let metric = format!("test_{}", case["metric"].as_str().unwrap_or_default());
    printed["metrics"][&metric]
        .as_f64()
        .with_context(|| format!("{command:?} printed no {metric}"))
}

/// Mean, and standard error of the mean.
fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

fn scripts() -> PathBuf {
    root().join("xtask")
}
