//! `mlp verify`: retrains some networks of a run and compares them bit by bit with the stored results.

use std::{fmt::Write, num::NonZeroUsize, path::PathBuf, sync::atomic::AtomicBool};

use clap::Args;
use mlp_core::Level;
use mlp_store::{RunDirectory, Verification, Verifying, verify};
use serde_json::json;

use super::resume::resolved;
use crate::{
    failure::{CommandResult, Failure},
    formatting,
    options::{self, Threads},
    terminal,
};

const EXAMPLES: &str = "\
Whatever level and number of threads made the run, the bits are the same; what differs is told.

Examples:
  mlp verify runs/population-moons-001
  mlp verify runs/population-moons-001 --nets 100 --seed 3
  MLP_SIMD=portable mlp verify runs/population-moons-001 --threads 1";

/// Retrain some networks of a run and compare them bit for bit
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Verify {
    /// run directory
    dir: PathBuf,
    /// networks to retrain
    #[arg(long, value_name = "K", default_value = "20", value_parser = options::whole)]
    nets: u64,
    /// seed of the sample
    #[arg(long, value_name = "N", default_value = "0", value_parser = options::whole)]
    seed: u64,
    #[command(flatten)]
    threads: Threads,
    /// print the results as one JSON object
    #[arg(long, help_heading = "Running")]
    json: bool,
}

impl Verify {
    /// Verifies a run; differences are reported, and make the command fail.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let path = &self.dir;
        let directory = RunDirectory::open(path)?;
        let experiment = resolved(&directory)?;
        let threads = terminal::threads(self.threads.threads);
        let how = Verifying {
            networks: self.nets.max(1),
            seed: self.seed,
            only: None,
            level: terminal::level()?,
            threads: NonZeroUsize::new(threads),
        };
        // Nothing is written, so a signal may end the command immediately.
        let found = verify(&directory, &experiment, how, &(), &AtomicBool::new(false))?;
        let (level, networks) = (how.level, experiment.networks());
        if self.json {
            terminal::print(&as_json(&found, level, threads, networks))?;
        } else if !quiet {
            terminal::print(&as_text(&found, level, threads, networks))?;
        }
        if found.passed() {
            return Ok(());
        }
        let engine = match found.other_engine() {
            true => format!(
                "; it was made by engine {}, and this is engine {}",
                found.manifest.engine,
                mlp_core::ENGINE
            ),
            false => String::new(),
        };
        Err(Failure::Failed(anyhow::anyhow!(
            "{} does not match what its experiment produces: {}{engine}\n{}",
            path.display(),
            formatting::so_many(found.difference_count as usize, "difference"),
            found.differences.first().map_or("", String::as_str)
        )))
    }
}

fn as_text(found: &Verification, level: Level, threads: usize, networks: u64) -> String {
    let manifest = &found.manifest;
    let mut text = format!(
        "{:<11} {} of {} retrained at {level} on {}\n{:<11} {} on {}, engine {}\n",
        "networks",
        formatting::count(found.networks.len() as f64),
        formatting::count(networks as f64),
        formatting::so_many(threads, "thread"),
        "the run",
        manifest.simd,
        formatting::so_many(manifest.threads, "thread"),
        manifest.engine,
    );
    if found.other_engine() {
        let _ = writeln!(
            text,
            "{:<11} this is engine {}; bits may differ for that reason alone",
            "engine",
            mlp_core::ENGINE
        );
    }
    if !manifest.unknown.is_empty() {
        let _ = writeln!(
            text,
            "{:<11} manifest.json holds fields that this version does not know, and does not check: {}",
            "note",
            manifest.unknown.join(", ")
        );
    }
    for difference in &found.differences {
        let _ = writeln!(text, "{:<11} {difference}", "differs");
    }
    let more = found.difference_count - found.differences.len() as u64;
    if more > 0 {
        let _ = writeln!(
            text,
            "{:<11} and in {} more places",
            "",
            formatting::count(more as f64)
        );
    }
    if found.passed() {
        let _ = writeln!(
            text,
            "{:<11} the same bits in {}; all {} files are unchanged",
            "verified",
            found.compared.join(", "),
            manifest.files.len()
        );
    }
    text
}

fn as_json(found: &Verification, level: Level, threads: usize, networks: u64) -> String {
    let object = json!({
        "passed": found.passed(),
        "networks": networks,
        "verified": found.networks,
        "compared": found.compared,
        "difference_count": found.difference_count,
        "differences": found.differences,
        "unknown_fields": found.manifest.unknown,
        "engine": found.manifest.engine,
        "this_engine": mlp_core::ENGINE,
        "simd": found.manifest.simd,
        "this_simd": level.name(),
        "threads": found.manifest.threads,
        "this_threads": threads,
    });
    format!("{object:#}\n")
}
