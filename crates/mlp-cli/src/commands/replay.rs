//! `mlp replay`: networks of a run trained again exactly, with everything recorded.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use mlp_core::Level;
use mlp_store::{Place, RunDirectory, table::ColumnReader};
use mlp_train::{
    Experiment, Filter, RecordSchedule, ResolvedExperiment, Table, experiment::KeptWeights,
};

use super::resume::resolved;
use crate::{
    execute,
    failure::{Failure, Outcome},
    options,
    runs::RUNS,
    terminal, words,
};

/// Parameters that a replay keeps in all: with large networks fewer steps are recorded.
const MOST_PARAMETERS: u64 = 1 << 23;
/// Records of a replay, at least and at most.
const RECORDS: (u64, u64) = (16, 1000);
/// Networks that --where replays, unless --most says otherwise.
const MOST_NETWORKS: u64 = 10;

/// Replays the network that was named, or those that fit a condition.
pub fn run(matches: &ArgMatches) -> Outcome {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let path = Path::new(text("DIR").unwrap_or_default());
    let directory = RunDirectory::open(path)?;
    let experiment = resolved(&directory)?;
    let level = terminal::level()?;
    let threads = terminal::threads(matches.get_one("threads"))?;
    let quiet = matches.get_flag("quiet");
    let networks = match (text("NET"), text("where")) {
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
            let found = fitting(&directory.nets_columns()?, condition)?;
            let most = terminal::whole("--most", matches.get_one("most"), MOST_NETWORKS)?;
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            if !quiet && !matches.get_flag("json") {
                terminal::print(&told(&found, most))?;
            }
            found.into_iter().take(most).collect()
        }
    };
    let several = text("where").is_some();
    let root = several
        .then(|| folder(text("out"), &experiment))
        .transpose()?;
    for network in networks {
        let mut author = experiment.alone(network)?;
        author.training.record = Some(schedule(&experiment, network)?);
        author.output.save_weights = Some(KeptWeights::Recorded);
        author.output.figures = None;
        // One that came to its end before the clock did must not be ended by it now, which has more to record.
        if directory.is_complete() && author.training.stopping.stop_after.is_none() {
            author.training.stopping.time_budget = None;
        }
        for layer in options::layers(matches)? {
            layer.apply(&mut author)?;
        }
        let out = match &root {
            Some(root) => Some(root.join(format!("net-{network}"))),
            None => text("out").map(PathBuf::from),
        };
        let again = one(&author, out.as_deref(), (level, threads), matches)?;
        let computed = experiment.computed_cells();
        let computed = computed.is_none_or(|cells| cells.contains(&experiment.cell_of(network)));
        let differences = match computed {
            true => differences(&directory, network, &again)?,
            false => Vec::new(),
        };
        if let Some(first) = differences.first() {
            return Err(Failure::Failed(anyhow::anyhow!(
                "net {network} of {} came out otherwise: {first}",
                path.display()
            )));
        }
        if !quiet && !matches.get_flag("json") {
            let kept = directory.is_complete();
            let same = match kept {
                true if !computed => format!(
                    "net {network} is of a cell that the map fills by its neighbour, so there is nothing to compare with"
                ),
                true => format!("the same bits as net {network} of {}", path.display()),
                false => "the run is not complete, so there is nothing to compare with".to_owned(),
            };
            terminal::print(&format!("{:<11} {same}\n", "replay"))?;
        }
    }
    Ok(())
}

/// The network that is named by its number.
fn number(text: &str, experiment: &ResolvedExperiment) -> Outcome<u64> {
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
fn fitting(nets: &ColumnReader, condition: &str) -> Outcome<Vec<u64>> {
    let filter = Filter::parse(condition, nets.names())
        .map_err(|reason| Failure::usage(format!("--where: {reason}")))?;
    Ok(filter.select(nets, &["net"], |part, row| {
        let nets = part.column("net").map(|nets| nets.cell(row).to_text());
        nets.and_then(|net| net.parse().ok()).unwrap_or_default()
    })?)
}

fn told(found: &[u64], most: usize) -> String {
    let count = words::so_many(found.len(), "network");
    match found.len() > most {
        true => format!("{count} fit; the first {most} are replayed (--most for more)\n"),
        false => format!("{count} fit\n"),
    }
}

/// As many records as its size allows: every step, or geometric ones.
fn schedule(experiment: &ResolvedExperiment, network: u64) -> Outcome<RecordSchedule> {
    let recipe = experiment.recipe(network)?;
    let parameters = recipe.architecture().parameter_count().max(1) as u64;
    let records = (MOST_PARAMETERS / parameters).clamp(RECORDS.0, RECORDS.1);
    Ok(match recipe.steps < records {
        true => RecordSchedule::Every(1),
        false => RecordSchedule::Log(records),
    })
}

/// The folder of several replays.
fn folder(out: Option<&str>, experiment: &ResolvedExperiment) -> Outcome<PathBuf> {
    if let Some(out) = out {
        return Ok(PathBuf::from(out));
    }
    let name = format!("replay-{}", experiment.data()?.name);
    let next = Place::Next {
        root: Path::new(RUNS),
        name: &name,
    };
    Ok(next.folder()?)
}

/// Trains a network into a folder; that folder.
fn one(
    author: &Experiment,
    out: Option<&Path>,
    machine: (Level, usize),
    matches: &ArgMatches,
) -> Outcome<RunDirectory> {
    let experiment = mlp_store::resolve(author, None)?;
    let name = format!("replay-{}", experiment.data()?.name);
    let place = match out {
        Some(path) => Place::Folder {
            path,
            force: matches.get_flag("force"),
        },
        None => Place::Next {
            root: Path::new(RUNS),
            name: &name,
        },
    };
    let done = execute::in_place(experiment, place, machine, matches)?;
    Ok(RunDirectory::open(&done.directory)?)
}

/// What the last record of a network and that of its replay differ in.
fn differences(run: &RunDirectory, network: u64, replay: &RunDirectory) -> Outcome<Vec<String>> {
    if !run.is_complete() {
        return Ok(Vec::new());
    }
    let (original, again) = (run.nets_columns()?, replay.nets_columns()?);
    let names: Vec<&str> = again.names().iter().map(String::as_str).collect();
    let row = |table: &ColumnReader, wanted: u64| -> Outcome<Vec<(String, String)>> {
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
