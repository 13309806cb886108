//! `mlp predict`: reads a table and writes predictions, one chunk at a time.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use mlp_data::{
    TableProblem, read_rows,
    table::{
        FeatureChunk, FeatureOptions, FeatureReader, TableFormat, Unknown, format_number, harmless,
    },
};
use mlp_store::{Manifest, RunStatus, run_directory};
use mlp_train::{Kind, Model, OutputMeaning, Prediction};
use ndarray::Array2;

use super::overflow::Overflow;
use crate::{
    failure::{CommandResult, Failure},
    formatting,
    options::{self, Keys, Selection},
    output::{OutFile, deferred_writer::DeferredWriter},
    terminal,
};

/// Number of rows that are read, predicted and written at once.
const ROWS: usize = 4096;

const EXAMPLES: &str = "\
Columns are matched by name; the model's own scaling is applied. Written are prediction, then p_<class>; of an ensemble
then disagreement, the share of its networks that take the row for another class, and spread, their standard deviation.

Examples:
  mlp predict runs/train-my-001 new.csv > predictions.csv
  mlp predict model.safetensors new.csv --keep id --out predictions.csv
  mlp predict runs/train-prices-001 new.csv --intervals 0.9
  mlp predict model.safetensors new.csv --unknown row --csv-safe --out predictions.csv
  cat new.csv | mlp predict model.safetensors -";

/// Keys of the format of a table.
pub const TABLE_KEYS: &[&str] = &[
    "data.header",
    "data.delimiter",
    "data.comment",
    "data.decimal",
    "data.thousands",
    "data.dates",
    "data.missing_words",
    "data.units",
];

/// Predict with a trained model: CSV in, CSV out
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Predict {
    /// model file, or the run directory of a train run or of one with --select
    model: String,
    /// table with the model's features; - is standard input
    data: String,
    /// columns to copy to the output, as in id,name
    #[arg(long, value_name = "COLS")]
    keep: Option<String>,
    #[command(flatten)]
    unknown: UnknownRows,
    /// rows with a missing value: refuse them, or leave the row without a prediction (row); otherwise they are filled in where the model was trained so, and refused where not
    #[arg(long, value_name = "WAY")]
    missing: Option<Missing>,
    /// two more columns per number: the ends of prediction intervals with this coverage, for models of --interval-folds
    #[arg(long, value_name = "COVERAGE", value_parser = coverage)]
    intervals: Option<f64>,
    /// put an apostrophe before text that a spreadsheet would evaluate as a formula; numbers are unchanged
    #[arg(long)]
    csv_safe: bool,
    #[command(flatten)]
    out: OutFile,
    #[command(flatten)]
    keys: Keys<Self>,
}

impl Selection for Predict {
    const PATHS: &'static [&'static [&'static str]] = &[TABLE_KEYS];
}

impl Predict {
    /// Predicts every row of a table.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let model = open(&self.model)?;
        let options = FeatureOptions {
            features: model.columns(),
            keep: self.keep.iter().cloned().collect(),
            format: options::experiment(Kind::Train, [&self.keys.layer()?])?
                .data
                .format,
            like: model.table_format().cloned(),
            ignored: model.left_out().to_vec(),
            one_hot: model.one_hot().to_vec(),
            missing: model.imputer().is_some() && self.missing.is_none(),
            could_fill: model.imputer().is_some(),
            leave_missing: self.missing == Some(Missing::Row),
            unknown: self.unknown.way,
        };
        if let Some(coverage) = self.intervals {
            // Refused before any row is read.
            let none = Array2::zeros((0, model.columns().len()));
            model.predict_intervals(&none.view(), coverage, terminal::level()?)?;
        }
        let inputs = [files(&self.model), vec![PathBuf::from(&self.data)]].concat();
        let (mut notes, mut overflow) = (Vec::new(), Overflow::default());
        let is_whole = self.out.is_whole()?;
        self.out.write(&inputs, |out| {
            let mut answers = PredictionWriter::new(&model, self.csv_safe, self.intervals, out);
            match answer(&self.data, &options, &mut answers)
                .map_err(or_unknown)
                .map_err(or_missing)
            {
                Ok(found) => notes = found,
                Err(error) if is_whole => return Err(error),
                Err(error) => return Err(answers.fail(error)),
            }
            overflow = answers.overflow;
            answers.finish()
        })?;
        if let Some(warning) = overflow.text(&model) {
            terminal::say(&format!("warning: {warning}"));
        }
        // An error stands alone.
        if !quiet {
            say_notes(&model, &options.format, &notes);
            if let (Some(coverage), Some(intervals)) = (self.intervals, model.intervals()) {
                terminal::say(&format!(
                    "note: lower and upper are the ends of CV+ intervals by {} folds of {} training rows: of rows like those they hold about {coverage}, \
                     at least {:.3} by proof (Barber et al. 2021)",
                    intervals.folds.len(),
                    intervals.rows(),
                    intervals.guarantee(coverage).max(0.0)
                ));
            }
        }
        Ok(())
    }
}

