//! A run directory as the source of charts.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, anyhow};
use mlp_plot::Quantiles;
use mlp_store::{Manifest, RunDirectory, SoFar};
use mlp_train::{Arrays, Counts, DataRecipe, Experiment, Kind, Model, Recipe, ResolvedExperiment};

use super::series::SeriesTable;
use super::trends::{Selection, Statistics, Trends};
use crate::failure::Failure;
use crate::fates::Fates;
use crate::formatting;
use crate::nets::Nets;
use crate::options::RUNS;

/// Up to this many rows of the table `series` are read into memory; beyond it, the statistics are drawn.
const MOST_ROWS: u64 = 200_000;

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Complete.
    Complete,
    /// Interrupted, or its process is gone.
    Ended,
    /// A process works on it.
    Running,
}

/// A run with its results; tables are read when first requested.
pub struct View {
    /// The folder of the run, where figures go.
    path: PathBuf,
    progress: Progress,
    /// The results; of a run that has not written any, those that its journal holds.
    directory: RunDirectory,
    /// What keeps these.
    _so_far: Option<SoFar>,
    experiment: ResolvedExperiment,
    author: Experiment,
    recipe: Recipe,
    data_fault: Option<String>,
    nets: OnceCell<Nets>,
    trends: OnceCell<Trends>,
    map: OnceCell<Arrays>,
}

/// The part of these data for final scores, and its rows: the test part, else the validation part, else the training part.
/// A test part that was withheld is that of the network that was selected alone.
pub fn judged<'d>(author: &Experiment, data: &'d DataRecipe) -> (&'static str, &'d [usize]) {
    let split = &data.split;
    let selects = author.population.select.is_some() && author.data.withhold_test != Some(true);
    match () {
        () if selects && !data.withheld.is_empty() => ("test", &data.withheld),
        () if !split.test.is_empty() => ("test", &split.test),
        () if !split.validation.is_empty() => ("validation", &split.validation),
        () => ("training", &split.train),
    }
}

impl View {
    /// Opens a complete run directory and resolves its experiment.
    pub fn open(path: &Path) -> Result<Self> {
        Self::of_directory(path, false)
    }

    /// Opens a run directory that need not be complete where any network has ended.
    pub fn open_part(path: &Path) -> Result<Self> {
        Self::of_directory(path, true)
    }

    fn of_directory(path: &Path, may_be_part: bool) -> Result<Self> {
        let directory = RunDirectory::open(path)?;
        let unfinished = || {
            Failure::usage(format!(
                "{}: the run is not complete; mlp resume {} finishes it",
                path.display(),
                formatting::shell(path)
            ))
        };
        let progress = match directory.is_complete() {
            true => Progress::Complete,
            false if directory.is_in_use() => Progress::Running,
            false => Progress::Ended,
        };
        if progress != Progress::Complete && !may_be_part {
            return Err(unfinished().into());
        }
        let author = directory.author()?;
        let kind = author.kind;
        let (experiment, data_fault) = match mlp_store::resolve(&author, None) {
            Ok(experiment) => (experiment, None),
            // The results are complete without their data.
            Err(fault) => match mlp_store::resolve_without_data(&author, directory.manifest()) {
                Some(experiment) => (experiment, Some(fault.to_string())),
                None => return Err(fault.into()),
            },
        };
        let so_far = match progress {
            Progress::Complete => None,
            Progress::Ended if directory.has_part() => None,
            _ => match data_fault {
                None => Some(SoFar::of(&directory, mlp_store::resolve(&author, None)?)?),
                Some(fault) => return Err(anyhow!(fault)),
            },
        };
        let read = so_far.as_ref().map(SoFar::directory);
        let directory = read.cloned().unwrap_or(directory);
        let recipe = experiment.recipe(0)?;
        let view = Self {
            path: path.to_owned(),
            progress,
            directory,
            _so_far: so_far,
            experiment,
            author,
            recipe,
            data_fault,
            nets: OnceCell::new(),
            trends: OnceCell::new(),
            map: OnceCell::new(),
        };
        if kind != Kind::Map {
            let nets = Nets::open(&view.directory)?;
            let trends = match view.is_large() {
                true => Trends::Sketched(Statistics::open(&view.directory)?),
                false => Trends::Exact(SeriesTable::new(view.directory.series()?, &nets)),
            };
            let _ = view.trends.set(trends);
            let _ = view.nets.set(nets);
        }
        if progress != Progress::Complete && view.ended() == 0 {
            return Err(Failure::usage(match progress {
                Progress::Running => format!(
                    "{}: it is being trained, and has come to nothing yet; try again later",
                    path.display()
                ),
                _ => format!(
                    "{}: the run is not complete, and has come to nothing yet; mlp resume {} finishes it",
                    path.display(),
                    formatting::shell(path)
                ),
            })
            .into());
        }
        Ok(view)
    }

