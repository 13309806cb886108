//! Which columns are the target, and which the features.

use std::collections::HashMap;

use super::csv_options::CsvOptions;
use crate::error::error;
use crate::{Error, Place, TableProblem, names};

/// The most columns of a table. What is known of a column takes some hundred bytes, and a few bytes of a file can claim
/// billions of columns.
pub(crate) const MOST_COLUMNS: usize = 1 << 20;

/// Refuses a table of more than [`MOST_COLUMNS`].
pub(crate) fn check_width(file: &str, place: Option<Place>, count: usize) -> Result<(), Error> {
    if count <= MOST_COLUMNS {
        return Ok(());
    }
    let problem = TableProblem::Malformed(format!(
        "the table has {count} columns, and at most {MOST_COLUMNS} are read; use fewer columns"
    ));
    Err(error(file, place, None, problem))
}

/// The names that a file gives its columns, without white space around them; a column without one is called by its
/// position.
pub(crate) fn distinct_names<'n>(
    file: &str,
    place: Option<Place>,
    given: impl Iterator<Item = &'n str>,
) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let mut seen = HashMap::new();
    for (column, name) in given.enumerate() {
        if column == MOST_COLUMNS {
            check_width(file, place, column + 1)?;
        }
        let name = match name.trim() {
            "" => format!("column{}", column + 1),
            name => name.to_owned(),
        };
        if let Some(first) = seen.insert(name.clone(), column) {
            let problem = TableProblem::DuplicateColumn {
                first: first + 1,
                second: column + 1,
            };
            return Err(error(file, place, Some(&name), problem));
        }
        names.push(name);
    }
    Ok(names)
}

/// The position of the column that `wanted` names, to be `role`.
pub(crate) fn find(
    file: &str,
    columns: &[String],
    wanted: &str,
    role: &'static str,
) -> Result<usize, Error> {
    let wanted = wanted.trim();
    if let Some(column) = columns.iter().position(|name| name == wanted) {
        return Ok(column);
    }
    let count = columns.len() as i64;
    let hint = match wanted.parse::<i64>() {
        Ok(position) if (1..=count).contains(&position) => return Ok((position - 1) as usize),
        Ok(position) if (-count..0).contains(&position) => return Ok((count + position) as usize),
        Ok(_) => format!("; positions are 1 to {count}, or -1 to -{count} from the end"),
        Err(_) => match columns.iter().find(|name| is_part(wanted, name)) {
            Some(whole) => format!(
                "; in a list, `{whole}` is written in quotes: {}",
                names::in_list(whole)
            ),
            None => names::hint(wanted, columns.iter().map(String::as_str)),
        },
    };
    let problem = TableProblem::UnknownColumn {
        name: wanted.to_owned(),
        role,
        hint,
    };
    Err(error(file, None, None, problem))
}

/// Whether this is what is left of a name with a comma once it is taken for a list.
fn is_part(wanted: &str, name: &str) -> bool {
    name.contains(',') && name.split(',').any(|part| part.trim() == wanted)
}

/// Several columns to be `role`, each once.
pub(super) fn find_all(
    file: &str,
    columns: &[String],
    wanted: &[String],
    role: &'static str,
) -> Result<Vec<usize>, Error> {
    let mut found = Vec::with_capacity(wanted.len());
    for name in wanted {
        let column = find(file, columns, name, role)?;
        if found.contains(&column) {
            return Err(error(
                file,
                None,
                Some(&columns[column]),
                TableProblem::ListedTwice { role },
            ));
        }
        found.push(column);
    }
    Ok(found)
}

/// The columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    pub names: Vec<String>,
    /// How many of the last are kept as targets by the kind of file; 0 where any column may be one.
    pub targets: usize,
    /// The column that the kind of file keeps as what the samples count.
    pub weight: Option<usize>,
}

impl From<Vec<String>> for Columns {
    fn from(names: Vec<String>) -> Self {
        Self {
            names,
            targets: 0,
            weight: None,
        }
    }
}

