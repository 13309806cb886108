//! What comes of the networks of a run, gathered in their order: tables, statistics, arrays.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    thread::{self, ScopedJoinHandle},
};

use crate::{
    error::Error,
    experiment::TableFormat,
    extent::Extent,
    followed_file::FollowedFile,
    key::Key,
    kind::Kind,
    manifest::{Counts, FileDigest},
    map::{BestCell, MapArrays},
    network_rows::NetworkRows,
    resolved::ResolvedExperiment,
    results::{Results, Rows},
    run_directory::MAP,
    statistics::Statistics,
    value::Value,
    whole_file::WholeFile,
};

/// Result files by name.
pub(crate) type Files = BTreeMap<String, FileDigest>;

/// Takes networks in and writes what comes of them.
pub(crate) struct Gathering<'a> {
    experiment: &'a ResolvedExperiment,
    directory: &'a Path,
    format: TableFormat,
    results: Results,
    statistics: Option<Statistics>,
    map: Option<MapArrays<'a, WholeFile>>,
    /// The cell of the last network: networks of one cell follow one another.
    cell: Option<Cell>,
    counts: Counts,
}

/// Where a cell lies on the axes.
struct Cell {
    index: u64,
    values: Vec<(Key, Value)>,
    places: Vec<Option<usize>>,
}

/// What was gathered.
pub(crate) struct Gathered {
    /// Networks by outcome; how many the experiment has is not counted here.
    pub(crate) counts: Counts,
    /// The best cell of a map.
    pub(crate) best: Option<BestCell>,
    pub(crate) files: Files,
}

impl<'a> Gathering<'a> {
    /// Begins the files of a run, which get their names when it is finished.
    ///
    /// # Errors
    /// [`Error::Write`]; recipes that cannot be resolved.
    pub(crate) fn new(
        experiment: &'a ResolvedExperiment,
        directory: &'a Path,
        extent: &Extent,
    ) -> Result<Self, Error> {
        let output = &experiment.experiment().output;
        let format = output.format.unwrap_or(TableFormat::Parquet);
        let columns = &extent.columns();
        let rows = Rows::new(experiment, columns, extent.rules);
        let kind = experiment.kind();
        Ok(Self {
            experiment,
            directory,
            format,
            results: Results::create(directory, format, rows)?,
            statistics: (kind == Kind::Population)
                .then(|| Statistics::new(experiment, columns))
                .transpose()?,
            map: (kind == Kind::Map)
                .then(|| {
                    let path = directory.join(MAP);
                    let file = WholeFile::create(&path)?;
                    MapArrays::new(experiment, columns.to_vec(), file, path)
                })
                .transpose()?,
            cell: None,
            counts: Counts::default(),
        })
    }

    /// Takes the next network in.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn push(&mut self, rows: Arc<NetworkRows>) -> Result<(), Error> {
        let experiment = self.experiment;
        let index = experiment.cell_of(rows.network);
        let cell = match &self.cell {
            Some(known) if known.index == index => known,
            _ => self.cell.insert(Cell {
                index,
                values: experiment.cell(index),
                places: (0..experiment.axes().len())
                    .map(|axis| experiment.place(index, axis))
                    .collect(),
            }),
        };
        if let Some(statistics) = &mut self.statistics {
            statistics.push(&rows, &cell.places);
        }
        self.results.push(&rows, &cell.values, &mut self.counts)?;
        if let Some(map) = &mut self.map {
            map.insert(rows)?;
        }
        Ok(())
    }

    /// Writes what is left. Of a refined map, `sources` says which cell stands for each.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn finish(self, sources: Option<&[usize]>) -> Result<Gathered, Error> {
        let (directory, results) = (self.directory, self.results);
        // The last rows are encoded, brought to the disk and hashed while the arrays are.
        let (tables, map) = thread::scope(|scope| {
            let tables = scope.spawn(|| results.finish());
            let map = self.map.map(|mut map| {
                if let Some(sources) = sources {
                    map.fill(sources)?;
                }
                let (file, end) = map.finish()?;
                let best = BestCell::of(self.experiment, &end);
                Ok::<_, Error>((best, FollowedFile::of(file)?.commit()?))
            });
            (joined(tables), map.transpose())
        });
        let (mut files, map) = (tables?, map?);
        if let Some(statistics) = self.statistics {
            let (name, digest) = statistics.write(directory, self.format)?;
            files.insert(name, digest);
        }
        let best = map.and_then(|(best, digest)| {
            files.insert(MAP.to_owned(), digest);
            best
        });
        Ok(Gathered {
            counts: self.counts,
            best,
            files,
        })
    }
}

/// What a thread returned; its panic goes on here.
fn joined<V>(thread: ScopedJoinHandle<'_, V>) -> V {
    match thread.join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
