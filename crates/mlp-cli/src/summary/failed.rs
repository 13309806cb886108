//! A population whose networks all diverged or exploded: nothing to tell or draw, and what to try.

use mlp_train::{Recipe, ResolvedExperiment};

use crate::nets::Nets;

/// What is said in place of results where every network diverged or exploded.
pub fn of(experiment: &ResolvedExperiment, nets: &Nets) -> Option<String> {
    if !all(nets) {
        return None;
    }
    let rate = match rate_below(experiment) {
        Some(rate) => format!("--learning-rate {rate}"),
        None => "other values of --sweep learning_rate".to_owned(),
    };
    Some(format!(
        "every network diverged or exploded, so that there is nothing to tell of; try a smaller rate: {rate}"
    ))
}

/// Whether every network diverged or exploded.
pub fn all(nets: &Nets) -> bool {
    let sound = nets.sound();
    !sound.is_empty() && nets.ended() == sound.len() && !sound.contains(&true)
}

/// A smaller rate than that of every network; `None` where rates are swept.
pub fn rate_below(experiment: &ResolvedExperiment) -> Option<String> {
    let mut axes = experiment.axes().iter();
    let swept = axes.any(|axis| axis.key.info().path == "training.learning_rate");
    let recipe = experiment.recipe(0).ok().filter(|_| !swept)?;
    Some(smaller_rate(&recipe))
}

/// A smaller rate than that of a recipe.
pub fn smaller_rate(recipe: &Recipe) -> String {
    let usual = recipe.spec.optimizer.default_learning_rate();
    let tenth = recipe.spec.learning_rate / 10.0;
    // A tenth of a far too large rate does not help.
    let smaller = if tenth > 10.0 * usual { usual } else { tenth };
    mlp_train::shortest(format!("{smaller:.2e}").parse().unwrap_or(usual))
}
