//! Cells that differ only in learning rates and weight decays: their recipes are that of the first one
//! with other numbers, and none of them has to be resolved.

use std::sync::Arc;

use mlp_core::{Rates as SpecRates, ValidSpec};

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
                    .all(|value| set_all(&mut spec, [(axis.key, value)]).is_some())
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
        let values = values.iter().map(|(key, value)| (*key, value));
        set_all(Arc::make_mut(&mut recipe.spec), values)?;
        recipe.seed = self.first.seed;
        Some(())
    }
}

/// Sets numbers of the spec, if the spec has each in one place and may have them.
fn set_all<'a>(
    spec: &mut ValidSpec,
    values: impl IntoIterator<Item = (Key, &'a Value)>,
) -> Option<()> {
    let mut values = values.into_iter();
    let mut set_rates = Some(());
    let valid = spec.change_rates(|rates| {
        set_rates = values.try_for_each(|(key, value)| set(rates, key, value));
    });
    valid.ok().and(set_rates)
}

fn set(rates: &mut SpecRates, key: Key, value: &Value) -> Option<()> {
    let (all, each) = match key.info().path {
        "training.learning_rate" => (&mut rates.learning_rate, &mut rates.layer_learning_rates),
        "training.weight_decay" => (&mut rates.weight_decay, &mut rates.layer_weight_decays),
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
