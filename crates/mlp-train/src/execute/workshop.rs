//! What trains the cells of a map that is refined.

use std::{collections::BTreeSet, time::Instant};

use super::Job;
use crate::{
    error::Error, journal::Journal, map::Workshop, network_rows::NetworkRows,
    network_set::NetworkSet,
};

/// A run at work, with its journal.
pub(super) struct MapWorkshop<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) journal: &'a mut Journal,
    pub(super) columns: &'a [String],
}

impl Workshop for MapWorkshop<'_> {
    fn train(
        &mut self,
        cells: &BTreeSet<u64>,
        until: Option<Instant>,
        seen: &mut dyn FnMut(&NetworkRows),
    ) -> Result<(), Error> {
        let networks = self.job.networks_of(cells.clone());
        let finished = self.journal.finished();
        let wanted = networks
            .filter(|network| !finished.contains(*network))
            .collect();
        let others = NetworkSet::all_but(&wanted, self.job.experiment.networks());
        let journal = &mut self.journal;
        self.job.train(self.columns, &others, until, &mut |chunk| {
            chunk.rows().iter().for_each(|rows| seen(rows));
            journal.append(&chunk)
        })
    }

    fn known(&self, seen: &mut dyn FnMut(&NetworkRows)) -> Result<(), Error> {
        self.journal.in_order(&mut |rows| {
            seen(&rows);
            Ok(())
        })
    }

    fn finished(&self) -> &NetworkSet {
        self.journal.finished()
    }

    fn interrupted(&self) -> bool {
        self.job.watch.interrupted()
    }
}
