//! `mlp predict`: a table in, predictions out, a piece at a time.

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
use mlp_train::{Answers, Kind, Model, Prediction};

use crate::{
    failure::{Failure, Outcome},
    options::{self, Keys, Selection},
    output::{OutFile, held::Held},
    terminal, words,
};

/// So many rows are read, predicted and written at once.
const ROWS: usize = 4096;

const EXAMPLES: &str = "\
Columns are matched by name; the model's own scaling is applied. Written are prediction, then p_<class>; of an ensemble
then disagreement, the share of its networks that take the row for another class, and spread, their standard deviation.

Examples:
  mlp predict runs/train-my-001 new.csv > predictions.csv
  mlp predict model.safetensors new.csv --keep id --out predictions.csv
  mlp predict model.safetensors new.csv --unknown row --csv-safe --out predictions.csv
  cat new.csv | mlp predict model.safetensors -";

/// Keys that say how a table is written.
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
    /// rows with a category that the training lacked: refuse them, zero its features, or leave the row's prediction empty (row)
    #[arg(
        long,
        value_name = "WAY",
        default_value = "refuse",
        value_parser = |word: &str| word.parse::<Unknown>().map_err(|error| error.to_string())
    )]
    unknown: Unknown,
    /// texts that a spreadsheet would take for a formula get an apostrophe before them; numbers stay
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
    pub fn run(&self, quiet: bool) -> Outcome {
        let model = open(&self.model)?;
        let options = FeatureOptions {
            features: model.columns(),
            keep: self.keep.as_ref().map_or(Vec::new(), |keep| {
                keep.split(',').map(|name| name.trim().to_owned()).collect()
            }),
            format: options::experiment(Kind::Train, [&self.keys.layer()?])?
                .data
                .format,
            like: model.table_format().cloned(),
            ignored: model.left_out().to_vec(),
            one_hot: model.one_hot().to_vec(),
            missing: model.imputer().is_some(),
            unknown: self.unknown,
        };
        let inputs = [files(&self.model), vec![PathBuf::from(&self.data)]].concat();
        let mut notes = Vec::new();
        let is_whole = self.out.is_whole()?;
        self.out.write(&inputs, |out| {
            let mut answers = AnswerWriter::new(&model, self.csv_safe, out);
            match answer(&self.data, &options, &mut answers).map_err(or_unknown) {
                Ok(found) => notes = found,
                Err(error) if is_whole => return Err(error),
                Err(error) => return Err(answers.fail(error)),
            }
            answers.finish()
        })?;
        // An error stands alone.
        if !quiet {
            say_notes(&model, &options.format, &notes);
        }
        Ok(())
    }
}

/// The error with the options that go on after a category that the training lacked, if that is what it is.
fn or_unknown(error: Failure) -> Failure {
    let is_unknown = match &error {
        Failure::Usage(cause) => matches!(
            cause.downcast_ref(),
            Some(mlp_data::Error::Table { problem, .. })
                if matches!(**problem, TableProblem::UnknownCategory { .. })
        ),
        _ => false,
    };
    match is_unknown {
        true => error.behind(
            "--unknown row leaves the prediction of such rows empty, --unknown zero makes the column's features 0",
        ),
        false => error,
    }
}

