//! The result files of a run while they are written.

use std::{
    collections::BTreeMap,
    path::Path,
    thread::{self, ScopedJoinHandle},
};

use crate::{
    Error,
    manifest::FileDigest,
    npz::PlanesFile,
    run_directory::{MAP, RunDirectory},
    run_metadata::RunMetadata,
    table::TableWriter,
};
use mlp_train::{
    BestCell, Column, Counts, ResolvedExperiment, Table,
    analysis::cross_validation::{self, FOLDS},
    experiment::TableFormat,
    storing::{Gathering, NETS, SERIES, STATISTICS, Selection, Sinks, TableSink},
};

/// Result files by name.
pub(crate) type Files = BTreeMap<String, FileDigest>;

/// Creates result files, which get their names when they are finished.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RunFiles<'a> {
    directory: &'a Path,
    format: TableFormat,
}

impl<'a> RunFiles<'a> {
    /// For an experiment in its run directory.
    pub(crate) fn new(directory: &'a Path, experiment: &ResolvedExperiment) -> Self {
        let format = experiment.experiment().output.format;
        Self {
            directory,
            format: format.unwrap_or(TableFormat::Parquet),
        }
    }

    fn name(&self, stem: &str) -> String {
        format!("{stem}.{}", self.format)
    }

    /// Writes a table. Returns its name and digest.
    pub(crate) fn write(
        &self,
        stem: &str,
        table: &Table,
        facts: &RunMetadata,
    ) -> Result<(String, FileDigest), Error> {
        let columns = table.columns();
        let columns = columns.map(|(name, values)| Column::new(name, values.kind()));
        let mut writer = self.table(stem, columns.collect())?;
        for row in 0..table.rows() {
            writer.push(table.columns().map(|(_, values)| values.cell(row)))?;
        }
        Ok((self.name(stem), writer.finish_with(facts)?))
    }

    /// Writes the averages of a finished cross-validation. Returns the file's name and digest.
    pub(crate) fn write_folds(
        &self,
        experiment: &ResolvedExperiment,
        facts: &RunMetadata,
    ) -> Result<Option<(String, FileDigest)>, Error> {
        if !cross_validation::is_cross_validation(experiment) {
            return Ok(None);
        }
        let nets = RunDirectory::open(self.directory)?.nets()?;
        let folds = cross_validation::table(experiment, &nets);
        folds
            .map(|folds| self.write(FOLDS, &folds, facts))
            .transpose()
    }
}

impl Sinks for RunFiles<'_> {
    type Table = TableWriter;
    type Arrays = PlanesFile;

    fn table(&self, name: &str, columns: Vec<Column>) -> Result<TableWriter, mlp_train::Error> {
        let path = self.directory.join(self.name(name));
        Ok(TableWriter::create(&path, self.format, columns)?)
    }

    fn arrays(&self) -> Result<PlanesFile, mlp_train::Error> {
        Ok(PlanesFile::create(&self.directory.join(MAP))?)
    }
}

/// The gathered results.
pub(crate) struct Gathered {
    /// Networks by outcome; the number in the experiment is not set here.
    pub(crate) counts: Counts,
    /// The best cell of a map.
    pub(crate) best: Option<BestCell>,
    /// The networks that are selected, where some are.
    pub(crate) selection: Option<Selection>,
    pub(crate) files: Files,
}

/// Finishes the files, each with the metadata `facts` of the run. For a refined map, `sources` says which cell represents each.
///
/// # Errors
/// [`Error::Write`].
pub(crate) fn finish(
    files: RunFiles<'_>,
    gathering: Gathering<'_, RunFiles<'_>>,
    sources: Option<&[usize]>,
    facts: &RunMetadata,
) -> Result<Gathered, Error> {
    let counts = gathering.counts();
    let ([nets, series], sums) = gathering.split();
    // The last rows are encoded, flushed and hashed in parallel with the arrays.
    let (tables, summed) = thread::scope(|scope| {
        let tables =
            scope.spawn(|| Ok::<_, Error>([nets.finish_with(facts)?, series.finish_with(facts)?]));
        let summed = sums.finish(sources).and_then(|summed| {
            let map = summed.map.map(|map| map.commit(facts));
            let statistics = summed.statistics.map(|table| table.finish_with(facts));
            let by_row = summed.by_row.into_iter().map(|(stem, table)| {
                let digest = table.finish_with(facts)?;
                Ok::<_, Error>((files.name(stem), digest))
            });
            let by_row: Files = by_row.collect::<Result<_, _>>()?;
            let selected = (summed.selection, summed.best);
            Ok((selected, map.transpose()?, statistics.transpose()?, by_row))
        });
        (joined(tables), summed)
    });
    let ([nets, series], ((selection, best), map, statistics, by_row)) = (tables?, summed?);
    let all = [
        (files.name(NETS), Some(nets)),
        (files.name(SERIES), Some(series)),
        (files.name(STATISTICS), statistics),
        (MAP.to_owned(), map),
    ];
    let there = all
        .into_iter()
        .filter_map(|(name, digest)| Some((name, digest?)));
    Ok(Gathered {
        counts,
        best,
        selection,
        files: there.chain(by_row).collect(),
    })
}

/// The result of a thread; its panic is propagated.
fn joined<V>(thread: ScopedJoinHandle<'_, V>) -> V {
    match thread.join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