/// A coverage: a share, or a percentage.
fn coverage(word: &str) -> Result<f64, String> {
    let percent = word.strip_suffix('%');
    let number = percent.unwrap_or(word).trim().parse::<f64>();
    match number.map(|number| {
        if percent.is_some() {
            number / 100.0
        } else {
            number
        }
    }) {
        Ok(share) if (0.5..1.0).contains(&share) => Ok(share),
        Ok(share) if share > 0.0 && share < 0.5 => Err(format!(
            "must be at least 0.5, not \"{word}\": below it intervals of CV+ may be empty, and nothing is proved of them"
        )),
        _ => Err(format!(
            "must be from 0.5 to below 1, as 0.9 or 90%, not \"{word}\""
        )),
    }
}

/// What becomes of rows with a missing value, where it shall not be filled in.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Missing {
    Refuse,
    Row,
}

/// The error, with the option that leaves rows with missing values if it is about one.
fn or_missing(error: Failure) -> Failure {
    match table_problem(&error) {
        Some(TableProblem::NotFilledIn { .. }) => {
            error.behind("--missing row leaves such rows without a prediction")
        }
        _ => error,
    }
}

/// What is wrong with a table, where the error is about one.
fn table_problem(error: &Failure) -> Option<&TableProblem> {
    match error {
        Failure::Usage(cause) => match cause.downcast_ref() {
            Some(mlp_data::Error::Table { problem, .. }) => Some(problem),
            _ => None,
        },
        _ => None,
    }
}

/// What becomes of rows with categories that the model does not know.
#[derive(Args)]
pub struct UnknownRows {
    /// rows with a category not seen in training: refuse them, zero the column's features, or leave the row without a prediction (row)
    #[arg(
        long = "unknown",
        value_name = "WAY",
        default_value = "refuse",
        value_parser = |word: &str| word.parse::<Unknown>().map_err(|error| error.to_string())
    )]
    pub way: Unknown,
}

/// The error, with the options that allow unknown categories if it is about one.
pub fn or_unknown(error: Failure) -> Failure {
    match table_problem(&error) {
        Some(TableProblem::UnknownCategory { .. }) => error.behind(
            "--unknown row leaves such rows without a prediction, --unknown zero sets the column's features to 0",
        ),
        _ => error,
    }
}

/// Predicts every row of a table; returns notes for the user.
fn answer<W: Write>(
    name: &str,
    options: &FeatureOptions,
    answers: &mut PredictionWriter<'_, W>,
) -> CommandResult<Vec<String>> {
    if name != "-" {
        return read_rows(Path::new(name), options, ROWS, |names, chunk| {
            answers.take(names, &chunk)
        });
    }
    let mut rows = FeatureReader::open(io::stdin().lock(), "standard input", options)?;
    let names = rows.keep_names().to_vec();
    while let Some(chunk) = rows.next_chunk(ROWS)? {
        answers.take(&names, &chunk)?;
    }
    Ok(rows.notes())
}

/// Prints how the options read the table differently from the training data, and other notes.
pub fn say_notes(model: &Model, given: &TableFormat, notes: &[String]) {
    let like = model.table_format().cloned().unwrap_or_default();
    let said = given.unlike(&like);
    if !said.is_empty() {
        terminal::say(&format!(
            "note: read with {}, unlike the table that the model was trained on",
            said.join(" ")
        ));
    }
    for note in notes {
        terminal::say(&format!("note: {note}"));
    }
}