/// Answers every row of a table; what a user should look at.
fn answer<W: Write>(
    name: &str,
    options: &FeatureOptions,
    answers: &mut AnswerWriter<'_, W>,
) -> Outcome<Vec<String>> {
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

/// Says what the options have read otherwise than the table that the model was trained on, and what else is to be looked at.
pub fn say_notes(model: &Model, given: &TableFormat, notes: &[String]) {
    let like = model.table_format().cloned().unwrap_or_default();
    let said = given.unlike(&like);
    if !said.is_empty() {
        terminal::say(&format!(
            "note: read by {}, unlike the table that the model was trained on",
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

/// Opens a model that can answer: a training that diverged leaves none.
pub fn open(path: &str) -> Outcome<Model> {
    let model = mlp_store::model_file::open(Path::new(path))?;
    if !model.is_finite() {
        return Err(Failure::usage(format!(
            "{path}: the model has parameters that are not finite, for its training diverged; \
             train it again at a smaller --learning-rate"
        )));
    }
    if model.origin().unfinished || is_of_unfinished_run(Path::new(path)) {
        terminal::say(&format!(
            "warning: {path}: the training is not finished, so the model is that of its last checkpoint; mlp resume goes on with it"
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

/// Writes what a model says of rows: the columns kept, then its answers. They are held back until all rows are known to be good,
/// unless there are too many of them.
struct AnswerWriter<'a, W: Write> {
    model: &'a Model,
    writer: csv::Writer<Held<W>>,
    /// Whether texts are made harmless for spreadsheets.
    safe: bool,
    /// Cells of an answer, once the header is written.
    answers: Option<usize>,
    rows: usize,
}

impl<'a, W: Write> AnswerWriter<'a, W> {
    fn new(model: &'a Model, safe: bool, out: W) -> Self {
        Self {
            model,
            writer: csv::Writer::from_writer(Held::new(out)),
            safe,
            answers: None,
            rows: 0,
        }
    }

    /// Predicts some rows, below a header if they are the first.
    fn take(&mut self, names: &[String], chunk: &FeatureChunk) -> Outcome {
        let answers = match self.answers {
            Some(answers) => answers,
            None => self.header(names)?,
        };
        let (prediction, spread) = self
            .model
            .predict_with_spread(&chunk.inputs.view(), terminal::level()?)?;
        for (row, kept) in chunk.kept.iter().enumerate() {
            let mut record: Vec<String> = kept.iter().map(|cell| self.text(cell)).collect();
            if !chunk.known[row] {
                record.resize(record.len() + answers, String::new());
                self.write(&record)?;
                continue;
            }
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
                    Answers::Classes(names),
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

    fn write(&mut self, record: &[String]) -> Outcome {
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
    fn header(&mut self, names: &[String]) -> Outcome<usize> {
        let mut header = names.to_vec();
        match self.model.answers() {
            Answers::Classes(names) => {
                header.push("prediction".to_owned());
                let what = match self.model.loss().gives_probabilities() {
                    true => "p",
                    false => "score",
                };
                header.extend(names.iter().map(|name| format!("{what}_{name}")));
            }
            Answers::Labels(names) => {
                header.extend(names.iter().map(|name| format!("prediction_{name}")));
                header.extend(names.iter().map(|name| format!("p_{name}")));
            }
            Answers::Values { names, .. } if names.len() == 1 => {
                header.push("prediction".to_owned());
            }
            Answers::Values { names, .. } => {
                header.extend(names.iter().map(|name| format!("prediction_{name}")));
            }
        }
        if self.model.members() > 1 {
            match self.model.answers() {
                Answers::Classes(_) => {
                    header.extend(["disagreement", "spread"].map(str::to_owned));
                }
                Answers::Values { names, .. } if names.len() == 1 => {
                    header.push("spread".to_owned());
                }
                Answers::Labels(names) | Answers::Values { names, .. } => {
                    header.extend(names.iter().map(|name| format!("spread_{name}")));
                }
            }
        }
        let answers = header.len() - names.len();
        self.answers = Some(answers);
        let header: Vec<String> = header.iter().map(|name| self.text(name)).collect();
        self.writer.write_record(&header).map_err(failed)?;
        Ok(answers)
    }

    fn finish(self) -> Outcome {
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
        let rows = words::so_many(self.rows, "row");
        error.behind(&format!(
            "the answers to the first {rows} are written already"
        ))
    }
}

fn failed(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Failure::io("cannot write the predictions", error),
        other => Failure::Failed(anyhow::anyhow!("cannot write the predictions: {other:?}")),
    }
}
