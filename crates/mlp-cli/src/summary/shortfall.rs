//! A network that is no better than the baseline: the most frequent class, or the mean.

use anyhow::Result;
use mlp_data::{ScaleKind, Targets, Task};
use mlp_statistics::{Moments, Proportion};
use mlp_train::{
    Baseline, DataRecipe, Experiment, Model, OutputMeaning, Part, Recipe, ResolvedExperiment,
    baseline, baseline_of, cross_validation,
    score::{self, Confusion, Subject},
};

use super::choosing;
use crate::{figures::judged, formatting, nets::Nets};

/// A warning that the network of a train run does not beat the baseline on the part for final scores (test, else
/// validation), or that Wilson's 95 % interval of its accuracy contains the baseline's, with both numbers and what would help; `None` where it does, where no such part has samples, where
/// the training diverged, and for a classifier that was given a threshold. Of two classes it also says how many of the rarer one were found, for which `model` is asked.
pub fn of(
    author: &Experiment,
    recipe: &Recipe,
    nets: &Nets,
    model: impl FnOnce() -> Result<Model>,
) -> Result<Option<String>> {
    let split = &recipe.data.split;
    let (part, rows) = match () {
        () if !split.test.is_empty() => (Part::Test, &split.test),
        () if !split.validation.is_empty() => (Part::Validation, &split.validation),
        () => return Ok(None),
    };
    let Some(guess) = baseline(&recipe.data, part).filter(|_| nets.finite().first() == Some(&true))
    else {
        return Ok(None);
    };
    let name = part.name();
    let choosing = choosing::options(author, &recipe.data);
    let recorded = |score: &str| nets.first(&format!("{name}_{score}"));
    let found = Found {
        what: name.to_owned(),
        rows: rows.len(),
        accuracy: recorded("accuracy")?,
        r2: recorded("r2")?,
        rmse: recorded("rmse")?,
    };
    let rarer = || match recipe.data.task {
        Task::Classification { classes: 2 } => rarer(recipe, rows, &model()?),
        _ => Ok(None),
    };
    let alike = alike(&recipe.data, rows);
    found.warning(&guess, recipe, alike, choosing, rarer)
}

/// As [`of`], of the model that a run selected, by the recipe of its first network: on the test part, which was
/// kept from all networks. Without one there is none: the validation part is that by which it was chosen.
pub fn of_selected(
    author: &Experiment,
    recipe: &Recipe,
    model: impl FnOnce() -> Result<Model>,
) -> Result<Option<String>> {
    let data = &recipe.data;
    let ("test", rows) = judged(author, data) else {
        return Ok(None);
    };
    let Some(guess) = baseline_of(data, rows) else {
        return Ok(None);
    };
    let model = model()?;
    let predicted = model.judge(&data.dataset.select_rows(rows)?)?;
    let score = |name: &str| score::find(name).and_then(|score| (score.value)(&predicted));
    let found = Found {
        what: "the selected model's test".to_owned(),
        rows: rows.len(),
        accuracy: score("accuracy"),
        r2: score("r2"),
        rmse: score("rmse"),
    };
    let choosing = choosing::options(author, data);
    let alike = alike(data, rows);
    found.warning(&guess, recipe, alike, choosing, || {
        rarer(recipe, rows, &model)
    })
}

