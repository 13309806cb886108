//! Rows of cells, put together into a data set: what every kind of table shares.

mod kinds;
mod settle;

use std::collections::BTreeMap;
use std::path::Path;

use ndarray::Array2;

use super::category::{Categories, OneHot};
use super::cell::{TableCell, is_gap};
use super::codes::Codes;
use super::columns::{Columns, Roles, check_width, find_all};
use super::csv_options::CsvOptions;
use super::feature::Feature;
use super::format::{Delimiter, TableFormat};
use super::number::format_number;
use super::policy::{Categorical, MissingPolicy};
use super::reading::Reading;
use super::row_destination::{PredictionRows, RowDestination};
use super::summarise::TableSummary;
use super::target::{FinishedTarget, PushError, TargetColumn, TaskChoice};
use crate::dataset::places::RowPlaces;
use crate::error::error;
use crate::{Dataset, Error, Origin, Place, Provenance, TableProblem, Targets, memory, names};

/// A data set that grows row by row.
#[derive(Debug)]
pub(crate) struct Assembler<'a> {
    file: &'a str,
    options: &'a CsvOptions,
    columns: Vec<String>,
    roles: Roles,
    /// How the cells are written.
    format: TableFormat,
    reading: Reading,
    /// Features row by row, NaN where there is text or nothing; of categories that are known, their positions.
    inputs: Vec<f64>,
    features: Vec<Feature<'a>>,
    targets: Vec<TargetColumn>,
    /// What each sample counts; empty where all count the same.
    weights: Vec<f64>,
    rows: usize,
    /// Where they stand in the file.
    places: RowPlaces,
    dropped: u64,
    /// Of these, rows with a category that the model does not know.
    unknown: u64,
    /// What takes the rows instead, where they are to be predicted.
    takes: Option<&'a dyn PredictionRows>,
    /// What parts the cells of a text.
    delimiter: Option<Delimiter>,
    /// The columns that turned out to be dates.
    dates: Vec<String>,
    /// For each feature how many of the rows that were left out lack it.
    gaps: Vec<u64>,
    /// Words for a missing value that may be names, by column, and how often they were taken for one.
    words: BTreeMap<(usize, String), u64>,
}

