//! Verifying a run: some of its networks are retrained and compared bit by bit with the stored
//! results, and every file with its digest.

mod cells;
mod networks;
mod selection;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    sync::{Arc, atomic::AtomicBool},
};

use mlp_core::Level;
use mlp_data::names::so_many;

use self::{
    cells::{same, told},
    networks::networks,
};
use crate::npz;
use crate::{
    Error,
    manifest::{FileDigest, Manifest},
    run::execute::train_again,
    run_directory::{
        MAP, MODEL, NETS, RunDirectory, SELECTION, SERIES, STATE, expected_files, weights_files,
    },
    table::ColumnReader,
};
use crate::{model_file, state_file};
use mlp_train::SystemClock;
use mlp_train::{
    Array, Arrays, BEST_TRAIN_LOSS, Cell, Column, Counts, Data, Kind, Observer, Parameters,
    ResolvedExperiment, Status, Table,
    experiment::TableFormat,
    exploded::EXPLODED,
    storing::{
        ChunkBuilder, MapArrays, MemoryArrays, NetworkRows, NetworkSet, RequiredColumns, Rows,
        Selection, Trained, TrainingContext, WorkerSettings, kept_weights, over_seeds,
        run_population,
    },
};

/// Maximum number of differences that are listed; the rest are counted.
const MOST_TOLD: usize = 20;

/// How a run is verified.
#[derive(Clone, Copy, Debug)]
pub struct Verifying {
    /// Number of networks to retrain; all where there are fewer.
    pub networks: u64,
    /// Seed of the sample.
    pub seed: u64,
    /// The one network to retrain instead of a sample.
    pub only: Option<u64>,
    /// The instruction set of the kernels.
    pub level: Level,
    /// Worker threads; by default one per core.
    pub threads: Option<NonZeroUsize>,
}

/// The result of verifying a run.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The manifest of the run.
    pub manifest: Manifest,
    /// The networks that were retrained.
    pub networks: Vec<u64>,
    /// The files that were compared with the results of these networks.
    pub compared: Vec<String>,
    /// Differences, in words; the first of many.
    pub differences: Vec<String>,
    /// Number of differences.
    pub difference_count: u64,
}

impl Verification {
    /// Whether everything is as the run must have written it.
    pub fn passed(&self) -> bool {
        self.difference_count == 0
    }

    /// Whether another version of the numerics made the run.
    pub fn other_engine(&self) -> bool {
        self.manifest.engine != mlp_core::ENGINE
    }

    fn differ(&mut self, text: impl FnOnce() -> String) {
        if self.differences.len() < MOST_TOLD {
            self.differences.push(text());
        }
        self.difference_count += 1;
    }
}

