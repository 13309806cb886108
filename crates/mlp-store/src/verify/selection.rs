//! What was selected of many networks, by their table, and whether that is what a run stored.

use std::path::Path;

use super::cells::told;
use crate::Error;
use crate::table::{self, ColumnReader};
use mlp_train::{Candidate, Cell, Status, Table, exploded::EXPLODED, storing::Selection};

/// The best networks by the table of networks.
pub(super) fn of(nets: &ColumnReader, mut best: Selection) -> Result<Selection, Error> {
    let metric = best.metric().to_string();
    let columns = ["net", "seed", "status", EXPLODED, &metric];
    nets.scan(Some(&columns), &mut |part| {
        let [status, exploded] = ["status", EXPLODED].map(|name| part.texts(name));
        let (status, exploded) = (status.unwrap_or_default(), exploded.unwrap_or_default());
        let [nets, seeds] = ["net", "seed"].map(|name| part.integers(name).unwrap_or_default());
        let scores = part.numbers(&metric).unwrap_or_default();
        for (row, score) in scores.into_iter().enumerate() {
            if status[row] != Status::Diverged.name() && exploded[row] != "true" {
                best.consider(Candidate {
                    network: nets[row] as u64,
                    seed: seeds[row] as u64,
                    score,
                });
            }
        }
        Ok(())
    })?;
    Ok(best)
}

/// How a stored table of the selection and its final scores differs from the expected one.
pub(super) fn differences(path: &Path, name: &str, expected: &Table) -> Result<Vec<String>, Error> {
    let found = table::read(path)?;
    let mut differences = Vec::new();
    if found.rows() != expected.rows() {
        differences.push(format!("{name}: it has another number of rows"));
    }
    for (column, values) in expected.columns() {
        let stored = found.column(column);
        let differs = (0..expected.rows()).find(|&row| {
            let stored = stored.map_or(Cell::Null, |stored| stored.cell(row));
            stored.to_text() != values.cell(row).to_text()
        });
        if let Some(row) = differs {
            let right = told(&values.cell(row));
            differences.push(format!("{name}: row {row}: {column} is not {right}"));
        }
    }
    Ok(differences)
}
