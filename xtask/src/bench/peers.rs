//! The peers: Python programs that do the same work, in a virtual environment of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::workload::Workload;
use crate::command::{output, root};
use crate::python;

/// What one peer did, one way.
#[derive(Clone, Debug, Deserialize)]
pub struct Peer {
    /// The workload's short name.
    workload: String,
    /// The peer and its way of doing the work.
    pub way: String,
    /// In the workload's unit.
    pub rate: f64,
    /// Test accuracy, where the workload has one.
    pub accuracy: Option<f64>,
}

/// The Python of a virtual environment with the peers installed.
pub fn environment() -> Result<PathBuf> {
    python::environment("peers", &scripts().join("requirements.txt"))
}

fn scripts() -> PathBuf {
    root().join("xtask/peers")
}

/// Runs the peers of `workload`.
pub fn results(python: &Path, workload: Workload) -> Result<Vec<Peer>> {
    let Some(script) = workload.peers() else {
        return Ok(Vec::new());
    };
    eprintln!("== {workload}: peers ({script})");
    let mut command = Command::new(python);
    command.current_dir(scripts()).arg(script);
    match script {
        "population.py" => command.arg(moons()?),
        "lanes.py" => command.arg(workload.name()),
        _ => &mut command,
    };
    let printed = output(&mut command)?;
    let peers: Vec<Peer> = printed
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).with_context(|| format!("{script} printed {line}")))
        .collect::<Result<_>>()?;
    Ok(peers
        .into_iter()
        .filter(|peer| peer.workload == workload.name())
        .collect())
}

/// The data set of P1 as a file, so that the peers train on the same points.
fn moons() -> Result<PathBuf> {
    let path = root().join("target/moons.csv");
    let dataset = mlp_store::speed::Reference::SMALL.dataset()?;
    let mut bytes = Vec::new();
    mlp_data::table::write_csv(&dataset, &mut bytes)?;
    std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
