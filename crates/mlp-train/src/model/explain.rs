//! Explanations of a model's predictions: permutation importance and partial dependence, by the columns of the table.
//!
//! A column of categories that became several features is one column here. Both use only the predictions, so they
//! describe the model and not the world: of two columns with the same information, each may look useless.

mod dependence;
mod importance;
mod permutations;
mod rows;
#[cfg(test)]
mod tests;

pub use self::{
    dependence::{Dependence, GridValue},
    importance::{Importance, Importances},
    permutations::Permutations,
};
