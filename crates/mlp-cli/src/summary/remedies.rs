//! What is worth trying where a network is no better than the baseline, by why it is not.

use std::path::Path;

use mlp_data::{ScaleKind, Targets, Task};
use mlp_train::{
    Baseline, DataRecipe, Experiment, Kind, Recipe,
    score::{self, Subject},
};

use super::choosing;
use crate::formatting;

/// Scores of a network, as those of the baseline.
pub type Scores = Baseline;

/// From this share of the way from the baseline to a perfect score a part counts as learned.
const LEARNED: f64 = 0.2;

/// With less than this share of what was learned on the judged part, too, the training part was learned by heart.
const KEPT: f64 = 0.2;

/// A class with this many times the rows of another makes the classes uneven.
const UNEVEN: f64 = 1.5;

/// Why a network is no better than the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It has not learned the training part either.
    Unlearned,
    /// It has learned the training part, and little of that helps elsewhere.
    Overfitted,
    /// It is better, and the rows are too few to tell that from chance.
    FewRows,
}

impl Cause {
    /// By the scores of the judged part and of the training part, each beside the baseline's.
    pub fn of(judged: (&Scores, &Baseline), train: (&Scores, &Baseline)) -> Self {
        let [own, learned] = [judged, train].map(|(scores, guess)| way(scores, guess));
        match (own, learned) {
            (Some(own), Some(learned)) if learned >= LEARNED => match own < KEPT * learned {
                true => Self::Overfitted,
                false => Self::FewRows,
            },
            _ => Self::Unlearned,
        }
    }
}

/// How much of the way from the baseline to a perfect score these scores are.
fn way(scores: &Scores, guess: &Baseline) -> Option<f64> {
    let to_one = |score: Option<f64>, guess: Option<f64>| {
        let (score, guess) = score.zip(guess)?;
        (guess < 1.0).then(|| (score - guess) / (1.0 - guess))
    };
    let to_zero = |score: Option<f64>, guess: Option<f64>| {
        let (score, guess) = score.zip(guess)?;
        (guess > 0.0).then(|| 1.0 - (score / guess) * (score / guess))
    };
    to_one(scores.accuracy, guess.accuracy)
        .or_else(|| to_one(scores.r2, guess.r2))
        .or_else(|| to_zero(scores.rmse, guess.rmse))
}

/// Suggestions for a classifier, except for those already followed; `rarer` is the rarer class of two, where few of its rows
/// are found.
pub fn of_classes(
    (author, recipe): (&Experiment, &Recipe),
    cause: Cause,
    rarer: Option<(usize, &str)>,
) -> String {
    if cause == Cause::Overfitted {
        return one_of(&against_overfitting(author, recipe));
    }
    let mut help = Vec::new();
    if cause == Cause::FewRows {
        help.push("more rows to judge it by".to_owned());
    }
    let even = !is_uneven(&recipe.data);
    if even {
        if cause == Cause::Unlearned {
            help.extend(to_learn_more());
        }
        return one_of(&help);
    }
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
        Some((0, name)) => format!("--positive {} ", formatting::shell(Path::new(name))),
        _ => String::new(),
    };
    if !weighted {
        help.push(weights.to_owned());
    }
    // Folds keep no model that a threshold would be of.
    let choosing = match author.kind == Kind::Population && author.population.select.is_none() {
        true => None,
        false => choosing::options(author, &recipe.data),
    };
    if let (Some(score), Some(further)) = (decisive.filter(|_| probable), choosing) {
        help.push(format!("{positive}--threshold {score}{further}"));
    }
    if cause == Cause::Unlearned {
        help.push("longer training".to_owned());
    }
    if !metrics.is_empty() {
        help.push(format!(
            "a metric such as {positive}--metrics {}",
            metrics.join(",")
        ));
    }
    one_of(&help)
}

/// Suggestions for a regression.
pub fn of_numbers((author, recipe): (&Experiment, &Recipe), cause: Cause) -> String {
    if cause == Cause::Overfitted {
        return one_of(&against_overfitting(author, recipe));
    }
    let mut help = Vec::new();
    if recipe.data.scale == ScaleKind::None {
        help.push("--scale standard".to_owned());
    }
    if recipe.data.scale_target == ScaleKind::None {
        help.push("--scale-target standard".to_owned());
    }
    help.extend(to_learn_more());
    one_of(&help)
}

fn to_learn_more() -> [String; 2] {
    [
        "longer training (--steps)".to_owned(),
        "another --learning-rate".to_owned(),
    ]
}

fn against_overfitting(author: &Experiment, recipe: &Recipe) -> Vec<String> {
    let stops = recipe.stopping.as_ref();
    let patience = match stops.is_some_and(|rules| rules.patience.is_some()) {
        true => "a smaller --patience".to_owned(),
        false => format!(
            "--patience 100{}",
            choosing::validation(author, &recipe.data)
        ),
    };
    let decay = match recipe.spec.weight_decay > 0.0 {
        true => "a larger --weight-decay",
        false => "--weight-decay 0.01",
    };
    vec![
        patience,
        decay.to_owned(),
        "fewer --steps".to_owned(),
        "more data".to_owned(),
    ]
}

/// Whether some class of the training part has far more rows than another. Of several labels a row each may be rare.
fn is_uneven(data: &DataRecipe) -> bool {
    let Targets::Classes { labels, names } = data.dataset.targets() else {
        return true;
    };
    let mut counts = vec![0_usize; names.len()];
    for &row in &data.split.train {
        counts[labels[row] as usize] += 1;
    }
    let most = counts.iter().max().copied().unwrap_or(0) as f64;
    let least = counts.iter().min().copied().unwrap_or(0) as f64;
    most > UNEVEN * least
}

fn one_of(help: &[String]) -> String {
    match help {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        all => all.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accuracy(accuracy: f64) -> Scores {
        Baseline {
            accuracy: Some(accuracy),
            r2: None,
            rmse: None,
        }
    }

    #[test]
    fn the_training_part_tells_why() {
        let cause = |own, learned| {
            let guess = accuracy(0.5);
            Cause::of((&accuracy(own), &guess), (&accuracy(learned), &guess))
        };
        assert_eq!(cause(0.5, 0.55), Cause::Unlearned);
        assert_eq!(cause(0.5, 0.98), Cause::Overfitted);
        assert_eq!(cause(0.8, 0.9), Cause::FewRows);
        let rmse = |rmse| Baseline {
            accuracy: None,
            r2: None,
            rmse: Some(rmse),
        };
        let guess = rmse(2.0);
        assert_eq!(
            Cause::of((&rmse(2.1), &guess), (&rmse(0.5), &guess)),
            Cause::Overfitted
        );
        let nothing = accuracy(f64::NAN);
        assert_eq!(
            Cause::of((&nothing, &nothing), (&nothing, &nothing)),
            Cause::Unlearned
        );
    }
}
