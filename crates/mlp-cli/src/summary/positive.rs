//! Which of two classes is the positive one, for readers of scores that are of it alone.

use mlp_data::Targets;
use mlp_train::{DataRecipe, score::OF_POSITIVE};

use crate::formatting;

/// Which class is positive, and how common it is among the training rows; `None` where none of the `scores` is of the
/// positive one of two classes.
pub fn of<'s>(data: &DataRecipe, scores: impl IntoIterator<Item = &'s str>) -> Option<String> {
    let Targets::Classes { labels, names } = data.dataset.targets() else {
        return None;
    };
    let positives = data.split.train.iter().filter(|&&row| labels[row] == 1);
    let share = positives.count() as f64 / data.split.train.len() as f64;
    told(names, share, "of the training part", scores)
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
            shell(first)
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

fn shell(class: &str) -> String {
    formatting::shell(std::path::Path::new(class))
}