/// As [`of`], of the folds of a cross-validation: the mean over the folds beside that of the baseline on the same rows. Of
/// several settings the best is asked.
pub fn of_folds(experiment: &ResolvedExperiment, nets: &Nets) -> Result<Option<String>> {
    let Some(fold) = cross_validation::fold_axis(experiment) else {
        return Ok(None);
    };
    let (axes, seeds) = (experiment.axes(), experiment.seeds_per_cell());
    let folds = axes[fold].values.len();
    let others = axes[fold + 1..].iter().map(|axis| axis.values.len());
    let inner: usize = others.product();
    let columns = ["accuracy", "r2", "rmse"].map(|name| nets.numbers(&format!("test_{name}")));
    let [accuracy, r2, rmse] = columns;
    let columns = [accuracy?, r2?, rmse?];
    let mut best: Option<(f64, Found, Baseline, u64)> = None;
    for setting in 0..experiment.cells() as usize / folds {
        // By score, the sums over folds of the networks' mean and of the baseline.
        let mut sums = [[Some(0.0), Some(0.0)]; 3];
        let (mut rows, mut first) = (0, 0);
        for fold in 0..folds {
            let cell = ((setting / inner * folds + fold) * inner + setting % inner) as u64;
            first = cell * seeds;
            let recipe = experiment.recipe(first)?;
            let of_fold = recipe.data.split.test.len();
            let guess = baseline(&recipe.data, Part::Test);
            let guesses = [
                guess.as_ref().and_then(|guess| guess.accuracy),
                guess.as_ref().and_then(|guess| guess.r2),
                guess.as_ref().and_then(|guess| guess.rmse),
            ];
            rows += of_fold;
            for ((sums, column), guess) in sums.iter_mut().zip(&columns).zip(guesses) {
                let own = first as usize..(first + seeds) as usize;
                let own = own.filter(|&net| nets.sound().get(net) == Some(&true));
                let values = own.filter_map(|net| column.as_ref()?.get(net).copied());
                let mean: Moments = values.filter(|value| value.is_finite()).collect();
                for (sum, value) in sums.iter_mut().zip([mean.mean(), guess]) {
                    *sum = sum
                        .zip(value)
                        .map(|(sum, value)| sum + value / folds as f64);
                }
            }
        }
        let [[accuracy, majority], [r2, mean_r2], [rmse, mean_rmse]] = sums;
        let found = Found {
            what: "over the folds the mean test".to_owned(),
            rows,
            accuracy,
            r2,
            rmse,
        };
        let guess = Baseline {
            accuracy: majority,
            r2: mean_r2,
            rmse: mean_rmse,
        };
        let Some(value) = accuracy.or(r2).or(rmse.map(|rmse| -rmse)) else {
            continue;
        };
        if best.as_ref().is_none_or(|(known, ..)| value > *known) {
            best = Some((value, found, guess, first));
        }
    }
    let Some((_, found, guess, network)) = best else {
        return Ok(None);
    };
    // Folds keep no model that a threshold would be of.
    let recipe = experiment.recipe(network)?;
    found.warning(&guess, &recipe, None, None, || Ok(None))
}

/// Scores that are held against the baseline.
struct Found {
    /// Whose, in words before the score's name.
    what: String,
    /// The rows that they are of.
    rows: usize,
    accuracy: Option<f64>,
    r2: Option<f64>,
    rmse: Option<f64>,
}

impl Found {
    fn warning(
        &self,
        guess: &Baseline,
        recipe: &Recipe,
        alike: Option<String>,
        choosing: Option<String>,
        rarer: impl FnOnce() -> Result<Option<Rarer>>,
    ) -> Result<Option<String>> {
        let what = &self.what;
        if let (Some(accuracy), Some(majority)) = (self.accuracy, guess.accuracy) {
            // A threshold gives accuracy away on purpose.
            let trials = self.rows as u64;
            let right = Proportion {
                successes: (accuracy * trials as f64).round() as u64,
                trials,
            };
            let beats = right.interval().is_some_and(|(low, _)| low > majority);
            if beats || recipe.threshold.is_some() {
                return Ok(None);
            }
            if let Some(alike) = alike {
                return Ok(Some(alike));
            }
            let fault = match right.interval() {
                Some((low, high)) if accuracy > majority => {
                    let [low, high] = [low, high].map(formatting::share);
                    format!("is not clearly above (95 % interval {low} to {high} by {trials} rows)")
                }
                _ => "does not exceed".to_owned(),
            };
            let judged = rarer()?;
            let found = judged.as_ref().map_or_else(String::new, Rarer::found);
            return Ok(Some(format!(
                "{what} accuracy {} {fault} {}, that of always predicting the most frequent answer{found}; try {}",
                formatting::share(accuracy),
                formatting::share(majority),
                help_of_classes(recipe, judged.as_ref(), choosing)
            )));
        }
        let (name, value, mean) = match (self.r2, guess.r2, self.rmse, guess.rmse) {
            (Some(r2), Some(mean), _, _) if r2 <= mean => {
                ("R2", formatting::share(r2), formatting::share(mean))
            }
            (None, _, Some(rmse), Some(mean)) if rmse >= mean => (
                "RMSE",
                formatting::measured(rmse),
                formatting::measured(mean),
            ),
            _ => return Ok(None),
        };
        if let Some(alike) = alike {
            return Ok(Some(alike));
        }
        Ok(Some(format!(
            "{what} {name} {value} is no better than {mean}, that of the training part's mean; try {}",
            help_of_numbers(recipe)
        )))
    }
}

