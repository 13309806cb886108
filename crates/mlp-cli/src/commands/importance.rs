//! `mlp importance`: explains a model's predictions, column by column.

use std::{
    fmt::Write,
    fs::File,
    path::{Path, PathBuf},
};

use clap::Args;
use mlp_data::{
    Dataset,
    names::{columns_in, in_list},
};
use mlp_train::{
    Arrays, Kind, Model,
    explain::{Dependence, Importances, Permutations},
    score::{self, Confusion, Predicted, Score},
};
use serde_json::json;

use super::{
    labelled,
    predict::{self, UnknownRows},
};
use crate::{
    failure::{CommandResult, Failure},
    figures::{View, explanation},
    formatting,
    options::{self, Keys, Selection, Sets},
    terminal,
};

/// Values that one column is set to, and each of two.
const POINTS: (usize, usize) = (50, 20);

const EXAMPLES: &str = "\
A column matters to the extent that the score falls when its values are permuted among the rows
(permutation importance). The 95 % intervals are over the permutations only: other rows or another
training may differ, and of two columns with the same information each may seem to matter little.
Where no row is predicted as a class, its precision is undefined and counts as 0, as in scikit-learn.
--dependence shows the mean prediction when a column has the same value in every row.
Tables (CSV) and figures go to RUN/importance, or to --out.

Examples:
  mlp importance runs/train-my-001
  mlp importance runs/train-my-001 fresh.csv --score positive_f1 --repeats 30
  mlp importance model.safetensors fresh.csv --dependence age --dependence age,income --out why";

/// Explain a model's predictions: permutation importance and partial dependence
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Importance {
    /// model file, or the run directory of a train run
    model: String,
    #[arg(
        help = "data set by name, or a table with features and target; - is standard input [default: the run's test part]"
    )]
    data: Option<String>,
    #[arg(
        long,
        value_name = "SCORE",
        help = "score whose fall is measured (mlp list metrics) [default: accuracy of classes and labels, r2 of numbers]"
    )]
    score: Option<String>,
    /// permutations of each column
    #[arg(long, value_name = "N", default_value = "10", value_parser = options::whole)]
    repeats: u64,
    /// seed of the permutations
    #[arg(long, value_name = "N", default_value = "0", value_parser = options::whole)]
    seed: u64,
    /// take the permutations from an NPZ file: an array permutations [repeats, rows] of row indices from 0
    #[arg(long, value_name = "FILE", conflicts_with_all = ["repeats", "seed"])]
    permutations: Option<PathBuf>,
    /// partial dependence on one column, or on two as in A,B; repeatable
    #[arg(long, value_name = "COLUMNS")]
    dependence: Vec<String>,
    /// folder for tables and figures
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
    /// print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    unknown: UnknownRows,
    #[command(flatten)]
    sets: Sets,
    #[command(flatten)]
    keys: Keys<Self>,
}

