//! Reading a run directory back.

use std::path::{Path, PathBuf};

use super::{
    DATA, EXPERIMENT, JOURNAL, MAP, MODEL, NETS, OUT_OF_FOLD, ROWS, SELECTION, SERIES, STATISTICS,
    lock,
    missing::run_without,
    settings::{difference, settings_of},
    weights_files,
};
use crate::identity::hexadecimal;
use crate::model_file;
use crate::npz;
use crate::run::inputs::lost_from;
use crate::{
    Error,
    manifest::{FileDigest, Manifest, RunStatus},
    table::{self, ColumnReader},
};
use mlp_data::names::shell_path;
use mlp_train::{
    Arrays, Experiment, Kind, Model, RunTables, Table, TableSource,
    experiment_file::ExperimentFile, storing::identity,
};

/// For a run that has not ended.
const UNFINISHED: &str = "the run did not finish; mlp resume continues it";

/// The results of a run, read when first requested.
#[derive(Clone, Debug)]
pub struct RunDirectory {
    path: PathBuf,
    manifest: Option<Manifest>,
}

impl RunDirectory {
    /// Opens a run directory.
    ///
    /// # Errors
    /// [`Error::Missing`] where the folder is not one; [`Error::Corrupt`] where its manifest is damaged.
    pub fn open(path: &Path) -> Result<Self, Error> {
        if !path.join(EXPERIMENT).is_file() {
            let is_run = [Manifest::FILE, JOURNAL]
                .iter()
                .any(|name| path.join(name).exists());
            let hint = match is_run {
                true => {
                    "it holds other files of a run: the command that started it continues it, and writes this one again"
                }
                false => "so it is not a run directory",
            };
            return Err(Error::Missing {
                path: path.to_owned(),
                what: EXPERIMENT.to_owned(),
                hint,
            });
        }
        Ok(Self {
            manifest: Manifest::read(path)?,
            path: path.to_owned(),
        })
    }

