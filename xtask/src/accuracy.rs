//! `cargo xtask accuracy`: the largest errors of the elementary functions in f32, over every bit pattern or a share of them.

use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use mlp_core::Level;
use mlp_kernels::accuracy::{Worst, bound_f32, worst_f32};
use mlp_kernels::math::Function;
use mlp_store::speed::spread;

use crate::command::{cargo, run};

/// Options of `cargo xtask accuracy`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Every so many bit patterns; 1 is all of them, some minutes.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    stride: u32,
}

/// Prints a line a function; fails where an error exceeds its bound.
pub fn all(arguments: &Arguments) -> Result<()> {
    let stride = arguments.stride.to_string();
    if cfg!(debug_assertions) {
        let line = [
            "run",
            "--quiet",
            "--release",
            "--locked",
            "-p",
            "xtask",
            "--",
            "accuracy",
            "--stride",
            &stride,
        ];
        return run("accuracy", &mut cargo(line));
    }
    let functions = Function::ALL;
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let found: Mutex<Vec<Option<Worst>>> = Mutex::new(vec![None; functions.len()]);
    spread(
        functions.len() as u64,
        threads,
        || (),
        |(), index| {
            let worst = worst_f32(Level::best(), functions[index as usize], arguments.stride);
            let worst = worst.expect("the best level is supported");
            found.lock().expect("no thread panics")[index as usize] = Some(worst);
        },
    );
    let found = found.into_inner().expect("no thread panics");
    let mut exceeding = Vec::new();
    for (function, worst) in functions.into_iter().zip(found) {
        let worst = worst.context("a function was left out")?;
        let bound = bound_f32(function);
        println!(
            "{function:?}: {:.3} ULP at {:e} (bound {bound})",
            worst.ulp, worst.at
        );
        if worst.ulp > bound {
            exceeding.push(format!("{function:?}"));
        }
    }
    if exceeding.is_empty() {
        return Ok(());
    }
    bail!("beyond their bounds: {}", exceeding.join(", "))
}
