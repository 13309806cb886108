//! `cargo xtask bench`: the reference workloads, each in a process of its own, beside the machine's peak and, with
//! `--peers`, beside JAX, PyTorch and scikit-learn in the same run.

mod lanes;
mod measure;
mod peers;
mod plans;
mod report;
mod whole_map;
mod worker;
mod workload;

use anyhow::{Context, Result};

use self::report::Row;
use self::workload::Workload;
use crate::command::{cargo, output, run};

/// Options of `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Also run the Python peers (makes a virtual environment in target/peers).
    #[arg(long)]
    peers: bool,
    /// Only these workloads: P1,P4.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Workload>,
    /// Only the table of plans: the times that --dry-run predicts beside those that runs take.
    #[arg(long, conflicts_with_all = ["only", "peers"])]
    plans: bool,
    /// Write the tables into BENCHMARKS.md.
    #[arg(long)]
    write: bool,
    /// Run one workload in this process and print its result (what `bench` starts).
    #[arg(long, hide = true)]
    worker: Option<Workload>,
    /// Threads of the workloads that use more than one.
    #[arg(long, default_value_t = 0)]
    threads: usize,
}

/// Runs the workloads one after the other and prints one table.
pub fn all(arguments: &Arguments) -> Result<()> {
    let threads = match arguments.threads {
        0 => std::thread::available_parallelism().map_or(1, Into::into),
        given => given,
    };
    if let Some(workload) = arguments.worker {
        println!(
            "{}",
            serde_json::to_string(&measure::measure(workload, threads)?)?
        );
        return Ok(());
    }
    if cfg!(debug_assertions) {
        return rerun_in_release(arguments);
    }
    let chosen: Vec<Workload> = match arguments.only.as_slice() {
        [] => Workload::ALL.to_vec(),
        only => only.to_vec(),
    };
    if arguments.plans {
        return plans(arguments.write, threads);
    }
    let mut rows = Vec::new();
    for workload in chosen {
        eprintln!("== {workload}: {}", workload.description());
        let mut ours = this_program(&[
            "bench",
            "--worker",
            workload.name(),
            "--threads",
            &threads.to_string(),
        ])?;
        let printed = output(&mut ours)?;
        let result: worker::Measurement = serde_json::from_str(printed.trim())
            .with_context(|| format!("{workload} printed no result: {printed}"))?;
        rows.push(Row::new(workload, result));
    }
    if arguments.peers {
        let python = peers::environment()?;
        for row in &mut rows {
            row.add_peers(peers::results(&python, row.workload)?);
        }
    }
    let table = report::table(&rows, threads);
    println!("{table}");
    if arguments.write {
        report::write("table", &table)?;
    }
    match arguments.only.is_empty() {
        true => plans(arguments.write, threads),
        false => Ok(()),
    }
}

/// Prints the table of plans.
fn plans(write: bool, threads: usize) -> Result<()> {
    let table = plans::table(threads)?;
    println!("{table}");
    if write {
        report::write("plans", &table)?;
    }
    Ok(())
}

/// This program again, as built now.
fn this_program(arguments: &[&str]) -> Result<std::process::Command> {
    let path = std::env::current_exe().context("this program's own path is unknown")?;
    let mut command = std::process::Command::new(path);
    command.args(arguments);
    Ok(command)
}

/// Builds this program for speed and hands it the same arguments.
fn rerun_in_release(arguments: &Arguments) -> Result<()> {
    let mut line = vec![
        "run",
        "--quiet",
        "--release",
        "--locked",
        "-p",
        "xtask",
        "--",
        "bench",
    ];
    let only = arguments
        .only
        .iter()
        .map(|w| w.name())
        .collect::<Vec<_>>()
        .join(",");
    let threads = arguments.threads.to_string();
    line.extend(["--threads", &threads]);
    if !only.is_empty() {
        line.extend(["--only", &only]);
    }
    if arguments.peers {
        line.push("--peers");
    }
    if arguments.plans {
        line.push("--plans");
    }
    if arguments.write {
        line.push("--write");
    }
    run("benchmarks", &mut cargo(line))
}
