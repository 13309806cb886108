//! A network that is no better than the baseline: the most frequent class, or the mean.

use anyhow::Result;
use mlp_data::{Targets, Task};
use mlp_statistics::{Moments, Proportion};
use mlp_train::{
    Baseline, DataRecipe, Experiment, Model, OutputMeaning, Part, Recipe, ResolvedExperiment,
    baseline, baseline_of,
    cross_validation::FoldLayout,
    score::{self, Confusion},
};

use super::{
    choosing,
    remedies::{self, Cause, Scores},
};
use crate::{figures::judged, formatting, nets::Nets};

/// Rows of the training part on which a selected model is judged.
const JUDGED: usize = 10_000;

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
    let recorded = |part: &str| -> Result<Scores> {
        let score = |score: &str| nets.first(&format!("{part}_{score}"));
        Ok(Baseline {
            accuracy: score("accuracy")?,
            r2: score("r2")?,
            rmse: score("rmse")?,
        })
    };
    let found = Found {
        what: name.to_owned(),
        rows: rows.len(),
        scores: recorded(name)?,
        train: recorded("train")?,
        train_guess: baseline(&recipe.data, Part::Train),
    };
    let rarer = || match recipe.data.task {
        Task::Classification { classes: 2 } => rarer(recipe, rows, &model()?),
        _ => Ok(None),
    };
    let alike = alike(&recipe.data, rows);
    found.warning(&guess, (author, recipe), alike, rarer)
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
    // Of many rows some are enough to tell whether it has learned.
    let train = &data.split.train;
    let every = train.len().div_ceil(JUDGED).max(1);
    let learned: Vec<usize> = train.iter().copied().step_by(every).collect();
    let judge = |rows: &[usize]| -> Result<Scores> {
        let predicted = model.judge(&data.dataset.select_rows(rows)?)?;
        let score = |name: &str| score::find(name).and_then(|score| (score.value)(&predicted));
        Ok(Baseline {
            accuracy: score("accuracy"),
            r2: score("r2"),
            rmse: score("rmse"),
        })
    };
    let found = Found {
        what: "the selected model's test".to_owned(),
        rows: rows.len(),
        scores: judge(rows)?,
        train: judge(&learned)?,
        train_guess: baseline_of(data, &learned),
    };
    let alike = alike(data, rows);
    found.warning(&guess, (author, recipe), alike, || {
        rarer(recipe, rows, &model)
    })
}

/// As [`of`], of the folds of a cross-validation: the mean over the folds beside that of the baseline on the same rows. Of
/// several settings the best is asked.
pub fn of_folds(experiment: &ResolvedExperiment, nets: &Nets) -> Result<Option<String>> {
    let Some(layout) = FoldLayout::of(experiment) else {
        return Ok(None);
    };
    let folds = layout.folds;
    let columns = |part: &str| -> Result<[_; 3]> {
        let [accuracy, r2, rmse] =
            ["accuracy", "r2", "rmse"].map(|name| nets.numbers(&format!("{part}_{name}")));
        Ok([accuracy?, r2?, rmse?])
    };
    let parts = [Part::Test, Part::Train];
    let columns = [columns("test")?, columns("train")?];
    let mut best: Option<(f64, Found, Baseline, u64)> = None;
    for setting in 0..layout.settings {
        // By part and score, the sums over folds of the networks' mean and of the baseline.
        let mut sums = [[[Some(0.0), Some(0.0)]; 3]; 2];
        let (mut rows, mut first) = (0, 0);
        for fold in 0..folds {
            let networks = layout.networks(setting, fold);
            first = networks.start;
            let recipe = experiment.recipe(first)?;
            rows += recipe.data.split.test.len();
            for ((sums, columns), part) in sums.iter_mut().zip(&columns).zip(parts) {
                let guess = baseline(&recipe.data, part);
                let guesses = [
                    guess.as_ref().and_then(|guess| guess.accuracy),
                    guess.as_ref().and_then(|guess| guess.r2),
                    guess.as_ref().and_then(|guess| guess.rmse),
                ];
                for ((sums, column), guess) in sums.iter_mut().zip(columns).zip(guesses) {
                    let own = networks.clone().map(|net| net as usize);
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
        }
        let [[test, guess], [train, train_guess]] = sums.map(|part| {
            [0, 1].map(|which| Baseline {
                accuracy: part[0][which],
                r2: part[1][which],
                rmse: part[2][which],
            })
        });
        let value = (test.accuracy).or(test.r2).or(test.rmse.map(|rmse| -rmse));
        let Some(value) = value else {
            continue;
        };
        if best.as_ref().is_none_or(|(known, ..)| value > *known) {
            let found = Found {
                what: "over the folds the mean test".to_owned(),
                rows,
                scores: test,
                train,
                train_guess: Some(train_guess),
            };
            best = Some((value, found, guess, first));
        }
    }
    let Some((_, found, guess, network)) = best else {
        return Ok(None);
    };
    let recipe = experiment.recipe(network)?;
    found.warning(&guess, (experiment.experiment(), &recipe), None, || {
        Ok(None)
    })
}

/// Scores that are held against the baseline.
struct Found {
    /// Whose, in words before the score's name.
    what: String,
    /// The rows that they are of.
    rows: usize,
    scores: Scores,
    /// The same of the training part, and what the baseline has there.
    train: Scores,
    train_guess: Option<Baseline>,
}

impl Found {
    fn warning(
        &self,
        guess: &Baseline,
        (author, recipe): (&Experiment, &Recipe),
        alike: Option<String>,
        rarer: impl FnOnce() -> Result<Option<Rarer>>,
    ) -> Result<Option<String>> {
        let what = &self.what;
        let cause = match &self.train_guess {
            Some(train_guess) => Cause::of((&self.scores, guess), (&self.train, train_guess)),
            None => Cause::Unlearned,
        };
        // Why, in words after the comparison.
        let why = match cause {
            Cause::Overfitted => self.overfitted(),
            Cause::Unlearned | Cause::FewRows => String::new(),
        };
        if let (Some(accuracy), Some(majority)) = (self.scores.accuracy, guess.accuracy) {
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
                "{what} accuracy {} {fault} {}, that of always predicting the most frequent answer{found}{why}; try {}",
                formatting::share(accuracy),
                formatting::share(majority),
                remedies::of_classes(
                    (author, recipe),
                    cause,
                    judged.as_ref().map(|rarer| (rarer.class, &*rarer.name)),
                )
            )));
        }
        let (name, value, mean) = match (self.scores.r2, guess.r2, self.scores.rmse, guess.rmse) {
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
            "{what} {name} {value} is no better than {mean}, that of the training part's mean{why}; try {}",
            remedies::of_numbers((author, recipe), cause)
        )))
    }

    /// That the training part was learned, and how well.
    fn overfitted(&self) -> String {
        let of = |name: &str, value: String| {
            format!(", while its {name} on the training part is {value}: it overfits")
        };
        match (self.train.accuracy, self.train.r2, self.train.rmse) {
            (Some(accuracy), ..) => of("accuracy", formatting::share(accuracy)),
            (None, Some(r2), _) => of("R2", formatting::share(r2)),
            (None, None, rmse) => of("RMSE", formatting::measured(rmse.unwrap_or(f64::NAN))),
        }
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
