//! `cargo xtask`: the workspace's own tasks.

mod ci;
mod command;

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
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Ci => ci::all(),
    }
}
