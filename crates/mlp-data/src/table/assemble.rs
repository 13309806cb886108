//! Rows of cells, put together into a data set: what every kind of table shares.

use std::path::Path;

use ndarray::Array2;

use super::category::{Categories, OneHot, Texts};
use super::cell::{Cell, number};
use super::columns::{Columns, Roles};
use super::intake::{Intake, Rows};
use super::policy::{Categorical, MissingPolicy};
use super::read::CsvOptions;
use super::record::error;
use super::summarise::Told;
use super::target::{Column, PushError, TargetColumn, TaskChoice};
use super::write::format_number;
use crate::{Dataset, Error, Origin, Place, Provenance, TableProblem, Targets, memory, names};

/// A data set that grows row by row.
#[derive(Debug)]
pub(crate) struct Assembler<'a> {
    file: &'a str,
    options: &'a CsvOptions,
    columns: Vec<String>,
    roles: Roles,
    /// Features row by row, NaN where there is text or nothing.
    inputs: Vec<f64>,
    /// The texts of each feature.
    texts: Vec<Texts>,
    targets: Vec<TargetColumn>,
    /// What each sample counts; empty where all count the same.
    weights: Vec<f64>,
    task: TaskChoice,
    rows: usize,
    dropped: u64,
    /// What takes the rows instead, where they are to be predicted.
    takes: Option<&'a dyn Rows>,
}

impl<'a> Assembler<'a> {
    /// A data set of some of the `columns`. If the number of rows is known, their memory is checked for.
    pub fn new(
        file: &'a str,
        columns: impl Into<Columns>,
        options: &'a Intake<'_>,
        rows: Option<u64>,
    ) -> Result<Self, Error> {
        let columns = columns.into();
        let takes = options.rows();
        let options: &CsvOptions = options;
        let roles = match takes {
            Some(takes) => Roles::of_features(takes.begin(file, &columns)?),
            None => Roles::choose(file, &columns, options)?,
        };
        let count = roles.targets.len();
        let classes = options.classes.is_some() || options.task == TaskChoice::Classification;
        if count > 1 && classes {
            return Err(error(
                file,
                None,
                None,
                TableProblem::SeveralClassColumns(count),
            ));
        }
        // Several columns can only be numbers, labels among them.
        let task = match options.task {
            TaskChoice::Auto if count > 1 => TaskChoice::Regression,
            task => task,
        };
        let target = |_: &usize| TargetColumn::new(options.classes.as_deref());
        let assembler = Self {
            file,
            options,
            inputs: Vec::new(),
            texts: roles.features.iter().map(|_| Texts::default()).collect(),
            targets: roles.targets.iter().map(target).collect(),
            columns: columns.names,
            weights: Vec::new(),
            roles,
            task,
            rows: 0,
            dropped: 0,
            takes,
        };
        if let Some(rows) = rows {
            assembler.expect(rows)?;
        }
        Ok(assembler)
    }

    /// Checks that there is memory for so many rows.
    pub fn expect(&self, rows: u64) -> Result<(), Error> {
        if self.takes.is_some() {
            return Ok(());
        }
        let width = self.roles.features.len() + 2 * self.roles.targets.len();
        let needed = u128::from(rows) * (width * size_of::<f64>()) as u128;
        memory::check(|| what(self.file), needed, "use fewer rows or columns")
    }

    /// Says that a column holds nothing but the given categories, be they numbers: as a feature it needs one-hot columns,
    /// as a target it is classes.
    pub fn declare(&mut self, column: usize, categories: &[String]) -> Result<(), Error> {
        if self.takes.is_some() {
            return Ok(());
        }
        if self.roles.targets.contains(&column) {
            if self.task == TaskChoice::Auto {
                self.task = TaskChoice::Classification;
            }
        } else if self.roles.features.contains(&column)
            && self.options.categorical == Categorical::Refuse
        {
            let known = names::list(categories.iter().map(String::as_str));
            return Err(self.refuse(None, Some(column), TableProblem::Categorical(known)));
        }
        Ok(())
    }