/// What to say in place of a comparison where the rows that would judge are of one class, or have the same numbers: always
/// predicting that is right for all of them.
fn alike(data: &DataRecipe, rows: &[usize]) -> Option<String> {
    let so_many = formatting::so_many(rows.len(), "row");
    let (what, several) = match (data.dataset.targets(), choosing::one_class(data, rows)) {
        (_, Some(class)) => (format!("of class {class}"), "classes"),
        (Targets::Values { values, .. }, _) => {
            let (&first, rest) = rows.split_first()?;
            if rest.iter().any(|&row| values.row(row) != values.row(first)) {
                return None;
            }
            ("with the same target".to_owned(), "targets")
        }
        (Targets::Classes { .. }, None) => return None,
    };
    Some(format!(
        "nothing can be told of how good the network is: it is judged on {so_many}, all {what}; give a larger test part, or one with rows of several {several}"
    ))
}

/// How well the rarer of two classes is found.
struct Rarer {
    class: usize,
    name: String,
    found: f64,
    of: f64,
}

impl Rarer {
    fn found(&self) -> String {
        format!(
            ", and of the rarer class {} it found {} of {}",
            self.name,
            formatting::count(self.found),
            formatting::count(self.of)
        )
    }
}

/// The class with fewer samples among these rows; `None` where both have as many, or one has none.
fn rarer(recipe: &Recipe, rows: &[usize], model: &Model) -> Result<Option<Rarer>> {
    let OutputMeaning::Classes(names) = model.answers() else {
        return Ok(None);
    };
    let predicted = model.judge(&recipe.data.dataset.select_rows(rows)?)?;
    let Some(confusion) = Confusion::of(&predicted) else {
        return Ok(None);
    };
    let class = usize::from(confusion.support(1) < confusion.support(0));
    let (of, other) = (confusion.support(class), confusion.support(1 - class));
    Ok((of > 0.0 && of < other).then(|| Rarer {
        class,
        name: names[class].clone(),
        found: confusion.count(class, class),
        of,
    }))
}

/// Suggestions for a classifier, except for those already followed.
fn help_of_classes(recipe: &Recipe, rarer: Option<&Rarer>, choosing: Option<String>) -> String {
    let weighted = recipe.spec.class_weights.is_some() || recipe.spec.positive_weights.is_some();
    let probable = recipe.spec.loss.gives_probabilities();
    let (weights, decisive, mut metrics) = match recipe.data.task {
        Task::Multilabel { .. } => ("--positive-weight", None, Vec::new()),
        _ if rarer.is_some() => (
            "--class-weights balanced",
            Some("positive_f1"),
            vec!["positive_f1", "recall", "average_precision"],
        ),
        Task::Classification { classes: 2 } => (
            "--class-weights balanced",
            Some("balanced_accuracy"),
            vec!["balanced_accuracy", "f1", "auroc"],
        ),
        _ => (
            "--class-weights balanced",
            None,
            vec!["balanced_accuracy", "f1"],
        ),
    };
    metrics.retain(|name| {
        let score = score::find(name);
        probable || score.is_none_or(|score| score.subject != Subject::Probabilities)
    });
    // Scores of one class are those of the positive one, the second.
    let positive = match rarer {
        Some(rarer) if rarer.class == 0 => {
            let name = formatting::shell(std::path::Path::new(&rarer.name));
            format!("--positive {name} ")
        }
        _ => String::new(),
    };
    let mut help = Vec::new();
    if !weighted {
        help.push(weights.to_owned());
    }
    if let (Some(score), Some(further)) = (decisive.filter(|_| probable), choosing) {
        help.push(format!("{positive}--threshold {score}{further}"));
    }
    help.push("longer training".to_owned());
    if !metrics.is_empty() {
        help.push(format!(
            "a metric such as {positive}--metrics {}",
            metrics.join(",")
        ));
    }
    one_of(&help)
}

/// Suggestions for a regression.
fn help_of_numbers(recipe: &Recipe) -> String {
    let mut help = Vec::new();
    if recipe.data.scale == ScaleKind::None {
        help.push("--scale standard".to_owned());
    }
    if recipe.data.scale_target == ScaleKind::None {
        help.push("--scale-target standard".to_owned());
    }
    help.push("longer training (--steps)".to_owned());
    help.push("another --learning-rate".to_owned());
    one_of(&help)
}

fn one_of(help: &[String]) -> String {
    match help {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        all => all.concat(),
    }
}
