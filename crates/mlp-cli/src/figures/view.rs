//! A run directory as the charts see it.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use mlp_train::{
    Experiment, Kind, Manifest, Model, Npz, Recipe, ResolvedExperiment, RunDirectory, Table,
};

use super::series::SeriesTable;

/// A run with what is read of it; tables are read when first asked for.
pub struct View {
    directory: RunDirectory,
    experiment: ResolvedExperiment,
    author: Experiment,
    recipe: Recipe,
    nets: OnceCell<Table>,
    series: OnceCell<SeriesTable>,
}

impl View {
    /// Opens a complete run directory and resolves its experiment.
    pub fn open(path: &Path) -> Result<Self> {
        let directory = RunDirectory::open(path)?;
        if !directory.is_complete() {
            bail!(
                "{}: the run is not complete; run it again to finish it, then draw it",
                path.display()
            );
        }
        let file = directory.experiment()?;
        let Some(kind) = file.kind else {
            bail!("{}: experiment.toml names no kind", path.display());
        };
        let mut author = Experiment::new(kind);
        file.layer.apply(&mut author)?;
        let experiment = ResolvedExperiment::new(&author, None)?;
        let recipe = experiment.recipe(0)?;
        let view = Self {
            directory,
            experiment,
            author,
            recipe,
            nets: OnceCell::new(),
            series: OnceCell::new(),
        };
        if kind != Kind::Map {
            let nets = view.directory.nets()?;
            let series = SeriesTable::new(view.directory.series()?, &nets);
            let _ = view.series.set(series);
            let _ = view.nets.set(nets);
        }
        Ok(view)
    }

    /// The folder.
    pub fn path(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// Train, population or map.
    pub fn kind(&self) -> Kind {
        self.experiment.kind()
    }

    /// The experiment with everything spelled out.
    pub fn experiment(&self) -> &ResolvedExperiment {
        &self.experiment
    }

    /// The experiment as its file says it.
    pub fn author(&self) -> &Experiment {
        &self.author
    }

    /// The first network's recipe.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// What ran.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.directory.manifest()
    }

    /// One row a network.
    ///
    /// # Panics
    /// Of a map, whose results are arrays.
    pub fn nets(&self) -> &Table {
        self.nets
            .get()
            .expect("a run that is no map has the table nets")
    }

    /// One row a network and recorded step.
    ///
    /// # Panics
    /// Of a map.
    pub fn series(&self) -> &SeriesTable {
        self.series
            .get()
            .expect("a run that is no map has the table series")
    }

    /// The arrays of a map.
    pub fn map(&self) -> Result<Npz> {
        Ok(self.directory.map()?)
    }

    /// The network of a single run.
    pub fn model(&self) -> Result<Model> {
        Ok(self.directory.model()?)
    }

    /// Networks whose numbers count: those that did not diverge.
    pub fn sound(&self) -> Vec<bool> {
        let statuses = self.nets().texts("status").unwrap_or_default();
        statuses.iter().map(|status| status != "diverged").collect()
    }

    /// The cell of network `net`, as positions along the axes.
    pub fn places(&self, net: usize) -> Vec<usize> {
        let mut cell = self.experiment.cell_of(net as u64) as usize;
        let mut places = Vec::new();
        for axis in self.experiment.axes().iter().rev() {
            places.push(cell % axis.values.len());
            cell /= axis.values.len();
        }
        places.reverse();
        places
    }
}
