//! P6 and P8 to P12: populations of networks too small to fill a vector with samples, from the experiment to
//! its results in memory, side by side as a run trains them and each alone.

use std::{num::NonZeroUsize, time::Instant};

use anyhow::{Result, ensure};
use mlp_core::{Batch, Level};
use mlp_store::speed::{flop_a_sample, peak_rate};
use mlp_train::{Experiment, Kind, Options, Precision, ResolvedExperiment, SettingsLayer, run};

use super::{worker::Measurement, workload::Workload};

/// A population, and how much of it is timed.
struct Population {
    settings: &'static str,
    /// Networks side by side.
    nets: u64,
    /// Networks each alone.
    alone: u64,
}

/// The population of a workload; `None` where it has none of this kind.
fn population(workload: Workload) -> Option<Population> {
    let (settings, nets, alone) = match workload {
        Workload::Million => (
            "data=moons samples=64 noise=0.2 test_fraction=0 hidden=8 learning_rate=0.5 steps=200",
            65_536,
            32_768,
        ),
        Workload::Xor => (
            "data=xor hidden=4 activation=relu init=truncated-normal:0.1 learning_rate=0.1 steps=10000",
            16_384,
            512,
        ),
        Workload::Smallest => (
            "data=xor hidden=2 learning_rate=0.5 steps=4000",
            32_768,
            1024,
        ),
        Workload::FewSamples => (
            "data=moons samples=16 noise=0.2 test_fraction=0 hidden=8 learning_rate=0.5 steps=2000",
            16_384,
            2048,
        ),
        Workload::SmallBatches => (
            "data=moons samples=256 noise=0.2 test_fraction=0 hidden=16,16 batch=16 learning_rate=0.5 steps=2000",
            4096,
            512,
        ),
        Workload::DeepNarrow => (
            "data=moons samples=100 noise=0.2 test_fraction=0 hidden=8,8,8,8 precision=f64 learning_rate=0.2 steps=1500",
            1024,
            128,
        ),
        _ => return None,
    };
    Some(Population {
        settings,
        nets,
        alone,
    })
}

/// Times a workload of this kind: three rounds of all ways in turn, so that they see the same machine.
pub fn measure(workload: Workload, level: Level, threads: usize) -> Result<Measurement> {
    let Some(population) = population(workload) else {
        anyhow::bail!("{workload} is no population of small networks");
    };
    let author = |nets: u64| -> Result<Experiment> {
        let mut layer = SettingsLayer::new();
        let own = format!("record=last nets={nets}");
        for setting in population.settings.split(' ').chain(own.split(' ')) {
            layer.set(setting)?;
        }
        let mut author = Experiment::new(Kind::Population);
        layer.apply(&mut author)?;
        Ok(author)
    };
    let rate = |nets: u64, threads: usize, packs: bool| -> Result<f64> {
        let options = Options {
            level,
            threads: NonZeroUsize::new(threads),
            packs,
            ..Options::default()
        };
        let author = author(nets)?;
        let started = Instant::now();
        let results = run(&author, &options)?;
        let seconds = started.elapsed().as_secs_f64();
        ensure!(
            results.counts.finished() == nets && !results.interrupted,
            "{workload} was not trained to its end"
        );
        Ok(nets as f64 / seconds)
    };
    let Population { nets, alone, .. } = population;
    let [mut all, mut one, mut before] = [0.0f64; 3];
    for _ in 0..3 {
        all = larger(all, rate(nets, threads, true)?);
        before = larger(before, rate(alone, threads, false)?);
        if threads > 1 {
            one = larger(one, rate(nets / threads as u64, 1, true)?);
        }
    }
    let recipe = ResolvedExperiment::new(&author(1)?, None)?.recipe(0)?;
    let samples = match recipe.spec.batch {
        Batch::Full => recipe.data.split.train.len(),
        Batch::Size(size) => size,
    };
    let flop = flop_a_sample(recipe.architecture()) * (samples as u64 * recipe.steps) as f64;
    let mut notes = vec![format!(
        "{nets} networks side by side; each alone {before:.0} networks/s, so packs are {:.2}x",
        all / before
    )];
    if workload == Workload::Million {
        notes.push("to reach: 25000 networks/s, and 1.6x the networks alone".to_owned());
    }
    Ok(Measurement {
        rate: all,
        unit: "networks/s".into(),
        flop_rate: all * flop,
        peak: match recipe.precision {
            Precision::F32 => peak_rate::<f32>(level, threads)?,
            Precision::F64 => peak_rate::<f64>(level, threads)?,
        },
        scaling: (threads > 1).then_some(all / one),
        peak_memory: 0,
        notes,
    })
}

fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}
