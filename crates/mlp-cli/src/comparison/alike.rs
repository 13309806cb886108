//! Whether a score means the same in two runs: a loss of the same kind, of the same rows.

use anyhow::Result;
use mlp_data::Targets;
use mlp_train::{DataRecipe, Part};

use super::runs::ComparedRun;

/// Why a score of a run says nothing beside the same of the first one, with what each has; `None` where it does. What
/// is swept is the same in the networks that are paired, and without their data the rows of a run are not known.
///
/// # Errors
/// A recipe that cannot be resolved.
pub fn unlike(first: &ComparedRun, run: &ComparedRun, metric: &str) -> Result<Option<String>> {
    let Some((part, score)) = metric.split_once('_') else {
        return Ok(None);
    };
    let Some(part) = Part::ALL.into_iter().find(|known| known.name() == part) else {
        return Ok(None);
    };
    let swept = |run: &ComparedRun, wanted: &dyn Fn(&str) -> bool| {
        let mut axes = run.view.experiment().axes().iter();
        axes.any(|axis| wanted(axis.key.info().path))
    };
    let swept = |wanted: &dyn Fn(&str) -> bool| swept(first, wanted) || swept(run, wanted);
    let recipes = [first.view.recipe(), run.view.recipe()];
    let [one, other] = recipes.map(|recipe| recipe.spec.loss);
    if score == "loss" && one != other && !swept(&|path| path == "training.loss") {
        return Ok(Some(format!(
            "the loss is {one} in A and {other} in {}; compare another score",
            run.letter
        )));
    }
    // The parts of another seed may be other rows.
    let seeded = recipes[0].seed != recipes[1].seed;
    let faults = [first, run]
        .iter()
        .any(|run| run.view.data_fault().is_some());
    if seeded || faults || swept(&|path| path.starts_with("data.")) {
        return Ok(None);
    }
    let [one, other] = recipes.map(|recipe| &*recipe.data);
    Ok((!same_targets(one, other, part)).then(|| {
        let told =
            [one, other].map(|data| format!("{} rows of {}", rows(data, part).len(), data.name));
        let which = match told[0] == told[1] {
            true => " (other rows, or other values of the target)",
            false => "",
        };
        format!(
            "the {} part is {} in A and {} in {}{which}",
            part.name(),
            told[0],
            told[1],
            run.letter
        )
    }))
}

fn rows(data: &DataRecipe, part: Part) -> &[usize] {
    part.rows(&data.split)
}

/// Whether the rows of a part have the same targets in the same order; features may differ, for a run without some.
fn same_targets(one: &DataRecipe, other: &DataRecipe, part: Part) -> bool {
    let [a, b] = [one, other].map(|data| rows(data, part));
    let mut pairs = a.iter().zip(b);
    let same = match (one.dataset.targets(), other.dataset.targets()) {
        (
            Targets::Classes { labels, names },
            Targets::Classes {
                labels: others,
                names: called,
            },
        ) => pairs.all(|(&a, &b)| names[labels[a] as usize] == called[others[b] as usize]),
        (Targets::Values { values, .. }, Targets::Values { values: others, .. }) => {
            pairs.all(|(&a, &b)| values.row(a) == others.row(b))
        }
        _ => false,
    };
    same && a.len() == b.len()
}
