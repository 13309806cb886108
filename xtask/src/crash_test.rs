//! `cargo xtask crash-test`: runs that are killed at random moments and resumed must leave the same bytes as an
//! uninterrupted run.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};
use mlp_core::seed::{Purpose, Stream};

use crate::command::{cargo, root, run};

/// How often, and when.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many times a population is killed; a single training a tenth as often.
    #[arg(long, default_value_t = 50)]
    times: u32,
    /// Seed of the moments.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// A single training with several checkpoints, which hold everything that a checkpoint can.
const TRAINING: [&str; 24] = [
    "train",
    "moons",
    "--steps",
    "400000",
    "--optimizer",
    "adam",
    "--batch",
    "16",
    "--dropout",
    "0.1",
    "--validation-fraction",
    "0.2",
    "--patience",
    "1000000",
    "--record",
    "every:2000",
    "--diagnostics",
    "balance",
    "--save-weights",
    "recorded",
    "--figures",
    "none",
    "--quiet",
    "--out",
];

/// Mixed shapes, optimizers and lengths, every kind of result file that many networks leave.
const EXPERIMENT: [&str; 22] = [
    "population",
    "moons",
    "--nets",
    "150",
    "--steps",
    "400",
    "--sweep",
    "hidden=4,16x16,none",
    "--sweep",
    "optimizer=sgd,adam",
    "--sweep",
    "learning_rate=0.1,1e30",
    "--activation",
    "relu",
    "--record",
    "log:6",
    "--save-weights",
    "last",
    "--figures",
    "none",
    "--quiet",
    "--out",
];

/// Kills and resumes populations and single trainings, and compares.
pub fn all(arguments: &Arguments) -> Result<()> {
    run(
        "build",
        &mut cargo(["build", "--quiet", "--locked", "-p", "mlp-cli"]),
    )?;
    let folder = root().join("target").join("crash-test");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut moments = Stream::new(arguments.seed, Purpose::Sampling);
    kill(&EXPERIMENT, arguments.times, &folder, &mut moments)?;
    // It lasts for several checkpoints, so a tenth takes about as long.
    kill(
        &TRAINING,
        arguments.times.div_ceil(10),
        &folder,
        &mut moments,
    )?;
    fs::remove_dir_all(&folder).context("cannot remove target/crash-test")
}

/// Kills one experiment so many times.
fn kill(experiment: &[&str], times: u32, folder: &Path, moments: &mut Stream) -> Result<()> {
    let kind = experiment[0];
    let whole = folder.join(kind);
    let start = Instant::now();
    finish(&mut begin(experiment, &whole, 2)?)?;
    let lasts = start.elapsed();
    let expected = results(&whole)?;
    ensure!(expected.len() >= 5, "the run left {:?}", expected.keys());
    let (mut kills, mut runs, mut found) = (0, 0, 0);
    while kills < times {
        let path = folder.join(format!("{kind}-killed-{runs}"));
        let threads = 1 + usize::from(moments.below(2) == 1);
        let mut process = begin(experiment, &path, threads)?;
        loop {
            // Also after the usual end now and then, when nothing is left to be killed.
            thread::sleep(lasts.mul_f64(1.05 * moments.uniform()));
            let ended = process.try_wait()?.is_some();
            process.kill()?;
            process.wait()?;
            kills += u32::from(!ended);
            if ended || kills == times {
                break;
            }
            found += u32::from(path.join("journal").is_dir());
            // A run that was killed before it said what it is has to be begun again.
            process = match path.join("experiment.toml").is_file() {
                true => resume(&path, threads)?,
                false => begin(experiment, &path, threads)?,
            };
        }
        match path.join("experiment.toml").is_file() {
            true => finish(&mut resume(&path, threads)?)?,
            false => finish(&mut begin(experiment, &path, threads)?)?,
        }
        let left = results(&path)?;
        for (name, bytes) in &expected {
            ensure!(
                left.get(name) == Some(bytes),
                "{name} of {} differs after {kills} kills",
                path.display()
            );
        }
        ensure!(left.len() == expected.len(), "{:?}", left.keys());
        fs::remove_dir_all(&path)?;
        runs += 1;
    }
    println!(
        "{kind}: {kills} kills in {runs} runs of {:.1} s, {found} of them with something in the journal: the same bytes of {} files each time",
        lasts.as_secs_f64(),
        expected.len()
    );
    Ok(())
}

fn mlp() -> Command {
    let name = format!("mlp{}", std::env::consts::EXE_SUFFIX);
    let mut command = Command::new(root().join("target").join("debug").join(name));
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn begin(experiment: &[&str], path: &Path, threads: usize) -> Result<Child> {
    let child = mlp()
        .args(experiment)
        .arg(path)
        .args(["--threads", &threads.to_string()])
        .spawn();
    child.context("cannot start mlp")
}

fn resume(path: &Path, threads: usize) -> Result<Child> {
    let child = mlp()
        .arg("resume")
        .arg(path)
        .args(["--quiet", "--threads", &threads.to_string()])
        .spawn();
    child.context("cannot start mlp resume")
}

/// Waits for a process that must succeed.
fn finish(process: &mut Child) -> Result<()> {
    let status = process.wait()?;
    if status.success() {
        return Ok(());
    }
    let mut message = String::new();
    if let Some(stderr) = &mut process.stderr {
        std::io::Read::read_to_string(stderr, &mut message)?;
    }
    bail!("mlp ended with {status}: {}", message.trim())
}

/// The result files of a run with their bytes; not the manifest, the journal and the lock.
fn results(path: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(path).with_context(|| format!("{} is missing", path.display()))? {
        let path: PathBuf = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_file() && name != "manifest.json" && name != ".lock" {
            files.insert(name.into_owned(), fs::read(&path)?);
        }
    }
    Ok(files)
}
