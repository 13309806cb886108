//! Cells that differ only in learning rates and weight decays: their recipes are that of the first one
//! with other numbers, and none of them has to be resolved.

use std::sync::Arc;

use mlp_core::TrainSpec;

use super::Axis;
use crate::{
    resolve::recipe::Recipe,
    settings::{key::info::Key, value::Value},
};

/// The recipe of the first cell of such a grid.
#[derive(Debug)]
pub(super) struct Rates {
    first: Recipe,
}

impl Rates {
    /// For a grid over these axes whose first cell has this recipe; `None` if other keys vary.
    pub(super) fn of(axes: &[Axis], first: &Recipe) -> Option<Self> {
        let mut spec = (*first.spec).clone();
        let mut all = axes.iter().map(|axis| {
            let sample = axis.sample();
            !sample.is_empty()
                && sample
                    .iter()
                    .all(|value| set(&mut spec, axis.key, value).is_some())
        });
        // What a training goes on from was checked against the rates of its cell.
        let simple = first.start.is_none() && !axes.is_empty() && all.all(|simple| simple);
        simple.then(|| Self {
            first: first.clone(),
        })
    }

    /// The recipe of the first cell.
    pub(super) fn first(&self) -> &Recipe {
        &self.first
    }

    /// Turns the recipe of one cell into that of the cell with these values; `None` where they are not those of a
    /// cell.
    pub(super) fn renew(&self, recipe: &mut Recipe, values: &[(Key, Value)]) -> Option<()> {
        let spec = Arc::make_mut(&mut recipe.spec);
        for (key, value) in values {
            set(spec, *key, value)?;
        }
        recipe.seed = self.first.seed;
        Some(())
    }
}

/// Sets a number of the spec, if the spec has it in one place.
fn set(spec: &mut TrainSpec, key: Key, value: &Value) -> Option<()> {
    let (all, each) = match key.info().path {
        "training.learning_rate" => (&mut spec.learning_rate, &mut spec.layer_learning_rates),
        "training.weight_decay" => (&mut spec.weight_decay, &mut spec.layer_weight_decays),
        _ => return None,
    };
    let number = match value {
        Value::Number(_) | Value::Integer(_) => value.as_f64()?,
        _ => return None,
    };
    match (key.layer(), each) {
        (None, None) => *all = number,
        (Some(layer), Some(each)) => {
            *each.get_mut(layer)? = number;
            // The first layer's value represents all where one is requested.
            *all = each[0];
        }
        _ => return None,
    }
    Some(())
}
