//! The records of a training, in the memory of those of an earlier one.

use crate::metrics::record::Record;

/// Records that are kept, and room for the next ones.
pub(super) struct Records {
    all: Vec<Record>,
    kept: usize,
}

impl Records {
    /// None, in the memory of records that nobody needs any more.
    pub(super) fn within(room: Vec<Record>) -> Self {
        Self { all: room, kept: 0 }
    }

    /// These, all of them kept.
    pub(super) fn of(records: Vec<Record>) -> Self {
        Self {
            kept: records.len(),
            all: records,
        }
    }

    /// The next one, whatever it holds.
    pub(super) fn next(&mut self) -> &mut Record {
        if self.kept == self.all.len() {
            self.all.push(Record::default());
        }
        &mut self.all[self.kept]
    }

    /// Keeps the next one.
    pub(super) fn keep(&mut self) -> &Record {
        self.kept += 1;
        &self.all[self.kept - 1]
    }

    /// Those that were kept so far.
    pub(super) fn kept(&self) -> &[Record] {
        &self.all[..self.kept]
    }

    /// The step of the last of them.
    pub(super) fn last_step(&self) -> Option<u64> {
        self.kept().last().map(|record| record.step)
    }

    /// Those that were kept.
    pub(super) fn finish(mut self) -> Vec<Record> {
        self.all.truncate(self.kept);
        self.all
    }
}
