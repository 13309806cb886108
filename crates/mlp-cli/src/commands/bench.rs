//! `mlp bench`: a short self-test of this machine.

use std::{fmt::Write, time::Duration};

use clap::Args;
use mlp_core::{ENGINE, Level};
use mlp_store::speed::{self, LevelRate, Reference};
use serde_json::json;

use crate::{
    failure::{CommandResult, Failure},
    formatting, options, terminal,
};

/// How long each rate is measured.
const PATIENCE: Duration = Duration::from_millis(400);

const EXAMPLES: &str = "\
Takes a few seconds. MLP_SIMD=portable|avx2|avx512 selects the level listed first.

Examples:
  mlp bench
  mlp bench --threads 1 --json";

/// Benchmark this machine: peak FLOP/s, networks per second, and identical bits at every SIMD level
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Bench {
    #[arg(
        long,
        short = 'j',
        value_name = "N",
        value_parser = options::threads,
        help = "threads to train on [default: all cores]"
    )]
    threads: Option<usize>,
    /// print one JSON object
    #[arg(long)]
    json: bool,
}

impl Bench {
    /// Measures, and prints a table or one JSON object.
    pub fn run(&self, _quiet: bool) -> CommandResult {
        let threads = terminal::threads(self.threads);
        let best = terminal::level()?;
        let peaks = [
            (
                "f32",
                speed::peak_rate::<f32>(best, 1)?,
                speed::peak_rate::<f32>(best, threads)?,
            ),
            (
                "f64",
                speed::peak_rate::<f64>(best, 1)?,
                speed::peak_rate::<f64>(best, threads)?,
            ),
        ];
        // The level in use comes first; the others show its advantage, and that the bits agree.
        let mut levels = vec![best];
        levels.extend(
            Level::supported()
                .into_iter()
                .rev()
                .filter(|level| *level != best),
        );
        let rates = |reference| -> CommandResult<Vec<LevelRate>> {
            let rate = |&level| Ok(speed::rate(reference, level, threads, PATIENCE)?);
            levels.iter().map(rate).collect()
        };
        let tables = [
            (&Reference::SMALL, rates(&Reference::SMALL)?),
            (&Reference::TINY, rates(&Reference::TINY)?),
        ];
        let agree = tables
            .iter()
            .all(|(_, rates)| rates.iter().all(|rate| rate.digest == rates[0].digest));
        let report = Report {
            threads,
            best,
            peaks: &peaks,
            tables: &tables,
            agree,
        };
        terminal::print(&match self.json {
            true => report.json(),
            false => report.text(),
        })?;
        if agree {
            return Ok(());
        }
        Err(Failure::Failed(anyhow::anyhow!(
            "the SIMD levels of this machine give different bits; please report the processor"
        )))
    }
}

struct Report<'a> {
    threads: usize,
    best: Level,
    /// Number type, FLOP per second on one thread and on all.
    peaks: &'a [(&'static str, f64, f64)],
    tables: &'a [(&'static Reference, Vec<LevelRate>)],
    agree: bool,
}

impl Report<'_> {
    fn text(&self) -> String {
        let Self { threads, best, .. } = self;
        let all = match threads {
            1 => "1 thread".to_owned(),
            several => format!("{several} threads"),
        };
        let mut text = format!("level {best}, {all}, engine {ENGINE}\n\n");
        let _ = writeln!(
            text,
            "{:<34}{:>14}{all:>14}",
            "peak multiply-add rate", "1 thread"
        );
        for (kind, one, all) in self.peaks {
            let _ = writeln!(
                text,
                "  {kind:<32}{:>14}{:>14}",
                format!("{:.0} GFLOP/s", one / 1e9),
                format!("{:.0} GFLOP/s", all / 1e9)
            );
        }
        for (reference, rates) in self.tables {
            let title = title(reference);
            let _ = writeln!(text, "\n{title}, networks per second");
            for rate in rates {
                let _ = write!(
                    text,
                    "  {:<32}{:>14}{:>14}",
                    rate.level.to_string(),
                    formatting::rate(rate.one),
                    formatting::rate(rate.all)
                );
                if rate.level == self.best {
                    let share = 100.0 * rate.all * reference.flop() / self.peaks[0].2;
                    let _ = write!(text, "   {share:.0} % of the peak");
                }
                text.push('\n');
            }
        }
        let tiny = self.tables[self.tables.len() - 1].1[0].all;
        let _ = writeln!(
            text,
            "\nA million of the last take about {} on {all}.",
            formatting::duration(1e6 / tiny)
        );
        text.push_str(match self.agree {
            true => "Every level gives the same bits.\n",
            false => "The levels give DIFFERENT bits.\n",
        });
        text
    }

    fn json(&self) -> String {
        let peaks: Vec<_> = self
            .peaks
            .iter()
            .map(|(kind, one, all)| json!({"precision": kind, "one_thread": one, "all_threads": all}))
            .collect();
        let populations: Vec<_> = self
            .tables
            .iter()
            .map(|(reference, rates)| {
                let rates: Vec<_> = rates
                    .iter()
                    .map(|rate| {
                        json!({
                            "level": rate.level.to_string(),
                            "one_thread": rate.one,
                            "all_threads": rate.all,
                        })
                    })
                    .collect();
                json!({
                    "hidden": reference.hidden,
                    "points": reference.points,
                    "steps": reference.steps,
                    "flop": reference.flop(),
                    "networks_per_second": rates,
                })
            })
            .collect();
        let object = json!({
            "level": self.best.to_string(),
            "threads": self.threads,
            "engine": ENGINE,
            "peak_flop_per_second": peaks,
            "populations": populations,
            "same_bits_at_every_level": self.agree,
        });
        format!("{object:#}\n")
    }
}

fn title(reference: &Reference) -> String {
    format!(
        "{} tanh, {} points, {} full-batch steps",
        reference.spec().architecture,
        reference.points,
        reference.steps
    )
}
