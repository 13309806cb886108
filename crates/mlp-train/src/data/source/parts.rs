//! The rows of the training, validation and test parts: random fractions, files, ranges of rows, folds.

use mlp_data::{
    Dataset, Split, source_columns,
    table::{Categorical, CsvOptions, TableFormat},
};

use crate::{
    data::{data_read::left_out, provider::DataProvider, sha256::unchanged},
    error::Error,
    settings::experiment::DataSpec,
};

/// Rows at the end of the data that come from separate files: first those of the validation
/// part, then those of the test part.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FileRows {
    validation: usize,
    test: usize,
}

/// The data followed by the rows of the validation and the test file.
pub(super) fn with_files(
    mut dataset: Dataset,
    spec: &mut DataSpec,
    options: &CsvOptions,
    provider: &dyn DataProvider,
) -> Result<(Dataset, FileRows), Error> {
    let mut rows = FileRows::default();
    for (part, file, sha256, count) in [
        (
            "validation",
            &mut spec.validation_file,
            &mut spec.validation_sha256,
            &mut rows.validation,
        ),
        (
            "test",
            &mut spec.test_file,
            &mut spec.test_sha256,
            &mut rows.test,
        ),
    ] {
        let Some(name) = file.as_mut() else { continue };
        let source = provider.source(name)?;
        unchanged(name, sha256.as_deref(), &source.sha256)?;
        // The columns of the training data, by name.
        let alike = CsvOptions {
            target: dataset
                .target_columns()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            features: source_columns(dataset.feature_names(), dataset.one_hot()),
            exclude: Vec::new(),
            // Marks and dates are assumed to be the same; what this file leaves ambiguous is reported.
            format: TableFormat {
                decimal: None,
                thousands: None,
                dates: None,
                ..options.format.clone()
            },
            like: Some(dataset.table_format().cloned().unwrap_or_default()),
            ignored: left_out(&dataset),
            task: crate::data::task::task_choice(dataset.task()),
            // Columns of categories are known, and the others are numbers.
            one_hot: dataset.one_hot().to_vec(),
            categorical: Categorical::Refuse,
            classes: dataset.class_names().map(<[String]>::to_vec),
            ..options.clone()
        };
        let found_rows = provider
            .dataset(name, &alike)
            .map_err(|error| match error {
                Error::Data(error) => Error::Data(error.of_part(part)),
                error => error,
            })?;
        let found_rows = found_rows.as_part(part);
        *count = found_rows.samples();
        dataset = dataset.followed_by(&found_rows)?;
        *name = source.name;
        *sha256 = Some(source.sha256);
    }
    Ok((dataset, rows))
}

/// Splits the data as the settings say, and fills in those that were left open.
pub(super) fn split(
    spec: &mut DataSpec,
    dataset: &Dataset,
    files: FileRows,
) -> Result<Split, Error> {
    refuse_contradictions(spec)?;
    let seed = *spec.data_seed.get_or_insert(0);
    if !says_parts(spec) {
        // What comes with the data, filled in.
        spec.split = dataset.own_split();
    }
    if let Some([train, validation, test]) = spec.split {
        return Ok(mlp_data::ranges(dataset, train, validation, test)?);
    }
    let validation = match spec.validation_file {
        None => *spec.validation_fraction.get_or_insert(0.0),
        Some(_) => 0.0,
    };
    match (spec.folds, spec.fold) {
        (None, None) => {}
        (Some(folds), Some(fold)) => {
            return Ok(mlp_data::fold(dataset, folds, fold, validation, seed)?);
        }
        (Some(_), None) => {
            return Err(Error::keys(
                "folds",
                "fold",
                "are for train and population; in a map, give the fold of the test part with fold",
            ));
        }
        (None, Some(_)) => {
            return Err(Error::keys(
                "fold",
                "folds",
                "is one of several; give their number with folds",
            ));
        }
    }
    let test = match spec.test_file {
        None => *spec
            .test_fraction
            .get_or_insert(dataset.default_test_fraction()),
        Some(_) => 0.0,
    };
    let own = dataset.samples() - files.validation - files.test;
    if own == dataset.samples() {
        return Ok(mlp_data::split(dataset, test, validation, seed)?);
    }
    let rows: Vec<usize> = (0..own).collect();
    let mut split = mlp_data::split(&dataset.select_rows(&rows)?, test, validation, seed)?;
    split.validation.extend(own..own + files.validation);
    split.test.extend(own + files.validation..dataset.samples());
    Ok(split)
}

/// Whether a setting defines which rows a part has.
fn says_parts(spec: &DataSpec) -> bool {
    spec.split.is_some()
        || spec.folds.is_some()
        || spec.fold.is_some()
        || spec.test_file.is_some()
        || spec.validation_file.is_some()
        || spec.test_fraction.is_some()
        || spec.validation_fraction.is_some()
}

/// Two settings that define a part differently.
fn refuse_contradictions(spec: &DataSpec) -> Result<(), Error> {
    let ranges = ("split", spec.split.is_some());
    let folds = ("folds", spec.folds.is_some());
    let test_file = ("test_file", spec.test_file.is_some());
    let test_fraction = ("test_fraction", spec.test_fraction.is_some());
    let validation_file = ("validation_file", spec.validation_file.is_some());
    let validation_fraction = ("validation_fraction", spec.validation_fraction.is_some());
    for ((one, first), (other, second)) in [
        (ranges, folds),
        (ranges, test_file),
        (ranges, test_fraction),
        (ranges, validation_file),
        (ranges, validation_fraction),
        (folds, test_file),
        (folds, test_fraction),
        (folds, validation_file),
        (test_file, test_fraction),
        (validation_file, validation_fraction),
    ] {
        if first && second {
            return Err(Error::keys(
                one,
                other,
                format!("and {other} both define a part of the data; give one of them"),
            ));
        }
    }
    Ok(())
}