    /// The folder.
    pub fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// The path of the run directory for pages and commands in them: without parent folders, except for
    /// the default one of runs.
    pub fn shown_path(&self) -> PathBuf {
        let path = self.path();
        let path = std::path::absolute(&path).unwrap_or(path);
        let name = PathBuf::from(path.file_name().unwrap_or_default());
        let above = path.parent().and_then(Path::file_name);
        match above.filter(|above| *above == RUNS) {
            Some(runs) => Path::new(runs).join(name),
            None => name,
        }
    }

    /// How far the run has come.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// How many networks have ended, one that was interrupted as far as it had come.
    fn ended(&self) -> u64 {
        let counts = self.directory.manifest().map(|manifest| &manifest.counts);
        match self.nets.get() {
            // Of a training without an update there is nothing to see.
            Some(_) if self.kind() == Kind::Train => {
                u64::from(self.trends().steps().last().is_some_and(|step| *step > 0.0))
            }
            Some(nets) => nets.ended() as u64,
            None => counts.map_or(0, Counts::finished),
        }
    }

    /// What is to be said of a run that is not complete.
    pub fn part(&self) -> Option<String> {
        let state = match self.progress {
            Progress::Complete => return None,
            Progress::Ended => "Not complete",
            Progress::Running => "Still running",
        };
        Some(match self.kind() {
            Kind::Train => {
                let last = self.trends().steps().last().copied().unwrap_or(0.0);
                format!("{state}: up to step {last}.")
            }
            Kind::Population | Kind::Map => format!(
                "{state}: {} of {} networks.",
                formatting::count(self.ended() as f64),
                formatting::count(self.experiment.networks() as f64)
            ),
        })
    }

    /// The networks of a map that is not complete which have ended; `None` where all have.
    pub fn ended_networks(&self) -> Result<Option<Vec<u64>>> {
        if self.progress == Progress::Complete {
            return Ok(None);
        }
        let ids = self.directory.nets_columns()?.numbers("net")?;
        let ids = ids.unwrap_or_default().into_iter();
        Ok(Some(ids.map(|id| id as u64).collect()))
    }

    /// Train, population or map.
    pub fn kind(&self) -> Kind {
        self.experiment.kind()
    }

    /// The experiment with everything spelled out.
    pub fn experiment(&self) -> &ResolvedExperiment {
        &self.experiment
    }

    /// The experiment as written in its file.
    pub fn author(&self) -> &Experiment {
        &self.author
    }

    /// The first network's recipe.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The data of the model: in a population, those of the selected network, or of the first of an ensemble.
    ///
    /// # Errors
    /// A run without such a table.
    pub fn data_of_model(&self) -> Result<Arc<DataRecipe>> {
        if self.author.population.select.is_none() {
            return Ok(Arc::clone(&self.recipe.data));
        }
        let nets = self.selection()?.integers("net");
        let first = nets.and_then(|nets| nets.first().copied()).unwrap_or(0);
        Ok(self.experiment.recipe(first as u64)?.data)
    }

