//! `cargo xtask`: the workspace's own tasks.

mod accuracy;
mod bench;
mod ci;
mod command;
mod crash_test;
mod exports;
mod gallery;
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
    /// The largest errors of the elementary functions in f32.
    Accuracy(accuracy::Arguments),
    /// How far this project is from PyTorch and scikit-learn, as docs/parity.md.
    Parity,
    /// The reference workloads: rates, share of the machine's peak, and ratios to the peers.
    Bench(bench::Arguments),
    /// Performance maps with their commands and times, as docs/gallery.md.
    Gallery,
    /// Exported models, read and computed by onnxruntime, NumPy and PyTorch.
    Exports,
    /// Runs killed at random moments and resumed: the same bytes as undisturbed ones.
    CrashTest(crash_test::Arguments),
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Ci => ci::all(),
        Task::Parity => parity::all(),
        Task::Accuracy(arguments) => accuracy::all(&arguments),
        Task::Bench(arguments) => bench::all(&arguments),
        Task::Gallery => gallery::all(),
        Task::Exports => exports::all(),
        Task::CrashTest(arguments) => crash_test::all(&arguments),
    }
}
