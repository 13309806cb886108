//! `mlp replay`: retrains networks of a run exactly, with everything recorded.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
    time::Instant,
};

use clap::Args;
use mlp_store::{DirectoryChoice, Replayed, RunDirectory, Verifying, table::ColumnReader, verify};
use mlp_train::{
    BEST_TRAIN_LOSS, Experiment, RecordSchedule, ResolvedExperiment, Table, Unselected,
    experiment::KeptWeights, networks_that_meet,
};

use super::resume::resolved;
use crate::{
    execute,
    failure::{CommandResult, Failure},
    formatting,
    options::{self, Destination, DressArgs, Keys, Reporting, Running, Selection, Threads},
    terminal,
};

/// Total number of parameters that a replay keeps: with large networks fewer steps are recorded.
const MOST_PARAMETERS: u64 = 1 << 23;
/// Minimum and maximum number of records of a replay.
const RECORDS: (u64, u64) = (16, 1000);

const EXAMPLES: &str = "\
Its curve, norms, boundary and a film of boundaries are drawn. Without --record, every step is recorded,
or as many geometrically spaced steps as fit in memory.

Examples:
  mlp replay runs/population-moons-001 17
  mlp replay runs/population-moons-001 17 --record every:10 --out net-17
  mlp replay runs/population-moons-001 --where 'test_accuracy > 0.9' --most 3
  mlp replay runs/population-moons-001 --where 'status == diverged'";

/// Retrain a network of a run exactly, with everything recorded
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Replay {
    /// run directory
    dir: PathBuf,
    /// number of the network, as in the column net
    net: Option<String>,
    /// replay the networks that match a condition, as in 'test_accuracy > 0.9 and seed < 100'
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    /// most networks to replay of those that match
    #[arg(long, value_name = "N", default_value = "10", value_parser = options::whole)]
    most: u64,
    #[command(flatten)]
    keys: Keys<Self>,
    #[command(flatten)]
    destination: Destination,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    reporting: Reporting,
    #[command(flatten)]
    dress: DressArgs,
}

impl Selection for Replay {
    const PATHS: &'static [&'static [&'static str]] =
        &[&["training.record", "output.format", "output.figures"]];
}

impl Replay {
    /// Replays the network that was named, or those that fit a condition.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let path = &self.dir;
        let directory = RunDirectory::open(path)?;
        let experiment = resolved(&directory)?;
        let running = Running::new(&self.threads, &self.reporting, quiet)?;
        let told = !quiet && !running.json;
        let networks = match (self.net.as_deref(), &self.condition) {
            (Some(_), Some(_)) => {
                return Err(Failure::usage(
                    "NET and --where are both given; give one of them",
                ));
            }
            (None, None) if experiment.networks() > 1 => {
                return Err(Failure::usage(format!(
                    "which network? give its number, 0 to {}, or a condition, as in --where 'test_accuracy > 0.9'",
                    experiment.networks() - 1
                )));
            }
            (net, None) => vec![number(net.unwrap_or("0"), &experiment)?],
            (None, Some(condition)) => {
                let withheld = experiment.experiment().population.select.is_some();
                let found = fitting(&directory.nets_columns()?, condition, withheld)?;
                let most = usize::try_from(self.most).unwrap_or(usize::MAX);
                if told {
                    terminal::print(&how_many(&found, most))?;
                }
                found.into_iter().take(most).collect()
            }
        };
        let several = self.condition.is_some();
        let root = several
            .then(|| execute::folder(&self.destination, "replay", &experiment))
            .transpose()?;
        for (place, network) in networks.into_iter().enumerate() {
            // What is said of each is of it alone.
            let running = match place {
                0 => running,
                _ => Running {
                    began: Instant::now(),
                    ..running
                },
            };
            let mut author = experiment.alone(network)?;
            author.training.record = Some(schedule(&experiment, network)?);
            author.output.save_weights = Some(KeptWeights::Recorded);
            author.output.figures = None;
            // A training that ended before the clock did must not be ended by it now that there is more to record.
            if directory.is_complete() && author.training.stopping.stop_after.is_none() {
                author.training.stopping.time_budget = None;
            }
            self.keys.layer()?.apply(&mut author)?;
            let own = root
                .as_ref()
                .map(|root| root.join(format!("net-{network}")));
            let of = replayed(&directory, &experiment, network)?;
            let again = self.one(&author, &of, own.as_deref(), running)?;
            let computed = experiment.computed_cells();
            let computed =
                computed.is_none_or(|cells| cells.contains(&experiment.cell_of(network)));
            let mut differences = match computed {
                true => differences(&directory, network, &again)?,
                false => Vec::new(),
            };
            // A loss that is not finite ends a training where it is seen, which the run's records decide.
            let diverged = again
                .manifest()
                .is_some_and(|done| done.counts.diverged > 0);
            let as_recorded = diverged && !differences.is_empty();
            if as_recorded {
                let how = Verifying {
                    networks: 1,
                    seed: 0,
                    only: Some(network),
                    level: running.level,
                    threads: NonZeroUsize::new(running.threads),
                };
                let never = AtomicBool::new(false);
                differences = verify(&directory, &experiment, how, &(), &never)?.differences;
            }
            if let Some(first) = differences.first() {
                return Err(Failure::Failed(anyhow::anyhow!(
                    "net {network} of {} was not reproduced: {first}",
                    path.display()
                )));
            }
            if told {
                let same = match directory.is_complete() {
                    true if !computed => format!(
                        "net {network} is of a cell that the map filled from its neighbour, so there is nothing to compare with"
                    ),
                    true if as_recorded => format!(
                        "net {network} diverged, which the run saw at a step that it recorded and this replay, which records more, at an earlier one; recorded as in the run it has the same bits as net {network} of {}",
                        path.display()
                    ),
                    true => format!("the same bits as net {network} of {}", path.display()),
                    false => {
                        "the run is not complete, so there is nothing to compare with".to_owned()
                    }
                };
                terminal::print(&format!("{:<11} {same}\n", "replay"))?;
            }
        }
        Ok(())
    }