impl<'a> Assembler<'a> {
    /// A data set of some of the `columns`. If the number of rows is known, their memory is checked for.
    pub fn new(
        file: &'a str,
        columns: impl Into<Columns>,
        options: &'a RowDestination<'_>,
        rows: Option<u64>,
    ) -> Result<Self, Error> {
        let columns = columns.into();
        check_width(file, None, columns.names.len())?;
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
        let mut format = match &options.like {
            Some(like) => options.format.or_cells_of(like),
            None => options.format.clone(),
        };
        if options.like.is_none() {
            let text = find_all(file, &columns.names, &format.text, "read as text")?;
            format.text = (text.iter())
                .map(|&column| columns.names[column].clone())
                .collect();
        }
        let reading = Reading::of(&format);
        let target = |&column: &usize| {
            let name = &columns.names[column];
            let reading = reading.of_column(name, &format, options.like.as_ref());
            TargetColumn::new(task, options.classes.as_deref(), reading)
                .transformed(options.target_transform)
        };
        let feature =
            |&column: &usize| Feature::new(&columns.names[column], options, (&format, &reading));
        let assembler = Self {
            file,
            options,
            inputs: Vec::new(),
            features: roles.features.iter().map(feature).collect(),
            gaps: vec![0; roles.features.len()],
            targets: roles.targets.iter().map(target).collect(),
            columns: columns.names,
            weights: Vec::new(),
            roles,
            format,
            reading,
            rows: 0,
            places: RowPlaces::default(),
            dropped: 0,
            unknown: 0,
            takes,
            delimiter: None,
            dates: Vec::new(),
            words: BTreeMap::new(),
        };
        // Which columns are names is known where rows are predicted.
        if takes.is_none() {
            assembler.refuse_texts()?;
        }
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
        let place = |of: &[usize]| of.iter().position(|&other| other == column);
        if let Some(target) = place(&self.roles.targets) {
            self.targets[target].declare();
        } else if let Some(feature) = place(&self.roles.features) {
            let mut one_hot = self.options.one_hot.iter();
            if one_hot.any(|known| known.column == self.columns[column]) {
                return Ok(());
            }
            if self.options.categorical == Categorical::Refuse {
                let known = names::list(categories.iter().map(String::as_str));
                return Err(self.refuse(None, Some(column), TableProblem::Categorical(known)));
            }
            self.features[feature].declare();
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

    /// Rows that were added and not dropped.
    pub fn rows(&self) -> usize {
        self.rows
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
        cell: impl Fn(usize) -> TableCell<'c>,
    ) -> Result<(), Error> {
        if let Some(takes) = self.takes {
            self.rows += 1;
            return takes.push(self.file, &self.columns, place, &cell);
        }
        if self.options.missing != MissingPolicy::Refuse {
            self.count_words(&cell);
        }
        let columns = &self.roles.features;
        let mut features = self.features.iter_mut().zip(columns);
        let unknown = features.any(|(feature, &column)| feature.leaves_out(cell(column)));
        if unknown || self.options.missing == MissingPolicy::Drop && self.lacks(&cell) {
            self.dropped += 1;
            self.unknown += u64::from(unknown);
            self.count_gaps(&cell);
            return Ok(());
        }
        self.take(place, cell)
            .map_err(|error| self.first(place, error))
    }

    /// Adds the cells of a row.
    fn take<'c>(
        &mut self,
        place: Place,
        cell: impl Fn(usize) -> TableCell<'c>,
    ) -> Result<(), Error> {
        let file = self.file;
        memory::make_room(&mut self.inputs, self.roles.features.len(), || what(file))?;
        for feature in 0..self.roles.features.len() {
            let column = self.roles.features[feature];
            let value = match self.features[feature].push(cell(column), self.rows, place, file) {
                Ok(value) => value,
                Err(PushError::Memory(error)) => return Err(*error),
                Err(PushError::Problem(place, problem)) => {
                    return Err(self.refuse(Some(place), Some(column), problem));
                }
            };
            self.inputs.push(value);
        }
        for target in 0..self.targets.len() {
            let column = self.roles.targets[target];
            let cell = cell(column);
            if let Some(word) = self.targets[target].missing(cell) {
                let hint = self.targets[target].named(cell, word);
                let problem = self.missing_target(word, hint);
                return Err(self.refuse(Some(place), Some(column), problem));
            }
            match self.targets[target].push(cell, place, file) {
                Ok(()) => {}
                Err(PushError::Memory(error)) => return Err(*error),
                Err(PushError::Problem(place, problem)) => {
                    return Err(self.refuse(Some(place), Some(column), problem));
                }
            }
        }
        if let Some(column) = self.roles.weight {
            let cell = cell(column);
            let refused = match cell {
                TableCell::Number(number, _) if number >= 0.0 => Ok(number),
                TableCell::Number(number, _) => Err(format_number(number)),
                cell => Err(cell.text().into_owned()),
            };
            let weight = refused.map_err(|word| {
                let problem = match self.reading.disguised(cell) {
                    Some(problem) => problem,
                    None => TableProblem::Weight { cell: word },
                };
                self.refuse(Some(place), Some(column), problem)
            })?;
            memory::make_room(&mut self.weights, 1, || what(file))?;
            self.weights.push(weight);
        }
        self.rows += 1;
        self.places.push(place);
        Ok(())
    }

    /// A target that is missing, where it is not left out.
    fn missing_target(&self, word: &str, hint: String) -> TableProblem {
        let cell = word.to_owned();
        match self.options.like {
            Some(_) => TableProblem::NoTarget { cell },
            None => TableProblem::MissingTarget { cell, hint },
        }
    }

    /// Whether a row has a missing value, as far as one row tells.
    fn lacks<'c>(&self, cell: &impl Fn(usize) -> TableCell<'c>) -> bool {
        let mut features = self.features.iter().zip(&self.roles.features);
        let mut targets = self.targets.iter().zip(&self.roles.targets);
        let weight = |column| match cell(column) {
            TableCell::Text(text) => is_gap(text),
            cell => cell.missing().is_some(),
        };
        features.any(|(feature, &column)| feature.missing(cell(column)).is_some())
            || targets.any(|(target, &column)| target.missing(cell(column)).is_some())
            || self.roles.weight.is_some_and(weight)
    }

    /// The data set of all rows; none where they are to be predicted, and were handed on.
    pub fn finish(self) -> Result<Option<Dataset>, Error> {
        match self.takes {
            Some(takes) => takes.finish(self.file).map(|()| None),
            None => self.dataset().map(Some),
        }
    }