    /// The positions of the columns that are used, features before targets and the weight.
    pub fn used(&self) -> impl Iterator<Item = usize> + '_ {
        (self.roles.features.iter())
            .chain(&self.roles.targets)
            .chain(&self.roles.weight)
            .copied()
    }

    /// The positions of the targets.
    pub fn targets(&self) -> &[usize] {
        &self.roles.targets
    }

    /// Takes the memory of so many rows at once, of which the file's length must be proof.
    pub fn reserve(&mut self, rows: usize) -> Result<(), Error> {
        if self.takes.is_some() {
            return Ok(());
        }
        let values = rows.saturating_mul(self.roles.features.len());
        let file = self.file;
        memory::make_room(&mut self.inputs, values, || what(file))
    }

    /// Adds a row; `cell` gives the cell of a column that is used.
    pub fn push<'c>(
        &mut self,
        place: Place,
        cell: impl Fn(usize) -> Cell<'c>,
    ) -> Result<(), Error> {
        if let Some(takes) = self.takes {
            self.rows += 1;
            return takes.push(self.file, &self.columns, place, &cell);
        }
        let drops = self.options.missing == MissingPolicy::Drop;
        if drops && self.used().any(|column| cell(column).missing().is_some()) {
            self.dropped += 1;
            return Ok(());
        }
        let file = self.file;
        memory::make_room(&mut self.inputs, self.roles.features.len(), || what(file))?;
        for feature in 0..self.roles.features.len() {
            let column = self.roles.features[feature];
            let value = match cell(column) {
                Cell::Number(number) => number,
                other => self.other(feature, other, place)?,
            };
            self.inputs.push(value);
        }
        for target in 0..self.targets.len() {
            let column = self.roles.targets[target];
            let cell = cell(column);
            if let (MissingPolicy::Impute(_), Some(word)) = (self.options.missing, cell.missing()) {
                let cell = word.to_owned();
                let problem = TableProblem::MissingTarget { cell };
                return Err(self.refuse(Some(place), Some(column), problem));
            }
            match self.targets[target].push(cell, place, file) {
                Ok(()) => {}
                Err(PushError::Memory(error)) => return Err(*error),
                Err(PushError::Problem(problem)) => {
                    return Err(self.refuse(Some(place), Some(column), problem));
                }
            }
        }
        if let Some(column) = self.roles.weight {
            let cell = cell(column);
            let refused = match cell {
                Cell::Number(number) if number >= 0.0 => Ok(number),
                Cell::Number(number) => Err(format_number(number)),
                Cell::Text(text) | Cell::Missing(text) | Cell::NotFinite(text) => {
                    Err(text.to_owned())
                }
            };
            let weight = refused.map_err(|cell| {
                self.refuse(Some(place), Some(column), TableProblem::Weight { cell })
            })?;
            memory::make_room(&mut self.weights, 1, || what(file))?;
            self.weights.push(weight);
        }
        self.rows += 1;
        Ok(())
    }

    /// What a feature's cell that is no number leaves in its place.
    fn other(&mut self, feature: usize, cell: Cell<'_>, place: Place) -> Result<f64, Error> {
        let fills = matches!(self.options.missing, MissingPolicy::Impute(_));
        let problem = match (cell, self.options.categorical) {
            (cell, _) if fills && cell.missing().is_some() => return Ok(f64::NAN),
            (Cell::Text(text), Categorical::OneHot) => {
                match self.texts[feature].push(text, self.rows, place, self.file)? {
                    Ok(()) => return Ok(f64::NAN),
                    Err(problem) => problem,
                }
            }
            (cell, _) => match number(cell) {
                Ok(number) => return Ok(number),
                Err(problem) => problem,
            },
        };
        Err(self.refuse(Some(place), Some(self.roles.features[feature]), problem))
    }

    /// The data set of all rows; none where they are to be predicted, and were handed on.
    pub fn finish(self) -> Result<Option<Dataset>, Error> {
        match self.takes {
            Some(takes) => takes.finish(self.file).map(|()| None),
            None => self.dataset().map(Some),
        }
    }

    fn dataset(mut self) -> Result<Dataset, Error> {
        if self.rows == 0 && self.dropped > 0 {
            return Err(self.refuse(None, None, TableProblem::NoRowLeft(self.dropped)));
        }
        let targets = self.finish_targets()?;
        let Features {
            names,
            values,
            one_hot,
        } = self.finish_features()?;
        let file = self.file;
        let mut set =
            Dataset::with_missing(stem(file), names, values, targets)?.with_one_hot(one_hot);
        if let Some(column) = self.roles.weight {
            let weights = std::mem::take(&mut self.weights);
            if weights.iter().all(|&weight| weight == 0.0) {
                return Err(self.refuse(None, Some(column), TableProblem::NoWeight));
            }
            set = set.with_weights(self.columns[column].clone(), weights)?;
        }
        let labels = match self.options.task {
            TaskChoice::Auto => self.roles.targets.len() > 1 && set.can_be_labels(),
            task => task == TaskChoice::Multilabel,
        };
        if labels {
            set = set.with_labels()?;
        }
        let set = if set.class_names().is_some() {
            set.with_class_column(self.columns[self.roles.targets[0]].clone())?
        } else {
            set
        };
        let description = match self.dropped {
            0 => what(file),
            1 => format!("{} without 1 row with a missing value", what(file)),
            rows => format!("{} without {rows} rows with a missing value", what(file)),
        };
        let told = Told {
            file,
            columns: &self.columns,
            roles: &self.roles,
            options: self.options,
            dropped: self.dropped,
            dates: &[],
        };
        let read = told.summary(&set);
        let set = set.with_provenance(Provenance {
            origin: Origin::File,
            description: description.into(),
            ..Provenance::default()
        });
        Ok(set.with_read(read))
    }

    fn finish_targets(&mut self) -> Result<Targets, Error> {
        let columns = std::mem::take(&mut self.targets);
        let mut values = Array2::zeros((self.rows, columns.len()));
        for (output, column) in columns.into_iter().enumerate() {
            let position = self.roles.targets[output];
            let column = column
                .finish(self.task)
                .map_err(|(place, problem)| self.refuse(place, Some(position), problem))?;
            match column {
                Column::Classes { labels, names } => return Ok(Targets::Classes { labels, names }),
                Column::Numbers(numbers) => {
                    let mut values = values.column_mut(output);
                    values
                        .iter_mut()
                        .zip(numbers)
                        .for_each(|(to, from)| *to = from);
                }
            }
        }
        let name = |&position: &usize| self.columns[position].clone();
        let names = self.roles.targets.iter().map(name).collect();
        Ok(Targets::Values { values, names })
    }

    /// The features' names and values, with columns of categories spread out.
    fn finish_features(&mut self) -> Result<Features, Error> {
        let (rows, width) = (self.rows, self.roles.features.len());
        let inputs = Array2::from_shape_vec((rows, width), std::mem::take(&mut self.inputs))
            .expect("every row gave each feature a value");
        let mut spread: Vec<Option<Categories>> = Vec::with_capacity(width);
        for (feature, texts) in std::mem::take(&mut self.texts).into_iter().enumerate() {
            let column = self.roles.features[feature];
            let values = inputs.column(feature);
            let categories = texts
                .finish(values.iter().copied())
                .map_err(|(place, problem)| self.refuse(Some(place), Some(column), problem))?;
            if categories.is_none() && rows > 0 && values.iter().all(|value| value.is_nan()) {
                return Err(self.refuse(None, Some(column), TableProblem::AllMissing));
            }
            spread.push(categories);
        }
        let name = |feature: usize| self.columns[self.roles.features[feature]].clone();
        if spread.iter().all(Option::is_none) {
            return Ok(Features {
                names: (0..width).map(name).collect(),
                values: inputs,
                one_hot: Vec::new(),
            });
        }
        let widths = spread.iter().map(|categories| match categories {
            Some(categories) => categories.names.len(),
            None => 1,
        });
        let total: usize = widths.sum();
        let needed = rows as u128 * total as u128 * size_of::<f64>() as u128;
        let file = self.file;
        let advice = "leave out columns of many categories";
        memory::check(|| what(file), needed, advice)?;
        let mut values = Array2::zeros((rows, total));
        let (mut names, mut one_hot) = (Vec::with_capacity(total), Vec::new());
        for (feature, categories) in spread.into_iter().enumerate() {
            let first = names.len();
            let Some(Categories {
                names: categories,
                held,
            }) = categories
            else {
                values.column_mut(first).assign(&inputs.column(feature));
                names.push(name(feature));
                continue;
            };
            for (row, held) in held.into_iter().enumerate() {
                match held {
                    Some(category) => values[[row, first + category as usize]] = 1.0,
                    None => (0..categories.len())
                        .for_each(|category| values[[row, first + category]] = f64::NAN),
                }
            }
            let column = OneHot {
                column: name(feature),
                categories,
            };
            names.extend(column.feature_names());
            one_hot.push(column);
        }
        Ok(Features {
            names,
            values,
            one_hot,
        })
    }

    /// An error on this file.
    pub fn refuse(
        &self,
        place: Option<Place>,
        column: Option<usize>,
        problem: TableProblem,
    ) -> Error {
        let column = column.map(|column| self.columns[column].as_str());
        error(self.file, place, column, problem)
    }
}

