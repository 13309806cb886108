//! Why a score would be better than that of rows nobody has seen: rows of a part are training rows as well, or a stopping rule chooses by the part.

use std::path::Path;

use mlp_data::Dataset;
use mlp_train::{DataRecipe, Experiment, Part, Recipe};

use super::choosing;
use crate::formatting;

/// From this share of the rows of a random test part repeated rows are told of: some are in every large table.
const NOTABLE: f64 = 0.01;

/// Fewer repeated rows of a random test part are left unsaid.
const FEW: usize = 5;

/// Warnings of what makes the scores of networks of this recipe, the first of a run, too good.
pub fn of(author: &Experiment, recipe: &Recipe) -> Vec<String> {
    let parts = [Part::Validation, Part::Test].into_iter();
    let repeated = parts.filter_map(|part| repeated(author, &recipe.data, part));
    repeated.chain(chosen(author, recipe)).collect()
}

/// That the best step is chosen by the test part.
fn chosen(author: &Experiment, recipe: &Recipe) -> Option<String> {
    let rules = recipe.stopping.as_ref()?;
    let rule = rules.choosing()?;
    (rules.chosen_on == Some(Part::Test)).then(|| {
        format!(
            "early stopping ({rule}) chooses the step by the test part, since there is no validation part, so that the test scores are too good; try again{}",
            choosing::validation(author, &recipe.data)
        )
    })
}

/// That rows of a part are also training rows.
fn repeated(author: &Experiment, data: &DataRecipe, part: Part) -> Option<String> {
    let split = &data.split;
    let spec = &author.data;
    let (rows, file, digest) = match part {
        Part::Validation => (
            &split.validation,
            &spec.validation_file,
            &spec.validation_sha256,
        ),
        // Networks of a search are kept from it, and the model that is chosen is judged on it.
        Part::Test if split.test.is_empty() => (&data.withheld, &spec.test_file, &spec.test_sha256),
        Part::Test => (&split.test, &spec.test_file, &spec.test_sha256),
        Part::Train => return None,
    };
    let name = part.name();
    let count = data.dataset.repeated(rows, &split.train);
    let of_all = || {
        let all = formatting::so_many(rows.len(), &format!("{name} row"));
        format!("{} of {all}", formatting::count(count as f64))
    };
    // Where it lies is for this machine alone.
    let file = file
        .as_deref()
        .map(|file| Path::new(file).file_name().unwrap_or_default());
    let Some(file) = file.map(|file| file.to_string_lossy()) else {
        let notable = count >= FEW && count as f64 > NOTABLE * rows.len() as f64;
        let told = part == Part::Test && notable && is_of_table(&data.dataset);
        let fold = if spec.folds.is_some() {
            " of the first fold"
        } else {
            ""
        };
        return told.then(|| {
            format!(
                "{}{fold} are equal to training rows in all columns that are used, so that {name} scores may be too good; remove repeated rows from the table if they are the same cases",
                of_all()
            )
        });
    };
    if digest.is_some() && *digest == spec.sha256 {
        return Some(format!(
            "{file} is the file that the network is trained on, so that {name} scores say nothing about new rows; give a file with other rows, or leave --{name}-file out"
        ));
    }
    (count > 0).then(|| {
        format!(
            "{} of {file} are equal to training rows in all columns that are used, so that {name} scores are too good; leave them out of one of the files",
            of_all()
        )
    })
}

/// Whether the rows were collected, not generated.
fn is_of_table(dataset: &Dataset) -> bool {
    dataset.provenance().origin != mlp_data::Origin::Generated
}
