//! What was read of the data, at the top of plans and summaries.

use std::fmt::Write;

use mlp_train::{DataRead, ResolvedExperiment};

use crate::failure::CommandResult;

/// One line per file, with a first column of this width, followed by notes for the user.
pub fn text(experiment: &ResolvedExperiment, width: usize) -> CommandResult<String> {
    let mut text = String::new();
    let first = match swept(experiment) {
        true => " (of the first cell)",
        false => "",
    };
    for read in of(experiment)? {
        let _ = writeln!(text, "{:<width$} {}{first}", "data", read.line);
        for note in &read.notes {
            let _ = writeln!(text, "{:<width$} {note}", "note");
        }
    }
    Ok(text)
}

/// The same as a list of objects.
pub fn json(experiment: &ResolvedExperiment) -> CommandResult<serde_json::Value> {
    let read = serde_json::to_value(of(experiment)?);
    Ok(read.map_err(anyhow::Error::from)?)
}

fn of(experiment: &ResolvedExperiment) -> CommandResult<Vec<DataRead>> {
    let data = experiment.data()?;
    Ok(DataRead::of_rows(&data.dataset, &data.split.train))
}

/// Whether cells differ in their data.
fn swept(experiment: &ResolvedExperiment) -> bool {
    let axes = experiment.axes();
    axes.iter().any(|axis| {
        let path = axis.key.info().path;
        path.starts_with("data.")
            && !["data.fold", "data.test_fraction", "data.scale"].contains(&path)
    })
}
