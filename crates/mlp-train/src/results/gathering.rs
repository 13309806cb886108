//! Gathers the results of the networks of a run in order: tables, statistics, arrays.

use std::sync::Arc;

use super::{
    by_row::ByRow,
    counts::Counts,
    rows::{Results, Rows, STATISTICS},
    sinks::{ArraySink, Sinks},
    statistics::Statistics,
};
use crate::{
    error::Error,
    map::{BestCell, MapArrays},
    resolve::{required_columns::RequiredColumns, resolved::ResolvedExperiment},
    run::{network_rows::NetworkRows, selection::Selection},
    settings::{key::info::Key, kind::Kind, value::Value},
};

/// Takes networks and produces the results.
pub struct Gathering<'a, S: Sinks> {
    experiment: &'a ResolvedExperiment,
    results: Results<S::Table>,
    sums: PopulationResults<'a, S>,
    /// The cell of the last network: networks of one cell are consecutive.
    cell: Option<CellPosition>,
    counts: Counts,
}

/// The results over all networks together.
pub struct PopulationResults<'a, S: Sinks> {
    experiment: &'a ResolvedExperiment,
    sinks: S,
    /// The best networks, where some are selected.
    selection: Option<Selection>,
    by_row: ByRow<S::Table>,
    statistics: Option<Statistics>,
    map: Option<MapArrays<'a, S::Arrays>>,
}

/// The position of a cell on the axes.
struct CellPosition {
    index: u64,
    values: Vec<(Key, Value)>,
    places: Vec<Option<usize>>,
}

/// The finished results over all networks together.
pub struct FinishedResults<S: Sinks> {
    /// The networks that are selected, where some are: to be [trained](Selection::train) again once all have come.
    pub selection: Option<Selection>,
    /// Tables of rows, by their names.
    pub by_row: Vec<(&'static str, S::Table)>,
    /// Statistics of a population.
    pub statistics: Option<S::Table>,
    /// The arrays of a map.
    pub map: Option<<S::Arrays as ArraySink>::Done>,
    /// The best cell of a map.
    pub best: Option<BestCell>,
}

impl<'a, S: Sinks> Gathering<'a, S> {
    /// Starts the results of a run.
    ///
    /// # Errors
    /// [`Error::Storage`]; recipes that cannot be resolved.
    pub fn new(
        experiment: &'a ResolvedExperiment,
        extent: &RequiredColumns,
        sinks: S,
    ) -> Result<Self, Error> {
        let columns = &extent.columns();
        let rows = Rows::new(experiment, columns, extent.rules);
        let kind = experiment.kind();
        let results = Results::new(&sinks, rows)?;
        Ok(Self {
            experiment,
            results,
            sums: PopulationResults {
                experiment,
                selection: Selection::of(experiment, &extent.metrics()),
                by_row: ByRow::new(experiment, &sinks)?,
                statistics: (kind == Kind::Population)
                    .then(|| Statistics::new(experiment, columns))
                    .transpose()?,
                map: (kind == Kind::Map)
                    .then(|| MapArrays::new(experiment, extent.metrics(), sinks.arrays()?))
                    .transpose()?,
                sinks,
            },
            cell: None,
            counts: Counts::default(),
        })
    }

    /// Adds the next network.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn push(&mut self, rows: Arc<NetworkRows>) -> Result<(), Error> {
        let experiment = self.experiment;
        let index = experiment.cell_of(rows.network);
        let cell = match &self.cell {
            Some(known) if known.index == index => known,
            _ => self.cell.insert(CellPosition {
                index,
                values: experiment.cell(index),
                places: (0..experiment.axes().len())
                    .map(|axis| experiment.place(index, axis))
                    .collect(),
            }),
        };
        if let Some(statistics) = &mut self.sums.statistics {
            statistics.push(&rows, &cell.places);
        }
        if let Some(selection) = &mut self.sums.selection {
            selection.push(&rows);
        }
        let by_row = &mut self.sums.by_row;
        by_row.push(experiment, &rows, &cell.values)?;
        self.results.push(&rows, &cell.values, &mut self.counts)?;
        if let Some(map) = &mut self.sums.map {
            map.insert(rows)?;
        }
        Ok(())
    }

    /// Networks by outcome; the number in the experiment is not set here.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The tables `nets` and `series`, which are complete, and the rest.
    pub fn split(self) -> ([S::Table; 2], PopulationResults<'a, S>) {
        (self.results.into_tables(), self.sums)
    }
}

impl<S: Sinks> PopulationResults<'_, S> {
    /// Finishes the results over all networks. For a refined map, `sources` says which cell represents each.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn finish(self, sources: Option<&[usize]>) -> Result<FinishedResults<S>, Error> {
        let mut summed = FinishedResults {
            selection: self.selection,
            by_row: self.by_row.finish()?,
            statistics: None,
            map: None,
            best: None,
        };
        if let Some(mut map) = self.map {
            if let Some(sources) = sources {
                map.fill(sources)?;
            }
            let (arrays, end) = map.finish()?;
            summed.best = BestCell::of(self.experiment, &end);
            summed.map = Some(arrays);
        }
        if let Some(statistics) = self.statistics {
            let mut table = self.sinks.table(STATISTICS, Statistics::table_columns())?;
            statistics.write(&mut table)?;
            summed.statistics = Some(table);
        }
        Ok(summed)
    }
}