impl Selection for Importance {
    const PATHS: &'static [&'static [&'static str]] =
        &[labelled::KEYS[0], labelled::KEYS[1], &["output.figures"]];
}

impl Importance {
    /// Prints the importances, and writes tables and figures.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let model = predict::open(&self.model)?;
        let run = Path::new(&self.model);
        let run = run.is_dir().then_some(run);
        let (dataset, of, left_out) = self.dataset(&model, run, quiet)?;
        let score = self.score(&model)?;
        let permutations = self.permutations(dataset.samples())?;
        let level = terminal::level()?;
        let oriented = |predicted: &Predicted| {
            let value = (score.value)(predicted)?;
            Some(if score.larger_is_better == Some(false) {
                -value
            } else {
                value
            })
        };
        let judged = model.judge_at(&dataset, level)?;
        if oriented(&judged).is_none()
            && let Some(classes) = judged.as_classes()
            && let [first, rest @ ..] = classes.labels
            && rest.iter().all(|label| label == first)
        {
            let class = model_class(&model, *first).map_or("", String::as_str);
            return Err(Failure::usage(format!(
                "--score: {} needs rows of several classes, and all of these are of class {class}",
                score.name
            )));
        }
        if !quiet
            && score.name == "precision"
            && let Some(class) = positive_class(&model, score)
            && Confusion::of(&judged).is_some_and(|found| found.known_precision(1).is_none())
        {
            terminal::say(&format!(
                "note: no row is predicted as {class}, so that precision is undefined and counts as 0"
            ));
        }
        let found = Importances::of(&model, &dataset, &oriented, &permutations, level)?;
        let folder = match (&self.out, run) {
            (Some(out), _) => Some(out.clone()),
            (None, Some(run)) => Some(run.join(explanation::FOLDER)),
            (None, None) => None,
        };
        if folder.is_none() && !self.dependence.is_empty() && !self.json {
            return Err(Failure::usage(format!(
                "--dependence: {} is not in a run directory; name a folder with --out",
                self.model
            )));
        }
        let dependences = self.dependence.iter().map(|columns| {
            let listed = columns_in(columns, dataset.feature_names());
            let points = match &listed[..] {
                [_] => POINTS.0,
                [one, other] if one != other => POINTS.1,
                [one, _] => {
                    return Err(Failure::usage(format!(
                        "--dependence: {columns} is one column twice; give --dependence {}, or two columns",
                        in_list(one)
                    )));
                }
                _ => {
                    return Err(Failure::usage(format!(
                        "--dependence: {columns} names {} columns; give one or two, and repeat the option for more figures",
                        listed.len()
                    )));
                }
            };
            let columns = listed;
            Ok(Dependence::of(&model, &dataset, &columns, points, level)?)
        });
        let dependences = dependences.collect::<CommandResult<Vec<_>>>()?;
        let explained = explanation::Explanation {
            score,
            of: &of,
            classes: match model.task() {
                mlp_data::Task::Classification { classes }
                    if model.loss().gives_probabilities() =>
                {
                    classes
                }
                _ => 0,
            },
            positive: positive_class(&model, score),
            left_out,
            weighted: (dataset.weight_column())
                .zip(dataset.weights())
                .map(|(column, weights)| (column, weights.iter().sum())),
            found: &found,
            dependences: &dependences,
        };
        let files = match &folder {
            Some(folder) => {
                let author = options::experiment(Kind::Train, [&self.keys.layer()?])?;
                explained.write(folder, author.output.figures, &model)?
            }
            None => Vec::new(),
        };
        if self.json {
            return terminal::print(&format!("{:#}\n", as_json(&explained)));
        }
        let mut text = as_text(&explained)?;
        if let (Some(folder), false) = (&folder, files.is_empty()) {
            let _ = writeln!(text, "{:<17} {}", "files", folder.display());
        }
        terminal::print(&text)
    }

