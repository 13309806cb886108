//! `cargo xtask`: the workspace's own tasks.

#![forbid(unsafe_code)]

mod accuracy;
mod bench;
mod ci;
mod circles;
mod command;
mod crash_test;
mod experiments;
mod exports;
mod fractal;
mod gallery;
mod packages;
mod parity;
mod python;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "The workspace's own tasks")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything that a change must pass, cheapest first.
    Ci,
    /// Circular dependencies of files, compared with xtask/circles.toml.
    Circles,
    /// The largest errors of the elementary functions in f32.
    Accuracy(accuracy::Arguments),
    /// Differences from PyTorch and scikit-learn, as docs/parity.md.
    Parity,
    /// The reference workloads: rates, share of the machine's peak, and ratios to the peers.
    Bench(bench::Arguments),
    /// Performance maps with their commands and times, as docs/gallery.md.
    Gallery,
    /// Published results beside ours, from the files in experiments/.
    Experiments(experiments::Arguments),
    /// The open question of weight norms and bias norms, as docs/findings.md.
    Findings,
    /// Exported models, read and computed by onnxruntime, NumPy and PyTorch.
    Exports,
    /// The published facts about fractal maps, reproduced, as docs/fractal.md.
    Fractal(fractal::Arguments),
    /// Runs killed at random moments and resumed: the same bytes as uninterrupted ones.
    CrashTest(crash_test::Arguments),
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Ci => ci::all(),
        Task::Circles => circles::check(true),
        Task::Parity => parity::all(),
        Task::Accuracy(arguments) => accuracy::all(&arguments),
        Task::Bench(arguments) => bench::all(&arguments),
        Task::Gallery => gallery::all(),
        Task::Experiments(arguments) => experiments::all(&arguments),
        Task::Findings => experiments::findings(),
        Task::Exports => exports::all(),
        Task::Fractal(arguments) => fractal::all(&arguments),
        Task::CrashTest(arguments) => crash_test::all(&arguments),
    }
}
