//! A network that is no better than the baseline: the most frequent class, or the mean.

use anyhow::Result;
use mlp_data::{ScaleKind, Task};
use mlp_statistics::Proportion;
use mlp_train::{
    Model, OutputMeaning, Part, Recipe, baseline,
    score::{Confusion, Subject},
};

use crate::{formatting, nets::Nets};

/// A warning that the network of a train run does not beat the baseline on the part for final scores (test, else
/// validation), or that Wilson's 95 % interval of its accuracy contains the baseline's, with both numbers and what would help; `None` where it does, where no such part has samples, where
/// the training diverged, and for a classifier that was given a threshold. Of two classes it also says how many of the rarer one were found, for which `model` is asked.
pub fn of(
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
    let part = part.name();
    let recorded = |name: &str| nets.first(&format!("{part}_{name}"));
    if let (Some(accuracy), Some(majority)) = (recorded("accuracy")?, guess.accuracy) {
        // A threshold gives accuracy away on purpose.
        let trials = rows.len() as u64;
        let right = Proportion {
            successes: (accuracy * trials as f64).round() as u64,
            trials,
        };
        let beats = right.interval().is_some_and(|(low, _)| low > majority);
        if beats || recipe.threshold.is_some() {
            return Ok(None);
        }
        let fault = match right.interval() {
            Some((low, high)) if accuracy > majority => {
                let [low, high] = [low, high].map(formatting::share);
                format!("is not clearly above (95 % interval {low} to {high} by {trials} rows)")
            }
            _ => "does not exceed".to_owned(),
        };
        let judged = match recipe.data.task {
            Task::Classification { classes: 2 } => rarer(recipe, rows, &model()?)?,
            _ => None,
        };
        let found = judged.as_ref().map_or_else(String::new, Rarer::found);
        return Ok(Some(format!(
            "{part} accuracy {} {fault} {}, that of always predicting the most frequent answer{found}; try {}",
            formatting::share(accuracy),
            formatting::share(majority),
            help_of_classes(recipe, judged.as_ref())
        )));
    }
    let (name, value, mean) = match (recorded("r2")?, guess.r2, recorded("rmse")?, guess.rmse) {
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
    Ok(Some(format!(
        "{part} {name} {value} is no better than {mean}, that of the training part's mean; try {}",
        help_of_numbers(recipe)
    )))
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
fn help_of_classes(recipe: &Recipe, rarer: Option<&Rarer>) -> String {
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
        let score = mlp_train::score::find(name);
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
    if let Some(score) = decisive.filter(|_| probable) {
        let validation = match recipe.data.split.validation.is_empty() {
            true => " with --validation-fraction 0.2",
            false => "",
        };
        help.push(format!("{positive}--threshold {score}{validation}"));
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