    /// The rows to evaluate, their description, and how many were left out for which reason.
    fn dataset(
        &self,
        model: &Model,
        run: Option<&Path>,
        quiet: bool,
    ) -> CommandResult<(Dataset, String, (u64, &'static str))> {
        let (options, sets) = (self.keys.layer()?, self.sets.layer()?);
        match (&self.data, run) {
            (Some(name), _) => {
                let dataset =
                    labelled::read(model, name, (options, &sets), self.unknown.way, quiet)?;
                let of = format!(
                    "{} of {}",
                    formatting::so_many(dataset.samples(), "row"),
                    name
                );
                let left_out = labelled::left_out(&dataset, self.unknown.way);
                Ok((dataset, of, left_out))
            }
            (None, Some(run)) => {
                let view = View::open(run)?;
                if let Some(fault) = view.data_fault() {
                    return Err(Failure::usage(fault.to_owned()));
                }
                let data = view.data_of_model()?;
                let (part, rows) = view.judged(&data);
                let dataset = data.dataset.select_rows(rows)?;
                let seen = dataset.as_known(model.one_hot(), self.unknown.way);
                let seen = seen.map_err(|error| match error {
                    // The answer is in the options: rows of a part are not chosen by hand.
                    mlp_data::Error::UnknownCategory { column, category, .. } => {
                        Failure::usage(format!(
                            "category `{category}` of {column} is in the {part} part and in no training row, so that the model does not know it\n\
                             --unknown row leaves such rows out, --unknown zero sets the column's features to 0"
                        ))
                    }
                    error => error.into(),
                })?;
                let dropped = (dataset.samples() - seen.samples()) as u64;
                let rows = formatting::so_many(seen.samples(), "row");
                let left_out = (dropped, "categories that no training row has");
                Ok((seen, format!("{rows} of the {part} part"), left_out))
            }
            (None, None) => Err(Failure::usage(format!(
                "{} is a model file; give the data after it",
                self.model
            ))),
        }
    }

    fn score(&self, model: &Model) -> CommandResult<&'static Score> {
        let usual = match model.answers() {
            mlp_train::OutputMeaning::Classes(_) | mlp_train::OutputMeaning::Labels(_) => {
                "accuracy"
            }
            mlp_train::OutputMeaning::Values { .. } => "r2",
        };
        let name = self.score.as_deref().unwrap_or(usual);
        let known = || score::SCORES.iter().map(|score| score.name);
        match score::find(name) {
            Some(score) if score.larger_is_better.is_some() => Ok(score),
            Some(_) => Err(Failure::usage(format!(
                "--score: neither a high nor a low {name} is better; choose another score"
            ))),
            None => Err(Failure::usage(format!(
                "--score: there is no score {name}{} (known: {})",
                mlp_data::names::did_you_mean(name, known()),
                known().collect::<Vec<_>>().join(", ")
            ))),
        }
    }

    fn permutations(&self, rows: usize) -> CommandResult<Permutations> {
        let Some(path) = &self.permutations else {
            return match u32::try_from(self.repeats) {
                Ok(count @ 2..=100_000) => Ok(Permutations::drawn(self.seed, count, rows)),
                _ => Err(Failure::usage(format!(
                    "--repeats: must be a whole number from 2 to 100000, not {}",
                    self.repeats
                ))),
            };
        };
        let bad = |reason: String| Failure::usage(format!("{}: {reason}", path.display()));
        let file = File::open(path).map_err(|error| bad(error.to_string()))?;
        let arrays = Arrays::read_from(file).map_err(|error| bad(error.to_string()))?;
        let array = arrays.get("permutations");
        let array = array.ok_or_else(|| bad("it has no array \"permutations\"".to_owned()))?;
        let (Some(numbers), [_, width]) = (array.numbers(), &array.shape[..]) else {
            return Err(bad(
                "permutations must be numbers [repeats, rows]".to_owned()
            ));
        };
        let whole = |number: &f64| *number >= 0.0 && number.fract() == 0.0 && *number < 1e15;
        if let Some(odd) = numbers.iter().find(|number| !whole(number)) {
            return Err(bad(format!(
                "permutations contain {odd}, which is not a row"
            )));
        }
        let orders = numbers.chunks((*width).max(1));
        let orders = orders.map(|order| order.iter().map(|row| *row as usize).collect());
        Permutations::given(orders.collect(), rows).map_err(|error| bad(error.to_string()))
    }
}

/// The positive one of two classes, where the score is of it alone.
fn positive_class<'m>(model: &'m Model, score: &Score) -> Option<&'m str> {
    let of_it = score::OF_POSITIVE.contains(&score.name)
        && model.task() == mlp_data::Task::Classification { classes: 2 };
    model_class(model, 1).filter(|_| of_it).map(String::as_str)
}

/// The name of a class of a model.
fn model_class(model: &Model, label: u32) -> Option<&String> {
    match model.answers() {
        mlp_train::OutputMeaning::Classes(names) => names.get(label as usize),
        mlp_train::OutputMeaning::Labels(_) | mlp_train::OutputMeaning::Values { .. } => None,
    }
}

