//! How well plans predict the time of runs: predicted and measured seconds, medians of five.

use std::{fmt::Write as _, fs, num::NonZeroUsize, sync::atomic::AtomicBool};

use anyhow::{Context, Result, ensure};
use mlp_core::Level;
use mlp_store::{DirectoryChoice, Execution, RunStatus, execute, expected_seconds};
use mlp_train::{Experiment, Kind, SettingsLayer};

use crate::command::root;

/// How often each is planned and run.
const TIMES: usize = 5;

/// Varied experiments, from a few milliseconds to some seconds.
const PLANS: [(Kind, &str); 12] = [
    (Kind::Train, "data=moons"),
    (
        Kind::Train,
        "data=digits hidden=64,32 optimizer=adam batch=32 epochs=20",
    ),
    (
        Kind::Train,
        "data=digits hidden=512,512 optimizer=adam batch=64 steps=200",
    ),
    (
        Kind::Train,
        "data=diabetes hidden=32 precision=f64 steps=3000 record=every:10",
    ),
    (
        Kind::Train,
        "data=moons hidden=4 steps=20000 record=every:1",
    ),
    (Kind::Population, "data=moons nets=500"),
    (
        Kind::Population,
        "data=iris nets=50 steps=300 sweep.weight_decay=0,1e-3,1e-2 sweep.hidden=4,8,16",
    ),
    (
        Kind::Population,
        "data=xor samples=4 noise=0 hidden=2 nets=50000 steps=20 record=last",
    ),
    (
        Kind::Population,
        "data=moons samples=32 hidden=4 nets=5000 steps=50 record=every:1",
    ),
    (
        Kind::Map,
        "data=moons x=learning_rate=log:1e-3:1e2:96 y=step",
    ),
    (
        Kind::Map,
        "data=moons steps=100 record=last x=learning_rate=log:1e-2:1e1:96 y=weight_decay=log:1e-5:1e-1:96",
    ),
    (
        Kind::Map,
        "data=moons samples=64 hidden=4 steps=50 record=every:1 x=learning_rate=log:1e-2:1e1:64 y=weight_decay=log:1e-5:1e-1:64",
    ),
];

/// The table, in Markdown.
pub fn table(threads: usize) -> Result<String> {
    let mut text = format!(
        "Plans: what `--dry-run` predicts and what a run takes without figures, medians of {TIMES}, {threads} threads.\n\n\
         | experiment | predicted | measured | ratio |\n|---|---|---|---|\n"
    );
    for (kind, settings) in PLANS {
        eprintln!("== {kind} {settings}");
        let mut seconds = [Vec::new(), Vec::new()];
        for _ in 0..TIMES {
            let [predicted, measured] = once(kind, settings, threads)?;
            seconds[0].push(predicted);
            seconds[1].push(measured);
        }
        let [predicted, measured] = seconds.map(median);
        let _ = writeln!(
            text,
            "| {kind} {settings} | {predicted:.3} s | {measured:.3} s | {:.2} |",
            predicted / measured
        );
    }
    Ok(text)
}

/// Predicted and measured seconds.
fn once(kind: Kind, settings: &str, threads: usize) -> Result<[f64; 2]> {
    let mut layer = SettingsLayer::new();
    for setting in settings.split(' ') {
        layer.set(setting)?;
    }
    let mut author = Experiment::new(kind);
    layer.apply(&mut author)?;
    let level = Level::best();
    let mut experiment = mlp_store::resolve(&author, None)?;
    let predicted = expected_seconds(&experiment, level, threads)?;
    let folder = root().join("target/bench-plans");
    let execution = Execution {
        place: DirectoryChoice::Folder {
            path: &folder,
            force: true,
        },
        level,
        threads: NonZeroUsize::new(threads),
        packs: true,
    };
    let done = execute(&mut experiment, execution, &(), &AtomicBool::new(false))?;
    ensure!(
        done.manifest.status == RunStatus::Complete && !done.found_complete,
        "{kind} {settings} was not run"
    );
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    Ok([predicted, done.manifest.wall_seconds])
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