    /// Whether a process works in it now.
    pub fn is_in_use(&self) -> bool {
        lock::is_held(&self.path)
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The manifest; `None` where the run was killed before it wrote one.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// Whether the run is complete.
    pub fn is_complete(&self) -> bool {
        self.manifest
            .as_ref()
            .is_some_and(|manifest| manifest.status == RunStatus::Complete)
    }

    /// The experiment of the results, as read from its file; resolve it to get recipes and data.
    ///
    /// # Errors
    /// [`Error::RunExperiment`]: a file that cannot be read, or was changed since the run wrote it;
    /// [`Error::Missing`]: one that names a file which the run kept and which is gone.
    pub fn experiment(&self) -> Result<ExperimentFile, Error> {
        let (file, author) = self.found_experiment()?;
        self.check(&author)?;
        Ok(file)
    }

    /// The experiment of the results, ready to be resolved.
    ///
    /// # Errors
    /// As [`experiment`](Self::experiment).
    pub fn author(&self) -> Result<Experiment, Error> {
        let (_, author) = self.found_experiment()?;
        self.check(&author)?;
        Ok(author)
    }

    /// The experiment in the folder, which may differ from that of the results.
    ///
    /// # Errors
    /// [`Error::RunExperiment`]: a file that cannot be read.
    pub fn experiment_found(&self) -> Result<Experiment, Error> {
        Ok(self.found_experiment()?.1)
    }

    fn found_experiment(&self) -> Result<(ExperimentFile, Experiment), Error> {
        let path = self.path.join(EXPERIMENT);
        let unreadable = |error: Error| Error::RunExperiment {
            path: path.clone(),
            reason: error.to_string().replace('\n', " "),
        };
        let file = crate::read_experiment(&path).map_err(unreadable)?;
        let Some(kind) = file.kind else {
            return Err(unreadable(Error::corrupt(
                &path,
                "experiment",
                "it has no kind",
            )));
        };
        let mut author = Experiment::new(kind);
        file.layer
            .apply(&mut author)
            .map_err(|error| unreadable(error.into()))?;
        Ok((file, author))
    }

    /// Refuses an experiment that is not that of the results, or reads a file of the run that is gone.
    fn check(&self, author: &Experiment) -> Result<(), Error> {
        let other = |told: &str| {
            let path = self.path.join(EXPERIMENT);
            let reason = format!(
                "{}: it is not the experiment that the results beside it are from{told}",
                path.display()
            );
            Error::RunExperiment { path, reason }
        };
        if let Some(manifest) = &self.manifest {
            let told = match (&manifest.settings, &manifest.experiment) {
                (run, _) if !run.is_empty() => {
                    difference(&settings_of(author), run).map(|told| format!(": {told}"))
                }
                // Earlier versions record only a digest, or nothing.
                (_, Some(of)) => (*of != hexadecimal(&identity(author.clone()))).then(String::new),
                (_, None) => None,
            };
            if let Some(told) = told {
                return Err(other(&told));
            }
        }
        match lost_from(author, &self.path) {
            None => Ok(()),
            Some(what) => Err(Error::Missing {
                hint: match what == DATA {
                    true => {
                        "it is what standard input held: the command that started the run writes it again, given the same input"
                    }
                    false => {
                        "the run started from it; copy it back from the run that --force moved aside (a folder such as .old-1), or from another copy"
                    }
                },
                path: self.path.clone(),
                what,
            }),
        }
    }

    /// Whether it was interrupted and has tables of the networks that had ended and of their records, and the arrays of a map.
    pub fn has_part(&self) -> bool {
        let manifest = self.manifest.as_ref();
        let interrupted = manifest.is_some_and(|m| m.status == RunStatus::Interrupted);
        let there = |name: &str| {
            let names = ["parquet", "csv"].map(|ending| format!("{name}.{ending}"));
            names.iter().any(|name| self.path.join(name).is_file())
        };
        let is_map = manifest.is_some_and(|m| m.kind == Kind::Map.name());
        let arrays = !is_map || self.path.join(MAP).is_file();
        interrupted && arrays && there(NETS) && there(SERIES)
    }

    /// One row per network.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
    pub fn nets(&self) -> Result<Table, Error> {
        self.table(NETS)
    }

    /// One row per network and recorded step.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
    pub fn series(&self) -> Result<Table, Error> {
        self.table(SERIES)
    }

    /// One row per network, read column by column.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
    pub fn nets_columns(&self) -> Result<ColumnReader, Error> {
        ColumnReader::open(&self.table_path(NETS)?)
    }

    /// One row per network and recorded step, read column by column.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
    pub fn series_columns(&self) -> Result<ColumnReader, Error> {
        ColumnReader::open(&self.table_path(SERIES)?)
    }

    /// Statistics of a population by step, outcome and swept key.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
    pub fn statistics(&self) -> Result<Table, Error> {
        self.table(STATISTICS)
    }

    /// What was selected of many networks: one row a network, the best first, then one for the model.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
    pub fn selection(&self) -> Result<Table, Error> {
        self.table(SELECTION)
    }

    /// What networks predicted for the samples of the folds that they were not trained on: a row a network and sample. `None`
    /// where no sample was left out of a training.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Corrupt`].
    pub fn out_of_fold(&self) -> Result<Option<Table>, Error> {
        match self.table(OUT_OF_FOLD) {
            Err(Error::Missing { .. }) => Ok(None),
            found => found.map(Some),
        }
    }

    /// What becomes of every row of the data, read column by column.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
    pub fn rows_columns(&self) -> Result<ColumnReader, Error> {
        ColumnReader::open(&self.table_path(ROWS)?)
    }

    fn table(&self, name: &str) -> Result<Table, Error> {
        table::read(&self.table_path(name)?)
    }

    fn table_path(&self, name: &str) -> Result<PathBuf, Error> {
        let names = ["parquet", "csv"].map(|ending| format!("{name}.{ending}"));
        // Where both exist, the manifest knows which one the run wrote.
        let listed = |name: &&String| {
            self.manifest
                .as_ref()
                .is_some_and(|manifest| manifest.files.contains_key(*name))
        };
        let there = |name: &&String| self.path.join(name.as_str()).is_file();
        let found = names
            .iter()
            .find(listed)
            .or_else(|| names.iter().find(there));
        self.present(found.map_or(names[0].as_str(), String::as_str), "table")
    }

    /// The saved parameters of networks, in the order of their files.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Corrupt`].
    pub fn weights(&self) -> Result<Vec<Arrays>, Error> {
        weights_files(&self.path)
            .map(|name| npz::read(&self.present(&name, "NPZ archive")?))
            .collect()
    }

    /// The arrays of a map.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
    pub fn map(&self) -> Result<Arrays, Error> {
        npz::read(&self.present(MAP, "NPZ archive")?)
    }

    /// The arrays of a map; for arrays over recorded steps their part at one of them, as if it were
    /// the only one: at `step` if that is recorded, else at the last. Maps with steps as an axis
    /// are returned whole.
    ///
    /// # Errors
    /// As [`map`](Self::map).
    pub fn map_at(&self, step: Option<u64>) -> Result<Arrays, Error> {
        let path = self.present(MAP, "NPZ archive")?;
        npz::read_cut(&path, |before, shape| {
            // An archive starts with its axes.
            let axes = before.get("axes")?.words()?;
            if axes.first()? != "step" || shape.len() != axes.len() {
                return None;
            }
            let steps = before.get("step")?.numbers()?;
            let asked = |recorded: &f64| step.is_some_and(|step| *recorded == step as f64);
            let place = steps.iter().position(asked);
            Some(place.unwrap_or(steps.len().checked_sub(1)?))
        })
    }

    /// The network of a single run, or what was selected of many.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
    pub fn model(&self) -> Result<Model, Error> {
        model_file::read(&self.model_path()?)
    }

    /// The file of [`model`](Self::model), as the run wrote it.
    fn model_path(&self) -> Result<PathBuf, Error> {
        self.present(MODEL, "model file")
    }

    /// The path of a file that exists and, where the manifest has its digest, is as it was
    /// written.
    fn present(&self, name: &str, what: &'static str) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        if !path.is_file() {
            let hint = match &self.manifest {
                Some(manifest) if manifest.status != RunStatus::Complete => UNFINISHED,
                Some(manifest) if manifest.files.contains_key(name) => {
                    "it was removed; mlp resume writes it again"
                }
                Some(manifest) if name == MODEL && manifest.selected_none() => {
                    let counts = &manifest.counts;
                    match counts.diverged + counts.exploded == counts.networks {
                        true => {
                            "no network could be selected, for all diverged or exploded; try a smaller --learning-rate"
                        }
                        false => {
                            "no network could be selected, for the score is undefined for all that neither diverged nor exploded; select by another score, such as loss"
                        }
                    }
                }
                Some(_) => "a run of this kind has none, or it was removed",
                None => UNFINISHED,
            };
            return Err(Error::Missing {
                path: self.path.clone(),
                what: name.to_owned(),
                hint,
            });
        }
        let listed = self
            .manifest
            .as_ref()
            .and_then(|manifest| manifest.files.get(name));
        if let Some(digest) = listed
            && *digest != FileDigest::of(&path)?
        {
            let reason = format!(
                "it is not what the run wrote, because its digest differs from the manifest's; \
                 mlp resume {} makes it again",
                shell_path(&self.path)
            );
            return Err(Error::Corrupt { path, what, reason });
        }
        Ok(path)
    }
}

/// Opens a model file, or the model of a run directory.
///
/// # Errors
/// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
pub fn open_model(path: &Path) -> Result<Model, Error> {
    model_file::read(&model_path(path)?)
}

/// The path of a model file by a name: that of a run directory, as the run wrote it, or the named file.
///
/// # Errors
/// [`Error::Missing`] where a run has none, even if its file is named directly; [`Error::Read`], [`Error::Corrupt`].
pub(crate) fn model_path(path: &Path) -> Result<PathBuf, Error> {
    if path.is_dir() {
        return RunDirectory::open(path)?.model_path();
    }
    match run_without(path, MODEL) {
        Some(run) => RunDirectory::open(run)?.model_path(),
        None => Ok(path.to_owned()),
    }
}

impl RunTables for RunDirectory {
    fn nets_source(&self) -> Result<Box<dyn TableSource + '_>, mlp_train::Error> {
        Ok(Box::new(self.nets_columns()?))
    }

    fn series_source(&self) -> Result<Box<dyn TableSource + '_>, mlp_train::Error> {
        Ok(Box::new(self.series_columns()?))
    }

    fn statistics_table(&self) -> Result<Table, mlp_train::Error> {
        Ok(self.statistics()?)
    }
}
