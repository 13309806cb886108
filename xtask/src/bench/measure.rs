//! One workload, measured in this process.

use std::fs;

use anyhow::{Context, Result};
use mlp_core::Level;

use super::worker::{self, Measurement};
use super::{lanes, whole_map, workload::Workload};

/// Measures `workload`; those that run many networks use `threads`.
pub fn measure(workload: Workload, threads: usize) -> Result<Measurement> {
    let level = Level::best();
    let mut measurement = match workload {
        Workload::Population => worker::population(level, threads)?,
        Workload::Map => worker::map(level, threads)?,
        Workload::Fractal => worker::fractal(level, threads)?,
        Workload::MiniBatch => worker::mini_batch(level)?,
        Workload::Large => worker::large(level, threads)?,
        Workload::Online => worker::online(level)?,
        Workload::Million
        | Workload::Xor
        | Workload::Smallest
        | Workload::FewSamples
        | Workload::SmallBatches
        | Workload::DeepNarrow => lanes::measure(workload, level, threads)?,
        Workload::Decay => worker::decay(level)?,
        Workload::WholeMap => whole_map::measure(level, threads)?,
    };
    measurement.peak_memory = peak_memory();
    Ok(measurement)
}

/// Peak resident memory of this process in bytes, as Linux keeps it; 0 where it does not.
fn peak_memory() -> u64 {
    let kilobytes = || -> Result<u64> {
        let status = fs::read_to_string("/proc/self/status")?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .context("no peak memory")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    };
    kilobytes().unwrap_or(0) * 1024
}