/// Verifies a complete run. If interrupted, it returns the comparison so far as an error.
///
/// # Errors
/// A run that is not complete or cannot be read, networks that cannot be trained, an interruption.
pub fn verify(
    directory: &RunDirectory,
    experiment: &ResolvedExperiment,
    how: Verifying,
    observer: &dyn Observer,
    interrupt: &AtomicBool,
) -> Result<Verification, Error> {
    let Some(manifest) = directory.manifest().filter(|_| directory.is_complete()) else {
        return Err(Error::Missing {
            path: directory.path().to_owned(),
            what: "complete results".to_owned(),
            hint: "finish the run with mlp resume, then verify it",
        });
    };
    let sample = networks(experiment, how.only, how.networks, how.seed);
    let mut verification = Verification {
        manifest: manifest.clone(),
        networks: sample.iter().copied().collect(),
        compared: Vec::new(),
        differences: Vec::new(),
        difference_count: 0,
    };
    // The required files depend on the experiment, whatever the manifest lists.
    let mut files = expected_files(experiment);
    files.extend(manifest.files.keys().cloned());
    let unlisted = |name: &str| {
        let there = match directory.path().join(name).is_file() {
            true => "",
            false => ", and the file does not exist either",
        };
        format!("{name}: every run of this kind has one, but the manifest does not list it{there}")
    };
    for name in manifest.unlisted(&files) {
        verification.differ(|| unlisted(name));
    }
    for (name, digest) in &manifest.files {
        let path = directory.path().join(name);
        if !path.is_file() {
            verification.differ(|| format!("{name}: it was removed; mlp resume writes it again"));
        } else if FileDigest::of(&path)? != *digest {
            verification.differ(|| {
                format!("{name}: it has changed since the run wrote it (its digest differs from the manifest's); mlp resume writes it again")
            });
        }
    }
    let extent = RequiredColumns::of(experiment)?;
    let columns = extent.columns();
    let clock = SystemClock::start();
    let watch = TrainingContext {
        observer,
        interrupt,
        weights: kept_weights(experiment),
        clock: &clock,
    };
    let mut retrained = BTreeMap::new();
    let mut single = BTreeMap::new();
    if experiment.kind() == Kind::Train {
        let Trained {
            mut outcome,
            model,
            state,
            ..
        } = train_again(experiment, 0, how.level, observer, interrupt)?;
        let mut chunk = ChunkBuilder::default();
        chunk.push(&mut outcome, &extent.metrics());
        for rows in chunk.finish(&())?.rows() {
            retrained.insert(rows.network, Arc::clone(rows));
        }
        single.insert(MODEL, model_file::to_bytes(&model));
        single.insert(STATE, state_file::to_bytes(&state, directory.path())?);
    } else {
        let others = NetworkSet::all_but(&sample, experiment.networks());
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = how.threads.map_or_else(cores, NonZeroUsize::get);
        run_population(
            experiment,
            &extent.metrics(),
            &others,
            WorkerSettings {
                threads,
                level: how.level,
                until: None,
                packs: false,
            },
            &(),
            watch,
            &mut |chunk| {
                for rows in chunk.rows() {
                    retrained.insert(rows.network, Arc::clone(rows));
                }
                Ok(())
            },
        )?;
    }
    let mut selection = None;
    if let Some(best) = Selection::of(experiment, &extent.metrics()) {
        let best = selection::of(&directory.nets_columns()?, best)?;
        if best.refusal().is_some() {
            selection = Some(best.table_of_none());
        } else if let Some(selected) = best.train(experiment, how.level, interrupt)? {
            selection = Some(selected.table());
            single.insert(MODEL, model_file::to_bytes(&selected.model));
            if manifest.selected_none() {
                verification.differ(|| unlisted(MODEL));
            }
        }
    }
    if watch.interrupted() {
        return Err(mlp_train::Error::Interrupted.into());
    }
    let comparison = Comparison {
        directory,
        experiment,
        columns: &columns,
        rules: extent.rules,
        retrained: &retrained,
        single: &single,
        selection,
    };
    comparison.ends(manifest, &mut verification);
    comparison.kept_weights(&mut verification);
    for name in &files {
        if !directory.path().join(name).is_file() {
            continue;
        }
        // A file that cannot be read any more is also a difference.
        let compared = comparison.file(name, &mut verification);
        match compared {
            Ok(true) => verification.compared.push(name.clone()),
            Ok(false) => {}
            Err(error) => verification.differ(|| error.to_string()),
        }
    }
    Ok(verification)
}

/// Whether two models differ only in the text of their experiment and the format of their table, which
/// earlier versions wrote differently or not at all. The digest shows that the file is unchanged.
fn differ_in_words(trained: &[u8], stored: &[u8]) -> bool {
    match (
        model_file::from_bytes(trained),
        model_file::from_bytes(stored),
    ) {
        (Ok(trained), Ok(stored)) => {
            model_file::to_bytes(&stored.in_the_words_of(&trained))
                == model_file::to_bytes(&trained)
        }
        _ => false,
    }
}