/// Finished features, with columns of categories spread out.
struct Features {
    names: Vec<String>,
    values: Array2<f64>,
    one_hot: Vec<OneHot>,
}

fn what(file: &str) -> String {
    format!("the table `{file}`")
}

/// A data set's name, from its file's.
fn stem(file: &str) -> String {
    let file = Path::new(file);
    let packed = |ending: &std::ffi::OsStr| ending.eq_ignore_ascii_case("gz");
    let inner = match (file.extension(), file.file_stem()) {
        (Some(ending), Some(inner)) if packed(ending) => Path::new(inner),
        _ => file,
    };
    let stem = inner.file_stem().and_then(|stem| stem.to_str());
    stem.filter(|stem| !stem.is_empty())
        .map_or_else(|| file.display().to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::ImputeKind;

    fn read(
        text: &str,
        missing: MissingPolicy,
        categorical: Categorical,
    ) -> Result<Dataset, String> {
        let options = CsvOptions {
            missing,
            categorical,
            ..Default::default()
        };
        super::super::read_csv(text.as_bytes(), "dir/t.csv", &options)
            .map_err(|error| error.to_string())
    }

    const MEAN: MissingPolicy = MissingPolicy::Impute(ImputeKind::Mean);

    #[test]
    fn rows_with_gaps_are_dropped_and_counted() {
        let text = "a,b,y\n1,2,0\n,3,1\n4,NA,1\n5,6,?\n7,8,1\nnan,9,0\n";
        let set = read(text, MissingPolicy::Drop, Categorical::Refuse).unwrap();
        assert_eq!(set.inputs(), array![[1.0, 2.0], [7.0, 8.0]]);
        assert_eq!(
            set.provenance().description,
            "the table `dir/t.csv` without 4 rows with a missing value"
        );
        assert_eq!(
            read("a,y\n,1\n2,\n", MissingPolicy::Drop, Categorical::Refuse).unwrap_err(),
            "`dir/t.csv`: each of the 2 rows has a missing value, so none is left; leave out a column that is mostly empty"
        );
        // What is infinite is not missing.
        let error = read(
            "a,y\ninf,1\n2,0\n",
            MissingPolicy::Drop,
            Categorical::Refuse,
        );
        assert!(
            error
                .unwrap_err()
                .contains("line 2, column `a`: `inf` is not finite")
        );
    }

    #[test]
    fn gaps_to_fill_in_are_nan_but_never_in_the_target() {
        let set = read("a,b,y\n1,2,0\n,3,1\nNaN,4,1\n", MEAN, Categorical::Refuse).unwrap();
        assert_eq!(set.missing_values(), 2);
        assert!(set.inputs()[[1, 0]].is_nan() && set.inputs()[[2, 0]].is_nan());
        assert_eq!(
            read("a,y\n1,0\n2,NA\n", MEAN, Categorical::Refuse).unwrap_err(),
            "`dir/t.csv`, line 3, column `y`: the target is missing (`NA`); only features are filled in, so fill it in or \
             drop such rows"
        );
        assert_eq!(
            read("a,b,y\n,1,0\n,2,1\n", MEAN, Categorical::Refuse).unwrap_err(),
            "`dir/t.csv`, column `a`: every value of the column is missing; leave it out"
        );
    }

    #[test]
    fn text_becomes_a_column_a_category() {
        let text = "n,colour,size,y\n1,red,2,0\n2,blue,XL,1\n3,red,10,1\n4,,2,0\n";
        let set = read(text, MEAN, Categorical::OneHot).unwrap();
        assert_eq!(
            set.feature_names(),
            [
                "n",
                "colour=blue",
                "colour=red",
                "size=2",
                "size=10",
                "size=XL"
            ]
        );
        assert_eq!(
            set.inputs().select(ndarray::Axis(0), &[0, 1, 2]),
            array![
                [1.0, 0.0, 1.0, 1.0, 0.0, 0.0],
                [2.0, 1.0, 0.0, 0.0, 0.0, 1.0],
                [3.0, 0.0, 1.0, 0.0, 1.0, 0.0]
            ]
        );
        let last: Vec<bool> = set
            .inputs()
            .row(3)
            .iter()
            .map(|value| value.is_nan())
            .collect();
        assert_eq!(last, [false, true, true, false, false, false]);
        let columns: Vec<&str> = set
            .one_hot()
            .iter()
            .map(|one| one.column.as_str())
            .collect();
        assert_eq!(columns, ["colour", "size"]);
        assert_eq!(set.one_hot()[1].categories, ["2", "10", "XL"]);
    }

    #[test]
    fn text_among_measurements_is_no_category() {
        let error = read(
            "a,y\n1.5,0\n2.5,1\noops,1\n",
            MissingPolicy::Refuse,
            Categorical::OneHot,
        );
        assert_eq!(
            error.unwrap_err(),
            "`dir/t.csv`, line 4, column `a`: `oops` is not a number; the rest of the column is numbers"
        );
        let error = read(
            "a,b,y\nx,1,0\n,2,1\n",
            MissingPolicy::Refuse,
            Categorical::OneHot,
        );
        assert!(
            error
                .unwrap_err()
                .contains("line 3, column `a`: the value is missing")
        );
    }

    #[test]
    fn names_come_from_files() {
        for (file, name) in [
            ("a/t.csv", "t"),
            ("t.tsv.gz", "t"),
            ("x", "x"),
            (".gz", ".gz"),
        ] {
            assert_eq!(stem(file), name);
        }
    }
}