/// The files that a model is read from.
pub fn files(model: &str) -> Vec<PathBuf> {
    let path = PathBuf::from(model);
    match path.is_dir() {
        true => [
            run_directory::MODEL,
            Manifest::FILE,
            run_directory::EXPERIMENT,
        ]
        .map(|name| path.join(name))
        .to_vec(),
        false => vec![path],
    }
}

/// Opens a model for prediction: a training that diverged has none.
pub fn open(path: &str) -> CommandResult<Model> {
    let model = mlp_store::model_file::open(Path::new(path))?;
    if !model.is_finite() {
        return Err(Failure::usage(format!(
            "{path}: the model has parameters that are not finite, because its training diverged; \
             train it again at a smaller --learning-rate"
        )));
    }
    if model.origin().unfinished || is_of_unfinished_run(Path::new(path)) {
        terminal::say(&format!(
            "warning: {path}: the training is not finished, so the model is that of its last checkpoint; mlp resume continues it"
        ));
    }
    Ok(model)
}

/// Whether a model, or a folder with one, is that of a run which has not finished: models of earlier versions
/// do not say so.
fn is_of_unfinished_run(path: &Path) -> bool {
    let named = path
        .file_name()
        .is_some_and(|name| name == run_directory::MODEL);
    let folder = match path.is_dir() {
        true => Some(path),
        false => path.parent().filter(|_| named),
    };
    let manifest = folder.and_then(|folder| Manifest::read(folder).ok().flatten());
    manifest.is_some_and(|manifest| manifest.status != RunStatus::Complete)
}

/// Writes a model's predictions for rows: the kept columns, then the predictions. They are buffered until all rows have been checked,
/// unless there are too many of them.
struct PredictionWriter<'a, W: Write> {
    model: &'a Model,
    writer: csv::Writer<DeferredWriter<W>>,
    /// Whether texts are made harmless for spreadsheets.
    safe: bool,
    /// The coverage of intervals, where they are asked for.
    intervals: Option<f64>,
    /// Cells of an answer, once the header is written.
    answers: Option<usize>,
    rows: usize,
    /// Rows whose predictions are not finite.
    overflow: Overflow,
}

impl<'a, W: Write> PredictionWriter<'a, W> {
    fn new(model: &'a Model, safe: bool, intervals: Option<f64>, out: W) -> Self {
        Self {
            model,
            writer: csv::Writer::from_writer(DeferredWriter::new(out)),
            safe,
            intervals,
            answers: None,
            rows: 0,
            overflow: Overflow::default(),
        }
    }

    /// Predicts some rows, below a header if they are the first.
    fn take(&mut self, names: &[String], chunk: &FeatureChunk) -> CommandResult {
        let answers = match self.answers {
            Some(answers) => answers,
            None => self.header(names)?,
        };
        let (prediction, spread) = self
            .model
            .predict_with_spread(&chunk.inputs.view(), terminal::level()?)?;
        let intervals = match self.intervals {
            Some(coverage) => Some(self.model.predict_intervals(
                &chunk.inputs.view(),
                coverage,
                terminal::level()?,
            )?),
            None => None,
        };
        for (row, kept) in chunk.kept.iter().enumerate() {
            let mut record: Vec<String> = kept.iter().map(|cell| self.text(cell)).collect();
            if !chunk.known[row] {
                self.overflow.take([]);
                record.resize(record.len() + answers, String::new());
                self.write(&record)?;
                continue;
            }
            let (Prediction::Classes {
                probabilities: numbers,
                ..
            }
            | Prediction::Scores {
                scores: numbers, ..
            }
            | Prediction::Labels {
                probabilities: numbers,
                ..
            }
            | Prediction::Values(numbers)) = &prediction;
            self.overflow.take(numbers.row(row).iter().copied());
            match (&prediction, self.model.answers()) {
                (
                    Prediction::Classes {
                        labels,
                        probabilities: numbers,
                    }
                    | Prediction::Scores {
                        labels,
                        scores: numbers,
                    },
                    OutputMeaning::Classes(names),
                ) => {
                    record.push(self.text(&names[labels[row] as usize]));
                    record.extend(numbers.row(row).iter().map(|&number| format_number(number)));
                }
                (
                    Prediction::Labels {
                        labels,
                        probabilities,
                    },
                    _,
                ) => {
                    let answer = |&yes: &bool| if yes { "1" } else { "0" }.to_owned();
                    record.extend(labels.row(row).iter().map(answer));
                    record.extend(probabilities.row(row).iter().map(|&p| format_number(p)));
                }
                (Prediction::Values(values), _) => {
                    record.extend(values.row(row).iter().map(|&value| format_number(value)));
                    if let Some(ends) = &intervals {
                        for (lower, upper) in ends.lower.row(row).iter().zip(ends.upper.row(row)) {
                            record.extend([format_number(*lower), format_number(*upper)]);
                        }
                    }
                }
                // A model's predictions are of the kind of its answers.
                (Prediction::Classes { .. } | Prediction::Scores { .. }, _) => {}
            }
            if let Some(spread) = &spread {
                let otherwise = spread.otherwise.iter().map(|shares| shares[row]);
                let deviation = spread.deviation.row(row);
                let apart = otherwise.chain(deviation.iter().copied());
                record.extend(apart.map(format_number));
            }
            self.write(&record)?;
        }
        Ok(())
    }

