//! Where a row of the data stands, for messages.

use crate::resolve::data_recipe::DataRecipe;

/// A row's file and line: `new.csv, line 6`; its number among the samples where these are unknown.
pub(super) fn place(data: &DataRecipe, row: usize) -> String {
    let read = data.dataset.read();
    let used: u64 = read.iter().map(|file| file.used).sum();
    // Files of parts follow that of the training rows.
    let mut before = 0;
    let file = read.iter().find(|file| {
        before += file.used;
        (row as u64) < before
    });
    let whole = used == data.dataset.samples() as u64;
    match (file.filter(|_| whole), data.dataset.place(row)) {
        (Some(file), Some(place)) => format!("{}, {place}", file.source),
        _ => format!("{}, sample {}", data.name, row + 1),
    }
}