struct Comparison<'a> {
    directory: &'a RunDirectory,
    experiment: &'a ResolvedExperiment,
    columns: &'a [String],
    rules: bool,
    retrained: &'a BTreeMap<u64, Arc<NetworkRows>>,
    /// The other files of a single run, and the model that was selected.
    single: &'a BTreeMap<&'static str, Vec<u8>>,
    /// What was selected of many networks.
    selection: Option<Table>,
}

impl Comparison<'_> {
    /// Compares the networks in a file; returns whether it holds any.
    fn file(&self, name: &str, verification: &mut Verification) -> Result<bool, Error> {
        let path = self.directory.path().join(name);
        let stem = name.split('.').next().unwrap_or_default();
        if stem == NETS || stem == SERIES {
            self.table(name, stem == NETS, verification)?;
        } else if name == MAP {
            self.map(verification)?;
        } else if let Some(expected) = self.single.get(name) {
            let bytes = std::fs::read(&path).map_err(|source| Error::Read { path, source })?;
            if *expected != bytes && !(name == MODEL && differ_in_words(expected, &bytes)) {
                verification.differ(|| format!("{name}: the trained network differs"));
            }
        } else if let (SELECTION, Some(selection)) = (stem, &self.selection) {
            for difference in selection::differences(&path, name, selection)? {
                verification.differ(|| difference);
            }
        } else if stem.starts_with("weights-") {
            self.weights(name, verification)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Whether the networks that the manifest counts are those of the experiment and of `nets`.
    fn ends(&self, manifest: &Manifest, verification: &mut Verification) {
        let experiment = self.experiment;
        let kind = experiment.kind().name();
        if manifest.kind != kind {
            verification.differ(|| {
                format!(
                    "manifest.json: kind is {}, and the experiment's is {kind}",
                    manifest.kind
                )
            });
        }
        let cells = experiment.computed_cells();
        let cells = cells.map_or(experiment.cells(), |cells| cells.len() as u64);
        let mut found = Counts {
            networks: cells * experiment.seeds_per_cell(),
            ..Counts::default()
        };
        // A table that cannot be read is reported elsewhere.
        let Ok(nets) = self.directory.nets_columns() else {
            return;
        };
        let mut last = None;
        let mut ascending = true;
        let mut columns = vec!["net", "status"];
        // Runs of earlier versions do not have it.
        columns.extend(
            nets.names()
                .iter()
                .map(String::as_str)
                .filter(|name| *name == EXPLODED),
        );
        let scanned = nets.scan(Some(&columns), &mut |part| {
            let exploded = part.texts(EXPLODED).unwrap_or_default();
            found.exploded += exploded.iter().filter(|flag| *flag == "true").count() as u64;
            for net in part.integers("net").unwrap_or_default() {
                ascending &= last.is_none_or(|last| last < net);
                last = Some(net);
            }
            for status in part.texts("status").unwrap_or_default() {
                let status = status.as_str();
                for (known, count) in [
                    (Status::Completed, &mut found.completed),
                    (Status::Stopped, &mut found.stopped),
                    (Status::Diverged, &mut found.diverged),
                ] {
                    *count += u64::from(known.name() == status);
                }
            }
            Ok(())
        });
        if scanned.is_err() {
            return;
        }
        if !ascending || found.finished() != found.networks {
            verification.differ(|| {
                format!(
                    "{NETS}: it does not have one row per network (the experiment has {}, and {} a status)",
                    found.networks,
                    match found.finished() {
                        1 => "1 row has".to_owned(),
                        rows => format!("{rows} rows have"),
                    }
                )
            });
        }
        if manifest.counts != found {
            verification
                .differ(|| format!("manifest.json: its counts of networks differ from {NETS}"));
        }
    }

    /// Whether there is a file with the saved parameters of every network.
    fn kept_weights(&self, verification: &mut Verification) {
        let mut stored = BTreeSet::new();
        let folder = self.directory.path();
        for name in weights_files(folder) {
            let path = folder.join(name);
            // What cannot be read is reported elsewhere.
            let Ok(npz) = npz::read(&path) else {
                return;
            };
            let whole = |array: &str| match npz.get(array).map(|array| &array.data) {
                Some(Data::I64(values)) => values.clone(),
                _ => Vec::new(),
            };
            stored.extend(whole("net").into_iter().zip(whole("step")));
        }
        for (network, rows) in self.retrained {
            for (step, _) in &rows.weights {
                if !stored.contains(&(*network as i64, *step as i64)) {
                    verification.differ(|| {
                        format!(
                            "weights: the parameters of net {network} at step {step} are missing"
                        )
                    });
                }
            }
        }
    }

    /// The rows of `nets` or `series`.
    fn table(&self, name: &str, nets: bool, verification: &mut Verification) -> Result<(), Error> {
        let format = match name.ends_with("csv") {
            true => TableFormat::Csv,
            false => TableFormat::Parquet,
        };
        let layout = Rows::new(self.experiment, self.columns, self.rules);
        let headers = if nets { layout.nets() } else { layout.series() };
        let mut expected: BTreeMap<u64, Vec<Vec<Cell>>> = BTreeMap::new();
        for (network, rows) in self.retrained {
            let cell = self.experiment.cell(self.experiment.cell_of(*network));
            let rows = match nets {
                true => vec![layout.nets_row(rows, &cell)],
                false => layout.series_rows(rows).map(Iterator::collect).collect(),
            };
            expected.insert(*network, rows);
        }
        let mut found: BTreeMap<u64, usize> = BTreeMap::new();
        let reader = ColumnReader::open(&self.directory.path().join(name))?;
        reader.scan(None, &mut |part| {
            let networks = part.integers("net").unwrap_or_default();
            for (at, network) in networks.into_iter().enumerate() {
                let network = network as u64;
                let Some(rows) = expected.get(&network) else {
                    continue;
                };
                let index = found.entry(network).or_default();
                *index += 1;
                let Some(row) = rows.get(*index - 1) else {
                    verification.differ(|| format!("{name}: net {network} has one row too many"));
                    continue;
                };
                // Runs of earlier versions do not have exploded networks, nor their best loss.
                let told_of = |column: &Column| {
                    ![EXPLODED, BEST_TRAIN_LOSS].contains(&column.name.as_str())
                        || part.column(&column.name).is_some()
                };
                for (column, cell) in headers
                    .iter()
                    .zip(row)
                    .filter(|(column, _)| told_of(column))
                {
                    let stored = part.column(&column.name).map(|values| values.cell(at));
                    if stored
                        .as_ref()
                        .is_none_or(|stored| !same(stored, cell, format))
                    {
                        let step = match &row[1] {
                            Cell::Integer(step) if !nets => format!(" at step {step}"),
                            _ => String::new(),
                        };
                        verification.differ(|| {
                            format!(
                                "{name}: net {network}{step}: {} is {}, and retrained {}",
                                column.name,
                                stored.as_ref().map_or("missing".to_owned(), told),
                                told(cell)
                            )
                        });
                    }
                }
            }
            Ok(())
        })?;
        for (network, rows) in &expected {
            let count = found.get(network).copied().unwrap_or(0);
            if count < rows.len() {
                verification.differ(|| {
                    format!(
                        "{name}: net {network} has {}, and retrained {}",
                        so_many(count as u64, "row"),
                        rows.len()
                    )
                });
            }
        }
        Ok(())
    }

    /// The values of the networks in the arrays of a map.
    fn map(&self, verification: &mut Verification) -> Result<(), Error> {
        let path = self.directory.path().join(MAP);
        let metrics = RequiredColumns::of(self.experiment)?.metrics();
        let mut arrays = MapArrays::new(self.experiment, metrics, MemoryArrays::default())?;
        for rows in self.retrained.values() {
            arrays.insert(Arc::clone(rows))?;
        }
        let (metric, target) = arrays.judged_by();
        let (retrained, _) = arrays.finish()?;
        let stored = npz::read(&path)?;
        // A sample of the networks does not determine the statistics over seeds of all cells; the stored
        // arrays do.
        let cells = stored
            .get("mean")
            .map_or(0, |mean| mean.shape.iter().product());
        let together = over_seeds(&stored, metric, target, cells);
        let trained = trained_places(&retrained);
        for (name, array) in retrained.iter() {
            let ours = match together.iter().find(|(over, _)| *over == name) {
                Some((_, data)) => Array::list(data.clone()).numbers(),
                None => array.numbers(),
            };
            let (Some(ours), Some(theirs)) =
                (ours, stored.get(name).and_then(|array| array.numbers()))
            else {
                continue;
            };
            if ours.len() != theirs.len() {
                verification.differ(|| format!("{MAP}: {name} has another size"));
                continue;
            }
            // Values of other networks are NaN here, or unset flags.
            let flags = matches!(array.data, Data::Bool(_));
            let is_ours =
                |place: usize| !flags || trained.get(place).is_none_or(|trained| *trained);
            let differing = ours
                .iter()
                .zip(&theirs)
                .enumerate()
                .filter(|(place, (ours, theirs))| {
                    is_ours(*place) && !ours.is_nan() && ours.to_bits() != theirs.to_bits()
                })
                .count();
            if differing > 0 && name != "converged" {
                verification.differ(|| {
                    format!(
                        "{MAP}: {name} differs from the retrained networks in {}",
                        so_many(differing as u64, "place")
                    )
                });
            }
        }
        Ok(())
    }

    /// The parameters of the networks.
    fn weights(&self, name: &str, verification: &mut Verification) -> Result<(), Error> {
        let npz = npz::read(&self.directory.path().join(name))?;
        let whole = |array: &str| match npz.get(array).map(|array| &array.data) {
            Some(Data::I64(values)) => values.clone(),
            _ => Vec::new(),
        };
        let theta = npz.get("theta").map(|array| &array.data);
        let (nets, steps) = (whole("net"), whole("step"));
        for (row, (net, step)) in nets.iter().zip(&steps).enumerate() {
            let Some(rows) = self.retrained.get(&(*net as u64)) else {
                continue;
            };
            let kept = rows.weights.iter().find(|(kept, _)| *kept == *step as u64);
            let same = match (kept, theta) {
                (Some((_, Parameters::Single(ours))), Some(Data::F32(theirs))) => {
                    let theirs = theirs.iter().skip(row * ours.len()).take(ours.len());
                    ours.iter()
                        .map(|v| v.to_bits())
                        .eq(theirs.map(|v| v.to_bits()))
                }
                (Some((_, Parameters::Double(ours))), Some(Data::F64(theirs))) => {
                    let theirs = theirs.iter().skip(row * ours.len()).take(ours.len());
                    ours.iter()
                        .map(|v| v.to_bits())
                        .eq(theirs.map(|v| v.to_bits()))
                }
                _ => false,
            };
            if !same {
                verification
                    .differ(|| format!("{name}: net {net} at step {step}: the parameters differ"));
            }
        }
        Ok(())
    }
}

/// The positions of retrained networks in a map's flags of exploded networks.
fn trained_places(retrained: &Arrays) -> Vec<bool> {
    let Some(flags) = retrained.get(EXPLODED) else {
        return Vec::new();
    };
    let mut trained = vec![false; flags.shape.iter().product()];
    for (_, array) in retrained.iter() {
        if matches!(array.data, Data::F64(_) | Data::F32(_)) && array.shape == flags.shape {
            for (trained, number) in trained.iter_mut().zip(array.numbers().unwrap_or_default()) {
                *trained |= !number.is_nan();
            }
        }
    }
    trained
}

#[cfg(test)]
mod tests;