    /// The part of these data for final scores, and its rows.
    pub fn judged<'d>(&self, data: &'d DataRecipe) -> (&'static str, &'d [usize]) {
        judged(&self.author, data)
    }

    /// Why the data cannot be drawn, if they are no longer the training data. The recipe then has only
    /// their sizes.
    pub fn data_fault(&self) -> Option<&str> {
        self.data_fault.as_deref()
    }

    /// The manifest.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.directory.manifest()
    }

    /// Whether there are more networks than are read into memory with all their records.
    pub fn is_large(&self) -> bool {
        let records = self.recipe.record.len() as u64;
        self.kind() == Kind::Population && self.experiment.networks() * records > MOST_ROWS
    }

    /// One row per network.
    ///
    /// # Panics
    /// Of a map, whose results are arrays.
    pub fn nets(&self) -> &Nets {
        self.nets
            .get()
            .expect("a run that is not a map has the table nets")
    }

    /// Distributions over steps.
    ///
    /// # Panics
    /// Of a map.
    pub fn trends(&self) -> &Trends {
        self.trends
            .get()
            .expect("a run that is not a map has the table series")
    }

    /// The curve of a single run; `None` where the metric does not apply.
    pub fn curve(&self, metric: &str) -> Option<Vec<f64>> {
        match self.trends() {
            Trends::Exact(series) => series.curves(metric)?.pop(),
            Trends::Sketched(_) => None,
        }
    }

    /// The distribution of a metric at every recorded step over networks that did not diverge.
    pub fn trend(&self, metric: &str, selection: Selection) -> Option<Vec<Quantiles>> {
        let sound = self.nets().sound();
        self.trends().quantiles(metric, selection, |net| {
            sound[net]
                && match selection {
                    Selection::All => true,
                    Selection::Setting(_, axis, value) => self.place(net, axis) == Some(value),
                    Selection::Settings(settings) => settings
                        .iter()
                        .all(|(axis, value)| self.place(net, *axis) == Some(*value)),
                }
        })
    }

    /// The arrays of a map at a recorded step.
    pub fn map_at(&self, step: u64) -> Result<Arrays> {
        Ok(self.directory.map_at(Some(step))?)
    }

    /// The arrays of a map at its last recorded step, or over all of them where they are an axis.
    pub fn map(&self) -> Result<&Arrays> {
        if let Some(known) = self.map.get() {
            return Ok(known);
        }
        let read = self.directory.map_at(None)?;
        Ok(self.map.get_or_init(|| read))
    }

    /// What was selected of many networks.
    pub fn selection(&self) -> Result<mlp_train::Table> {
        Ok(self.directory.selection()?)
    }

    /// What networks predicted for the samples of the folds that they were not trained on; `None` where there are no folds.
    pub fn out_of_fold(&self) -> Result<Option<mlp_train::Table>> {
        match self.recipe.out_of_fold && !self.is_large() {
            true => Ok(self.directory.out_of_fold()?),
            false => Ok(None),
        }
    }

    /// What becomes of every row of the data; `None` where the run does not tell.
    pub fn fates(&self) -> Result<Option<Fates>> {
        match self.author.population.rows {
            Some(true) => Ok(Some(Fates::read(&self.directory, &self.experiment)?)),
            _ => Ok(None),
        }
    }

    /// The network of a single run.
    pub fn model(&self) -> Result<Model> {
        Ok(self.directory.model()?)
    }

    /// The position of network `net` among the listed values of an axis; `None` where any value between
    /// two ends was drawn.
    pub fn place(&self, net: usize, axis: usize) -> Option<usize> {
        self.experiment
            .place(self.experiment.cell_of(net as u64), axis)
    }

    /// The parameters that were kept beside the model.
    pub fn weights(&self) -> Result<Vec<Arrays>> {
        Ok(self.directory.weights()?)
    }
}