    fn dataset(mut self) -> Result<Dataset, Error> {
        self.settle()?;
        if self.rows == 0 && self.dropped > 0 {
            return Err(self.no_row_left());
        }
        self.refuse_idle_dates()?;
        let units = self.unit_columns();
        let (whole, marks, amounts) = (self.whole_columns(), self.date_marks(), self.amounts());
        let (codes, strings, doubts) = (self.coded(), self.strings(), self.doubts());
        let (targets, renamed) = self.finish_targets()?;
        let booleans = self.booleans();
        let Features {
            names,
            values,
            one_hot,
        } = self.finish_features()?;
        let file = self.file;
        let mut set =
            Dataset::with_missing(stem(file), names, values, targets)?.with_one_hot(one_hot);
        // Before the weights, whose column may be called as a class column is by default.
        if set.class_names().is_some() {
            set = set.with_class_column(self.columns[self.roles.targets[0]].clone())?;
        }
        set = set
            .with_renamed_classes(renamed)
            .with_places(std::mem::take(&mut self.places));
        let mut format = self.format.clone();
        format.date_columns = std::mem::take(&mut self.dates);
        format.boolean_columns = booleans;
        format.unit_columns = units;
        format.whole_columns = whole;
        format.date_marks = marks;
        if format != TableFormat::default() {
            set = set.with_table_format(format);
        }
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
        let description = match self.dropped {
            0 => what(file),
            1 => format!("{} without 1 row with a missing value", what(file)),
            rows => format!("{} without {rows} rows with a missing value", what(file)),
        };
        let dates = set.table_format().map(|format| format.date_columns.clone());
        let told = TableSummary {
            file,
            columns: &self.columns,
            roles: &self.roles,
            options: self.options,
            dropped: self.dropped,
            dates: dates.as_deref().unwrap_or_default(),
            text: &self.format.text,
            words: &self.words,
            codes: &codes,
            strings: &strings,
            gaps: &self.gaps,
            amounts: &amounts,
            doubts: &doubts,
        };
        let read = told.summary(&set);
        let set = set.with_provenance(Provenance {
            origin: Origin::File,
            description: description.into(),
            ..Provenance::default()
        });
        Ok(set.with_read(read))
    }

    /// The targets, and whether classes among them have other names than they are written by.
    fn finish_targets(&mut self) -> Result<(Targets, bool), Error> {
        let columns = std::mem::take(&mut self.targets);
        let mut values = Array2::zeros((self.rows, columns.len()));
        for (output, column) in columns.into_iter().enumerate() {
            let position = self.roles.targets[output];
            let column = column.finish().map_err(|(place, mut problem)| {
                let mut words = self.words.keys();
                if let TableProblem::SingleClass { hint, .. } = &mut problem
                    && let Some((_, word)) = words.find(|(column, _)| *column == position)
                {
                    let name = names::shell(&self.columns[position]);
                    *hint = format!(
                        "; if `{word}` is a name, too, and no missing value, give --text {name}"
                    );
                }
                self.refuse(place, Some(position), problem)
            })?;
            match column {
                FinishedTarget::Classes {
                    labels,
                    names,
                    renamed,
                } => return Ok((Targets::Classes { labels, names }, renamed)),
                FinishedTarget::Numbers(numbers) => {
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
        Ok((Targets::Values { values, names }, false))
    }

    /// The features' names and values, with columns of categories spread out.
    fn finish_features(&mut self) -> Result<Features, Error> {
        let (rows, width) = (self.rows, self.roles.features.len());
        let inputs = Array2::from_shape_vec((rows, width), std::mem::take(&mut self.inputs))
            .expect("every row gave each feature a value");
        let mut spread: Vec<Option<Categories>> = Vec::with_capacity(width);
        for (feature, texts) in std::mem::take(&mut self.features).into_iter().enumerate() {
            let column = self.roles.features[feature];
            let values = inputs.column(feature);
            let categories = texts
                .into_categories(values.iter().copied(), self.options.rare)
                .map_err(|(place, problem)| self.refuse(place, Some(column), problem))?;
            if categories.is_none() && rows > 0 && values.iter().all(|value| value.is_nan()) {
                let option = names::shell(&self.columns[column]);
                return Err(self.refuse(None, Some(column), TableProblem::AllMissing(option)));
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
                pooled,
            }) = categories
            else {
                values.column_mut(first).assign(&inputs.column(feature));
                names.push(name(feature));
                continue;
            };
            for (row, held) in held.into_iter().enumerate() {
                match held {
                    Some(category) if category as usize == categories.len() => {}
                    Some(category) => values[[row, first + category as usize]] = 1.0,
                    None => (0..categories.len())
                        .for_each(|category| values[[row, first + category]] = f64::NAN),
                }
            }
            let column = OneHot {
                column: name(feature),
                categories,
                pooled,
                untrained: Vec::new(),
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

    /// How cells are read.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The words for a missing value that are numbers.
    pub fn codes(&self) -> Codes {
        Codes::of(&self.format.missing_words)
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
mod tests;