    fn write(&mut self, record: &[String]) -> CommandResult {
        self.writer.write_record(record).map_err(failed)?;
        self.rows += 1;
        Ok(())
    }

    /// A text as it is written.
    fn text(&self, text: &str) -> String {
        match self.safe {
            true => harmless(text).into_owned(),
            false => text.to_owned(),
        }
    }

    /// Writes the header; how many cells an answer has.
    fn header(&mut self, names: &[String]) -> CommandResult<usize> {
        let mut header = names.to_vec();
        match self.model.answers() {
            OutputMeaning::Classes(names) => {
                header.push("prediction".to_owned());
                let what = match self.model.loss().gives_probabilities() {
                    true => "p",
                    false => "score",
                };
                header.extend(names.iter().map(|name| format!("{what}_{name}")));
            }
            OutputMeaning::Labels(names) => {
                header.extend(names.iter().map(|name| format!("prediction_{name}")));
                header.extend(names.iter().map(|name| format!("p_{name}")));
            }
            OutputMeaning::Values { names, .. } if names.len() == 1 => {
                header.push("prediction".to_owned());
            }
            OutputMeaning::Values { names, .. } => {
                header.extend(names.iter().map(|name| format!("prediction_{name}")));
            }
        }
        if let (Some(_), OutputMeaning::Values { names, .. }) =
            (self.intervals, self.model.answers())
        {
            for name in names {
                let of = match names.len() {
                    1 => String::new(),
                    _ => format!("_{name}"),
                };
                header.extend([format!("lower{of}"), format!("upper{of}")]);
            }
        }
        if self.model.members() > 1 {
            match self.model.answers() {
                OutputMeaning::Classes(_) => {
                    header.extend(["disagreement", "spread"].map(str::to_owned));
                }
                OutputMeaning::Values { names, .. } if names.len() == 1 => {
                    header.push("spread".to_owned());
                }
                OutputMeaning::Labels(names) | OutputMeaning::Values { names, .. } => {
                    header.extend(names.iter().map(|name| format!("spread_{name}")));
                }
            }
        }
        let answers = header.len() - names.len();
        if let Some(name) = names
            .iter()
            .find(|name| header[names.len()..].contains(name))
        {
            return Err(Failure::usage(format!(
                "--keep has the column `{name}`, and predict writes one of this name; leave it out, or rename it in the table"
            )));
        }
        self.answers = Some(answers);
        let header: Vec<String> = header.iter().map(|name| self.text(name)).collect();
        self.writer.write_record(&header).map_err(failed)?;
        Ok(answers)
    }

    fn finish(self) -> CommandResult {
        let written = self.writer.into_inner();
        let written = written.map_err(csv::IntoInnerError::into_error);
        written
            .and_then(|mut held| held.release().and_then(|()| held.flush()))
            .map_err(|error| Failure::io("cannot write the predictions", error))
    }

    /// The error that ends the answers, with how many are written.
    fn fail(mut self, error: Failure) -> Failure {
        let written = self.writer.flush();
        if written.is_err() || !self.writer.get_ref().is_open() {
            return error;
        }
        let rows = formatting::so_many(self.rows, "row");
        error.behind(&format!(
            "the predictions of the first {rows} have been written"
        ))
    }
}

fn failed(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Failure::io("cannot write the predictions", error),
        other => Failure::Failed(anyhow::anyhow!("cannot write the predictions: {other:?}")),
    }
}
