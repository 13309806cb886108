//! Titles and labels in words.

use std::path::Path;

use mlp_core::{Batch, Optimizer};
use mlp_plot::format_value;
use mlp_train::{Axis, NetworkSummary, Recipe};

use super::View;
use crate::formatting;

/// `2-16-16-1 tanh, sgd at learning rate 0.1, full batch`.
pub fn training(recipe: &Recipe) -> String {
    let spec = &recipe.spec;
    let activation = match spec.architecture.layers.as_slice() {
        [] | [_] => String::new(),
        [first, ..] => format!(" {}", first.activation),
    };
    let rate = match &spec.layer_learning_rates {
        Some(rates) => rates
            .iter()
            .map(|&rate| format_value(rate))
            .collect::<Vec<_>>()
            .join(", "),
        None => format_value(spec.learning_rate),
    };
    let batch = match spec.batch {
        Batch::Full => "full batch".to_owned(),
        Batch::Size(size) => format!("batch {size}"),
    };
    let optimizer = optimizer(&spec.optimizer);
    let decay = match spec.weight_decay {
        0.0 => String::new(),
        decay => format!(", weight decay {}", format_value(decay)),
    };
    format!(
        "{}{activation}, {optimizer} at learning rate {rate}{decay}, {batch}",
        spec.architecture
    )
}

fn optimizer(optimizer: &Optimizer) -> String {
    let text = optimizer.to_string();
    match text.split_once(':') {
        Some((name, settings)) => format!("{name} ({settings})"),
        None if text == "sgd" => "gradient descent".to_owned(),
        None => text,
    }
}

/// What a population is: its size, data, and how many networks diverged or exploded and are left out of a figure.
pub fn population(view: &View) -> String {
    population_with(view, "left out")
}

/// What a population is, where a figure does something else with networks that diverged or exploded.
pub fn population_with(view: &View, unsound: &str) -> String {
    let nets = view.nets();
    let total = nets.ended();
    let diverged = nets.finite().iter().filter(|&&finite| !finite).count();
    let exploded = nets.exploded().unwrap_or_default();
    let exploded = exploded.iter().filter(|&&exploded| exploded).count();
    let networks = formatting::so_many(total, "network");
    let swept: Vec<String> = view
        .experiment()
        .axes()
        .iter()
        .map(|axis| label(&axis.key.column()))
        .collect();
    let swept = if swept.is_empty() {
        String::new()
    } else {
        let how = if view.experiment().is_drawn() {
            "drawn"
        } else {
            "swept"
        };
        format!("; {how}: {}", swept.join(", "))
    };
    let told = [(diverged, "diverged"), (exploded, "exploded")].into_iter();
    let told = told.filter(|(count, _)| *count > 0);
    let told: Vec<String> = told
        .map(|(count, how)| format!("{} {how}", formatting::count(count as f64)))
        .collect();
    let left_out = match told.is_empty() {
        true => String::new(),
        false => format!("; {} and {unsound}", told.join(", ")),
    };
    format!("{networks} {}{swept}{left_out}.", networks_of(view))
}

/// The rule for exploded networks.
pub fn exploded() -> String {
    use mlp_train::exploded::{BEYOND, FACTOR, FAR};
    format!(
        "finite, but with norms beyond {} times the reference norm and a loss that did not fall, beyond {} times \
         and one that did not halve, or beyond {} times whatever the loss",
        formatting::count(FACTOR),
        format_value(FAR),
        format_value(BEYOND)
    )
}

/// Shapes and data of a run's networks: `2-16-1 on moons`.
pub fn networks_of(view: &View) -> String {
    match NetworkSummary::of(view.experiment()) {
        Ok(network_summary) => network_summary.to_string(),
        // A run whose data no longer exist still has its first network.
        Err(_) => {
            let recipe = view.recipe();
            format!("{} on {}", recipe.architecture(), recipe.data.name)
        }
    }
}

/// A column's name as words.
pub fn label(column: &str) -> String {
    match column {
        "name" => "data".to_owned(),
        column => column.replace('_', " "),
    }
}

/// An axis value as a name in a legend: `weight decay 0.001`.
pub fn setting(axis: &Axis, index: usize) -> String {
    format!("{} {}", label(&axis.key.column()), value(axis, index))
}

/// An axis value without its key.
pub fn value(axis: &Axis, index: usize) -> String {
    let value = &axis.values[index];
    value
        .as_f64()
        .map_or_else(|| without_folders(&value.to_string()), format_value)
}

/// A data file's name without its folders, and any other word as it is.
fn without_folders(word: &str) -> String {
    let name = Path::new(word).file_name();
    name.map_or(word.into(), |name| name.to_string_lossy())
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_by_which_networks_explode_is_named() {
        let told = exploded();
        for rule in ["1,000 times", "did not fall", "10⁶ times", "10¹² times"] {
            assert!(told.contains(rule), "{told}");
        }
    }
}
