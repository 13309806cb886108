//! Which of two classes is the positive one, for readers of scores that are of it alone.

use std::path::Path;

use mlp_data::Targets;
use mlp_train::{DataRecipe, Recipe, Threshold, score::OF_POSITIVE};

use crate::formatting;

/// Which class is positive, and how common it is among the training rows, where a score of these networks is of the
/// positive one of two classes; where a model of theirs `decides` at a threshold, precision and recall are shown too.
pub fn of(recipe: &Recipe, decides: bool) -> Option<String> {
    let scores = recipe.scores.iter().map(|score| score.name);
    let chooses = match recipe.threshold {
        Some(Threshold::Best(score)) => Some(score.name),
        Some(Threshold::At(_)) | None => None,
    };
    let at_threshold = ["precision", "recall"].into_iter().filter(|_| decides);
    let (names, share) = share(&recipe.data)?;
    let shown = scores.chain(chooses).chain(at_threshold);
    told(names, share, "of the training part", shown)
}

/// The other class, where the positive one of two is the commoner among the training rows.
pub fn rarer(data: &DataRecipe) -> Option<&str> {
    match share(data)? {
        ([first, _], share) if share > 0.5 => Some(first),
        _ => None,
    }
}

/// The classes, and the share of the second among the training rows.
fn share(data: &DataRecipe) -> Option<(&[String], f64)> {
    let Targets::Classes { labels, names } = data.dataset.targets() else {
        return None;
    };
    let positives = data.split.train.iter().filter(|&&row| labels[row] == 1);
    Some((
        names,
        positives.count() as f64 / data.split.train.len() as f64,
    ))
}

/// The same by the names of the classes, and the share of the second in what `whole` says.
pub fn told<'s>(
    names: &[String],
    share: f64,
    whole: &str,
    scores: impl IntoIterator<Item = &'s str>,
) -> Option<String> {
    let mut shown: Vec<&str> = Vec::new();
    for name in scores {
        if OF_POSITIVE.contains(&name) && !shown.contains(&name) {
            shown.push(name);
        }
    }
    let [first, second] = names else { return None };
    if shown.is_empty() {
        return None;
    }
    let commoner = match share > 0.5 {
        true => format!(
            ", the commoner class; trained with --positive {} it is the other",
            formatting::shell(Path::new(first))
        ),
        false => String::new(),
    };
    let are = if shown.len() == 1 { "is" } else { "are" };
    Some(format!(
        "{second} ({:.1} % {whole}){commoner}: {} {are} of it",
        100.0 * share,
        shown.join(", ")
    ))
}