/// Positions of the targets, of the features, and of what the samples count.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Roles {
    pub targets: Vec<usize>,
    pub features: Vec<usize>,
    pub weight: Option<usize>,
    /// Columns that were asked to be left out.
    pub excluded: Vec<usize>,
    /// Whether the kind of file keeps the targets as such.
    pub targets_by_format: bool,
}

impl Roles {
    /// These columns are features, and there is no target.
    pub fn of_features(features: Vec<usize>) -> Self {
        Self {
            targets: Vec::new(),
            features,
            weight: None,
            excluded: Vec::new(),
            targets_by_format: false,
        }
    }

    /// The roles asked for: without a target those that the file keeps as such, or the last column that is not left
    /// out; without features all others. What the samples count is the column named, or the one that the file keeps
    /// as such.
    pub fn choose(file: &str, columns: &Columns, options: &CsvOptions) -> Result<Self, Error> {
        let CsvOptions {
            target,
            features,
            exclude,
            sample_weight,
            ..
        } = options;
        let kept = columns.weight;
        let first_target = columns.names.len() - columns.targets;
        let columns = columns.names.as_slice();
        let refuse = |column: Option<usize>, problem| {
            Err(error(
                file,
                None,
                column.map(|column| columns[column].as_str()),
                problem,
            ))
        };
        let excluded = find_all(file, columns, exclude, "left out")?;
        let mut targets = find_all(file, columns, target, "the target")?;
        let weight = match sample_weight {
            Some(name) => Some(find(file, columns, name, "the sample weight")?),
            None => kept.filter(|column| !excluded.contains(column) && !targets.contains(column)),
        };
        let is_weight = |column: &usize| weight == Some(*column);
        if targets.is_empty() {
            targets
                .extend((first_target..columns.len()).filter(|column| !excluded.contains(column)));
            targets.retain(|column| !is_weight(column));
        }
        if targets.is_empty() {
            targets.extend(
                (0..columns.len())
                    .rev()
                    .find(|column| !excluded.contains(column) && !is_weight(column)),
            );
        }
        let targets_by_format = targets.iter().all(|&column| column >= first_target);
        let listed = find_all(file, columns, features, "a feature")?;
        if let Some(&column) = listed.iter().find(|column| excluded.contains(column)) {
            return refuse(Some(column), TableProblem::FeatureExcluded);
        }
        let taken = |column: &&usize| listed.contains(column) || excluded.contains(column);
        if let Some(&column) = targets.iter().find(taken) {
            return refuse(Some(column), TableProblem::TargetTaken);
        }
        let elsewhere = (targets.iter()).chain(&listed).chain(&excluded);
        if let Some(&column) = elsewhere.clone().find(|column| is_weight(column)) {
            return refuse(Some(column), TableProblem::WeightTaken);
        }
        let features = if features.is_empty() {
            let free = |column: &usize| !targets.contains(column) && !excluded.contains(column);
            (0..first_target)
                .filter(|column| free(column) && !is_weight(column))
                .collect()
        } else {
            listed
        };
        if features.is_empty() {
            return refuse(None, TableProblem::NoFeatures { hint: "" });
        }
        Ok(Self {
            targets,
            features,
            weight,
            excluded,
            targets_by_format,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(
        target: &str,
        features: &str,
        exclude: &str,
    ) -> Result<(Vec<usize>, Vec<usize>), String> {
        let list = |text: &str| -> Vec<String> {
            text.split(',')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let columns = list("id,a,b,3,y").into();
        let options = CsvOptions {
            target: list(target),
            features: list(features),
            exclude: list(exclude),
            ..CsvOptions::default()
        };
        Roles::choose("t.csv", &columns, &options)
            .map(|roles| (roles.targets, roles.features))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn names_come_before_positions() {
        assert_eq!(choose("", "", ""), Ok((vec![4], vec![0, 1, 2, 3])));
        assert_eq!(choose("3", "", ""), Ok((vec![3], vec![0, 1, 2, 4])));
        assert_eq!(choose("2", "", "id"), Ok((vec![1], vec![2, 3, 4])));
        assert_eq!(choose("-2", "b,a", ""), Ok((vec![3], vec![2, 1])));
        assert_eq!(choose("y,a", "", "1"), Ok((vec![4, 1], vec![2, 3])));
        assert_eq!(choose("", "", "y"), Ok((vec![3], vec![0, 1, 2])));
    }

    #[test]
    fn columns_kept_as_targets_are_no_features() {
        let columns = Columns {
            names: ["a", "b", "y1", "y2"].map(str::to_owned).to_vec(),
            targets: 2,
            weight: None,
        };
        let choose = |target: &[String], exclude: &[String]| {
            let options = CsvOptions {
                target: target.to_vec(),
                exclude: exclude.to_vec(),
                ..CsvOptions::default()
            };
            let roles = Roles::choose("t", &columns, &options).unwrap();
            (roles.targets, roles.features)
        };
        assert_eq!(choose(&[], &[]), (vec![2, 3], vec![0, 1]));
        assert_eq!(choose(&["-2".to_owned()], &[]), (vec![2], vec![0, 1]));
        assert_eq!(choose(&[], &["y1".to_owned()]), (vec![3], vec![0, 1]));
        assert_eq!(choose(&["b".to_owned()], &[]), (vec![1], vec![0]));
    }

    #[test]
    fn what_samples_count_is_neither_feature_nor_target() {
        let columns: Columns = ["w", "a", "b", "y"].map(str::to_owned).to_vec().into();
        let choose = |columns: &Columns, weight: Option<&str>, target: &[&str]| {
            let options = CsvOptions {
                target: target.iter().map(|&name| name.to_owned()).collect(),
                sample_weight: weight.map(str::to_owned),
                ..CsvOptions::default()
            };
            Roles::choose("t", columns, &options)
                .map(|roles| (roles.features, roles.targets, roles.weight))
                .map_err(|error| error.to_string())
        };
        assert_eq!(
            choose(&columns, Some("w"), &[]),
            Ok((vec![1, 2], vec![3], Some(0)))
        );
        assert_eq!(
            choose(&columns, Some("y"), &[]),
            Ok((vec![0, 1], vec![2], Some(3)))
        );
        assert!(
            choose(&columns, Some("y"), &["y"])
                .unwrap_err()
                .contains("sample weight")
        );
        assert!(
            choose(&columns, Some("x"), &[])
                .unwrap_err()
                .contains("the sample weight")
        );
        let kept = Columns {
            weight: Some(0),
            ..columns
        };
        assert_eq!(choose(&kept, None, &[]), Ok((vec![1, 2], vec![3], Some(0))));
        assert_eq!(
            choose(&kept, Some("b"), &[]),
            Ok((vec![0, 1], vec![3], Some(2)))
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        let refuse = |target, features, exclude| choose(target, features, exclude).unwrap_err();
        assert_eq!(
            refuse("Y", "", ""),
            "`t.csv`: there is no column `Y`, named as the target; did you mean `y`?"
        );
        assert_eq!(
            refuse("", "a,zebra", ""),
            "`t.csv`: there is no column `zebra`, named as a feature; known: `id`, `a`, `b`, `3` and `y`"
        );
        assert_eq!(
            refuse("9", "", ""),
            "`t.csv`: there is no column `9`, named as the target; positions are 1 to 5, or -1 to -5 from the end"
        );
        assert_eq!(
            refuse("y", "a,y", ""),
            "`t.csv`, column `y`: the target cannot be a feature or be left out; take it off that list"
        );
        assert_eq!(
            refuse("y", "a,b", "a"),
            "`t.csv`, column `a`: the column is listed as a feature and as one to leave out; choose one"
        );
        assert_eq!(
            refuse("y", "a,a", ""),
            "`t.csv`, column `a`: the column is listed twice as a feature; list it once"
        );
        assert_eq!(
            refuse("y", "", "id,a,b,3"),
            "`t.csv`: no feature is left beside the target; at least one numeric column is needed"
        );
    }
}