fn as_text(explained: &explanation::Explanation<'_>) -> CommandResult<String> {
    let mut text = String::new();
    let (score, found) = (explained.score, explained.found);
    writeln!(text, "{:<17} {}", "data", explained.of)?;
    if let (dropped @ 1.., why) = explained.left_out {
        writeln!(text, "{:<17} {dropped} ({why})", "rows left out")?;
    }
    if let Some((column, sum)) = explained.weighted {
        writeln!(
            text,
            "{:<17} {column} (sum {}): rows count by it in everything here",
            "sample weight",
            formatting::measured(sum)
        )?;
    }
    if let Some(class) = explained.positive {
        writeln!(text, "{:<17} {class}", "positive")?;
    }
    writeln!(
        text,
        "{:<17} {}",
        score.name,
        formatting::measured(explained.value())
    )?;
    let columns = explained.by_importance();
    let widest = columns.iter().map(|column| column.column.chars().count());
    let widest = widest.max().unwrap_or(0).clamp(6, 40);
    writeln!(
        text,
        "\n{:<widest$}  {:>10}  {:<25}  of {} permutations",
        "column",
        "fall",
        "interval",
        found.columns.first().map_or(0, |column| column.falls.len())
    )?;
    for column in columns {
        // Equal falls say nothing of how far others would be apart.
        let (interval, low) = match column.mean.interval {
            Some((low, high)) => (
                format!(
                    "{} to {}",
                    formatting::measured(low),
                    formatting::measured(high)
                ),
                low,
            ),
            None => ("n/a (all falls are equal)".to_owned(), column.mean.value),
        };
        let (interval, said) = match column.changed {
            true if low <= 0.0 => (interval, "may not matter"),
            true => (interval, ""),
            false => ("n/a".to_owned(), "not known: no permutation changes it"),
        };
        let line = format!(
            "{:<widest$}  {:>10}  {interval:<25}  {said}",
            column.column,
            formatting::measured(column.mean.value),
        );
        writeln!(text, "{}", line.trim_end())?;
    }
    let unchanged = found
        .columns
        .iter()
        .filter(|column| !column.changed)
        .count();
    if unchanged > 0 {
        let why = match found.columns.len() == unchanged {
            true => "rows that are alike in every column, or one row alone,",
            false => "a column with the same value in all of these rows",
        };
        writeln!(
            text,
            "\nnote: {why} cannot be permuted into anything else: give rows in which it differs"
        )?;
    }
    text.push('\n');
    Ok(text)
}

fn as_json(explained: &explanation::Explanation<'_>) -> serde_json::Value {
    let columns = explained.by_importance().into_iter().map(|column| {
        json!({
            "column": column.column,
            "fall": column.mean.value,
            "changed": column.changed,
            "deviation": column.mean.deviation,
            "interval": column.mean.interval.map(|(low, high)| [low, high]),
            "falls": column.falls,
        })
    });
    let dependences = explained.dependences.iter().map(|found| {
        let means: Vec<Vec<f64>> = found
            .means
            .rows()
            .into_iter()
            .map(|row| row.to_vec())
            .collect();
        let grid: Vec<Vec<serde_json::Value>> = (found.grid.iter())
            .map(|grid| grid.iter().map(explanation::value).collect())
            .collect();
        json!({ "columns": found.columns, "grid": grid, "answers": found.answers, "means": means })
    });
    json!({
        "data": explained.of,
        "dropped": explained.left_out.0,
        "sample_weight": explained.weighted.map(|(column, _)| column),
        "sum_of_weights": explained.weighted.map(|(_, sum)| sum),
        "score": explained.score.name,
        "value": explained.value(),
        "columns": columns.collect::<Vec<_>>(),
        "dependence": dependences.collect::<Vec<_>>(),
    })
}