    /// Trains a network into a folder of its own, or to where `--out` says; that folder.
    fn one(
        &self,
        author: &Experiment,
        of: &Replayed,
        own: Option<&Path>,
        running: Running,
    ) -> CommandResult<RunDirectory> {
        let experiment = mlp_store::resolve(author, None)?;
        let name = format!("replay-{}", experiment.data()?.name);
        let place = match own {
            Some(path) => DirectoryChoice::Folder {
                path,
                force: self.destination.force,
            },
            None => self.destination.place(&name),
        };
        let look = self.dress.look(author.output.figures)?;
        let done = execute::in_place(experiment, place, running, look, Some(of))?;
        Ok(RunDirectory::open(&done.directory)?)
    }
}

/// Which network of which run is trained again, for its directory to say.
fn replayed(
    directory: &RunDirectory,
    experiment: &ResolvedExperiment,
    network: u64,
) -> CommandResult<Replayed> {
    let path = directory.path();
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or_default();
    let swept = experiment.cell(experiment.cell_of(network)).into_iter();
    let swept = swept.map(|(key, value)| (key.to_string(), value.to_string()));
    let seed = (
        "seed".to_owned(),
        experiment.recipe(network)?.seed.to_string(),
    );
    Ok(Replayed {
        run: name.to_string_lossy().into_owned(),
        network,
        settings: swept.chain([seed]).collect(),
    })
}

/// The network that is named by its number.
fn number(text: &str, experiment: &ResolvedExperiment) -> CommandResult<u64> {
    let networks = experiment.networks();
    match text.parse() {
        Ok(network) if network < networks => Ok(network),
        _ => Err(Failure::usage(format!(
            "NET: must be a network of the run, 0 to {}, not \"{text}\"",
            networks - 1
        ))),
    }
}

/// The networks whose results fit a condition.
fn fitting(nets: &ColumnReader, condition: &str, withheld: bool) -> CommandResult<Vec<u64>> {
    networks_that_meet(condition, nets, withheld).map_err(|why| match why {
        Unselected::Condition(reason) => Failure::usage(format!("--where: {reason}")),
        Unselected::Table(error) => error.into(),
    })
}

fn how_many(found: &[u64], most: usize) -> String {
    let count = formatting::so_many(found.len(), "network");
    match found.len() > most {
        true => format!("{count} match; the first {most} are replayed (--most for more)\n"),
        false => format!("{count} match\n"),
    }
}

/// As many records as its size allows: every step, or geometrically spaced ones.
fn schedule(experiment: &ResolvedExperiment, network: u64) -> CommandResult<RecordSchedule> {
    let recipe = experiment.recipe(network)?;
    let parameters = recipe.architecture().parameter_count().max(1) as u64;
    let records = (MOST_PARAMETERS / parameters).clamp(RECORDS.0, RECORDS.1);
    Ok(match recipe.steps < records {
        true => RecordSchedule::Every(1),
        false => RecordSchedule::Log(records),
    })
}

/// Differences between the last record of a network and that of its replay.
fn differences(
    run: &RunDirectory,
    network: u64,
    replay: &RunDirectory,
) -> CommandResult<Vec<String>> {
    if !run.is_complete() {
        return Ok(Vec::new());
    }
    let (original, again) = (run.nets_columns()?, replay.nets_columns()?);
    // The lowest loss is that of the recorded steps, and a replay records others.
    let names = again.names().iter().map(String::as_str);
    let names: Vec<&str> = names.filter(|name| *name != BEST_TRAIN_LOSS).collect();
    let row = |table: &ColumnReader, wanted: u64| -> CommandResult<Vec<(String, String)>> {
        let mut found = Vec::new();
        let mut take = |part: &Table| {
            let nets = part.integers("net").unwrap_or_default();
            if let Some(row) = nets.iter().position(|net| *net as u64 == wanted) {
                let cells = part
                    .columns()
                    .map(|(name, values)| (name.to_owned(), values.cell(row).to_text()));
                found = cells.filter(|(name, _)| name != "net").collect();
            }
            Ok(())
        };
        table.scan(Some(&names), &mut take)?;
        Ok(found)
    };
    let again = row(&again, 0)?;
    let differ = row(&original, network)?
        .into_iter()
        .filter_map(|(name, was)| {
            let (_, is) = again.iter().find(|(known, _)| *known == name)?;
            (*is != was).then(|| format!("{name} was {was} and is {is}"))
        });
    Ok(differ.collect())
}
